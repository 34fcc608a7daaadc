package graft.app.editor;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import javax.swing.KeyStroke;

/**
 * Everything that the editor can be told to do by menu, button or key.
 *
 * <p>A component that carries commands out puts its actions into its {@link javax.swing.ActionMap} under {@link #id};
 * it binds no keys itself, for the user's {@link Keymap} does, through {@link CommandKeys}.
 */
public enum Commands {
    NEW(Menu.FILE, "ctrl N"),
    TEACH(Menu.FILE, "ctrl T"),
    OPEN(Menu.FILE, "ctrl O"),
    START_PAGE(Menu.FILE, "ctrl HOME"),
    SAVE(Menu.FILE, "ctrl S"),
    SAVE_AS(Menu.FILE, "ctrl shift S"),
    EXPORT_COMFY(Menu.FILE),
    CLOSE(Menu.FILE, "ctrl W"),
    REOPEN(Menu.FILE, "ctrl shift T"),
    SETTINGS(Menu.FILE, "ctrl COMMA"),
    QUIT(Menu.FILE, "ctrl Q"),

    UNDO(Menu.EDIT, "ctrl Z"),
    REDO(Menu.EDIT, "ctrl Y", "ctrl shift Z"),
    CUT(Menu.EDIT, "ctrl X"),
    COPY(Menu.EDIT, "ctrl C"),
    PASTE(Menu.EDIT, "ctrl V"),
    /** Keeps the wires into what is pasted that came from nodes outside it. */
    PASTE_WIRED(Menu.EDIT, "ctrl shift V"),
    DUPLICATE(Menu.EDIT, "ctrl D"),
    DELETE(Menu.EDIT, "DELETE", "BACK_SPACE"),
    SELECT_ALL(Menu.EDIT, "ctrl A"),
    FIND(Menu.EDIT, "ctrl F"),

    ADD_NODE(Menu.NODE, "ctrl SPACE"),
    ADD_COMMENT(Menu.NODE, "shift C"),
    RENAME(Menu.NODE, "F2"),
    GROUP(Menu.NODE, "ctrl G"),
    UNGROUP(Menu.NODE, "ctrl shift G"),
    TO_SUBGRAPH(Menu.NODE, "ctrl shift E"),
    UNPACK(Menu.NODE, "ctrl alt E"),
    ENTER_SUBGRAPH(Menu.NODE, "ENTER"),
    /** Ends what is under way, as the drawing of a wire; else leaves the subgraph. */
    LEAVE(Menu.NODE, "ESCAPE"),
    MUTE(Menu.NODE, "ctrl M"),
    BYPASS(Menu.NODE, "ctrl B"),
    COLLAPSE(Menu.NODE, "alt C"),
    PIN(Menu.NODE, "P"),
    DATASET(Menu.NODE, "D"),
    COLOUR(Menu.NODE),
    ARRANGE(Menu.NODE, "ctrl shift L"),
    ALIGN_LEFT(Menu.NODE),
    ALIGN_RIGHT(Menu.NODE),
    ALIGN_TOP(Menu.NODE),
    ALIGN_BOTTOM(Menu.NODE),
    DISTRIBUTE_ACROSS(Menu.NODE),
    DISTRIBUTE_DOWN(Menu.NODE),

    FIT(Menu.VIEW, "PERIOD"),
    ZOOM_IN(Menu.VIEW, "alt EQUALS", "ctrl EQUALS"),
    ZOOM_OUT(Menu.VIEW, "alt MINUS", "ctrl MINUS"),
    ZOOM_ACTUAL(Menu.VIEW, "alt 0", "ctrl 0"),
    MINIMAP(Menu.VIEW, "alt M"),
    SNAP(Menu.VIEW, "alt G"),
    SELECT_TOOL(Menu.VIEW, "V"),
    HAND_TOOL(Menu.VIEW, "H"),
    REFRESH(Menu.VIEW, "R"),
    QUEUE(Menu.VIEW, "Q"),
    WORKFLOWS(Menu.VIEW, "W"),
    NODES(Menu.VIEW, "N"),
    MODELS(Menu.VIEW, "M"),
    ASSETS(Menu.VIEW, "A"),
    INSPECTOR(Menu.VIEW, "I"),
    PROBLEMS(Menu.VIEW, "ctrl shift P"),
    LOG(Menu.VIEW, "ctrl BACK_QUOTE"),
    FOCUS_MODE(Menu.VIEW, "F"),
    NEXT_TAB(Menu.VIEW, "ctrl PAGE_DOWN"),
    PREVIOUS_TAB(Menu.VIEW, "ctrl PAGE_UP"),

    RUN(Menu.RUN, "ctrl ENTER"),
    RUN_FIRST(Menu.RUN, "ctrl shift ENTER"),
    RUN_TO_HERE(Menu.RUN, "alt ENTER"),
    CANCEL(Menu.RUN, "ctrl alt ENTER"),
    STOP_AND_KEEP(Menu.RUN, "ctrl alt shift ENTER"),
    SWEEP(Menu.RUN, "alt shift ENTER"),

    NODE_HELP(Menu.HELP, "F1"),
    SHORTCUTS(Menu.HELP, "ctrl shift K"),
    PLUGINS(Menu.HELP),
    EDITOR_LOG(Menu.HELP),
    ABOUT(Menu.HELP);

    /** The menu that lists a command. */
    public enum Menu {
        FILE,
        EDIT,
        NODE,
        VIEW,
        RUN,
        HELP
    }

    private final Menu menu;
    /** As {@link KeyStroke#getKeyStroke(String)} reads them, with a comma between. */
    private final String keys;

    Commands(Menu menu, String... keys) {
        this.menu = menu;
        this.keys = String.join(",", keys);
    }

    /** Stable: what settings save and action maps hold, for example {@code zoom-in}. */
    public String id() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    public static Optional<Commands> of(String id) {
        return Arrays.stream(values())
                .filter(command -> command.id().equals(id))
                .findFirst();
    }

    /** The key of its title in {@link Strings}. */
    public String titleKey() {
        return "command." + id();
    }

    public String title() {
        return Strings.get(titleKey());
    }

    public Menu menu() {
        return menu;
    }

    /** The keys that it has before the user chooses others; none, one or several. */
    public List<KeyStroke> defaultKeys() {
        return keys.isEmpty()
                ? List.of()
                : Arrays.stream(keys.split(",")).map(KeyStroke::getKeyStroke).toList();
    }
}
