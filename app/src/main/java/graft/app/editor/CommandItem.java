package graft.app.editor;

import com.formdev.flatlaf.ui.FlatMenuItemRenderer;
import com.formdev.flatlaf.ui.FlatMenuItemUI;
import java.awt.event.KeyEvent;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import javax.swing.JMenuItem;
import javax.swing.KeyStroke;

/** An item of a menu that shows the key of its command but leaves pressing it to {@link CommandKeys}. */
public final class CommandItem extends JMenuItem {
    private static final long serialVersionUID = 1;

    /** An item with a command's title. */
    public CommandItem(Commands command) {
        super(command.title());
    }

    @Override
    public void updateUI() {
        super.updateUI();
        if (getUI() instanceof FlatMenuItemUI) {
            // Java calls the key of a full stop "Period", which nobody finds on a keyboard.
            setUI(new Keyed());
        }
    }

    private static final class Keyed extends FlatMenuItemUI {
        @Override
        protected FlatMenuItemRenderer createRenderer() {
            return new FlatMenuItemRenderer(menuItem, checkIcon, arrowIcon, acceleratorFont, acceleratorDelimiter) {
                @Override
                protected String getTextForAccelerator(KeyStroke key) {
                    return Keymap.words(key);
                }
            };
        }
    }

    @Override
    protected boolean processKeyBinding(KeyStroke key, KeyEvent event, int condition, boolean pressed) {
        return false;
    }

    /** The letters by which the items of one menu are chosen while it is open. */
    public static final class Letters {

        private final Set<Character> taken = new HashSet<>();

        /** Gives an item the first letter of its title that no other item of the menu has; none when all are taken. */
        public void give(JMenuItem item) {
            for (char letter : item.getText().toUpperCase(Locale.ROOT).toCharArray()) {
                if (letter >= 'A' && letter <= 'Z' && taken.add(letter)) {
                    item.setMnemonic(KeyEvent.getExtendedKeyCodeForChar(letter));
                    return;
                }
            }
        }
    }
}
