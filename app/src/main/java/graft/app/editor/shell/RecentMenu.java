package graft.app.editor.shell;

import graft.app.editor.Icons;
import graft.app.editor.Strings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import javax.swing.JMenu;
import javax.swing.JMenuItem;
import javax.swing.event.MenuEvent;
import javax.swing.event.MenuListener;

/** The files that were opened or saved lately, the latest first; those that are gone say so and can be cleared. */
final class RecentMenu {

    private static final int MOST = 10;

    private final JMenu menu = new JMenu(Strings.get("menu.recent"));
    private final Supplier<List<Path>> files;
    private final Consumer<Path> open;
    private final Consumer<List<Path>> forget;
    private final Consumer<String> say;

    /**
     * A menu that is filled whenever it opens.
     *
     * @param files the latest first, those that are gone too
     * @param forget takes those that are to be shown no more
     */
    RecentMenu(Supplier<List<Path>> files, Consumer<Path> open, Consumer<List<Path>> forget, Consumer<String> say) {
        this.files = files;
        this.open = open;
        this.forget = forget;
        this.say = say;
        menu.setName("menu.recent");
        menu.addMenuListener(new MenuListener() {
            @Override
            public void menuSelected(MenuEvent event) {
                fill();
            }

            @Override
            public void menuDeselected(MenuEvent event) {
                // It is filled anew when it opens.
            }

            @Override
            public void menuCanceled(MenuEvent event) {
                // As above.
            }
        });
        fill();
    }

    JMenu menu() {
        return menu;
    }

    private void fill() {
        menu.removeAll();
        List<Path> all = files.get();
        List<Path> shown = all.subList(0, Math.min(MOST, all.size()));
        shown.forEach(this::add);
        List<Path> missing =
                all.stream().filter(file -> !Files.isRegularFile(file)).toList();
        if (shown.isEmpty()) {
            JMenuItem none = new JMenuItem(Strings.get("menu.recent.none"));
            none.setEnabled(false);
            menu.add(none);
            return;
        }
        menu.addSeparator();
        JMenuItem clear = item("missing", Strings.get("menu.recent.clear.missing"), () -> forget.accept(missing));
        clear.setEnabled(!missing.isEmpty());
        menu.add(clear);
        menu.add(item("all", Strings.get("menu.recent.clear"), () -> forget.accept(all)));
    }

    private void add(Path file) {
        String name = file.getFileName().toString();
        boolean there = Files.isRegularFile(file);
        JMenuItem item = item(
                name,
                there ? name : Strings.get("menu.recent.gone", name),
                there ? () -> open.accept(file) : () -> say.accept(Strings.get("menu.recent.missing", file)));
        item.setIcon(Icons.get(there ? "file" : "problems"));
        item.setToolTipText(file.toString());
        menu.add(item);
    }

    private static JMenuItem item(String name, String words, Runnable then) {
        JMenuItem item = new JMenuItem(words);
        item.setName("recent." + name);
        item.addActionListener(event -> then.run());
        return item;
    }
}
