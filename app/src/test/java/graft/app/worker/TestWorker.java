package graft.app.worker;

import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import graft.app.plugin.NodeLibrary;
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
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A worker process with nodes that behave badly. */
public final class TestWorker {

    private TestWorker() {}

    public static void main(String[] arguments) throws IOException {
        OutputStream answers = System.out;
        System.setOut(System.err);
        new Worker(new LocalBackend(library()), answers, event -> {}).serve(System.in);
        System.exit(0);
    }

    static NodeLibrary library() {
        return NodeLibrary.of(List.of(Steps.class, Chatty.class, Save.class));
    }

    static Workflow workflow(String type, int steps) {
        WorkflowNode node = new WorkflowNode(
                type, 1, Map.of("steps", new JsonPrimitive(steps)), "", Optional.empty(), new JsonObject());
        return new Workflow("Test", "", Map.of("work", node), List.of(), new JsonObject());
    }

    /** Keeps what was done when it is stopped. */
    @NodeType(id = "test/steps", title = "Steps", category = "test", help = "Takes its time.", output = true)
    static final class Steps implements Node {
        @Setting(min = 0)
        int steps = 1;

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
