package graft.app.command;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import graft.app.engine.Versions;
import graft.app.plugin.InstalledPlugin;
import graft.app.plugin.NodeLibrary;
import graft.app.plugin.Plugin;
import graft.app.plugin.PluginFailure;
import graft.app.plugin.PluginStore;
import graft.app.sandbox.Sandbox;
import graft.file.BuiltIn;
import graft.file.CacheFolder;
import graft.node.Problem;
import graft.tensor.Compute;
import graft.tensor.Memory;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code graft doctor}: whether everything that a run needs is here, and what it found. */
@Command(
        name = "doctor",
        description =
                "Looks at everything that a run needs and says what it found: Java, memory, device, libtorch, plugins,"
                        + " sandbox, cache folder, built-in model.",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:all is well", "1:something failed"})
final class DoctorCommand implements Callable<Integer> {

    private enum Verdict {
        OK,
        FAILED
    }

    private record Finding(String what, Verdict verdict, String text) {}

    private interface Look {
        String look() throws IOException;
    }

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--device",
            paramLabel = "DEVICE",
            description = "Look at cpu, cuda or cuda:N (default: as a run would choose). For cuda it looks at driver,"
                    + " runtime, libtorch's CUDA build, the bridge to it and each device, and says what is missing"
                    + " and what to do.")
    private String device;

    @Option(names = "--json", description = "Prints the findings as one JSON object.")
    private boolean json;

    private final List<Finding> findings = new ArrayList<>();

    @Override
    public Integer call() {
        for (Map.Entry<String, String> version : Versions.all().entrySet()) {
            find(version.getKey(), version::getValue);
        }
        find("processor", () -> Runtime.getRuntime().availableProcessors() + " threads");
        find("memory", DoctorCommand::memory);
        if (device != null && device.startsWith("cuda")) {
            CudaLook cuda = CudaLook.ofThisMachine();
            find("CUDA driver", cuda::driver);
            find("CUDA runtime", cuda::runtime);
            find("CUDA build of libtorch", cuda::natives);
            find("CUDA bridge", cuda::bridge);
            find("CUDA devices", cuda::devicesFound);
        }
        find("device", () -> {
            Compute compute = Compute.choose(device);
            return compute.name() + ": " + compute.why();
        });
        find("libtorch works", this::arithmetic);
        plugins();
        sandbox();
        for (String model : Stream.concat(BuiltIn.models().stream(), BuiltIn.visionModels().stream())
                .toList()) {
            find(model, () -> "intact in " + BuiltIn.path(model));
        }
        find("cache", DoctorCommand::cache);
        print();
        return findings.stream().anyMatch(finding -> finding.verdict == Verdict.FAILED)
                ? ExitCode.FAILED
                : ExitCode.DONE;
    }

    private void find(String what, Look look) {
        try {
            findings.add(new Finding(what, Verdict.OK, look.look()));
        } catch (Problem | IOException failure) {
            findings.add(new Finding(what, Verdict.FAILED, failure.getMessage()));
        }
    }

    private static String memory() {
        OptionalLong installed = Memory.installed();
        OptionalLong available = Memory.available();
        return installed.isEmpty() || available.isEmpty()
                ? "unknown on this system"
                : Memory.words(available.getAsLong()) + " available of " + Memory.words(installed.getAsLong());
    }

    private static String cache() throws IOException {
        return Memory.words(CacheFolder.bytes(CacheFolder.ENCODED)) + " of encoded pictures and captions and "
                + Memory.words(CacheFolder.bytes(CacheFolder.INT8)) + " of int8 weights, of at most "
                + Memory.words(CacheFolder.MOST_BYTES) + ", in " + CacheFolder.path();
    }

    /** Multiplies two matrices of ones on the device. */
    private String arithmetic() {
        try (NDManager manager = Compute.choose(device).newManager()) {
            int n = 64;
            NDArray product = manager.ones(new Shape(n, n)).matMul(manager.ones(new Shape(n, n)));
            float sum = product.sum().toFloatArray()[0];
            if (sum != n * n * n) {
                throw new Problem(
                        "libtorch computes wrong results",
                        "a product of matrices sums to " + sum + " instead of " + n * n * n,
                        "choose another device or libtorch");
            }
            return "a product of matrices is right";
        }
    }

    private void plugins() {
        Path folder = Home.plugins();
        NodeLibrary library = NodeLibrary.load(folder, Versions.graft());
        for (Plugin plugin : library.plugins()) {
            int nodes = plugin.nodes().size();
            findings.add(new Finding(
                    plugin.id(), Verdict.OK, plugin.version() + ", " + nodes + (nodes == 1 ? " node" : " nodes")));
        }
        for (PluginFailure failure : library.failures()) {
            findings.add(new Finding(failure.plugin(), Verdict.FAILED, "did not load: " + failure.reason()));
        }
        if (library.plugins().isEmpty()) {
            findings.add(new Finding("plugins", Verdict.FAILED, "there are none in " + folder));
        }
    }

    /** Nothing is amiss without one, unless a plugin may run nowhere else. */
    private void sandbox() {
        Sandbox sandbox = Sandbox.ofThisMachine();
        Optional<String> lacks = sandbox.lacks();
        List<String> confined = new PluginStore(Home.plugins(), Versions.graft())
                .installed().stream()
                        .filter(InstalledPlugin::sandboxed)
                        .map(InstalledPlugin::id)
                        .toList();
        String plugins = confined.isEmpty() ? "" : ", for " + String.join(", ", confined);
        findings.add(new Finding(
                "sandbox",
                lacks.isPresent() && !confined.isEmpty() ? Verdict.FAILED : Verdict.OK,
                lacks.map(why -> "none: " + why
                                + (confined.isEmpty()
                                        ? ""
                                        : "; what needs it does not run: " + String.join(", ", confined)))
                        .orElseGet(() -> sandbox.program().orElseThrow() + " works" + plugins)));
    }

    private void print() {
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            JsonArray all = new JsonArray();
            for (Finding finding : findings) {
                JsonObject object = new JsonObject();
                object.addProperty("what", finding.what);
                object.addProperty("ok", finding.verdict == Verdict.OK);
                object.addProperty("finding", finding.text);
                all.add(object);
            }
            out.println(all);
        } else {
            for (Finding finding : findings) {
                out.printf(
                        "%-7s %-26s %s%n", finding.verdict == Verdict.OK ? "ok" : "FAILED", finding.what, finding.text);
            }
        }
        out.flush();
    }
}
