package graft.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import graft.node.Problem;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** What safetensors 0.8.0 reads is read with the same names and texts, and what it refuses is refused in a sentence. */
class SafeTensorsHeaderTest {

    @TempDir
    private Path folder;

    @TestFactory
    Stream<DynamicTest> asTheReferenceLibraryReadsThem() throws IOException {
        List<DynamicTest> tests = new ArrayList<>();
        try (InputStream in = getClass().getResourceAsStream("/graft/file/safetensors-0.8.0.json")) {
            JsonArray cases = JsonParser.parseString(new String(in.readAllBytes(), StandardCharsets.UTF_8))
                    .getAsJsonArray();
            for (JsonElement each : cases) {
                JsonObject known = each.getAsJsonObject();
                tests.add(DynamicTest.dynamicTest(known.get("case").getAsString(), () -> compare(known)));
            }
        }
        assertThat(tests).hasSizeGreaterThan(100);
        return tests.stream();
    }

    private void compare(JsonObject known) throws IOException {
        Path file = Files.createTempFile(folder, "header", ".safetensors");
        Files.write(file, Base64.getDecoder().decode(known.get("bytes").getAsString()));
        if (!known.has("read")) {
            assertThatThrownBy(() -> SafeTensors.open(file))
                    .isInstanceOf(Problem.class)
                    .hasMessageStartingWith("Cannot read " + file);
            return;
        }
        JsonObject read = known.getAsJsonObject("read");
        Map<String, String> texts = new TreeMap<>();
        read.getAsJsonObject("metadata").asMap().forEach((name, text) -> texts.put(name, text.getAsString()));
        List<String> names = read.getAsJsonArray("names").asList().stream()
                .map(JsonElement::getAsString)
                .toList();
        try (SafeTensors tensors = SafeTensors.open(file)) {
            assertThat(new TreeSet<>(tensors.names())).containsExactlyInAnyOrderElementsOf(names);
            assertThat(tensors.metadata()).containsExactlyInAnyOrderEntriesOf(texts);
        }
    }

    /** By the formats' definition: Micikevicius et al., 2022, table 1. */
    @Test
    void eightBitFloatsAreWidened() throws IOException {
        byte[] e4m3 = {0x38, (byte) 0xB8, 0x7E, 0x01, 0x08, 0x00};
        byte[] e5m2 = {0x3C, (byte) 0xC0, 0x7B, 0x01, 0x7C, 0x00};
        String header = "{\"a\":{\"dtype\":\"F8_E4M3\",\"shape\":[6],\"data_offsets\":[0,6]},"
                + "\"b\":{\"dtype\":\"F8_E5M2\",\"shape\":[6],\"data_offsets\":[6,12]},"
                + "\"c\":{\"dtype\":\"F8_E8M0\",\"shape\":[1],\"data_offsets\":[12,13]}}";
        Path file = Files.write(
                folder.resolve("eight.safetensors"),
                ByteBuffer.allocate(8 + header.length() + 13)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putLong(header.length())
                        .put(header.getBytes(StandardCharsets.UTF_8))
                        .put(e4m3)
                        .put(e5m2)
                        .array());
        try (SafeTensors tensors = SafeTensors.open(file)) {
            assertThat(tensors.floats("a")).containsExactly(1, -1, 448, 0x1p-9f, 0x1p-6f, 0);
            assertThat(tensors.floats("b")).containsExactly(1, -2, 57344, 0x1p-16f, Float.POSITIVE_INFINITY, 0);
            assertThatThrownBy(() -> tensors.floats("c"))
                    .isInstanceOf(Problem.class)
                    .hasMessageContaining("is stored as F8_E8M0, which Graft does not compute with");
        }
    }
}
