package graft.app.workflow;

/**
 * A socket inside a subgraph that shows outside.
 *
 * @param id of the socket outside
 * @param title what people read there; empty for the inner socket's
 * @param node id of the node inside
 * @param socket its input, setting or output
 */
public record Port(String id, String title, String node, String socket) {}
