package graft.app.command;

import static graft.app.command.Answer.graft;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonParser;
import graft.file.BuiltIn;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A folder, or what a workflow trains on, looked at as a user types it. */
class DataCommandTest {

    private static final Path HOME = Path.of("").toAbsolutePath().getParent();

    @TempDir
    private Path folder;

    @BeforeAll
    static void liveInTheRepository() {
        System.setProperty("graft.home", HOME.toString());
    }

    @AfterAll
    static void leaveIt() {
        System.clearProperty("graft.home");
    }

    private void sample(String from, String to, String caption) throws IOException {
        Path pictures = Files.createDirectories(folder.resolve("pictures"));
        Files.copy(BuiltIn.path("builtin:samples/style-pixel").resolve(from + ".png"), pictures.resolve(to + ".png"));
        Files.writeString(pictures.resolve(to + ".txt"), caption);
    }

    @Test
    void nothingIsWrongWithWhatAShippedWorkflowTrainsOn() {
        Answer answer = graft("data", HOME.resolve("workflows/train-style.json").toString());

        assertThat(answer.out()).contains("12 pictures: nothing is wrong");
        assertThat(answer.code()).isZero();
    }

    @Test
    void aFaultyFolderIsToldInSentencesAndOnAPage() throws IOException {
        sample("bird", "bird", "sks bird");
        sample("bird", "again", "sks bird");
        sample("house", "house", "a house");
        Path page = folder.resolve("look.html");

        Answer answer =
                graft("data", folder.resolve("pictures").toString(), "--trigger", "sks", "--out", page.toString());

        assertThat(answer.code()).isEqualTo(1);
        assertThat(answer.out())
                .contains("bird.png shows dot by dot what again.png shows")
                .contains("The caption of house.png lacks the word sks");
        assertThat(page).content().contains("data:image/jpeg;base64,").contains("pictures/house.png");
    }

    @Test
    void anotherProgramReadsTheFindings() throws IOException {
        sample("bird", "bird", "a bird");
        BufferedImage small = new BufferedImage(40, 40, BufferedImage.TYPE_INT_RGB);
        small.createGraphics()
                .drawImage(ImageIO.read(folder.resolve("pictures/bird.png").toFile()), 0, 0, 40, 20, null);
        ImageIO.write(small, "png", folder.resolve("pictures/small.png").toFile());
        Files.writeString(folder.resolve("pictures/small.txt"), "a small bird");

        Answer answer = graft("data", folder.resolve("pictures").toString(), "--json");

        JsonArray found = JsonParser.parseString(answer.out()).getAsJsonArray();
        assertThat(found).hasSize(1);
        assertThat(found.get(0).getAsJsonObject().get("kind").getAsString()).isEqualTo("small");
    }

    @Test
    void whatHoldsNoPicturesIsWrongInput() {
        Answer answer =
                graft("data", HOME.resolve("workflows/text-to-image.json").toString());

        assertThat(answer.code()).isEqualTo(2);
        assertThat(answer.err()).contains("no node of it gives pictures");
    }
}
