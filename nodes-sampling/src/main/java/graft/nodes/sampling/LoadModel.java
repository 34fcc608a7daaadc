package graft.nodes.sampling;

import graft.file.Location;
import graft.model.Checkpoint;
import graft.model.CheckpointSpec;
import graft.model.SchedulerConfig;
import graft.model.WeightStorage;
import graft.node.Node;
import graft.node.NodeType;
import graft.node.Output;
import graft.node.Problem;
import graft.node.Run;
import graft.node.Setting;
import graft.node.Setting.Collection;
import graft.node.Setting.Control;
import graft.node.Specs;
import graft.sample.Prediction;
import graft.tensor.Compute;
import graft.tensor.Operators;
import java.nio.file.Path;
import java.util.Optional;

/** Loads a Stable Diffusion model: its text encoder, UNet and VAE. */
@NodeType(
        id = "graft/model/load",
        title = "Load Model",
        category = "model",
        help = "Loads a Stable Diffusion model: a .safetensors file, a folder in the layout of diffusers, or the small"
                + " model that comes with Graft.",
        words = {"checkpoint", "base", "stable diffusion", "safetensors", "diffusers"})
public final class LoadModel implements Node {

    private static final String WANTED = "a .safetensors file, a diffusers folder or builtin:emoji-sd";

    @Setting(
            control = Control.MODEL,
            collection = Collection.CHECKPOINTS,
            help =
                    "A .safetensors file, a folder in the layout of diffusers, the name of either in your model folders, or"
                            + " builtin:emoji-sd, which draws emoji of"
                            + " 64 by 64 pixels.")
    String file = "builtin:emoji-sd";

    /** What a model predicts. */
    enum Predicts {
        /** What its files say. */
        AUTO,
        EPSILON,
        V_PREDICTION,
        /** Velocity, of noise that goes up to nothing but noise. */
        V_PREDICTION_ZERO_SNR;

        SchedulerConfig of(SchedulerConfig said) {
            return switch (this) {
                case AUTO -> said;
                case EPSILON -> said.predicting(Prediction.EPSILON.id(), false);
                case V_PREDICTION -> said.predicting(Prediction.V_PREDICTION.id(), false);
                case V_PREDICTION_ZERO_SNR -> said.predicting(Prediction.V_PREDICTION.id(), true);
            };
        }
    }

    @Setting(
            advanced = true,
            help = "What the model was trained to predict: auto is what its files say. Single files often do not: where"
                    + " pictures come out as noise or washed out, the model's page tells whether it is one of v prediction,"
                    + " and whether with zero terminal SNR.")
    Predicts prediction = Predicts.AUTO;

    @Setting(
            advanced = true,
            help =
                    "How the weights lie in memory. The pictures are the same but with INT8, whose layers are rounded to a"
                            + " quarter of FP32's memory: their error is told in the log. INT8 fast computes with them in whole numbers,"
                            + " too, on a processor in about half the time: pictures are alike, not the same. As in the file, weights"
                            + " of 16 bits take half the memory of FP32 and a little longer; auto chooses by the memory that is free.")
    WeightStorage weights = WeightStorage.AUTO;

    @Setting(
            title = "VAE",
            advanced = true,
            control = Control.FILE,
            collection = Collection.VAES,
            help =
                    "A file, or a name in your model folders, that the VAE is read from in place of the model's own; empty for"
                            + " its own. A tiny autoencoder (taesd_decoder or taesdxl_decoder, with its encoder beside it)"
                            + " makes rougher pictures in a small part of the time.")
    String vae = "";

    @Output(help = "The model, shared by all that it is wired to.")
    Checkpoint model;

    @Override
    public void configure(Specs specs) {
        Path place = Location.of(file, "file", WANTED);
        specs.reads(place);
        try {
            Checkpoint.Seen seen = Checkpoint.look(place, otherVae());
            CheckpointSpec spec = seen.spec();
            specs.output("model", spec.with(noise(spec.scheduler())).with(weights));
            // Beside a single file too there may be its tokenizer and configs.
            seen.contents().stream().filter(file -> !file.startsWith(place)).forEach(specs::reads);
        } catch (Problem e) {
            throw e.socket().isPresent() ? e : e.at(vae.isBlank() || !opens(place) ? "file" : "vae");
        }
    }

    /** Whether a model is there, so that it is another VAE that is wrong. */
    private static boolean opens(Path place) {
        try {
            Checkpoint.inspect(place);
            return true;
        } catch (Problem none) {
            return false;
        }
    }

    private SchedulerConfig noise(SchedulerConfig said) {
        try {
            return prediction.of(said);
        } catch (Problem e) {
            throw e.at("prediction");
        }
    }

    @Override
    public void run(Run run) {
        Compute compute = Compute.of(run.device());
        Compute.prepareThread();
        model = Checkpoint.load(Location.of(file, "file", WANTED), otherVae(), compute, this::noise, weights);
        model.notes().forEach(run::log);
        model.roundings().forEach(run::log);
        if (weights == WeightStorage.INT8_FAST && !(compute.isCpu() && Operators.hasWholeProducts())) {
            run.warn("INT8 fast is computed as INT8 here: "
                    + (compute.isCpu()
                            ? "this processor cannot multiply whole numbers of 8 bits."
                            : "it is for the CPU alone."));
        }
    }

    private Optional<Path> otherVae() {
        return vae.isBlank()
                ? Optional.empty()
                : Optional.of(Location.ofFile(vae, "vae", "a VAE file, or nothing for the model's own", "the VAE"));
    }
}
