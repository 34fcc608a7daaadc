package graft.app.workflow;

import java.util.Optional;

/**
 * How a node looks on the canvas.
 *
 * @param size as the user drew it; empty for as large as it needs to be
 * @param collapsed whether only the title shows
 * @param colour of its title bar, {@code #rrggbb}; empty for the theme's
 * @param pinned whether it stays where it is
 */
public record Look(Optional<Size> size, boolean collapsed, String colour, boolean pinned) {

    /** As nodes look that nobody touched. */
    public static final Look PLAIN = new Look(Optional.empty(), false, "", false);

    /** A copy of another size. */
    public Look withSize(Optional<Size> other) {
        return new Look(other, collapsed, colour, pinned);
    }

    /** A copy that is collapsed or not. */
    public Look withCollapsed(boolean other) {
        return new Look(size, other, colour, pinned);
    }

    /** A copy of another colour; empty for the theme's. */
    public Look withColour(String other) {
        return new Look(size, collapsed, other, pinned);
    }

    /** A copy that is pinned or not. */
    public Look withPinned(boolean other) {
        return new Look(size, collapsed, colour, other);
    }
}
