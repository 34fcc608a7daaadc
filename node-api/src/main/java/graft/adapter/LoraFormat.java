package graft.adapter;

import graft.adapter.Lora.Part;
import graft.adapter.Lora.Product;
import graft.adapter.Lora.Values;
import graft.adapter.LoraKey.Side;
import graft.file.SafeTensors;
import graft.file.SafeTensors.DType;
import graft.file.SafeTensors.Tensor;
import graft.node.Choice;
import graft.node.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The formats that come with Graft; each of them reads the files of all. */
public enum LoraFormat implements AdapterFormat, Choice.BuiltIn {
    /** sd-scripts' keys, and LyCORIS' for what is more than a LoRA: holds every kind. */
    KOHYA,
    /** {@code unet.….lora.down.weight}: plain LoRA, at scale 1. */
    DIFFUSERS,
    /** {@code unet.….lora_A.weight}: LoRA and DoRA, at scale 1. diffusers reads it too. */
    PEFT;

    @Override
    public String title() {
        return id();
    }

    @Override
    public boolean knows(SafeTensors file) {
        return LoraFile.isOwn(file);
    }

    @Override
    public Lora read(SafeTensors file) {
        return LoraFile.readOwn(file);
    }

    @Override
    public List<Tensor> tensors(Lora lora, DType dtype) {
        Writing writing = new Writing(this, dtype, new ArrayList<>());
        lora.unet().forEach((module, part) -> writing.add(lora, Side.UNET, module, part));
        lora.text().forEach((module, part) -> writing.add(lora, Side.TEXT, module, part));
        return writing.tensors();
    }

    /** Tensors gathered so far. */
    private record Writing(LoraFormat format, DType dtype, List<Tensor> tensors) {

        void add(Lora lora, Side side, String module, Part part) {
            if (part instanceof Lora.Custom custom) {
                throw new Problem(
                        "cannot write the LoRA " + lora.name(),
                        "its layer " + module + " is of the kind " + custom.kind() + ", which this format cannot hold",
                        "choose the format of the plugin that brings the kind");
            }
            if (format == KOHYA) {
                kohya(kohyaName(side, module), part);
                return;
            }
            String path = LoraKey.dotted(module)
                    .orElseThrow(() -> cannotHold(
                            lora, module, "the file that it came from calls it otherwise than diffusers does"));
            String name = side == Side.UNET ? "unet." + path : "text_encoder." + withTextModel(path, '.');
            Part direction = part instanceof Lora.Dora dora ? dora.direction() : part;
            if (!(direction instanceof Lora.LowRank low) || low.mid().isPresent()) {
                throw cannotHold(lora, module, "it is a " + kind(direction));
            }
            boolean diffusers = format == DIFFUSERS;
            if (part instanceof Lora.Dora dora) {
                if (diffusers || dora.magnitude().shape()[0] != low.out()) {
                    throw cannotHold(lora, module, diffusers ? "it is a DoRA" : "it is a DoRA with a norm per input");
                }
                put(name + ".lora_magnitude_vector", peftMagnitude(dora.magnitude(), low));
            }
            String down = diffusers ? (side == Side.UNET ? ".lora.down" : ".lora_linear_layer.down") : ".lora_A";
            String up = diffusers ? (side == Side.UNET ? ".lora.up" : ".lora_linear_layer.up") : ".lora_B";
            put(name + down + ".weight", low.down());
            // Neither spelling has a place for alpha that every reader looks at.
            put(name + up + ".weight", scaled(low.up(), low.scale()));
        }

        private static String kohyaName(Side side, String module) {
            String flat = LoraKey.flatten(module);
            return side == Side.UNET ? "lora_unet_" + flat : "lora_te_" + withTextModel(flat, '_');
        }

        private static String withTextModel(String module, char joint) {
            String beginning = "text_model" + joint;
            return module.startsWith(beginning) ? module : beginning + module;
        }

        private void kohya(String name, Part part) {
            if (part instanceof Lora.LowRank low) {
                put(name + ".lora_down.weight", low.down());
                low.mid().ifPresent(mid -> put(name + ".lora_mid.weight", mid));
                put(name + ".lora_up.weight", low.up());
                alpha(name, low);
            } else if (part instanceof Lora.LoHa hadamard) {
                product(name + ".hada_w1", name + ".hada_t1", hadamard.first());
                product(name + ".hada_w2", name + ".hada_t2", hadamard.second());
                alpha(name, hadamard);
            } else if (part instanceof Lora.LoKr kronecker) {
                product(name + ".lokr_w1", name + ".lokr_t1", kronecker.first());
                product(name + ".lokr_w2", name + ".lokr_t2", kronecker.second());
                alpha(name, kronecker);
            } else if (part instanceof Lora.Difference difference) {
                difference.weight().ifPresent(weight -> put(name + ".diff", weight));
                difference.bias().ifPresent(bias -> put(name + ".diff_b", bias));
            } else if (part instanceof Lora.Dora dora) {
                kohya(name, dora.direction());
                put(name + ".dora_scale", dora.magnitude());
            }
        }

        private void product(String name, String core, Product product) {
            Optional<Values> right = product.b();
            put(right.isPresent() ? name + "_a" : name, product.a());
            right.ifPresent(values -> put(name + "_b", values));
            product.core().ifPresent(values -> put(core, values));
        }

        private void alpha(String name, Part part) {
            put(name + ".alpha", new Values(new float[] {(float) part.alpha()}));
        }

        private void put(String name, Values values) {
            tensors.add(Tensor.of(name, dtype, values.shape(), values.numbers()));
        }

        private static Values peftMagnitude(Values magnitude, Lora.LowRank direction) {
            int out = magnitude.numbers().length;
            return direction.down().shape().length == 4
                    ? new Values(magnitude.numbers(), 1, out, 1, 1)
                    : new Values(magnitude.numbers(), out);
        }

        private static Values scaled(Values values, double scale) {
            float[] numbers = values.numbers().clone();
            for (int i = 0; i < numbers.length; i++) {
                numbers[i] = (float) (numbers[i] * scale);
            }
            return new Values(numbers, values.shape());
        }

        private static String kind(Part part) {
            if (part instanceof Lora.LoHa) {
                return "LoHa";
            } else if (part instanceof Lora.LoKr) {
                return "LoKr";
            }
            return part instanceof Lora.Difference ? "full difference" : "LoCon with Tucker decomposition";
        }

        private Problem cannotHold(Lora lora, String module, String why) {
            return new Problem(
                    "cannot write the LoRA " + lora.name() + " as a " + format.title() + " file",
                    "that format has no place for its layer " + module + ": " + why,
                    format == DIFFUSERS && why.equals("it is a DoRA")
                            ? "choose the format peft or kohya"
                            : "choose the format kohya");
        }
    }
}
