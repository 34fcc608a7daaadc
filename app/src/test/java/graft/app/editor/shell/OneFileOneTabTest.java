package graft.app.editor.shell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.swing.edt.GuiActionRunner.execute;

import com.formdev.flatlaf.FlatSystemProperties;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import graft.app.editor.Commands;
import graft.app.editor.OpensWindows;
import graft.app.workflow.Drafts;
import graft.app.workflow.OpenWorkflow;
import graft.app.workflow.Workflow;
import graft.file.PngFile;
import java.awt.Point;
import java.awt.Rectangle;
import java.awt.event.ActionEvent;
import java.awt.event.KeyEvent;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.swing.AbstractButton;
import javax.swing.SwingUtilities;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A file is in one tab by whichever way it is opened, and after a crash that tab shows the newest that there is of it. */
@OpensWindows
class OneFileOneTabTest {

    @TempDir
    private Path config;

    private Path file;

    @BeforeEach
    void write() throws IOException {
        file = Files.copy(OpenedEditor.WORKFLOWS.resolve("text-to-image.json"), config.resolve("mine.json"));
    }

    /** A window that was left with these files open, the last of them in front. */
    private static Session left(Path... files) {
        return OpenedEditor.begun()
                .withOpen(
                        Stream.of(files).map(Path::toString).toList(),
                        files.length - 1,
                        new Rectangle(0, 0, 1280, 900),
                        false);
    }

    private static int tabs(OpenedEditor editor) {
        return execute(() -> editor.window().open().size());
    }

    private static WorkflowTab front(OpenedEditor editor) {
        return execute(() -> editor.window().current().orElseThrow());
    }

    private static String steps(OpenedEditor editor) {
        return editor.workflow().nodes().get("sample").settings().get("steps").toString();
    }

    private static void edit(OpenedEditor editor, int steps) {
        execute(() -> front(editor)
                .document()
                .edit("Steps", workflow -> workflow.with("sample", "steps", new JsonPrimitive(steps))));
    }

    private static void perform(OpenedEditor editor, Commands command) {
        execute(() -> editor.window().action(command).orElseThrow().actionPerformed(new ActionEvent(editor, 0, "")));
    }

    private static void awaitFiles(OpenedEditor editor) {
        editor.awaitWorkflow();
        editor.awaitFileWork();
    }

    private static void awaitBanner(OpenedEditor editor) {
        editor.await("a banner is shown", () -> shown(editor, "tab.banner"));
    }

    private static boolean shown(OpenedEditor editor, String name) {
        return editor.robot().finder().findAll(OpenedEditor.named(name)).size() == 1;
    }

    // --- ways to one file
    // ---------------------------------------------------------------------------------------------

    @Test
    void theSessionTheCommandLineDotsAndLinksLeadToOneTab() throws IOException {
        Path folder = Files.createSymbolicLink(config.resolve("linked"), config);
        Path link = Files.createSymbolicLink(config.resolve("link.json"), file);
        Path hard = Files.createLink(config.resolve("hard.json"), file);
        Path relative = Path.of("").toAbsolutePath().relativize(file);
        Path dotted = config.resolve("runs/../mine.json");
        try (OpenedEditor editor =
                new OpenedEditor(config, left(file), file, relative, dotted, link, hard, folder.resolve("mine.json"))) {
            awaitFiles(editor);
            assertThat(tabs(editor)).isEqualTo(1);
            assertThat(execute(() -> editor.window().open().get(0).document().file()))
                    .contains(file);
            execute(() -> editor.window().frame().toFront());
            perform(editor, Commands.START_PAGE);
            editor.await("it is the one that was open lately", () -> shown(editor, "recent.mine.json"));
            editor.frame().button("recent.mine.json").click();
            editor.await("it is in front", () -> editor.window().current().isPresent());
            awaitFiles(editor);
            assertThat(tabs(editor)).isEqualTo(1);
        }
        assertThat(Session.read(config.resolve("session.json")).recent()).hasSize(1);
    }

    /** With another file, which tells that they were taken. */
    @Test
    void aFileThatIsDroppedOrChosenInTheDialogIsTheTabThatIsOpen() throws IOException {
        Path link = Files.createSymbolicLink(config.resolve("link.json"), file);
        Path hard = Files.createLink(config.resolve("hard.json"), file);
        Path other = Files.copy(OpenedEditor.WORKFLOWS.resolve("train-lora.json"), config.resolve("other.json"));
        System.setProperty(FlatSystemProperties.USE_SYSTEM_FILE_CHOOSER, "false");
        try (OpenedEditor editor = new OpenedEditor(config, left(file))) {
            awaitFiles(editor);
            editor.drop(hard, other);
            editor.await("the other file is open", () -> editor.window().open().size() > 1);
            awaitFiles(editor);
            assertThat(tabs(editor)).isEqualTo(2);
            assertThat(front(editor).document().file()).contains(other);
            // A display without a window manager gives the keyboard back to nobody when a window goes, but to a click.
            editor.robot().click(editor.canvas(), new Point(2, 2));
            editor.awaitCanvas();
            editor.press(KeyEvent.VK_O, KeyEvent.VK_CONTROL);
            editor.chooser().selectFile(link.toFile()).approve();
            editor.await(
                    "its tab is in front", () -> front(editor).document().file().equals(Optional.of(file)));
            awaitFiles(editor);
            assertThat(tabs(editor)).isEqualTo(2);
        } finally {
            System.clearProperty(FlatSystemProperties.USE_SYSTEM_FILE_CHOOSER);
        }
    }

    @Test
    void theSessionComesBackWithTheTabThatWasInFront() throws IOException {
        Path other = Files.copy(OpenedEditor.WORKFLOWS.resolve("train-lora.json"), config.resolve("other.json"));
        Session session = OpenedEditor.begun()
                .withOpen(List.of(file.toString(), other.toString()), 0, new Rectangle(0, 0, 1280, 900), false);
        try (OpenedEditor editor = new OpenedEditor(config, session)) {
            editor.await("both are open", () -> editor.window().open().size() == 2);
            awaitFiles(editor);
            assertThat(front(editor).document().file()).contains(file);
        }
    }

    @Test
    void whatAPictureAndAFileOfComfyUiBroughtIsOneTabToo() throws IOException {
        Path picture = config.resolve("drawn.png");
        PngFile.write(
                picture,
                new BufferedImage(4, 4, BufferedImage.TYPE_INT_RGB),
                Map.of("workflow", Workflow.read(file).toJson()));
        Path theirs = Files.writeString(config.resolve("theirs.json"), """
                {"1": {"class_type": "CheckpointLoaderSimple", "inputs": {"ckpt_name": "builtin:emoji-sd"}}}
                """);
        Path again = Files.createSymbolicLink(config.resolve("again.json"), theirs);
        try (OpenedEditor editor =
                new OpenedEditor(config, OpenedEditor.begun(), picture, theirs, picture, again, theirs)) {
            awaitFiles(editor);
            assertThat(tabs(editor)).isEqualTo(2);
        }
    }

    @Test
    void aTemplateIsCopiedAgainOnlyWhenItsCopyWasChanged() {
        Path template = OpenedEditor.WORKFLOWS.resolve("text-to-image.json");
        try (OpenedEditor editor = new OpenedEditor(config, OpenedEditor.begun())) {
            execute(() -> {
                editor.window().openTemplate(template);
                editor.window().openTemplate(template);
            });
            awaitFiles(editor);
            assertThat(tabs(editor)).isEqualTo(1);
            edit(editor, 31);
            execute(() -> editor.window().openTemplate(template));
            editor.await("another copy is open", () -> editor.window().open().size() == 2);
            assertThat(steps(editor)).isEqualTo("25");
        }
    }

    @Test
    void aFileThatIsSavedOverIsNoLongerThatOfItsOtherTab() throws IOException {
        Path other = Files.copy(OpenedEditor.WORKFLOWS.resolve("train-lora.json"), config.resolve("other.json"));
        Path link = Files.createSymbolicLink(config.resolve("link.json"), other);
        Workflow before = Workflow.read(other);
        try (OpenedEditor editor = new OpenedEditor(config, OpenedEditor.begun(), other, file)) {
            editor.await("both are open", () -> editor.window().open().size() == 2);
            awaitFiles(editor);
            SwingUtilities.invokeLater(() -> editor.window().saveAs(link));
            editor.answer("Save over it");
            editor.await("it is saved", () -> front(editor).document().file().equals(Optional.of(link)));
            editor.awaitFileWork();
            WorkflowTab left = execute(() -> editor.window().open().get(0));
            assertThat(left.document().file()).isEmpty();
            assertThat(left.document().workflow()).isEqualTo(before);
            assertThat(left.document().dirty()).as("no file has it any more").isTrue();
            assertThat(Workflow.read(other)).isEqualTo(Workflow.read(file));
            assertThat(link).as("a link stays one").isSymbolicLink();
        }
    }

    // --- after a crash
    // ------------------------------------------------------------------------------------------------

    /** What a process that is no more left of a file. */
    private void leave(Path of, int steps, Instant at) throws IOException {
        Path folder = config.resolve("drafts");
        Set<Path> before = Files.isDirectory(folder) ? Set.copyOf(drafts()) : Set.of();
        try (Drafts drafts = new Drafts(folder, problem -> {
            throw problem;
        })) {
            Workflow edited = Workflow.read(file).with("sample", "steps", new JsonPrimitive(steps));
            OpenWorkflow.untitled(Workflow.EMPTY, drafts).edit("All", workflow -> edited);
        }
        Path draft = drafts().stream()
                .filter(each -> !before.contains(each))
                .findFirst()
                .orElseThrow();
        JsonObject text = JsonParser.parseString(Files.readString(draft)).getAsJsonObject();
        text.addProperty("processStarted", "1970");
        text.addProperty("at", at.toString());
        text.addProperty("file", of.toString());
        Files.writeString(draft, text.toString());
    }

    /** Whether the session on disk has a file open: it is written beside what the window does. */
    private boolean isOpen(Path place) {
        return Session.read(config.resolve("session.json")).open().contains(place.toString());
    }

    private List<Path> drafts() throws IOException {
        if (!Files.isDirectory(config.resolve("drafts"))) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(config.resolve("drafts"))) {
            return files.filter(each -> each.toString().endsWith(".draft")).toList();
        }
    }

    @Test
    @Timeout(600)
    void whatAKilledEditorHadOfAFileIsShownAndOneClickGoesBackToTheFile() throws Exception {
        Path link = Files.createSymbolicLink(config.resolve("link.json"), file);
        Process killed = KilledEditor.start(config, link);
        try {
            while (drafts().isEmpty() || !isOpen(link)) {
                assertThat(killed.isAlive()).isTrue();
                TimeUnit.MILLISECONDS.sleep(100);
            }
        } finally {
            killed.destroyForcibly().waitFor();
        }
        Session session = Session.read(config.resolve("session.json"));
        assertThat(session.open()).containsExactly(link.toString());
        try (OpenedEditor editor = new OpenedEditor(config, session, file)) {
            awaitBanner(editor);
            awaitFiles(editor);
            assertThat(tabs(editor)).isEqualTo(1);
            assertThat(steps(editor)).isEqualTo("77");
            assertThat(front(editor).document().dirty()).isTrue();
            editor.frame().button("tab.banner.do").click();
            editor.await("the banner is gone", () -> !shown(editor, "tab.banner"));
            assertThat(steps(editor)).isEqualTo("25");
            assertThat(front(editor).document().dirty()).isFalse();
            perform(editor, Commands.UNDO);
            assertThat(steps(editor)).as("nothing is lost by going back").isEqualTo("77");
        }
        assertThat(Workflow.read(file).nodes().get("sample").settings().get("steps"))
                .hasToString("25");
    }

    @Test
    void aDraftOfAFileThatIsNotOpenComesBackByOneClickIntoItsTab() throws IOException {
        Instant now = Instant.now();
        leave(file, 71, now.plusSeconds(10));
        leave(file, 72, now.plusSeconds(20));
        try (OpenedEditor editor = new OpenedEditor(config, OpenedEditor.begun())) {
            editor.await("both are offered", () -> offered(editor) == 2);
            execute(() -> firstOffer(editor));
            awaitBanner(editor);
            assertThat(steps(editor)).as("the newest comes first").isEqualTo("72");
            perform(editor, Commands.START_PAGE);
            editor.await("the other is offered still", () -> offered(editor) == 1);
            execute(() -> firstOffer(editor));
            editor.await("it is taken up in the same tab", () -> steps(editor).equals("71"));
            assertThat(tabs(editor)).isEqualTo(1);
            perform(editor, Commands.UNDO);
            assertThat(steps(editor)).isEqualTo("72");
            assertThat(front(editor).document().file()).contains(file);
        }
    }

    private static int offered(OpenedEditor editor) {
        return offers(editor).size();
    }

    private static List<AbstractButton> offers(OpenedEditor editor) {
        return editor
                .robot()
                .finder()
                .findAll(component -> String.valueOf(component.getName()).startsWith("draft.open."))
                .stream()
                .map(AbstractButton.class::cast)
                .toList();
    }

    private static void firstOffer(OpenedEditor editor) {
        offers(editor).stream()
                .min(Comparator.comparingInt(button -> SwingUtilities.convertPoint(
                                button, 0, 0, editor.window().frame())
                        .y))
                .orElseThrow()
                .doClick();
    }

    @Test
    void aFileThatWasSavedAfterTheDraftIsShownAndTheDraftIsOfferedOverIt() throws IOException {
        leave(file, 71, Instant.now().minusSeconds(500));
        try (OpenedEditor editor = new OpenedEditor(config, left(file))) {
            awaitBanner(editor);
            assertThat(steps(editor)).isEqualTo("25");
            assertThat(front(editor).document().dirty()).isFalse();
            editor.frame().button("tab.banner.do").click();
            editor.await("the draft is shown", () -> steps(editor).equals("71"));
            assertThat(tabs(editor)).isEqualTo(1);
        }
    }

    @Test
    void aDraftThatHoldsWhatTheFileHoldsIsGoneWithoutAWord() throws IOException {
        leave(file, 25, Instant.now().plusSeconds(10));
        try (OpenedEditor editor = new OpenedEditor(config, left(file))) {
            awaitFiles(editor);
            editor.await("the draft is gone", () -> {
                try {
                    return drafts().isEmpty();
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
            assertThat(shown(editor, "tab.banner")).isFalse();
            assertThat(front(editor).document().dirty()).isFalse();
        }
    }

    @Test
    void aDraftOfAFileThatIsGoneOpensAllTheSame() throws IOException {
        Path gone = config.resolve("gone.json");
        leave(gone, 71, Instant.now());
        try (OpenedEditor editor = new OpenedEditor(config, OpenedEditor.begun())) {
            editor.await("it is offered", () -> offered(editor) == 1);
            execute(() -> firstOffer(editor));
            editor.awaitWorkflow();
            assertThat(steps(editor)).isEqualTo("71");
            perform(editor, Commands.SAVE);
            editor.await("it is saved", () -> !front(editor).document().dirty());
            assertThat(gone).exists();
        }
    }

    @Test
    void theBannerGoesWithTheSaveThatMakesItUntrue() throws IOException {
        Files.setLastModifiedTime(file, FileTime.from(Instant.now().minusSeconds(500)));
        leave(file, 71, Instant.now());
        try (OpenedEditor editor = new OpenedEditor(config, left(file))) {
            awaitBanner(editor);
            perform(editor, Commands.SAVE);
            editor.await("the banner is gone", () -> !shown(editor, "tab.banner"));
            assertThat(Workflow.read(file).nodes().get("sample").settings().get("steps"))
                    .hasToString("71");
        }
    }
}
