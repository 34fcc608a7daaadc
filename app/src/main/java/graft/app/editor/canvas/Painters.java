package graft.app.editor.canvas;

/** What draws the parts of a canvas. */
record Painters(NodePainter nodes, WirePainter wires, BoxPainter boxes) {}
