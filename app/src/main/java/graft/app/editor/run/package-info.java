/**
 * Running from the editor: what waits and what runs, how each node is doing, losses as they come, problems, the log, and the
 * runs of before.
 *
 * <p>Runs happen in a {@link graft.app.worker.RunBackend}, off the event dispatch thread; what they tell comes to it in
 * bundles, at most thirty times a second. Knows no window: whoever has one gives a {@link graft.app.editor.run.RunHost}.
 */
package graft.app.editor.run;
