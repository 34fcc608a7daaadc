/**
 * Jobs of a sweep and where they run: a job is a command and a folder, and a place has its commands run.
 *
 * <p>What a job computes is told by the files in its folder alone. No workflow and no node lives here.
 */
package graft.job;
