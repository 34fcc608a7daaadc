package graft.adapter;

import graft.model.ModelShape;
import graft.model.Parts;
import graft.node.Problem;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A block of a base model, as people weigh a LoRA by blocks: a text encoder, a level of a UNet on its way down or up, its
 * middle, a quarter of a transformer's layers, or all that lies in none of them.
 *
 * <p>Layers of a UNet are known in both layouts, with two ResNets a level, as all of Stable Diffusion have. The layers of a
 * transformer are counted in the order in which they run, those of two streams before those of one, up to the last one that
 * the LoRA changes.
 */
public enum LoraBlock {
    TEXT("text encoder"),
    TEXT_2("text encoder 2"),
    DOWN_0("down 0"),
    DOWN_1("down 1"),
    DOWN_2("down 2"),
    DOWN_3("down 3"),
    MID("mid"),
    UP_0("up 0"),
    UP_1("up 1"),
    UP_2("up 2"),
    UP_3("up 3"),
    QUARTER_1("first quarter"),
    QUARTER_2("second quarter"),
    QUARTER_3("third quarter"),
    QUARTER_4("last quarter"),
    OTHER("other layers");

    private static final List<LoraBlock> DOWN = List.of(DOWN_0, DOWN_1, DOWN_2, DOWN_3);
    private static final List<LoraBlock> UP = List.of(UP_0, UP_1, UP_2, UP_3);
    private static final List<LoraBlock> QUARTERS = List.of(QUARTER_1, QUARTER_2, QUARTER_3, QUARTER_4);

    private static final Pattern LEVEL = Pattern.compile("(down|up)_blocks_(\\d{1,4})_.*");
    private static final Pattern ORIGINAL = Pattern.compile("(input|output)_blocks_(\\d{1,4})_.*");
    private static final Pattern LAYER = Pattern.compile(
            "(transformer_blocks|double_blocks|joint_blocks|single_transformer_blocks|single_blocks|layers)"
                    + "_(\\d{1,4})_.*");

    private final String title;

    LoraBlock(String title) {
        this.title = title;
    }

    /** What people call it: {@code down 1}. */
    public String title() {
        return title;
    }

    /** The blocks of all layers of a LoRA: by part, then by module as the LoRA names it. */
    public static Map<String, Map<String, LoraBlock>> of(Lora lora) {
        Set<String> changed = lora.layers(Parts.DENOISER).keySet();
        int ofTwo = layers(changed, false);
        int all = ofTwo + layers(changed, true);
        Map<String, Map<String, LoraBlock>> blocks = new LinkedHashMap<>();
        for (String part : lora.changed()) {
            Map<String, LoraBlock> byModule = new LinkedHashMap<>();
            for (String module : lora.layers(part).keySet()) {
                byModule.put(
                        module, Parts.isText(part) ? part.equals(Parts.TEXT) ? TEXT : TEXT_2 : of(module, ofTwo, all));
            }
            blocks.put(part, byModule);
        }
        return blocks;
    }

    /**
     * A LoRA with its blocks so many times as strong; what is at 0 is left out. It is a LoRA like any other: it can be saved,
     * merged and resized.
     *
     * @param strengths 1 for blocks that are not among them
     * @throws Problem when a layer is of a kind that is either there or not, such as DoRA, and its strength is neither 0 nor 1
     */
    public static Lora weighed(Lora lora, Map<LoraBlock, Double> strengths) {
        Map<String, Map<String, Lora.Part>> layers = new LinkedHashMap<>();
        of(lora).forEach((part, modules) -> {
            Map<String, Lora.Part> weighed = new LinkedHashMap<>();
            modules.forEach((module, block) -> {
                Lora.Part whole = lora.layers(part).get(module);
                double strength = strengths.getOrDefault(block, 1.0);
                if (strength != 0) {
                    weighed.put(module, ScaledPart.of(whole, strength).orElseThrow(() -> rigid(lora, whole, block)));
                }
            });
            layers.put(part, weighed);
        });
        return Lora.of(lora.name(), layers, lora.metadata());
    }

    private static Problem rigid(Lora lora, Lora.Part part, LoraBlock block) {
        return new Problem(
                "cannot make the block " + block.title + " of " + lora.name() + " weaker or stronger",
                "it is of the kind " + Lora.kind(part) + ", which is no sum that a part can be taken of",
                "set the block to 0 or 1, or make a plain LoRA of it with Convert LoRA first");
    }

    /** The blocks that a LoRA changes, in their order. */
    public static List<LoraBlock> changedBy(Lora lora) {
        List<LoraBlock> changed = new ArrayList<>(of(lora).values().stream()
                .flatMap(modules -> modules.values().stream())
                .distinct()
                .toList());
        Collections.sort(changed);
        return changed;
    }

    /** The blocks of a model's network that attend, which are those that LoRAs change as a rule, in their order. */
    public static List<LoraBlock> attending(ModelShape shape) {
        Set<String> modules = shape.modules().get(Parts.DENOISER).keySet();
        int ofTwo = layers(modules, false);
        int all = ofTwo + layers(modules, true);
        return modules.stream()
                .filter(module -> module.contains("attn") || module.contains("attention"))
                .map(module -> of(module, ofTwo, all))
                .distinct()
                .sorted()
                .toList();
    }

    private static LoraBlock of(String module, int ofTwo, int all) {
        String flat = LoraKey.flatten(module);
        if (flat.startsWith("mid_block_") || flat.startsWith("middle_block_")) {
            return MID;
        }
        Matcher level = LEVEL.matcher(flat);
        if (level.matches()) {
            return level(level.group(1).equals("down"), Integer.parseInt(level.group(2)));
        }
        Matcher original = ORIGINAL.matcher(flat);
        if (original.matches()) {
            int place = Integer.parseInt(original.group(2));
            boolean down = original.group(1).equals("input");
            return down && place == 0 ? OTHER : level(down, (down ? place - 1 : place) / 3);
        }
        return layer(module)
                .map(place -> {
                    int before = isLater(place.group(1)) ? ofTwo : 0;
                    return quarter(before + Integer.parseInt(place.group(2)), all);
                })
                .findFirst()
                .orElse(OTHER);
    }

    /** How many layers a transformer has, as far as these tell: of two streams, or of one, which run later. */
    private static int layers(Set<String> modules, boolean later) {
        return modules.stream()
                .flatMap(LoraBlock::layer)
                .filter(place -> isLater(place.group(1)) == later)
                .mapToInt(place -> Integer.parseInt(place.group(2)) + 1)
                .max()
                .orElse(0);
    }

    private static Stream<Matcher> layer(String module) {
        Matcher matcher = LAYER.matcher(LoraKey.flatten(module));
        return matcher.matches() ? Stream.of(matcher) : Stream.empty();
    }

    /** Whether layers of that name run after others of two streams. */
    private static boolean isLater(String name) {
        return name.startsWith("single") || name.equals("layers");
    }

    private static LoraBlock level(boolean down, int level) {
        return level > 3 ? OTHER : (down ? DOWN : UP).get(level);
    }

    private static LoraBlock quarter(int place, int all) {
        return QUARTERS.get(4 * place / all);
    }
}
