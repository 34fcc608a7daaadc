/**
 * The canvas: draws a workflow's nodes and wires and turns what mouse and keyboard do there into edits of it.
 *
 * <p>The document owns the truth. JGraphX holds a projection of it, which only {@link
 * graft.app.editor.canvas.Projection} changes.
 */
package graft.app.editor.canvas;
