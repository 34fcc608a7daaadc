package graft.tensor;

import ai.djl.pytorch.engine.PtEngineProvider;
import com.sun.jna.Function;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Platform;
import com.sun.jna.WString;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * DJL's libtorch, with no more threads than this process has processors, which look a few times whether the others are done and then
 * sleep.
 *
 * <p>They would spin on, which is many times slower beside other programs: the one that is waited for finds no processor. To sleep at
 * once is slower where operators are short: waking takes longer than they do. OpenMP reads how to wait from the environment when libtorch
 * is loaded. DJL makes one of each provider before it loads any library, so that whoever started this process, and
 * whatever first asks for a tensor, passes here. Variables that a person has set stay as they are.
 */
public final class PatientTorch extends PtEngineProvider {

    private static final Logger LOG = LoggerFactory.getLogger(PatientTorch.class);

    /** As few as are nearly as fast as spinning on, on a machine that does nothing else: some tens of microseconds. */
    private static final String SPINS = "3000";

    /** For DJL, which finds providers by the service loader. */
    public PatientTorch() {
        // The standard's variable, then those of GCC's and of LLVM's OpenMP.
        if (noneIsSet("OMP_WAIT_POLICY", "GOMP_SPINCOUNT", "KMP_BLOCKTIME")) {
            set("OMP_WAIT_POLICY", "PASSIVE");
            set("GOMP_SPINCOUNT", SPINS);
        }
        int processors = Runtime.getRuntime().availableProcessors();
        if (processors < allowedProcessors() && noneIsSet("OMP_NUM_THREADS")) {
            set("OMP_NUM_THREADS", String.valueOf(processors));
        }
    }

    private static boolean noneIsSet(String... names) {
        return Stream.of(names).allMatch(name -> System.getenv(name) == null);
    }

    /**
     * How many processors OpenMP believes to have: those that the process may run on. Java counts a container's share of
     * their time too, which may be fewer; 0 where the system does not tell.
     */
    private static int allowedProcessors() {
        Path status = Path.of("/proc/self/status");
        if (!Files.isReadable(status)) {
            return 0;
        }
        try {
            Matcher mask =
                    Pattern.compile("(?m)^Cpus_allowed:\\s+([0-9a-f,]+)$").matcher(Files.readString(status));
            return mask.find() ? new BigInteger(mask.group(1).replace(",", ""), 16).bitCount() : 0;
        } catch (IOException unreadable) {
            return 0;
        }
    }

    /** Sets a variable of the process itself, which Java cannot. */
    private static void set(String name, String value) {
        try {
            if (Platform.isWindows()) {
                function("kernel32", "SetEnvironmentVariableW")
                        .invokeInt(new Object[] {new WString(name), new WString(value)});
            } else {
                function(Platform.C_LIBRARY_NAME, "setenv").invokeInt(new Object[] {name, value, 1});
            }
        } catch (LinkageError | RuntimeException refused) {
            // Where JNA cannot unpack its native code, say. All is right without, but slower beside other programs.
            LOG.warn("{} is not set to {} for libtorch's threads: {}", name, value, refused.toString());
        }
    }

    private static Function function(String library, String name) {
        return NativeLibrary.getInstance(library).getFunction(name);
    }
}
