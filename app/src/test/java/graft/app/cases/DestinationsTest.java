package graft.app.cases;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Where an output will be written is tried before anything is trained. */
class DestinationsTest {

    @TempDir
    private Path folder;

    private CaseFolder inputs;

    @BeforeEach
    void inputs() {
        inputs = CaseFolder.of("71-long-name-after-training", folder);
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void theGivenFolderIsRefusedByCheckAndRun() {
        inputs.check("unwritable-folder.json")
                .refused("Cannot write to /proc/nowhere", "no file can be made in /proc", "choose another folder");
        inputs.run("unwritable-folder.json").refused("/proc/nowhere");
    }

    /** Folders in which nothing can be written, whoever asks. */
    static List<String> impossible() {
        return List.of(
                "/proc/nowhere",
                "/sys/deep/er",
                "/dev/null",
                "/dev/null/sub",
                "THROUGH_A_FILE",
                "THROUGH_A_FILE/sub/sub",
                "DANGLING",
                "DANGLING/sub",
                "LOOP",
                "long/" + "n".repeat(300),
                "long/" + "ü".repeat(130),
                "d/".repeat(3000));
    }

    private String impossible(String place) throws IOException {
        Path file = folder.resolve("THROUGH_A_FILE");
        if (!Files.exists(file)) {
            Files.writeString(file, "a file");
            Files.createSymbolicLink(folder.resolve("DANGLING"), folder.resolve("nowhere/at/all"));
            Files.createSymbolicLink(folder.resolve("LOOP"), folder.resolve("LOOP"));
        }
        return place.startsWith("/") ? place : folder.resolve(place).toString();
    }

    @ParameterizedTest
    @MethodSource("impossible")
    @EnabledOnOs(OS.LINUX)
    void foldersThatCannotBeWrittenAreRefused(String place) throws IOException {
        CaseFolder.Answer answer = inputs.run("unwritable-folder.json", "--set", "save.folder=" + impossible(place));
        answer.refused("save.folder", "Cannot write");
    }

    @ParameterizedTest
    @ValueSource(strings = {"new", "new/deep/er", "with spaces", "ünïcode 灯"})
    void foldersThatCanBeMadeAreTakenAndNotMadeByTheCheck(String place) {
        Path asked = folder.resolve(place);
        inputs.check("unwritable-folder.json", "--set", "save.folder=" + asked).done();
        assertThat(asked).doesNotExist();
    }

    @Test
    void aFolderThatIsThereIsLeftAsItWas() throws IOException {
        Path asked = Files.createDirectories(folder.resolve("there"));
        inputs.check("unwritable-folder.json", "--set", "save.folder=" + asked).done();
        assertThat(asked).isEmptyDirectory();
    }

    @ParameterizedTest
    @ValueSource(ints = {201, 255, 400, 5000})
    void namesThatAreTooLongAreRefused(int letters) {
        inputs.run("unwritable-folder.json", "--set", "save.folder=", "--set", "save.name=" + "n".repeat(letters))
                .refused("save.name", "the name takes " + letters + " bytes", "choose a shorter name");
    }

    @Test
    void bytesCountAndNotLetters() {
        inputs.check("unwritable-folder.json", "--set", "save.folder=", "--set", "save.name=" + "灯".repeat(70))
                .refused("the name takes 210 bytes");
        inputs.check("unwritable-folder.json", "--set", "save.folder=", "--set", "train.name=" + "灯".repeat(70))
                .refused("train.name", "the name takes 210 bytes");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a/b", "..", "a\\b", "a:b", "a\u0007b", "a?b"})
    void namesThatLeadElsewhereAreRefused(String name) {
        inputs.check("unwritable-folder.json", "--set", "save.folder=", "--set", "save.name=" + name)
                .refused("save.name", "Cannot name a file");
    }

    @Test
    void theLongestNameIsWritten() {
        String name = "n".repeat(200);
        CaseFolder.Answer answer = inputs.run(
                        "unwritable-folder.json", "--set", "save.folder=", "--set", "save.name=" + name)
                .done();
        assertThat(answer.files(name + ".safetensors")).hasSize(1);
    }

    @ParameterizedTest
    @MethodSource("impossible")
    @EnabledOnOs(OS.LINUX)
    void theFolderOfRunsIsTriedToo(String place) throws IOException {
        CaseFolder.Answer answer =
                inputs.run("unwritable-folder.json", "--set", "save.folder=", "--out", impossible(place));
        assertThat(answer.code()).as(answer.said()).isEqualTo(2);
        assertThat(answer.err()).contains("graft: Cannot").doesNotContain("Exception");
    }

    /** Nodes that write, with their inputs. */
    static List<List<String>> writers() {
        return List.of(
                List.of("graft/images/save", "images", "graft/images/load", "image"),
                List.of("graft/model/save", "model", "graft/model/load", "model"),
                List.of("graft/caption/save", "images", "graft/images/folder", "images"),
                List.of("graft/dreambooth/draw-class-pictures", "model", "graft/model/load", "model"));
    }

    private Path workflow(List<String> writer, JsonObject settings) throws IOException {
        JsonObject root = new JsonObject();
        root.addProperty("format", 1);
        JsonObject nodes = new JsonObject();
        root.add("nodes", nodes);
        nodes.add("from", node(writer.get(2), new JsonObject()));
        nodes.add("to", node(writer.get(0), settings));
        JsonArray wires = new JsonArray();
        JsonObject wire = new JsonObject();
        wire.addProperty("from", "from." + writer.get(3));
        wire.addProperty("to", "to." + writer.get(1));
        wires.add(wire);
        root.add("wires", wires);
        return Files.writeString(inputs.path("writer.json"), root.toString());
    }

    private static JsonObject node(String type, JsonObject settings) {
        JsonObject node = new JsonObject();
        node.addProperty("type", type);
        node.add("settings", settings);
        return node;
    }

    @ParameterizedTest
    @MethodSource("writers")
    @EnabledOnOs(OS.LINUX)
    void everyNodeThatWritesTriesItsFolder(List<String> writer) throws IOException {
        for (String place : List.of("/proc/nowhere", "THROUGH_A_FILE/sub", "long/" + "n".repeat(300))) {
            JsonObject settings = new JsonObject();
            settings.addProperty("folder", impossible(place));
            if (writer.get(0).equals("graft/caption/save")) {
                settings.addProperty("textFiles", true);
            }
            if (writer.get(0).equals("graft/dreambooth/draw-class-pictures")) {
                settings.addProperty("prompt", "a lamp");
            }
            workflow(writer, settings);
            inputs.run("writer.json", "--output", "to").refused("to.folder", "Cannot write");
        }
    }

    @Test
    void textFilesBesideBuiltInPicturesAreRefusedByTheCheck() throws IOException {
        JsonObject settings = new JsonObject();
        settings.addProperty("textFiles", true);
        workflow(writers().get(2), settings);
        inputs.check("writer.json").refused("Cannot write text files", "cache folder");
    }

    @Test
    void aFolderInPlaceOfATextFileIsRefusedByTheCheck() throws IOException {
        Files.delete(inputs.path("pics/a.txt"));
        Files.createDirectories(inputs.path("pics/a.txt/sub"));
        JsonObject settings = new JsonObject();
        settings.addProperty("textFiles", true);
        workflow(writers().get(2), settings);
        Path target = Files.createDirectories(folder.resolve("texts"));
        Files.createDirectories(target.resolve("bird.txt"));
        inputs.check("writer.json", "--set", "to.folder=" + target)
                .refused("to.folder", "bird.txt", "a folder of that name is there");
    }

    /** What the captions will be is not known by then, but where they go is. */
    @ParameterizedTest
    @ValueSource(strings = {"graft/caption/blip", "graft/caption/tags"})
    void whereTheTextsOfACaptionerGoIsTriedBeforeItLooks(String captioner) throws IOException {
        Path workflow = inputs.path("captioned.json");
        Files.writeString(workflow, """
                {"format": 1, "nodes": {
                  "from": {"type": "graft/images/folder", "settings": {}},
                  "caption": {"type": "%s", "settings": {}},
                  "to": {"type": "graft/caption/save", "settings": {"textFiles": true}}},
                 "wires": [{"from": "from.images", "to": "caption.images"},
                           {"from": "caption.captioned", "to": "to.images"}]}
                """.formatted(captioner));
        inputs.check("captioned.json").refused("Cannot write text files", "cache folder");
        Path target = Files.createDirectories(folder.resolve("texts"));
        Files.createDirectories(target.resolve("bird.txt"));
        inputs.run("captioned.json", "--set", "to.folder=" + target)
                .refused("to.folder", "bird.txt", "a folder of that name is there");
        assertThat(target).isDirectoryNotContaining(file -> Files.isRegularFile(file));
    }

    @ParameterizedTest
    @ValueSource(strings = {"../up", "a/b", ""})
    void theNameOfALossPlotIsChecked(String name) throws IOException {
        inputs.check("unwritable-folder.json").code();
        Path workflow = inputs.path("unwritable-folder.json");
        String text = Files.readString(workflow)
                .replace("\"graft/lora/save\"", "\"graft/training/loss-plot\"")
                .replace("\"precision\": \"fp32\",", "")
                .replace("\"folder\": \"/proc/nowhere\"", "\"smoothing\": 25")
                .replace("train.lora", "train.losses")
                .replace("save.lora", "save.losses");
        Files.writeString(workflow, text);
        inputs.check("unwritable-folder.json", "--set", "save.name=" + name).refused("save.name", "Cannot name a file");
    }

    @Test
    void aNodeWithAnIdLongerThanANameWritesAllTheSame() throws IOException {
        Path workflow = inputs.path("unwritable-folder.json");
        String id = "n".repeat(300);
        Files.writeString(
                workflow,
                Files.readString(workflow)
                        .replace("\"save\": {", "\"" + id + "\": {")
                        .replace("\"to\": \"save.lora\"", "\"to\": \"" + id + ".lora\"")
                        .replace("\"folder\": \"/proc/nowhere\"", "\"folder\": \"\""));
        assertThat(inputs.run("unwritable-folder.json").done().files("l.safetensors"))
                .hasSize(1);
    }
}
