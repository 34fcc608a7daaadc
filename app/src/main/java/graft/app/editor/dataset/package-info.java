/**
 * Training pictures with their captions, looked at and edited where a node of a workflow holds them.
 *
 * <p>What is edited here is settings of nodes: no file is changed, and a run without a window does the same.
 */
package graft.app.editor.dataset;
