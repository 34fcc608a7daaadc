package graft.app.editor.canvas;

import graft.app.workflow.Wire;
import java.awt.Graphics2D;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What of a canvas is no part of the document, yet drawn: how near one looks, what is selected, hovered and dragged. */
final class Scene {

    /** How much of a node is worth drawing. */
    enum Detail {
        /** All of it. */
        ALL,
        /** Title, sockets and where the settings are. */
        TITLES,
        /** Its box. */
        BLOCKS
    }

    /** Something drawn over the nodes while a gesture lasts, in component pixels. */
    interface Overlay {
        void paint(Graphics2D g);
    }

    /** A wire that the mouse draws, with what it may end in. */
    interface Pending {

        /** Whether a socket would take it. */
        boolean fits(NodeView node, NodeGeometry.Spot spot);

        /** The socket that it snaps to now. */
        Optional<SocketId> target();
    }

    /** Nearer than this, settings are letters of nine pixels and more; smaller ones nobody reads. */
    private static final double ALL_FROM = 0.75;

    private static final double TITLES_FROM = 0.24;

    private final List<Overlay> overlays = new ArrayList<>();
    private Viewport viewport = Viewport.start();
    private boolean moving;
    private final Set<String> selected = new HashSet<>();
    private Optional<Wire> selectedWire = Optional.empty();
    private Optional<Hit> hover = Optional.empty();
    private Optional<SocketId> focus = Optional.empty();
    private Optional<Pending> pending = Optional.empty();
    private Set<Wire> hidden = Set.of();
    private Optional<SettingKey> edited = Optional.empty();

    /** A setting whose editor is open: its value is not drawn beneath. */
    record SettingKey(String node, String setting) {}

    Viewport viewport() {
        return viewport;
    }

    void setViewport(Viewport next) {
        viewport = next;
    }

    Detail detail() {
        return viewport.zoom() >= ALL_FROM
                ? Detail.ALL
                : viewport.zoom() >= TITLES_FROM ? Detail.TITLES : Detail.BLOCKS;
    }

    /** Whether the view moves, so that smoothness comes before shadows. */
    boolean moving() {
        return moving;
    }

    void setMoving(boolean next) {
        moving = next;
    }

    /** Ids of nodes, groups and comments. */
    Set<String> selected() {
        return selected;
    }

    Optional<Wire> selectedWire() {
        return selectedWire;
    }

    void selectWire(Optional<Wire> wire) {
        selectedWire = wire;
    }

    /** What lies under the mouse. */
    Optional<Hit> hover() {
        return hover;
    }

    void setHover(Optional<Hit> next) {
        hover = next;
    }

    /** The socket that the keyboard is at. */
    Optional<SocketId> focus() {
        return focus;
    }

    void setFocus(Optional<SocketId> next) {
        focus = next;
    }

    Optional<Pending> pending() {
        return pending;
    }

    void setPending(Optional<Pending> next) {
        pending = next;
    }

    /** What is drawn over the nodes, the last on top. */
    List<Overlay> overlays() {
        return overlays;
    }

    /** Leaves wires undrawn while the mouse holds their ends. */
    void hideWires(List<Wire> wires) {
        hidden = Set.copyOf(wires);
    }

    boolean isHidden(Wire wire) {
        return !hidden.isEmpty() && hidden.contains(wire);
    }

    boolean isEdited(String node, String setting) {
        return edited.filter(key -> key.node().equals(node) && key.setting().equals(setting))
                .isPresent();
    }

    void setEdited(Optional<SettingKey> next) {
        edited = next;
    }
}
