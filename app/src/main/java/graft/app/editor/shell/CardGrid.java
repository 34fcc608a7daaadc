package graft.app.editor.shell;

import com.formdev.flatlaf.util.UIScale;
import java.awt.Component;
import java.awt.Container;
import java.awt.Dimension;
import java.awt.LayoutManager;

/**
 * As many columns of equal width as there is room for.
 *
 * @param least the smallest width of a column, in pixels at a scale of 100 %
 * @param gap between columns and rows, likewise
 */
record CardGrid(int least, int gap) implements LayoutManager {

    @Override
    public void addLayoutComponent(String name, Component component) {}

    @Override
    public void removeLayoutComponent(Component component) {}

    private int columns(Container parent) {
        int width = Math.max(parent.getWidth(), UIScale.scale(least));
        int space = UIScale.scale(gap);
        return Math.max(1, (width + space) / (UIScale.scale(least) + space));
    }

    @Override
    public Dimension preferredLayoutSize(Container parent) {
        int columns = columns(parent);
        int rows = (parent.getComponentCount() + columns - 1) / columns;
        int height = rowHeight(parent);
        int space = UIScale.scale(gap);
        return new Dimension(UIScale.scale(least), rows * height + Math.max(0, rows - 1) * space);
    }

    private static int rowHeight(Container parent) {
        int height = 0;
        for (Component component : parent.getComponents()) {
            height = Math.max(height, component.getPreferredSize().height);
        }
        return height;
    }

    @Override
    public Dimension minimumLayoutSize(Container parent) {
        return preferredLayoutSize(parent);
    }

    @Override
    public void layoutContainer(Container parent) {
        int columns = columns(parent);
        int space = UIScale.scale(gap);
        int width = (parent.getWidth() - (columns - 1) * space) / columns;
        int height = rowHeight(parent);
        for (int i = 0; i < parent.getComponentCount(); i++) {
            parent.getComponent(i)
                    .setBounds(i % columns * (width + space), i / columns * (height + space), width, height);
        }
    }
}
