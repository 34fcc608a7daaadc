package graft.app.editor.canvas;

import graft.app.editor.Durations;
import graft.app.editor.EstimateText;
import graft.app.editor.Strings;
import graft.app.editor.TypedSetting;
import graft.app.workflow.Mode;
import graft.node.SettingKind;
import graft.node.SettingSchema;
import java.awt.AlphaComposite;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Composite;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.Shape;
import java.awt.geom.AffineTransform;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Line2D;
import java.awt.geom.Path2D;
import java.awt.geom.Rectangle2D;
import java.awt.geom.RoundRectangle2D;
import java.awt.image.BufferedImage;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Draws nodes straight onto the screen's pixels, so that they are sharp at every zoom.
 *
 * <p>Far away it leaves out what could not be read.
 */
final class NodePainter {

    private static final double ARC = 10;
    private static final double FIELD_ARC = 7;
    private static final double PAD = 7;

    /** A side of a plugin's icon. */
    private static final int ICON = 16;

    /** Of letters on the screen that can be read well. */
    private static final double READABLE = 10;

    /** The smallest that are drawn. */
    private static final double LEAST = 9;

    /** A title bar of so many of the screen's pixels holds its title; over a lower one it is written across the node. */
    private static final double LEAST_BAR = 15;

    /** Around a title across a node, in the screen's pixels. */
    private static final double NAME_PAD = 3;

    /** In narrower nodes no word has room. */
    private static final double LEAST_NAME = 26;

    /** How much is left of a picture while the next one is made. */
    private static final float OUTDATED = 0.35f;

    private static final double RADIUS = NodeGeometry.SOCKET_RADIUS;
    private static final BasicStroke THIN = new BasicStroke(1f);
    private static final BasicStroke OUTLINE = new BasicStroke(2f);
    private static final BasicStroke CHEVRON = new BasicStroke(1.6f, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND);
    private static final BasicStroke MARK = new BasicStroke(2f, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND);
    private static final BasicStroke DASHED =
            new BasicStroke(1.2f, BasicStroke.CAP_BUTT, BasicStroke.JOIN_MITER, 10, new float[] {5, 4}, 0);

    private final Scene scene;
    private final Palette palette;

    NodePainter(Scene scene, Palette palette) {
        this.scene = scene;
        this.palette = palette;
    }

    void paint(Graphics2D g, NodeView view) {
        g.translate(view.x(), view.y());
        if (scene.detail() == Scene.Detail.BLOCKS) {
            paintBlock(g, view);
        } else {
            paintNode(g, view);
        }
        g.translate(-view.x(), -view.y());
    }

    // --- far away
    // -----------------------------------------------------------------------------------------------------

    private void paintBlock(Graphics2D g, NodeView view) {
        int width = (int) Math.round(view.geometry().width());
        int height = (int) Math.round(view.geometry().height());
        g.setColor(body(view));
        g.fillRect(0, 0, width, height);
        g.setColor(title(view));
        g.fillRect(0, 0, width, (int) NodeGeometry.TITLE);
        Color outline = outline(view);
        if (outline != null) {
            g.setColor(outline);
            int thick = (int) Math.ceil(2 / scene.viewport().zoom());
            g.fillRect(-thick, -thick, width + 2 * thick, thick);
            g.fillRect(-thick, height, width + 2 * thick, thick);
            g.fillRect(-thick, 0, thick, height);
            g.fillRect(width, 0, thick, height);
        }
        tint(view).ifPresent(tint -> {
            g.setColor(tint);
            g.fillRect(0, 0, width, height);
        });
        paintName(g, view);
    }

    /** Its title in letters of the screen's own size, in as many lines as there are above the picture. */
    private void paintName(Graphics2D g, NodeView view) {
        double scale = scene.viewport().scale();
        double room = view.geometry().width() * scale - 2 * NAME_PAD;
        if (room < LEAST_NAME * Viewport.unit()) {
            return;
        }
        double line = palette.name.getSize2D() * 1.15;
        double bottom = view.geometry()
                .preview()
                .map(Rectangle2D::getY)
                .orElse(view.geometry().height());
        int most = (int) Math.max(1, Math.floor((bottom * scale - 3) / line));
        // Nearly the same room has the same lines, so that a zoom does not fit them anew in each of its frames.
        double width = Math.floor(room / 4) * 4;
        List<String> lines = view.fitted()
                .computeIfAbsent(
                        "name " + width + " " + most,
                        key -> FittedText.lines(view.title(), palette.name, width, most).stream()
                                .map(each -> FittedText.cut(each, palette.name, room))
                                .toList());
        AffineTransform before = g.getTransform();
        g.scale(1 / scale, 1 / scale);
        g.setColor(palette.of("node.titleText"));
        g.setFont(palette.name);
        for (int i = 0; i < lines.size(); i++) {
            g.drawString(lines.get(i), (float) NAME_PAD, (float) (2 + (i + 0.85) * line));
        }
        g.setTransform(before);
    }

    /** For what is said beside the settings: as large as they are where it could not be read otherwise. */
    private Font small() {
        return palette.small.getSize2D() * scene.viewport().zoom() < LEAST ? palette.text : palette.small;
    }

    // --- near
    // ---------------------------------------------------------------------------------------------------------

    private void paintNode(Graphics2D g, NodeView view) {
        NodeGeometry geometry = view.geometry();
        boolean all = scene.detail() == Scene.Detail.ALL;
        Shape box = new RoundRectangle2D.Double(0, 0, geometry.width(), geometry.height(), 2 * ARC, 2 * ARC);
        if (all && !scene.moving()) {
            paintShadow(g, geometry);
        }
        if (view.isSubgraph()) {
            g.setColor(palette.of("node.border"));
            g.fill(new RoundRectangle2D.Double(5, -4, geometry.width() - 10, 20, 2 * ARC, 2 * ARC));
        }
        g.setColor(body(view));
        g.fill(box);
        paintTitleBar(g, view);
        paintEdge(g, view, box);
        boolean named = NodeGeometry.TITLE * scene.viewport().zoom() < LEAST_BAR;
        if (!view.node().look().collapsed()) {
            for (NodeGeometry.Row row : geometry.rows()) {
                if (all) {
                    paintRow(g, view, row);
                } else if (!named) {
                    g.setColor(palette.of("node.field"));
                    g.fill(row.bounds());
                }
            }
            if (all) {
                paintMore(g, view);
                paintLabels(g, view);
            }
            paintPictures(g, view);
            if (all) {
                paintProblem(g, view);
                paintEstimate(g, view);
            }
        }
        tint(view).ifPresent(tint -> {
            g.setColor(tint);
            g.fill(box);
        });
        for (NodeGeometry.Spot spot : geometry.sockets()) {
            paintSocket(g, view, spot, all);
        }
        if (named) {
            paintName(g, view);
        }
        if (all && isHovered(view, Hit.Part.CORNER)) {
            paintCorner(g, geometry);
        }
    }

    /** Three soft rings, lowest at the bottom. */
    private void paintShadow(Graphics2D g, NodeGeometry geometry) {
        g.setColor(Palette.faded(palette.of("node.shadow"), palette.isDark() ? 0.28 : 0.2));
        for (int i = 3; i > 0; i--) {
            double grow = i * 1.8;
            g.fill(new RoundRectangle2D.Double(
                    -grow,
                    -grow + 3,
                    geometry.width() + 2 * grow,
                    geometry.height() + 2 * grow,
                    2 * (ARC + grow),
                    2 * (ARC + grow)));
        }
    }

    private void paintTitleBar(Graphics2D g, NodeView view) {
        double width = view.geometry().width();
        double height = NodeGeometry.TITLE;
        boolean alone = view.node().look().collapsed();
        g.setColor(title(view));
        g.fill(alone ? new RoundRectangle2D.Double(0, 0, width, height, 2 * ARC, 2 * ARC) : topRounded(width, height));
        paintProgress(g, view, alone);
        double right = width - PAD - 4;
        if (scene.detail() == Scene.Detail.ALL) {
            paintChevron(g, view);
            right = paintState(g, view, right);
            right = paintMark(g, view, right);
            if (view.node().look().pinned()) {
                right -= 16;
                paintPin(g, right + 4, height / 2);
            }
        }
        g.setColor(palette.of("node.titleText"));
        if (scene.detail() == Scene.Detail.ALL) {
            double left = 26;
            if (view.face().icon().isPresent()) {
                g.drawImage(view.face().icon().get(), (int) left, (int) (height - ICON) / 2, ICON, ICON, null);
                left += ICON + 5;
            }
            text(g, view, view.title(), palette.title, left, height / 2 + 4.5, right - left - 1);
        } else if (height * scene.viewport().zoom() >= LEAST_BAR) {
            // As large as the bar lets it be, to be read from farther away than all else.
            int size =
                    (int) Math.max(13, Math.min(22, READABLE / scene.viewport().zoom()));
            text(g, view, view.title(), palette.title(size), 10, height / 2 + size * 0.36, width - 20);
        }
    }

    private static Path2D topRounded(double width, double height) {
        Path2D path = new Path2D.Double();
        double k = ARC * 0.4477;
        path.moveTo(0, height);
        path.lineTo(0, ARC);
        path.curveTo(0, k, k, 0, ARC, 0);
        path.lineTo(width - ARC, 0);
        path.curveTo(width - k, 0, width, k, width, ARC);
        path.lineTo(width, height);
        path.closePath();
        return path;
    }

    private void paintChevron(Graphics2D g, NodeView view) {
        double y = NodeGeometry.TITLE / 2;
        g.setColor(Palette.faded(palette.of("node.titleText"), isHovered(view, Hit.Part.CHEVRON) ? 1 : 0.55));
        g.setStroke(CHEVRON);
        Path2D chevron = new Path2D.Double();
        if (view.node().look().collapsed()) {
            chevron.moveTo(12, y - 4);
            chevron.lineTo(16, y);
            chevron.lineTo(12, y + 4);
        } else {
            chevron.moveTo(10, y - 2);
            chevron.lineTo(14, y + 2);
            chevron.lineTo(18, y - 2);
        }
        g.draw(chevron);
    }

    private void paintPin(Graphics2D g, double x, double y) {
        g.setColor(palette.of("node.titleText"));
        g.fill(new Ellipse2D.Double(x - 3, y - 6, 6, 6));
        g.setStroke(CHEVRON);
        g.draw(new Line2D.Double(x, y - 1, x, y + 5));
    }

    /** A badge of the run: a sign, and how long it took; returns where the room to its left ends. */
    private double paintState(Graphics2D g, NodeView view, double right) {
        NodeState state = view.state();
        if (state.kind() == NodeState.Kind.FRESH) {
            return right;
        }
        double y = NodeGeometry.TITLE / 2;
        double x = right - 5;
        g.setColor(onTitle(state));
        paintSign(g, state.kind(), x, y);
        double left = x - 9;
        String words = words(state);
        if (!words.isEmpty()) {
            Font small = small();
            double width = FittedText.width(words, small);
            g.setFont(small);
            g.drawString(words, (float) (left - width), (float) (y + 3.8));
            left -= width;
        }
        return left - 8;
    }

    /** A sign of what a check found; returns where the room to its left ends. */
    private double paintMark(Graphics2D g, NodeView view, double right) {
        if (view.mark().isEmpty()) {
            return right;
        }
        double x = right - 6;
        double y = NodeGeometry.TITLE / 2;
        Color colour = marked(view);
        g.setColor(colour);
        g.fill(new Ellipse2D.Double(x - 7, y - 7, 14, 14));
        g.setColor(palette.of("node.background"));
        g.setStroke(MARK);
        g.draw(new Line2D.Double(x, y - 3.4, x, y + 0.8));
        g.fill(new Ellipse2D.Double(x - 1.1, y + 2.6, 2.2, 2.2));
        return x - 15;
    }

    private Color marked(NodeView view) {
        return palette.of(view.mark().isError() ? "problem.error" : "problem.warning");
    }

    private Color onTitle(NodeState state) {
        return palette.of("state." + state.kind().name().toLowerCase(Locale.ROOT));
    }

    private static String words(NodeState state) {
        if (state.kind() == NodeState.Kind.RUNNING && state.progress() >= 0) {
            return Math.round(state.progress() * 100) + " %";
        }
        return state.seconds() < 0 ? "" : Durations.words(state.seconds());
    }

    private void paintSign(Graphics2D g, NodeState.Kind kind, double x, double y) {
        g.setStroke(CHEVRON);
        switch (kind) {
            case DONE -> g.draw(path(x - 4, y, x - 1, y + 3.5, x + 4.5, y - 3.5));
            case CACHED -> g.fill(new Ellipse2D.Double(x - 4, y - 4, 8, 8));
            case STALE -> g.draw(new Ellipse2D.Double(x - 4, y - 4, 8, 8));
            case WAITING -> {
                for (int i = -1; i <= 1; i++) {
                    g.fill(new Ellipse2D.Double(x - 1.4 + i * 4.4, y - 1.4, 2.8, 2.8));
                }
            }
            case RUNNING -> g.fill(path(x - 3, y - 4.5, x + 5, y, x - 3, y + 4.5));
            case FAILED -> {
                g.draw(new Line2D.Double(x - 4, y - 4, x + 4, y + 4));
                g.draw(new Line2D.Double(x - 4, y + 4, x + 4, y - 4));
            }
            case MUTED -> g.draw(new Line2D.Double(x - 5, y, x + 5, y));
            case FRESH -> {
                // Nothing is to be said.
            }
        }
    }

    private static Path2D path(double... points) {
        Path2D path = new Path2D.Double();
        path.moveTo(points[0], points[1]);
        for (int i = 2; i < points.length; i += 2) {
            path.lineTo(points[i], points[i + 1]);
        }
        return path;
    }

    private void paintProgress(Graphics2D g, NodeView view, boolean collapsed) {
        NodeState state = view.state();
        if (state.kind() != NodeState.Kind.RUNNING) {
            return;
        }
        double width = view.geometry().width();
        double y = NodeGeometry.TITLE - 3;
        double inset = collapsed ? ARC : 0;
        g.setColor(palette.of("node.progressTrack"));
        g.fill(new Rectangle2D.Double(inset, y, width - 2 * inset, 3));
        g.setColor(palette.of("state.running"));
        double done = state.progress() < 0 ? 0.08 : Math.min(1, state.progress());
        g.fill(new Rectangle2D.Double(inset, y, (width - 2 * inset) * done, 3));
    }

    private void paintEdge(Graphics2D g, NodeView view, Shape box) {
        Color outline = outline(view);
        if (outline != null) {
            g.setStroke(OUTLINE);
            g.setColor(outline);
        } else {
            g.setStroke(view.face().known() ? THIN : DASHED);
            g.setColor(isHovered(view) ? palette.of("node.hover") : palette.of("node.border"));
        }
        g.draw(box);
    }

    /** Null for the usual thin edge. */
    private Color outline(NodeView view) {
        if (scene.selected().contains(view.id())) {
            return palette.of("node.selected");
        }
        return switch (view.state().kind()) {
            case RUNNING -> palette.of("state.running");
            case FAILED -> palette.of("state.failed");
            default -> view.mark().isError() ? palette.of("problem.error") : null;
        };
    }

    private Color body(NodeView view) {
        String colour = view.node().look().colour();
        return colour.isEmpty() ? palette.of("node.background") : palette.chosenBody(colour);
    }

    private Color title(NodeView view) {
        if (!view.face().known()) {
            return palette.of("node.missing");
        }
        String colour = view.node().look().colour();
        return colour.isEmpty() ? palette.title(view.face().category()) : palette.chosenTitle(colour);
    }

    private Optional<Color> tint(NodeView view) {
        Mode mode = view.node().mode();
        return mode == Mode.RUN
                ? Optional.empty()
                : Optional.of(palette.of(mode == Mode.MUTED ? "node.mutedTint" : "node.bypassedTint"));
    }

    private boolean isHovered(NodeView view) {
        return scene.hover().flatMap(Hit::node).filter(view::equals).isPresent();
    }

    private boolean isHovered(NodeView view, Hit.Part part) {
        return scene.hover()
                .filter(hit -> hit instanceof Hit.OfNode node && node.node() == view && node.part() == part)
                .isPresent();
    }

    // --- settings
    // -----------------------------------------------------------------------------------------------------

    private void paintRow(Graphics2D g, NodeView view, NodeGeometry.Row row) {
        if (scene.isEdited(view.id(), row.setting().id())) {
            return;
        }
        Rectangle2D box = row.bounds();
        boolean hovered = scene.hover()
                .filter(hit -> hit instanceof Hit.OfSetting other
                        && other.node() == view
                        && other.setting().id().equals(row.setting().id()))
                .isPresent();
        boolean live = !row.wired();
        g.setColor(palette.of(hovered && live ? "node.fieldHover" : "node.field"));
        if (live && scene.moving()) {
            g.fill(box);
        } else if (live) {
            g.fill(new RoundRectangle2D.Double(
                    box.getX(), box.getY(), box.getWidth(), box.getHeight(), FIELD_ARC * 2, FIELD_ARC * 2));
        }
        if (view.mark().isError(row.setting().id())) {
            g.setColor(palette.of("problem.error"));
            g.setStroke(THIN);
            g.draw(new RoundRectangle2D.Double(
                    box.getX(), box.getY(), box.getWidth(), box.getHeight(), FIELD_ARC * 2, FIELD_ARC * 2));
        }
        if (row.paragraph()) {
            paintParagraph(g, view, row);
        } else {
            paintValue(g, view, row, hovered && live);
        }
    }

    private void paintValue(Graphics2D g, NodeView view, NodeGeometry.Row row, boolean hovered) {
        SettingSchema setting = row.setting();
        Rectangle2D box = row.bounds();
        double baseline = box.getY() + 15.2;
        double left = box.getX() + PAD + 1;
        double right = box.getMaxX() - PAD - 1;
        double room = right - left;
        double name = Math.min(FittedText.width(setting.title(), palette.text), room * 0.62);
        g.setColor(palette.of("node.dimText"));
        text(g, view, setting.title(), palette.text, left, baseline, name + 1);
        if (row.wired()) {
            return;
        }
        if (setting.kind() == SettingKind.SWITCH) {
            paintSwitch(g, right, box.getCenterY(), view.value(setting).getAsBoolean());
            return;
        }
        if (!setting.choices().isEmpty()) {
            g.setColor(palette.of("node.dimText"));
            g.setStroke(CHEVRON);
            g.draw(path(
                    right - 7,
                    box.getCenterY() - 2,
                    right - 4,
                    box.getCenterY() + 1.5,
                    right - 1,
                    box.getCenterY() - 2));
            right -= 12;
        } else if (hovered && SettingText.isNumber(setting)) {
            g.setColor(palette.of("node.dimText"));
            g.setStroke(CHEVRON);
            double y = box.getCenterY();
            g.draw(path(box.getX() + 5, y - 3, box.getX() + 2.5, y, box.getX() + 5, y + 3));
            g.draw(path(box.getMaxX() - 5, y - 3, box.getMaxX() - 2.5, y, box.getMaxX() - 5, y + 3));
        }
        String value = SettingText.shown(setting, view.value(setting));
        if (setting.kind() == SettingKind.COLOUR && SettingText.colour(value).isPresent()) {
            g.setColor(SettingText.colour(value).get());
            g.fill(new RoundRectangle2D.Double(right - 14, box.getCenterY() - 6, 14, 12, 4, 4));
            right -= 20;
        }
        double valueRoom = right - left - name - 10;
        String cut = cut(view, value.replace('\n', ' '), palette.text, valueRoom);
        g.setColor(palette.of(value.isEmpty() ? "node.dimText" : "node.fieldText"));
        g.setFont(palette.text);
        g.drawString(cut, (float) (right - FittedText.width(cut, palette.text)), (float) baseline);
    }

    private void paintSwitch(Graphics2D g, double right, double y, boolean on) {
        double width = 22;
        double height = 12;
        double x = right - width;
        g.setColor(on ? palette.of("accent") : palette.of("node.border"));
        g.fill(new RoundRectangle2D.Double(x, y - height / 2, width, height, height, height));
        g.setColor(on ? palette.of("onAccent") : palette.of("node.background"));
        double knob = height - 4;
        g.fill(new Ellipse2D.Double(on ? right - knob - 2 : x + 2, y - knob / 2, knob, knob));
    }

    private void paintParagraph(Graphics2D g, NodeView view, NodeGeometry.Row row) {
        Rectangle2D box = row.bounds();
        double left = box.getX() + PAD + 1;
        double width = box.getWidth() - 2 * PAD - 2;
        g.setColor(palette.of("node.dimText"));
        text(g, view, row.setting().title(), small(), left, box.getY() + 13, width);
        if (row.wired()) {
            return;
        }
        String value = TypedSetting.text(view.value(row.setting()));
        double line = 14.5;
        int most = (int) Math.floor((box.getHeight() - 19) / line);
        List<String> lines = view.fitted()
                .computeIfAbsent("lines " + value, key -> FittedText.lines(value, palette.text, width, most));
        g.setColor(palette.of("node.fieldText"));
        g.setFont(palette.text);
        for (int i = 0; i < lines.size(); i++) {
            g.drawString(lines.get(i), (float) left, (float) (box.getY() + 28 + i * line));
        }
    }

    private void paintMore(Graphics2D g, NodeView view) {
        view.geometry().more().ifPresent(box -> {
            String words = view.geometry().leftOut() > 0
                    ? Strings.get("canvas.more", view.geometry().leftOut())
                    : Strings.get("canvas.less");
            g.setColor(palette.of(isHovered(view, Hit.Part.MORE) ? "node.text" : "node.dimText"));
            Font small = small();
            g.setFont(small);
            double width = FittedText.width(words, small);
            g.drawString(words, (float) (box.getCenterX() - width / 2), (float) (box.getY() + 12.5));
        });
    }

    // --- sockets
    // ------------------------------------------------------------------------------------------------------

    private void paintLabels(Graphics2D g, NodeView view) {
        double half = view.geometry().width() / 2 - 16;
        for (NodeGeometry.Spot spot : view.geometry().sockets()) {
            if (spot.ofSetting()) {
                continue;
            }
            boolean unfit = isUnfit(view, spot);
            g.setColor(unfit ? Palette.faded(palette.of("node.dimText"), 0.6) : palette.of("node.text"));
            double room = isAlone(view, spot) ? 2 * half : half;
            if (spot.output()) {
                String cut = cut(view, spot.title(), palette.text, room);
                g.setFont(palette.text);
                g.drawString(
                        cut, (float) (spot.x() - 13 - FittedText.width(cut, palette.text)), (float) (spot.y() + 4.2));
            } else {
                text(g, view, spot.title(), palette.text, 13, spot.y() + 4.2, room);
            }
        }
    }

    /** Whether no socket of the other side is on its line. */
    private static boolean isAlone(NodeView view, NodeGeometry.Spot spot) {
        return view.geometry().sockets().stream()
                .noneMatch(other -> other.output() != spot.output() && !other.ofSetting() && other.y() == spot.y());
    }

    private boolean isUnfit(NodeView view, NodeGeometry.Spot spot) {
        return scene.pending().isPresent() && !scene.pending().get().fits(view, spot);
    }

    private void paintSocket(Graphics2D g, NodeView view, NodeGeometry.Spot spot, boolean all) {
        boolean wired = view.isWired(spot.id(), spot.output());
        boolean pending = scene.pending().isPresent();
        boolean fits = pending && scene.pending().get().fits(view, spot);
        boolean focused = scene.focus()
                .filter(new SocketId(view.id(), spot.id(), spot.output())::equals)
                .isPresent();
        if (focused) {
            paintFocus(g, spot);
        }
        if (view.node().look().collapsed() && !wired && !focused) {
            return;
        }
        boolean hovered = scene.hover()
                        .filter(hit -> hit instanceof Hit.OfSocket other
                                && other.node() == view
                                && other.spot().equals(spot))
                        .isPresent()
                || scene.pending()
                        .flatMap(Scene.Pending::target)
                        .filter(new SocketId(view.id(), spot.id(), spot.output())::equals)
                        .isPresent();
        double radius = RADIUS;
        if (spot.ofSetting() && !wired && !fits && !hovered && !focused) {
            if (!all || pending || scene.moving()) {
                return;
            }
            radius = 2.2;
        }
        Color colour = pending && !fits ? palette.of("socket.unfit") : palette.of(spot.kind());
        if (hovered) {
            g.setColor(Palette.faded(colour, 0.35));
            fillDot(g, spot, radius + 4);
        }
        if (all && !scene.moving()) {
            g.setColor(palette.of("canvas.background"));
            fillDot(g, spot, radius + 1.6);
        }
        if (!spot.output() && !spot.ofSetting() && view.mark().isError(spot.id())) {
            g.setColor(palette.of("problem.error"));
            g.setStroke(OUTLINE);
            g.draw(new Ellipse2D.Double(spot.x() - radius - 3, spot.y() - radius - 3, 2 * radius + 6, 2 * radius + 6));
        }
        g.setColor(colour);
        if (!all) {
            g.fill(new Rectangle2D.Double(
                    spot.x() - radius * 0.8, spot.y() - radius * 0.8, radius * 1.6, radius * 1.6));
            return;
        }
        fillDot(g, spot, radius);
        boolean donut = !spot.output() && !spot.ofSetting() && spot.optional() && !wired;
        if (donut) {
            g.setColor(palette.of("canvas.background"));
            fillDot(g, spot, radius - 2.4);
        }
    }

    /** A ring of the screen's own width, seen at any zoom. */
    private void paintFocus(Graphics2D g, NodeGeometry.Spot spot) {
        double thick = Math.max(2, 2 / scene.viewport().scale());
        double radius = RADIUS + 3 + thick;
        g.setColor(palette.of("canvas.background"));
        fillDot(g, spot, radius + 2);
        g.setColor(palette.of("accent"));
        g.setStroke(new BasicStroke((float) thick));
        g.draw(new Ellipse2D.Double(spot.x() - radius, spot.y() - radius, 2 * radius, 2 * radius));
    }

    /** A socket that takes many wires is a square. */
    private static void fillDot(Graphics2D g, NodeGeometry.Spot spot, double radius) {
        boolean many = spot.schema().filter(schema -> schema.list()).isPresent();
        g.fill(
                many
                        ? new RoundRectangle2D.Double(
                                spot.x() - radius * 0.9,
                                spot.y() - radius * 0.9,
                                radius * 1.8,
                                radius * 1.8,
                                radius * 0.7,
                                radius * 0.7)
                        : new Ellipse2D.Double(spot.x() - radius, spot.y() - radius, 2 * radius, 2 * radius));
    }

    // --- below the settings
    // -------------------------------------------------------------------------------------------

    private void paintPictures(Graphics2D g, NodeView view) {
        List<Rectangle2D> cells = view.pictureCells();
        if (cells.isEmpty()) {
            return;
        }
        Object old = g.getRenderingHint(RenderingHints.KEY_INTERPOLATION);
        Composite opaque = g.getComposite();
        if (view.isOutdated()) {
            g.setComposite(AlphaComposite.getInstance(AlphaComposite.SRC_OVER, OUTDATED));
        }
        for (int i = 0; i < cells.size(); i++) {
            paintPicture(g, view.pictures().get(i), cells.get(i));
        }
        g.setComposite(opaque);
        if (old != null) {
            g.setRenderingHint(RenderingHints.KEY_INTERPOLATION, old);
        }
    }

    private void paintPicture(Graphics2D g, BufferedImage picture, Rectangle2D box) {
        double scale = Math.min(box.getWidth() / picture.getWidth(), box.getHeight() / picture.getHeight());
        double width = picture.getWidth() * scale;
        double height = picture.getHeight() * scale;
        boolean enlarged = scale * scene.viewport().scale() > 3;
        g.setRenderingHint(
                RenderingHints.KEY_INTERPOLATION,
                enlarged || scene.moving()
                        ? RenderingHints.VALUE_INTERPOLATION_NEAREST_NEIGHBOR
                        : RenderingHints.VALUE_INTERPOLATION_BILINEAR);
        AffineTransform place = new AffineTransform(
                scale,
                0,
                0,
                scale,
                box.getX() + (box.getWidth() - width) / 2,
                box.getY() + (box.getHeight() - height) / 2);
        g.drawImage(picture, place, null);
    }

    private void paintProblem(Graphics2D g, NodeView view) {
        view.geometry().problem().ifPresent(box -> {
            g.setColor(palette.of("problem.errorBackground"));
            g.fill(new RoundRectangle2D.Double(
                    box.getX(), box.getY(), box.getWidth(), box.getHeight(), FIELD_ARC * 2, FIELD_ARC * 2));
            String problem = view.state().problem();
            Font small = small();
            List<String> lines = view.fitted()
                    .computeIfAbsent(
                            "problem " + small.getSize2D() + " " + problem,
                            key -> FittedText.lines(problem, small, box.getWidth() - 2 * PAD, 3));
            g.setColor(palette.of("problem.error"));
            g.setFont(small);
            for (int i = 0; i < lines.size(); i++) {
                g.drawString(lines.get(i), (float) (box.getX() + PAD), (float) (box.getY() + 15 + i * 13.5));
            }
        });
    }

    /** In small print what the node will take, and in the colour of a warning when that is more than there is. */
    private void paintEstimate(Graphics2D g, NodeView view) {
        view.geometry().estimate().ifPresent(box -> {
            EstimateText words = new EstimateText(view.estimate().orElseThrow());
            g.setColor(palette.of(words.isWarning() ? "problem.warning" : "node.dimText"));
            text(g, view, words.line(), small(), box.getX() + PAD + 1, box.getY() + 12, box.getWidth() - 2 * PAD - 2);
        });
    }

    private void paintCorner(Graphics2D g, NodeGeometry geometry) {
        g.setColor(palette.of("node.dimText"));
        g.setStroke(CHEVRON);
        double x = geometry.width() - 4;
        double y = geometry.height() - 4;
        g.draw(new Line2D.Double(x - 7, y, x, y - 7));
        g.draw(new Line2D.Double(x - 3, y, x, y - 3));
    }

    // --- text
    // ---------------------------------------------------------------------------------------------------------

    private void text(Graphics2D g, NodeView view, String text, Font font, double x, double y, double room) {
        g.setFont(font);
        g.drawString(cut(view, text, font, room), (float) x, (float) y);
    }

    private static String cut(NodeView view, String text, Font font, double room) {
        String key = font.getSize2D() + " " + Math.round(room) + " " + text;
        return view.fitted()
                .computeIfAbsent(key, each -> List.of(FittedText.cut(text, font, room)))
                .get(0);
    }
}
