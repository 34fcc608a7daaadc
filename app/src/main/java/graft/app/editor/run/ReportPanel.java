package graft.app.editor.run;

import com.formdev.flatlaf.util.UIScale;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import graft.app.editor.Background;
import graft.app.editor.Icons;
import graft.app.editor.Strings;
import graft.app.editor.Wrapped;
import graft.app.editor.viewer.PictureView;
import graft.file.ImageFile;
import graft.node.Problem;
import graft.score.Measure;
import java.awt.BorderLayout;
import java.awt.Dimension;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import javax.swing.BorderFactory;
import javax.swing.JButton;
import javax.swing.JLabel;
import javax.swing.JPanel;
import javax.swing.JScrollPane;
import javax.swing.JSplitPane;
import javax.swing.JTable;
import javax.swing.table.DefaultTableModel;
import net.miginfocom.swing.MigLayout;

/** The report of a comparison: what it recommends and why, the measures, the pictures side by side. */
final class ReportPanel extends JPanel {

    private static final long serialVersionUID = 1;

    /** What stands beside the page, for programs. */
    private static final String NUMBERS = "report.json";

    private final transient Consumer<Problem> tell;
    private final transient Consumer<Path> browse;
    private final JPanel words = new JPanel(new MigLayout("insets 10 14 10 14, wrap 1, fillx, gapy 6", "[fill]", ""));
    private final PictureView pictures = new PictureView();

    /**
     * What a report says.
     *
     * @param head of the table's columns
     */
    private record Report(
            String subject,
            String headline,
            List<String> reasons,
            List<String> doubts,
            List<String> head,
            List<List<String>> rows,
            BufferedImage pictures) {}

    /** @param browse opens a page with the program that the desktop has for it */
    ReportPanel(Consumer<Problem> tell, Consumer<Path> browse) {
        super(new BorderLayout());
        this.tell = tell;
        this.browse = browse;
        setName("report");
        words.setName("report.words");
        pictures.say(Strings.get("report.none"));
        JScrollPane scroll = new JScrollPane(
                words, JScrollPane.VERTICAL_SCROLLBAR_AS_NEEDED, JScrollPane.HORIZONTAL_SCROLLBAR_NEVER);
        scroll.setBorder(null);
        scroll.getVerticalScrollBar().setUnitIncrement(UIScale.scale(16));
        scroll.setPreferredSize(UIScale.scale(new Dimension(520, 200)));
        scroll.setMinimumSize(UIScale.scale(new Dimension(240, 0)));
        JSplitPane split = new JSplitPane(JSplitPane.HORIZONTAL_SPLIT, true, scroll, pictures);
        split.setResizeWeight(0.5);
        split.setBorder(null);
        add(split, BorderLayout.CENTER);
    }

    /**
     * Shows the report of which a page was written; the page itself in a browser when there is nothing else of it.
     *
     * @return whether it is shown here
     */
    boolean show(Path page) {
        Path numbers = page.resolveSibling(NUMBERS);
        if (!Files.isRegularFile(numbers)) {
            browse.accept(page);
            return false;
        }
        Background.FILES.run(() -> read(numbers), report -> show(page, report), tell);
        return true;
    }

    private static Report read(Path file) throws IOException {
        try {
            JsonObject json = JsonParser.parseString(Files.readString(file)).getAsJsonObject();
            JsonObject advice = json.getAsJsonObject("advice");
            JsonArray rows = json.getAsJsonArray("rows");
            List<Measure> measures = Arrays.stream(Measure.values())
                    .filter(measure -> rows.asList().stream()
                            .anyMatch(row -> number(row, measure).isPresent()))
                    .toList();
            List<String> head = new ArrayList<>(List.of(Strings.get("report.method")));
            measures.forEach(measure -> head.add(measure.title()));
            List<List<String>> cells = new ArrayList<>();
            for (JsonElement row : rows) {
                List<String> line = new ArrayList<>(List.of(label(row.getAsJsonObject())));
                measures.forEach(measure -> line.add(number(row, measure)
                        .map(value -> String.format(Locale.ROOT, "%.3f", value))
                        .orElse("–")));
                cells.add(line);
            }
            return new Report(
                    json.get("subject").getAsString(),
                    advice.get("headline").getAsString(),
                    texts(advice.getAsJsonArray("reasons")),
                    texts(advice.getAsJsonArray("doubts")),
                    head,
                    cells,
                    ImageFile.read(file.resolveSibling("report.png")));
        } catch (JsonParseException | IllegalStateException | NullPointerException other) {
            throw new Problem(
                            "cannot show the report " + file,
                            "it is not as Compare writes it",
                            "run the comparison again, or open report.html beside it")
                    .causedBy(other);
        }
    }

    private static Optional<Double> number(JsonElement row, Measure measure) {
        return Optional.ofNullable(row.getAsJsonObject().get(measure.id()))
                .filter(JsonElement::isJsonPrimitive)
                .map(JsonElement::getAsDouble);
    }

    /** The method, and what was varied of it. */
    private static String label(JsonObject row) {
        List<String> parts = new ArrayList<>(List.of(row.get("method").getAsString()));
        row.getAsJsonObject("variant")
                .entrySet()
                .forEach(each -> parts.add(each.getKey() + " " + each.getValue().getAsString()));
        return String.join(", ", parts);
    }

    private static List<String> texts(JsonArray array) {
        return array.asList().stream().map(JsonElement::getAsString).toList();
    }

    private void show(Path page, Report report) {
        words.removeAll();
        words.add(Wrapped.bold(report.headline()), "wmin 0");
        report.reasons().forEach(reason -> words.add(Wrapped.text(reason), "wmin 0"));
        if (!report.doubts().isEmpty()) {
            JLabel but = new JLabel(Strings.get("report.doubts"));
            but.putClientProperty("FlatLaf.styleClass", "h4");
            words.add(but, "gaptop 8");
            report.doubts().forEach(doubt -> words.add(Wrapped.text(doubt), "wmin 0"));
        }
        words.add(table(report), "gaptop 10, wmin 0, growx");
        JButton whole = new JButton(Strings.get("report.browse"), Icons.get("open"));
        whole.setName("report.browse");
        whole.addActionListener(event -> browse.accept(page));
        words.add(whole, "gaptop 10, grow 0, align left");
        words.revalidate();
        words.repaint();
        pictures.show(report.pictures());
        pictures.fit();
        getAccessibleContext().setAccessibleName(Strings.get("report.name", report.subject()));
    }

    private static JScrollPane table(Report report) {
        JTable table =
                new JTable(new DefaultTableModel(
                        report.rows().stream().map(row -> row.toArray()).toArray(Object[][]::new),
                        report.head().toArray())) {
                    private static final long serialVersionUID = 1;

                    @Override
                    public boolean isCellEditable(int row, int column) {
                        return false;
                    }
                };
        table.setName("report.table");
        table.getAccessibleContext().setAccessibleName(Strings.get("report.table"));
        table.setRowHeight(UIScale.scale(24));
        table.getColumnModel().getColumn(0).setPreferredWidth(UIScale.scale(160));
        table.setPreferredScrollableViewportSize(new Dimension(
                UIScale.scale(400), table.getRowHeight() * report.rows().size()));
        JScrollPane scroll = new JScrollPane(table);
        // Not null, which a table takes for its leave to put one there.
        scroll.setBorder(BorderFactory.createEmptyBorder());
        return scroll;
    }
}
