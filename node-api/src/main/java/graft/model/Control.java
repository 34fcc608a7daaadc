package graft.model;

import graft.node.Resource;
import graft.node.SocketType;

/** A ControlNet on a wire. Owns its network. */
@SocketType(id = "graft/control", title = "ControlNet", color = "#6EE7B7")
public record Control(ControlNetwork network) implements Resource {

    public ControlSpec spec() {
        return new ControlSpec(network.contextWidth());
    }

    @Override
    public void close() {
        network.close();
    }
}
