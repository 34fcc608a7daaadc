package graft.app.editor.shell;

import com.formdev.flatlaf.util.UIScale;
import graft.app.editor.EscapeCloses;
import graft.app.editor.Icons;
import graft.app.editor.Strings;
import graft.app.editor.WhenChanged;
import graft.app.plugin.InstallPlan;
import graft.app.plugin.PluginManifest;
import graft.app.plugin.PluginRepository;
import graft.app.sandbox.Sandbox;
import java.awt.Dialog;
import java.awt.Dimension;
import java.awt.Window;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;
import javax.swing.BorderFactory;
import javax.swing.JButton;
import javax.swing.JCheckBox;
import javax.swing.JDialog;
import javax.swing.JLabel;
import javax.swing.JPanel;
import javax.swing.JTextArea;
import javax.swing.JTextField;
import javax.swing.UIManager;
import net.miginfocom.swing.MigLayout;

/** What the plugin manager asks in dialogs of their own. */
final class PluginForms {

    /** An archive to install, with the checksum that the user was given, if any. */
    record Archive(Path file, Optional<String> sha512) {}

    /** What the user wants of what would be installed. */
    enum Wish {
        NOTHING,
        TRUSTED,
        SANDBOXED
    }

    private static final int WIDTH = 520;

    private PluginForms() {}

    /** Shows what would be installed and what is new about it; the safe answer is the one that Enter gives. */
    static Wish wish(Window owner, InstallPlan plan) {
        JPanel content = page();
        content.add(text(Strings.get("plugins.question.intro")), "span, growx, wmin 0");
        for (InstallPlan.Step step : plan.steps()) {
            PluginManifest manifest = step.archive().manifest();
            content.add(new JLabel(Icons.get("plugins")), "top");
            content.add(
                    text(Strings.get(
                            step.replaces().isPresent() ? "plugins.question.update" : "plugins.question.step",
                            manifest.name(),
                            manifest.provider(),
                            manifest.license(),
                            step.why(),
                            step.replaces().orElse(""))),
                    "span, growx, wmin 0, wrap");
        }
        if (!plan.questions().isEmpty()) {
            content.add(text(Strings.get("plugins.question.asked")), "span, growx, wmin 0, gaptop 8");
            for (InstallPlan.Question question : plan.questions()) {
                content.add(new JLabel(Icons.get("warning")), "top");
                content.add(text(question.sentence() + "."), "span, growx, wmin 0, wrap");
            }
        }
        content.add(dim(Strings.get("plugins.sandbox")), "span, growx, wmin 0, gaptop 8");
        JCheckBox sandbox = new JCheckBox(Strings.get("plugins.question.sandbox"));
        sandbox.setName("plugins.question.sandbox");
        boolean isNew = plan.steps().stream().anyMatch(step -> step.replaces().isEmpty());
        if (isNew && Sandbox.ofThisMachine().program().isPresent()) {
            content.add(sandbox, "span, growx, wmin 0");
        }
        boolean accepted = answer(
                owner,
                "plugins.question",
                content,
                new JButton(Strings.get("plugins.question.accept")),
                Optional.empty());
        return !accepted ? Wish.NOTHING : sandbox.isSelected() ? Wish.SANDBOXED : Wish.TRUSTED;
    }

    static boolean removes(Window owner, String plugin) {
        JPanel content = page();
        content.add(text(Strings.get("plugins.remove.question", plugin)), "span, growx, wmin 0");
        return answer(
                owner, "plugins.remove", content, new JButton(Strings.get("plugins.act.remove")), Optional.empty());
    }

    static Optional<Archive> archive(Window owner) {
        JTextField path = field("plugins.file.path");
        JTextField sha512 = field("plugins.file.sha512");
        JButton browse = browse("plugins.file.browse");
        browse.addActionListener(event -> Choosers.archive(owner).ifPresent(file -> path.setText(file.toString())));
        JPanel content = page();
        row(content, "plugins.file.path", path, "split 2");
        content.add(browse, "wrap");
        row(content, "plugins.file.sha512", sha512, "wrap");
        content.add(dim(Strings.get("plugins.file.help")), "skip, span, growx, wmin 0");
        JButton install = new JButton(Strings.get("plugins.file.install"));
        if (!answer(owner, "plugins.file", content, install, Optional.of(path))) {
            return Optional.empty();
        }
        String promised = sha512.getText().strip();
        return Optional.of(new Archive(
                Path.of(path.getText().strip()), promised.isEmpty() ? Optional.empty() : Optional.of(promised)));
    }

    static Optional<String> repository(Window owner) {
        JTextField address = field("plugins.repository.address");
        JButton browse = browse("plugins.repository.browse");
        browse.addActionListener(event -> Choosers.folder(owner, Strings.get("plugins.repository.title"))
                .ifPresent(folder -> address.setText(folder.toString())));
        JPanel content = page();
        row(content, "plugins.repository.address", address, "split 2");
        content.add(browse, "wrap");
        content.add(dim(Strings.get("plugins.repository.help")), "skip, span, growx, wmin 0");
        JButton add = new JButton(Strings.get("plugins.repository.add"));
        return answer(owner, "plugins.repository", content, add, Optional.of(address))
                ? Optional.of(address.getText().strip())
                : Optional.empty();
    }

    /** Shows a dialog until it is answered. One without a field to fill in must not be answered with yes by mistake. */
    private static boolean answer(Window owner, String name, JPanel content, JButton yes, Optional<JTextField> needed) {
        JDialog dialog = new JDialog(owner, Strings.get(name + ".title"), Dialog.ModalityType.DOCUMENT_MODAL);
        dialog.setName(name);
        boolean[] answer = {false};
        yes.setName(name + ".yes");
        yes.addActionListener(event -> {
            answer[0] = true;
            dialog.dispose();
        });
        JButton no = new JButton(Strings.get("plugins.question.cancel"));
        no.setName(name + ".no");
        no.addActionListener(event -> dialog.dispose());
        content.add(no, "newline, span, split 2, tag cancel, gaptop 12");
        content.add(yes, "tag ok");
        dialog.setContentPane(content);
        dialog.getRootPane().setDefaultButton(needed.isPresent() ? yes : no);
        EscapeCloses.in(dialog);
        needed.ifPresent(field -> {
            Runnable look = () -> yes.setEnabled(isPath(field.getText().strip()));
            whenTyped(field, look);
            look.run();
        });
        dialog.pack();
        // Texts know how high they are once they know how wide.
        int width = UIScale.scale(WIDTH);
        for (int pass = 0; pass < 2; pass++) {
            dialog.setSize(width, dialog.getHeight());
            dialog.validate();
            content.setPreferredSize(new Dimension(width, no.getY() + no.getHeight() + UIScale.scale(20)));
            dialog.pack();
        }
        dialog.setLocationRelativeTo(owner);
        if (needed.isEmpty()) {
            no.requestFocusInWindow();
        }
        dialog.setVisible(true);
        return answer[0];
    }

    private static boolean isPath(String text) {
        try {
            return PluginRepository.isAddress(text) || !Path.of(text).toString().isEmpty();
        } catch (InvalidPathException none) {
            return false;
        }
    }

    /** Calls back whenever the text changes. */
    static void whenTyped(JTextField field, Runnable then) {
        field.getDocument().addDocumentListener(new WhenChanged(then));
    }

    private static JPanel page() {
        return new JPanel(new MigLayout("insets 20, fillx, gap 10 8", "[][grow,fill]", ""));
    }

    private static void row(JPanel page, String key, JTextField field, String constraints) {
        JLabel label = new JLabel(Strings.get(key));
        label.setLabelFor(field);
        page.add(label);
        page.add(field, "growx, wmin 0, " + constraints);
    }

    private static JTextField field(String key) {
        JTextField field = new JTextField();
        field.setName(key);
        field.getAccessibleContext().setAccessibleName(Strings.get(key));
        return field;
    }

    private static JButton browse(String key) {
        JButton browse = new JButton(Strings.get(key));
        browse.setName(key);
        return browse;
    }

    /** Words over several lines, which can be neither edited nor, since it is never markup, anything but words. */
    static JTextArea text(String words) {
        JTextArea area = new JTextArea(words);
        area.setEditable(false);
        area.setFocusable(false);
        area.setOpaque(false);
        area.setLineWrap(true);
        area.setWrapStyleWord(true);
        area.setBorder(BorderFactory.createEmptyBorder());
        area.setFont(UIManager.getFont("Label.font"));
        area.setSize(UIScale.scale(WIDTH - 80), 1);
        return area;
    }

    static JTextArea dim(String words) {
        JTextArea area = text(words);
        area.putClientProperty("FlatLaf.style", "foreground: $Graft.text.dim");
        return area;
    }
}
