package graft.app.command;

import ai.djl.Device;
import ai.djl.util.Utils;
import ai.djl.util.cuda.CudaUtils;
import com.sun.jna.NativeLibrary;
import com.sun.jna.ptr.IntByReference;
import graft.file.Folder;
import graft.node.Problem;
import graft.tensor.Memory;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.MemoryUsage;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;

/**
 * What a CUDA device needs, one after the other: driver, runtime, libtorch's CUDA build, DJL's bridge to it, the devices.
 *
 * <p>Each look says what it found, or throws a {@link Problem} with what to do.
 *
 * @param environment of the process
 * @param devices where the system has its device files: {@code /dev}
 * @param cache where DJL fetches builds of libtorch to
 */
record CudaLook(Map<String, String> environment, Path devices, Path cache) {

    private static final String FLAVOR = "cu128";
    private static final boolean LINUX = System.getProperty("os.name").startsWith("Linux");
    private static final boolean WINDOWS = System.getProperty("os.name").startsWith("Windows");

    static CudaLook ofThisMachine() {
        return new CudaLook(System.getenv(), Path.of("/dev"), Utils.getEngineCacheDir("pytorch"));
    }

    /** The driver: its device files and its library. */
    String driver() throws IOException {
        if (!LINUX && !WINDOWS) {
            throw new Problem(
                    "there is no CUDA on this system",
                    "NVIDIA's driver exists for Linux and Windows",
                    "use --device cpu");
        }
        if (LINUX && cards().isEmpty()) {
            throw new Problem(
                    "there is no NVIDIA driver at work",
                    "no card has a device file (" + devices.resolve("nvidia0") + ")",
                    "put in a card and install NVIDIA's driver (570 or newer), restart, and see that nvidia-smi lists it; in"
                            + " a container, start it with the card (docker run --gpus all)");
        }
        try {
            NativeLibrary library = NativeLibrary.getInstance(WINDOWS ? "nvcuda" : "cuda");
            IntByReference version = new IntByReference();
            int answer = library.getFunction("cuInit").invokeInt(new Object[] {0});
            if (answer != 0) {
                throw new Problem(
                        "NVIDIA's driver does not start",
                        "cuInit answers " + answer,
                        "restart the machine, and see what nvidia-smi says");
            }
            library.getFunction("cuDriverGetVersion").invokeInt(new Object[] {version});
            return "it knows CUDA up to " + words(version.getValue());
        } catch (UnsatisfiedLinkError missing) {
            throw new Problem(
                            "NVIDIA's driver is not whole",
                            "its library (libcuda.so.1 or nvcuda.dll) does not load",
                            "install NVIDIA's driver again, with its libraries")
                    .causedBy(missing);
        }
    }

    private List<String> cards() throws IOException {
        if (!Files.isDirectory(devices)) {
            return List.of();
        }
        return Folder.entries(devices).stream()
                .map(file -> file.getFileName().toString())
                .filter(name -> name.matches("nvidia\\d+"))
                .sorted()
                .toList();
    }

    private static String words(int version) {
        return version / 1000 + "." + version % 1000 / 10;
    }

    /** The runtime's library, by which alone DJL looks for devices. */
    String runtime() {
        if (!CudaUtils.hasCuda()) {
            throw new Problem(
                    "the CUDA runtime is not found",
                    "libcudart (cudart64 on Windows) does not load, without which DJL counts no device and takes the CPU",
                    "install the CUDA runtime 12.8 or newer, and put the folder of libcudart on LD_LIBRARY_PATH (on Windows on"
                            + " PATH)");
        }
        int version = CudaUtils.getCudaVersion();
        if (version < 12_080) {
            throw new Problem(
                    "the CUDA runtime is too old",
                    "it is " + words(version) + ", and libtorch's CUDA build is of 12.8",
                    "install the CUDA runtime 12.8 or newer");
        }
        return "CUDA " + words(version);
    }

    /** libtorch's CUDA build: in the named folder, on the class path, fetched before, or to be fetched. */
    String natives() throws IOException {
        String named = environment.get("PYTORCH_LIBRARY_PATH");
        if (named != null && !named.isBlank()) {
            return namedFolder(Path.of(named));
        }
        List<String> flavors = resources("native/lib/pytorch.properties").stream()
                .map(jar -> properties(jar).getProperty("flavor", ""))
                .toList();
        if (flavors.stream().anyMatch(flavor -> flavor.startsWith("cu"))) {
            return "on the class path";
        }
        if (!flavors.isEmpty()) {
            throw new Problem(
                    "libtorch's CPU build is in the way",
                    "it is on the class path, and DJL takes it before it looks further",
                    "start with GRAFT_NATIVES=cuda, which leaves it out");
        }
        Path fetched = cache.resolve(version() + "-" + FLAVOR + "-" + system());
        if (Files.isDirectory(fetched)) {
            return "in " + fetched;
        }
        if (Boolean.getBoolean("ai.djl.offline") || "true".equals(environment.get("DJL_OFFLINE"))) {
            throw new Problem(
                    "libtorch's CUDA build is not here",
                    fetched + " is not there, and DJL was told to stay offline",
                    "start once with a network and without that, or set PYTORCH_LIBRARY_PATH to the lib folder of a PyTorch "
                            + version() + " for CUDA 12.8");
        }
        return "not here yet: DJL fetches it at first use, about 3 GB, into " + fetched;
    }

    private static String namedFolder(Path folder) {
        String ending = WINDOWS ? "torch_cuda.dll" : "libtorch_cuda.so";
        if (!Files.exists(folder.resolve(ending))) {
            throw new Problem(
                    "PYTORCH_LIBRARY_PATH holds no CUDA build of libtorch",
                    folder.resolve(ending) + " is not there",
                    "point it at the lib folder of a PyTorch " + version() + " for CUDA 12.8, or unset it");
        }
        return "in " + folder;
    }

    /** DJL's library between Java and libtorch, which is of one version of it. */
    String bridge() {
        String library = WINDOWS ? "djl_torch.dll" : "libdjl_torch.so";
        String resource = "jnilib/" + system() + "/" + FLAVOR + "/" + library;
        if (CudaLook.class.getClassLoader().getResource(resource) == null) {
            throw new Problem(
                    "there is no bridge from Java to libtorch for CUDA on this system",
                    "DJL's has none for " + system() + " (" + resource + ")",
                    "use Linux or Windows on x86-64, or --device cpu");
        }
        String told = environment.getOrDefault("PYTORCH_VERSION", version());
        if (!told.equals(version())) {
            throw new Problem(
                    "the bridge does not fit the libtorch that was named",
                    "PYTORCH_VERSION is " + told + ", and the bridge is of " + version(),
                    "take libtorch " + version() + ", or build DJL's pytorch-native against yours");
        }
        String flavor = environment.getOrDefault("PYTORCH_FLAVOR", FLAVOR);
        if (!flavor.startsWith("cu")) {
            throw new Problem(
                    "PYTORCH_FLAVOR chooses libtorch's CPU build",
                    "it is " + flavor,
                    "set it to " + FLAVOR + ", or unset it");
        }
        return "of libtorch " + version() + ", " + FLAVOR;
    }

    /** The devices, each with its memory. */
    String devicesFound() {
        int count = CudaUtils.hasCuda() ? CudaUtils.getGpuCount() : 0;
        if (count == 0) {
            throw new Problem(
                    "no CUDA device is found",
                    "the runtime counts none",
                    "mend what is said of driver and runtime first; CUDA_VISIBLE_DEVICES hides devices too");
        }
        List<String> all = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            MemoryUsage memory = CudaUtils.getGpuMemory(Device.gpu(i));
            all.add("cuda:" + i + " of compute capability " + CudaUtils.getComputeCapability(i) + ", "
                    + Memory.words(memory.getMax() - memory.getUsed()) + " free of " + Memory.words(memory.getMax()));
        }
        return String.join("; ", all);
    }

    private static String system() {
        String os = WINDOWS ? "win" : LINUX ? "linux" : "osx";
        String processor = System.getProperty("os.arch").equals("amd64") ? "x86_64" : System.getProperty("os.arch");
        return os + "-" + processor;
    }

    /** Of the libtorch that the bridge is of. */
    private static String version() {
        return resources("jnilib/pytorch.properties").stream()
                .findFirst()
                .map(CudaLook::properties)
                .flatMap(properties -> Optional.ofNullable(properties.getProperty("jni_version")))
                .map(version -> version.replaceFirst("-.*", ""))
                .orElse("2.7.1");
    }

    private static List<URL> resources(String name) {
        try {
            return Collections.list(CudaLook.class.getClassLoader().getResources(name));
        } catch (IOException unreadable) {
            return List.of();
        }
    }

    private static Properties properties(URL url) {
        Properties properties = new Properties();
        try (InputStream in = url.openStream()) {
            properties.load(in);
        } catch (IOException unreadable) {
            return properties;
        }
        return properties;
    }
}
