package graft.app.editor.canvas;

import graft.app.editor.CommandKeys;
import graft.app.editor.Keymap;
import graft.app.editor.Theme;
import graft.app.plugin.NodeLibrary;
import graft.app.workflow.Edits;
import graft.app.workflow.Mode;
import graft.app.workflow.OpenWorkflow;
import graft.app.workflow.Place;
import graft.app.workflow.Size;
import graft.app.workflow.Workflow;
import graft.app.workflow.WorkflowNode;
import graft.node.Problem;
import java.awt.Color;
import java.awt.GradientPaint;
import java.awt.Graphics2D;
import java.awt.KeyboardFocusManager;
import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import javax.swing.Action;
import javax.swing.JFrame;
import javax.swing.SwingUtilities;

/** Shows a canvas alone, to look at: {@code CanvasDemo light|dark WORKFLOW [dressed]}. */
final class CanvasDemo {

    private CanvasDemo() {}

    public static void main(String[] arguments) {
        NodeLibrary library = NodeLibrary.load(Path.of("plugins"), "0.1.0");
        Workflow read = Workflow.read(Path.of(arguments[1]));
        Workflow workflow = arguments.length > 2 ? dressed(read) : read;
        SwingUtilities.invokeLater(() -> {
            Theme.valueOf(arguments[0].toUpperCase(Locale.ROOT)).install(Theme.ACCENT);
            GraphCanvas canvas = new GraphCanvas(OpenWorkflow.unkept(workflow), library, new CanvasContext() {
                @Override
                public void open(Path file) {
                    System.out.println("open " + file);
                }

                @Override
                public void tell(Problem problem) {
                    System.out.println(problem.getMessage());
                }
            });
            JFrame frame = new JFrame("Canvas");
            frame.setUndecorated(true);
            frame.add(canvas);
            int width = Integer.getInteger("demo.width", 1600);
            frame.setSize(width, Integer.getInteger("demo.height", 1000));
            frame.setDefaultCloseOperation(JFrame.EXIT_ON_CLOSE);
            frame.setVisible(true);
            KeyboardFocusManager.getCurrentKeyboardFocusManager()
                    .addKeyEventDispatcher(new CommandKeys(
                            frame,
                            () -> Keymap.DEFAULT,
                            command -> Optional.<Action>ofNullable(
                                    canvas.getActionMap().get(command.id()))));
            show(canvas, workflow);
            String zoom = System.getProperty("demo.zoom");
            if (zoom != null) {
                SwingUtilities.invokeLater(() -> {
                    String[] parts = zoom.split(",", -1);
                    canvas.setViewport(new Viewport(
                            Double.parseDouble(parts[0]), Double.parseDouble(parts[1]), Double.parseDouble(parts[2])));
                });
            }
        });
    }

    /** With a group, a comment, a subgraph, a missing type, and nodes of every look. */
    private static Workflow dressed(Workflow workflow) {
        Function<String, Size> sizes = id -> new Size(250, 300);
        Workflow next = Edits.group(workflow, Set.of("pictures", "captions"), "Pictures of the teapot", sizes)
                .workflow();
        next = Edits.colour(next, Set.of("group"), "#4a7fc1");
        next = Edits.comment(
                        next,
                        "Try fewer or more steps, and the strength in Stack Adapters.\n\nPurple and black backgrounds were"
                                + " not among the pictures.",
                        new Place(40, 230),
                        new Size(260, 110))
                .workflow();
        next = Edits.setMode(next, Set.of("before"), Mode.MUTED);
        next = Edits.setMode(next, Set.of("after"), Mode.BYPASSED);
        next = Edits.collapse(next, Set.of("grid"), true);
        next = Edits.pin(next, Set.of("grid", "save-grid"), true);
        next = Edits.colour(next, Set.of("save-grid"), "#b9793f");
        next = Edits.toSubgraph(next, Set.of("canvas", "prompts"), "Words").workflow();
        return next.map("losses", node -> WorkflowNode.of("other/loss/plot", 1, new Place(1000, 960)));
    }

    /** Every state once. */
    private static void show(GraphCanvas canvas, Workflow workflow) {
        NodeState[] states = {
            NodeState.of(NodeState.Kind.CACHED, "its result is there from the last run"),
            NodeState.done(2.31),
            NodeState.of(NodeState.Kind.STALE, "the setting template was changed"),
            NodeState.running(0.62),
            NodeState.failed("Cannot write teapot.safetensors: the disk is full; free some space and run again."),
            NodeState.of(NodeState.Kind.WAITING, ""),
        };
        int i = 0;
        for (String id : workflow.nodes().keySet()) {
            if (i < states.length) {
                canvas.show(id, states[i++]);
            }
        }
        if (workflow.nodes().containsKey("decode-before")) {
            BufferedImage picture = new BufferedImage(192, 128, BufferedImage.TYPE_INT_RGB);
            Graphics2D g = picture.createGraphics();
            g.setPaint(new GradientPaint(0, 0, Color.PINK, 192, 128, Color.BLUE));
            g.fillRect(0, 0, 192, 128);
            g.dispose();
            canvas.preview("decode-before", List.of(picture));
        }
    }
}
