package graft.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import graft.file.SafeTensors.DType;
import graft.file.SafeTensors.Tensor;
import graft.node.Problem;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
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

final class SafeTensorsTest {

    private static Path folder;

    // The properties run under jqwik, the examples under Jupiter: each makes the folder of its own run.
    @BeforeAll
    @BeforeContainer
    static void makeFolder() throws IOException {
        folder = Files.createTempDirectory("safetensors");
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

    private static byte[] file(String header, int dataBytes) {
        byte[] json = header.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(8 + json.length + dataBytes)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(json.length)
                .put(json)
                .array();
    }

    @Test
    void floatsOfEveryTypeAreWidened() throws IOException {
        ByteBuffer data = ByteBuffer.allocate(52).order(ByteOrder.LITTLE_ENDIAN);
        data.putDouble(-1.5).putLong(-3).putFloat(0.25f).putInt(70_000);
        data.putShort((short) 0x3555).putShort((short) 0x0001); // F16: nearly 1/3, the smallest subnormal
        data.putShort((short) 0xC049).putShort((short) 0x7F80); // BF16: -3.140625, infinity
        data.putShort((short) -2).put((byte) -1).put((byte) -1).put((byte) 1).put((byte) 0);
        byte[] bytes = file("""
                {"f64":{"dtype":"F64","shape":[1],"data_offsets":[0,8]},
                "i64":{"dtype":"I64","shape":[],"data_offsets":[8,16]},
                "f32":{"dtype":"F32","shape":[1,1],"data_offsets":[16,20]},
                "i32":{"dtype":"I32","shape":[1],"data_offsets":[20,24]},
                "f16":{"dtype":"F16","shape":[2],"data_offsets":[24,28]},
                "bf16":{"dtype":"BF16","shape":[2],"data_offsets":[28,32]},
                "i16":{"dtype":"I16","shape":[1],"data_offsets":[32,34]},
                "i8":{"dtype":"I8","shape":[1],"data_offsets":[34,35]},
                "u8":{"dtype":"U8","shape":[1],"data_offsets":[35,36]},
                "bool":{"dtype":"BOOL","shape":[2],"data_offsets":[36,38]},
                "empty":{"dtype":"F32","shape":[0,7],"data_offsets":[38,38]}}""", 38);
        System.arraycopy(data.array(), 0, bytes, bytes.length - 38, 38);
        try (SafeTensors tensors = SafeTensors.open(Files.write(folder.resolve("types"), bytes))) {
            assertThat(tensors.floats("f64")).containsExactly(-1.5f);
            assertThat(tensors.floats("i64")).containsExactly(-3);
            assertThat(tensors.floats("f32")).containsExactly(0.25f);
            assertThat(tensors.floats("i32")).containsExactly(70_000);
            assertThat(tensors.floats("f16")).containsExactly(0.33325195f, 0x1p-24f);
            assertThat(tensors.floats("bf16")).containsExactly(-3.140625f, Float.POSITIVE_INFINITY);
            assertThat(tensors.floats("i16")).containsExactly(-2);
            assertThat(tensors.floats("i8")).containsExactly(-1);
            assertThat(tensors.floats("u8")).containsExactly(255);
            assertThat(tensors.floats("bool")).containsExactly(1, 0);
            assertThat(tensors.floats("empty")).isEmpty();
            assertThat(tensors.metadata()).isEmpty();
            assertThat(tensors.bytes("f32").isDirect()).isTrue();
            assertThat(tensors.bytes("f32").order()).isEqualTo(ByteOrder.LITTLE_ENDIAN);
        }
    }

    static Stream<List<String>> brokenFiles() {
        String ok = "\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}";
        return Stream.of(
                List.of("{" + ok + "} x", "8", "not valid JSON"),
                List.of("[]", "0", "does not start with"),
                List.of("{" + ok + "}", "9", "1 bytes follow its last tensor"),
                List.of("{" + ok + "}", "7", "it is cut short"),
                List.of("{\"a\":{\"dtype\":\"F32\",\"shape\":[3],\"data_offsets\":[0,8]}}", "8", "takes 12 bytes"),
                List.of("{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[4,12]}}", "12", "leave a hole"),
                List.of(
                        "{" + ok + ",\"b\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[4,8]}}",
                        "8",
                        "tensors overlap"),
                List.of("{\"a\":{\"dtype\":\"F32\",\"shape\":[-2],\"data_offsets\":[0,8]}}", "8", "-2"),
                List.of("{\"a\":{\"dtype\":\"F32\",\"shape\":[2.0],\"data_offsets\":[0,8]}}", "8", "2.0"),
                List.of("{\"a\":{\"dtype\":\"F32\",\"shape\":[\"2\"],\"data_offsets\":[0,8]}}", "8", "whole numbers"),
                List.of("{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[8,0]}}", "8", "by its data_offsets"),
                List.of("{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0]}}", "8", "two data_offsets"),
                List.of("{\"a\":{\"dtype\":\"F32\",\"data_offsets\":[0,8]}}", "8", "lacks its dtype, shape"),
                List.of(
                        "{\"a\":{\"dtype\":\"F9\",\"shape\":[8],\"data_offsets\":[0,8]}}",
                        "8",
                        "is stored as F9, and safetensors has F64, F32"),
                List.of(
                        "{\"a\":{\"dtype\":\"F32\",\"shape\":[4294967296,4294967296,4294967296],"
                                + "\"data_offsets\":[0,8]}}",
                        "8",
                        "too large for any file"),
                List.of("{\"__metadata__\":{\"n\":1}," + ok + "}", "8", "its metadata \"n\" is not a text"),
                List.of("{\"__metadata__\":[]," + ok + "}", "8", "__metadata__ is not an object"),
                List.of("{\"a\":7}", "8", "tensor \"a\" is not an object"));
    }

    @ParameterizedTest
    @MethodSource("brokenFiles")
    void everyBrokenRuleIsOneSentence(List<String> broken) throws IOException {
        Path path = Files.write(folder.resolve("broken"), file(broken.get(0), Integer.parseInt(broken.get(1))));
        assertThatThrownBy(() -> SafeTensors.open(path))
                .isInstanceOf(Problem.class)
                .hasMessageStartingWith("Cannot read " + path + ": ")
                .hasMessageContaining(broken.get(2))
                .hasMessageEndingWith(".");
    }

    @Test
    void whatIsNoSafetensorsFileAtAllIsOneSentence() throws IOException {
        assertSentence(folder.resolve("nowhere"), "there is no such file; check the path.");
        assertSentence(folder, "it is a folder; choose the .safetensors file inside it.");
        assertSentence(Files.write(folder.resolve("short"), new byte[3]), "it is 3 bytes long");
        assertSentence(
                Files.write(folder.resolve("pickle"), "PK\3\4xxxxxxxxxxxxxxxx".getBytes(StandardCharsets.ISO_8859_1)),
                "it is a PyTorch pickle and not safetensors; convert it to .safetensors");
        assertSentence(
                Files.writeString(folder.resolve("html"), "<!DOCTYPE html>"),
                "it is a web page and no safetensors file; download it again");
        assertSentence(
                Files.write(folder.resolve("cut"), new byte[] {100, 0, 0, 0, 0, 0, 0, 0, '{'}),
                "it is cut short inside its header");
        assertSentence(
                Files.write(folder.resolve("latin"), new byte[] {3, 0, 0, 0, 0, 0, 0, 0, '{', (byte) 0xE9, '}'}),
                "its header is not UTF-8 text");
    }

    private static void assertSentence(Path file, String part) {
        assertThatThrownBy(() -> SafeTensors.open(file))
                .isInstanceOf(Problem.class)
                .hasMessageStartingWith("Cannot read " + file)
                .hasMessageContaining(part);
    }

    @Test
    void aTensorThatIsNotThereIsOneSentence() {
        Path file = folder.resolve("one");
        SafeTensors.write(file, List.of(Tensor.of("a", DType.F32, new long[] {1}, new float[] {1})), Map.of());
        try (SafeTensors tensors = SafeTensors.open(file)) {
            assertThatThrownBy(() -> tensors.floats("b"))
                    .isInstanceOf(Problem.class)
                    .hasMessageContaining("it has no tensor \"b\"");
        }
    }

    @Test
    void widestElementsComeFirstThenNamesAndTheHeaderIsPadded() throws IOException {
        Path file = folder.resolve("sorted");
        SafeTensors.write(
                file,
                List.of(
                        Tensor.of("b", DType.F16, new long[] {1}, new float[] {1}),
                        Tensor.of("c", DType.F32, new long[] {}, new float[] {2}),
                        Tensor.of("a", DType.F16, new long[] {1}, new float[] {3})),
                Map.of("z", "1", "a", "é"));
        byte[] bytes = Files.readAllBytes(file);
        int length = (int) ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong();
        assertThat(new String(bytes, 8, length, StandardCharsets.UTF_8))
                .startsWith("{\"__metadata__\":{\"a\":\"é\",\"z\":\"1\"},"
                        + "\"c\":{\"dtype\":\"F32\",\"shape\":[],\"data_offsets\":[0,4]},"
                        + "\"a\":{\"dtype\":\"F16\",\"shape\":[1],\"data_offsets\":[4,6]},"
                        + "\"b\":{\"dtype\":\"F16\",\"shape\":[1],\"data_offsets\":[6,8]}}");
        assertThat(length % 8).isZero();
        assertThat(bytes).hasSize(8 + length + 8);
    }

    @Test
    void floatsAreRoundedPieceByPieceAsAllAtOnce() throws IOException {
        float[] values = new float[200_000];
        Random random = new Random(5);
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        long[] shape = {values.length};
        ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        for (DType dtype : List.of(DType.F32, DType.F16, DType.BF16)) {
            Path whole = folder.resolve("whole");
            Path pieces = folder.resolve("pieces");
            SafeTensors.write(whole, List.of(Tensor.of("a", dtype, shape, values)), Map.of());
            SafeTensors.write(
                    pieces,
                    List.of(Tensor.of("a", dtype, shape, sink -> {
                        sink.put(bytes.slice(0, 4));
                        sink.put(bytes.slice(4, 4 * values.length - 4));
                    })),
                    Map.of());
            assertThat(pieces).hasSameBinaryContentAs(whole);
        }
    }

    @Test
    void elementsThatAreNotAsManyAsTheShapeSaysLeaveNoFile() {
        Path file = folder.resolve("short-of-elements");
        Tensor tensor = new Tensor("a", DType.F32, new long[] {2}, sink -> sink.put(ByteBuffer.allocate(4)));
        assertThatThrownBy(() -> SafeTensors.write(file, List.of(tensor), Map.of()))
                .hasMessage("a takes 8 bytes by its shape but has 4");
        assertThat(file).doesNotExist();
    }

    @Test
    void whatIsReadBackOtherwiseThanItWasWrittenLeavesWhatWasThere() throws IOException {
        Path file = folder.resolve("kept");
        SafeTensors.write(file, List.of(Tensor.of("a", DType.F32, new long[] {1}, new float[] {1})), Map.of());
        byte[] before = Files.readAllBytes(file);
        byte[] asked = {0};
        Tensor fickle =
                new Tensor("a", DType.U8, new long[] {1}, sink -> sink.put(ByteBuffer.wrap(new byte[] {asked[0]++})));
        assertThatThrownBy(() -> SafeTensors.write(file, List.of(fickle), Map.of()))
                .isInstanceOf(Problem.class)
                .hasMessageContaining("what was read back is not what was written");
        assertThat(file).hasBinaryContent(before);
    }

    @Test
    void aTensorReadsIntoALargerBuffer() {
        Path file = folder.resolve("into");
        SafeTensors.write(
                file,
                List.of(
                        Tensor.of("a", DType.F32, new long[] {1}, new float[] {1}),
                        Tensor.of("b", DType.F32, new long[] {2}, new float[] {2, 3})),
                Map.of());
        try (SafeTensors tensors = SafeTensors.open(file)) {
            ByteBuffer buffer = ByteBuffer.allocateDirect(64);
            tensors.read("b", buffer);
            assertThat(buffer.remaining()).isEqualTo(8);
            assertThat(buffer.getFloat()).isEqualTo(2);
            assertThat(buffer.getFloat()).isEqualTo(3);
        }
    }

    @Test
    void writingIntoABufferChangesNoFile() throws IOException {
        Path file = folder.resolve("private");
        SafeTensors.write(file, List.of(Tensor.of("a", DType.F32, new long[] {1}, new float[] {1})), Map.of());
        byte[] before = Files.readAllBytes(file);
        try (SafeTensors tensors = SafeTensors.open(file)) {
            tensors.bytes("a").putFloat(7);
            assertThat(tensors.floats("a")).containsExactly(7);
        }
        assertThat(file).hasBinaryContent(before);
    }

    @Test
    void theHashIsThatOfTheBytesAfterTheHeader() throws Exception {
        List<Tensor> tensors = List.of(
                Tensor.of("b", DType.F16, new long[] {1}, new float[] {1}),
                Tensor.of("c", DType.F32, new long[] {}, new float[] {2}));
        Path file = folder.resolve("hash");
        SafeTensors.write(file, tensors, Map.of());
        byte[] bytes = Files.readAllBytes(file);
        byte[] data = Arrays.copyOfRange(bytes, bytes.length - 6, bytes.length);
        byte[] hash = MessageDigest.getInstance("SHA-256").digest(data);
        assertThat(SafeTensors.dataHash(tensors)).isEqualTo(HexFormat.of().formatHex(hash));
    }

    @Property(tries = 200)
    void whatIsWrittenIsReadBack(@ForAll("tensorLists") List<Tensor> tensors, @ForAll Map<String, String> metadata)
            throws IOException {
        Map<String, String> sayable = new LinkedHashMap<>();
        metadata.forEach((key, value) -> sayable.put(utf8(key), utf8(value)));
        Path file = folder.resolve("round-trip");
        SafeTensors.write(file, tensors, sayable);
        try (SafeTensors back = SafeTensors.open(file)) {
            assertThat(back.metadata()).isEqualTo(sayable);
            assertThat(back.names()).hasSize(tensors.size());
            for (Tensor tensor : tensors) {
                assertThat(back.entry(tensor.name()).dtype()).isEqualTo(tensor.dtype());
                assertThat(back.entry(tensor.name()).shape()).isEqualTo(tensor.shape());
                tensor.elements()
                        .to(bytes -> assertThat(back.bytes(tensor.name()).mismatch(bytes))
                                .isEqualTo(-1));
            }
        }
    }

    /** Text as UTF-8 can hold it: half a surrogate pair becomes a question mark. */
    private static String utf8(String text) {
        return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
    }

    @Provide
    Arbitrary<List<Tensor>> tensorLists() {
        Arbitrary<long[]> shapes = Arbitraries.longs()
                .between(0, 5)
                .array(long[].class)
                .ofMinSize(0)
                .ofMaxSize(4);
        Arbitrary<Tensor> tensors = Combinators.combine(
                        Arbitraries.strings().ofMaxLength(12).map(SafeTensorsTest::utf8),
                        // Graft writes no numbers that share a byte.
                        Arbitraries.of(DType.class).filter(dtype -> dtype.bits() % Byte.SIZE == 0),
                        shapes,
                        Arbitraries.longs())
                .as((name, dtype, shape, seed) -> {
                    long bytes = dtype.bytes();
                    for (long dimension : shape) {
                        bytes *= dimension;
                    }
                    byte[] data = new byte[(int) bytes];
                    new Random(seed).nextBytes(data);
                    return new Tensor(name, dtype, shape, ByteBuffer.wrap(data));
                });
        return tensors.list().ofMaxSize(8).uniqueElements(Tensor::name);
    }

    /** Whatever bytes come: a file opens and every tensor reads, or it is one Problem. Never another error. */
    @Property(tries = 3000)
    void damagedBytesGiveAProblemOrAFile(@ForAll long seed) throws IOException {
        Random random = new Random(seed);
        byte[] bytes = file(
                "{\"__metadata__\":{\"k\":\"v\"},\"a\":{\"dtype\":\"F32\",\"shape\":[2,1],\"data_offsets\":[0,8]},"
                        + "\"b\":{\"dtype\":\"F16\",\"shape\":[],\"data_offsets\":[8,10]}}",
                10);
        List<Byte> damaged = new ArrayList<>();
        for (byte b : bytes) {
            damaged.add(b);
        }
        for (int i = 0; i <= random.nextInt(4); i++) {
            int at = random.nextInt(damaged.size());
            switch (random.nextInt(5)) {
                case 0 -> damaged.set(at, (byte) random.nextInt(256));
                case 1 -> damaged.remove(at);
                case 2 -> damaged.add(at, (byte) "0123456789{}[]\",:-e".charAt(random.nextInt(19)));
                case 3 -> damaged.subList(at, damaged.size()).clear();
                default -> damaged.set(at, (byte) ('0' + random.nextInt(10)));
            }
            if (damaged.isEmpty()) {
                damaged.add((byte) 0);
            }
        }
        byte[] broken = new byte[damaged.size()];
        for (int i = 0; i < broken.length; i++) {
            broken[i] = damaged.get(i);
        }
        Path file = Files.write(folder.resolve("damaged"), broken);
        try (SafeTensors tensors = SafeTensors.open(file)) {
            for (String name : tensors.names()) {
                assertThat(tensors.floats(name)).isNotNull();
            }
        } catch (Problem e) {
            assertThat(e).hasMessageContaining(file.toString());
        }
    }

    @Property(tries = 1000)
    void headersOfAnyLengthThatIsClaimedTakeNoMemoryThatIsNotThere(@ForAll long claimed) throws IOException {
        byte[] bytes = ByteBuffer.allocate(24)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(claimed)
                .array();
        Path file = Files.write(folder.resolve("claimed"), bytes);
        assertThatThrownBy(() -> SafeTensors.open(file)).isInstanceOf(Problem.class);
    }
}
