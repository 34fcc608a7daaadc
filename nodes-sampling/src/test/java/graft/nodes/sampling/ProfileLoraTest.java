package graft.nodes.sampling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import graft.adapter.Lora;
import graft.adapter.LoraBlock;
import graft.adapter.LoraSpec;
import graft.model.Checkpoint;
import graft.model.ModelShape;
import graft.model.Parts;
import graft.node.Cancelled;
import graft.node.testing.KnownSpecs;
import graft.node.testing.RecordedRun;
import graft.score.Questions;
import graft.score.Score;
import graft.score.ScoreSpec;
import graft.tensor.NativeArrays;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Blocks of a LoRA over the model that comes with Graft: what they carry, their sliders, and LoRAs that clash. */
class ProfileLoraTest {

    private static final String MID = "mid_block.attentions.0.transformer_blocks.0.attn2.to_v";
    private static final String UP = "up_blocks.1.attentions.0.transformer_blocks.0.attn2.to_v";

    @TempDir
    static Path folder;

    private static Checkpoint model;
    private static Score asked;

    @BeforeAll
    static void theModelIsAsked() throws Exception {
        LoadModel load = new LoadModel();
        load.run(new RecordedRun(folder));
        model = load.model;
        ImageFolder images = new ImageFolder();
        images.folder = "builtin:samples/subject-teapot";
        images.width = 64;
        images.height = 64;
        images.run(new RecordedRun(folder));
        ScoreModel score = new ScoreModel();
        score.model = model;
        score.images = images.images;
        score.questions.subject = "sks honey pot";
        score.questions.className = "honey pot";
        score.questions.prompts = "a 3d emoji of a {subject} on a white background";
        score.seeds = 1;
        score.steps = 2;
        score.run(new RecordedRun(folder));
        asked = score.score;
    }

    @AfterAll
    static void theModelIsFreed() {
        model.close();
    }

    /** Random updates of two layers that read the prompt. */
    private static Lora lora(String name, long seed) {
        Random random = new Random(seed);
        Map<String, Lora.Part> layers = new LinkedHashMap<>();
        for (String module : List.of(MID, UP)) {
            long[] weight = model.layered(Parts.DENOISER).weightShape(module);
            layers.put(
                    module,
                    new Lora.LowRank(
                            gaussian(random, 4, weight[1]), gaussian(random, weight[0], 4), Optional.empty(), 1));
        }
        return Lora.of(name, Map.of(Parts.DENOISER, layers), Map.of());
    }

    private static Lora.Values gaussian(Random random, long rows, long columns) {
        float[] numbers = new float[(int) (rows * columns)];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = (float) random.nextGaussian() / 4;
        }
        return new Lora.Values(numbers, rows, columns);
    }

    private static ProfileLora node(boolean repair) {
        ProfileLora node = new ProfileLora();
        node.model = model;
        node.lora = lora("random", 1);
        node.asked = asked;
        node.steps = 2;
        node.repair = repair;
        return node;
    }

    @Test
    void eachBlockIsScoredOffAndAlone() throws Exception {
        RecordedRun run = new RecordedRun(Files.createDirectories(folder.resolve("profile")));
        ProfileLora node = node(false);
        node.run(run);

        List<String> rows = Files.readAllLines(run.folder().resolve("blocks.csv"));
        assertThat(rows).hasSize(4);
        assertThat(rows.get(1)).startsWith("mid,0.");
        assertThat(rows.get(2)).startsWith("up 1,0.");
        // Without the one it is the other alone.
        String[] mid = rows.get(1).split(",", -1);
        String[] up = rows.get(2).split(",", -1);
        assertThat(List.of(mid).subList(1, 4)).isEqualTo(List.of(up).subList(4, 7));
        assertThat(run.progress).containsExactly(1L, 2L, 3L, 4L, 5L, 6L);
        assertThat(node.repaired).isSameAs(node.lora);
        assertThat(node.profile.pictures()).hasSize(1);
    }

    @Test
    void aRepairSaysWhatItTriedAndIsTheSameEachTime() throws Exception {
        RecordedRun first = new RecordedRun(Files.createDirectories(folder.resolve("first")));
        ProfileLora one = node(true);
        one.tolerance = 1;
        one.run(first);
        long before = NativeArrays.count();
        RecordedRun second = new RecordedRun(Files.createDirectories(folder.resolve("second")));
        ProfileLora other = node(true);
        other.tolerance = 1;
        other.run(second);

        assertThat(NativeArrays.count()).isEqualTo(before);
        assertThat(second.log.stream().filter(line -> !line.contains(" s: all take ")))
                .isEqualTo(first.log.stream()
                        .filter(line -> !line.contains(" s: all take "))
                        .toList());
        assertThat(first.log)
                .anyMatch(line -> line.startsWith("Tried without what it does at the words \"honey pot\""));
        assertThat(first.log.size() + first.warnings.size()).isGreaterThan(8);
        assertThat(other.repaired.layers(Parts.DENOISER)).isEqualTo(one.repaired.layers(Parts.DENOISER));
    }

    private static double forecast(int prompts, boolean repair) {
        ProfileLora node = new ProfileLora();
        node.steps = 2;
        node.repair = repair;
        Questions questions =
                new Questions("sks", "dog", Collections.nCopies(prompts, "a {subject}"), List.of("a box"), List.of(7L));
        KnownSpecs specs = new KnownSpecs()
                .with("model", model.spec())
                .with("lora", new LoraSpec("lora", OptionalInt.empty(), Set.of()))
                .with("asked", new ScoreSpec(questions, 5, 64, 64));
        node.configure(specs);
        return specs.forecasts.get(0).on("cpu", true).seconds();
    }

    /** The model, the LoRA, and without each block and with it alone; four edits, two strengths of each block, three with other noise. */
    @Test
    void itsForecastCountsEachScoringThatItMayTake() {
        List<LoraBlock> blocks =
                LoraBlock.attending(ModelShape.read(model.spec().files()));
        double whole = forecast(1, true);
        double profile = forecast(1, false);
        double scoring = (whole - profile) / (4 + 2 * blocks.size() + 3);

        assertThat(blocks).contains(LoraBlock.MID, LoraBlock.UP_1).doesNotContain(LoraBlock.TEXT);
        assertThat(scoring).isPositive();
        // Another prompt is as many pictures again in each scoring.
        assertThat(forecast(2, false) - profile).isCloseTo((2 + 2 * blocks.size()) * scoring, within(1e-6));
    }

    @Test
    void stoppingEndsItAndNothingIsLeft() throws Exception {
        long before = NativeArrays.count();
        RecordedRun run = new RecordedRun(folder);
        run.stopAfter = 3;

        assertThatThrownBy(() -> node(false).run(run)).isInstanceOf(Cancelled.class);
        assertThat(NativeArrays.count()).isEqualTo(before);
    }

    @Test
    void slidersWeakenBlocksAndTellOfThoseThatDoNothing() {
        LoraBlocks node = new LoraBlocks();
        node.lora = lora("random", 1);
        node.blocks.up1 = 0.5;
        node.blocks.mid = 0;
        node.blocks.down2 = 0.2;
        RecordedRun run = new RecordedRun(folder);
        node.run(run);

        assertThat(node.weighed.layers(Parts.DENOISER)).containsOnlyKeys(UP);
        assertThat(node.weighed.layers(Parts.DENOISER).get(UP).alpha()).isEqualTo(0.5);
        assertThat(run.log).containsExactly("random: mid at 0.0, up 1 at 0.5.");
        assertThat(run.warnings).singleElement().asString().contains("changes nothing in down 2", "mid, up 1");
    }

    @Test
    void lorasThatChangeMuchTheSameAreToldOfBeforeTheyAreStacked() {
        assertThat(stacked(lora("one", 1), lora("two", 1)).warnings)
                .singleElement()
                .asString()
                .contains("one and two change much the same", "100 %");
        assertThat(stacked(lora("one", 1), lora("two", 2)).warnings).isEmpty();
    }

    private static RecordedRun stacked(Lora... loras) {
        RecordedRun run = new RecordedRun(folder);
        StackAdapters stack = new StackAdapters();
        stack.model = model;
        stack.loras = List.of(loras);
        stack.run(run);
        stack.stacked.close();
        return run;
    }

    @Test
    void oneBehindTheOtherToo() {
        AddLora first = new AddLora();
        first.model = model;
        first.lora = lora("one", 1);
        RecordedRun run = new RecordedRun(folder);
        first.run(run);
        AddLora second = new AddLora();
        second.model = first.stacked;
        second.lora = lora("two", 1);
        second.run(run);
        second.stacked.close();
        first.stacked.close();

        assertThat(run.warnings).singleElement().asString().contains("lies over the model and two");
    }
}
