package graft.app.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.djl.util.cuda.CudaUtils;
import graft.node.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is said of each thing that a CUDA device needs, as far as a machine without one can tell. */
class CudaLookTest {

    @TempDir
    private Path folder;

    @BeforeEach
    void onLinux() {
        assumeTrue(System.getProperty("os.name").startsWith("Linux"));
    }

    private CudaLook look(Map<String, String> environment) {
        return new CudaLook(environment, folder, folder.resolve("cache"));
    }

    private static void assertSays(ThrowingCallable look, String happened, String why, String remedy) {
        assertThatThrownBy(look).isInstanceOfSatisfying(Problem.class, problem -> {
            assertThat(problem.happened()).contains(happened);
            assertThat(problem.why()).contains(why);
            assertThat(problem.remedy()).contains(remedy);
        });
    }

    @Test
    void aMachineWithoutADeviceFileHasNoDriver() {
        assertSays(() -> look(Map.of()).driver(), "no NVIDIA driver", "nvidia0", "install NVIDIA's driver");
    }

    @Test
    void aDeviceFileWithoutTheDriversLibraryIsHalfAnInstallation() throws IOException {
        assumeTrue(!CudaUtils.hasCuda() && !Files.exists(Path.of("/dev/nvidiactl")));
        Files.createFile(folder.resolve("nvidia0"));

        assertSays(() -> look(Map.of()).driver(), "driver is not whole", "libcuda.so.1", "with its libraries");
    }

    @Test
    void withoutTheRuntimeNoDeviceIsCounted() {
        assumeTrue(!CudaUtils.hasCuda());

        assertSays(() -> look(Map.of()).runtime(), "runtime is not found", "libcudart", "LD_LIBRARY_PATH");
        assertSays(() -> look(Map.of()).devicesFound(), "no CUDA device", "counts none", "driver and runtime");
    }

    @Test
    void theCpuBuildOnTheClassPathIsInTheWay() {
        assertSays(() -> look(Map.of()).natives(), "CPU build is in the way", "class path", "GRAFT_NATIVES=cuda");
    }

    @Test
    void aNamedFolderHasToHoldTheCudaBuild() throws IOException {
        CudaLook look = look(Map.of("PYTORCH_LIBRARY_PATH", folder.toString()));
        assertSays(look::natives, "PYTORCH_LIBRARY_PATH", "libtorch_cuda.so is not there", "CUDA 12.8");

        Files.createFile(folder.resolve("libtorch_cuda.so"));
        assertThat(look.natives()).contains(folder.toString());
    }

    @Test
    void theBridgeIsOfOneLibtorch() {
        assumeTrue(System.getProperty("os.arch").equals("amd64"));

        assertThat(look(Map.of()).bridge()).contains("2.7.1", "cu128");
        assertSays(
                () -> look(Map.of("PYTORCH_VERSION", "2.6.0")).bridge(),
                "does not fit",
                "2.6.0",
                "take libtorch 2.7.1");
        assertSays(() -> look(Map.of("PYTORCH_FLAVOR", "cpu")).bridge(), "PYTORCH_FLAVOR", "cpu", "cu128");
    }
}
