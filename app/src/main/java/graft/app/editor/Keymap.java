package graft.app.editor;

import java.awt.event.InputEvent;
import java.awt.event.KeyEvent;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import javax.swing.KeyStroke;

/**
 * Which keys give which command. Immutable.
 *
 * @param changed the commands whose keys the user chose; every other has its own
 */
public record Keymap(Map<Commands, List<KeyStroke>> changed) {

    /** The keys as they come. */
    public static final Keymap DEFAULT = new Keymap(Map.of());

    public Keymap {
        Map<Commands, List<KeyStroke>> copy = new EnumMap<>(Commands.class);
        changed.forEach((command, keys) -> copy.put(command, List.copyOf(keys)));
        changed = Collections.unmodifiableMap(copy);
    }

    public List<KeyStroke> keys(Commands command) {
        return changed.getOrDefault(command, command.defaultKeys());
    }

    /** The first of its keys, which menus show. */
    public Optional<KeyStroke> key(Commands command) {
        return keys(command).stream().findFirst();
    }

    /** The command of a key. */
    public Optional<Commands> command(KeyStroke key) {
        for (Commands command : Commands.values()) {
            if (keys(command).contains(key)) {
                return Optional.of(command);
            }
        }
        return Optional.empty();
    }

    /** A copy with other keys for a command; its own again when they are those. */
    public Keymap with(Commands command, List<KeyStroke> keys) {
        Map<Commands, List<KeyStroke>> next = new EnumMap<>(Commands.class);
        next.putAll(changed);
        if (keys.equals(command.defaultKeys())) {
            next.remove(command);
        } else {
            next.put(command, keys);
        }
        return new Keymap(next);
    }

    /** The keys of a command in words: {@code Ctrl+Y, Ctrl+Shift+Z}; empty for none. */
    public String words(Commands command) {
        return keys(command).stream().map(Keymap::words).collect(Collectors.joining(", "));
    }

    /** A key in words: {@code Ctrl+Shift+Z}. */
    public static String words(KeyStroke key) {
        String modifiers = InputEvent.getModifiersExText(key.getModifiers());
        String name =
                switch (key.getKeyCode()) {
                    case KeyEvent.VK_PERIOD -> ".";
                    case KeyEvent.VK_COMMA -> ",";
                    case KeyEvent.VK_EQUALS -> "=";
                    case KeyEvent.VK_MINUS -> "-";
                    case KeyEvent.VK_BACK_QUOTE -> "`";
                    default -> KeyEvent.getKeyText(key.getKeyCode());
                };
        return modifiers.isEmpty() ? name : modifiers + "+" + name;
    }
}
