package graft.app.editor.canvas;

import com.mxgraph.model.mxCell;
import graft.app.workflow.Comment;
import graft.app.workflow.Group;
import graft.app.workflow.Place;
import graft.app.workflow.Size;
import java.awt.Graphics2D;
import java.awt.geom.Rectangle2D;
import java.util.Optional;

/** A group or a comment as the canvas shows it: a box behind the nodes. */
final class BoxView implements Drawn {

    static final double TITLE = 26;

    private final mxCell cell;
    private final Optional<Group> group;
    private final Optional<Comment> comment;

    BoxView(mxCell cell, Group group) {
        this.cell = cell;
        this.group = Optional.of(group);
        this.comment = Optional.empty();
    }

    BoxView(mxCell cell, Comment comment) {
        this.cell = cell;
        this.group = Optional.empty();
        this.comment = Optional.of(comment);
    }

    @Override
    public void draw(Graphics2D g, Painters painters) {
        painters.boxes().paint(g, this);
    }

    mxCell cell() {
        return cell;
    }

    Optional<Group> group() {
        return group;
    }

    Optional<Comment> comment() {
        return comment;
    }

    String id() {
        return group.map(Group::id).orElseGet(() -> comment.orElseThrow().id());
    }

    /** The group's title, or the comment's text. */
    String text() {
        return group.map(Group::title).orElseGet(() -> comment.orElseThrow().text());
    }

    String colour() {
        return group.map(Group::colour).orElseGet(() -> comment.orElseThrow().colour());
    }

    /** The record that it shows. */
    Object shown() {
        return group.<Object>map(each -> each).orElseGet(comment::orElseThrow);
    }

    Rectangle2D bounds() {
        Place at = group.map(Group::at).orElseGet(() -> comment.orElseThrow().at());
        Size size = group.map(Group::size).orElseGet(() -> comment.orElseThrow().size());
        return new Rectangle2D.Double(at.x(), at.y(), size.width(), size.height());
    }

    /** Where a mouse takes hold of it: a group by its title, a comment anywhere. */
    Rectangle2D handle() {
        Rectangle2D box = bounds();
        return group.isPresent()
                ? new Rectangle2D.Double(box.getX(), box.getY(), box.getWidth(), Math.min(TITLE, box.getHeight()))
                : box;
    }
}
