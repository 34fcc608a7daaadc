package graft.nodes.sampling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.JsonObject;
import graft.adapter.Embedding;
import graft.adapter.EmbeddingSpec;
import graft.adapter.Lora;
import graft.adapter.LoraSpec;
import graft.file.BuiltIn;
import graft.model.Checkpoint;
import graft.model.CheckpointSpec;
import graft.model.Conditioning;
import graft.model.ConditioningSpec;
import graft.model.Latents;
import graft.model.LatentsSpec;
import graft.model.Parts;
import graft.model.Tiling;
import graft.model.Weighting;
import graft.model.sd.UNet;
import graft.node.Cancelled;
import graft.node.Problem;
import graft.node.testing.KnownSpecs;
import graft.node.testing.RecordedRun;
import graft.picture.Images;
import graft.picture.Picture;
import graft.sample.Sampler;
import graft.sample.Spacing;
import graft.tensor.NativeArrays;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Random;
import java.util.function.Consumer;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The nodes at work on the model that comes with Graft. */
class EmbeddedModelTest {

    @TempDir
    static Path folder;

    private static Checkpoint model;

    @BeforeAll
    static void theModelIsLoaded() {
        LoadModel node = new LoadModel();
        node.run(new RecordedRun(folder));
        model = node.model;
    }

    @AfterAll
    static void theModelIsFreed() {
        model.close();
    }

    @Test
    void aModelIsKnownBeforeItIsLoaded() {
        KnownSpecs specs = new KnownSpecs();

        new LoadModel().configure(specs);

        assertThat(specs.outputs).containsEntry("model", model.spec());
        assertThat(specs.reads).containsExactly(BuiltIn.path("builtin:emoji-sd"));
    }

    @Test
    void aMissingModelIsToldBeforeTheRunAtTheSetting() {
        LoadModel node = new LoadModel();
        node.file = folder.resolve("none.safetensors").toString();

        assertThatThrownBy(() -> node.configure(new KnownSpecs())).isInstanceOfSatisfying(Problem.class, problem -> {
            assertThat(problem.socket()).hasValue("file");
            assertThat(problem).hasMessageContaining("none.safetensors");
        });
    }

    @Test
    void theWordsThatAreCutOffAreNamed() {
        EncodePrompt node = new EncodePrompt();
        node.model = model;
        node.prompt = "a red apple ".repeat(40) + "and at the very end a zebra";
        node.weighting = Weighting.PLAIN;
        RecordedRun run = new RecordedRun(folder);

        node.run(run);
        node.conditioning.close();

        assertThat(run.warnings).singleElement().asString().endsWith("and at the very end a zebra");
    }

    @Test
    void aSizeThatDoesNotFitTheModelIsToldBeforeTheRun() {
        EmptyLatents node = new EmptyLatents();
        node.width = 66;

        assertThatThrownBy(() -> node.configure(new KnownSpecs().with("model", model.spec())))
                .isInstanceOf(Problem.class)
                .hasMessage("The width of 66 pixels does not fit the model: each of its latents stands for 4 by 4"
                        + " pixels; set it to 64 or 68.");
    }

    @Test
    void emptyLatentsAreAsLargeAsTheModelWasMadeForWhereNothingElseIsSaid() {
        KnownSpecs specs = new KnownSpecs().with("model", model.spec());

        new EmptyLatents().configure(specs);

        assertThat(specs.outputs).containsEntry("latents", new LatentsSpec(1, 4, 16, 16));
        assertThat(specs.warnings).isEmpty();
    }

    @Test
    void aSizeFarFromTheModelsIsRemarkedOn() {
        EmptyLatents node = new EmptyLatents();
        node.width = 512;
        node.height = 512;
        KnownSpecs specs = new KnownSpecs().with("model", model.spec());

        node.configure(specs);

        assertThat(specs.warnings)
                .singleElement()
                .asString()
                .contains("512×512 pixels and the model was made for 64×64");
    }

    @Test
    void emptyLatentsOfBeforeKeepTheSizeThatTheyHad() {
        JsonObject settings = new JsonObject();
        settings.addProperty("height", 256);

        new EmptyLatents().migrate(1, settings);

        assertThat(settings.get("width").getAsInt()).isEqualTo(512);
        assertThat(settings.get("height").getAsInt()).isEqualTo(256);
    }

    @Test
    void anEmptyPromptIsRemarkedOnWhereItIsDrawnFrom() {
        EncodePrompt prompt = new EncodePrompt();
        KnownSpecs encoded = new KnownSpecs().with("model", model.spec());
        prompt.configure(encoded);
        KnownSpecs drawn = new KnownSpecs().with("positive", encoded.outputs.get("conditioning"));
        LatentsDrawing.checkSpecs(drawn);
        assertThat(drawn.warnings).singleElement().asString().startsWith("The prompt is empty");

        KnownSpecs avoided = new KnownSpecs().with("negative", encoded.outputs.get("conditioning"));
        LatentsDrawing.checkSpecs(avoided);
        assertThat(avoided.warnings).isEmpty();

        prompt.prompt = "a cat";
        prompt.configure(encoded);
        KnownSpecs said = new KnownSpecs().with("positive", encoded.outputs.get("conditioning"));
        LatentsDrawing.checkSpecs(said);
        assertThat(said.warnings).isEmpty();
    }

    @Test
    void theShapeOfLatentsIsKnownBeforeTheRun() {
        EmptyLatents node = new EmptyLatents();
        node.width = 96;
        node.height = 64;
        node.batch = 3;
        KnownSpecs specs = new KnownSpecs().with("model", model.spec());

        node.configure(specs);

        assertThat(specs.outputs).containsEntry("latents", new LatentsSpec(3, 4, 16, 24));
        assertThat(latents(3, 96, 64).spec()).isEqualTo(new LatentsSpec(3, 4, 16, 24));
    }

    @Test
    void theSameSeedDrawsTheSamePicture() throws Exception {
        Picture first = drawn(node -> node.seed = 5);
        Picture again = drawn(node -> node.seed = 5);
        Picture other = drawn(node -> node.seed = 6);

        assertThat(again).isEqualTo(first);
        assertThat(other).isNotEqualTo(first);
    }

    @ParameterizedTest
    @EnumSource
    void everySamplerEndsInAPicture(Sampler sampler) throws Exception {
        Picture picture = drawn(node -> node.sampler = sampler);

        assertThat(picture.rgb()).doesNotContain(Float.NaN);
        assertThat(spread(picture)).isGreaterThan(0.02);
    }

    @Test
    void eachPictureOfABatchMayHaveAPromptOfItsOwn() throws Exception {
        EncodePrompt words = new EncodePrompt();
        words.model = model;
        words.lines = true;
        words.prompt = "a red heart\n\n a sun ";
        words.run(new RecordedRun(folder));
        Sample both = sample(node -> {
            node.positive = words.conditioning;
            node.latents = latents(2, 64, 64);
        });
        both.run(new RecordedRun(folder));

        Sample three = sample(node -> {
            node.positive = words.conditioning;
            node.latents = latents(3, 64, 64);
        });

        assertThat(words.conditioning.prompt()).isEqualTo("a red heart\na sun");
        assertThat(both.samples.spec()).isEqualTo(new LatentsSpec(2, 4, 16, 16));
        assertThatThrownBy(() -> three.run(new RecordedRun(folder)))
                .isInstanceOf(Problem.class)
                .hasMessageStartingWith("Cannot share 2 prompts out among 3 pictures");
    }

    @Test
    void progressIsToldAtEachStepAndThePictureShownOnTheWay() throws Exception {
        RecordedRun run = new RecordedRun(folder);

        sample(node -> node.steps = 6).run(run);

        assertThat(run.progress).containsExactly(1L, 2L, 3L, 4L, 5L, 6L);
        assertThat(run.previews).isNotEmpty().allSatisfy(preview -> assertThat(preview.getWidth())
                .isEqualTo(64));
    }

    @Test
    void nothingIsDrawnOnTheWayWhereNobodyLooks() throws Exception {
        RecordedRun run = new RecordedRun(folder);
        run.previewed = false;

        sample(node -> node.steps = 6).run(run);

        assertThat(run.previews).isEmpty();
    }

    @Test
    void stoppingEndsTheRunWithinAStep() {
        RecordedRun run = new RecordedRun(folder);
        run.stopAfter = 2;

        assertThatThrownBy(() -> sample(node -> node.steps = 10).run(run)).isInstanceOf(Cancelled.class);

        assertThat(run.progress).containsExactly(1L, 2L);
    }

    @Test
    void noDenoisingGivesTheLatentsThatCameIn() throws Exception {
        Latents start = encoded(pattern());

        Sample node = sample(each -> {
            each.latents = start;
            each.denoise = 0;
        });
        node.run(new RecordedRun(folder));

        assertThat(node.samples.array().toFloatArray()).isEqualTo(start.array().toFloatArray());
    }

    @Test
    void partOfTheDenoisingStaysNearThePicture() throws Exception {
        Latents start = encoded(pattern());
        Latents again = encoded(pattern());
        Picture near = drawn(node -> {
            node.latents = start;
            node.denoise = 0.3;
        });
        Picture far = drawn(node -> node.latents = again);

        assertThat(distance(near, pattern())).isLessThan(distance(far, pattern()));
    }

    @Test
    void emptyLatentsWithPartOfTheDenoisingAreWarnedOf() throws Exception {
        RecordedRun run = new RecordedRun(folder);

        sample(node -> node.denoise = 0.5).run(run);

        assertThat(run.warnings).singleElement().asString().startsWith("Denoise is 0.5");
    }

    @Test
    void whatDoesNotFitIsToldBeforeTheRun() {
        CheckpointSpec spec = model.spec();
        KnownSpecs wrongPrompt = new KnownSpecs().with("model", spec).with("positive", new ConditioningSpec(768));
        KnownSpecs wrongLatents = new KnownSpecs().with("model", spec).with("latents", new LatentsSpec(1, 16, 8, 8));
        Sample karras = new Sample();
        karras.sampler = Sampler.DDIM;
        karras.spacing = Spacing.KARRAS;

        assertThatThrownBy(() -> new Sample().configure(wrongPrompt))
                .isInstanceOf(Problem.class)
                .hasMessage("The prompt does not fit the model: it was encoded to a width of 768, the model reads 128;"
                        + " encode it with the same model.");
        assertThatThrownBy(() -> new Sample().configure(wrongLatents))
                .isInstanceOf(Problem.class)
                .hasMessageStartingWith("The latents do not fit the model");
        assertThatThrownBy(() -> karras.configure(new KnownSpecs().with("model", spec)))
                .isInstanceOfSatisfying(
                        Problem.class, problem -> assertThat(problem.socket()).hasValue("spacing"));
    }

    @Test
    void guidanceKeptToARangeIsGuidanceThereAlone() throws Exception {
        Picture always = drawn(node -> {});
        Picture never = drawn(node -> node.guidance = 1);
        Picture late = drawn(node -> node.guidanceSettings.guidanceStart = 0.5);
        Picture early = drawn(node -> node.guidanceSettings.guidanceEnd = 0.8);

        assertThat(drawn(node -> node.guidanceSettings.guidanceEnd = 0)).isEqualTo(never);
        assertThat(drawn(node -> {
                    node.guidanceSettings.guidanceStart = 0.1; // the middle of the first of four steps is later
                    node.guidanceSettings.guidanceEnd = 0.9;
                }))
                .isEqualTo(always);
        assertThat(distance(early, always)).isPositive().isLessThan(distance(late, always));
        Sample turned = new Sample();
        turned.guidanceSettings.guidanceStart = 0.8;
        turned.guidanceSettings.guidanceEnd = 0.2;
        assertToldAt(
                "guidanceStart",
                "Guidance would end before it begins",
                () -> turned.configure(new KnownSpecs().with("model", model.spec())));
    }

    @Test
    void aBatchInPartsDrawsTheSamePicturesButForRounding() throws Exception {
        Sample together = sample(node -> node.latents = latents(3, 64, 64));
        together.run(new RecordedRun(folder));
        float[] whole = together.samples.array().toFloatArray();
        for (int most : new int[] {3, 1}) {
            Sample apart = sample(node -> {
                node.latents = latents(3, 64, 64);
                node.guidanceSettings.batchLimit = most;
            });
            apart.run(new RecordedRun(folder));
            assertThat(apart.samples.array().toFloatArray()).containsExactly(whole, within(2e-4f));
        }
    }

    @Test
    void promptsThatTheBaseHasReadAreNotReadAgain() throws Exception {
        Picture before = drawn(node -> node.positive = encoded("a green frog"));
        model.setAside(Parts.TEXT);
        long arrays = NativeArrays.count();

        Conditioning again = encoded("a green frog");
        assertThat(NativeArrays.count() - arrays).isLessThan(4);
        assertThat(drawn(node -> node.positive = again)).isEqualTo(before);
        encoded("a frog that is new").close();
        assertThat(NativeArrays.count() - arrays).isGreaterThan(20); // the encoder's weights

        Conditioning other = encoded(stacked(List.of(1.0)), "a green frog");
        Checkpoint words = stacked(stack -> stack.embeddings = List.of(word("frog")));
        Conditioning changed = encoded(words, "a green frog");
        assertThat(other.context().states().toFloatArray())
                .isEqualTo(encoded("a green frog").context().states().toFloatArray());
        assertThat(changed.context().states().toFloatArray())
                .isNotEqualTo(other.context().states().toFloatArray());
    }

    @Test
    void aPictureDecodedInTilesSaysSo() throws Exception {
        Latents latents = encoded(pattern());
        RecordedRun run = new RecordedRun(folder);
        Decode decode = new Decode();
        decode.model = model;
        decode.latents = latents;
        decode.run(run);
        Picture whole = decode.images.pictures().get(0);
        assertThat(run.log).isEmpty();

        decode.tiling.tiles = Tiling.ALWAYS;
        decode.tiling.tileSize = 32;
        decode.run(run);
        assertThat(run.log).containsExactly("64×64 pixels were taken in tiles of 32, which changes colours slightly.");
        assertThat(distance(decode.images.pictures().get(0), whole))
                .isPositive()
                .isLessThan(0.1);

        decode.tiling.tileSize = 34;
        assertToldAt("tileSize", "set tileSize to a multiple of 4 from 16 on", () -> decode.run(run));
    }

    @Test
    void reusedBlocksDrawNearlyTheSamePictureAndOneStepEachTheSame() throws Exception {
        Picture before = drawn(node -> node.steps = 20);
        Picture same = drawn(node -> {
            node.model = reusing(1, 1, 0, 1);
            node.steps = 20;
        });
        Picture never = drawn(node -> {
            node.model = reusing(3, 1, 0.5, 0.5);
            node.steps = 20;
        });
        Picture two = drawn(node -> {
            node.model = reusing(2, 1, 0, 1);
            node.steps = 20;
        });
        Picture again = drawn(node -> {
            node.model = reusing(2, 1, 0, 1);
            node.steps = 20;
        });
        Picture apart = drawn(node -> {
            node.model = reusing(2, 1, 0, 1);
            node.steps = 20;
            node.guidanceSettings.batchLimit = 1;
            node.guidanceSettings.guidanceEnd = 0.95;
        });
        Picture five = drawn(node -> {
            node.model = reusing(5, 1, 0, 1);
            node.steps = 20;
        });
        Picture late = drawn(node -> {
            node.model = reusing(5, 1, 0.5, 1);
            node.steps = 20;
        });

        assertThat(same).isEqualTo(before);
        assertThat(never).isEqualTo(before);
        assertThat(again).isEqualTo(two);
        // of 1, in the mean over all pixels: 3, 10 and 4 levels of 255
        assertThat(distance(two, before)).isBetween(0.001, 0.015);
        assertThat(distance(five, before)).isBetween(0.015, 0.06);
        assertThat(distance(late, before)).isBetween(0.001, 0.02);
        assertThat(distance(apart, two)).isLessThan(0.015);
    }

    private static Checkpoint reusing(int every, int depth, double start, double end) {
        ReuseBlocks node = new ReuseBlocks();
        node.model = model;
        node.every = every;
        node.depth = depth;
        node.start = start;
        node.end = end;
        node.run(new RecordedRun(folder));
        return node.faster;
    }

    @Test
    void aPictureSurvivesEncodingAndDecoding() throws Exception {
        LoadImage load = new LoadImage();
        load.run(new RecordedRun(folder));
        EncodeImage encode = new EncodeImage();
        encode.model = model;
        encode.images = load.image;
        encode.width = 64;
        encode.height = 64;
        encode.run(new RecordedRun(folder));

        Picture back = decoded(encode.latents);

        Picture expected = load.image.pictures().get(0).fitted(64, 64, encode.fit);
        assertThat(distance(back, expected)).isLessThan(0.05);
    }

    @Test
    void picturesOfDifferentSizesNeedASize() {
        EncodeImage encode = new EncodeImage();
        encode.model = model;
        encode.images = new Images(List.of(pattern(), new Picture(32, 32, new float[32 * 32 * 3])));

        assertThatThrownBy(() -> encode.run(new RecordedRun(folder)))
                .isInstanceOf(Problem.class)
                .hasMessage("The pictures differ in size: one is 64×64, another 32×32; set a width and height to bring"
                        + " them to.");
    }

    @Test
    void adaptersChangeThePictureByTheirStrengthAndLeaveTheModelAsItWas() throws Exception {
        Picture before = drawn(node -> {});
        Picture off = drawn(node -> node.model = stacked(List.of(0.0)));
        Picture weak = drawn(node -> node.model = stacked(List.of(0.2)));
        Picture full = drawn(node -> node.model = stacked(List.of(1.0)));

        assertThat(distance(off, before)).isCloseTo(0, within(1e-4));
        assertThat(distance(weak, before)).isPositive();
        assertThat(distance(full, before)).isGreaterThan(distance(weak, before));
        assertThat(drawn(node -> {})).isEqualTo(before);
    }

    @Test
    void withAllAdaptersOffThePictureIsTheModelsBitForBit() throws Exception {
        Picture before = drawn(node -> {});
        Consumer<StackAdapters> strengths = stack -> {
            stack.unetStrength = List.of(0.0);
            stack.textStrength = List.of(0.0);
            stack.embeddingStrength = List.of(0.0);
        };
        Consumer<StackAdapters> never = stack -> {
            stack.from = List.of(0.5);
            stack.to = List.of(0.5);
            stack.embeddingStrength = List.of(0.0);
        };
        for (Consumer<StackAdapters> off :
                List.<Consumer<StackAdapters>>of(strengths, never, stack -> stack.on = false)) {
            Checkpoint view = stacked(stack -> {
                stack.embeddings = List.of(word("apple-of-mine"));
                off.accept(stack);
            });
            assertThat(drawn(view, "a red apple")).isEqualTo(before);
            assertThat(drawn(view, "an apple-of-mine")).isEqualTo(drawn(model, "an apple-of-mine"));
            view.close();
        }
        AddLora lora = new AddLora();
        lora.on = false;
        lora.model = model;
        lora.lora = lora();
        lora.run(new RecordedRun(folder));
        AddEmbedding embedding = new AddEmbedding();
        embedding.on = false;
        embedding.model = lora.stacked;
        embedding.embedding = word("apple-of-mine");
        embedding.run(new RecordedRun(folder));
        assertThat(drawn(embedding.stacked, "a red apple")).isEqualTo(before);
    }

    @Test
    void addingOneByOneIsStackingAllAtOnce() throws Exception {
        AddEmbedding embedding = new AddEmbedding();
        embedding.model = model;
        embedding.embedding = word("<mine>");
        embedding.strength = 0.5;
        embedding.run(new RecordedRun(folder));
        AddLora lora = new AddLora();
        lora.model = embedding.stacked;
        lora.lora = lora();
        lora.unetStrength = 0.7;
        lora.to = 0.5;
        lora.run(new RecordedRun(folder));
        Checkpoint together = stacked(stack -> {
            stack.embeddings = List.of(word("<mine>"));
            stack.embeddingStrength = List.of(0.5);
            stack.unetStrength = List.of(0.7);
            stack.to = List.of(0.5);
        });

        Picture picture = drawn(together, "a red <mine>");
        assertThat(drawn(lora.stacked, "a red <mine>")).isEqualTo(picture);
        assertThat(drawn(model, "a red <mine>")).isNotEqualTo(picture);
    }

    @Test
    void aLoraForPartOfTheStepsActsAtThoseAlone() throws Exception {
        Picture whole = drawn(stacked(stack -> {}), "a red apple");
        Picture early = drawn(stacked(stack -> stack.to = List.of(0.5)), "a red apple");
        Picture late = drawn(stacked(stack -> stack.from = List.of(0.5)), "a red apple");
        Picture fading = drawn(
                stacked(stack -> {
                    stack.to = List.of(0.5);
                    stack.ramp = List.of(0.5);
                }),
                "a red apple");
        Checkpoint both = stacked(stack -> {
            stack.loras = List.of(lora(), lora());
            stack.from = List.of(0.0, 0.5);
            stack.to = List.of(0.5, 1.0);
        });

        assertThat(drawn(both, "a red apple")).isEqualTo(whole);
        assertThat(List.of(whole, early, late, fading, drawn(model, "a red apple")))
                .doesNotHaveDuplicates();
    }

    @Test
    void whatDoesNotFitTogetherIsToldBeforeAnythingRuns() {
        KnownSpecs specs =
                new KnownSpecs().with("model", model.spec()).with("loras", new LoraSpec("other", OptionalInt.of(1024)));
        KnownSpecs words = new KnownSpecs()
                .with("model", model.spec())
                .with("embeddings", new EmbeddingSpec("<mine>", 128))
                .with("embeddings", new EmbeddingSpec("<Mine>", 128));
        KnownSpecs wide =
                new KnownSpecs().with("model", model.spec()).with("embedding", new EmbeddingSpec("<mine>", 768));
        StackAdapters order = new StackAdapters();
        order.from = List.of(0.8);
        order.to = List.of(0.2);

        assertToldAt(
                "loras",
                "text states are 1024 wide (Stable Diffusion 2.x) and this model's are 128",
                () -> new StackAdapters().configure(specs));
        assertToldAt("embeddings", "\"<Mine>\" is there twice", () -> new StackAdapters().configure(words));
        assertToldAt(
                "embedding", "768 wide (Stable Diffusion 1.x) and the model's are 128 wide", () -> new AddEmbedding()
                        .configure(wide));
        assertToldAt("from", "cease before it begins", () -> order.configure(new KnownSpecs()));
    }

    private static void assertToldAt(String socket, String part, ThrowingCallable check) {
        assertThatThrownBy(check).isInstanceOfSatisfying(Problem.class, problem -> {
            assertThat(problem.socket()).hasValue(socket);
            assertThat(problem).hasMessageContaining(part);
        });
    }

    @Test
    void strengthsMustBeAsManyAsAdapters() {
        assertThatThrownBy(() -> stacked(List.of(1.0, 0.5))).isInstanceOfSatisfying(Problem.class, problem -> {
            assertThat(problem.socket()).hasValue("unetStrength");
            assertThat(problem).hasMessageStartingWith("2 strengths are given for 1 adapters");
        });
    }

    @Test
    void nothingIsLeftBehind() throws Exception {
        drawn(node -> {});
        long before = NativeArrays.count();

        for (int i = 0; i < 3; i++) {
            drawn(node -> {});
        }

        assertThat(NativeArrays.count()).isEqualTo(before);
    }

    private static Checkpoint stacked(List<Double> strengths) {
        return stacked(stack -> stack.unetStrength = strengths);
    }

    private static Checkpoint stacked(Consumer<StackAdapters> settings) {
        StackAdapters node = new StackAdapters();
        node.model = model;
        node.loras = List.of(lora());
        settings.accept(node);
        node.run(new RecordedRun(folder));
        return node.stacked;
    }

    private static Embedding word(String word) {
        float[] vector = new float[model.encoder(Parts.TEXT).width()];
        Arrays.fill(vector, 0.02f);
        return Embedding.of(word, List.of(vector));
    }

    private static Picture drawn(Checkpoint by, String prompt) throws Exception {
        return drawn(node -> {
            node.model = by;
            node.positive = encoded(by, prompt);
        });
    }

    /** A random update of rank 2 on every attention layer. */
    private static Lora lora() {
        Random random = new Random(3);
        Map<String, Lora.Part> parts = new LinkedHashMap<>();
        for (String module : ((UNet) model.network()).attentionLinears()) {
            long[] shape = model.network().weightShape(module);
            float[] down = new float[(int) (2 * shape[1])];
            float[] up = new float[(int) (shape[0] * 2)];
            for (int i = 0; i < down.length; i++) {
                down[i] = (float) random.nextGaussian() * 0.05f;
            }
            for (int i = 0; i < up.length; i++) {
                up[i] = (float) random.nextGaussian() * 0.05f;
            }
            parts.put(module, Lora.Part.lowRank(down, new long[] {2, shape[1]}, up, new long[] {shape[0], 2}, 2));
        }
        return Lora.of("noise", Map.of(Parts.DENOISER, parts), Map.of());
    }

    /** Samples with few steps and decodes; everything made on the way is freed. */
    private static Picture drawn(Consumer<Sample> settings) throws Exception {
        Sample node = sample(settings);
        node.run(new RecordedRun(folder));
        Picture picture = decoded(node.samples);
        node.positive.close();
        node.latents.close();
        return picture;
    }

    private static Sample sample(Consumer<Sample> settings) {
        Sample node = new Sample();
        node.model = model;
        node.steps = 4;
        node.guidance = 4;
        node.spacing = Spacing.AUTO;
        settings.accept(node);
        if (node.positive == null) {
            node.positive = encoded("a red apple");
        }
        if (node.latents == null) {
            node.latents = latents(1, 64, 64);
        }
        return node;
    }

    private static Picture decoded(Latents latents) throws Exception {
        Decode decode = new Decode();
        decode.model = model;
        decode.latents = latents;
        decode.run(new RecordedRun(folder));
        latents.close();
        return decode.images.pictures().get(0);
    }

    private static Conditioning encoded(String prompt) {
        return encoded(model, prompt);
    }

    private static Conditioning encoded(Checkpoint by, String prompt) {
        EncodePrompt node = new EncodePrompt();
        node.model = by;
        node.prompt = prompt;
        node.run(new RecordedRun(folder));
        return node.conditioning;
    }

    private static Latents encoded(Picture picture) throws Exception {
        EncodeImage node = new EncodeImage();
        node.model = model;
        node.images = new Images(List.of(picture));
        node.run(new RecordedRun(folder));
        return node.latents;
    }

    private static Latents latents(int batch, int width, int height) {
        EmptyLatents node = new EmptyLatents();
        node.model = model;
        node.batch = batch;
        node.width = width;
        node.height = height;
        node.run(new RecordedRun(folder));
        return node.latents;
    }

    /** A blue square on white. */
    private static Picture pattern() {
        float[] rgb = new float[64 * 64 * 3];
        for (int i = 0; i < rgb.length; i++) {
            int x = i / 3 % 64;
            int y = i / 3 / 64;
            boolean inside = x > 15 && x < 48 && y > 15 && y < 48;
            rgb[i] = inside && i % 3 != 2 ? 0.2f : 1f;
        }
        return new Picture(64, 64, rgb);
    }

    /** Mean absolute difference of two pictures of one size. */
    private static double distance(Picture one, Picture other) {
        double sum = 0;
        for (int i = 0; i < one.rgb().length; i++) {
            sum += Math.abs(one.rgb()[i] - other.rgb()[i]);
        }
        return sum / one.rgb().length;
    }

    /** Standard deviation of a picture's values. */
    private static double spread(Picture picture) {
        double sum = 0;
        double squares = 0;
        for (float value : picture.rgb()) {
            sum += value;
            squares += value * value;
        }
        double mean = sum / picture.rgb().length;
        return Math.sqrt(squares / picture.rgb().length - mean * mean);
    }
}
