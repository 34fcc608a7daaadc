package graft.app.plugin;

import graft.adapter.AdapterFormat;
import graft.file.PictureFormat;
import graft.job.JobPlace;
import graft.model.Family;
import graft.node.Converter;
import graft.node.PlainText;
import graft.node.ValuePreview;
import graft.sample.NoiseSpacing;
import graft.sample.SamplerMethod;
import graft.score.ScoreMeasure;
import graft.train.AdapterKind;
import graft.train.LossMethod;
import graft.train.RateCurve;
import graft.train.data.Augmentation;
import graft.train.data.CaptionEdit;
import graft.train.optimizer.OptimizerMethod;
import graft.vision.Captioner;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.pf4j.ExtensionPoint;

/**
 * One thing that a plugin adds besides its nodes: a sampler, a converter, a type for wires.
 *
 * @param name its id; of a converter and a preview the titles of the types that it works on
 */
public record OfferedExtension(Kind kind, String name) {

    /** Of a name that a list or an archive gives. */
    private static final int MOST = 200;

    /** What there is to add. */
    public enum Kind {
        SAMPLER("sampler", "samplers", SamplerMethod.class),
        SPACING("spacing", "spacings", NoiseSpacing.class),
        OPTIMISER("optimiser", "optimisers", OptimizerMethod.class),
        LOSS("loss", "losses", LossMethod.class),
        RATE_CURVE("rate curve", "rate curves", RateCurve.class),
        ADAPTER_KIND("adapter kind", "adapter kinds", AdapterKind.class),
        FAMILY("family", "families", Family.class),
        CAPTION_EDIT("caption edit", "caption edits", CaptionEdit.class),
        AUGMENTATION("augmentation", "augmentations", Augmentation.class),
        MEASURE("measure", "measures", ScoreMeasure.class),
        CAPTIONER("captioner", "captioners", Captioner.class),
        PICTURE_FORMAT("picture format", "picture formats", PictureFormat.class),
        LORA_FORMAT("LoRA format", "LoRA formats", AdapterFormat.class),
        JOB_PLACE("place for jobs", "places for jobs", JobPlace.class),
        CONVERTER("converter", "converters", Converter.class),
        PREVIEW("preview", "previews", ValuePreview.class),
        TYPE("wire type", "wire types", null),
        /** An extension point that this Graft has no word for. */
        OTHER("addition", "additions", ExtensionPoint.class);

        private final String one;
        private final String many;
        private final Class<?> point;

        Kind(String one, String many, Class<?> point) {
            this.one = one;
            this.many = many;
            this.point = point;
        }

        /** For people: {@code samplers}. */
        public String many() {
            return many;
        }

        /** The interface that a class of this kind implements; empty for a type, which is any class. */
        public Optional<Class<?>> point() {
            return Optional.ofNullable(point);
        }

        /** The kind that lists call so: {@code sampler}; empty for a word of another Graft. */
        static Optional<Kind> named(String one) {
            return Arrays.stream(values()).filter(kind -> kind.one.equals(one)).findFirst();
        }

        @Override
        public String toString() {
            return one;
        }
    }

    public OfferedExtension {
        name = PlainText.line(name, MOST);
    }

    /** The names by what they are of, as {@code samplers}, in the order of the kinds. */
    public static Map<String, List<String>> byKind(List<OfferedExtension> all) {
        Map<String, List<String>> names = new LinkedHashMap<>();
        for (Kind kind : Kind.values()) {
            List<String> of = all.stream()
                    .filter(each -> each.kind == kind)
                    .map(OfferedExtension::name)
                    .toList();
            if (!of.isEmpty()) {
                names.put(kind.many, of);
            }
        }
        return names;
    }

    /** How many there are: {@code 2 nodes, 1 sampler}. */
    public static String counts(int nodes, List<OfferedExtension> others) {
        List<String> words = new ArrayList<>();
        if (nodes > 0 || others.isEmpty()) {
            words.add(nodes + (nodes == 1 ? " node" : " nodes"));
        }
        for (Kind kind : Kind.values()) {
            long count = others.stream().filter(each -> each.kind == kind).count();
            if (count > 0) {
                words.add(count + " " + (count == 1 ? kind.one : kind.many));
            }
        }
        return String.join(", ", words);
    }

    /** All by name: {@code my/images/tint, sampler my/heun}. */
    public static String names(List<String> nodes, List<OfferedExtension> others) {
        List<String> words = new ArrayList<>(nodes);
        others.forEach(each -> words.add(each.toString()));
        return words.isEmpty() ? "nothing" : String.join(", ", words);
    }

    /** For people: {@code sampler my/heun}. */
    @Override
    public String toString() {
        return kind + " " + name;
    }
}
