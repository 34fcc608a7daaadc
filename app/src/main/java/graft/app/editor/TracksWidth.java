package graft.app.editor;

import com.formdev.flatlaf.util.UIScale;
import java.awt.Dimension;
import java.awt.Rectangle;
import javax.swing.Scrollable;

/** A component that is as wide as the view that it is scrolled in, and as high as it needs to be. */
public interface TracksWidth extends Scrollable {

    /** Every component's own. */
    Dimension getPreferredSize();

    @Override
    default Dimension getPreferredScrollableViewportSize() {
        return getPreferredSize();
    }

    @Override
    default int getScrollableUnitIncrement(Rectangle visible, int orientation, int direction) {
        return UIScale.scale(24);
    }

    @Override
    default int getScrollableBlockIncrement(Rectangle visible, int orientation, int direction) {
        return visible.height;
    }

    @Override
    default boolean getScrollableTracksViewportWidth() {
        return true;
    }

    @Override
    default boolean getScrollableTracksViewportHeight() {
        return false;
    }
}
