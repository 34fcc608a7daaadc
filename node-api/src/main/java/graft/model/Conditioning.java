package graft.model;

import ai.djl.ndarray.NDArray;
import graft.node.Resource;
import graft.node.SocketType;

/** A prompt as a model's network is told of it, one {@link Context} of one prompt in float32. Owns its arrays. */
@SocketType(id = "graft/conditioning", title = "Conditioning", color = "#FFA931")
public final class Conditioning implements Resource {

    private final Context context;
    private final String prompt;

    /** Takes over a context whose arrays belong to no scope. */
    public Conditioning(Context owned, String prompt) {
        this.context = owned;
        this.prompt = prompt;
    }

    /** Of one prompt; never written to. */
    public Context context() {
        return context;
    }

    /** The text that it stands for. */
    public String prompt() {
        return prompt;
    }

    public ConditioningSpec spec() {
        return new ConditioningSpec((int) context.states().getShape().get(2));
    }

    @Override
    public void close() {
        context.arrays().forEach(NDArray::close);
    }
}
