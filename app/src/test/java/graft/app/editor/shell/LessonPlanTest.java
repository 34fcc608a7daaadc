package graft.app.editor.shell;

import static org.assertj.core.api.Assertions.assertThat;

import graft.app.engine.Cache;
import graft.app.engine.Engine;
import graft.app.engine.Finding;
import graft.app.plugin.NodeLibrary;
import graft.app.workflow.Workflow;
import graft.app.workflow.WorkflowNode;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What follows from the four answers of the guide. */
class LessonPlanTest {

    private static final Path HOME = Path.of("").toAbsolutePath().getParent();
    private static final String PICTURES = "builtin:samples/subject-penguin";

    private static Engine engine;

    @BeforeAll
    static void nodes() {
        engine = new Engine(NodeLibrary.load(HOME.resolve("plugins"), "0.1.0"), Cache.none());
    }

    private static Workflow workflow(Lesson lesson, int pictures, int side) {
        return new LessonPlan(lesson, pictures, pictures > 10 ? pictures : 0, side)
                .of(Workflow.read(
                        HOME.resolve("workflows").resolve(lesson.method().template())));
    }

    private static Lesson lesson(Lesson.Method method, String className) {
        return new Lesson(PICTURES, "zwx", className, method, Lesson.BUILT_IN);
    }

    private static String text(Workflow workflow, String node, String setting) {
        return workflow.nodes().get(node).settings().get(setting).getAsString();
    }

    @ParameterizedTest
    @EnumSource(Lesson.Method.class)
    void whateverIsChosenTheWorkflowCanBeRunAsItIs(Lesson.Method method) {
        for (String className : List.of("bird", Lesson.STYLE)) {
            Workflow workflow = workflow(lesson(method, className), 5, 64);

            assertThat(engine.check(workflow).findings())
                    .as(method + " of a " + className)
                    .noneMatch(Finding::isError);
            assertThat(workflow.groups()).isNotEmpty();
            assertThat(workflow.toJson()).doesNotContain("teapot", "honey pot", "sks", "<pot>", "blueprint");
        }
    }

    @Test
    void captionsAndPromptsAreMadeOfWordAndClass() {
        Workflow workflow = workflow(lesson(Lesson.Method.LORA, "bird"), 5, 64);

        assertThat(text(workflow, "captions", "template")).isEqualTo("a 3d emoji of a {trigger} bird, {caption}");
        assertThat(text(workflow, "captions", "trigger")).isEqualTo("zwx");
        assertThat(text(workflow, "prompts", "prompt").lines())
                .hasSize(6)
                .startsWith("a 3d emoji of a zwx bird on a white background")
                .contains("a 3d emoji of a bird on a white background");
        assertThat(text(workflow, "grid", "columnLabels")).isEqualTo(text(workflow, "prompts", "prompt"));
        assertThat(text(workflow, "lora", "name")).isEqualTo("zwx-bird");
    }

    @Test
    void aNewWordStandsForTheThingAndBeginsAsItsClass() {
        Workflow workflow = workflow(lesson(Lesson.Method.EMBEDDING, "bird"), 5, 64);

        assertThat(text(workflow, "train", "word")).isEqualTo("<zwx>");
        assertThat(text(workflow, "train", "initial")).isEqualTo("bird");
        assertThat(text(workflow, "captions", "template")).isEqualTo("a 3d emoji of a {trigger}, {caption}");
        assertThat(text(workflow, "prompts-after", "prompt")).startsWith("a 3d emoji of a <zwx> on a white background");
    }

    @ParameterizedTest
    @CsvSource({"1, 200", "5, 250", "20, 1000", "300, 2000"})
    void moreStepsAreLearntOfMorePictures(int pictures, int steps) {
        assertThat(text(workflow(lesson(Lesson.Method.LORA, "bird"), pictures, 64), "train", "steps"))
                .isEqualTo(String.valueOf(steps));
    }

    @Test
    void aLargeModelGetsItsOwnSizeAndItsUsualRateAndOnePictureAtATime() {
        Lesson lesson = new Lesson(PICTURES, "zwx", "dog", Lesson.Method.LORA, "sd15.safetensors");
        Workflow workflow = workflow(lesson, 12, 512);

        for (String node : List.of("pictures", "canvas")) {
            assertThat(text(workflow, node, "width")).isEqualTo("512");
            assertThat(text(workflow, node, "height")).isEqualTo("512");
        }
        WorkflowNode train = workflow.nodes().get("train");
        assertThat(train.settings()).doesNotContainKey("learningRate");
        assertThat(text(workflow, "train", "batch")).isEqualTo("1");
        assertThat(text(workflow, "prompts", "prompt")).startsWith("a photo of zwx dog\n");
    }

    @Test
    void aStyleIsSaidBehindWhatThePicturesShow() {
        Workflow workflow = workflow(lesson(Lesson.Method.LORA, Lesson.STYLE), 20, 64);

        assertThat(text(workflow, "captions", "template")).isEqualTo("{caption} in {trigger} style");
        assertThat(text(workflow, "prompts", "prompt").lines()).hasSize(6).startsWith("a house in zwx style");
        assertThat(text(workflow(lesson(Lesson.Method.LORA, Lesson.STYLE), 5, 64), "captions", "template"))
                .isEqualTo("a picture in {trigger} style");
    }
}
