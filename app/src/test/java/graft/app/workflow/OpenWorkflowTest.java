package graft.app.workflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import graft.app.workflow.Drafts.Draft;
import graft.file.PngFile;
import graft.node.Problem;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Open documents: saving, what other programs do meanwhile, and drafts that outlive the process. */
@Timeout(600)
class OpenWorkflowTest {

    @TempDir
    private Path folder;

    private final List<Problem> trouble = new ArrayList<>();
    private Drafts drafts;

    private Drafts drafts() {
        if (drafts == null) {
            drafts = new Drafts(folder.resolve("drafts"), trouble::add, Duration.ofMillis(20));
        }
        return drafts;
    }

    @AfterEach
    void close() {
        drafts().close();
        assertThat(trouble).isEmpty();
    }

    private static void retitle(OpenWorkflow document, String title) {
        document.edit("Rename", workflow -> workflow.withTitle(title));
    }

    private List<Path> draftFiles() throws IOException {
        if (!Files.exists(folder.resolve("drafts"))) {
            return List.of();
        }
        try (var files = Files.list(folder.resolve("drafts"))) {
            return files.filter(file -> file.toString().endsWith(".draft")).toList();
        }
    }

    private void await(int count) throws Exception {
        while (draftFiles().size() != count) {
            Thread.sleep(10);
        }
    }

    @Test
    void savedItIsNotDirtyAndUndoneBackToTheSavedStateNeither() {
        OpenWorkflow document = OpenWorkflow.untitled(Workflow.EMPTY, drafts());
        assertThat(document.dirty()).isFalse();
        assertThatThrownBy(document::save).isInstanceOf(Problem.class).hasMessageContaining("it has no file yet");
        retitle(document, "a");
        assertThat(document.dirty()).isTrue();
        Path file = folder.resolve("a.json");
        document.saveAs(file);
        assertThat(document.dirty()).isFalse();
        assertThat(Workflow.read(file).title()).isEqualTo("a");
        retitle(document, "b");
        document.undo();
        assertThat(document.dirty()).isFalse();
        document.undo();
        assertThat(document.dirty()).isTrue();
    }

    @Test
    void listenersHearOfEditsUndoAndRedoButNotOfNothing() {
        OpenWorkflow document = OpenWorkflow.unkept(Workflow.EMPTY);
        List<String> heard = new ArrayList<>();
        document.addListener(workflow -> heard.add(workflow.title()));
        retitle(document, "a");
        retitle(document, "a");
        document.undo();
        document.undo();
        document.redo();
        assertThat(heard).containsExactly("a", "", "a");
    }

    @Test
    void aFileThatAnotherProgramChangedIsNotOverwrittenUnasked() throws IOException {
        Path file = folder.resolve("a.json");
        Workflow.EMPTY.withTitle("mine").write(file);
        OpenWorkflow document = OpenWorkflow.open(file, drafts());
        retitle(document, "mine too");
        assertThat(document.changedOnDisk()).isFalse();
        Files.writeString(file, Workflow.EMPTY.withTitle("their longer title").toJson());
        assertThat(document.changedOnDisk()).isTrue();
        assertThatThrownBy(document::save)
                .isInstanceOf(Problem.class)
                .hasMessageContaining("another program changed it");
        document.saveAs(file);
        assertThat(Workflow.read(file).title()).isEqualTo("mine too");
        Files.delete(file);
        document.save();
        assertThat(Workflow.read(file).title()).isEqualTo("mine too");
    }

    @Test
    void aPictureOpensAsAWorkflowWithoutAFile() {
        Path picture = folder.resolve("apple.png");
        Workflow inside = Workflow.EMPTY.withTitle("Äpfel");
        PngFile.write(
                picture, new BufferedImage(4, 4, BufferedImage.TYPE_INT_RGB), Map.of("workflow", inside.toJson()));
        OpenWorkflow document = OpenWorkflow.open(picture, drafts());
        assertThat(document.workflow()).isEqualTo(inside);
        assertThat(document.file()).isEmpty();
        PngFile.write(picture, new BufferedImage(4, 4, BufferedImage.TYPE_INT_RGB), Map.of());
        assertThatThrownBy(() -> OpenWorkflow.open(picture, drafts()))
                .hasMessageContaining("the picture has none inside");
        PngFile.write(
                picture,
                new BufferedImage(4, 4, BufferedImage.TYPE_INT_RGB),
                Map.of("workflow", "{\"last_node_id\": 1, \"nodes\": [], \"links\": [], \"version\": 0.4}"));
        assertThatThrownBy(() -> OpenWorkflow.open(picture, drafts()))
                .hasMessageContaining("it is a workflow of ComfyUI");
    }

    @Test
    void aDraftIsThereSoonAfterAnEditAndGoesWithASave() throws Exception {
        OpenWorkflow document = OpenWorkflow.untitled(Workflow.EMPTY, drafts());
        retitle(document, "a");
        await(1);
        document.saveAs(folder.resolve("a.json"));
        await(0);
        retitle(document, "b");
        await(1);
        document.close();
        await(0);
    }

    @Test
    void draftsOfTheLivingAreLeftAloneAndThoseOfTheDeadCanBeTakenUp() throws Exception {
        Path file = folder.resolve("a.json");
        Workflow.EMPTY.withTitle("saved").write(file);
        OpenWorkflow document = OpenWorkflow.open(file, drafts());
        retitle(document, "edited");
        await(1);
        assertThat(drafts().abandoned()).isEmpty();
        Path draft = draftFiles().get(0);
        String text =
                Files.readString(draft).replaceAll("\"processStarted\": \"[^\"]*\"", "\"processStarted\": \"1970\"");
        document.close();
        await(0);
        Files.writeString(draft, text);
        Draft left = drafts().abandoned().get(0);
        assertThat(left.file()).contains(file.toAbsolutePath());
        OpenWorkflow recovered = OpenWorkflow.recover(left, drafts());
        assertThat(recovered.workflow().title()).isEqualTo("edited");
        assertThat(recovered.dirty()).isTrue();
        assertThat(recovered.file()).isEqualTo(Optional.of(file.toAbsolutePath()));
        while (Files.exists(draft)) {
            Thread.sleep(10);
        }
        assertThat(draftFiles()).hasSize(1);
        recovered.save();
        assertThat(Workflow.read(file).title()).isEqualTo("edited");
        await(0);
    }

    @Test
    void aDraftThatCannotBeReadHidesNoOther() throws Exception {
        Files.createDirectories(folder.resolve("drafts"));
        Files.writeString(folder.resolve("drafts/broken.draft"), "{\"process\": 1");
        assertThat(drafts().abandoned()).isEmpty();
        assertThat(trouble).singleElement().satisfies(problem -> assertThat(problem.getMessage())
                .contains("cannot read the unsaved work in".substring(1))
                .contains("broken.draft"));
        trouble.clear();
    }
}
