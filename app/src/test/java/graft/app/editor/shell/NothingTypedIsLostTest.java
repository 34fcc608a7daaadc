package graft.app.editor.shell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.swing.edt.GuiActionRunner.execute;

import com.google.gson.JsonParser;
import graft.app.editor.canvas.GraphCanvas;
import graft.app.workflow.Workflow;
import graft.app.workflow.WorkflowNode;
import java.awt.Point;
import java.awt.Rectangle;
import java.awt.event.KeyEvent;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.assertj.swing.core.MouseButton;
import org.assertj.swing.fixture.JTextComponentFixture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever is typed, wherever, is what every command finds, though nobody pressed Enter or went elsewhere first. */
@EnabledIf("graft.app.editor.Display#isThere")
class NothingTypedIsLostTest {

    private static final int CTRL = KeyEvent.VK_CONTROL;

    /** Where one types. */
    enum Place {
        NODE_NUMBER("canvas.edit.steps", n -> String.valueOf(100 + n), setting("steps")),
        NODE_PROMPT("canvas.edit.prompt", n -> "fir tree " + n, setting("prompt")),
        NODE_LIST("canvas.edit.weights", n -> "1, " + n, setting("weights")),
        NODE_TITLE(
                "canvas.rename", n -> "Words " + n, workflow -> node(workflow).title()),
        NOTE("canvas.comment", n -> "remember " + n, workflow -> workflow.comments()
                .get(0)
                .text()),
        GROUP("canvas.rename", n -> "Together " + n, workflow -> workflow.groups()
                .get(0)
                .title()),
        FORM_NUMBER("setting.steps", n -> String.valueOf(100 + n), setting("steps")),
        FORM_SEED("setting.seed", n -> String.valueOf(9_007_199_254_740_000L + n), setting("seed")),
        FORM_PROMPT("setting.prompt", n -> "pine tree " + n, setting("prompt")),
        FORM_LIST("setting.weights", n -> "2, " + n, setting("weights")),
        FORM_TITLE(
                "inspector.title", n -> "Said " + n, workflow -> node(workflow).title()),
        WORKFLOW_TITLE("inspector.workflow.title", n -> "Work " + n, Workflow::title),
        WORKFLOW_NOTES("inspector.workflow.notes", n -> "to do " + n, Workflow::notes);

        private final String name;
        private final Function<Integer, String> text;
        private final Function<Workflow, String> held;

        Place(String name, Function<Integer, String> text, Function<Workflow, String> held) {
            this.name = name;
            this.text = text;
            this.held = held;
        }

        private static Function<Workflow, String> setting(String id) {
            return workflow -> String.valueOf(node(workflow).settings().get(id))
                    .replaceAll("[\"\\[\\]]", "")
                    .replace(".0", "")
                    .replace(",", ", ");
        }

        private static WorkflowNode node(Workflow workflow) {
            return workflow.nodes().get("first");
        }

        /** Opens the editor and gives it the keyboard. */
        void open() {
            GraphCanvas canvas = editor.canvas();
            String node = this == NOTE ? "note" : this == GROUP ? "group" : "first";
            execute(() -> {
                canvas.requestFocusInWindow();
                canvas.select(name.startsWith("inspector.workflow") ? Set.of() : Set.of(node));
                canvas.fit();
            });
            editor.robot().waitForIdle();
            if (name.startsWith("canvas.edit.")) {
                Rectangle row = execute(() -> canvas.row("first", name.substring("canvas.edit.".length()))
                        .orElseThrow());
                editor.robot().click(canvas, new Point((int) row.getCenterX(), (int) row.getCenterY()));
            } else if (name.startsWith("canvas.")) {
                // A window that a dialog stood over may get the keyboard back later.
                editor.await("the canvas has the keyboard", () -> canvas.requestFocusInWindow() && canvas.isFocusOwner());
                editor.press(KeyEvent.VK_F2);
            } else {
                text().focus();
            }
            editor.await("the text has the keyboard", () -> text().target().isFocusOwner());
        }

        JTextComponentFixture text() {
            return editor.frame().textBox(name);
        }

        /** Types over what stands in the editor, as a hand does. */
        String type() {
            String typed = text.apply(++count);
            editor.press(KeyEvent.VK_A, CTRL);
            editor.robot().enterText(typed);
            editor.robot().waitForIdle();
            return typed;
        }
    }

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
                editor.frame().optionPane().buttonWithText("Save").click();
                editor.await("it is closed", () -> editor.window().current().isEmpty());
            }
        },
        QUIT {
            @Override
            void give() {
                editor.press(KeyEvent.VK_Q, CTRL);
                editor.frame().optionPane().buttonWithText("Cancel").click();
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
        editor.robot().settings().delayBetweenEvents(0);
        file = WordNodes.write(config.resolve("words.json"));
    }

    @AfterAll
    static void close() {
        editor.close();
    }

    /** Every command in the editors that are used most, and in each of the others those that read all of it and one more. */
    static Stream<Arguments> places() {
        Set<Place> most = EnumSet.of(Place.NODE_NUMBER, Place.NODE_PROMPT, Place.FORM_NUMBER, Place.FORM_PROMPT);
        Set<Command> all = EnumSet.of(Command.RUN_KEY, Command.SAVE, Command.KILL);
        int commands = Command.values().length;
        return Arrays.stream(Place.values())
                .flatMap(place -> Arrays.stream(Command.values())
                        .filter(command -> most.contains(place)
                                || all.contains(command)
                                || command.ordinal() == place.ordinal() % commands)
                        .map(command -> Arguments.of(place, command)));
    }

    @ParameterizedTest
    @MethodSource("places")
    void whatIsTypedIsThere(Place place, Command command) {
        show();
        place.open();
        String typed = place.type();
        command.give();
        if (count == 1) {
            try {
                Thread.sleep(9000);
            } catch (InterruptedException e) {
            }
            Shot.take("run");
        }
        switch (command) {
            case RUN_BUTTON, RUN_KEY -> editor.await("it ran", () -> ran().anyMatch(run -> holds(run, place, typed)));
            case SAVE, CLOSE -> editor.await("it is saved", () -> holds(Workflow.read(file), place, typed));
            case KILL -> {
                editor.await("it is on the disk", () -> drafts().anyMatch(draft -> holds(draft, place, typed)));
                place.text().requireText(typed);
            }
            default -> assertThat(place.held.apply(editor.workflow())).isEqualTo(typed);
        }
    }

    /** Brings the workflow to the front, or opens it again. */
    private static void show() {
        execute(() -> editor.window().open(file));
        editor.awaitWorkflow();
    }

    private static boolean holds(Workflow workflow, Place place, String typed) {
        return place.held.apply(workflow).equals(typed);
    }

    private static Stream<Workflow> ran() {
        return files("runs", "workflow.json").map(Workflow::read);
    }

    private static Stream<Workflow> drafts() {
        return files("drafts", ".draft").map(draft -> {
            try {
                return Workflow.parse(
                        JsonParser.parseString(Files.readString(draft))
                                .getAsJsonObject()
                                .get("workflow")
                                .toString(),
                        draft.toString());
            } catch (IOException unreadable) {
                throw new UncheckedIOException(unreadable);
            }
        });
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
