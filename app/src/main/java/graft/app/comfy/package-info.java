/**
 * Files of ComfyUI: read in each form that it saves, and translated into workflows of Graft.
 *
 * <p>Nothing is lost on the way: what has no place in a workflow of Graft lies in its {@code extra}, as it came, and what is not
 * taken over is named. Knows no window, no engine and no plugin.
 */
package graft.app.comfy;
