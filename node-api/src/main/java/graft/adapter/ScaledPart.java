package graft.adapter;

import graft.adapter.Lora.Part;
import graft.adapter.Lora.Values;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Parts of a LoRA that change a layer so many times as much. */
final class ScaledPart {

    private ScaledPart() {}

    /** Empty for kinds whose change at a strength is no part of the same kind: rotations, DoRA, replaced weights, plugins' own. */
    static Optional<Part> of(Part part, double strength) {
        if (strength == 1) {
            return Optional.of(part);
        } else if (part instanceof Lora.LowRank low) {
            return Optional.of(low(low, strength));
        } else if (part instanceof Lora.LoHa hadamard) {
            return Optional.of(new Lora.LoHa(hadamard.first(), hadamard.second(), strength * hadamard.alpha()));
        } else if (part instanceof Lora.LoKr kronecker) {
            Lora.Product first = kronecker.first();
            return Optional.of(new Lora.LoKr(
                    new Lora.Product(times(first.a(), strength), first.b(), first.core()),
                    kronecker.second(),
                    kronecker.alpha()));
        } else if (part instanceof Lora.Glora general) {
            return Optional.of(new Lora.Glora(low(general.added(), strength), general.outer(), general.inner()));
        } else if (part instanceof Lora.Scaling scaling) {
            return Optional.of(new Lora.Scaling(factors(scaling, strength), scaling.ofOutputs(), scaling.peft()));
        } else if (part instanceof Lora.Difference difference) {
            return Optional.of(new Lora.Difference(
                    difference.weight().map(values -> times(values, strength)),
                    difference.bias().map(values -> times(values, strength))));
        } else if (part instanceof Lora.Several several) {
            List<Part> parts = new ArrayList<>();
            for (Part each : several.parts()) {
                of(each, strength).ifPresent(parts::add);
            }
            return parts.size() == several.parts().size()
                    ? Optional.of(new Lora.Several(List.copyOf(parts)))
                    : Optional.empty();
        }
        return Optional.empty();
    }

    private static Lora.LowRank low(Lora.LowRank low, double strength) {
        return new Lora.LowRank(low.down(), low.up(), low.mid(), strength * low.alpha());
    }

    private static Values factors(Lora.Scaling scaling, double strength) {
        float[] factors = scaling.factors().numbers().clone();
        for (int i = 0; i < factors.length; i++) {
            factors[i] = (float) (scaling.peft() ? 1 + strength * (factors[i] - 1) : strength * factors[i]);
        }
        return new Values(factors, scaling.factors().shape());
    }

    private static Values times(Values values, double factor) {
        float[] numbers = values.numbers().clone();
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] *= (float) factor;
        }
        return new Values(numbers, values.shape());
    }
}
