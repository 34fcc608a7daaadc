package graft.app.editor.shell;

import graft.app.editor.CommandItem;
import graft.app.editor.Commands;
import graft.app.editor.Icons;
import graft.app.editor.Keymap;
import graft.app.editor.Strings;
import java.awt.event.ActionEvent;
import java.awt.event.KeyEvent;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import javax.swing.Action;
import javax.swing.JMenu;
import javax.swing.JMenuBar;
import javax.swing.JMenuItem;
import javax.swing.event.MenuEvent;
import javax.swing.event.MenuListener;

/** The menu bar: every command with its key, as whoever carries it out allows it now. */
final class Menus {

    /** Commands that begin a new part of their menu. */
    private static final Set<Commands> PARTS = EnumSet.of(
            Commands.SAVE,
            Commands.CLOSE,
            Commands.SETTINGS,
            Commands.CUT,
            Commands.DELETE,
            Commands.FIND,
            Commands.RENAME,
            Commands.GROUP,
            Commands.TO_SUBGRAPH,
            Commands.MUTE,
            Commands.ARRANGE,
            Commands.MINIMAP,
            Commands.SELECT_TOOL,
            Commands.REFRESH,
            Commands.FOCUS_MODE,
            Commands.CANCEL,
            Commands.SWEEP,
            Commands.PLUGINS);

    private static final Map<Commands, String> ICONS = new EnumMap<>(Map.ofEntries(
            Map.entry(Commands.NEW, "new"),
            Map.entry(Commands.TEACH, "image"),
            Map.entry(Commands.OPEN, "open"),
            Map.entry(Commands.START_PAGE, "home"),
            Map.entry(Commands.SAVE, "save"),
            Map.entry(Commands.SETTINGS, "settings"),
            Map.entry(Commands.UNDO, "undo"),
            Map.entry(Commands.REDO, "redo"),
            Map.entry(Commands.DELETE, "delete"),
            Map.entry(Commands.FIND, "search"),
            Map.entry(Commands.ADD_NODE, "add"),
            Map.entry(Commands.ARRANGE, "arrange"),
            Map.entry(Commands.FIT, "fit"),
            Map.entry(Commands.QUEUE, "queue"),
            Map.entry(Commands.INSPECTOR, "inspector"),
            Map.entry(Commands.PROBLEMS, "problems"),
            Map.entry(Commands.LOG, "log"),
            Map.entry(Commands.RUN, "run"),
            Map.entry(Commands.CANCEL, "cancel"),
            Map.entry(Commands.STOP_AND_KEEP, "stop-and-keep"),
            Map.entry(Commands.SWEEP, "losses"),
            Map.entry(Commands.NODE_HELP, "help"),
            Map.entry(Commands.PLUGINS, "plugins")));

    private final Function<Commands, Optional<Action>> actions;
    private final Supplier<Keymap> keymap;
    private final RecentMenu recent;
    private final JMenuBar bar = new JMenuBar();

    /** @param recent beneath the command that opens files */
    Menus(Function<Commands, Optional<Action>> actions, Supplier<Keymap> keymap, RecentMenu recent) {
        this.recent = recent;
        this.actions = actions;
        this.keymap = keymap;
        bar.setName("menus");
        for (Commands.Menu menu : Commands.Menu.values()) {
            bar.add(menu(menu));
        }
    }

    JMenuBar bar() {
        return bar;
    }

    /** The name of a command's icon, for those that have one. */
    static Optional<String> icon(Commands command) {
        return Optional.ofNullable(ICONS.get(command));
    }

    private JMenu menu(Commands.Menu menu) {
        JMenu made = new JMenu(Strings.get("menu." + menu.name().toLowerCase(Locale.ROOT)));
        made.setName("menu." + menu.name().toLowerCase(Locale.ROOT));
        made.setMnemonic(KeyEvent.getExtendedKeyCodeForChar(made.getText().charAt(0)));
        CommandItem.Letters letters = new CommandItem.Letters();
        Map<Commands, JMenuItem> items = new EnumMap<>(Commands.class);
        for (Commands command : Commands.values()) {
            if (command.menu() == menu) {
                if (PARTS.contains(command)) {
                    made.addSeparator();
                }
                JMenuItem item = item(command);
                letters.give(item);
                items.put(command, item);
                made.add(item);
            }
            if (command == Commands.OPEN && menu == Commands.Menu.FILE) {
                letters.give(recent.menu());
                made.add(recent.menu());
            }
        }
        made.addMenuListener(new Opened(() -> items.forEach(this::refresh)));
        return made;
    }

    private void refresh(Commands command, JMenuItem item) {
        Optional<Action> action = actions.apply(command);
        item.setEnabled(action.filter(Action::isEnabled).isPresent());
        item.setAccelerator(keymap.get().key(command).orElse(null));
        // Whoever carries a command out may say more precisely what it would do, as "Undo Move".
        Object words = action.map(each -> each.getValue(Action.NAME)).orElse(null);
        item.setText(words instanceof String text && !text.isEmpty() ? text : command.title());
        boolean on = action.map(each -> each.getValue(Action.SELECTED_KEY))
                .filter(Boolean.TRUE::equals)
                .isPresent();
        item.setIcon((on ? Optional.of("check") : icon(command)).map(Icons::get).orElse(null));
        item.getAccessibleContext().setAccessibleDescription(on ? Strings.get("menu.on") : null);
    }

    private JMenuItem item(Commands command) {
        JMenuItem item = new CommandItem(command);
        item.setName("item." + command.id());
        item.addActionListener(event -> actions.apply(command)
                .filter(Action::isEnabled)
                .ifPresent(action ->
                        action.actionPerformed(new ActionEvent(item, ActionEvent.ACTION_PERFORMED, command.id()))));
        return item;
    }

    /** Does something when a menu opens. */
    private record Opened(Runnable then) implements MenuListener {
        @Override
        public void menuSelected(MenuEvent event) {
            then.run();
        }

        @Override
        public void menuDeselected(MenuEvent event) {
            // Nothing was changed that would have to be put back.
        }

        @Override
        public void menuCanceled(MenuEvent event) {
            // As above.
        }
    }
}
