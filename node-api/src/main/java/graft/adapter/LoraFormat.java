package graft.adapter;

import graft.adapter.Lora.Part;
import graft.adapter.Lora.Product;
import graft.adapter.Lora.Values;
import graft.file.SafeTensors;
import graft.file.SafeTensors.DType;
import graft.file.SafeTensors.Tensor;
import graft.model.Parts;
import graft.node.Choice;
import graft.node.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The formats that come with Graft; each of them reads the files of all. */
public enum LoraFormat implements AdapterFormat, Choice.BuiltIn {
    /**
     * sd-scripts' keys, which for XL are of the original layout, and LyCORIS' for what is more than a LoRA: holds every kind but
     * two of peft's, which it names.
     */
    KOHYA,
    /** {@code unet.….lora.down.weight}: plain LoRA, at scale 1. */
    DIFFUSERS,
    /**
     * {@code unet.….lora_A.weight}: LoRA and DoRA, at scale 1, which diffusers reads too; OFT, BOFT, (IA)³ and whole weights
     * that came from peft.
     */
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
        Writing writing = new Writing(this, dtype, LoraBase.of(lora), new ArrayList<>());
        for (String of : lora.changed()) {
            lora.layers(of).forEach((module, part) -> writing.add(lora, of, module, part));
        }
        return writing.tensors();
    }

    /** What diffusers calls a part of a model. */
    static String diffusersName(String part) {
        return switch (part) {
            case Parts.DENOISER -> "unet";
            case Parts.TEXT -> "text_encoder";
            case Parts.TEXT_2 -> "text_encoder_2";
            default -> part;
        };
    }

    /** Tensors gathered so far. */
    private record Writing(LoraFormat format, DType dtype, LoraBase base, List<Tensor> tensors) {

        void add(Lora lora, String of, String module, Part part) {
            if (part instanceof Lora.Custom custom) {
                throw new Problem(
                        "cannot write the LoRA " + lora.name(),
                        "its layer " + module + " is of the kind " + custom.kind() + ", which this format cannot hold",
                        "choose the format of the plugin that brings the kind");
            }
            if (format == KOHYA) {
                kohya(lora, module, kohyaName(of, module), part);
                return;
            }
            String path = LoraKey.diffusers(module)
                    .orElseThrow(() -> cannotHold(
                            lora, module, "the file that it came from calls it otherwise than diffusers does"));
            boolean text = Parts.isText(of);
            String name = diffusersName(of) + "." + (text ? withTextModel(path, '.') : path);
            if (format == PEFT && ofPeft(name, part)) {
                return;
            }
            Part direction = part instanceof Lora.Dora dora ? dora.direction() : part;
            if (!(direction instanceof Lora.LowRank low) || low.mid().isPresent()) {
                throw cannotHold(lora, module, "it is " + article(kind(direction)));
            }
            boolean diffusers = format == DIFFUSERS;
            if (part instanceof Lora.Dora dora) {
                if (diffusers || dora.magnitude().shape()[0] != low.out()) {
                    throw cannotHold(lora, module, diffusers ? "it is a DoRA" : "it is a DoRA with a norm per input");
                }
                put(name + ".lora_magnitude_vector", peftMagnitude(dora.magnitude(), low));
            }
            String down = diffusers ? (text ? ".lora_linear_layer.down" : ".lora.down") : ".lora_A";
            String up = diffusers ? (text ? ".lora_linear_layer.up" : ".lora.up") : ".lora_B";
            put(name + down + ".weight", low.down());
            // Neither spelling has a place for alpha that every reader looks at.
            put(name + up + ".weight", scaled(low.up(), low.scale()));
        }

        /** Whether it is of a kind that peft has a name of its own for, besides LoRA. */
        private boolean ofPeft(String name, Part part) {
            if (part instanceof Lora.Rotation rotation) {
                return turned(name, rotation);
            } else if (part instanceof Lora.Scaling scaling && scaling.peft()) {
                put(name + ".ia3_l", scaling.factors());
                return true;
            } else if (part instanceof Lora.Replacement replacement) {
                // Its own prefix tells these from a model's weights.
                String whole = "base_model.model." + name;
                replacement.weight().ifPresent(weight -> put(whole + ".weight", weight));
                replacement.bias().ifPresent(bias -> put(whole + ".bias", bias));
                return true;
            }
            return false;
        }

        /** Rotations in peft's spellings, which sd-scripts has too; false for those of LyCORIS. */
        private boolean turned(String name, Lora.Rotation rotation) {
            switch (rotation.turn()) {
                case PEFT -> put(name + ".oft_R.weight", upper(rotation.blocks()));
                case PEFT_OUTPUTS, PEFT_SCALED -> put(name + ".oft_r", withoutStages(rotation.blocks()));
                case PEFT_BUTTERFLY -> put(name + ".boft_R", rotation.blocks());
                default -> {
                    return false;
                }
            }
            String scale = rotation.turn() == Lora.Turn.PEFT_BUTTERFLY ? ".boft_s" : ".oft_s";
            rotation.rescale().ifPresent(values -> put(name + scale, values));
            return true;
        }

        private static Values withoutStages(Values blocks) {
            long[] shape = blocks.shape();
            return new Values(blocks.numbers(), shape[1], shape[2], shape[3]);
        }

        /** What block − blockᵀ has above its diagonal. */
        private static Values upper(Values blocks) {
            int count = Math.toIntExact(blocks.shape()[1]);
            int width = Math.toIntExact(blocks.shape()[2]);
            float[] upper = new float[count * width * (width - 1) / 2];
            int at = 0;
            for (int block = 0; block < count; block++) {
                for (int row = 0; row < width; row++) {
                    for (int column = row + 1; column < width; column++) {
                        int begin = block * width;
                        upper[at++] = blocks.numbers()[(begin + row) * width + column]
                                - blocks.numbers()[(begin + column) * width + row];
                    }
                }
            }
            return new Values(upper, count, width * (width - 1L) / 2);
        }

        private String kohyaName(String of, String module) {
            return switch (of) {
                case Parts.DENOISER -> "lora_unet_" + LoraKey.flatten(kohyaModule(module));
                case Parts.TEXT_2 -> "lora_te2_" + withTextModel(LoraKey.flatten(module), '_');
                default ->
                    (base == LoraBase.STABLE_DIFFUSION_XL ? "lora_te1_" : "lora_te_")
                            + withTextModel(LoraKey.flatten(module), '_');
            };
        }

        /** sd-scripts trains XL in its original layout, and versions 1 and 2 in diffusers'. */
        private String kohyaModule(String module) {
            return base == LoraBase.STABLE_DIFFUSION_XL
                    ? LoraKey.diffusers(module).map(UNetNames::toOriginalOfXl).orElse(module)
                    : module;
        }

        private static String withTextModel(String module, char joint) {
            String beginning = "text_model" + joint;
            boolean whole = module.startsWith(beginning) || module.equals("text_projection");
            return whole ? module : beginning + module;
        }

        private void kohya(Lora lora, String module, String name, Part part) {
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
            } else if (part instanceof Lora.Glora general) {
                put(name + ".a1.weight", general.outer());
                put(name + ".a2.weight", general.inner());
                put(name + ".b1.weight", general.added().up());
                put(name + ".b2.weight", general.added().down());
                alpha(name, general);
            } else if (part instanceof Lora.Rotation rotation) {
                if (!turned(name, rotation)) {
                    oft(name, rotation);
                }
            } else if (part instanceof Lora.Scaling scaling) {
                if (scaling.peft()) {
                    throw cannotHold(lora, module, "it is an (IA)³ of peft, which scales the bias too");
                }
                put(name + ".weight", scaling.factors());
                put(name + ".on_input", new Values(new float[] {scaling.ofOutputs() ? 0 : 1}));
            } else if (part instanceof Lora.Replacement replacement) {
                if (replacement.bias().isPresent()) {
                    throw cannotHold(lora, module, "it has a whole bias");
                }
                replacement.weight().ifPresent(weight -> put(name + ".set_weight", weight));
            } else if (part instanceof Lora.Difference difference) {
                // LyCORIS has names of their own for norms, which ComfyUI reads too.
                boolean norm = difference
                        .weight()
                        .map(weight -> weight.shape().length == 1)
                        .orElse(false);
                difference.weight().ifPresent(weight -> put(name + (norm ? ".w_norm" : ".diff"), weight));
                difference.bias().ifPresent(bias -> put(name + (norm ? ".b_norm" : ".diff_b"), bias));
            } else if (part instanceof Lora.Several several) {
                several.parts().forEach(each -> kohya(lora, module, name, each));
            } else if (part instanceof Lora.Dora dora) {
                kohya(lora, module, name, dora.direction());
                put(name + ".dora_scale", dora.magnitude());
            }
        }

        private void oft(String name, Lora.Rotation rotation) {
            boolean diagonal = rotation.turn() == Lora.Turn.DIAGONAL;
            put(name + ".oft_blocks", diagonal ? withoutStages(rotation.blocks()) : rotation.blocks());
            rotation.rescale().ifPresent(values -> put(name + ".rescale", values));
            double outputs = (double) rotation.blocks().shape()[1] * rotation.width();
            put(name + ".alpha", new Values(new float[] {(float) (rotation.constraint() / outputs)}));
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
            } else if (part instanceof Lora.LowRank) {
                return "LoCon with Tucker decomposition";
            } else if (part instanceof Lora.Several several) {
                return kind(several.parts().get(0)) + " with a difference of its bias";
            } else if (!(part instanceof Lora.Difference)) {
                return Lora.kind(part);
            }
            return "full difference";
        }

        private static String article(String kind) {
            return switch (kind) {
                case "OFT", "(IA)³" -> "an " + kind;
                case "replaced weights" -> "a replaced weight";
                default -> "a " + kind;
            };
        }

        private Problem cannotHold(Lora lora, String module, String why) {
            String other = format == KOHYA ? "peft" : "kohya";
            return new Problem(
                    "cannot write the LoRA " + lora.name() + " as a " + format.title() + " file",
                    "that format has no place for its layer " + module + ": " + why,
                    format == DIFFUSERS && why.equals("it is a DoRA")
                            ? "choose the format peft or kohya"
                            : "choose the format " + other);
        }
    }
}
