package graft.app.editor.shell;

import graft.app.plugin.NodeLibrary;
import graft.app.workflow.Comment;
import graft.app.workflow.Group;
import graft.app.workflow.Place;
import graft.app.workflow.Size;
import graft.app.workflow.Workflow;
import graft.app.workflow.WorkflowNode;
import graft.node.Input;
import graft.node.Node;
import graft.node.NodeType;
import graft.node.Output;
import graft.node.Run;
import graft.node.Setting;
import graft.node.SocketType;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Nodes with a setting of every kind that is typed, which run in no time, and a workflow of two of them. */
final class WordNodes {

    private WordNodes() {}

    @SocketType(id = "test/word", title = "Word", color = "#4080c0")
    record Word(String text) {}

    @NodeType(id = "test/words", title = "Words", category = "test", help = "Says its prompt.", output = true)
    static final class Words implements Node {
        @Input(optional = true)
        Word before;

        @Setting(min = 1, max = 1000, unit = "steps")
        int steps = 25;

        @Setting(min = 0, max = 5000)
        double scale = 7;

        @Setting(control = Setting.Control.SEED)
        long seed;

        @Setting(min = 0, max = 100)
        List<Double> weights = List.of(1.0);

        @Setting(control = Setting.Control.PROMPT)
        String prompt = "a dog";

        @Setting
        Mood mood = Mood.CALM;

        @Output
        Word said;

        @Override
        public void run(Run run) {
            said = new Word(prompt);
        }
    }

    /** What a box of choices offers. */
    enum Mood {
        CALM,
        GLAD,
        FIERCE
    }

    static NodeLibrary library() {
        return NodeLibrary.of(List.of(Words.class));
    }

    /** Nodes {@code first} and {@code second} without a wire, a note {@code note} and a group {@code group}. */
    static Path write(Path file) {
        Workflow workflow = Workflow.EMPTY
                .withTitle("Words")
                .withNodes(Map.of(
                        "first", WorkflowNode.of("test/words", 1, new Place(0, 0)),
                        "second", WorkflowNode.of("test/words", 1, new Place(360, 0))))
                .withComments(List.of(new Comment("note", "a note", new Place(0, 420), new Size(260, 110), "")))
                .withGroups(List.of(new Group("group", "A group", "", new Place(360, 420), new Size(260, 110))));
        workflow.write(file);
        return file;
    }
}
