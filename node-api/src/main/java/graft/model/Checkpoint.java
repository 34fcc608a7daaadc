package graft.model;

import graft.node.Resource;
import graft.node.SocketType;
import graft.tensor.Compute;
import java.nio.file.Path;
import java.util.List;

/** One loaded base model, or a view of one with low-rank changes. */
@SocketType(id = "graft/model", title = "Model", color = "#B39DDB")
@SuppressWarnings("DoNotCallSuggester") // signatures first
public final class Checkpoint implements Resource {

    Checkpoint() {}

    /** Loads a diffusers folder or a single original-layout {@code .safetensors}; the parts are read when first used. */
    public static Checkpoint load(Path folderOrFile, Compute compute) {
        throw new UnsupportedOperationException();
    }

    /** What a model is, from its configs and headers alone. */
    public static CheckpointSpec inspect(Path folderOrFile) {
        throw new UnsupportedOperationException();
    }

    public String name() {
        throw new UnsupportedOperationException();
    }

    public String hash() {
        throw new UnsupportedOperationException();
    }

    public CheckpointSpec spec() {
        throw new UnsupportedOperationException();
    }

    public Compute compute() {
        throw new UnsupportedOperationException();
    }

    public Tokenizer tokenizer() {
        throw new UnsupportedOperationException();
    }

    public TextEncoder textEncoder() {
        throw new UnsupportedOperationException();
    }

    public UNet unet() {
        throw new UnsupportedOperationException();
    }

    public Vae vae() {
        throw new UnsupportedOperationException();
    }

    public SchedulerConfig scheduler() {
        throw new UnsupportedOperationException();
    }

    public Patches unetPatches() {
        throw new UnsupportedOperationException();
    }

    public Patches textPatches() {
        throw new UnsupportedOperationException();
    }

    /** A view that shares the weights: the patches are added to those already there; uses the base and {@code uses}. */
    public Checkpoint with(Patches unet, Patches text, List<? extends Resource> uses) {
        throw new UnsupportedOperationException();
    }

    @Override
    public List<Resource> uses() {
        throw new UnsupportedOperationException();
    }

    @Override
    public void close() {}
}
