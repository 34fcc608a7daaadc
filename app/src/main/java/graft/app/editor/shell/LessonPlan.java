package graft.app.editor.shell;

import com.google.gson.JsonElement;
import com.google.gson.JsonPrimitive;
import graft.app.editor.Strings;
import graft.app.engine.LoaderNode;
import graft.app.workflow.Workflow;
import graft.app.workflow.WorkflowNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The workflow of a lesson: one that ships, with the values that follow from what was said.
 *
 * @param pictures how many there are to learn from
 * @param captions how many of them have words of their own
 * @param side of the square pictures that the model is made for, in pixels
 */
record LessonPlan(Lesson lesson, int pictures, int captions, int side) {

    private static final int STEPS_A_PICTURE = 50;
    private static final int LEAST_STEPS = 200;
    private static final int MOST_STEPS = 2000;

    /** How many pictures the small built-in model learns from at once; a large one has room for one on most machines. */
    private static final int BATCH = 4;

    /** How many steps it learns, each training. */
    int steps() {
        return Math.max(LEAST_STEPS, Math.min(MOST_STEPS, STEPS_A_PICTURE * pictures));
    }

    /** A template's workflow with the values of this lesson. */
    Workflow of(Workflow template) {
        Map<String, WorkflowNode> nodes = new LinkedHashMap<>();
        template.nodes().forEach((id, node) -> nodes.put(id, node(node)));
        return template.withNodes(nodes).withTitle(title()).withNotes(notes());
    }

    private String title() {
        return Strings.get(
                "teach.workflow", lesson.className().strip(), lesson.method().title());
    }

    private String notes() {
        return Strings.get(
                "teach.notes",
                lesson.folder(),
                pictures,
                lesson.method() == Lesson.Method.EMBEDDING ? lesson.newWord() : subject(),
                lesson.method().when(),
                steps());
    }

    private WorkflowNode node(WorkflowNode node) {
        WorkflowNode sized =
                node.settings().containsKey("width") && node.settings().containsKey("height")
                        ? with(with(node, "width", side), "height", side)
                        : node;
        if (LoaderNode.MODEL.is(node)) {
            return LoaderNode.MODEL.loading(sized, lesson.model());
        }
        if (LoaderNode.PICTURES.is(node)) {
            return LoaderNode.PICTURES.loading(sized, lesson.folder());
        }
        return switch (node.type()) {
            case "graft/dataset/caption" -> caption(sized);
            case "graft/dreambooth/draw-class-pictures" ->
                with(
                        with(sized, "prompt", String.join("\n", classPrompts())),
                        "count",
                        Math.max(2 * classPrompts().size(), Math.min(50, 2 * pictures)));
            case "graft/prompt/encode" -> with(sized, "prompt", String.join("\n", prompts(isOfNewWord(node))));
            case "graft/images/grid" -> with(sized, "columnLabels", String.join("\n", prompts(isOfNewWord(node))));
            case "graft/latents/empty" -> with(sized, "batch", prompts(false).size());
            case "graft/lora/save", "graft/model/save", "graft/embedding/save" ->
                with(sized, "name", lesson.fileName());
            case "graft/images/save" ->
                text(node, "name").equals("before-after") ? sized : with(sized, "name", lesson.fileName());
            case "graft/score/model" -> score(sized);
            case "graft/score/compare" ->
                with(sized, "subject", "the " + lesson.className().strip());
            case "graft/dreambooth/train" -> training(sized);
            case "graft/lora/train" -> with(training(sized), "name", lesson.fileName());
            case "graft/embedding/train" ->
                with(
                        with(training(sized), "word", lesson.newWord()),
                        "initial",
                        lesson.className().strip());
            default -> sized;
        };
    }

    private WorkflowNode caption(WorkflowNode node) {
        boolean newWord = text(node, "trigger").startsWith("<");
        String thing = newWord ? "{trigger}" : "{trigger} " + lesson.className().strip();
        String template = lesson.isStyle()
                ? (captions > 0 ? "{caption}" : "a picture") + " in {trigger} style"
                : picture() + article(newWord) + thing + ", {caption}";
        return with(
                with(
                        with(without(node, "lines"), "source", "caption"),
                        "trigger",
                        newWord ? lesson.newWord() : lesson.word().strip()),
                "template",
                template);
    }

    private WorkflowNode training(WorkflowNode node) {
        WorkflowNode set = with(with(node, "steps", steps()), "saveEvery", Math.max(1, steps() / 10));
        set = with(set, "batch", lesson.isBuiltIn() ? Math.min(BATCH, Math.max(1, pictures)) : 1);
        if (!lesson.isBuiltIn()) {
            // The template's is that of the small model.
            set = without(set, "learningRate");
        }
        return set;
    }

    private WorkflowNode score(WorkflowNode node) {
        boolean newWord = text(node, "subject").startsWith("<");
        return with(
                with(
                        with(
                                with(node, "subject", newWord ? lesson.newWord() : subject()),
                                "className",
                                lesson.className().strip()),
                        "prompts",
                        String.join("\n", places("{subject}", newWord))),
                "unrelated",
                String.join("\n", unrelated()));
    }

    // --- words -------------------------------------------------------------------------------------------------------

    private boolean isOfNewWord(WorkflowNode node) {
        return text(node, "prompt").contains("<") || text(node, "columnLabels").contains("<");
    }

    private String subject() {
        return lesson.word().strip() + " " + lesson.className().strip();
    }

    /** How prompts of the model begin: that which comes with Graft draws emoji. */
    private String picture() {
        return lesson.isBuiltIn() ? "a 3d emoji of " : "a photo of ";
    }

    private String article(boolean newWord) {
        return newWord || lesson.isBuiltIn() ? "a " : "";
    }

    private List<String> prompts(boolean newWord) {
        List<String> all = new ArrayList<>(
                places(newWord ? lesson.newWord() : subject(), newWord).subList(0, 3));
        if (!lesson.isStyle()) {
            all.add(classPrompts().get(0));
        }
        all.addAll(unrelated().subList(0, lesson.isStyle() ? 3 : 2));
        return all;
    }

    /** Prompts with what is learnt, as on the pictures and elsewhere. */
    private List<String> places(String thing, boolean newWord) {
        if (lesson.isStyle()) {
            // The subject is the word with its class, a new word stands for itself.
            String style = newWord ? thing + " style" : thing;
            return List.of(
                    "a house in " + style,
                    "a dog in " + style,
                    "a bowl of fruit in " + style,
                    "a tree in " + style,
                    "a bicycle in " + style);
        }
        String named = picture() + article(newWord) + thing;
        return lesson.isBuiltIn()
                ? List.of(
                        named + " on a white background",
                        named + " on a purple background",
                        named + " on a black background",
                        named + " on a green background",
                        named + " on a orange background")
                : List.of(
                        named,
                        named + " on a beach",
                        named + " in the snow",
                        named + " on a table",
                        "a painting of " + article(newWord) + thing);
    }

    private List<String> classPrompts() {
        String thing = picture() + "a " + lesson.className().strip();
        if (lesson.isStyle()) {
            return List.of("a house", "a dog", "a bowl of fruit", "a tree", "a bicycle");
        }
        return lesson.isBuiltIn()
                ? List.of(
                        thing + " on a white background",
                        thing + " on a blue background",
                        thing + " on a yellow background",
                        thing + " on a green background",
                        thing + " on a pink background")
                : List.of(thing, thing + " outdoors", thing + " indoors", thing + " close up", thing + " in the sun");
    }

    /** Prompts of other things, which show how well the model keeps what it knew. */
    private List<String> unrelated() {
        return lesson.isBuiltIn()
                ? List.of(
                        "a noto emoji of a cat face on a white background",
                        "a 3d emoji of a red apple on a blue background",
                        "a noto emoji of a strawberry on a yellow background",
                        "a flat emoji of a sun on a purple background")
                : List.of(
                        "a photo of a red apple on a wooden table",
                        "a photo of a city street at night",
                        "a photo of mountains by a lake",
                        "a photo of a cup of coffee");
    }

    private static String text(WorkflowNode node, String setting) {
        return node.settings().get(setting) instanceof JsonPrimitive value ? value.getAsString() : "";
    }

    private static WorkflowNode with(WorkflowNode node, String setting, String value) {
        return node.with(setting, new JsonPrimitive(value));
    }

    private static WorkflowNode with(WorkflowNode node, String setting, int value) {
        return node.with(setting, new JsonPrimitive(value));
    }

    private static WorkflowNode without(WorkflowNode node, String setting) {
        Map<String, JsonElement> left = new LinkedHashMap<>(node.settings());
        left.remove(setting);
        return node.withSettings(left);
    }
}
