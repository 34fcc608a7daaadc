package graft.app.workflow;

import com.google.gson.JsonObject;

/**
 * A process of this machine, so that files can say whose they are.
 *
 * @param started when it began, as its system tells; empty where it does not. A pid alone is given again to another
 */
public record ProcessId(long pid, String started) {

    /** The property that tells a sandboxed process, whose numbers of processes are its own, who started it. */
    public static final String STARTER = "graft.startedBy";

    /** This process; of a sandboxed one, which does not outlive it, the one that started it. */
    public static ProcessId current() {
        String starter = System.getProperty(STARTER, "");
        if (!starter.isEmpty()) {
            String[] parts = starter.split(" ", 2);
            return new ProcessId(Long.parseLong(parts[0]), parts[1]);
        }
        return of(ProcessHandle.current());
    }

    /** Another one of this machine. */
    public static ProcessId of(ProcessHandle process) {
        return new ProcessId(process.pid(), started(process));
    }

    /** As the value of {@link #STARTER}. */
    public String asStarter() {
        return pid + " " + started;
    }

    private static String started(ProcessHandle process) {
        return process.info().startInstant().map(Object::toString).orElse("");
    }

    /** What {@link #addTo} left in a file. */
    public static ProcessId in(JsonObject file) {
        return new ProcessId(
                file.get("process").getAsLong(), file.get("processStarted").getAsString());
    }

    /** Notes it in a file. */
    public void addTo(JsonObject file) {
        file.addProperty("process", pid);
        file.addProperty("processStarted", started);
    }

    /** Whether it still runs. */
    public boolean lives() {
        return ProcessHandle.of(pid)
                .filter(ProcessHandle::isAlive)
                .filter(process -> started.isEmpty() || started(process).equals(started))
                .isPresent();
    }
}
