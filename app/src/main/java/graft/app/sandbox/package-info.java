/**
 * Processes that the system confines: on Linux by bubblewrap, elsewhere there are none.
 *
 * <p><b>What is enforced</b>, by the kernel and not by Java: no network, not that of this machine either; no other process
 * can be started, seen or signalled; of the files only those that are named are there, most of them read-only, the home folder and {@code /tmp} are
 * empty, and what is written to the one folder for temporary files vanishes with the process; no terminal; no rights to be had; only the named variables of the environment; and all ends
 * with the program that started it.
 *
 * <p><b>What is not</b>: a fault of the kernel or of a graphics driver is a way out; memory, processors and the disk behind writable
 * folders are not rationed; what a process was given to read it may write into what it was given to write.
 *
 * <p>Knows no plugin, no workflow and no window.
 */
package graft.app.sandbox;
