package graft.app.editor.shell;

import com.formdev.flatlaf.util.UIScale;
import graft.app.editor.Commands;
import graft.app.editor.Icons;
import graft.app.editor.Keymap;
import java.awt.BorderLayout;
import java.awt.Dimension;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import javax.swing.Action;
import javax.swing.BorderFactory;
import javax.swing.Box;
import javax.swing.JButton;
import javax.swing.JPanel;
import javax.swing.JToolBar;
import javax.swing.Timer;

/** The buttons at the top of the window: the commands used most, grey while they can do nothing. */
final class ToolBar extends JToolBar implements AutoCloseable {
    private static final long serialVersionUID = 1;

    private static final int PACE = 300;

    private final transient WindowActions actions;
    private final transient Supplier<Keymap> keymap;
    private final Map<Commands, JButton> buttons = new EnumMap<>(Commands.class);
    private final Timer pace = new Timer(PACE, event -> enableButtons());

    ToolBar(WindowActions actions, Supplier<Keymap> keymap) {
        this.actions = actions;
        this.keymap = keymap;
        setName("tools");
        setFloatable(false);
        setBorder(BorderFactory.createEmptyBorder(4, 8, 4, 8));
        add(List.of(Commands.NEW, Commands.OPEN, Commands.SAVE));
        addSeparator();
        add(List.of(Commands.UNDO, Commands.REDO));
        addSeparator();
        add(List.of(Commands.ADD_NODE, Commands.ARRANGE, Commands.FIT));
        add(Box.createHorizontalGlue());
        add(List.of(Commands.CANCEL, Commands.STOP_AND_KEEP));
        add(Box.createHorizontalStrut(UIScale.scale(6)));
        add(run());
        add(Box.createHorizontalStrut(UIScale.scale(6)));
        add(List.of(Commands.INSPECTOR));
        showKeys();
        pace.start();
    }

    private void add(List<Commands> commands) {
        commands.forEach(command -> add(button(command)));
    }

    /** The one button that stands out. */
    private JPanel run() {
        JButton run = button(Commands.RUN);
        run.setText(Commands.RUN.title());
        run.putClientProperty("JButton.buttonType", null);
        run.setIcon(Icons.onAccent("run", 16));
        run.putClientProperty(
                "FlatLaf.style",
                "background: $Graft.accent; foreground: $Graft.onAccent; font: bold; margin: 4,14,4,16;"
                        + " borderWidth: 0; hoverBackground: lighten($Graft.accent,6%)");
        // In a tool bar itself a button has no background.
        JPanel around = new JPanel(new BorderLayout());
        around.setOpaque(false);
        around.add(run);
        around.setMaximumSize(new Dimension(UIScale.scale(120), UIScale.scale(32)));
        return around;
    }

    private JButton button(Commands command) {
        JButton button = new JButton(Icons.get(Menus.icon(command).orElseThrow(), 18));
        button.setName("tool." + command.id());
        button.setFocusable(false);
        button.putClientProperty("JButton.buttonType", "toolBarButton");
        button.getAccessibleContext().setAccessibleName(command.title());
        button.addActionListener(event -> actions.perform(command));
        buttons.put(command, button);
        return button;
    }

    /** Says in the tips which keys the commands have now. */
    void showKeys() {
        buttons.forEach((command, button) -> {
            String words = keymap.get().key(command).map(Keymap::words).orElse("");
            button.setToolTipText(command.title().replace("…", "") + (words.isEmpty() ? "" : "  " + words));
        });
    }

    /** Greys the buttons whose commands can do nothing now, as happens by itself a moment later. */
    void enableButtons() {
        buttons.forEach((command, button) -> button.setEnabled(
                actions.find(command).filter(Action::isEnabled).isPresent()));
    }

    @Override
    public void close() {
        pace.stop();
    }
}
