package graft.app.worker;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import graft.app.plugin.NodeLibrary;
import graft.app.sandbox.ThisProgram;
import graft.app.user.ModelFolders;
import graft.app.workflow.Place;
import graft.app.workflow.Workflow;
import graft.app.workflow.WorkflowNode;
import graft.node.Node;
import graft.node.NodeType;
import graft.node.Run;
import graft.node.Setting;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/** Nodes that behave as badly as real ones may, and a worker process that runs them. */
public final class TestNodes {

    private TestNodes() {}

    /** The worker process. */
    public static void main(String[] arguments) throws IOException {
        OutputStream answers = System.out;
        System.setOut(System.err);
        new Worker(backend(), answers, event -> {}).serve(System.in);
        System.exit(0);
    }

    public static NodeLibrary library() {
        return NodeLibrary.of(List.of(Steps.class, Chatty.class, Deaf.class, Save.class));
    }

    /** Runs them in this process. */
    public static LocalBackend backend() {
        return new LocalBackend(library(), () -> ModelFolders.NONE);
    }

    /** Runs them in a process of its own. */
    public static WorkerClient worker() {
        return new WorkerClient(ThisProgram.command(TestNodes.class.getName()), line -> {});
    }

    /** A workflow of one node, {@code work}. */
    public static Workflow workflow(String type, int steps) {
        return workflow(type, Map.of("steps", new JsonPrimitive(steps)), new JsonObject());
    }

    /** Likewise, with a seed that changes with each run. */
    public static Workflow seeded(JsonElement seed, String control) {
        JsonObject controls = new JsonObject();
        controls.addProperty("seed", control);
        JsonObject extra = new JsonObject();
        extra.add("seedControl", controls);
        return workflow("test/steps", Map.of("seed", seed), extra);
    }

    /** Nodes {@code n0}, {@code n1} and so on, side by side. */
    public static Workflow many(int count) {
        Map<String, WorkflowNode> nodes = new LinkedHashMap<>();
        for (int i = 0; i < count; i++) {
            Place place = new Place(40 + 240 * (i % 20), 40 + 160 * (i / 20));
            nodes.put("n" + i, WorkflowNode.of("test/steps", 1, place));
        }
        return new Workflow("Many", "", nodes, List.of(), new JsonObject());
    }

    private static Workflow workflow(String type, Map<String, JsonElement> settings, JsonObject extra) {
        WorkflowNode node = new WorkflowNode(type, 1, settings, "", Optional.empty(), extra);
        return new Workflow("Test", "", Map.of("work", node), List.of(), new JsonObject());
    }

    /** Keeps what was done when it is stopped. */
    @NodeType(id = "test/steps", title = "Steps", category = "test", help = "Takes its time.", output = true)
    static final class Steps implements Node {
        @Setting(min = 0)
        int steps = 1;

        @Setting(control = Setting.Control.SEED)
        long seed;

        @Override
        public void run(Run run) throws InterruptedException {
            if (steps == 0) {
                throw new IllegalStateException("there is nothing to do");
            }
            for (int i = 1; i <= steps; i++) {
                run.progress(i, steps, Map.of("loss", 1.0 / i));
                if (run.cancelled()) {
                    run.partial("stopped after " + i);
                    return;
                }
                Thread.sleep(5);
            }
        }
    }

    /** Does not stop, whatever happens. */
    @NodeType(id = "test/deaf", title = "Deaf", category = "test", help = "Does not stop.", output = true)
    static final class Deaf implements Node {
        @Setting
        int steps = 1;

        @Override
        public void run(Run run) {
            run.progress(1, 2, Map.of());
            while (true) {
                LockSupport.parkNanos(1_000_000);
            }
        }
    }

    @NodeType(id = "test/chatty", title = "Chatty", category = "test", help = "Prints what it likes.", output = true)
    static final class Chatty implements Node {
        @Setting
        int steps = 1;

        @Override
        public void run(Run run) throws IOException {
            System.out.println("a plugin says something");
            FileOutputStream pipe = new FileOutputStream(FileDescriptor.out);
            pipe.write("native code says something, {\"event\": and ends no line".getBytes(StandardCharsets.UTF_8));
        }
    }

    @NodeType(id = "test/save", title = "Save", category = "test", help = "Writes a file.", output = true)
    static final class Save implements Node {
        @Setting
        int steps = 1;

        @Override
        public void run(Run run) throws IOException {
            run.wrote(Files.writeString(run.folder().resolve("saved.txt"), "saved"));
        }
    }
}
