package graft.app.editor;

import java.awt.Component;
import java.awt.KeyEventDispatcher;
import java.awt.Window;
import java.awt.event.ActionEvent;
import java.awt.event.InputEvent;
import java.awt.event.KeyEvent;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import javax.swing.Action;
import javax.swing.JComponent;
import javax.swing.JPopupMenu;
import javax.swing.KeyStroke;
import javax.swing.MenuElement;
import javax.swing.MenuSelectionManager;
import javax.swing.SwingUtilities;
import javax.swing.text.JTextComponent;

/**
 * Carries out the commands of the keys that are pressed in a window.
 *
 * <p>A text that is being typed keeps its letters and its own keys, such as Ctrl+C, but for undo, since what is typed is an
 * edit of the workflow; whatever a component binds for itself while it has the focus, such as Enter in a list, is its own,
 * and Escape is what it is to the panel that it lies in. A menu that is open, be it of the window, of what is under the mouse or
 * of a box of choices, has the whole keyboard, as has a panel that {@link #keepFor asks for it}.
 */
public final class CommandKeys implements KeyEventDispatcher {

    /** What a text does itself with the usual keys. */
    private static final Set<Commands> OF_TEXT = EnumSet.of(
            Commands.CUT,
            Commands.COPY,
            Commands.PASTE,
            Commands.PASTE_WIRED,
            Commands.DELETE,
            Commands.SELECT_ALL,
            Commands.ADD_NODE,
            Commands.ENTER_SUBGRAPH,
            Commands.LEAVE,
            Commands.START_PAGE,
            Commands.RENAME);

    private final Window window;
    private final Supplier<Keymap> keymap;
    private final Function<Commands, Optional<Action>> actions;
    /** Whether the key that is down gave a command: the letter that it types is not for the text that the command opened. */
    private boolean taken;

    /**
     * Keys for a window; its owner adds this to the {@link java.awt.KeyboardFocusManager} and removes it at the end.
     *
     * @param actions what carries a command out now; empty when nothing does
     */
    public CommandKeys(Window window, Supplier<Keymap> keymap, Function<Commands, Optional<Action>> actions) {
        this.window = window;
        this.keymap = keymap;
        this.actions = actions;
    }

    /** Lets no key be a command while what has the keyboard lies in a panel, such as one that lies over all else. */
    public static void keepFor(JComponent panel) {
        panel.putClientProperty(CommandKeys.class, true);
    }

    @Override
    public boolean dispatchKeyEvent(KeyEvent event) {
        if (event.getID() == KeyEvent.KEY_TYPED) {
            return taken;
        }
        if (event.getID() != KeyEvent.KEY_PRESSED) {
            return false;
        }
        Component focus = event.getComponent();
        KeyStroke key = KeyStroke.getKeyStrokeForEvent(event);
        Optional<Commands> command = Optional.of(key)
                .filter(pressed -> SwingUtilities.getWindowAncestor(focus) == window)
                .filter(pressed -> !isMenuOpen() && !isKept(focus))
                .flatMap(keymap.get()::command)
                .filter(each -> !keeps(focus, key, each));
        Optional<Action> action = command.flatMap(actions).filter(Action::isEnabled);
        taken = action.isPresent();
        action.ifPresent(each -> each.actionPerformed(new ActionEvent(
                focus, ActionEvent.ACTION_PERFORMED, command.get().id(), event.getWhen(), event.getModifiersEx())));
        return action.isPresent();
    }

    /** What only offers words beside a text that is being typed is none: the text has the keyboard. */
    private static boolean isMenuOpen() {
        return Arrays.stream(MenuSelectionManager.defaultManager().getSelectedPath())
                .map(MenuElement::getComponent)
                .anyMatch(each -> each.isShowing()
                        && !(each instanceof JPopupMenu menu && menu.getInvoker() instanceof JTextComponent));
    }

    private static boolean isKept(Component focus) {
        return Stream.iterate(focus, Objects::nonNull, Component::getParent)
                .anyMatch(each -> each instanceof JComponent own && own.getClientProperty(CommandKeys.class) != null);
    }

    private static boolean keeps(Component focus, KeyStroke key, Commands command) {
        if (focus instanceof JTextComponent text && text.isEditable()) {
            boolean plain = (key.getModifiers()
                            & (InputEvent.CTRL_DOWN_MASK | InputEvent.ALT_DOWN_MASK | InputEvent.META_DOWN_MASK))
                    == 0;
            return OF_TEXT.contains(command) || (plain && !isFunctionKey(key));
        }
        return binds(focus, JComponent.WHEN_FOCUSED, key) || (command == Commands.LEAVE && ofPanel(focus, key));
    }

    private static boolean ofPanel(Component focus, KeyStroke key) {
        return Stream.iterate(focus, Objects::nonNull, Component::getParent)
                .anyMatch(each -> binds(each, JComponent.WHEN_ANCESTOR_OF_FOCUSED_COMPONENT, key));
    }

    private static boolean binds(Component component, int when, KeyStroke key) {
        return component instanceof JComponent own && own.getInputMap(when).get(key) != null;
    }

    private static boolean isFunctionKey(KeyStroke key) {
        return key.getKeyCode() >= KeyEvent.VK_F1 && key.getKeyCode() <= KeyEvent.VK_F12;
    }
}
