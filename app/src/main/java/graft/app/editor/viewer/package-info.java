/**
 * Pictures on the screen: a gallery, one picture at any zoom, two compared with a slider, what a file tells of itself.
 *
 * <p>Knows no run and no canvas; what is done with a picture goes to whoever shows the viewer.
 */
package graft.app.editor.viewer;
