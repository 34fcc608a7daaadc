package graft.sample;

import ai.djl.ndarray.NDArray;

/** A weighted sum of latents, a·x + b·y + …, which is all that samplers do with them. */
final class Sum {

    private final NDArray sum;

    private Sum(NDArray sum) {
        this.sum = sum;
    }

    static Sum of(double share, NDArray array) {
        return new Sum(array.mul((float) share));
    }

    Sum and(double share, NDArray array) {
        try (NDArray part = array.mul((float) share)) {
            return new Sum(sum.addi(part));
        }
    }

    NDArray array() {
        return sum;
    }
}
