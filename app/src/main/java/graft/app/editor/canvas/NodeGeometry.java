package graft.app.editor.canvas;

import com.google.gson.JsonElement;
import graft.app.editor.NodeFace;
import graft.app.engine.WireRules;
import graft.app.workflow.WorkflowNode;
import graft.node.Setting.Control;
import graft.node.SettingSchema;
import graft.node.SocketKind;
import graft.node.SocketSchema;
import java.awt.Dimension;
import java.awt.geom.Point2D;
import java.awt.geom.Rectangle2D;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Where the parts of a node lie, in canvas pixels from its upper left corner. Immutable.
 *
 * @param sockets outputs and inputs, and a socket for every setting that shows
 * @param rows the settings that show
 * @param more where a click shows the settings that are left out, or leaves them out again
 * @param leftOut how many settings do not show
 * @param preview where its picture is drawn
 * @param problem where its problem is written
 * @param estimate where it is written what it will take
 */
record NodeGeometry(
        double width,
        double height,
        List<Spot> sockets,
        List<Row> rows,
        Optional<Rectangle2D> more,
        int leftOut,
        Optional<Rectangle2D> preview,
        Optional<Rectangle2D> problem,
        Optional<Rectangle2D> estimate) {

    static final double WIDTH = 250;
    static final double LEAST_WIDTH = 160;
    static final double TITLE = 30;
    static final double SOCKET_RADIUS = 5.5;

    private static final double SOCKET_ROW = 22;
    private static final double ROW = 22;
    private static final double PARAGRAPH = 66;
    private static final double GAP = 4;
    private static final double SIDE = 12;
    private static final double MORE = 18;
    private static final double MOST_PREVIEW = 230;
    private static final double PROBLEM = 50;
    private static final double ESTIMATE = 16;

    /**
     * A socket.
     *
     * @param schema of an input or output; empty for that of a setting
     * @param x of its centre
     */
    record Spot(
            String id,
            String title,
            boolean output,
            SocketKind kind,
            Optional<SocketSchema> schema,
            double x,
            double y) {

        boolean ofSetting() {
            return schema.isEmpty();
        }

        boolean optional() {
            return schema.map(SocketSchema::optional).orElse(true);
        }
    }

    /**
     * A setting.
     *
     * @param wired whether a wire drives it, so that its own value does not count
     */
    record Row(SettingSchema setting, Rectangle2D bounds, boolean wired) {

        /** Whether its text has several lines. */
        boolean paragraph() {
            return isParagraph(setting);
        }
    }

    /**
     * What the layout of a node depends on.
     *
     * @param size that the user gave it
     * @param wired inputs and settings that wires enter
     * @param changed settings that have another value than their default
     * @param hidden settings that others' values keep from being shown
     * @param all whether settings for the experienced show too
     * @param pictures that it shows
     */
    record Wish(
            NodeFace face,
            Optional<Dimension> size,
            boolean collapsed,
            Set<String> wired,
            Set<String> changed,
            Set<String> hidden,
            boolean all,
            Optional<PictureSheet> pictures,
            boolean problem,
            boolean estimate) {

        /** Of a node that shows neither picture nor problem nor what it will take. */
        static Wish of(WorkflowNode node, NodeFace face, Set<String> wired) {
            return new Wish(
                    face,
                    node.look()
                            .size()
                            .map(size ->
                                    new Dimension((int) Math.round(size.width()), (int) Math.round(size.height()))),
                    node.look().collapsed(),
                    wired,
                    face.settings().stream()
                            .filter(setting -> isChanged(node, setting))
                            .map(SettingSchema::id)
                            .collect(Collectors.toSet()),
                    face.hidden(setting -> value(node, setting), wired::contains),
                    false,
                    Optional.empty(),
                    false,
                    false);
        }

        Wish with(boolean allSettings, Optional<PictureSheet> itsPictures, boolean itsProblem, boolean itsEstimate) {
            return new Wish(
                    face, size, collapsed, wired, changed, hidden, allSettings, itsPictures, itsProblem, itsEstimate);
        }
    }

    /** What a setting is at: saved, or its default. */
    static JsonElement value(WorkflowNode node, SettingSchema setting) {
        JsonElement saved = node.settings().get(setting.id());
        return saved != null ? saved : setting.toJson(setting.defaultValue());
    }

    /** Whether a setting has another value than its default, which a run's workflow holds too. */
    static boolean isChanged(WorkflowNode node, SettingSchema setting) {
        JsonElement saved = node.settings().get(setting.id());
        return saved != null && !saved.equals(setting.toJson(setting.defaultValue()));
    }

    static boolean isParagraph(SettingSchema setting) {
        Control control = setting.declared().control();
        return control == Control.PARAGRAPH
                || control == Control.PROMPT
                || switch (setting.kind()) {
                    case TEXTS, PATHS, TABLE -> true;
                    default -> false;
                };
    }

    static NodeGeometry of(Wish wish) {
        return wish.collapsed() ? collapsed(wish) : new Builder(wish).build();
    }

    private static NodeGeometry collapsed(Wish wish) {
        double width = wish.size().map(Dimension::getWidth).orElse(WIDTH) * 0.72;
        List<Spot> sockets = new ArrayList<>();
        for (SocketSchema input : wish.face().inputs()) {
            sockets.add(spot(input, false, 0, TITLE / 2));
        }
        for (SettingSchema setting : wish.face().settings()) {
            sockets.add(spot(setting, TITLE / 2));
        }
        for (SocketSchema output : wish.face().outputs()) {
            sockets.add(spot(output, true, width, TITLE / 2));
        }
        return new NodeGeometry(
                width,
                TITLE,
                sockets,
                List.of(),
                Optional.empty(),
                0,
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    private static Spot spot(SocketSchema socket, boolean output, double x, double y) {
        return new Spot(socket.id(), socket.title(), output, socket.kind(), Optional.of(socket), x, y);
    }

    private static Spot spot(SettingSchema setting, double y) {
        return new Spot(setting.id(), setting.title(), false, WireRules.kind(setting), Optional.empty(), 0, y);
    }

    Optional<Spot> socket(String id, boolean output) {
        return sockets.stream()
                .filter(spot -> spot.output() == output && spot.id().equals(id))
                .findFirst();
    }

    /** Where the wires of a socket end; the edge of the title for one that does not show. */
    Point2D end(String id, boolean output) {
        return socket(id, output)
                .<Point2D>map(spot -> new Point2D.Double(spot.x(), spot.y()))
                .orElseGet(() -> more.filter(box -> !output)
                        .<Point2D>map(box -> new Point2D.Double(0, box.getCenterY()))
                        .orElse(new Point2D.Double(output ? width : 0, TITLE / 2)));
    }

    Optional<Row> row(String setting) {
        return rows.stream().filter(row -> row.setting().id().equals(setting)).findFirst();
    }

    private static final class Builder {

        private final Wish wish;
        private final double width;
        private final List<Spot> sockets = new ArrayList<>();
        private final List<Row> rows = new ArrayList<>();
        private double y = TITLE + 7;

        Builder(Wish wish) {
            this.wish = wish;
            this.width =
                    Math.max(LEAST_WIDTH, wish.size().map(Dimension::getWidth).orElse(WIDTH));
        }

        NodeGeometry build() {
            int beside =
                    Math.max(wish.face().inputs().size(), wish.face().outputs().size());
            for (int i = 0; i < wish.face().inputs().size(); i++) {
                sockets.add(spot(wish.face().inputs().get(i), false, 0, y + (i + 0.5) * SOCKET_ROW));
            }
            for (int i = 0; i < wish.face().outputs().size(); i++) {
                sockets.add(spot(wish.face().outputs().get(i), true, width, y + (i + 0.5) * SOCKET_ROW));
            }
            y += beside * SOCKET_ROW + (beside == 0 ? 0 : GAP);
            List<SettingSchema> shown =
                    wish.face().settings().stream().filter(this::shows).toList();
            int leftOut = wish.face().settings().size() - wish.hidden().size() - shown.size();
            long advanced = wish.face().settings().stream()
                    .filter(setting ->
                            setting.declared().advanced() && !wish.hidden().contains(setting.id()))
                    .count();
            double stretch = stretch(shown, advanced > 0);
            for (SettingSchema setting : shown) {
                double height = isParagraph(setting) ? PARAGRAPH + stretch : ROW;
                Rectangle2D box = new Rectangle2D.Double(SIDE, y, width - 2 * SIDE, height);
                rows.add(new Row(setting, box, wish.wired().contains(setting.id())));
                sockets.add(spot(setting, y + ROW / 2));
                y += height + GAP;
            }
            Optional<Rectangle2D> more = Optional.empty();
            if (advanced > 0) {
                more = Optional.of(new Rectangle2D.Double(SIDE, y, width - 2 * SIDE, MORE));
                y += MORE + GAP;
            }
            Optional<Rectangle2D> preview = wish.pictures().map(this::sheet);
            Optional<Rectangle2D> problem = Optional.empty();
            if (wish.problem()) {
                problem = Optional.of(new Rectangle2D.Double(SIDE, y + 2, width - 2 * SIDE, PROBLEM));
                y += PROBLEM + GAP + 2;
            }
            Optional<Rectangle2D> estimate = Optional.empty();
            if (wish.estimate()) {
                estimate = Optional.of(new Rectangle2D.Double(SIDE, y, width - 2 * SIDE, ESTIMATE));
                y += ESTIMATE;
            }
            double height =
                    Math.max(y + GAP, wish.size().map(Dimension::getHeight).orElse(0.0));
            return new NodeGeometry(
                    width, height, List.copyOf(sockets), List.copyOf(rows), more, leftOut, preview, problem, estimate);
        }

        private boolean shows(SettingSchema setting) {
            return !wish.hidden().contains(setting.id())
                    && (wish.all()
                            || !setting.declared().advanced()
                            || wish.changed().contains(setting.id())
                            || wish.wired().contains(setting.id()));
        }

        /** By how much more each text of several lines is high, when the user made the node higher than it has to be. */
        private double stretch(List<SettingSchema> shown, boolean more) {
            long paragraphs = shown.stream().filter(NodeGeometry::isParagraph).count();
            if (paragraphs == 0 || wish.size().isEmpty()) {
                return 0;
            }
            double plain = y + (shown.size() - paragraphs) * (ROW + GAP) + paragraphs * (PARAGRAPH + GAP) + GAP;
            double rest = (more ? MORE + GAP : 0)
                    + wish.pictures().map(sheet -> sheetHeight(sheet) + GAP).orElse(0.0)
                    + (wish.problem() ? PROBLEM + GAP + 2 : 0)
                    + (wish.estimate() ? ESTIMATE : 0);
            return Math.max(0, (wish.size().get().getHeight() - plain - rest) / paragraphs);
        }

        private double sheetHeight(PictureSheet sheet) {
            return sheet.height(width - 2 * SIDE, MOST_PREVIEW);
        }

        private Rectangle2D sheet(PictureSheet sheet) {
            double height = sheetHeight(sheet);
            Rectangle2D box = new Rectangle2D.Double(SIDE, y, width - 2 * SIDE, height);
            y += height + GAP;
            return box;
        }
    }
}
