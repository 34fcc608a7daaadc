package graft.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.jni.JniUtils;
import graft.JavaProcess;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/**
 * Processes that load libtorch in the plainest way, {@code java -cp}; their OpenMP prints what it goes by.
 *
 * <p>GCC's OpenMP, which Linux's libtorch brings, knows {@code OMP_DISPLAY_ENV=VERBOSE}.
 */
@EnabledOnOs(OS.LINUX)
class PatientTorchTest {

    /** A program of a stranger's: it asks DJL for a tensor and knows nothing of Graft. */
    static final class Program {

        private Program() {}

        public static void main(String[] args) {
            try (NDManager manager = NDManager.newBaseManager()) {
                System.out.println(manager.ones(new Shape(2)).sum().getFloat());
                System.out.println("intra-op threads: " + JniUtils.getNumThreads());
            }
        }
    }

    private static String run(Map<String, String> environment, String... options) throws IOException {
        ProcessBuilder program =
                JavaProcess.program(Program.class, List.of(options)).redirectErrorStream(true);
        program.environment()
                .keySet()
                .removeIf(name -> name.startsWith("OMP_") || name.startsWith("GOMP_") || name.startsWith("KMP_"));
        program.environment().put("OMP_DISPLAY_ENV", "VERBOSE");
        program.environment().putAll(environment);
        return JavaProcess.printed(program);
    }

    @Test
    void threadsSleepWhileTheyWait() throws IOException {
        assertThat(run(Map.of())).contains("OMP_WAIT_POLICY = 'PASSIVE'", "GOMP_SPINCOUNT = '3000'");
    }

    @Test
    void whatAPersonHasSetStays() throws IOException {
        assertThat(run(Map.of("OMP_WAIT_POLICY", "ACTIVE"))).contains("OMP_WAIT_POLICY = 'ACTIVE'");
        assertThat(run(Map.of("GOMP_SPINCOUNT", "12345"))).contains("GOMP_SPINCOUNT = '12345'");
        assertThat(run(Map.of("OMP_NUM_THREADS", "3"), "-XX:ActiveProcessorCount=1"))
                .contains("OMP_NUM_THREADS = '3'", "OMP_WAIT_POLICY = 'PASSIVE'");
    }

    /** As in a container that may use one processor's time, on a machine of many. */
    @Test
    void thereAreNoMoreThreadsThanProcessorsToRunThem() throws IOException {
        assertThat(run(Map.of(), "-XX:ActiveProcessorCount=1")).contains("intra-op threads: 1");
    }
}
