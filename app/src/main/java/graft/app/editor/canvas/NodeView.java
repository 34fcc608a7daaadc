package graft.app.editor.canvas;

import com.google.gson.JsonElement;
import com.mxgraph.model.mxCell;
import graft.app.editor.NodeFace;
import graft.app.engine.Estimate;
import graft.app.workflow.Place;
import graft.app.workflow.Subgraph;
import graft.app.workflow.WorkflowNode;
import graft.node.SettingSchema;
import java.awt.Graphics2D;
import java.awt.geom.Point2D;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.IntStream;

/** A node as the canvas shows it. */
final class NodeView implements Drawn {

    private final String id;
    private final mxCell cell;
    private WorkflowNode node;
    private NodeFace face;
    private Place place;
    private NodeGeometry geometry;
    private NodeGeometry.Wish wish;

    private Set<String> wired = Set.of();
    private Set<String> wiredOutputs = Set.of();
    private NodeState state = NodeState.FRESH;
    private NodeMark mark = NodeMark.NONE;
    private Optional<Estimate> estimate = Optional.empty();
    private List<BufferedImage> pictures = List.of();
    /** Whether the pictures are those of a run before, while another one makes new ones. */
    private boolean outdated;

    private boolean allSettings;

    /** Texts cut to the room that they have; what was measured once need not be again. */
    private final Map<String, List<String>> fitted = new HashMap<>();

    NodeView(String id, mxCell cell) {
        this.id = id;
        this.cell = cell;
    }

    /**
     * Takes over what the document says.
     *
     * @return whether its size or the places of its sockets changed
     */
    boolean update(WorkflowNode changed, NodeFace itsFace, Place at, Set<String> into, Set<String> outOf) {
        if (changed.equals(node)
                && itsFace.equals(face)
                && at.equals(place)
                && into.equals(wired)
                && outOf.equals(wiredOutputs)) {
            return false;
        }
        node = changed;
        face = itsFace;
        place = at;
        wired = into;
        wiredOutputs = outOf;
        return layOut();
    }

    /** Lays its parts out anew; returns whether anything came to lie elsewhere. */
    boolean layOut() {
        NodeGeometry.Wish next = NodeGeometry.Wish.of(node, face, wired)
                .with(allSettings, PictureSheet.of(pictures), !state.problem().isEmpty(), estimate.isPresent());
        if (next.equals(wish)) {
            return false;
        }
        wish = next;
        geometry = NodeGeometry.of(next);
        fitted.clear();
        return true;
    }

    void setState(NodeState next) {
        switch (next.kind()) {
            case WAITING -> outdated = true;
            case RUNNING ->
                outdated |= state.kind() != NodeState.Kind.RUNNING && state.kind() != NodeState.Kind.WAITING;
            default -> outdated = false;
        }
        state = next;
    }

    void setMark(NodeMark next) {
        mark = next;
    }

    void setEstimate(Optional<Estimate> next) {
        estimate = next;
    }

    void setPictures(List<BufferedImage> next) {
        pictures = next;
        outdated = false;
    }

    void setAllSettings(boolean all) {
        allSettings = all;
    }

    @Override
    public void draw(Graphics2D g, Painters painters) {
        painters.nodes().paint(g, this);
    }

    String id() {
        return id;
    }

    mxCell cell() {
        return cell;
    }

    WorkflowNode node() {
        return node;
    }

    NodeFace face() {
        return face;
    }

    NodeGeometry geometry() {
        return geometry;
    }

    NodeState state() {
        return state;
    }

    /** What the last check found of it. */
    NodeMark mark() {
        return mark;
    }

    /** What it will take, where that is told. */
    Optional<Estimate> estimate() {
        return estimate;
    }

    List<BufferedImage> pictures() {
        return pictures;
    }

    /** Whether new pictures are being made in the place of those that it shows. */
    boolean isOutdated() {
        return outdated;
    }

    /** Where each of its pictures lies, from the node's upper left corner. */
    List<Rectangle2D> pictureCells() {
        return geometry.preview()
                .flatMap(box -> PictureSheet.of(pictures).map(sheet -> sheet.cells(box)))
                .orElse(List.of());
    }

    /** Which of its pictures lies at a place, in canvas pixels. */
    OptionalInt pictureAt(double atX, double atY) {
        List<Rectangle2D> cells = pictureCells();
        return IntStream.range(0, cells.size())
                .filter(index -> cells.get(index).contains(atX - place.x(), atY - place.y()))
                .findFirst();
    }

    boolean showsAllSettings() {
        return allSettings;
    }

    double x() {
        return place.x();
    }

    double y() {
        return place.y();
    }

    Rectangle2D bounds() {
        return new Rectangle2D.Double(place.x(), place.y(), geometry.width(), geometry.height());
    }

    /** A box within it, in canvas pixels. */
    Rectangle2D onCanvas(Rectangle2D box) {
        return new Rectangle2D.Double(place.x() + box.getX(), place.y() + box.getY(), box.getWidth(), box.getHeight());
    }

    String title() {
        return node.title().isEmpty() ? face.title() : node.title();
    }

    boolean isWired(String id, boolean output) {
        return (output ? wiredOutputs : wired).contains(id);
    }

    boolean isSubgraph() {
        return Subgraph.isType(node.type());
    }

    /** Whether it gives pictures with captions to train on. */
    boolean givesPictures() {
        return face.givesPictures();
    }

    /** Where the wires of a socket end, in canvas pixels. */
    Point2D end(String socket, boolean output) {
        Point2D end = geometry.end(socket, output);
        return new Point2D.Double(place.x() + end.getX(), place.y() + end.getY());
    }

    /** What a setting is at: saved, or its default. */
    JsonElement value(SettingSchema setting) {
        return NodeGeometry.value(node, setting);
    }

    boolean isChanged(SettingSchema setting) {
        return NodeGeometry.isChanged(node, setting);
    }

    /** Lines of texts that were fitted already, by what and how; emptied when the layout changes. */
    Map<String, List<String>> fitted() {
        return fitted;
    }
}
