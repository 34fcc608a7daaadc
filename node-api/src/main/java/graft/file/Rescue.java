package graft.file;

import graft.node.Problem;
import graft.node.Run;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;

/** Writes what hours may have gone into: at another place when it cannot be where it was asked for, but never nowhere. */
public final class Rescue {

    private static final String NAME = "rescued";

    /** Writes into a folder, which it makes. */
    @FunctionalInterface
    public interface Writing {
        /**
         * @param asAsked in the form that was asked for; else in the one that holds most, since that may be what failed
         * @return what it wrote and told the run of
         */
        List<Path> into(Path folder, boolean asAsked);
    }

    private Rescue() {}

    /**
     * Writes into a folder. Where that fails, it is written into the folder of the run, else Graft's cache folder, else the
     * system's folder for temporary files.
     *
     * @throws Problem when it could not be written into the folder that was asked for, saying where it is instead
     */
    public static void write(Run run, Path folder, Writing writing) {
        try {
            writing.into(folder, true);
        } catch (Problem | UncheckedIOException e) {
            throw rescued(run, folder, writing, e);
        }
    }

    private static RuntimeException rescued(Run run, Path folder, Writing writing, RuntimeException failure) {
        List<Supplier<Path>> others = List.of(
                run::folder,
                () -> CacheFolder.path().resolve(NAME),
                () -> Path.of(System.getProperty("java.io.tmpdir"), "graft-" + NAME));
        for (Supplier<Path> other : others) {
            try {
                List<Path> kept = writing.into(other.get(), false);
                Problem problem = failure instanceof Problem told ? told : FileFault.writing(folder, failure);
                return new Problem(
                                problem.happened(),
                                problem.why(),
                                "it is not lost but kept as " + kept.get(0)
                                        + (kept.size() > 1 ? " and " + (kept.size() - 1) + " more beside it" : "")
                                        + ": take it from there, and " + problem.remedy() + " next time")
                        .causedBy(failure);
            } catch (Problem | UncheckedIOException noBetter) {
                if (noBetter != failure) {
                    failure.addSuppressed(noBetter);
                }
            }
        }
        return failure;
    }
}
