package graft.app.command;

import static org.assertj.core.api.Assertions.assertThat;

import graft.app.workflow.Workflow;
import graft.file.BuiltIn;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The comparison of methods as it is written for other subjects. */
class ScoreMethodsCommandTest {

    private static final Workflow SHIPPED =
            Workflow.read(Path.of("").toAbsolutePath().getParent().resolve("workflows/compare-methods.json"));

    private static String setting(Workflow workflow, String node, String setting) {
        return workflow.nodes().get(node).settings().get(setting).getAsString();
    }

    @Test
    void theShippedWorkflowIsTheOneAboutTheTeapot() {
        assertThat(ScoreMethodsCommand.workflow(SHIPPED, ScoreMethodsCommand.SUBJECTS.get(0), 1))
                .isEqualTo(SHIPPED);
    }

    @Test
    void everythingIsAboutTheOtherSubjectAndInItsStyle() {
        ScoreMethodsCommand.Subject penguin = ScoreMethodsCommand.SUBJECTS.stream()
                .filter(subject -> subject.name().equals("penguin"))
                .findFirst()
                .orElseThrow();

        Workflow workflow = ScoreMethodsCommand.workflow(SHIPPED, penguin, 3);

        assertThat(setting(workflow, "pictures", "folder")).isEqualTo("builtin:samples/subject-penguin");
        assertThat(setting(workflow, "captions", "template"))
                .isEqualTo("a noto emoji of a {trigger} bird on a {caption} background");
        assertThat(setting(workflow, "captions-word", "template"))
                .isEqualTo("a noto emoji of a {trigger} on a {caption} background");
        assertThat(setting(workflow, "class", "prompt")).startsWith("a noto emoji of a bird on a white background");
        assertThat(setting(workflow, "embedding", "initial")).isEqualTo("bird");
        for (String trainer : List.of("embedding", "lora", "dreambooth", "dreambooth-prior")) {
            assertThat(setting(workflow, trainer, "seed")).isEqualTo("3");
        }
        for (String score : List.of("before", "embedding", "lora", "dreambooth", "prior")) {
            assertThat(setting(workflow, "score-" + score, "className")).isEqualTo("bird");
            assertThat(setting(workflow, "score-" + score, "prompts")).startsWith("a noto emoji of a {subject} on");
            assertThat(setting(workflow, "score-" + score, "unrelated"))
                    .isEqualTo(setting(SHIPPED, "score-" + score, "unrelated"));
        }
        assertThat(workflow.nodes().values().toString()).doesNotContain("teapot", "honey pot");
    }

    @Test
    void everySubjectShips() {
        assertThat(ScoreMethodsCommand.SUBJECTS).hasSize(8).allSatisfy(subject -> assertThat(BuiltIn.sampleSets())
                .contains("builtin:samples/subject-" + subject.name()));
    }
}
