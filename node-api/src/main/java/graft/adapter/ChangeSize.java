package graft.adapter;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import graft.model.Change;
import graft.model.LowRank;
import graft.tensor.Operators;

/** How far a change moves a weight at most. */
final class ChangeSize {

    /** A hundred times what weights are: products of three layers' activations still fit float32 by far. */
    static final double LARGEST = 1000;

    private ChangeSize() {}

    /**
     * The largest number that is added to a weight or bias, or a bound above it; NaN or infinite where the arrays' numbers
     * are, or overflow.
     */
    static double most(Change change) {
        double scale = Math.abs(change.scale());
        if (change instanceof LowRank low) {
            double bound = scale * low.down().getShape().get(0) * most(low.down()) * most(low.up());
            return bound <= LARGEST ? bound : scale * exactly(low);
        } else if (change instanceof Change.LoHa hadamard) {
            return scale * most(hadamard.first()) * most(hadamard.second());
        } else if (change instanceof Change.LoKr kronecker) {
            return scale * most(kronecker.first()) * most(kronecker.second());
        } else if (change instanceof Change.Dora dora) {
            return Math.max(scale * most(dora.magnitude()), scale * most(dora.direction()));
        } else if (change instanceof Change.Several several) {
            return several.changes().stream().mapToDouble(ChangeSize::most).reduce(0, Math::max);
        }
        double most = 0;
        for (NDArray array : change.arrays()) {
            double each = scale * most(array);
            most = each <= most ? most : each; // NaN stays
        }
        return most;
    }

    private static double most(Change.Product product) {
        if (product.b() == Operators.NONE) {
            return most(product.a());
        }
        if (product.core() == Operators.NONE) {
            return mostOfProduct(product.a(), product.b());
        }
        // Σ core[i,j,…]·a[i,out]·b[j,in], one factor after the other
        long rank = product.core().getShape().get(0);
        long second = product.core().getShape().get(1);
        try (NDArray out = product.a().transpose();
                NDArray core = product.core().reshape(new Shape(rank, -1));
                NDArray left = out.matMul(core);
                NDArray apart = left.reshape(new Shape(out.getShape().get(0), second, -1));
                NDArray turned = apart.transpose(0, 2, 1);
                NDArray rows = turned.reshape(new Shape(-1, second))) {
            return mostOfProduct(rows, product.b());
        }
    }

    private static double exactly(LowRank low) {
        long rank = low.down().getShape().get(0);
        try (NDArray up = low.up().reshape(new Shape(-1, rank));
                NDArray down = low.down().reshape(new Shape(rank, -1))) {
            return mostOfProduct(up, down);
        }
    }

    private static double mostOfProduct(NDArray a, NDArray b) {
        try (NDArray product = a.matMul(b)) {
            return most(product);
        }
    }

    private static double most(NDArray array) {
        if (array.size() == 0) {
            return 0;
        }
        try (NDArray sizes = array.abs();
                NDArray most = sizes.max()) {
            return most.getFloat();
        }
    }
}
