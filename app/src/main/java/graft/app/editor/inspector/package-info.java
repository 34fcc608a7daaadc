/**
 * The form of what is selected: a control for each kind of setting, with its help, range, default and problems.
 *
 * <p>Shows a {@link graft.app.workflow.Workflow} and changes it by edits that others carry out and can undo.
 */
package graft.app.editor.inspector;
