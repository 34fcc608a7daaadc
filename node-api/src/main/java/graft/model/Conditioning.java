package graft.model;

import ai.djl.ndarray.NDArray;
import graft.node.Resource;
import graft.node.SocketType;

/** A prompt as the UNet sees it: text states, float32 [1,t,d]. Owns its array. */
@SocketType(id = "graft/conditioning", title = "Conditioning", color = "#FFA931")
public final class Conditioning implements Resource {

    private final NDArray array;
    private final String prompt;

    /** Takes over an array that belongs to no scope. */
    public Conditioning(NDArray owned, String prompt) {
        this.array = owned;
        this.prompt = prompt;
    }

    /** [1,t,d]; never written to. */
    public NDArray array() {
        return array;
    }

    /** The text that it stands for. */
    public String prompt() {
        return prompt;
    }

    public ConditioningSpec spec() {
        return new ConditioningSpec((int) array.getShape().get(2));
    }

    @Override
    public void close() {
        array.close();
    }
}
