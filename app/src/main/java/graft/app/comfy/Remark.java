package graft.app.comfy;

/**
 * Something of a file that was not taken over, or that Graft does otherwise than ComfyUI.
 *
 * @param node id of the node that it is about; empty for the workflow as a whole and for what lies in a subgraph
 * @param sentence names the node there, the setting or wire, and what became of it
 */
public record Remark(String node, String sentence) {}
