package graft.app.engine;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.google.gson.JsonObject;
import graft.app.plugin.NodeLibrary;
import graft.node.Cancelled;
import graft.node.Input;
import graft.node.Node;
import graft.node.NodeType;
import graft.node.Output;
import graft.node.Problem;
import graft.node.Resource;
import graft.node.Run;
import graft.node.Setting;
import graft.node.SettingGroup;
import graft.node.SocketType;
import graft.node.Spec;
import graft.node.Specs;
import graft.tensor.Compute;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;

/** Small nodes with which the tests of the engine build workflows. */
final class TestNodes {

    private TestNodes() {}

    static NodeLibrary library() {
        return NodeLibrary.of(List.of(
                Make.class,
                View.class,
                Join.class,
                Save.class,
                Train.class,
                Diverge.class,
                Fail.class,
                Canvas.class,
                Count.class,
                ReadFile.class,
                Renamed.class,
                Wait.class,
                Hungry.class,
                Forgetful.class,
                Deserter.class));
    }

    /** A resource that knows how many of its kind are open. */
    @SocketType(id = "test/thing", title = "Thing", color = "#000000")
    static final class Thing implements Resource {
        static final AtomicInteger OPEN = new AtomicInteger();

        final String name;
        private final List<Resource> uses;
        private boolean closed;

        Thing(String name, Resource... uses) {
            this.name = name;
            this.uses = List.of(uses);
            OPEN.incrementAndGet();
        }

        String name() {
            if (closed) {
                throw new IllegalStateException(name + " is closed already");
            }
            uses.forEach(each -> ((Thing) each).name());
            return name;
        }

        @Override
        public List<Resource> uses() {
            return uses;
        }

        @Override
        public void close() {
            if (closed) {
                throw new IllegalStateException(name + " is closed twice");
            }
            closed = true;
            OPEN.decrementAndGet();
        }
    }

    record Length(int letters) implements Spec {}

    @NodeType(id = "test/make", title = "Make", category = "test", help = "Makes a thing.")
    static final class Make implements Node {
        @Setting(min = 1, max = 10)
        int size = 3;

        @Setting
        String name = "thing";

        @Setting(control = Setting.Control.SEED)
        long seed = 5;

        @Output
        Thing thing;

        @Override
        public void configure(Specs specs) {
            if (name.isEmpty()) {
                throw new Problem("cannot make a thing", "it has no name", "type one").at("name");
            }
            specs.output("thing", new Length(name.length()));
        }

        @Override
        public void run(Run run) {
            thing = new Thing(name);
        }
    }

    @NodeType(id = "test/view", title = "View", category = "test", help = "Makes a view that uses another thing.")
    static final class View implements Node {
        @Input
        Thing base;

        @Output
        Thing view;

        @Override
        public void configure(Specs specs) {
            specs.of("base", Length.class).ifPresent(length -> {
                if (length.letters() > 8) {
                    throw new Problem(
                                    "cannot view", "the name has " + length.letters() + " letters", "take a short one")
                            .at("base");
                }
                specs.output("view", length);
            });
        }

        @Override
        public void run(Run run) {
            view = new Thing("view of " + base.name(), base);
        }
    }

    @NodeType(id = "test/join", title = "Join", category = "test", help = "Passes the first of many things on.")
    static final class Join implements Node {
        @Input
        List<Thing> things = List.of();

        @Output
        Thing first;

        @Output
        String names;

        @Override
        public void run(Run run) {
            first = things.get(0);
            names = things.stream().map(Thing::name).collect(Collectors.joining("+"));
        }
    }

    @NodeType(id = "test/save", title = "Save", category = "test", help = "Writes a name.", output = true)
    static final class Save implements Node {
        @Input(optional = true)
        Thing thing;

        @Setting
        String text = "";

        @Override
        public void run(Run run) throws IOException {
            Path file = run.folder().resolve("saved.txt");
            Files.writeString(file, text + (thing == null ? "" : thing.name()));
            run.wrote(file);
        }
    }

    /** Works until it is stopped and hands on what it has. */
    @NodeType(id = "test/train", title = "Train", category = "test", help = "Goes on until stopped.")
    static final class Train implements Node {
        @Setting
        boolean keeps = true;

        @Output
        Thing learnt;

        @Override
        public void run(Run run) throws Cancelled {
            while (!run.cancelled()) {
                run.progress(1, 0);
                Thread.onSpinWait();
            }
            if (!keeps) {
                throw new Cancelled();
            }
            learnt = new Thing("half");
            run.partial("stopped half way");
        }
    }

    @NodeType(id = "test/diverge", title = "Diverge", category = "test", help = "Fails, keeping what it had.")
    static final class Diverge implements Node {
        @Output
        Thing learnt;

        @Override
        public void run(Run run) throws IOException {
            Files.createDirectories(run.stateFile().getParent());
            Files.writeString(run.stateFile(), "half");
            learnt = new Thing("half");
            run.partial(new Problem("training stopped at step 3", "the loss became NaN", "choose a lower rate"));
        }
    }

    @NodeType(id = "test/canvas", title = "Canvas", category = "test", help = "Says how large pictures are.")
    static final class Canvas implements Node {
        @Setting
        int width = 4096;

        @Setting
        int height = 128;

        @Setting
        int batch = 3;

        @Setting
        boolean checkpointing = false;

        @Output
        Thing thing;

        @Override
        public void run(Run run) {
            thing = new Thing("canvas");
        }
    }

    @NodeType(id = "test/fail", title = "Fail", category = "test", help = "Fails after it made something.")
    static final class Fail implements Node {
        enum Kind {
            PROBLEM,
            FAULT,
            MEMORY,
            LINKAGE
        }

        @Setting
        Kind kind = Kind.PROBLEM;

        @Input(optional = true)
        Thing given;

        @Output
        Thing thing;

        @Output
        Thing same;

        @Override
        public void run(Run run) {
            thing = new Thing("half made");
            same = given;
            switch (kind) {
                case PROBLEM -> throw new Problem("cannot go on", "the test says so", "change the test").at("kind");
                case FAULT -> throw new IllegalStateException("index 7");
                case MEMORY -> {
                    try (NDManager manager = Compute.of("cpu").newManager()) {
                        manager.zeros(new Shape(1L << 42));
                    }
                }
                case LINKAGE -> throw new NoSuchMethodError("gone");
            }
        }
    }

    @NodeType(id = "test/count", title = "Count", category = "test", help = "Gives numbers.")
    static final class Count implements Node {
        @Setting
        double value = 4;

        @Output
        double number;

        @Output
        boolean yes;

        @Override
        public void run(Run run) {
            number = value;
        }
    }

    @NodeType(id = "test/read", title = "Read File", category = "test", help = "Reads a file.")
    static final class ReadFile implements Node {
        @Setting
        Path file;

        @Output
        String text;

        @Override
        public void configure(Specs specs) {
            if (file != null) {
                specs.reads(file);
            }
        }

        @Override
        public void run(Run run) throws IOException {
            text = Files.isDirectory(file) ? "folder" : Files.readString(file);
        }
    }

    /** Version 1 had "size" in tens, and an input "in" where "given" is now. */
    @NodeType(id = "test/renamed", version = 2, title = "Renamed", category = "test", help = "Once was another.")
    static final class Renamed implements Node {
        @Setting(formerly = "size", min = 0, max = 1000)
        int length = 10;

        @SettingGroup
        Shared shared = new Shared();

        @Input(formerly = "in", optional = true)
        Thing given;

        @Output(formerly = "out")
        String text;

        @Override
        public void migrate(int savedVersion, JsonObject settings) {
            if (savedVersion < 2 && settings.has("size")) {
                settings.addProperty("size", settings.get("size").getAsInt() * 10);
            }
        }

        @Override
        public void run(Run run) {
            text = length + (given == null ? "" : given.name()) + (shared.strength == 1 ? "" : "*" + shared.strength);
        }
    }

    /** Settings that several nodes share, of which one was called otherwise. */
    static final class Shared {
        @Setting(formerly = "weight")
        int strength = 1;
    }

    /** Stays until the test lets it go on. */
    @NodeType(id = "test/wait", title = "Wait", category = "test", help = "Waits for the test.")
    static final class Wait implements Node {
        static volatile CountDownLatch begun = new CountDownLatch(1);
        static volatile CountDownLatch goOn = new CountDownLatch(1);

        @Input
        Thing thing;

        @Output
        Thing passed;

        @Override
        public void run(Run run) throws InterruptedException {
            begun.countDown();
            goOn.await();
            passed = thing;
        }
    }

    /** Wants whole numbers from wires. */
    @NodeType(id = "test/hungry", title = "Hungry", category = "test", help = "Eats numbers.")
    static final class Hungry implements Node {
        @Input
        int one;

        @Input(optional = true)
        List<Long> many = new ArrayList<>();

        @Output
        String text;

        @Override
        public void run(Run run) {
            text = one + " " + many.stream().mapToLong(Long::longValue).sum();
        }
    }

    @NodeType(id = "test/forgetful", title = "Forgetful", category = "test", help = "Leaves its output empty.")
    static final class Forgetful implements Node {
        @Output
        Thing thing;

        @Override
        public void run(Run run) {}
    }

    @NodeType(id = "test/deserter", title = "Deserter", category = "test", help = "Stops though nobody asked it to.")
    static final class Deserter implements Node {
        @Output
        Thing thing;

        @Override
        public void run(Run run) throws Cancelled {
            throw new Cancelled();
        }
    }
}
