package graft.app.plugin;

import static org.assertj.core.api.Assertions.assertThat;

import graft.node.Choices;
import graft.node.Node;
import graft.node.NodeSchema;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.ref.WeakReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What is unloaded goes: class loaders, classes, copies and open files. */
class UnloadTest {

    @TempDir
    private Path plugins;

    private static final int CYCLES = 200;

    private NodeLibrary library() throws IOException {
        TestPlugin.bundle(plugins);
        return NodeLibrary.load(plugins, "0.1.0");
    }

    private static Path stranger(Path target, String version) throws IOException {
        return TestPlugin.of("stranger", version).good("stranger/text/good").build(target);
    }

    private static String used(NodeLibrary library) throws Exception {
        NodeSchema schema = library.node("stranger/text/good").orElseThrow();
        Node node = schema.create();
        node.run(null);
        return (String) schema.outputs().get(0).field().get(node);
    }

    private static long openFiles() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("/proc/self/fd"))) {
            return files.count();
        }
    }

    private static long metaspace() {
        System.gc();
        return ManagementFactory.getMemoryPoolMXBeans().stream()
                .filter(pool -> pool.getName().equals("Metaspace"))
                .mapToLong(pool -> pool.getUsage().getUsed())
                .sum();
    }

    @Test
    void twoHundredInstallationsLeaveNothingBehind() throws Exception {
        Path one = stranger(plugins.resolve("one.hidden"), "1.0.0");
        Path two = stranger(plugins.resolve("two.hidden"), "1.0.1");
        PluginStore store = new PluginStore(plugins, "0.1.0");
        List<WeakReference<ClassLoader>> loaders = new ArrayList<>();
        boolean linux = Files.isDirectory(Path.of("/proc/self/fd"));
        long metaspace = 0;
        long files = 0;
        try (NodeLibrary library = library()) {
            for (int i = 0; i < CYCLES; i++) {
                Path archive = i % 2 == 0 ? one : two;
                try (InstallPlan plan = store.planFile(archive, Optional.of(Sha512.of(archive)), store.known())) {
                    store.install(plan);
                }
                library.refresh();
                assertThat(used(library)).isEqualTo("good 3");
                loaders.add(new WeakReference<>(library.node("stranger/text/good")
                        .orElseThrow()
                        .create()
                        .getClass()
                        .getClassLoader()));
                store.remove("stranger");
                library.refresh();
                if (i == CYCLES / 4) {
                    metaspace = metaspace();
                    files = linux ? openFiles() : 0;
                }
            }
            assertThat(library.pinned()).isEmpty();
            assertThat(loaders).hasSize(CYCLES).allMatch(loader -> loader.get() == null);
            assertThat(metaspace() - metaspace).isLessThan(2 << 20);
            if (linux) {
                assertThat(openFiles()).isLessThanOrEqualTo(files + 2);
            }
        }
    }

    @Test
    void aRunKeepsWhatItUsesUntilItEnds() throws Exception {
        Path archive = stranger(plugins.resolve("stranger.jar"), "1.0.0");
        try (NodeLibrary library = library()) {
            Node node = library.node("stranger/text/good").orElseThrow().create();
            try (NodeLibrary.Lease lease = library.lease()) {
                Files.delete(archive);
                assertThat(library.refresh().removed()).containsExactly("stranger");
                assertThat(library.ids()).isEmpty();
                node.getClass().getClassLoader().loadClass("stranger.Good");
                assertThat(library.pinned())
                        .containsExactly("stranger 1.0.0 is in use by a run, and goes when it ends.");
                assertThat(lease).isNotNull();
            }
            node = null;
            assertThat(library.pinned()).isEmpty();
        }
    }

    @Test
    @Timeout(600)
    void whatPinsAPluginIsNamed() throws Exception {
        Path archive = TestPlugin.of("leaky", "1.0.0").source("""
                package stranger;
                import graft.node.*;
                @NodeType(id = "stranger/bad/leaky", title = "Leaky", category = "test", help = "Leaves a thread.")
                public final class Leaky implements Node {
                    @Override public void run(Run run) {
                        Thread thread = new Thread(() -> {
                            try { Thread.sleep(600000); } catch (InterruptedException e) { return; }
                        }, "forgotten");
                        thread.setDaemon(true);
                        thread.start();
                    }
                }
                """).build(plugins.resolve("leaky.jar"));
        try (NodeLibrary library = library()) {
            library.node("stranger/bad/leaky").orElseThrow().create().run(null);
            Files.delete(archive);
            library.refresh();
            assertThat(library.pinned())
                    .containsExactly(
                            "leaky 1.0.0 was unloaded, and its memory is still held by what it left running: forgotten.");
            Thread.getAllStackTraces().keySet().stream()
                    .filter(thread -> thread.getName().equals("forgotten"))
                    .forEach(Thread::interrupt);
            while (!library.pinned().isEmpty()) {
                Thread.sleep(20);
            }
        }
    }

    @Test
    void aChangedArchiveIsTakenUpAndTheListenersAreTold() throws Exception {
        List<NodeLibrary.Changed> told = new ArrayList<>();
        try (NodeLibrary library = library()) {
            library.addListener(told::add);
            library.refresh();
            assertThat(told).isEmpty();
            Path outside = Files.createTempDirectory("dev").resolve("target.jar");
            new PluginStore(plugins, "0.1.0").develop(outside, true);
            stranger(outside, "1.0.0");
            library.refresh();
            assertThat(library.plugins()).extracting(Plugin::version).containsExactly("1.0.0");
            stranger(outside, "1.0.1");
            library.refresh();
            library.refresh();
            assertThat(library.plugins()).extracting(Plugin::version).containsExactly("1.0.1");
            assertThat(told).hasSize(2);
            assertThat(told.get(1).removed()).containsExactly("stranger");
        }
    }

    @Test
    void whatAnotherProcessInstallsIsTakenUpByItself() throws Exception {
        Path archive = stranger(plugins.resolve("stranger.hidden"), "1.0.0");
        BlockingQueue<NodeLibrary.Changed> told = new LinkedBlockingQueue<>();
        try (NodeLibrary library = library();
                PluginWatch watch = new PluginWatch(library)) {
            library.addListener(told::add);
            PluginStore store = new PluginStore(plugins, "0.1.0");
            try (InstallPlan plan = store.planFile(archive, Optional.of(Sha512.of(archive)), store.known())) {
                store.install(plan);
            }
            assertThat(told.poll(5, TimeUnit.MINUTES).added()).containsExactly("stranger");
            assertThat(used(library)).isEqualTo("good 3");
            store.remove("stranger");
            assertThat(told.poll(5, TimeUnit.MINUTES).removed()).containsExactly("stranger");
            assertThat(watch).isNotNull();
        }
    }

    @Test
    void samplersAndConvertersComeAndGoWithTheirPlugin() throws Exception {
        Path archive = TestPlugin.of("extends", "1.0.0").source("""
                package stranger;
                import graft.sample.*;
                import org.pf4j.Extension;
                @Extension
                public final class Same implements SamplerMethod {
                    @Override public String id() { return "stranger/same"; }
                    @Override public String title() { return "Same"; }
                    @Override public Walk walk() { return Walk.SIGMAS; }
                    @Override public Solver solver(StepPlan plan, StepNoise noise) {
                        return Sampler.EULER.solver(plan, noise);
                    }
                }
                """).source("""
                package stranger;
                import graft.node.Converter;
                import org.pf4j.Extension;
                @Extension
                public final class NumberToText implements Converter<Number, String> {
                    @Override public Class<Number> from() { return Number.class; }
                    @Override public Class<String> to() { return String.class; }
                    @Override public String convert(Number value) { return "" + value; }
                }
                """).build(plugins.resolve("extends.jar"));
        var number = graft.node.SocketKind.of(double.class);
        var text = graft.node.SocketKind.of(String.class);
        try (NodeLibrary library = library()) {
            assertThat(library.failures()).isEmpty();
            assertThat(Choices.named(graft.sample.SamplerMethod.class, "stranger/same"))
                    .isPresent();
            assertThat(Choices.named(graft.sample.SamplerMethod.class, "dpmpp_2m"))
                    .isPresent();
            assertThat(library.joins(number, text)).isTrue();
            assertThat(library.joins(text, number)).isFalse();
            Files.delete(archive);
            library.refresh();
            assertThat(library.joins(number, text)).isFalse();
            assertThat(Choices.named(graft.sample.SamplerMethod.class, "stranger/same"))
                    .isEmpty();
            assertThat(library.pinned()).isEmpty();
        }
    }
}
