/**
 * What a user has set up on this machine, for the editor and the command line alike: where settings lie, and the folders in which
 * models are collected, as ComfyUI and the AUTOMATIC1111 web UI lay them out.
 *
 * <p>Looks at names and folders only: what a file holds is read by the nodes and by the editor's library. Knows no window.
 */
package graft.app.user;
