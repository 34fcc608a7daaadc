package graft.nodes.sampling;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonObject;
import graft.file.AtomicFile;
import graft.file.PngFile;
import graft.node.Input;
import graft.node.Node;
import graft.node.NodeType;
import graft.node.Output;
import graft.node.Run;
import graft.node.Setting;
import graft.node.Setting.Control;
import graft.picture.GridDrawing;
import graft.picture.Images;
import graft.picture.Picture;
import graft.score.Advice;
import graft.score.Comparison;
import graft.score.Questions;
import graft.score.Score;
import java.awt.image.BufferedImage;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Sets scores side by side and writes a report of them. */
@NodeType(
        id = "graft/score/compare",
        title = "Compare",
        category = "output",
        help =
                "Sets the scores of several models side by side and writes a report: report.html with pictures, curves, all measures and"
                        + " a recommendation, report.png and report.json. It can also run trainings with other settings: see vary.",
        words = {"report", "evaluate", "sweep", "grid search", "heat map", "table", "which is best"},
        output = true)
public final class Compare implements Node {

    private static final Gson GSON = new GsonBuilder()
            .setPrettyPrinting()
            .disableHtmlEscaping()
            .serializeNulls()
            .create();

    @Input(
            help =
                    "One score for each model, in the order in which they are shown; the model before the training first.")
    List<Score> scores = List.of();

    @Setting(help = "What was taught, for the title of the report, such as: my dog.")
    String subject = "subject";

    @Setting(
            control = Control.PARAGRAPH,
            sweep = Setting.Sweep.VARIES,
            help =
                    "Settings to vary, one on each line, such as: train.rank = 4, 8, 16, or a range: train.learningRate = 1e-5..1e-3:4, four"
                            + " numbers with even ratios. What lies between those nodes and this one runs once for each combination, and one or two"
                            + " settings make a heat map. Empty to compare what is wired.")
    String vary = "";

    @Output(help = "The pictures side by side.")
    Images grid;

    @Override
    public void run(Run run) {
        Comparison comparison = new Comparison(subject.strip(), scores);
        Advice advice = Advice.of(comparison);
        BufferedImage drawn = drawn(comparison);
        Path page = run.folder().resolve("report.html");
        Path picture = run.folder().resolve("report.png");
        Path rows = run.folder().resolve("report.json");
        write(rows, GSON.toJson(json(comparison, advice)) + "\n");
        PngFile.write(picture, drawn, Map.of("workflow", run.workflow()));
        write(page, ComparisonPage.of(comparison, advice));
        run.wrote(page);
        run.wrote(picture);
        run.wrote(rows);
        run.log(advice.headline());
        grid = new Images(List.of(Picture.of(drawn)));
    }

    private static void write(Path file, String text) {
        AtomicFile.write(file, out -> out.write(text.getBytes(StandardCharsets.UTF_8)));
    }

    private static JsonObject json(Comparison comparison, Advice advice) {
        Questions questions = comparison.scores().get(0).questions();
        JsonObject json = new JsonObject();
        json.addProperty("format", "graft comparison 1");
        json.addProperty("subject", comparison.subject());
        json.addProperty("class", questions.className());
        json.add("prompts", GSON.toJsonTree(questions.prompts()));
        json.add("unrelated", GSON.toJsonTree(questions.unrelated()));
        json.add("seeds", GSON.toJsonTree(questions.seeds()));
        json.add("rows", comparison.rows());
        json.add("advice", GSON.toJsonTree(advice));
        return json;
    }

    /** Each model a row: the first picture of every prompt, of the class of the first, and of what is unrelated. */
    private static BufferedImage drawn(Comparison comparison) {
        Questions questions = comparison.scores().get(0).questions();
        int seeds = questions.seeds().size();
        List<String> columns = new ArrayList<>();
        questions.prompts().forEach(prompt -> columns.add(prompt.replace("{subject}", "…")));
        columns.add(questions.ofClass().get(0).prompt());
        columns.addAll(questions.unrelated());
        List<List<Picture>> rows = new ArrayList<>();
        for (Score score : comparison.scores()) {
            List<Picture> row = new ArrayList<>(firsts(score.drawings().ofSubject(), seeds));
            row.add(score.drawings().ofClass().get(0));
            row.addAll(firsts(score.drawings().ofOthers(), seeds));
            rows.add(row);
        }
        int enlarge = rows.get(0).get(0).width() <= 128 ? 2 : 1;
        List<String> labels = comparison.scores().stream().map(Score::label).toList();
        return new GridDrawing(rows, columns, labels).draw(enlarge, 8);
    }

    private static List<Picture> firsts(List<Picture> pictures, int seeds) {
        List<Picture> firsts = new ArrayList<>();
        for (int i = 0; i < pictures.size(); i += seeds) {
            firsts.add(pictures.get(i));
        }
        return firsts;
    }
}
