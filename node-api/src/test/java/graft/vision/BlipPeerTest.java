package graft.vision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import com.google.gson.Gson;
import graft.Golden;
import graft.file.BuiltIn;
import graft.file.SafeTensors;
import graft.model.WordPieces;
import graft.node.Cancelled;
import graft.node.Problem;
import graft.picture.Picture;
import graft.tensor.Compute;
import graft.tensor.NativeArrays;
import graft.tensor.Scope;
import graft.vision.CaptionSearch.Method;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** BLIP beside transformers 5.5, on the built-in model, on all sample pictures, and on made weights of the public shape. */
class BlipPeerTest {

    private static final double TOLERANCE = 1e-4;
    private static final Path BUILT_IN = BuiltIn.path("builtin:emoji-blip");
    private static final Compute CPU = Compute.choose("cpu");

    /** A sample picture and what transformers says of it. */
    private static final class Said {
        String file;
        String greedy;
        String beam;
        String beamPrefix;
        String beamBounds;
        String greedyBounds;
    }

    private static final class Pieces {
        String text;
        long[] ids;
        String back;
    }

    /** How many pictures a search of which all is known is tried on. */
    private static final int SOME = 20;

    private static BlipModel blip;
    private static List<Said> said;
    private static List<Picture> pictures;

    @BeforeAll
    static void load() throws IOException {
        blip = BlipModel.load(BUILT_IN, CPU);
        Path file = Golden.resource("/graft/model/vision/captions.json");
        said = List.of(new Gson().fromJson(Files.readString(file), Said[].class));
        pictures = said.stream().map(each -> MadeWeights.sample(each.file)).toList();
    }

    @AfterAll
    static void close() {
        blip.close();
    }

    @Test
    void theBuiltInModelGivesTheLogitsOfTransformers() {
        try (SafeTensors expected = SafeTensors.open(MadeWeights.expected("emoji-blip"))) {
            assertThat(Golden.error(logits(blip, expected, 1), expected.floats("logits")))
                    .isLessThan(TOLERANCE);
        }
    }

    @Test
    void aModelOfThePublicShapeGivesTheLogitsOfTransformers(@TempDir Path folder) throws IOException {
        Path made = MadeWeights.write("blip-image-captioning-base", BUILT_IN, folder);
        try (BlipModel model = BlipModel.load(made, CPU);
                SafeTensors expected = SafeTensors.open(MadeWeights.expected("blip-image-captioning-base"))) {
            assertThat(Golden.error(logits(model, expected, 4), expected.floats("logits")))
                    .isLessThan(TOLERANCE);
        }
    }

    /** Of every {@code step}th token of each picture, as far as the vector goes. */
    private static float[] logits(BlipModel model, SafeTensors expected, int step) {
        int[][] ids = Golden.ids(expected, "ids");
        int words = (int) expected.entry("logits").shape()[2];
        List<float[]> rows = new ArrayList<>();
        for (int i = 0; i < ids.length; i++) {
            try (Scope scope = Scope.open()) {
                long[] text = Arrays.stream(ids[i]).asLongStream().toArray();
                NDArray logits = model.logits(MadeWeights.pictures().get(i), text);
                for (int at = 0; at < text.length; at += step) {
                    rows.add(Arrays.copyOf(logits.get(0, at).toFloatArray(), words));
                }
            }
        }
        float[] flat = new float[rows.size() * words];
        for (int i = 0; i < rows.size(); i++) {
            System.arraycopy(rows.get(i), 0, flat, i * words, words);
        }
        return flat;
    }

    @Test
    void theLikeliestWordsAreThoseOfTransformers() throws Cancelled {
        compare(search(Method.GREEDY, 1, "", 0, 20), each -> each.greedy, said.size());
        compare(search(Method.GREEDY, 1, "", 11, 12), each -> each.greedyBounds, SOME);
    }

    @Test
    void theTextsOfBeamSearchAreThoseOfTransformers() throws Cancelled {
        compare(search(Method.BEAM, 3, "", 0, 20), each -> each.beam, said.size());
        compare(search(Method.BEAM, 3, "a picture of", 0, 20), each -> each.beamPrefix, SOME);
        compare(search(Method.BEAM, 5, "a flat", 6, 7), each -> each.beamBounds, SOME);
    }

    private static void compare(CaptionSearch search, Function<Said, String> expected, int count) throws Cancelled {
        List<String> captions = new ArrayList<>();
        for (int from = 0; from < count; from += 16) {
            captions.addAll(blip.captions(pictures.subList(from, Math.min(count, from + 16)), search, () -> {}));
        }
        assertThat(captions)
                .isEqualTo(said.subList(0, count).stream().map(expected).toList());
    }

    @Test
    void chanceIsFixedByTheSeedAndThePictureAndNotByItsNeighbours() throws Cancelled {
        List<Picture> few = pictures.subList(0, 6);
        CaptionSearch one = new CaptionSearch(Method.NUCLEUS, 1, 0.9, 1, "", 0, 20);
        CaptionSearch two = new CaptionSearch(Method.NUCLEUS, 1, 0.9, 2, "", 0, 20);
        List<String> captions = blip.captions(few, one, () -> {});
        assertThat(blip.captions(few.subList(2, 3), one, () -> {})).isEqualTo(captions.subList(2, 3));
        assertThat(blip.captions(few, two, () -> {})).isNotEqualTo(captions);
    }

    @Test
    void chanceAmongAVanishingShareIsTheLikeliest() throws Cancelled {
        compare(new CaptionSearch(Method.NUCLEUS, 1, 1e-9, 1, "", 0, 20), each -> each.greedy, SOME);
    }

    @Test
    void aStopIsHeardBetweenTokensAndNothingIsLeftBehind() throws Cancelled {
        CaptionSearch search = search(Method.BEAM, 3, "", 0, 20);
        blip.captions(pictures.subList(0, 2), search, () -> {});
        long before = NativeArrays.count();
        int[] asked = new int[1];
        assertThatThrownBy(() -> blip.captions(pictures.subList(0, 2), search, () -> {
                    if (++asked[0] == 4) {
                        throw new Cancelled();
                    }
                }))
                .isInstanceOf(Cancelled.class);
        blip.captions(pictures.subList(0, 2), search, () -> {});
        assertThat(NativeArrays.count()).isEqualTo(before);
    }

    @Test
    void textsAreCutIntoThePiecesOfTransformersWithEitherKindOfFile(@TempDir Path folder) throws IOException {
        Files.copy(BUILT_IN.resolve("vocab.txt"), folder.resolve("vocab.txt"));
        Path file = Golden.resource("/graft/model/vision/word-pieces.json");
        for (Path from : List.of(BUILT_IN, folder)) {
            try (WordPieces words = WordPieces.read(from)) {
                for (Pieces each : new Gson().fromJson(Files.readString(file), Pieces[].class)) {
                    assertThat(words.ids(each.text)).as(each.text).isEqualTo(each.ids);
                    assertThat(words.text(Arrays.stream(each.ids)
                                    .mapToObj(Math::toIntExact)
                                    .toList()))
                            .isEqualTo(each.back);
                }
            }
        }
    }

    @Test
    void whatIsNoCaptionerIsRefusedInWords(@TempDir Path folder) throws IOException {
        assertThatThrownBy(() -> BlipModel.load(BuiltIn.path("builtin:emoji-clip"), CPU))
                .isInstanceOf(Problem.class)
                .hasMessageContaining("such as blip-image-captioning-base");
        String config = Files.readString(BUILT_IN.resolve("config.json"));
        Files.writeString(
                folder.resolve("config.json"),
                config.replace("BlipForConditionalGeneration", "BlipForQuestionAnswering"));
        assertThatThrownBy(() -> BlipModel.load(folder, CPU))
                .isInstanceOf(Problem.class)
                .hasMessageContaining("it is no BlipForConditionalGeneration but BlipForQuestionAnswering");
        for (String file : List.of("config.json", "preprocessor_config.json", "model.safetensors")) {
            Files.deleteIfExists(folder.resolve(file));
            Files.copy(BUILT_IN.resolve(file), folder.resolve(file));
        }
        assertThatThrownBy(() -> BlipModel.load(folder, CPU))
                .isInstanceOf(Problem.class)
                .hasMessageContaining("it holds neither tokenizer.json nor vocab.txt");
    }

    @Test
    void captionsLongerThanTheModelWritesAreRefused() {
        assertThatThrownBy(() -> blip.captions(
                        pictures.subList(0, 1), search(Method.GREEDY, 1, "a picture of", 0, 61), () -> {}))
                .isInstanceOf(Problem.class)
                .hasMessageContaining("the model writes at most 63, and the prefix has");
    }

    private static CaptionSearch search(Method method, int beams, String prefix, int fewest, int most) {
        return new CaptionSearch(method, beams, 1, 0, prefix, fewest, most);
    }
}
