/**
 * The editor's window and what stands around the canvas: start page, inspector, settings, lists and dialogs.
 *
 * <p>Puts the parts of the editor together; nothing but the command line knows of it.
 */
package graft.app.editor.shell;
