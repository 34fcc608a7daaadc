package graft.app.sandbox;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a sandboxed process finds: files and folders, each where it is outside too unless said otherwise, and variables. What is added
 * later lies over what was added before.
 */
public final class Confines {

    private final List<String> options = new ArrayList<>();
    private final Map<String, String> environment = new LinkedHashMap<>();

    /** A file or folder to read, when it is there. */
    public Confines reads(Path path) {
        return reads(path, path);
    }

    /** A file or folder to read, at another place. */
    public Confines reads(Path path, Path at) {
        return add("--ro-bind-try", path, at);
    }

    /** A folder to read and write, which is there. */
    public Confines writes(Path folder) {
        return writes(folder, folder);
    }

    /** A folder to read and write, which is there, at another place. */
    public Confines writes(Path folder, Path at) {
        return add("--bind", folder, at);
    }

    /** A device, when it is there. */
    public Confines device(Path device) {
        return add("--dev-bind-try", device, device);
    }

    /** An empty folder of the process's own, in memory. */
    public Confines empty(Path folder) {
        options.addAll(List.of("--tmpfs", absolute(folder)));
        return this;
    }

    /** Nothing more is made or changed in a folder that was empty; what lies in it as a mount of its own stays as it is. */
    public Confines closed(Path folder) {
        options.addAll(List.of("--remount-ro", absolute(folder)));
        return this;
    }

    /** The folder to be in, which may hold nothing. */
    public Confines folder(Path folder) {
        options.addAll(List.of("--dir", absolute(folder), "--chdir", absolute(folder)));
        return this;
    }

    public Confines variable(String name, String value) {
        environment.put(name, value);
        return this;
    }

    private Confines add(String option, Path path, Path at) {
        options.addAll(List.of(option, absolute(path), absolute(at)));
        return this;
    }

    private static String absolute(Path path) {
        return path.toAbsolutePath().normalize().toString();
    }

    /** As bubblewrap's options. */
    List<String> options() {
        List<String> all = new ArrayList<>(options);
        environment.forEach((name, value) -> all.addAll(List.of("--setenv", name, value)));
        return all;
    }
}
