package graft.app.editor.shell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.swing.edt.GuiActionRunner.execute;

import graft.app.editor.OpensWindows;
import graft.app.editor.canvas.GraphCanvas;
import graft.app.workflow.Workflow;
import java.awt.Point;
import java.awt.Rectangle;
import java.awt.event.KeyEvent;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.assertj.swing.core.MouseButton;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever is typed, wherever, is what every command finds, though nobody pressed Enter or went elsewhere first. */
@OpensWindows
class NothingTypedIsLostTest {

    private static final int CTRL = KeyEvent.VK_CONTROL;

    /** What comes while the editor is open. */
    enum Command {
        RUN_BUTTON {
            @Override
            void give() {
                editor.frame().button("tool.run").click();
            }
        },
        RUN_KEY {
            @Override
            void give() {
                editor.press(KeyEvent.VK_ENTER, CTRL);
            }
        },
        SAVE {
            @Override
            void give() {
                editor.press(KeyEvent.VK_S, CTRL);
            }
        },
        CLOSE {
            @Override
            void give() {
                editor.press(KeyEvent.VK_W, CTRL);
                editor.answer("Save");
                editor.await("it is closed", () -> editor.window().current().isEmpty());
            }
        },
        QUIT {
            @Override
            void give() {
                editor.press(KeyEvent.VK_Q, CTRL);
                editor.answer("Cancel");
                // A display without a window manager gives the keyboard back to nobody when a dialog goes, but to a
                // click.
                editor.robot().click(editor.canvas(), new Point(2, 2));
                editor.awaitCanvas();
            }
        },
        TURN {
            @Override
            void give() {
                editor.press(KeyEvent.VK_PAGE_UP, CTRL);
                editor.await(
                        "the start page is in front",
                        () -> editor.window().current().isEmpty());
                editor.press(KeyEvent.VK_PAGE_DOWN, CTRL);
                editor.awaitWorkflow();
            }
        },
        WIRE {
            @Override
            void give() {
                GraphCanvas canvas = editor.canvas();
                drag(
                        execute(() -> canvas.socket("first", "said", true).orElseThrow()),
                        execute(() -> canvas.socket("second", "before", false).orElseThrow()));
                assertThat(editor.workflow().wires()).hasSize(1);
            }
        },
        MOVE {
            @Override
            void give() {
                Rectangle node = execute(() -> editor.canvas().place("second").orElseThrow());
                Point title = new Point((int) node.getCenterX(), node.y + 6);
                drag(title, new Point(title.x + 20, title.y + 10));
            }
        },
        KILL {
            @Override
            void give() {
                // What would be left is on the disk.
            }
        };

        abstract void give();

        private static void drag(Point from, Point to) {
            GraphCanvas canvas = editor.canvas();
            editor.robot().pressMouse(canvas, from, MouseButton.LEFT_BUTTON);
            editor.robot().moveMouse(canvas, new Point((from.x + to.x) / 2, (from.y + to.y) / 2));
            editor.robot().moveMouse(canvas, to);
            editor.robot().releaseMouse(MouseButton.LEFT_BUTTON);
            editor.robot().waitForIdle();
        }
    }

    @TempDir
    private static Path config;

    private static OpenedEditor editor;
    private static Path file;
    private static int count;

    @BeforeAll
    static void open() {
        editor = new OpenedEditor(config, OpenedEditor.begun(), WordNodes.library());
        file = WordNodes.write(config.resolve("words.json"));
    }

    @AfterAll
    static void close() {
        editor.close();
    }

    /** Every command in the editors that are used most, and in each of the others those that read all of it and one more. */
    static Stream<Arguments> places() {
        Set<TypingPlace> most = EnumSet.of(
                TypingPlace.NODE_NUMBER, TypingPlace.NODE_PROMPT, TypingPlace.FORM_NUMBER, TypingPlace.FORM_PROMPT);
        Set<Command> all = EnumSet.of(Command.RUN_KEY, Command.SAVE, Command.QUIT, Command.KILL);
        List<Command> commands = List.of(Command.values());
        List<TypingPlace> places = List.of(TypingPlace.values());
        return places.stream().flatMap(place -> commands.stream()
                .filter(command -> most.contains(place)
                        || all.contains(command)
                        || commands.indexOf(command) == places.indexOf(place) % commands.size())
                .map(command -> Arguments.of(place, command)));
    }

    @ParameterizedTest
    @MethodSource("places")
    void whatIsTypedIsThere(TypingPlace place, Command command) {
        show();
        place.open(editor);
        String typed = place.type(editor, ++count);
        command.give();
        switch (command) {
            case RUN_BUTTON, RUN_KEY -> editor.await("it ran", () -> ran().anyMatch(run -> holds(run, place, typed)));
            case SAVE, CLOSE -> editor.await("it is saved", () -> holds(Workflow.read(file), place, typed));
            case KILL -> {
                editor.await("it is on the disk", () -> WrittenDrafts.in(config).stream()
                        .anyMatch(draft -> holds(draft, place, typed)));
                place.text(editor).requireText(typed);
            }
            default -> assertThat(place.held(editor.workflow())).isEqualTo(typed);
        }
    }

    /** Brings the workflow to the front, or opens it again. */
    private static void show() {
        execute(() -> editor.window().open(file));
        editor.awaitWorkflow();
    }

    private static boolean holds(Workflow workflow, TypingPlace place, String typed) {
        return place.held(workflow).equals(typed);
    }

    private static Stream<Workflow> ran() {
        return files("runs", "workflow.json").map(Workflow::read);
    }

    private static Stream<Path> files(String folder, String ending) {
        if (!Files.isDirectory(config.resolve(folder))) {
            return Stream.of();
        }
        try (Stream<Path> files = Files.walk(config.resolve(folder))) {
            return files.filter(each -> each.toString().endsWith(ending)).toList().stream();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }
}
