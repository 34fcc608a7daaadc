package graft.app.editor;

import javax.swing.JButton;

/** A flat button of an icon alone. */
public final class IconButton {

    private IconButton() {}

    /** @param key of the words that explain it, which is its name too */
    public static JButton of(String key, String icon, Runnable pressed) {
        JButton button = new JButton(Icons.get(icon));
        button.setName(key);
        button.setToolTipText(Strings.get(key));
        button.getAccessibleContext().setAccessibleName(Strings.get(key));
        button.putClientProperty("JButton.buttonType", "toolBarButton");
        button.addActionListener(event -> pressed.run());
        return button;
    }
}
