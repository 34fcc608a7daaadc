/**
 * Checks a workflow, plans what its outputs need, runs it off the caller's thread, keeps results, fills run folders.
 *
 * <p>Knows no window and no command line: whoever starts a run listens to its events.
 */
package graft.app.engine;
