package graft.app.engine;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Everything that a node's result depends on: two equal ones mean the same result, bit for bit.
 *
 * <p>The node's id counts because it keys the node's random numbers.
 *
 * @param device where the numbers are computed
 * @param settings saved form by name
 * @param inputs key of the result that each wire brings, by input
 * @param reads state of the files and folders that are read, by path
 */
record Fingerprint(
        String node,
        String type,
        int version,
        String device,
        Map<String, String> settings,
        Map<String, String> inputs,
        Map<String, String> reads) {

    Fingerprint {
        settings = new TreeMap<>(settings);
        inputs = new TreeMap<>(inputs);
        reads = new TreeMap<>(reads);
    }

    /** SHA-256 of it all, in hexadecimal. */
    String key() {
        try {
            byte[] digest =
                    MessageDigest.getInstance("SHA-256").digest(toString().getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** What differs from an earlier one, as a clause: "steps changed from 20 to 25". */
    String changedSince(Fingerprint before) {
        if (!type.equals(before.type) || version != before.version) {
            return "it is another kind of node now";
        }
        if (!device.equals(before.device)) {
            return "the device changed from " + before.device + " to " + device;
        }
        for (String setting : settings.keySet()) {
            String was = before.settings.get(setting);
            if (!settings.get(setting).equals(was)) {
                return setting + " changed from " + was + " to " + settings.get(setting);
            }
        }
        if (!inputs.keySet().equals(before.inputs.keySet())) {
            return "its wires changed";
        }
        for (String input : inputs.keySet()) {
            if (!inputs.get(input).equals(before.inputs.get(input))) {
                return "what comes in at " + input + " changed";
            }
        }
        return "files changed that it reads";
    }

    /** Sizes and times of a file, or of all files in a folder. */
    static String stateOf(Path fileOrFolder) throws IOException {
        if (!Files.exists(fileOrFolder)) {
            return "absent";
        }
        StringBuilder state = new StringBuilder();
        try (Stream<Path> files = Files.walk(fileOrFolder)) {
            for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
                state.append(file)
                        .append(' ')
                        .append(Files.size(file))
                        .append(' ')
                        .append(Files.getLastModifiedTime(file).toMillis())
                        .append('\n');
            }
        }
        return state.toString();
    }
}
