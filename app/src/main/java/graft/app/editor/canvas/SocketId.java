package graft.app.editor.canvas;

/**
 * A socket of a node of the canvas.
 *
 * @param id of the output, of the input, or of the setting that a wire may drive
 * @param output on which side of the node it is
 */
record SocketId(String node, String id, boolean output) {}
