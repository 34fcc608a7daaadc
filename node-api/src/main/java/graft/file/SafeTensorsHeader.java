package graft.file;

import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import com.google.gson.stream.JsonWriter;
import com.google.gson.stream.MalformedJsonException;
import graft.file.SafeTensors.DType;
import graft.file.SafeTensors.Entry;
import java.io.EOFException;
import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The JSON header of a safetensors file.
 *
 * <p>What {@code safetensors} 0.8.0 reads is read and what it refuses is refused ({@code tensor.rs} of
 * huggingface/safetensors), but for counts of 2⁶³ and more and tensors larger than 2 GiB.
 *
 * @param entries by name, in the order in which their bytes lie
 */
record SafeTensorsHeader(Map<String, String> metadata, Map<String, Entry> entries) {

    /** Why a header is not one, as the middle of a sentence. */
    static final class Invalid extends Exception {
        private static final long serialVersionUID = 1;

        Invalid(String why) {
            super(why);
        }
    }

    private static final String METADATA = "__metadata__";
    private static final Set<String> FIELDS = Set.of("dtype", "shape", "data_offsets");

    /**
     * @param dataBytes how many bytes follow the header
     */
    static SafeTensorsHeader parse(String json, long dataBytes) throws Invalid {
        if (!json.stripLeading().startsWith("{")) {
            throw new Invalid("its header does not start with \"{\"");
        }
        Map<String, String> metadata = null;
        Map<String, Entry> byName = new LinkedHashMap<>();
        try (JsonReader reader = new JsonReader(new StringReader(json))) {
            reader.setStrictness(Strictness.STRICT);
            reader.beginObject();
            boolean described = false;
            while (reader.hasNext()) {
                String name = text(reader.nextName());
                if (!name.equals(METADATA)) {
                    byName.put(name, entry(name, reader));
                } else if (described) {
                    throw new Invalid("its header has two " + METADATA + " sections");
                } else {
                    described = true;
                    metadata = metadata(reader);
                }
            }
            reader.endObject();
            if (reader.peek() != JsonToken.END_DOCUMENT) {
                throw new Invalid("its header goes on after the closing \"}\"");
            }
        } catch (MalformedJsonException | EOFException e) {
            throw new Invalid("its header is not valid JSON");
        } catch (IOException e) {
            throw new AssertionError("a string is always readable", e);
        }
        for (Entry entry : byName.values()) {
            check(entry);
        }
        return new SafeTensorsHeader(metadata == null ? Map.of() : metadata, inOrder(byName, dataBytes));
    }

    /** Of two metadata of one name the last counts, as of two tensors. */
    private static Map<String, String> metadata(JsonReader reader) throws IOException, Invalid {
        if (reader.peek() == JsonToken.NULL) {
            reader.nextNull();
            return Map.of();
        }
        expect(reader, JsonToken.BEGIN_OBJECT, METADATA, "an object");
        Map<String, String> metadata = new LinkedHashMap<>();
        reader.beginObject();
        while (reader.hasNext()) {
            String key = text(reader.nextName());
            expect(reader, JsonToken.STRING, "its metadata \"" + key + "\"", "a text");
            metadata.put(key, text(reader.nextString()));
        }
        reader.endObject();
        return metadata;
    }

    /** Half a pair of surrogates is no character, which the JSON reader lets pass. */
    private static String text(String read) throws Invalid {
        if (!StandardCharsets.UTF_8.newEncoder().canEncode(read)) {
            throw new Invalid("its header is not valid JSON");
        }
        return read;
    }

    /** As an object, or as a list of the same three values, which serde takes too. */
    private static Entry entry(String name, JsonReader reader) throws IOException, Invalid {
        DType dtype = null;
        long[] shape = null;
        long[] offsets = null;
        if (reader.peek() == JsonToken.BEGIN_ARRAY) {
            reader.beginArray();
            dtype = dtype(name, reader);
            shape = numbers(reader, "the shape of \"" + name + "\"");
            offsets = numbers(reader, "the data_offsets of \"" + name + "\"");
            expect(reader, JsonToken.END_ARRAY, "tensor \"" + name + "\"", "a list of three");
            reader.endArray();
        } else {
            expect(reader, JsonToken.BEGIN_OBJECT, "tensor \"" + name + "\"", "an object");
            reader.beginObject();
            Set<String> seen = new HashSet<>();
            while (reader.hasNext()) {
                String field = text(reader.nextName());
                if (FIELDS.contains(field) && !seen.add(field)) {
                    throw new Invalid("tensor \"" + name + "\" has two fields \"" + field + "\"");
                }
                switch (field) {
                    case "dtype" -> dtype = dtype(name, reader);
                    case "shape" -> shape = numbers(reader, "the shape of \"" + name + "\"");
                    case "data_offsets" -> offsets = numbers(reader, "the data_offsets of \"" + name + "\"");
                    default -> reader.skipValue();
                }
            }
            reader.endObject();
        }
        if (dtype == null || shape == null || offsets == null || offsets.length != 2) {
            throw new Invalid("tensor \"" + name + "\" lacks its dtype, shape or two data_offsets");
        }
        return new Entry(name, dtype, shape, offsets[0], offsets[1]);
    }

    private static void check(Entry entry) throws Invalid {
        long bits;
        try {
            long elements = 1;
            for (long dimension : entry.shape()) {
                elements = Math.multiplyExact(elements, dimension);
            }
            bits = Math.multiplyExact(elements, entry.dtype().bits());
        } catch (ArithmeticException e) {
            throw new Invalid("tensor \"" + entry.name() + "\" has a shape too large for any file");
        }
        if (bits % Byte.SIZE != 0) {
            throw new Invalid("tensor \"" + entry.name() + "\" ends within a byte: its " + entry.dtype()
                    + " numbers take " + bits + " bits");
        }
        long bytes = bits / Byte.SIZE;
        if (entry.end() < entry.begin() || entry.end() - entry.begin() != bytes) {
            throw new Invalid("tensor \"" + entry.name() + "\" takes " + bytes + " bytes by its shape but "
                    + (entry.end() - entry.begin()) + " by its data_offsets");
        }
        if (bytes > Integer.MAX_VALUE) {
            throw new Invalid("tensor \"" + entry.name() + "\" is larger than 2 GiB, which Graft cannot map");
        }
    }

    /** As a text, or as an object with that name and nothing in it, which serde takes too. */
    private static DType dtype(String name, JsonReader reader) throws IOException, Invalid {
        if (reader.peek() == JsonToken.BEGIN_OBJECT) {
            reader.beginObject();
            expect(reader, JsonToken.NAME, "the dtype of \"" + name + "\"", "a text");
            DType named = dtype(name, reader.nextName());
            expect(reader, JsonToken.NULL, "the dtype of \"" + name + "\"", "a text");
            reader.nextNull();
            expect(reader, JsonToken.END_OBJECT, "the dtype of \"" + name + "\"", "a text");
            reader.endObject();
            return named;
        }
        expect(reader, JsonToken.STRING, "the dtype of \"" + name + "\"", "a text");
        return dtype(name, reader.nextString());
    }

    private static DType dtype(String name, String spelled) throws Invalid {
        for (DType dtype : DType.values()) {
            if (dtype.name().equals(spelled)) {
                return dtype;
            }
        }
        throw new Invalid("tensor \"" + name + "\" is stored as " + spelled + ", and safetensors has "
                + Arrays.stream(DType.values()).map(DType::name).collect(Collectors.joining(", ")));
    }

    private static long[] numbers(JsonReader reader, String what) throws IOException, Invalid {
        expect(reader, JsonToken.BEGIN_ARRAY, what, "a list of whole numbers");
        List<Long> numbers = new ArrayList<>();
        reader.beginArray();
        while (reader.hasNext()) {
            expect(reader, JsonToken.NUMBER, what, "a list of whole numbers");
            String digits = reader.nextString();
            try {
                // Java's own would take a sign too.
                numbers.add(digits.matches("[0-9]+") ? Long.parseLong(digits) : -1L);
            } catch (NumberFormatException tooLarge) {
                numbers.add(-1L);
            }
            if (numbers.get(numbers.size() - 1) < 0) {
                throw new Invalid(what + " holds " + digits + ", which is no count");
            }
        }
        reader.endArray();
        return numbers.stream().mapToLong(Long::longValue).toArray();
    }

    private static void expect(JsonReader reader, JsonToken token, String what, String wanted)
            throws IOException, Invalid {
        if (reader.peek() != token) {
            throw new Invalid(what + " is not " + wanted);
        }
    }

    /** Tensors must fill the data from the first byte to the last, without a hole or an overlap. */
    private static Map<String, Entry> inOrder(Map<String, Entry> byName, long dataBytes) throws Invalid {
        List<Entry> sorted = new ArrayList<>(byName.values());
        sorted.sort(Comparator.comparingLong(Entry::begin).thenComparingLong(Entry::end));
        Map<String, Entry> entries = new LinkedHashMap<>();
        long at = 0;
        for (Entry entry : sorted) {
            if (entry.begin() != at) {
                throw new Invalid("tensor \"" + entry.name() + "\" starts at byte " + entry.begin() + " where byte "
                        + at + " was expected, so tensors overlap or leave a hole");
            }
            at = entry.end();
            entries.put(entry.name(), entry);
        }
        if (at > dataBytes) {
            throw new Invalid(
                    "it is cut short, its tensors take " + at + " bytes and only " + dataBytes + " are there");
        }
        if (at < dataBytes) {
            throw new Invalid((dataBytes - at) + " bytes follow its last tensor");
        }
        return entries;
    }

    /** The header as text; metadata in the order of its keys, so that equal content gives equal bytes. */
    String json() {
        StringWriter text = new StringWriter();
        try (JsonWriter writer = new JsonWriter(text)) {
            writer.setHtmlSafe(false);
            writer.beginObject();
            if (!metadata.isEmpty()) {
                writer.name(METADATA).beginObject();
                for (Map.Entry<String, String> line : new TreeMap<>(metadata).entrySet()) {
                    writer.name(line.getKey()).value(line.getValue());
                }
                writer.endObject();
            }
            for (Entry entry : entries.values()) {
                writer.name(entry.name()).beginObject();
                writer.name("dtype").value(entry.dtype().name());
                writer.name("shape").beginArray();
                for (long dimension : entry.shape()) {
                    writer.value(dimension);
                }
                writer.endArray();
                writer.name("data_offsets").beginArray();
                writer.value(entry.begin()).value(entry.end()).endArray();
                writer.endObject();
            }
            writer.endObject();
        } catch (IOException e) {
            throw new AssertionError("a string is always writable", e);
        }
        return text.toString();
    }
}
