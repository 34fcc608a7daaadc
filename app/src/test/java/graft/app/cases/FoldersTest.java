package graft.app.cases;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Folders of training pictures: what is not used is named, with its number. */
class FoldersTest {

    @TempDir
    private Path folder;

    private CaseFolder inputs;
    private Path pictures;

    @BeforeEach
    void aFolderOfMyOwn() throws IOException {
        inputs = CaseFolder.of("12-zero-repeats", folder);
        pictures = Files.createDirectories(folder.resolve("mine"));
    }

    private CaseFolder.Answer check() {
        return inputs.check("mixed.json", "--set", "pictures.folder=" + pictures);
    }

    private CaseFolder.Answer offered(String... more) {
        String[] arguments = new String[more.length + 4];
        System.arraycopy(
                new String[] {"--output", "pictures", "--set", "pictures.folder=" + pictures}, 0, arguments, 0, 4);
        System.arraycopy(more, 0, arguments, 4, more.length);
        return inputs.run("mixed.json", arguments);
    }

    private Path picture(String name, String format) throws IOException {
        return picture(name, format, 64, 64);
    }

    private Path picture(String name, String format, int width, int height) throws IOException {
        Path file = pictures.resolve(name);
        Files.createDirectories(file.getParent());
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = image.createGraphics();
        graphics.setColor(new Color(200, 30, 90));
        graphics.fillRect(8, 8, 40, 24);
        graphics.dispose();
        assertThat(ImageIO.write(image, format, file.toFile())).isTrue();
        return file;
    }

    private void file(String name) throws IOException {
        Files.createDirectories(pictures.resolve(name).getParent());
        Files.writeString(pictures.resolve(name), "a lamp");
    }

    @Test
    void ofEightFormatsOneIsLeftOutAndNamed() throws IOException {
        inputs = CaseFolder.of("10-formats-skipped", folder);
        pictures = inputs.path("pics");
        picture("b_jfif.jfif", "jpg");
        picture("b_jpe.jpe", "jpg");

        CaseFolder.Answer answer = inputs.run("workflow.json", "--output", "pictures");

        answer.warns("pictures", "1 picture is left out", "it is not PNG", "b_avif.avif");
        assertThat(answer.said()).contains("6 pictures, 6 a round, 6 of them with a caption");
    }

    @ParameterizedTest
    @CsvSource({
        "a.bmp,bmp",
        "a.gif,gif",
        "a.tif,tiff",
        "a.TIFF,tiff",
        "a.jfif,jpg",
        "a.JPE,jpg",
        "a.jpg,png",
        "a.png,gif"
    })
    void whatIsReadableByItsBytesIsRead(String name, String format) throws IOException {
        picture(name, format);
        CaseFolder.Answer answer = offered();
        answer.warnsOfNothing();
        assertThat(answer.said()).contains("1 pictures, 1 a round");
    }

    @ParameterizedTest
    @ValueSource(strings = {"b.heic", "b.HEIF", "b.avif", "b.jxl", "b.psd", "b.tga", "b.nef", "b.svg"})
    void formatsThatAreNotReadAreNamed(String name) throws IOException {
        picture("a.png", "png");
        file(name);
        check().warns("1 picture is left out, since it is not PNG", name);
    }

    @ParameterizedTest
    @ValueSource(strings = {"b.jpg_large", "b", "b.jpg~", "b.part"})
    void picturesWhoseNamesDoNotSaySoAreNamed(String name) throws IOException {
        picture("a.png", "png");
        picture(name, "jpg");
        check().warns("1 picture is left out, since no name of a picture ends so: " + name);
    }

    @Test
    void ofManyTheFirstAreNamedAndTheOthersCounted() throws IOException {
        picture("a.png", "png");
        for (int i = 1; i <= 9; i++) {
            file("b" + i + ".heic");
        }
        check().warns("9 pictures are left out", "b1.heic, b2.heic, b3.heic, b4.heic and 5 more");
    }

    @Test
    void picturesBesideCountedFoldersAreNamed() {
        CaseFolder.of("11-root-beside-repeats", folder)
                .check("workflow.json")
                .warns("2 pictures are left out", "root1.png, root2.png", "10_dog");
    }

    @Test
    void picturesInFoldersWithinAreNamed() throws IOException {
        picture("a.png", "png");
        picture("more/b.png", "png");
        picture("more/deeper/c.png", "png");
        picture("other/d.heic", "png");
        check().warns("3 pictures are left out, in folders within", "more/ (2), other/ (1)");
    }

    @ParameterizedTest
    @ValueSource(strings = {"lamp", "lamp_3", "3-lamp", "three_lamp", "12345_lamp", "3_"})
    void besideCountedFoldersOtherFoldersAreNamed(String name) throws IOException {
        picture("2_lamp/a.png", "png");
        picture(name + "/b.png", "png");
        picture("2_lamp/more/c.png", "png");
        check().warns("2 pictures are left out, in folders within", name + "/ (1)", "2_lamp/more/ (1)");
    }

    @Test
    void noPictureIsLeftWhereAllAreShownNoTimes() {
        inputs.check("workflow.json").refused("0_lamp is shown 0 times", "such as 10_dog");
        inputs.run("workflow.json").refused("0_lamp is shown 0 times");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0_lamp", "00_lamp", "0000_my lamp"})
    void aFolderThatIsShownNoTimesIsNamed(String name) throws IOException {
        picture("2_lamp/a.png", "png");
        picture(name + "/b.png", "png");
        check().warns("1 picture is left out", name + " is shown 0 times");
        assertThat(offered().said()).contains("1 pictures, 2 a round");
    }

    @Test
    void aFolderThatIsShownNoTimesNeedsNoPictures() throws IOException {
        picture("2_lamp/a.png", "png");
        Files.createDirectories(pictures.resolve("0_off"));
        check().warns("0 pictures are left out", "0_off");
    }

    @ParameterizedTest
    @ValueSource(strings = {"9999_lamp", "2024_holiday", "1000_x"})
    void aFolderThatIsShownVeryOftenIsNamed(String name) throws IOException {
        picture(name + "/a.png", "png");
        check().warns(name + " shows each of its pictures " + name.substring(0, 4) + " times a round", "1_" + name);
    }

    @Test
    void aRoundThatFitsNoMemoryIsRefused() throws IOException {
        for (int i = 0; i < 3; i++) {
            picture("9999_lamp/" + i + ".png", "png");
        }
        inputs.check("huge.json", "--set", "pictures.folder=" + pictures)
                .refused("Cannot show 29997000 pictures a round", "count less often");
    }

    @Test
    void captionsThatAreNotReadAreNamed() throws IOException {
        picture("a.png", "png");
        file("a.txt");
        file("b.txt");
        file("a.caption");
        file("c.TXT");
        file("a.png.txt");
        check().warns("2 captions are left out, since no picture has the same name", "a.png.txt, b.txt");
        check().warns(
                        "2 captions are left out, since captions are read from files that end in .txt",
                        "a.caption, c.TXT");
    }

    @Test
    void captionsOfOtherEndingsAreNamed() {
        CaseFolder.of("13-caption-encodings", folder)
                .check("other-endings.json")
                .warns("2 captions are left out", "a.caption, b.TXT");
    }

    @Test
    void masksThatAreNotUsedAreNamed() throws IOException {
        picture("a.png", "png");
        picture("a-masklabel.png", "png");
        picture("b-masklabel.png", "png");
        check().warns("1 mask is left out, since no picture has the same name", "b-masklabel.png");
        check().warns("1 mask is left out, since the setting masks does not ask", "a-masklabel.png");
        CaseFolder.Answer used =
                inputs.check("mixed.json", "--set", "pictures.folder=" + pictures, "--set", "pictures.masks=files");
        used.warns("b-masklabel.png");
        assertThat(used.said()).doesNotContain("a-masklabel.png");
    }

    @Test
    void masksOfAFolderOfTheirOwnAreNamedToo() throws IOException {
        picture("a.png", "png");
        picture("masks/a.png", "png");
        picture("masks/z.png", "png");
        CaseFolder.Answer answer = inputs.check(
                "mixed.json",
                "--set",
                "pictures.folder=" + pictures,
                "--set",
                "pictures.masks=files",
                "--set",
                "pictures.maskFolder=" + pictures.resolve("masks"));
        answer.warns("1 mask is left out", "z.png");
        assertThat(answer.said()).doesNotContain("in folders within");
    }

    @Test
    void otherFilesAreNamed() throws IOException {
        picture("a.png", "png");
        file("metadata.jsonl");
        file("a.npz");
        check().warns("2 other files are not used", "a.npz, metadata.jsonl");
    }

    @Test
    void whatSystemsLeaveIsFine() throws IOException {
        picture("a.png", "png");
        for (String name : new String[] {
            ".DS_Store",
            "Thumbs.db",
            "desktop.ini",
            ".hidden.png",
            "._a.png",
            "__MACOSX/a.png",
            ".cache/b.png",
            "@eaDir/a.png",
            "a.txt.bak"
        }) {
            file(name);
        }
        file("a.txt");
        check().warnsOfNothing();
    }

    @ParameterizedTest
    @CsvSource({"64,12", "12,64", "63,64", "640,60"})
    void cuttingEnlargesAsSoonAsOneSideIsShort(int width, int height) throws IOException {
        picture("a.png", "png", width, height);
        offered().warns("Smaller than 64×64 and so enlarged", "a.png (" + width + "×" + height + ")");
        offered("--set", "pictures.fit=stretch").warns("Smaller than 64×64 and so enlarged");
        assertThat(offered("--set", "pictures.fit=pad").done().said()).doesNotContain("enlarged");
    }

    @Test
    void theGivenPicturesAreEnlarged() {
        CaseFolder.of("92-enlarged-unsaid", folder)
                .run("workflow.json", "--output", "pictures")
                .warns("Smaller than 64×64 and so enlarged", "tall.png (12×64), wide.png (64×12)");
    }

    @Test
    void bucketsEnlargeToo() throws IOException {
        picture("a.png", "png", 40, 20);
        offered("--set", "pictures.buckets=true", "--set", "pictures.bucketStep=8")
                .warns("Smaller than their buckets and so enlarged", "a.png (40×20)");
    }

    @ParameterizedTest
    @ValueSource(strings = {"no picture at all", "", "<html></html>"})
    void aFileThatIsNoPictureIsFoundByTheCheck(String content) throws IOException {
        picture("a.png", "png");
        Path bad = Files.writeString(pictures.resolve("b.png"), content);
        check().refused("Cannot read " + bad, "it is no picture of a format that is known here");
        Files.writeString(pictures.resolve("c.jpg"), content);
        check().refused("b.png and 1 more files of the folder");
    }

    @Test
    void picturesOfAnotherFormatUnderAKnownNameAreFoundByTheCheck() throws IOException {
        byte[] heic = "....ftypheic....".getBytes(StandardCharsets.ISO_8859_1);
        Files.write(pictures.resolve("phone.jpg"), heic);
        check().refused("phone.jpg", "it is no picture of a format that is known here");
    }

    @Test
    void aFolderOfOtherFormatsAloneSaysWhich() throws IOException {
        file("a.heic");
        file("b.heic");
        check().refused("it holds no PNG", "only a.heic, b.heic", "save those as PNG");
    }
}
