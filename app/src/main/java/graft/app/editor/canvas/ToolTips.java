package graft.app.editor.canvas;

import graft.app.editor.EstimateText;
import graft.app.editor.Strings;
import graft.app.editor.TypedSetting;
import graft.node.SettingSchema;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What the canvas says of the things under the mouse. */
final class ToolTips {

    private ToolTips() {}

    /** A text in HTML; empty when there is nothing to say. */
    static Optional<String> of(Hit hit) {
        List<String> lines = new ArrayList<>();
        if (hit instanceof Hit.OfSocket socket) {
            NodeGeometry.Spot spot = socket.spot();
            lines.add("<b>" + escape(spot.title()) + "</b> — "
                    + escape(spot.kind().title()));
            spot.schema().ifPresent(schema -> {
                if (schema.list() && spot.output()) {
                    lines.add(Strings.get("canvas.tip.values"));
                } else if (schema.list()) {
                    lines.add(Strings.get("canvas.tip.list"));
                } else if (schema.optional() && !spot.output()) {
                    lines.add(Strings.get("canvas.tip.optional"));
                }
                lines.add(escape(schema.help()));
            });
            if (!spot.output()) {
                problems(socket.node(), spot.id(), lines);
            }
        } else if (hit instanceof Hit.OfSetting row) {
            setting(row.setting(), lines);
            String value = TypedSetting.text(row.node().value(row.setting()));
            if (SettingText.isPath(row.setting()) && !value.isEmpty()) {
                lines.add(escape(value));
            }
            problems(row.node(), row.setting().id(), lines);
        } else if (hit instanceof Hit.OfNode node && node.part() == Hit.Part.TITLE) {
            node(node.node(), lines);
        } else if (hit instanceof Hit.OfWire wire) {
            lines.add(escape(wire.wire().kind().title()) + ": "
                    + escape(wire.wire().from().title()) + " → "
                    + escape(wire.wire().to().title()));
        }
        lines.removeIf(String::isBlank);
        return lines.isEmpty()
                ? Optional.empty()
                : Optional.of("<html><div style='width:auto'>" + String.join("<br>", lines) + "</div></html>");
    }

    private static void setting(SettingSchema setting, List<String> lines) {
        lines.add("<b>" + escape(setting.title()) + "</b>");
        lines.add(broken(setting.declared().help()));
        String range = setting.range();
        String unit = setting.declared().unit();
        lines.add(escape((range + " " + unit).strip()));
    }

    private static void node(NodeView node, List<String> lines) {
        lines.add("<b>" + escape(node.face().title()) + "</b>");
        if (!node.face().known()) {
            lines.add(escape(Strings.get("canvas.tip.missing", node.node().type())));
        }
        lines.add(broken(node.face().help()));
        lines.add(broken(node.face().deprecated()));
        NodeState state = node.state();
        lines.add(escape(state.reason()));
        lines.add(broken(state.problem()));
        node.estimate().map(EstimateText::new).ifPresent(estimate -> lines.add(broken(estimate.sentence())));
        node.mark().findings().forEach(finding -> lines.add(broken(finding.words())));
    }

    private static void problems(NodeView node, String socket, List<String> lines) {
        if (node.mark().sockets().contains(socket)) {
            node.mark().findings().stream()
                    .filter(finding -> finding.socket().equals(socket))
                    .forEach(finding -> lines.add(broken(finding.words())));
        }
    }

    /** With breaks, for Swing's tool tips wrap no text. */
    private static String broken(String text) {
        StringBuilder broken = new StringBuilder();
        int line = 0;
        for (String word : text.split(" ", -1)) {
            if (line + word.length() > 64) {
                broken.append("<br>");
                line = 0;
            }
            broken.append(escape(word)).append(' ');
            line += word.length() + 1;
        }
        return broken.toString().strip();
    }

    static String escape(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }
}
