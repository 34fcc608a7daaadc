package graft.app.command;

import static graft.app.command.Answer.graft;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The commands as a user types them, on the workflows that ship and the plugins that the build has made. */
class GraftTest {

    /** Of Stable Diffusion XL, which a person has a checkpoint of. */
    private static final String OF_A_MODEL = "sdxl-lora.json";

    /** Of the same, and of an upscaler. */
    private static final String OF_TWO_MODELS = "sdxl-text-to-image.json";

    private static final String OF_A_CONTROLNET = "controlnet.json";

    private static final Path HOME = Path.of("").toAbsolutePath().getParent();
    private static final String TEXT_TO_IMAGE =
            HOME.resolve("workflows/text-to-image.json").toString();

    @TempDir
    private Path folder;

    @BeforeAll
    static void liveInTheRepository() {
        System.setProperty("graft.home", HOME.toString());
        System.setProperty("graft.terminal", "");
    }

    @AfterAll
    static void leaveIt() {
        System.clearProperty("graft.home");
        System.clearProperty("graft.terminal");
    }

    /** One sentence on the error stream, nothing on the other, exit code 2. */
    private static void isRefused(Answer answer, String... words) {
        assertThat(answer.err().lines())
                .singleElement()
                .asString()
                .startsWith("graft: ")
                .contains(words);
        assertThat(answer.out()).isEmpty();
        assertThat(answer.code()).isEqualTo(2);
    }

    private Answer runAsIs(String workflow) throws IOException {
        Path file = Files.writeString(folder.resolve("workflow.json"), workflow);
        return graft("run", file.toString(), "--out", folder.resolve("runs").toString());
    }

    // --- wrong input: nothing runs
    // ----------------------------------------------------------------------------------------

    @Test
    void aMissingFileIsNamed() {
        isRefused(graft("run", "no-such.json"), "no-such.json", "there is no such file");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{", "[]", "{\"format\": 1}", "{\"format\": 1, \"nodes\": {}, \"colour\": 3}"})
    void aFileThatIsNoWorkflowIsRefused(String text) throws IOException {
        isRefused(runAsIs(text), "workflow.json");
    }

    @Test
    void aPackageGoesIntoAFolderAndIsOfAKnownType() throws IOException {
        Path file = Files.writeString(folder.resolve("notes.txt"), "");
        isRefused(graft("package", "--out", file.toString()), "notes.txt", "it is a file");
        isRefused(graft("package", "--type", "rpm"), "rpm", "app-image", "deb");
    }

    @Test
    void anUnknownNodeIsNamed() throws IOException {
        isRefused(runAsIs("{\"format\":1,\"nodes\":{\"a\":{\"type\":\"graft/image/save\"}}}"), "graft/image/save");
    }

    @Test
    void anUnknownSettingIsNamedWithTheKnownOnes() {
        isRefused(graft("run", TEXT_TO_IMAGE, "--set", "sample.stepz=3"), "stepz", "steps");
    }

    @Test
    void aSettingOutOfRangeIsNamedWithItsRange() {
        isRefused(graft("run", TEXT_TO_IMAGE, "--set", "sample.steps=0"), "sample.steps", "1 to");
    }

    @Test
    void aCircleOfWiresIsNamed() throws IOException {
        String text = Files.readString(Path.of(TEXT_TO_IMAGE))
                .replace(
                        "{ \"from\": \"canvas.latents\", \"to\": \"sample.latents\" }",
                        "{ \"from\": \"sample.samples\", \"to\": \"sample.latents\" }");
        isRefused(runAsIs(text), "circle", "sample → sample");
    }

    @Test
    void aWireOfTheWrongTypeIsNamedWithBothTypes() throws IOException {
        String text = Files.readString(Path.of(TEXT_TO_IMAGE)).replace("\"prompt.conditioning\"", "\"model.model\"");
        isRefused(runAsIs(text), "sample.positive", "Model", "Conditioning");
    }

    @Test
    void aModelThatIsNotThereIsNamed() {
        isRefused(graft("run", TEXT_TO_IMAGE, "--set", "model.file=/no/model"), "/no/model");
    }

    @Test
    void everyProblemIsNamedAtOnce() {
        Answer answer = graft("check", TEXT_TO_IMAGE, "--set", "sample.steps=0", "--set", "canvas.width=-1");
        assertThat(answer.err()).contains("sample.steps", "canvas.width", "2 problems");
        assertThat(answer.code()).isEqualTo(2);
    }

    @Test
    void findingsAreJsonForOtherPrograms() {
        Answer answer = graft("check", TEXT_TO_IMAGE, "--json", "--set", "sample.steps=0");
        JsonObject finding =
                JsonParser.parseString(answer.out()).getAsJsonArray().get(0).getAsJsonObject();
        assertThat(finding.get("severity").getAsString()).isEqualTo("error");
        assertThat(finding.get("node").getAsString()).isEqualTo("sample");
        assertThat(finding.get("socket").getAsString()).isEqualTo("steps");
    }

    @Test
    void anUnknownCommandOptionOrDeviceIsRefused() {
        isRefused(graft("walk"), "There is no command walk.");
        isRefused(graft("nothing.json"), "There is no file nothing.json.");
        assertThat(graft("docter").err()).contains("There is no command docter.", "Did you mean: graft doctor");
        isRefused(graft("run", TEXT_TO_IMAGE, "--fast"), "--fast");
        isRefused(graft("run"), "FILE");
        isRefused(graft("run", TEXT_TO_IMAGE, "--device", "abacus", "--out", folder.toString()), "abacus");
        isRefused(graft("run", TEXT_TO_IMAGE, "--output", "picture"), "picture");
        isRefused(graft("run", TEXT_TO_IMAGE, "--set", "sample.steps"), "node.setting=value");
        isRefused(graft("nodes", "graft/no/such"), "graft/no/such");
    }

    @Test
    void aPlaceThatIsAFileIsNoFolderForRuns() throws IOException {
        Path file = Files.createFile(folder.resolve("taken"));
        isRefused(graft("run", TEXT_TO_IMAGE, "--out", file.toString()), file.toString());
    }

    @Test
    void whatIsNoVaeIsToldOfWhereItWasChosen() throws IOException {
        Path file = Files.writeString(folder.resolve("words.txt"), "no VAE");
        isRefused(graft("run", TEXT_TO_IMAGE, "--set", "model.vae=" + file), "model.vae: Cannot load the VAE " + file);
    }

    // --- what works
    // -----------------------------------------------------------------------------------------------------

    @Test
    void workflowsThatShipCanRun() throws IOException {
        try (Stream<Path> workflows = Files.list(HOME.resolve("workflows"))) {
            List<Path> files = workflows
                    .filter(file -> file.toString().endsWith(".json"))
                    .filter(file -> Stream.of(OF_A_MODEL, OF_TWO_MODELS, OF_A_CONTROLNET)
                            .noneMatch(file::endsWith))
                    .toList();
            assertThat(files).isNotEmpty().allSatisfy(file -> {
                Answer answer = graft("check", file.toString());
                assertThat(answer.err()).isEmpty();
                assertThat(answer.code()).isZero();
            });
        }
    }

    @Test
    void oneForAModelThatDoesNotShipLacksThatModelAlone() {
        Answer answer =
                graft("check", HOME.resolve("workflows").resolve(OF_A_MODEL).toString());
        assertThat(answer.code()).isEqualTo(2);
        assertThat(answer.err().lines().filter(line -> !line.isBlank()))
                .singleElement()
                .asString()
                .contains("sd_xl_base_1.0.safetensors");
    }

    @Test
    void oneForTwoModelsLacksThemAlone() {
        Answer answer =
                graft("check", HOME.resolve("workflows").resolve(OF_TWO_MODELS).toString());
        assertThat(answer.code()).isEqualTo(2);
        assertThat(answer.err().lines().filter(line -> !line.isBlank()))
                .satisfiesExactly(
                        model -> assertThat(model).contains("sd_xl_base_1.0.safetensors"),
                        upscaler -> assertThat(upscaler).contains("RealESRGAN_x4plus.pth"),
                        count -> assertThat(count).contains("2 problems"));
    }

    @Test
    void oneForAControlNetSaysThatOneIsToBeChosen() {
        Answer answer = graft(
                "check", HOME.resolve("workflows").resolve(OF_A_CONTROLNET).toString());
        assertThat(answer.code()).isEqualTo(2);
        assertThat(answer.err().lines().filter(line -> !line.isBlank()))
                .singleElement()
                .asString()
                .contains("control.file")
                .contains("choose a ControlNet");
    }

    @Test
    void aDryRunNamesTheNodesAndWritesNothing() {
        Answer answer = graft(
                "run",
                TEXT_TO_IMAGE,
                "--dry-run",
                "--out",
                folder.resolve("runs").toString());
        assertThat(answer.out()).contains("Load Model", "Sample", "Save Image");
        assertThat(answer.code()).isZero();
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void aDryRunForecastsATrainingAsLinesOfJson() {
        Answer answer = graft(
                "run",
                HOME.resolve("workflows/train-embedding.json").toString(),
                "--dry-run",
                "--json",
                "--set=train.batch=1");
        JsonObject train = answer.out()
                .lines()
                .map(line -> JsonParser.parseString(line).getAsJsonObject())
                .filter(line -> line.get("node").getAsString().equals("train"))
                .findFirst()
                .orElseThrow();
        assertThat(train.get("peak").getAsLong()).isGreaterThan(100_000_000);
        assertThat(train.get("seconds").getAsDouble()).isPositive();
        assertThat(train.get("fileBytes").getAsLong()).isBetween(1_000L, 10_000L);
    }

    @Test
    void aRunPipedElsewhereEndsInPlainLinesAndAPicture() throws IOException {
        Answer answer =
                graft("run", TEXT_TO_IMAGE, "--set=sample.steps=2", "--set=canvas.batch=1", "--out", folder.toString());
        assertThat(answer.code()).isZero();
        assertThat(answer.err()).isEmpty();
        assertThat(answer.out())
                .doesNotContain("\r")
                .contains("device    cpu", "memory", "libtorch", "Sample (sample)", "done in", "peak memory");
        try (Stream<Path> files = Files.walk(folder)) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .contains("workflow.json", "run.json", "log.txt")
                    .anyMatch(name -> name.endsWith(".png"));
        }
    }

    @Test
    void aRunForOtherProgramsIsOneEventALine() {
        Answer answer = graft("run", TEXT_TO_IMAGE, "--json", "--output=canvas", "--out", folder.toString());
        List<String> events = answer.out()
                .lines()
                .map(line -> JsonParser.parseString(line)
                        .getAsJsonObject()
                        .get("event")
                        .getAsString())
                .toList();
        assertThat(events).startsWith("runStarted", "nodeStarted").endsWith("runFinished");
        assertThat(answer.code()).isZero();
    }

    @Test
    void everyNodeIsListedWithItsSocketsAndSettings() {
        JsonArray nodes = JsonParser.parseString(graft("nodes", "--json").out()).getAsJsonArray();
        JsonObject sample = nodes.asList().stream()
                .map(JsonElement::getAsJsonObject)
                .filter(node -> node.get("id").getAsString().equals("graft/latents/sample"))
                .findFirst()
                .orElseThrow();
        assertThat(sample.keySet()).contains("title", "category", "help", "inputs", "settings", "outputs");
        JsonObject steps = sample.getAsJsonArray("settings").asList().stream()
                .map(JsonElement::getAsJsonObject)
                .filter(setting -> setting.get("id").getAsString().equals("steps"))
                .findFirst()
                .orElseThrow();
        assertThat(steps.keySet()).contains("default", "min", "max", "unit", "help");
        assertThat(graft("nodes", "graft/latents/sample").out()).contains("steps", "default");
    }

    @Test
    void theDoctorFindsThisMachineWell() {
        Answer answer = graft("doctor", "--json");
        assertThat(JsonParser.parseString(answer.out()).getAsJsonArray().asList())
                .isNotEmpty()
                .allMatch(finding -> finding.getAsJsonObject().get("ok").getAsBoolean());
        assertThat(answer.code()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"run", "check", "nodes", "doctor", "bench", "score-methods", "version", "completion"})
    void everyCommandHasAManual(String command) {
        Answer answer = graft(command, "--help");
        assertThat(answer.out()).contains("Usage: graft " + command);
        assertThat(answer.code()).isZero();
        assertThat(graft("--help").out()).contains("  " + command, "Exit codes");
    }

    @Test
    void completionIsAScriptThatKnowsTheCommands() {
        assertThat(graft("completion").out()).startsWith("#!/usr/bin/env bash").contains("doctor", "--dry-run");
    }
}
