package graft.app.editor.canvas;

import graft.app.editor.Strings;
import java.awt.Dimension;
import java.awt.FlowLayout;
import java.util.List;
import java.util.function.IntConsumer;
import javax.swing.JButton;
import javax.swing.JLabel;
import javax.swing.JPanel;

/** The way from the workflow into the subgraph that is shown; a click on a part of it goes back there. */
final class Breadcrumbs extends JPanel {

    private static final int MARGIN = 12;

    private final Surface surface;
    private final IntConsumer leaveTo;

    /** @param leaveTo shows the outside of subgraphs, until so many are entered */
    Breadcrumbs(Surface surface, IntConsumer leaveTo) {
        super(new FlowLayout(FlowLayout.LEFT, 4, 2));
        this.surface = surface;
        this.leaveTo = leaveTo;
        setName("canvas.breadcrumbs");
        getAccessibleContext().setAccessibleName(Strings.get("canvas.breadcrumbs"));
        setOpaque(false);
        setVisible(false);
    }

    void place() {
        Dimension size = getPreferredSize();
        setBounds(MARGIN, MARGIN, size.width, size.height);
    }

    /** Shows the way to what is shown now. */
    void update() {
        removeAll();
        List<CanvasDocument.Step> path = surface.document().path();
        setVisible(!path.isEmpty());
        String title = surface.document().root().title();
        add(step(title.isEmpty() ? Strings.get("canvas.root") : title, 0, path.isEmpty()));
        for (int i = 0; i < path.size(); i++) {
            JLabel arrow = new JLabel("›");
            arrow.setForeground(surface.palette().of("canvas.text"));
            add(arrow);
            String name = path.get(i).name();
            add(step(surface.document().root().subgraphs().get(name).title(), i + 1, i == path.size() - 1));
        }
        place();
        validate();
        repaint();
    }

    private JButton step(String title, int depth, boolean here) {
        JButton button = new JButton(title);
        button.setName("canvas.breadcrumb." + depth);
        button.setFocusable(false);
        button.putClientProperty("JButton.buttonType", "toolBarButton");
        button.setEnabled(!here);
        button.addActionListener(event -> leaveTo.accept(depth));
        return button;
    }
}
