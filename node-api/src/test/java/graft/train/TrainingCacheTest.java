package graft.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import graft.file.BuiltIn;
import graft.file.ImageFile;
import graft.model.Checkpoint;
import graft.model.PictureSizes;
import graft.node.Cancelled;
import graft.node.Problem;
import graft.picture.Colours;
import graft.picture.Fit;
import graft.tensor.Compute;
import graft.tensor.NativeArrays;
import graft.tensor.Scope;
import graft.train.data.Augment;
import graft.train.data.AugmentedView;
import graft.train.data.CaptionChanges;
import graft.train.data.Captions;
import graft.train.data.Dataset;
import graft.train.data.LossMask;
import graft.train.data.Region;
import graft.train.data.TrainingSize;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a training sees, on the model and the pictures that come with Graft. */
class TrainingCacheTest {

    private static final Augment MIRRORED = new Augment(true, false, Colours.Jitter.NONE, 1, 0);

    @TempDir
    private Path folder;

    private static Checkpoint model;
    private static List<Path> pictures;

    private final List<String> warnings = new ArrayList<>();

    @BeforeAll
    static void theModelIsLoaded() {
        model = Checkpoint.load(BuiltIn.path("builtin:emoji-sd"), Compute.choose("cpu"));
        Compute.prepareThread();
        pictures = ImageFile.list(BuiltIn.path("builtin:samples/subject-penguin"));
    }

    @AfterAll
    static void theModelIsFreed() {
        model.close();
    }

    private static Dataset.Item item(int picture, int width, int height) {
        return new Dataset.Item(pictures.get(picture), "penguin, number " + picture, width, height, Fit.CROP);
    }

    private static TrainingCache.Draw draw(int batch, Optional<Path> files) {
        return new TrainingCache.Draw(3, "train", batch, 1, 1000, 0, Captions.AS_WRITTEN, 0.1, files);
    }

    private TrainingCache cache(TrainingCache.Draw draw, Dataset.Item... items) throws Cancelled {
        return TrainingCache.of(new Dataset(Arrays.asList(items)), model, draw, new TrainingCache.Progress() {
            @Override
            public void read(int done, int total) {}

            @Override
            public void warn(String sentence) {
                warnings.add(sentence);
            }
        });
    }

    /** Everything that a batch holds, as numbers. */
    private static List<float[]> numbers(TrainingCache cache, int step) {
        try (Scope scope = Scope.open()) {
            Batch batch = cache.batch(step, 0);
            List<float[]> numbers = new ArrayList<>();
            numbers.add(batch.latents().toFloatArray());
            numbers.add(batch.noise().toFloatArray());
            numbers.add(batch.context().get().states().toFloatArray());
            batch.mask().ifPresent(mask -> numbers.add(mask.toFloatArray()));
            return numbers;
        }
    }

    private static void same(List<float[]> found, List<float[]> expected) {
        assertThat(found).hasSameSizeAs(expected);
        for (int i = 0; i < found.size(); i++) {
            assertThat(found.get(i)).containsExactly(expected.get(i));
        }
    }

    @Test
    void aBatchIsOfOneSizeAndAllPicturesCome() throws Exception {
        try (TrainingCache cache =
                cache(draw(2, Optional.empty()), item(0, 32, 32), item(1, 32, 16), item(2, 32, 16), item(3, 16, 32))) {
            List<String> shapes = new ArrayList<>();
            for (int step = 1; step <= 8; step++) {
                try (Scope scope = Scope.open()) {
                    shapes.add(cache.batch(step, 0).latents().getShape().toString());
                }
            }
            assertThat(shapes.stream().distinct()).hasSize(3).allMatch(shape -> shape.startsWith("(2, 4, "));
        }
    }

    @Test
    void aBatchIsAFunctionOfItsStepAlone() throws Exception {
        Augment augment = new Augment(true, true, new Colours.Jitter(0.1, 0.1, 0.1, 0.02), 3, 1);
        TrainingCache.Draw draw = draw(2, Optional.empty()).withCaptions(new CaptionChanges(true, 0, 0.2, 0.1));
        Dataset.Item[] items = {
            item(0, 32, 16).withAugment(augment), item(1, 16, 32).withAugment(augment), item(2, 32, 16)
        };
        List<List<float[]>> forwards = new ArrayList<>();
        try (TrainingCache cache = cache(draw, items)) {
            for (int step = 1; step <= 6; step++) {
                forwards.add(numbers(cache, step));
            }
        }
        try (TrainingCache cache = cache(draw, items)) {
            for (int step = 6; step >= 1; step--) {
                same(numbers(cache, step), forwards.get(step - 1));
            }
        }
    }

    @Test
    void filesGiveTheSameBatchesAndAreFoundByTheNextProcess() throws Exception {
        Dataset.Item[] items = {item(0, 32, 32).withAugment(MIRRORED), item(1, 32, 32)};
        List<List<float[]>> inMemory = new ArrayList<>();
        try (TrainingCache cache = cache(draw(2, Optional.empty()), items)) {
            for (int step = 1; step <= 3; step++) {
                inMemory.add(numbers(cache, step));
            }
        }
        for (int expected : new int[] {0, 3}) {
            try (TrainingCache cache = cache(draw(2, Optional.of(folder)), items)) {
                assertThat(cache.found()).isEqualTo(expected);
                for (int step = 1; step <= 3; step++) {
                    same(numbers(cache, step), inMemory.get(step - 1));
                }
            }
        }
        assertThat(warnings).isEmpty();
    }

    /** A picture whose red tells the column, its green the row. */
    private Path ruled(int width, int height) throws IOException {
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                image.setRGB(x, y, x << 16 | y << 8);
            }
        }
        Path file = folder.resolve(width + "x" + height + ".png");
        ImageIO.write(image, "png", file.toFile());
        return file;
    }

    @ParameterizedTest
    @CsvSource({
        // scaled to 27×16, of which 16 columns from the 5th on are kept
        "40, 24, CROP, 24 40 0 5 16 16",
        "24, 40, CROP, 40 24 5 0 16 16",
        "16, 16, CROP, 16 16 0 0 16 16",
        // enlarged, and so smaller than it looks
        "8, 10, CROP, 10 8 2 0 16 16",
        "40, 24, PAD, 24 40 0 0 16 16",
        "40, 24, STRETCH, 24 40 0 0 16 16",
    })
    void aNetworkIsToldOfThePictureThatWasCut(int width, int height, Fit fit, String sizes) throws Exception {
        Dataset.Item item = new Dataset.Item(ruled(width, height), "", 16, 16, fit);
        for (Optional<Path> files : List.of(Optional.<Path>empty(), Optional.of(folder), Optional.of(folder))) {
            try (TrainingCache cache = cache(draw(1, files), item);
                    Scope scope = Scope.open()) {
                float[] told = cache.batch(1, 0).context().get().sizes().toFloatArray();
                assertThat(told).containsExactly(floats(sizes));
            }
        }
    }

    @Test
    void aPartOfAPictureIsEncodedForItselfAndToldAsAPictureOfItsOwn() throws Exception {
        Dataset.Item whole = new Dataset.Item(ruled(48, 32), "", 16, 16, Fit.CROP);
        Dataset.Item part = new Dataset.Item(
                whole.file(),
                "",
                16,
                16,
                Fit.CROP,
                Augment.NONE,
                Optional.empty(),
                Optional.of(new Region(16, 8, 20, 24)));
        List<float[]> latents = new ArrayList<>();
        for (Dataset.Item item : List.of(whole, part, part)) {
            try (TrainingCache cache = cache(draw(1, Optional.of(folder)), item);
                    Scope scope = Scope.open()) {
                assertThat(cache.found()).isEqualTo(latents.size() == 2 ? 1 : 0);
                latents.add(cache.batch(1, 0).latents().toFloatArray());
                if (item.equals(part)) {
                    assertThat(cache.batch(1, 0).context().get().sizes().toFloatArray())
                            .containsExactly(floats("24 20 1 0 16 16"));
                }
            }
        }
        assertThat(latents.get(1)).isNotEqualTo(latents.get(0)).containsExactly(latents.get(2));
    }

    private static float[] floats(String numbers) {
        String[] each = numbers.split(" ", -1);
        float[] floats = new float[each.length];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = Float.parseFloat(each[i]);
        }
        return floats;
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void theCutThatIsToldOfIsTheOneThatIsSeenMirroredToo(boolean mirrored) throws Exception {
        Augment random = new Augment(false, true, Colours.Jitter.NONE, 6, 2);
        Dataset.Item item = new Dataset.Item(ruled(40, 30), "", 32, 24, Fit.CROP).withAugment(random);
        Dataset.Item tall = new Dataset.Item(ruled(16, 48), "", 16, 16, Fit.CROP).withAugment(random);
        Dataset.Item wide = new Dataset.Item(ruled(48, 16), "", 16, 16, Fit.CROP).withAugment(random);
        Set<Integer> lefts = new HashSet<>();
        for (int variant = 0; variant < 6; variant++) {
            AugmentedView look = new AugmentedView(variant, mirrored, true);
            float[] rgb = wide.read(look).rgb();
            PictureSizes sizes = wide.sizes(look, new TrainingSize(48, 16));
            int column = Math.round(rgb[0] * 255);
            assertThat(sizes.left()).isEqualTo(mirrored ? 47 - column : column);
            lefts.add(sizes.left());
            assertThat(tall.sizes(look, new TrainingSize(16, 48)).top())
                    .isEqualTo(Math.round(tall.read(look).rgb()[1] * 255));
            // of the same shape, so scaled alone
            assertThat(item.sizes(look, new TrainingSize(40, 30))).isEqualTo(new PictureSizes(30, 40, 0, 0, 24, 32));
        }
        assertThat(lefts).hasSizeGreaterThan(2);
    }

    @Test
    void anotherSizeOrAnotherPictureIsNoFileOfTheCache() throws Exception {
        Path own = Files.copy(pictures.get(0), folder.resolve("own.png"));
        Dataset.Item item = new Dataset.Item(own, "", 32, 32, Fit.CROP);
        Path files = folder.resolve("cache");
        cache(draw(1, Optional.of(files)), item).close();
        try (TrainingCache cache = cache(draw(1, Optional.of(files)), new Dataset.Item(own, "", 16, 32, Fit.CROP))) {
            assertThat(cache.found()).isZero();
        }
        Files.delete(own);
        Files.copy(pictures.get(1), own);
        try (TrainingCache cache = cache(draw(1, Optional.of(files)), item)) {
            assertThat(cache.found()).isZero();
        }
    }

    @Test
    void aDamagedFileIsMadeAnewWithAWarning() throws Exception {
        Dataset.Item item = item(0, 32, 32);
        List<float[]> expected;
        try (TrainingCache cache = cache(draw(1, Optional.of(folder)), item)) {
            expected = numbers(cache, 1);
        }
        List<Path> files;
        try (Stream<Path> found = Files.walk(folder)) {
            files = found.filter(Files::isRegularFile).toList();
        }
        for (Path file : files) {
            byte[] bytes = Files.readAllBytes(file);
            bytes[bytes.length - 1] ^= 1;
            Files.write(file, bytes);
        }
        try (TrainingCache cache = cache(draw(1, Optional.of(folder)), item)) {
            same(numbers(cache, 1), expected);
        }
        assertThat(warnings).hasSameSizeAs(files).allMatch(text -> text.startsWith("A cached file was damaged"));
        warnings.clear();
        cache(draw(1, Optional.of(folder)), item).close();
        assertThat(warnings).isEmpty();
    }

    @Test
    void aFolderThatCannotBeWrittenStopsNothing() throws Exception {
        Path notAFolder = Files.writeString(folder.resolve("file"), "x");
        Dataset.Item[] items = {item(0, 32, 32), item(1, 32, 32)};
        try (TrainingCache expected = cache(draw(2, Optional.empty()), items);
                TrainingCache cache = cache(draw(2, Optional.of(notAFolder)), items)) {
            same(numbers(cache, 1), numbers(expected, 1));
        }
        assertThat(warnings).singleElement().asString().startsWith("Nothing more is cached on disk: Cannot write");
    }

    @Test
    void halfOfTheDrawsAreMirrored() throws Exception {
        Dataset.Item plain = item(0, 32, 32);
        Dataset.Item mirrored = plain.withAugment(MIRRORED);
        assertThat(mirrored.read(new AugmentedView(0, true, true)).mirrored()).isEqualTo(plain.read());
        int differing = 0;
        try (TrainingCache expected = cache(draw(1, Optional.empty()), plain);
                TrainingCache cache = cache(draw(1, Optional.empty()), mirrored)) {
            for (int step = 1; step <= 100; step++) {
                if (!Arrays.equals(
                        numbers(cache, step).get(0), numbers(expected, step).get(0))) {
                    differing++;
                }
            }
        }
        assertThat(differing).isBetween(35, 65);
    }

    @Test
    void variantsAreAFewLooksAndFreshOnesNeverComeAgain() throws Exception {
        Colours.Jitter colours = new Colours.Jitter(0.3, 0, 0, 0);
        List<Integer> looks = new ArrayList<>();
        for (int variants : new int[] {3, 0}) {
            Augment augment = new Augment(false, false, colours, variants, 1);
            List<AugmentedView> seen = new ArrayList<>();
            for (int number = 0; number < 40; number++) {
                seen.add(augment.look(graft.tensor.KeyedRandom.of(1, "train", number, "look"), number));
            }
            looks.add((int) seen.stream().distinct().count());
            Dataset.Item item = item(0, 32, 32).withAugment(augment);
            assertThat(item.read(seen.get(0))).isEqualTo(item.read(seen.get(0)));
            try (TrainingCache cache = cache(draw(1, Optional.empty()), item)) {
                same(numbers(cache, 5), numbers(cache, 5));
            }
        }
        assertThat(looks).containsExactly(3, 40);
    }

    @Test
    void aRandomCropKeepsTheSizeAndMovesTheWindow() throws Exception {
        BufferedImage wide = new BufferedImage(64, 16, BufferedImage.TYPE_INT_RGB);
        for (int x = 0; x < 64; x++) {
            for (int y = 0; y < 16; y++) {
                wide.setRGB(x, y, 0x010101 * (4 * x));
            }
        }
        Path file = folder.resolve("wide.png");
        ImageIO.write(wide, "png", file.toFile());
        Dataset.Item item = new Dataset.Item(file, "", 16, 16, Fit.CROP)
                .withAugment(new Augment(false, true, Colours.Jitter.NONE, 50, 0));

        List<Float> lefts = item.augment().looks().stream()
                .map(look -> item.read(look).rgb()[0] * 255 / 4)
                .distinct()
                .toList();

        assertThat(lefts).hasSizeGreaterThan(15).allMatch(left -> left >= 0 && left <= 48.01f);
        assertThat(item.withAugment(Augment.NONE).read().rgb()[0] * 255 / 4).isCloseTo(24, within(0.01f));
    }

    /** A mask whose left half is white. */
    private Path leftHalf(int width, int height) throws IOException {
        BufferedImage mask = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        for (int x = 0; x < width / 2; x++) {
            for (int y = 0; y < height; y++) {
                mask.setRGB(x, y, 0xffffff);
            }
        }
        Path file = folder.resolve("mask.png");
        ImageIO.write(mask, "png", file.toFile());
        return file;
    }

    @Test
    void aMaskIsAveragedOverTheLatentsPixelsAndTurnsWithThePicture() throws Exception {
        LossMask mask = new LossMask(leftHalf(64, 64), LossMask.Channel.BRIGHTNESS);
        Dataset.Item item = new Dataset.Item(pictures.get(0), "", 64, 64, Fit.CROP, MIRRORED, Optional.of(mask));

        float[] plain = item.mask(AugmentedView.PLAIN, 8).orElseThrow();
        float[] mirrored = item.mask(new AugmentedView(0, true, true), 8).orElseThrow();
        float[] coarse = item.mask(AugmentedView.PLAIN, 64).orElseThrow();

        assertThat(Arrays.copyOf(plain, 8)).containsExactly(new float[] {1, 1, 1, 1, 0, 0, 0, 0}, within(1e-6f));
        assertThat(Arrays.copyOf(mirrored, 8)).containsExactly(new float[] {0, 0, 0, 0, 1, 1, 1, 1}, within(1e-6f));
        assertThat(coarse).containsExactly(new float[] {0.5f}, within(1e-4f));
    }

    @Test
    void whatPaddingAddsIsMaskedOut() throws Exception {
        LossMask mask = new LossMask(leftHalf(64, 32), LossMask.Channel.BRIGHTNESS);
        Dataset.Item item = new Dataset.Item(pictures.get(0), "", 64, 64, Fit.PAD, Augment.NONE, Optional.of(mask));

        float[] found = item.mask(AugmentedView.PLAIN, 32).orElseThrow();

        assertThat(found).containsExactly(new float[] {0.5f, 0, 0.5f, 0}, within(1e-4f));
    }

    @Test
    void aMaskedPictureCountsLittleWhereItIsLeftOutAndOthersCountWholly() throws Exception {
        LossMask mask = new LossMask(leftHalf(64, 64), LossMask.Channel.BRIGHTNESS);
        Dataset.Item masked = new Dataset.Item(pictures.get(0), "", 32, 32, Fit.CROP, Augment.NONE, Optional.of(mask));
        try (TrainingCache cache = cache(draw(2, Optional.of(folder.resolve("cache"))), masked, item(1, 32, 32));
                Scope scope = Scope.open()) {
            NDArray found = cache.batch(1, 0).mask().orElseThrow();
            long[] shape = found.getShape().getShape();
            assertThat(shape[0]).isEqualTo(2);
            assertThat(shape[1]).isEqualTo(1);
            List<Float> means = List.of(
                    found.get("0:1").mean().getFloat(), found.get("1:2").mean().getFloat());
            assertThat(means).contains(1f);
            assertThat(means.get(0) + means.get(1)).isCloseTo(1.55f, within(0.01f));
        }
    }

    @Test
    void withoutAnyMaskABatchHasNone() throws Exception {
        try (TrainingCache cache = cache(draw(1, Optional.empty()), item(0, 32, 32));
                Scope scope = Scope.open()) {
            assertThat(cache.batch(1, 0).mask()).isEmpty();
        }
    }

    @Test
    void sidesThatTheModelCannotWorkAtAreTold() {
        assertThatThrownBy(() -> cache(draw(1, Optional.empty()), item(0, 33, 32)))
                .isInstanceOf(Problem.class)
                .hasMessageContaining("33×32 pixels")
                .hasMessageContaining("steps of 4 pixels");
    }

    @Test
    void textStatesAreKeptWithinTheirBoundAndReadAgainWhenAskedFor() {
        try (var manager = model.compute().newManager()) {
            long one = 4L * 77 * model.spec().contextWidth();
            TextStates states = new TextStates(model, manager, 2 * one, Optional.empty());
            float[] first;
            try (Scope scope = Scope.open()) {
                first = states.of(List.of("a penguin")).states().toFloatArray();
            }
            long before = NativeArrays.count();
            for (String text : List.of("a", "b", "c", "d", "e")) {
                try (Scope scope = Scope.open()) {
                    states.of(List.of(text));
                }
            }
            assertThat(states.size()).isLessThanOrEqualTo(3);
            assertThat(NativeArrays.count() - before).isLessThanOrEqualTo(2);
            try (Scope scope = Scope.open()) {
                assertThat(states.of(List.of("a penguin", "a")).states().get(0).toFloatArray())
                        .containsExactly(first);
            }
        }
    }

    @Test
    void closingACacheFreesAllThatItHeld() throws Exception {
        Dataset.Item[] items = {item(0, 32, 32).withAugment(MIRRORED), item(1, 16, 32)};
        cache(draw(2, Optional.empty()), items).close();
        long before = NativeArrays.count();
        for (Optional<Path> files : List.of(Optional.<Path>empty(), Optional.of(folder))) {
            try (TrainingCache cache = cache(draw(2, files), items)) {
                numbers(cache, 1);
                numbers(cache, 2);
            }
        }
        assertThat(NativeArrays.count()).isEqualTo(before);
    }
}
