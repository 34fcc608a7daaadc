/**
 * Where the editor's runs happen: in its own process, or in a worker process whose death it outlives.
 *
 * <p>Knows the engine, and no window and no command line. Whoever starts a run hears its events either way.
 */
package graft.app.worker;
