/**
 * The command line: one class per command, the terminal's progress line and the events for other programs.
 *
 * <p>Only parsing, printing and exit codes live here; what a command does belongs to the engine or the node API.
 */
package graft.app.command;
