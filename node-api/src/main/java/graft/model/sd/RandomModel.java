package graft.model.sd;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import graft.file.SafeTensors.DType;
import graft.model.Checkpoint;
import graft.model.Parts;
import graft.model.SchedulerConfig;
import graft.model.StandInModel;
import graft.model.Tokenizer;
import graft.model.TokenizerFiles;
import graft.model.Vae;
import graft.model.VaeConfig;
import graft.model.Weights;
import graft.tensor.Compute;
import graft.tensor.Scope;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.BiConsumer;

/** A model of a well-known shape whose weights are random, to time. */
public enum RandomModel {
    /** Of the size of Stable Diffusion 1.5: 1.1 billion numbers, 2 GiB in 16 bits. */
    STABLE_DIFFUSION_15(new Files(
            "sd1",
            UNetConfig.STABLE_DIFFUSION_15,
            List.of(TextConfig.STABLE_DIFFUSION_15),
            new VaeConfig(3, 4, List.of(128, 256, 512, 512), 2, 32, true, true, true, VaeConfig.scaling("sd1")))),

    /** Of the size of Stable Diffusion XL: 3.5 billion numbers, 6.5 GiB in 16 bits. */
    STABLE_DIFFUSION_XL(new Files(
            "sdxl",
            new UNetConfig(
                    4,
                    4,
                    List.of(320, 640, 1280),
                    List.of(2, 2, 2),
                    List.of(false, true, true),
                    List.of(true, true, false),
                    List.of(5, 10, 20),
                    List.of(1, 2, 10),
                    List.of(2048, 2048, 2048),
                    32,
                    1e-5,
                    1280,
                    true,
                    0,
                    Optional.of(new UNetConfig.Sizes(256, 2816))),
            List.of(
                    TextConfig.STABLE_DIFFUSION_15,
                    new TextConfig(49408, 1280, 5120, 20, 32, 77, 1e-5, false, 0, 49407, 1280)),
            new VaeConfig(3, 4, List.of(128, 256, 512, 512), 2, 32, true, true, true, VaeConfig.scaling("sdxl"))));

    @SuppressWarnings("ImmutableEnumChecker") // a shape: lists of numbers that nobody changes
    private final Files files;

    RandomModel(Files files) {
        this.files = files;
    }

    /** Its parts, for those who look at its shape. */
    Files files() {
        return files;
    }

    /** The model in memory, in float32; it reads no prompts but {@linkplain Checkpoint#anything those to time}. */
    public Checkpoint checkpoint(Compute compute) {
        return Checkpoint.random(new StandInModel(StableDiffusionModel.of(files), false), compute);
    }

    /**
     * Writes it as one {@code .safetensors} file in the original layout; the same numbers every time.
     *
     * @param dtype F16, BF16 or F32
     * @throws graft.node.Problem naming the file when it cannot be written
     */
    public void write(Path file, DType dtype, Compute compute) {
        try (Checkpoint model = Checkpoint.random(StableDiffusionModel.of(files), compute)) {
            CheckpointFile.writeSingle(file, model, dtype);
        }
    }

    /** Where there are no files: a shape, and numbers made as they are asked for. */
    record Files(String family, UNetConfig unetConfig, List<TextConfig> textConfigs, VaeConfig vaeConfig)
            implements ModelFiles {

        @Override
        public Path path() {
            return Path.of("random-" + family);
        }

        @Override
        public SchedulerConfig scheduler() {
            return SchedulerConfig.STABLE_DIFFUSION;
        }

        @Override
        public Weights.Source unet(NDManager manager) {
            return new Numbers(shapes((weights, passing) -> new UNet(unetConfig, weights, passing)), manager);
        }

        @Override
        public Weights.Source textEncoder(int index, NDManager manager) {
            return new Numbers(
                    shapes((weights, passing) -> new ClipTextEncoder(textConfigs.get(index), weights, passing)),
                    manager);
        }

        @Override
        public Weights.Source vae(NDManager manager) {
            return new Numbers(
                    shapes((weights, passing) -> {
                        Vae vae = new Vae(vaeConfig, weights, passing);
                        // Each half asks for its weights when it is first used.
                        try (Scope scope = Scope.open()) {
                            vae.encodeMoments(passing.zeros(new Shape(1, 3, 32, 32)));
                            vae.decode(passing.zeros(new Shape(1, 4, 4, 4)));
                        }
                    }),
                    manager);
        }

        /** The shape of each weight that a network asks for, in its order. */
        private Map<String, long[]> shapes(BiConsumer<Weights, NDManager> network) {
            Map<String, long[]> shapes = new LinkedHashMap<>();
            try (NDManager passing = NDManager.newBaseManager(Device.cpu(), "PyTorch")) {
                StandInModel some = new StandInModel(StableDiffusionModel.of(this), true);
                Weights weights = Weights.of(some.weights(Parts.DENOISER, passing));
                network.accept(weights, passing);
                weights.names()
                        .forEach(key -> shapes.put(
                                key, stored(key, weights.get(key).getShape().getShape())));
            }
            return shapes;
        }

        /** Stable Diffusion 1 has convolutions of 1×1 where the others have linear layers. */
        private long[] stored(String key, long[] shape) {
            return family.equals("sd1") && key.matches(".*\\.attentions\\.\\d+\\.proj_(in|out)\\.weight")
                    ? new long[] {shape[0], shape[1], 1, 1}
                    : shape;
        }

        @Override
        public Tokenizer tokenizer(int index) {
            throw new UnsupportedOperationException("a shape reads no prompts");
        }

        @Override
        public Optional<TokenizerFiles> tokenizerFiles(int index) {
            return Optional.empty();
        }

        @Override
        public List<Path> contents() {
            return List.of();
        }

        @Override
        public void close() {}
    }

    /** Uniform numbers, about as PyTorch initialises a layer: the same for a weight whenever it is asked for. */
    private record Numbers(Map<String, long[]> shapes, NDManager manager) implements Weights.Source {

        /** A prime, so that no row of a weight is like another one near it. */
        private static final int BLOCK = 1_048_573;

        private static final float[] UNIFORM = uniform();

        private static float[] uniform() {
            Random random = new Random(0);
            float[] block = new float[BLOCK];
            for (int i = 0; i < BLOCK; i++) {
                block[i] = 2 * random.nextFloat() - 1;
            }
            return block;
        }

        @Override
        public String name() {
            return "random weights";
        }

        @Override
        public Set<String> keys() {
            return shapes.keySet();
        }

        @Override
        public Optional<long[]> shape(String key, long[] wanted) {
            return Optional.ofNullable(shapes.get(key));
        }

        @Override
        public NDArray read(String key, long[] shape) {
            Shape all = new Shape(shape);
            if (shape.length == 1) {
                return key.endsWith(".weight") ? manager.ones(all) : manager.zeros(all);
            }
            float bound = (float) (1 / Math.sqrt((double) all.size() / shape[0]));
            int size = Math.toIntExact(all.size());
            ByteBuffer bytes = ByteBuffer.allocateDirect(Math.multiplyExact(Float.BYTES, size))
                    .order(ByteOrder.LITTLE_ENDIAN);
            FloatBuffer floats = bytes.asFloatBuffer();
            int place = Math.floorMod(key.hashCode(), BLOCK);
            for (int i = 0; i < size; i++) {
                floats.put(i, bound * UNIFORM[place]);
                place = place + 1 == BLOCK ? 0 : place + 1;
            }
            return manager.create(bytes, all, DataType.FLOAT32);
        }
    }
}
