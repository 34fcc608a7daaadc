/**
 * Sweeps: one workflow with many settings, each a job in a folder of its own; what is asked for, its jobs, the folder, one job's run, the report.
 *
 * <p>Where jobs run is said by {@code graft.job}, and by plugins. No window and no command lives here.
 */
package graft.app.sweep;
