package graft.app.editor.shell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.swing.edt.GuiActionRunner.execute;

import com.google.gson.JsonElement;
import graft.app.editor.OpensWindows;
import graft.app.editor.canvas.GraphCanvas;
import graft.app.workflow.Workflow;
import java.awt.Point;
import java.awt.Rectangle;
import java.awt.event.KeyEvent;
import java.nio.file.Path;
import java.util.Set;
import javax.swing.JComboBox;
import javax.swing.JComponent;
import javax.swing.JToolBar;
import javax.swing.MenuSelectionManager;
import org.assertj.swing.core.MouseButton;
import org.assertj.swing.fixture.JTextComponentFixture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What stands in a field of numbers is what is stored, or is red; what a menu that is open is told, no command hears. */
@OpensWindows
class NumbersAndMenusTest {

    private static final int CTRL = KeyEvent.VK_CONTROL;

    @TempDir
    private static Path config;

    private static OpenedEditor editor;
    private static Workflow fresh;

    @BeforeAll
    static void open() {
        editor = new OpenedEditor(config, OpenedEditor.begun(), WordNodes.library());
        Path file = WordNodes.write(config.resolve("words.json"));
        execute(() -> editor.window().open(file));
        editor.awaitWorkflow();
        fresh = editor.workflow();
    }

    @AfterAll
    static void close() {
        editor.close();
    }

    @BeforeEach
    void begin() {
        GraphCanvas canvas = editor.canvas();
        execute(() -> {
            editor.window().current().orElseThrow().document().edit("Again", workflow -> fresh);
            canvas.requestFocusInWindow();
            canvas.select(Set.of("first"));
            canvas.fit();
        });
        editor.robot().waitForIdle();
    }

    private static String stored(String setting) {
        JsonElement value = editor.workflow().nodes().get("first").settings().get(setting);
        return value == null ? "default" : value.toString();
    }

    private static JTextComponentFixture type(String field, String typed) {
        JTextComponentFixture text = editor.frame().textBox(field).focus();
        editor.await("it has the keyboard", () -> text.target().isFocusOwner());
        editor.press(KeyEvent.VK_A, CTRL);
        if (typed.isEmpty()) {
            editor.press(KeyEvent.VK_DELETE);
        } else {
            editor.robot().enterText(typed);
        }
        editor.robot().waitForIdle();
        return text;
    }

    private static boolean isRed(JTextComponentFixture text) {
        return execute(() -> "error".equals(((JComponent) text.target()).getClientProperty("JComponent.outline")));
    }

    // --- numbers ---------------------------------------------------------------------------------------------------

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                "steps|99999|25", "steps|''|25", "steps|3,000|25", "steps|0|25", "steps|1.000|25", "scale|3,000|7",
                "scale|99999|7", "scale|2e|7", "seed|''|0", "seed|1.5|0", "weights|0,5|1", "weights|1, 999|1"
            })
    void whatASettingCannotHaveIsRedAndMakesPlaceForItsValue(String setting, String typed, String back) {
        JTextComponentFixture text = type("setting." + setting, typed);
        text.requireText(typed);
        assertThat(isRed(text)).isTrue();
        assertThat(stored(setting)).isEqualTo("default");
        assertThat(execute(() -> ((JComponent) text.target()).getToolTipText())).isNotBlank();
        editor.frame().textBox("setting." + setting + ".problem").requireVisible();
        int before = editor.said().size();
        // Tab leaves.
        editor.press(KeyEvent.VK_TAB);
        editor.await("its value is back", () -> text.target().getText().equals(back));
        assertThat(isRed(text)).isFalse();
        assertThat(editor.said().subList(before, editor.said().size()))
                .anySatisfy(words -> assertThat(words).contains("“" + back + "” still"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "steps|1,000|1000|1000",
                "scale|0,5|0.5|0.5",
                "scale|1 000|1000.0|1000",
                "weights|0,5; 2|[0.5,2.0]|0.5, 2"
            })
    void whatIsReadIsStoredAndShownAsItIsRead(String setting, String typed, String kept, String shown) {
        JTextComponentFixture text = type("setting." + setting, typed);
        assertThat(isRed(text)).isFalse();
        assertThat(stored(setting)).isEqualTo(kept);
        editor.press(KeyEvent.VK_TAB);
        editor.await("it is shown", () -> text.target().getText().equals(shown));
    }

    @Test
    void undoTakesWhatIsRefusedAndNothingElse() {
        type("setting.scale", "9");
        JTextComponentFixture steps = type("setting.steps", "99999");
        editor.press(KeyEvent.VK_Z, CTRL);
        steps.requireText("25");
        assertThat(stored("scale")).isEqualTo("9.0");
        editor.press(KeyEvent.VK_Z, CTRL);
        assertThat(stored("scale")).isEqualTo("default");
    }

    @ParameterizedTest
    @ValueSource(strings = {"99999", "3,000", ""})
    void onANodeToo(String typed) {
        GraphCanvas canvas = editor.canvas();
        Rectangle row = execute(() -> canvas.row("first", "steps").orElseThrow());
        editor.robot().click(canvas, new Point((int) row.getCenterX(), (int) row.getCenterY()));
        JTextComponentFixture text = type("canvas.edit.steps", typed);
        assertThat(isRed(text)).isTrue();
        assertThat(stored("steps")).isEqualTo("default");
        editor.frame().label("canvas.complaint").requireVisible();
        editor.press(KeyEvent.VK_S, CTRL);
        assertThat(stored("steps")).isEqualTo("default");
        assertThat(editor.frame().textBox("setting.steps").text()).isEqualTo("25");
    }

    // --- menus -----------------------------------------------------------------------------------------------------

    private static boolean noMenu() {
        return MenuSelectionManager.defaultManager().getSelectedPath().length == 0;
    }

    private static JToolBar tools() {
        return editor.frame().toolBar("tools").target();
    }

    /** F is focus mode, Q the queue, Delete removes what is selected: none of it while a menu is open. */
    @Test
    void aMenuOfTheWindowHasTheKeyboard() {
        editor.awaitCanvas();
        editor.press(KeyEvent.VK_E, KeyEvent.VK_ALT);
        editor.await("the menu is open", () -> !noMenu());
        editor.press(KeyEvent.VK_Q);
        editor.press(KeyEvent.VK_DELETE);
        assertThat(execute(() -> tools().isVisible())).isTrue();
        assertThat(editor.workflow().nodes()).hasSize(2);
        editor.press(KeyEvent.VK_ESCAPE);
        editor.await("the menu is closed", NumbersAndMenusTest::noMenu);
        assertThat(execute(() -> editor.canvas().selected())).containsExactly("first");
    }

    @Test
    void itsLettersChoose() {
        editor.awaitCanvas();
        editor.press(KeyEvent.VK_E, KeyEvent.VK_ALT);
        editor.await("the menu is open", () -> !noMenu());
        // Select all: S.
        editor.press(KeyEvent.VK_S);
        editor.await("the menu is closed", NumbersAndMenusTest::noMenu);
        editor.await(
                "all is selected",
                () -> editor.window()
                                .current()
                                .orElseThrow()
                                .canvas()
                                .selected()
                                .size()
                        == 4);
    }

    @Test
    void theMenuUnderTheMouseHasTheKeyboard() {
        GraphCanvas canvas = editor.canvas();
        Rectangle node = execute(() -> canvas.place("first").orElseThrow());
        editor.robot().click(canvas, new Point(node.x + node.width / 2, node.y + 6), MouseButton.RIGHT_BUTTON, 1);
        editor.await("the menu is open", () -> !noMenu());
        editor.press(KeyEvent.VK_DELETE);
        editor.press(KeyEvent.VK_D, CTRL);
        assertThat(editor.workflow().nodes()).hasSize(2);
        editor.press(KeyEvent.VK_ESCAPE);
        editor.await("the menu is closed", NumbersAndMenusTest::noMenu);
        assertThat(execute(canvas::selected)).containsExactly("first");
    }

    @Test
    void aBoxOfChoicesHasTheKeyboard() {
        JComboBox<?> mood = editor.frame().comboBox("setting.mood").focus().target();
        editor.await("it has the keyboard", mood::isFocusOwner);
        editor.press(KeyEvent.VK_DOWN, KeyEvent.VK_ALT);
        editor.await("it is open", mood::isPopupVisible);
        editor.press(KeyEvent.VK_F);
        assertThat(execute(() -> tools().isVisible())).isTrue();
        editor.await("F chooses fierce", () -> "fierce".equals(mood.getSelectedItem()));
        editor.press(KeyEvent.VK_ESCAPE);
        editor.await("it is closed", () -> !mood.isPopupVisible());
        assertThat(stored("mood")).isEqualTo("\"fierce\"");
    }

    @Test
    void theSearchHasTheKeyboardWhereverInIt() {
        editor.awaitCanvas();
        editor.press(KeyEvent.VK_SPACE, CTRL);
        JTextComponentFixture search = editor.frame().textBox("canvas.search.text");
        editor.await("it has the keyboard", () -> search.target().isFocusOwner());
        execute(() -> editor.frame().list("canvas.search.results").target().requestFocusInWindow());
        editor.robot().waitForIdle();
        editor.robot().enterText("fw");
        search.requireText("fw");
        editor.press(KeyEvent.VK_W, CTRL);
        assertThat(execute(() -> tools().isVisible())).isTrue();
        assertThat(execute(() -> editor.window().current())).isPresent();
        editor.press(KeyEvent.VK_ESCAPE);
        editor.awaitCanvas();
    }
}
