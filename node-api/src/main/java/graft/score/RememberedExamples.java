package graft.score;

import graft.picture.Picture;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/** Looks at the same training pictures and words once only, however often they are asked for. */
final class RememberedExamples implements Encoders {

    private final Encoders encoders;
    /** By the picture itself, for no other is asked for again. */
    private final IdentityHashMap<Picture, float[]> dino = new IdentityHashMap<>();

    private final IdentityHashMap<Picture, float[]> clip = new IdentityHashMap<>();
    private final Map<String, float[]> words = new HashMap<>();

    RememberedExamples(Encoders encoders, List<Score.Example> examples) {
        this.encoders = encoders;
        for (Score.Example example : examples) {
            dino.put(example.picture(), encoders.dino(example.picture()));
            clip.put(example.picture(), encoders.clip(example.picture()));
        }
    }

    @Override
    public float[] dino(Picture picture) {
        float[] known = dino.get(picture);
        return known == null ? encoders.dino(picture) : known;
    }

    @Override
    public float[] clip(Picture picture) {
        float[] known = clip.get(picture);
        return known == null ? encoders.clip(picture) : known;
    }

    @Override
    public float[] clip(String text) {
        return words.computeIfAbsent(text, encoders::clip);
    }
}
