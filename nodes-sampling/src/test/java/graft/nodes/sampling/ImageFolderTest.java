package graft.nodes.sampling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import graft.node.Problem;
import graft.node.testing.KnownSpecs;
import graft.node.testing.RecordedRun;
import graft.picture.Fit;
import graft.picture.Picture;
import graft.train.data.AugmentedView;
import graft.train.data.Dataset;
import graft.train.data.DatasetSpec;
import graft.train.data.LossMask;
import graft.train.data.TrainingSize;
import java.awt.image.BufferedImage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageFolderTest {

    @TempDir
    Path folder;

    private ImageFolder node;

    @BeforeEach
    void aFolder() {
        node = new ImageFolder();
        node.folder = folder.toString();
        node.width = 16;
        node.height = 16;
    }

    @Test
    void thePicturesComeInTheOrderOfTheirNumbersWithTheirCaptions() throws Exception {
        picture("dog-10.png", 16, 16);
        picture("dog-2.jpg", 16, 16);
        Files.writeString(folder.resolve("dog-2.txt"), "\uFEFF\n  a dog  \nanother line\n");

        Dataset images = run(new RecordedRun(folder));

        assertThat(images.items()).extracting(Dataset.Item::name).containsExactly("dog-2", "dog-10");
        assertThat(images.items()).extracting(Dataset.Item::caption).containsExactly("a dog", "");
    }

    @Test
    void thePicturesAreReadAtTheSizeAskedFor() throws Exception {
        picture("wide.png", 40, 20);
        node.fit = Fit.PAD;

        Picture picture = run(new RecordedRun(folder)).items().get(0).read();

        assertThat(picture.width()).isEqualTo(16);
        assertThat(picture.height()).isEqualTo(16);
        assertThat(picture.rgb()[0]).isEqualTo(1f);
    }

    @Test
    void ofACroppedPictureThePartAloneIsTrainedOn() throws Exception {
        picture("whole.png", 40, 20);
        BufferedImage half = new BufferedImage(40, 20, BufferedImage.TYPE_INT_RGB);
        half.createGraphics().fillRect(20, 0, 20, 20);
        ImageIO.write(half, "png", folder.resolve("half.png").toFile());
        node.fit = Fit.STRETCH;
        node.crops = List.of(new ImageFolder.CroppedPicture("half.png", 20, 0, 20, 20));

        Dataset images = run(new RecordedRun(folder));

        Dataset.Item cropped = images.items().get(0);
        assertThat(cropped.ownSize()).isEqualTo(new TrainingSize(20, 20));
        assertThat(cropped.read().rgb()).containsOnly(1f);
        assertThat(images.items().get(1).region()).isEmpty();
    }

    @Test
    void theShapeOfTheCroppedPartChoosesTheBucket() throws Exception {
        picture("wide.png", 64, 16);
        node.buckets = true;
        node.bucketStep = 8;
        node.crops = List.of(new ImageFolder.CroppedPicture("wide.png", 8, 0, 16, 16));

        assertThat(run(new RecordedRun(folder)).items().get(0).size()).isEqualTo(new TrainingSize(16, 16));
    }

    @Test
    void aMaskIsCroppedWithItsPicture() throws Exception {
        picture("dog.png", 32, 16);
        BufferedImage right = new BufferedImage(32, 16, BufferedImage.TYPE_INT_RGB);
        right.createGraphics().fillRect(16, 0, 16, 16);
        ImageIO.write(right, "png", folder.resolve("dog-masklabel.png").toFile());
        node.masks = ImageFolder.Masks.FILES;
        node.crops = List.of(new ImageFolder.CroppedPicture("dog.png", 16, 0, 16, 16));

        float[] mask = run(new RecordedRun(folder))
                .items()
                .get(0)
                .mask(AugmentedView.PLAIN, 8)
                .orElseThrow();

        assertThat(mask).containsOnly(1f);
    }

    @Test
    void aPartThatReachesBeyondItsPictureIsRefusedBeforeTheRun() throws Exception {
        picture("dog.png", 32, 16);
        node.crops = List.of(new ImageFolder.CroppedPicture("dog.png", 20, 0, 16, 16));

        assertThatThrownBy(() -> node.configure(new KnownSpecs()))
                .isInstanceOf(Problem.class)
                .hasMessageContaining("Cannot crop dog.png to 16×16 at 20, 0: it has 32×16 pixels");
    }

    @Test
    void aCropOfAPictureThatIsGoneIsToldAndStopsNothing() throws Exception {
        picture("dog.png", 32, 16);
        node.crops = List.of(new ImageFolder.CroppedPicture("gone.png", 0, 0, 16, 16));
        KnownSpecs specs = new KnownSpecs();

        node.configure(specs);

        assertThat(specs.warnings).containsExactly("To be cropped and not in the folder: gone.png.");
    }

    @Test
    void theSamplesThatComeWithGraftAreThere() throws Exception {
        node.folder = "builtin:samples/subject-penguin";

        Dataset images = run(new RecordedRun(folder));

        assertThat(images.items()).hasSize(5);
        for (Dataset.Item item : images.items()) {
            assertThat(item.read().width()).isEqualTo(16);
        }
    }

    @Test
    void foldersNamedAsKohyaNamesThemRepeatTheirPictures() throws Exception {
        Files.createDirectories(folder.resolve("3_sks dog"));
        Files.createDirectories(folder.resolve("1_cat"));
        picture("3_sks dog/a.png", 16, 16);
        picture("1_cat/b.png", 16, 16);
        node.repeats = 2;

        Dataset images = run(new RecordedRun(folder));

        assertThat(images.items())
                .extracting(Dataset.Item::caption)
                .containsExactly("cat", "cat", "sks dog", "sks dog", "sks dog", "sks dog", "sks dog", "sks dog");
        KnownSpecs specs = new KnownSpecs();
        node.configure(specs);
        assertThat(specs.outputs).containsEntry("images", DatasetSpec.of(images));
        assertThat(specs.reads).containsExactly(folder);
    }

    @Test
    void sharesDealAllPicturesOutOnce() throws Exception {
        for (String name : List.of("2_dog/1", "2_dog/2", "2_dog/3", "1_cat/4", "1_cat/5")) {
            Files.createDirectories(folder.resolve(name).getParent());
            picture(name + ".png", 16, 16);
        }
        node.shares = 2;

        Dataset first = run(new RecordedRun(folder));
        node.share = 2;
        Dataset second = run(new RecordedRun(folder));

        assertThat(first.items()).extracting(Dataset.Item::name).containsExactly("4", "1", "1", "3", "3");
        assertThat(second.items()).extracting(Dataset.Item::name).containsExactly("5", "2", "2");
    }

    @Test
    void aShareOfAFolderLeavesNothingOutAndIsNoneBeyondItsPictures() throws Exception {
        picture("a.png", 16, 16);
        picture("b.png", 16, 16);
        picture("a-masklabel.png", 16, 16);
        picture("b-masklabel.png", 16, 16);
        node.masks = ImageFolder.Masks.FILES;
        node.shares = 2;
        KnownSpecs specs = new KnownSpecs();

        node.configure(specs);

        assertThat(specs.warnings).isEmpty();
        node.share = 3;
        assertThatThrownBy(() -> node.configure(new KnownSpecs())).hasMessageContaining("no share 3 of the pictures");
        node.shares = 3;
        assertThatThrownBy(() -> node.configure(new KnownSpecs()))
                .hasMessageContaining("Share 3 of 3 holds no picture")
                .hasMessageContaining("the folder has 2");
    }

    @Test
    void withBucketsEachPictureHasASizeOfItsShapeBeforeItIsRead() throws Exception {
        picture("wide.png", 80, 40);
        picture("high.jpg", 40, 80);
        picture("square.png", 40, 40);
        node.width = 64;
        node.height = 64;
        node.buckets = true;
        node.bucketStep = 8;

        KnownSpecs specs = new KnownSpecs();
        node.configure(specs);

        DatasetSpec spec = (DatasetSpec) specs.outputs.get("images");
        assertThat(spec.sizes())
                .containsExactlyInAnyOrder(
                        new TrainingSize(88, 40), new TrainingSize(40, 88), new TrainingSize(64, 64));
        RecordedRun run = new RecordedRun(folder);
        assertThat(DatasetSpec.of(run(run))).isEqualTo(spec);
        assertThat(run.log).anyMatch(line -> line.startsWith("Buckets: 1 at 40×88, 1 at 64×64, 1 at 88×40."));
    }

    @Test
    void withoutEnlargingASmallPictureGetsASmallBucket() throws Exception {
        picture("small.png", 43, 30);
        node.width = 64;
        node.height = 64;
        node.buckets = true;
        node.bucketStep = 8;
        node.enlarge = false;
        RecordedRun run = new RecordedRun(folder);

        assertThat(run(run).items()).extracting(Dataset.Item::size).containsExactly(new TrainingSize(40, 24));
        assertThat(run.warnings).isEmpty();
    }

    @Test
    void aStepThatNoBucketFitsIsAProblemAtTheSetting() throws Exception {
        picture("a.png", 16, 16);
        node.buckets = true;

        assertThatThrownBy(() -> node.configure(new KnownSpecs()))
                .isInstanceOfSatisfying(
                        Problem.class, problem -> assertThat(problem.socket()).hasValue("bucketStep"));
    }

    @Test
    void masksLieBesideThePicturesAndAreNoPictures() throws Exception {
        picture("dog.jpg", 16, 16);
        picture("dog-masklabel.png", 16, 16);
        picture("cat.png", 16, 16);
        assertThat(run(new RecordedRun(folder)).items()).hasSize(2).allMatch(item -> item.mask()
                .isEmpty());
        node.masks = ImageFolder.Masks.FILES;
        RecordedRun run = new RecordedRun(folder);

        Dataset images = run(run);

        assertThat(images.items().get(1).mask())
                .hasValue(new LossMask(folder.resolve("dog-masklabel.png"), LossMask.Channel.BRIGHTNESS));
        assertThat(run.warnings).containsExactly("Without a mask, and so learnt wholly: cat.png.");
    }

    @Test
    void masksMayLieInAFolderOfTheirOwn() throws Exception {
        Files.createDirectories(folder.resolve("masks"));
        picture("dog.jpg", 16, 16);
        picture("masks/dog.png", 16, 16);
        node.masks = ImageFolder.Masks.FILES;
        node.maskFolder = folder.resolve("masks").toString();

        assertThat(run(new RecordedRun(folder)).items().get(0).mask())
                .hasValue(new LossMask(folder.resolve("masks/dog.png"), LossMask.Channel.BRIGHTNESS));
    }

    @Test
    void aMaskOfAnotherSizeIsRefused() throws Exception {
        picture("dog.png", 16, 16);
        picture("dog-masklabel.png", 8, 16);
        node.masks = ImageFolder.Masks.FILES;

        assertThatThrownBy(() -> run(new RecordedRun(folder)))
                .isInstanceOf(Problem.class)
                .hasMessageContaining("8×16 pixels, the picture 16×16");
    }

    @Test
    void transparencyCanBeTheMask() throws Exception {
        picture("dog.png", 16, 16);
        node.masks = ImageFolder.Masks.ALPHA;

        assertThat(run(new RecordedRun(folder)).items().get(0).mask())
                .hasValue(new LossMask(folder.resolve("dog.png"), LossMask.Channel.ALPHA));
    }

    @Test
    void aPictureThatMustBeEnlargedIsTold() throws Exception {
        picture("small.png", 10, 12);
        RecordedRun run = new RecordedRun(folder);

        run(run);

        assertThat(run.warnings).singleElement().asString().contains("small.png (10×12)");
    }

    @Test
    void aFaultyPictureIsNamed() throws Exception {
        picture("good.png", 16, 16);
        Files.writeString(folder.resolve("bad.png"), "no picture");

        assertThatThrownBy(() -> run(new RecordedRun(folder)))
                .isInstanceOf(Problem.class)
                .hasMessageContaining("bad.png");
    }

    @Test
    void anEmptyFolderIsToldBeforeTheRun() {
        assertThatThrownBy(() -> node.configure(new KnownSpecs()))
                .isInstanceOf(Problem.class)
                .hasMessageContaining(folder.toString());
    }

    @Test
    void noFolderIsAProblemAtTheSetting() {
        node.folder = " ";

        assertThatThrownBy(() -> node.configure(new KnownSpecs()))
                .isInstanceOfSatisfying(
                        Problem.class, problem -> assertThat(problem.socket()).hasValue("folder"));
    }

    private Dataset run(RecordedRun run) throws Exception {
        node.run(run);
        return node.images;
    }

    private void picture(String name, int width, int height) throws Exception {
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        ImageIO.write(
                image,
                name.substring(name.lastIndexOf('.') + 1),
                folder.resolve(name).toFile());
    }
}
