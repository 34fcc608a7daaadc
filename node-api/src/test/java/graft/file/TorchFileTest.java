package graft.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import graft.Golden;
import graft.node.Problem;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** On small files that torch 2.13 wrote; the two malicious ones would leave a file behind where Python loads them. */
final class TorchFileTest {

    private static final long ENOUGH = 1 << 20;

    private static Path folder;

    // The properties run under jqwik, the examples under Jupiter: each makes the folder of its own run.
    @BeforeAll
    @BeforeContainer
    static void makeFolder() throws IOException {
        folder = Files.createTempDirectory("torch-file");
    }

    @AfterAll
    @AfterContainer
    static void removeFolder() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(folder);
    }

    private static Path given(String name) {
        return Golden.resource("/embeddings/" + name);
    }

    private static Object read(String name) {
        return TorchFile.read(given(name), ENOUGH);
    }

    private static TorchTensor only(String name) {
        return (TorchTensor) ((Map<?, ?>) read(name)).values().iterator().next();
    }

    /** The 3 by 4 matrix of all these files: eighths from -0.5 on, exact in 16 bits too. */
    private static void assertIsTheMatrix(TorchTensor tensor) {
        assertThat(tensor.shape()).containsExactly(3, 4);
        float[] eighths = new float[12];
        for (int i = 0; i < eighths.length; i++) {
            eighths[i] = i / 8f - 0.5f;
        }
        assertThat(tensor.floats()).containsExactly(eighths);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "diffusers.bin",
                "half.bin",
                "bfloat16.bin",
                "kohya.pt",
                "parameter.pt",
                "protocol4.pt",
                "window.pt",
                "transposed.pt",
                "legacy-window.pt"
            })
    void everyTypeViewAndLayoutGivesTheNumbers(String name) {
        assertIsTheMatrix(only(name));
    }

    @Test
    void whatIsBesideTheTensorsIsReadOrPassedOver() {
        Map<?, ?> saved = (Map<?, ?>) read("legacy.pt");

        assertThat(saved.get("name")).isEqualTo("thing");
        assertThat(saved.get("step")).isEqualTo(3L);
        assertThat(saved.containsKey("sd_checkpoint")).isTrue();
        assertThat(saved.get("sd_checkpoint")).isNull();
        assertIsTheMatrix((TorchTensor) ((Map<?, ?>) saved.get("string_to_param")).get("*"));
        assertIsTheMatrix(
                (TorchTensor) ((Map<?, ?>) ((Map<?, ?>) read("numpy-step.pt")).get("string_to_param")).get("*"));
    }

    @Test
    void aParameterDictIsItsParameters() {
        Map<?, ?> parameters = (Map<?, ?>) ((Map<?, ?>) read("parameter-dict.pt")).get("string_to_param");

        assertThat(parameters.keySet()).isEqualTo(Set.of("*"));
        assertIsTheMatrix((TorchTensor) parameters.get("*"));
    }

    @Test
    void aTensorMayStandAlone() {
        assertIsTheMatrix((TorchTensor) read("bare.pt"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"malicious.pt", "malicious-legacy.pt"})
    void aFileThatWouldRunAProgramIsRefusedByNameAndRunsNothing(String name) {
        Path mark = Path.of("graft-test-of-a-malicious-pickle");

        assertThatThrownBy(() -> read(name))
                .isInstanceOf(Problem.class)
                .hasMessage("Cannot read " + given(name) + ": it asks for posix.system, which could run a program and"
                        + " which no file of tensors needs; get it as a .safetensors file, which can hold no program,"
                        + " or download it again.");
        assertThat(mark).doesNotExist();
    }

    /** What a pickle says, and what is wrong with it. */
    static Stream<List<String>> brokenPickles() {
        return Stream.of(
                List.of("\u0080\2cbuiltins\neval\n.", "asks for builtins.eval"),
                List.of("\u0080\2ctorch.storage\n_load_from_bytes\n.", "asks for torch.storage._load_from_bytes"),
                List.of("\u0080\4\u008c\2os\u008c\6system\u0093.", "asks for os.system"),
                List.of("\u0080\2ccollections\nOrderedDict\nX\1\0\0\0x\u0085R.", "not well formed"),
                List.of("\u0080\2(ios\nsystem\n.", "instruction 0x69"),
                List.of("\u0080\2I1\n.", "instruction 0x49"),
                List.of("\u0080\2}q\0(h\0h\0u.", "neither a text nor a number"),
                List.of("\u0080\2R.", "not well formed"),
                List.of("\u0080\2(.", "not well formed"),
                List.of("\u0080\2u.", "not well formed"),
                List.of("\u0080\2h\7.", "not well formed"),
                List.of("\u0080\2K\1K\2R.", "not well formed"),
                List.of("\u0080\2K\1Q.", "not well formed"),
                List.of("\u0080\2X\u00ff\u00ff\u00ff\u00ffabc.", "cut short"),
                List.of("\u0080\2X\u00ff\u00ff\u00ff\17abc.", "cut short"),
                List.of("\u0080\2ccollections", "cut short"),
                List.of("\u0080\2}", "cut short"),
                List.of("", "cut short"),
                List.of(tensor(12, 0, "K\3K\5\u0086", "K\5K\1\u0086"), "beyond the 12 numbers"),
                List.of(tensor(12, 1, "K\3K\4\u0086", "K\4K\1\u0086"), "beyond the 12 numbers"),
                List.of(tensor(12, 0, "K\3K\4\u0086", "J\u00ff\u00ff\u00ff\u00ffK\1\u0086"), "negative"),
                List.of(tensor(12, 0, "K\3K\4\u0086", "K\1\u0085"), "2 dimensions and 1 strides"),
                List.of(tensor(12, 0, "J\377\377\377\177K\4\u0086", "K\0K\0\u0086"), "beyond the 12 numbers"),
                List.of(tensor(13, 0, "K\3K\4\u0086", "K\4K\1\u0086"), "data/0 is cut short"));
    }

    /** A tensor of 12 stored numbers, of which so many are claimed. */
    private static String tensor(int elements, int offset, String shape, String strides) {
        return "\u0080\2ctorch._utils\n_rebuild_tensor_v2\n((X\7\0\0\0storagectorch\nFloatStorage\nX\1\0\0\0000X\3\0\0\0cpuK"
                + (char) elements + "tQK" + (char) offset + shape + strides + "\u0089NtR.";
    }

    @ParameterizedTest
    @MethodSource("brokenPickles")
    void everyBrokenRuleIsOneSentence(List<String> broken) throws IOException {
        Path file = archive(
                Map.of("x/data.pkl", broken.get(0).getBytes(StandardCharsets.ISO_8859_1), "x/data/0", new byte[48]));
        assertProblem(file, broken.get(1));
    }

    @Test
    void archivesThatAreNotTorchsAreRefused() throws IOException {
        byte[] good = "\u0080\2N.".getBytes(StandardCharsets.ISO_8859_1);
        assertThat(TorchFile.read(archive(Map.of("x/data.pkl", good)), ENOUGH)).isNull();

        assertProblem(
                archive(Map.of("x/data.pkl", good, "x/../../evil", good)), "torch does not write there, x/../../evil");
        assertProblem(archive(Map.of("x/version", good)), "lacks its part data.pkl");
        assertProblem(
                archive(Map.of("x/data.pkl", good, "x/byteorder", "big".getBytes(StandardCharsets.US_ASCII))),
                "the other way round");
        assertProblem(archive(Map.of("x/data.pkl", new byte[2 << 20])), "unpacked it takes more than 1048576 bytes");
        assertProblem(Files.write(folder.resolve("zip"), new byte[] {'P', 'K', 3, 4, 0}), "damaged");
        assertThatThrownBy(() -> TorchFile.read(given("bare.pt"), 100))
                .isInstanceOf(Problem.class)
                .hasMessageContaining("at most 100 are expected");
    }

    @Test
    void timeAndMemoryAreBoundedWhateverAFileSays() throws IOException {
        ByteArrayOutputStream copies = new ByteArrayOutputStream();
        copies.write("\u0080\2}X\13\0\0\0_parameters}(".getBytes(StandardCharsets.ISO_8859_1));
        for (int i = 0; i < 60_000; i++) {
            copies.write(new byte[] {'M', (byte) i, (byte) (i >> 8), 'N'});
        }
        copies.write("usq\0".getBytes(StandardCharsets.ISO_8859_1));
        for (int i = 0; i < 60_000; i++) {
            copies.write("}h\0b".getBytes(StandardCharsets.ISO_8859_1));
        }
        copies.write('.');

        assertProblem(archive(Map.of("x/data.pkl", copies.toByteArray())), "more parts than any model");
    }

    private static void assertProblem(Path file, String part) {
        assertThatThrownBy(() -> TorchFile.read(file, ENOUGH))
                .isInstanceOf(Problem.class)
                .hasMessageStartingWith("Cannot read " + file + ": ")
                .hasMessageContaining(part);
    }

    private static Path archive(Map<String, byte[]> entries) throws IOException {
        Path file = folder.resolve("archive");
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
            for (Map.Entry<String, byte[]> entry : new LinkedHashMap<>(entries).entrySet()) {
                zip.putNextEntry(new ZipEntry(entry.getKey()));
                zip.write(entry.getValue());
            }
        }
        return file;
    }

    @Provide
    Arbitrary<String> files() {
        return Arbitraries.of("parameter-dict.pt", "numpy-step.pt", "window.pt", "legacy.pt", "malicious.pt");
    }

    /** Whatever bytes come: all tensors read, or it is one Problem. Never another error. */
    @Property(tries = 3000)
    void damagedBytesGiveAProblemOrTensors(@ForAll("files") String name, @ForAll long seed) throws IOException {
        byte[] bytes = Files.readAllBytes(given(name));
        assertReadsOrProblem(Files.write(folder.resolve("damaged"), damaged(bytes, new Random(seed))));
    }

    /** As above where the archive is whole and the pickle inside it is not. */
    @Property(tries = 3000)
    void damagedPicklesGiveAProblemOrTensors(@ForAll long seed) throws IOException {
        Map<String, byte[]> entries = new LinkedHashMap<>();
        try (ZipFile zip = new ZipFile(given("parameter-dict.pt").toFile())) {
            for (ZipEntry entry : Collections.list(zip.entries())) {
                byte[] bytes = zip.getInputStream(entry).readAllBytes();
                entries.put(
                        entry.getName(),
                        entry.getName().endsWith("data.pkl") ? damaged(bytes, new Random(seed)) : bytes);
            }
        }
        assertReadsOrProblem(archive(entries));
    }

    private static byte[] damaged(byte[] bytes, Random random) {
        byte[] damaged = bytes;
        for (int i = 0; i <= random.nextInt(4); i++) {
            int at = random.nextInt(damaged.length);
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            out.write(damaged, 0, at);
            switch (random.nextInt(5)) {
                case 0 -> out.write(random.nextInt(256));
                case 1 -> out.write("(}]tusbRQhqKMX.0N)".charAt(random.nextInt(18)));
                case 2 -> out.write(damaged, at, damaged.length - at); // all of it, and its end again below
                default -> out.write(damaged[at] ^ 1 << random.nextInt(8));
            }
            out.write(damaged, at + 1, random.nextInt(8) == 0 ? 0 : damaged.length - at - 1);
            damaged = out.toByteArray();
        }
        return damaged;
    }

    private static void assertReadsOrProblem(Path file) {
        try {
            readAll(TorchFile.read(file, ENOUGH), 4);
        } catch (Problem e) {
            assertThat(e).hasMessageContaining(file.toString());
        }
    }

    private static void readAll(Object value, int depth) {
        if (value instanceof TorchTensor tensor) {
            assertThat(tensor.floats()).isNotNull();
        } else if (value instanceof Map<?, ?> map && depth > 0) {
            map.values().forEach(each -> readAll(each, depth - 1));
        } else if (value instanceof List<?> list && depth > 0) {
            list.forEach(each -> readAll(each, depth - 1));
        }
    }
}
