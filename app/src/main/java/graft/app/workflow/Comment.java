package graft.app.workflow;

/**
 * A note on the canvas.
 *
 * @param id unique among nodes, groups and comments
 * @param text what it says
 * @param at upper left corner
 * @param colour {@code #rrggbb}; empty for the theme's
 */
public record Comment(String id, String text, Place at, Size size, String colour) {

    /** A copy elsewhere. */
    public Comment withAt(Place other) {
        return new Comment(id, text, other, size, colour);
    }

    /** A copy of another size. */
    public Comment withSize(Size other) {
        return new Comment(id, text, at, other, colour);
    }
}
