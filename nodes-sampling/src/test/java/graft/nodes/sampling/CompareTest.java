package graft.nodes.sampling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import graft.file.ImageFile;
import graft.node.Problem;
import graft.node.testing.RecordedRun;
import graft.picture.Picture;
import graft.score.Encoders;
import graft.score.Questions;
import graft.score.Score;
import graft.train.Losses;
import graft.train.TrainingCost;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The report of a comparison, on scores of drawn pictures. */
class CompareTest {

    @TempDir
    private Path folder;

    /** Sees the middle of a picture, and of words nothing. */
    private static final Encoders EYES = new Encoders() {
        @Override
        public float[] dino(Picture picture) {
            int at = 3 * (picture.height() / 2 * picture.width() + picture.width() / 2);
            return new float[] {picture.rgb()[at], picture.rgb()[at + 1], picture.rgb()[at + 2], 0.1f};
        }

        @Override
        public float[] clip(Picture picture) {
            return dino(picture);
        }

        @Override
        public float[] clip(String words) {
            return new float[] {1, 0, 0, 0.1f};
        }
    };

    private static Picture picture(int green, Color paper) {
        BufferedImage image = new BufferedImage(64, 64, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = image.createGraphics();
        graphics.setColor(paper);
        graphics.fillRect(0, 0, 64, 64);
        graphics.setColor(new Color(255 - green, green, 40));
        graphics.fillOval(12, 12, 40, 40);
        graphics.dispose();
        return Picture.of(image);
    }

    private static final List<Score.Example> TAUGHT = List.of(
            new Score.Example(picture(0, Color.WHITE), "a sks disc on white"),
            new Score.Example(picture(10, Color.YELLOW), "a sks disc on yellow"));

    private static Score score(String name, String variant, int green, Optional<Score> before) {
        Questions questions = new Questions(
                "<disc> & co",
                "disc",
                List.of("a {subject} on white", "a {subject} on purple", "a {subject}", "one {subject}"),
                List.of("a box", "a \"cat\""),
                List.of(1L, 2L));
        List<Picture> drawn = IntStream.range(0, 8)
                .mapToObj(i -> picture(Math.min(255, green + 9 * i), i < 2 ? Color.WHITE : Color.MAGENTA))
                .toList();
        Optional<Losses> losses = before.map(base -> new Losses(
                IntStream.rangeClosed(1, 120)
                        .mapToObj(i -> new Losses.Step(i, 0.1 + 0.5 / i + 0.05 * Math.sin(i), 1e-3, 1))
                        .toList(),
                List.of(),
                Optional.of(new TrainingCost(41.4, OptionalLong.of(700L << 20), 100_000))));
        return Score.of(
                new Score.Origin(name, variant, before, losses),
                questions,
                TAUGHT,
                new Score.Drawings(drawn, drawn, drawn),
                EYES);
    }

    private static List<Score> methods() {
        Score base = score("Before", "", 200, Optional.empty());
        return List.of(
                base, score("LoRA <script>", "", 60, Optional.of(base)), score("DreamBooth", "", 5, Optional.of(base)));
    }

    private RecordedRun run(List<Score> scores) {
        Compare node = new Compare();
        node.scores = scores;
        node.subject = "a disc";
        RecordedRun run = new RecordedRun(folder);
        node.run(run);
        return run;
    }

    private String page() throws Exception {
        return Files.readString(folder.resolve("report.html"));
    }

    @Test
    void aReportIsAPageAPictureAndNumbers() throws Exception {
        RecordedRun run = run(methods());

        assertThat(run.written)
                .extracting(file -> file.getFileName().toString())
                .containsExactly("report.html", "report.png", "report.json");
        assertThat(ImageFile.read(folder.resolve("report.png")).getWidth()).isGreaterThan(500);
        JsonObject json = JsonParser.parseString(Files.readString(folder.resolve("report.json")))
                .getAsJsonObject();
        JsonArray rows = json.getAsJsonArray("rows");
        assertThat(rows).hasSize(3);
        JsonObject last = rows.get(2).getAsJsonObject();
        assertThat(last.get("method").getAsString()).isEqualTo("DreamBooth");
        assertThat(last.get("subject").getAsString()).isEqualTo("a disc");
        assertThat(last.get("seconds").getAsDouble()).isEqualTo(41.4);
        assertThat(last.get("peakMiB").getAsDouble()).isEqualTo(700);
        assertThat(last.get("bytes").getAsLong()).isEqualTo(200_000);
        assertThat(json.getAsJsonObject("advice").get("headline").getAsString()).contains("DreamBooth");
    }

    @Test
    void thePageNeedsNothingElseAndFollowsTheReadersLight() throws Exception {
        run(methods());

        assertThat(page())
                .doesNotContain("<script", "http://", "https://", "<link")
                .contains("prefers-color-scheme: dark", "width=device-width");
        assertThat(page().split("<img ", -1)).hasSize(1 + 2 + 3 * 2 * (4 + 1 + 2));
        assertThat(page().split("src=\"data:image/png;base64,", -1)).hasSize(1 + 2 + 3 * 2 * (4 + 1 + 2));
    }

    @Test
    void wordsOfThePersonAreShownAsTheyAre() throws Exception {
        run(methods());

        assertThat(page()).contains("LoRA &lt;script&gt;", "a &quot;cat&quot;").doesNotContain("LoRA <");
    }

    @Test
    void thePageHasACurveOfEachTrainingAndARowOfEachScore() throws Exception {
        run(methods());

        assertThat(page().split("class=\"smooth\"", -1)).hasSize(1 + 2);
        assertThat(page().split("<tr[ >]", -1)).hasSizeGreaterThan(3);
        assertThat(page()).contains("41 s", "700.0 MiB", "195.3 KiB").doesNotContain("heat\"");
    }

    @Test
    void twoVariedSettingsAreAHeatMap() throws Exception {
        Score base = score("Before", "", 200, Optional.empty());
        List<Score> scores = new ArrayList<>(List.of(base));
        int green = 80;
        for (String rank : List.of("4", "16")) {
            for (String rate : List.of("1e-4", "1e-3", "3e-3")) {
                scores.add(score("LoRA", "rank=" + rank + ", learningRate=" + rate, green -= 12, Optional.of(base)));
            }
        }
        run(scores);

        assertThat(page())
                .contains(
                        "rank 4, learning rate 1e-4",
                        "From top to bottom the rank, from left to right the learning rate");
        assertThat(page().split("--share:", -1)).hasSizeGreaterThanOrEqualTo(1 + 4 * 6);
        assertThat(page().split("class=\"chosen\"", -1)).hasSizeGreaterThanOrEqualTo(1 + 4);
    }

    @Test
    void scoresOfOtherPicturesAreRefused() {
        Score base = score("Before", "", 200, Optional.empty());
        Score other = Score.of(
                new Score.Origin("other", "", Optional.empty(), Optional.empty()),
                new Questions("x", "disc", List.of("a {subject}"), List.of(), List.of(1L)),
                TAUGHT,
                new Score.Drawings(List.of(picture(0, Color.RED)), List.of(picture(0, Color.RED)), List.of()),
                EYES);

        assertThatThrownBy(() -> run(List.of(base, other)))
                .isInstanceOfSatisfying(
                        Problem.class, problem -> assertThat(problem.socket()).hasValue("scores"));
    }
}
