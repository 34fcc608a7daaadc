package graft.nodes.sampling;

import graft.adapter.AdapterStack;
import graft.adapter.Lora;
import graft.adapter.LoraBlock;
import graft.adapter.LoraSpec;
import graft.file.AtomicFile;
import graft.file.PngFile;
import graft.model.Checkpoint;
import graft.model.CheckpointSpec;
import graft.node.Cancelled;
import graft.node.Input;
import graft.node.Node;
import graft.node.NodeType;
import graft.node.Output;
import graft.node.Problem;
import graft.node.Run;
import graft.node.Setting;
import graft.node.SettingGroup;
import graft.node.Specs;
import graft.picture.GridDrawing;
import graft.picture.Images;
import graft.picture.Picture;
import graft.score.ModelEncoders;
import graft.score.Questions;
import graft.score.Score;
import graft.score.ScoreSpec;
import graft.score.ScoringForecast;
import graft.tensor.Compute;
import java.awt.image.BufferedImage;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Tells which blocks of a LoRA carry its subject and which its leak, and mends the leak. */
@NodeType(
        id = "graft/score/profile-lora",
        title = "Profile LoRA",
        category = "training",
        help =
                "Scores a LoRA whole, without each of its blocks and with each alone: which carry the subject, and which turn"
                        + " other things of its class into it. Repair lowers that leak as far as the subject stays as faithful, and says"
                        + " what it did; the report says what it comes to with other noise.",
        words = {"block", "layer", "leak", "repair", "bleed", "concept", "evaluate", "lora"})
public final class ProfileLora implements Node {

    @Input(help = "The model that the LoRA is for, without it.")
    Checkpoint model;

    @Input(help = "The LoRA.")
    Lora lora;

    @Input(
            help =
                    "A score of the model before the training: its subject, class, prompts, seeds and pictures are used here"
                            + " too.")
    Score asked;

    @Setting(help = "Look for a LoRA that leaks less; off, it goes through as it came.")
    boolean repair = true;

    @Setting(
            title = "Fidelity to give",
            min = 0,
            max = 1,
            step = 0.01,
            help = "How much fidelity, and how much obedience to the prompt, a repair may cost.")
    double tolerance = 0.02;

    @Setting(min = 1, max = 1000, unit = "steps", help = "Of the sampler.")
    int steps = 15;

    @SettingGroup
    ScoringSettings scoring = new ScoringSettings();

    @SettingGroup
    VisionSettings looks = new VisionSettings();

    @Output(help = "The LoRA that leaks less, or the one that came where none was found.")
    Lora repaired;

    @Output(help = "What each block carries, as bars.")
    Images profile;

    @Output(help = "Pictures of the subject and of its class: before, with the LoRA, and repaired.")
    Images pictures;

    @Override
    public void configure(Specs specs) {
        looks.check(specs);
        specs.of("lora", LoraSpec.class).ifPresent(spec -> specs.output("repaired", spec));
        specs.of("model", CheckpointSpec.class).ifPresent(spec -> {
            scoring.check(spec, steps);
            specs.of("lora", LoraSpec.class).ifPresent(given -> {
                try {
                    given.checkFits(spec);
                } catch (Problem e) {
                    throw e.at("lora");
                }
                specs.of("asked", ScoreSpec.class)
                        .ifPresent(score -> specs.forecast(forecast(score)
                                .of(
                                        spec,
                                        shape -> scorings(
                                                LoraBlock.attending(shape).size()
                                                        + given.texts().size()))));
            });
        });
    }

    /** Each scoring draws subject and class, and nothing else. */
    private ScoringForecast forecast(ScoreSpec asked) {
        return scoring.forecast(
                new ScoreSpec(asked.questions().withoutOthers(), asked.examples(), asked.width(), asked.height()),
                steps,
                looks);
    }

    /** At most: the model and the LoRA, without each block and with each alone, the tries of a repair, and with other noise. */
    private int scorings(int blocks) {
        return 2 + 2 * blocks + (repair ? LoraRepair.most(blocks) + 3 : 0);
    }

    @Override
    public void run(Run run) throws Cancelled {
        Compute.prepareThread();
        Lora whole = AdapterStack.fitted(lora, model);
        List<LoraBlock> blocks = LoraBlock.changedBy(whole);
        if (blocks.isEmpty()) {
            throw new Problem("there is nothing to profile", lora.name() + " changes no layer", "wire in another LoRA")
                    .at("lora");
        }
        try (ModelEncoders encoders = looks.encoders(model.compute())) {
            LoraScoring scored = new LoraScoring(run, model, asked, encoders, scoring.artist(steps));
            LoraRepair mending = new LoraRepair(whole, model, scored, tolerance);
            scored.begin(scorings(blocks.size()));
            BlockProfile found = profiled(whole, blocks, scored);
            tell(run, found);
            repaired = lora;
            List<Score> shown = new ArrayList<>(List.of(found.before(), found.full()));
            if (repair) {
                LoraRepair.Found mended = mending.of(found);
                mended.steps().forEach(run::log);
                if (mended.lora() == whole) {
                    run.warn("No repair lowers the leak of " + lora.name() + " without costing more than " + tolerance
                            + " of fidelity or obedience: it goes through as it came.");
                } else {
                    repaired = mended.lora();
                    shown.add(mended.score());
                    run.log(checked(whole, mended.lora(), scored.withOtherNoise()));
                }
            }
            write(run, found, shown);
        }
    }

    private static BlockProfile profiled(Lora whole, List<LoraBlock> blocks, LoraScoring scoring) throws Cancelled {
        Score before = scoring.before();
        Score full = scoring.of(whole);
        Map<LoraBlock, Score> without = new LinkedHashMap<>();
        Map<LoraBlock, Score> alone = new LinkedHashMap<>();
        for (LoraBlock block : blocks) {
            without.put(block, scoring.of(LoraBlock.weighed(whole, Map.of(block, 0.0))));
            Map<LoraBlock, Double> only = new LinkedHashMap<>();
            blocks.forEach(each -> only.put(each, each == block ? 1.0 : 0.0));
            alone.put(block, scoring.of(LoraBlock.weighed(whole, only)));
        }
        return new BlockProfile(before, full, without, alone);
    }

    private void tell(Run run, BlockProfile found) {
        run.log(String.format(
                Locale.ROOT,
                "%s: fidelity %.3f (%.3f before), leak %.3f.",
                lora.name(),
                BlockProfile.fidelity(found.full()),
                BlockProfile.fidelity(found.before()),
                BlockProfile.leak(found.full())));
        for (LoraBlock block : found.blocks()) {
            run.log(String.format(
                    Locale.ROOT,
                    "%s: without it fidelity %.3f and leak %.3f, alone %.3f and %.3f.",
                    block.title(),
                    BlockProfile.fidelity(found.without().get(block)),
                    BlockProfile.leak(found.without().get(block)),
                    BlockProfile.fidelity(found.alone().get(block)),
                    BlockProfile.leak(found.alone().get(block))));
        }
    }

    private static String checked(Lora whole, Lora mended, LoraScoring other) throws Cancelled {
        other.before();
        Score full = other.of(whole);
        Score after = other.of(mended);
        return String.format(
                Locale.ROOT,
                "With other noise: leak %.3f instead of %.3f, fidelity %.3f instead of %.3f.",
                BlockProfile.leak(after),
                BlockProfile.leak(full),
                BlockProfile.fidelity(after),
                BlockProfile.fidelity(full));
    }

    private void write(Run run, BlockProfile found, List<Score> shown) {
        BufferedImage bars = found.drawn();
        Path picture = run.folder().resolve("blocks.png");
        Path numbers = run.folder().resolve("blocks.csv");
        PngFile.write(picture, bars, Map.of("workflow", run.workflow()));
        AtomicFile.write(numbers, out -> out.write(found.csv().getBytes(StandardCharsets.UTF_8)));
        BufferedImage drawn = drawn(shown);
        Path grid = run.folder().resolve("pictures.png");
        PngFile.write(grid, drawn, Map.of("workflow", run.workflow()));
        List.of(picture, numbers, grid).forEach(run::wrote);
        profile = new Images(List.of(Picture.of(bars)));
        pictures = new Images(List.of(Picture.of(drawn)));
    }

    /** Each score a row: the first picture of every prompt with the subject, then with its class. */
    private static BufferedImage drawn(List<Score> shown) {
        Questions questions = shown.get(0).questions();
        int seeds = questions.seeds().size();
        List<String> columns = new ArrayList<>();
        for (String words : List.of(questions.subject(), questions.className())) {
            questions.prompts().forEach(prompt -> columns.add(prompt.replace("{subject}", words)));
        }
        List<List<Picture>> rows = new ArrayList<>();
        for (Score score : shown) {
            List<Picture> row = new ArrayList<>();
            for (int i = 0; i < questions.prompts().size(); i++) {
                row.add(score.drawings().ofSubject().get(i * seeds));
            }
            for (int i = 0; i < questions.prompts().size(); i++) {
                row.add(score.drawings().ofClass().get(i * seeds));
            }
            rows.add(row);
        }
        int enlarge = rows.get(0).get(0).width() <= 128 ? 2 : 1;
        return new GridDrawing(
                        rows,
                        columns,
                        List.of("before", "with the LoRA", "repaired").subList(0, rows.size()))
                .draw(enlarge, 8);
    }
}
