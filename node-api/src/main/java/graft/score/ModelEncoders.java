package graft.score;

import graft.node.Problem;
import graft.picture.Picture;
import graft.tensor.Compute;
import graft.tensor.Finite;
import graft.vision.ClipModel;
import graft.vision.DinoModel;
import java.nio.file.Path;
import java.util.List;

/** DINO and CLIP, read from their folders and freed together. */
public final class ModelEncoders implements Encoders, AutoCloseable {

    private final DinoModel dino;
    private final ClipModel clip;

    private ModelEncoders(DinoModel dino, ClipModel clip) {
        this.dino = dino;
        this.clip = clip;
    }

    /**
     * Reads both.
     *
     * @throws graft.node.Problem naming what is missing or wrong
     */
    public static ModelEncoders load(Path dinoFolder, Path clipFolder, Compute compute) {
        DinoModel dino = DinoModel.load(dinoFolder, compute);
        try {
            return new ModelEncoders(dino, ClipModel.load(clipFolder, compute));
        } catch (RuntimeException failure) {
            dino.close();
            throw failure;
        }
    }

    @Override
    public float[] dino(Picture picture) {
        return finite(dino.embedding(List.of(picture))[0], "DINO");
    }

    @Override
    public float[] clip(Picture picture) {
        return finite(clip.imageEmbedding(List.of(picture))[0], "CLIP");
    }

    @Override
    public float[] clip(String words) {
        return finite(clip.textEmbedding(List.of(words))[0], "CLIP");
    }

    private static float[] finite(float[] numbers, String model) {
        if (!Finite.all(numbers)) {
            throw new Problem(
                    "cannot score", "the " + model + " model gave NaN or infinite numbers", "choose another model");
        }
        return numbers;
    }

    @Override
    public void close() {
        dino.close();
        clip.close();
    }
}
