package graft.app.editor.dataset;

import com.formdev.flatlaf.util.UIScale;
import java.awt.Component;
import java.awt.Container;
import java.awt.Dimension;
import java.awt.Insets;
import java.awt.LayoutManager;

/**
 * Things in a row that goes on beneath where the width ends.
 *
 * @param gap between them, in pixels at a scale of 100 %
 */
record WrappingRow(int gap) implements LayoutManager {

    @Override
    public void addLayoutComponent(String name, Component component) {}

    @Override
    public void removeLayoutComponent(Component component) {}

    @Override
    public Dimension preferredLayoutSize(Container parent) {
        return new Dimension(UIScale.scale(200), place(parent, false));
    }

    @Override
    public Dimension minimumLayoutSize(Container parent) {
        return preferredLayoutSize(parent);
    }

    @Override
    public void layoutContainer(Container parent) {
        place(parent, true);
    }

    /** Returns how high all of it is. */
    private int place(Container parent, boolean move) {
        Insets around = parent.getInsets();
        int space = UIScale.scale(gap);
        int end = Math.max(parent.getWidth(), UIScale.scale(200)) - around.right;
        int x = around.left;
        int y = around.top;
        int height = 0;
        for (Component each : parent.getComponents()) {
            if (!each.isVisible()) {
                continue;
            }
            Dimension size = each.getPreferredSize();
            int width = Math.min(size.width, end - around.left);
            if (x > around.left && x + width > end) {
                x = around.left;
                y += height + space;
                height = 0;
            }
            if (move) {
                each.setBounds(x, y, width, size.height);
            }
            x += width + space;
            height = Math.max(height, size.height);
        }
        return y + height + around.bottom;
    }
}
