package graft.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import graft.adapter.Lora;
import graft.adapter.LoraArrays;
import graft.model.Change;
import graft.model.LowRank;
import graft.model.Patches;
import graft.model.UNet;
import graft.tensor.Gradient;
import graft.tensor.KeyedRandom;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The low-rank updates of a UNet's layers while they learn (Hu et al., 2021, "LoRA"): W + alpha/rank · up·down.
 *
 * <p>Float32 leaves, freed with the manager that they were made with. The UNet itself stays as it is.
 */
public final class LoraWeights {

    private final LoraSettings settings;
    private final Map<String, LowRank> byModule = new LinkedHashMap<>();

    private LoraWeights(LoraSettings settings) {
        this.settings = settings;
    }

    /**
     * As peft and kohya begin: down uniform in ±1/√in (kaiming with a = √5), up nought, so that nothing changes yet.
     *
     * @param seed and {@code node} key the random numbers
     */
    public static LoraWeights fresh(UNet unet, LoraSettings settings, long seed, String node, NDManager manager) {
        LoraWeights weights = new LoraWeights(settings);
        for (String module : unet.attentionLinears()) {
            if (settings.targets().contains(module)) {
                long[] shape = unet.weightShape(module);
                float[] down = new float[Math.toIntExact(settings.rank() * shape[1])];
                KeyedRandom random = KeyedRandom.of(seed, node, 0, "lora " + module);
                double bound = 1 / Math.sqrt((double) shape[1]);
                for (int i = 0; i < down.length; i++) {
                    down[i] = (float) ((2 * random.uniform() - 1) * bound);
                }
                float[] up = new float[Math.toIntExact(shape[0] * settings.rank())];
                weights.put(module, down, shape[1], up, shape[0], manager);
            }
        }
        return weights;
    }

    /** From parts that were learnt before, [r,in] and [out,r] each. */
    public static LoraWeights of(Map<String, Lora.Part> parts, LoraSettings settings, NDManager manager) {
        LoraWeights weights = new LoraWeights(settings);
        parts.forEach((module, part) -> {
            if (part instanceof Lora.LowRank low) {
                weights.put(module, low.down().numbers(), low.in(), low.up().numbers(), low.out(), manager);
            }
        });
        return weights;
    }

    private void put(String module, float[] down, long in, float[] up, long out, NDManager manager) {
        NDArray first = Gradient.leaf(manager.create(down, new Shape(settings.rank(), in)));
        NDArray second = Gradient.leaf(manager.create(up, new Shape(out, settings.rank())));
        byModule.put(module, new LowRank(first, second, settings.alpha() / settings.rank()));
    }

    /** The leaves: down and up of each module in turn. */
    public List<NDArray> leaves() {
        List<NDArray> leaves = new ArrayList<>();
        byModule.values().forEach(change -> {
            leaves.add(change.down());
            leaves.add(change.up());
        });
        return leaves;
    }

    /** The changes to call the UNet with; follow the leaves as they learn. */
    public Patches patches() {
        Map<String, List<Change>> patches = new LinkedHashMap<>();
        byModule.forEach((module, change) -> patches.put(module, List.of(change)));
        return Patches.of(patches);
    }

    /** How many numbers learn. */
    public long size() {
        return leaves().stream().mapToLong(NDArray::size).sum();
    }

    /** What was learnt so far, copied to the heap. */
    public Lora toLora(String name, Map<String, String> metadata) {
        Map<String, Lora.Part> parts = new LinkedHashMap<>();
        byModule.forEach(
                (module, change) -> parts.put(module, LoraArrays.toPart(change, settings.alpha() / settings.rank())));
        return Lora.of(name, parts, Map.of(), metadata);
    }
}
