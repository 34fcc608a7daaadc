package graft.app.workflow;

/**
 * A titled frame on the canvas; what lies wholly within it moves with it.
 *
 * @param id unique among nodes, groups and comments
 * @param title what people read
 * @param colour {@code #rrggbb}; empty for the theme's
 * @param at upper left corner
 */
public record Group(String id, String title, String colour, Place at, Size size) {

    /** A copy elsewhere. */
    public Group withAt(Place other) {
        return new Group(id, title, colour, other, size);
    }

    /** A copy of another size. */
    public Group withSize(Size other) {
        return new Group(id, title, colour, at, other);
    }
}
