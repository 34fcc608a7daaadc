package graft.train.data;

import graft.tensor.KeyedRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Captions that vary from draw to draw, so that no word depends on its place or its neighbours (kohya's
 * {@code shuffle_caption}, {@code keep_tokens}, {@code caption_dropout_rate}, {@code caption_tag_dropout_rate}).
 *
 * <p>A tag is what stands between commas.
 *
 * @param shuffle whether tags come in random order
 * @param keepTags how many tags at the front stay where they are, and are never dropped
 * @param dropout how often the whole caption is empty, 0 to 1: what the model draws without a prompt is learnt too
 * @param tagDropout how often each tag is left out, 0 to 1
 */
public record CaptionChanges(boolean shuffle, int keepTags, double dropout, double tagDropout) implements Captions {

    public static final CaptionChanges NONE = new CaptionChanges(false, 0, 0, 0);

    /** Whether nothing of any caption is ever read. */
    public boolean dropsAll() {
        return dropout >= 1 || (tagDropout >= 1 && keepTags == 0);
    }

    @Override
    public List<String> texts(String caption) {
        if (dropsAll()) {
            return List.of("");
        }
        if (!shuffle && tagDropout == 0) {
            return List.of(caption);
        }
        List<String> tags = Arrays.stream(caption.split(",")).map(String::strip).toList();
        List<String> kept = tags.subList(0, Math.min(keepTags, tags.size()));
        List<String> rest = tags.subList(kept.size(), tags.size());
        if (tagDropout >= 1 || rest.isEmpty()) {
            return List.of(String.join(", ", kept));
        }
        // By chance each may be the first behind those that stay.
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < rest.size(); i++) {
            List<String> text = new ArrayList<>(kept);
            text.addAll(rest.subList(i, rest.size()));
            text.addAll(rest.subList(0, i));
            texts.add(String.join(", ", text));
        }
        return texts;
    }

    @Override
    public String text(String caption, KeyedRandom random) {
        // Always drawn, so that a setting does not move what the others draw.
        boolean dropped = random.uniform() < dropout;
        if (dropped || (!shuffle && tagDropout == 0)) {
            return dropped ? "" : caption;
        }
        List<String> tags = Arrays.stream(caption.split(",")).map(String::strip).toList();
        List<String> kept = tags.subList(0, Math.min(keepTags, tags.size()));
        List<String> rest = new ArrayList<>();
        for (String tag : tags.subList(kept.size(), tags.size())) {
            if (random.uniform() >= tagDropout) {
                rest.add(tag);
            }
        }
        if (shuffle) {
            List<String> ordered = List.copyOf(rest);
            rest.clear();
            for (int place : random.permutation(ordered.size())) {
                rest.add(ordered.get(place));
            }
        }
        return Stream.concat(kept.stream(), rest.stream()).collect(Collectors.joining(", "));
    }
}
