package graft.app.command;

import graft.model.sd.RandomModel;
import java.util.Optional;

/**
 * One thing that is measured of all programs alike.
 *
 * @param latent height and width of the latents; an eighth of the picture's
 * @param narrowStates whether Graft's optimiser keeps its states in 8 bits
 * @param releases whether Graft applies and frees each gradient as soon as it is known, so that nobody limits their length
 * @param steps timed after the first, which warms up
 */
record BenchTask(
        Case name,
        Size size,
        int latent,
        Weights weights,
        boolean checkpointing,
        boolean narrowStates,
        boolean releases,
        int threads,
        int steps,
        String device) {

    /** What is measured. */
    enum Case {
        sample,
        lora,
        dreambooth,
        ti,
        cold,
        load;

        /** Whether the time is that from the start of the process, rather than of a step. */
        boolean isFromStart() {
            return this == cold || this == load;
        }

        boolean isTraining() {
            return this == lora || this == dreambooth || this == ti;
        }

        /** Whether it is measured of models of that size. */
        boolean fits(Size size) {
            return this == cold ? size == Size.builtin : this != load || size != Size.builtin;
        }
    }

    /** Whose weights: the built-in model's, or random ones of a well-known shape. */
    enum Size {
        builtin(16, 20, null),
        sd15(32, 3, RandomModel.STABLE_DIFFUSION_15),
        sdxl(64, 2, RandomModel.STABLE_DIFFUSION_XL);

        final int latent;
        final int steps;
        private final RandomModel random;

        Size(int latent, int steps, RandomModel random) {
            this.latent = latent;
            this.steps = steps;
            this.random = random;
        }

        /** Nothing for the built-in model. */
        Optional<RandomModel> random() {
            return Optional.ofNullable(random);
        }
    }

    /** How the weights of a model of random ones come. */
    enum Weights {
        /** Made in memory, in 32 bits. */
        fp32,
        /** From a file in 16 bits. */
        fp16,
        /** From there, or those of the built-in model, rounded to 8 bits and computed with in whole numbers. */
        int8
    }

    /** How a peer has them, which rounds nothing. */
    Weights ofPeers() {
        return weights == Weights.int8 ? Weights.fp16 : weights;
    }

    /** Whether it needs a model file of random weights. */
    boolean readsFile() {
        return size != Size.builtin && (weights != Weights.fp32 || name == Case.load);
    }
}
