package graft.nodes.sampling;

import com.google.gson.JsonObject;
import graft.file.AtomicFile;
import graft.file.Destination;
import graft.file.FileName;
import graft.file.Location;
import graft.file.PngFile;
import graft.node.Cancelled;
import graft.node.Input;
import graft.node.Node;
import graft.node.NodeType;
import graft.node.Output;
import graft.node.Problem;
import graft.node.Run;
import graft.node.Setting;
import graft.node.Setting.Control;
import graft.node.SettingGroup;
import graft.node.Specs;
import graft.picture.GridDrawing;
import graft.picture.Images;
import graft.picture.Picture;
import graft.score.LookingForecast;
import graft.score.Measure;
import graft.score.ModelEncoders;
import graft.score.PictureScoring;
import graft.tensor.Compute;
import graft.train.data.Dataset;
import graft.train.data.DatasetSpec;
import java.awt.image.BufferedImage;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.DoubleSummaryStatistics;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Measures the pictures of a folder, or of a share of one, and ranks them. */
@NodeType(
        id = "graft/score/pictures",
        title = "Score Pictures",
        category = "output",
        help =
                "Measures pictures that are there: how much each is like those of a subject, how near it comes to a copy, and how well"
                        + " its caption fits. Writes a table, the best first; shares of a large folder are joined once all are done.",
        words = {
            "evaluate",
            "rank",
            "sort",
            "filter",
            "clip",
            "dino",
            "fidelity",
            "similarity",
            "caption",
            "shards",
            "csv"
        },
        output = true)
public final class ScorePictures implements Node {

    /** Pictures at each end of the ranking that are shown. */
    private static final int SHOWN = 6;

    /** Of the longer side of those, in pixels. */
    private static final int SMALL = 128;

    @Input(
            help =
                    "The pictures to measure, each at the size that it is loaded at; their captions are held against them.")
    Dataset images;

    @Input(
            optional = true,
            help =
                    "Some pictures of a subject, with captions that say what setting each is in: what the others are to be like.")
    Dataset references;

    @Setting(control = Control.SAVE_NAME, help = "What the tables are called.")
    String name = "scores";

    @Setting(
            control = Control.FOLDER,
            help =
                    "The folder to write tables to: one that all shares have in common; empty for the folder of the run.")
    String folder = "";

    @SettingGroup
    VisionSettings looks = new VisionSettings();

    @Output(title = "Best and least", help = "Pictures from both ends of the ranking.")
    Images extremes;

    @Override
    public void configure(Specs specs) {
        FileName.checked(name, "name");
        Destination.check(folder, "folder", name.strip() + "-1-of-1.csv");
        looks.check(specs);
        specs.of("images", DatasetSpec.class)
                .ifPresent(known ->
                        specs.forecast(new LookingForecast(looks.dino(), looks.clip(), known.width(), known.height())
                                .of(
                                        known.count(),
                                        specs.of("references", DatasetSpec.class)
                                                .map(DatasetSpec::count)
                                                .orElse(0))));
        specs.of("images", DatasetSpec.class).flatMap(DatasetSpec::dataset).ifPresent(known -> {
            if (!specs.wired("references")) {
                checkMeasurable(known);
            }
            if (known.share().of() > 1 && folder.isBlank()) {
                specs.warn(
                        "The table of each share stays in the folder of its run: give a folder that all shares write to, and"
                                + " the last one joins them.");
            }
        });
    }

    private static void checkMeasurable(Dataset pictures) {
        if (pictures.items().stream().allMatch(item -> item.caption().isBlank())) {
            throw new Problem(
                            "there is nothing to hold the pictures against",
                            "no references are wired in, and no picture has a caption",
                            "wire in pictures of the subject, or caption the pictures first")
                    .at("references");
        }
    }

    @Override
    public void run(Run run) throws Exception {
        Compute compute = Compute.of(run.device());
        Compute.prepareThread();
        if (references == null) {
            checkMeasurable(images);
        }
        List<Dataset.Item> pictures = images.items().stream().distinct().toList();
        Path place = folder.isBlank() ? run.folder() : Location.of(folder, "folder", "a folder to write to");
        ScoreTable table = new ScoreTable(place, name.strip(), references != null);
        Map<ScoreTable.Row, Dataset.Item> of = new HashMap<>();
        List<ScoreTable.Row> rows = new ArrayList<>();
        Map<Measure, DoubleSummaryStatistics> sums = new EnumMap<>(Measure.class);
        try (ModelEncoders encoders = looks.encoders(compute)) {
            List<Dataset.Item> known = references == null
                    ? List.of()
                    : references.items().stream().distinct().toList();
            PictureScoring scoring = new PictureScoring(
                    read(known, run), known.stream().map(Dataset.Item::caption).toList(), encoders);
            for (Dataset.Item item : pictures) {
                run.checkCancelled();
                PictureScoring.Measured measured = scoring.of(item.read(), item.caption());
                measured.measures().forEach((measure, value) -> sums.computeIfAbsent(
                                measure, first -> new DoubleSummaryStatistics())
                        .accept(value));
                Optional<String> nearest = measured.nearest().stream()
                        .mapToObj(at -> known.get(at).file().getFileName().toString())
                        .findFirst();
                ScoreTable.Row row = table.row(item.file(), measured.measures(), nearest);
                rows.add(row);
                of.put(row, item);
                run.progress("picture", rows.size(), pictures.size(), Map.of());
            }
        }
        run.wrote(table.write(images.share(), rows));
        tell(run, sums, pictures.size());
        if (images.share().of() > 1 && !folder.isBlank()) {
            ScoreTable.Joined joined = table.join(images.share().of());
            joined.table().ifPresent(run::wrote);
            run.log(joined.sentence());
        }
        show(run, rows, of);
    }

    private static List<Picture> read(List<Dataset.Item> items, Run run) throws Cancelled {
        List<Picture> pictures = new ArrayList<>();
        for (Dataset.Item item : items) {
            run.checkCancelled();
            pictures.add(item.read());
        }
        return pictures;
    }

    /** The means, for a person and for the report of a sweep. */
    private void tell(Run run, Map<Measure, DoubleSummaryStatistics> sums, int pictures) {
        JsonObject measures = new JsonObject();
        sums.forEach((measure, sum) -> {
            JsonObject of = new JsonObject();
            of.addProperty("mean", sum.getAverage());
            of.addProperty("least", sum.getMin());
            of.addProperty("most", sum.getMax());
            of.addProperty("pictures", sum.getCount());
            measures.add(measure.id(), of);
        });
        JsonObject json = new JsonObject();
        json.addProperty("format", "graft picture scores 1");
        json.addProperty("share", images.share().number());
        json.addProperty("shares", images.share().of());
        json.addProperty("pictures", pictures);
        json.add("measures", measures);
        Path file = run.folder().resolve("score.json");
        AtomicFile.write(file, out -> out.write((json + "\n").getBytes(StandardCharsets.UTF_8)));
        run.wrote(file);
        run.log(sums.entrySet().stream()
                .map(each -> String.format(
                        Locale.ROOT,
                        "%s %.3f",
                        each.getKey().title().toLowerCase(Locale.ROOT),
                        each.getValue().getAverage()))
                .collect(Collectors.joining(
                        ", ", pictures + (pictures == 1 ? " picture" : " pictures") + ", in the mean ", ".")));
    }

    /** @param ranked the best first */
    private void show(Run run, List<ScoreTable.Row> ranked, Map<ScoreTable.Row, Dataset.Item> of) {
        int best = Math.min(SHOWN, (ranked.size() + 1) / 2);
        int least = Math.min(SHOWN, ranked.size() - best);
        List<List<Picture>> rows = new ArrayList<>();
        List<String> labels = new ArrayList<>();
        for (List<ScoreTable.Row> end :
                List.of(ranked.subList(0, best), ranked.subList(ranked.size() - least, ranked.size()))) {
            if (!end.isEmpty()) {
                rows.add(end.stream()
                        .map(row -> of.get(row).read().within(SMALL))
                        .toList());
                labels.add((labels.isEmpty() ? "best, " : "least, ") + range(end));
            }
        }
        BufferedImage drawn = new GridDrawing(rows, List.of(), labels).draw(1, 6);
        Path file = run.folder().resolve("extremes.png");
        PngFile.write(file, drawn, Map.of("workflow", run.workflow()));
        run.wrote(file);
        run.preview(List.of(drawn));
        extremes = new Images(List.of(Picture.of(drawn)));
    }

    /** From the best to the least of them; of a picture without a caption there is no number. */
    private static String range(List<ScoreTable.Row> end) {
        double from = end.get(0).key();
        double to = end.get(end.size() - 1).key();
        return Double.isFinite(to) ? String.format(Locale.ROOT, "%.2f–%.2f", from, to) : "without a caption";
    }
}
