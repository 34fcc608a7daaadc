package graft.app.engine;

import graft.app.engine.Plan.Source;
import graft.app.engine.Plan.Step;
import graft.app.plugin.PluginGate;
import graft.file.FileStamp;
import graft.node.SettingKind;
import graft.node.SettingSchema;
import graft.node.SocketSchema;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemLoopException;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
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
 * @param own a digest of what the node itself says that it depends on; empty when it says nothing
 */
record Fingerprint(
        String node,
        String type,
        int version,
        String device,
        Map<String, String> settings,
        Map<String, String> inputs,
        Map<String, String> reads,
        String own) {

    /** What a lazy input brings that the node did not ask for. */
    static final String NOT_ASKED = "not asked for";

    private static final String ABSENT = "absent";

    Fingerprint {
        settings = new TreeMap<>(settings);
        inputs = new TreeMap<>(inputs);
        reads = new TreeMap<>(reads);
    }

    /**
     * What a step's result would depend on.
     *
     * @param keyOf key of the result of the node that a wire leaves
     * @param valueOf what a wire brings, where it is known
     * @param asked whether an input brings anything: a lazy one may not have been asked for
     * @param own asks the node itself
     */
    static Fingerprint of(
            Step step,
            String device,
            Function<Source, String> keyOf,
            Function<Source, Optional<Object>> valueOf,
            Predicate<SocketSchema> asked,
            OwnFingerprints own)
            throws IOException {
        Map<String, String> settings = new HashMap<>();
        step.settings()
                .forEach((setting, value) ->
                        settings.put(setting.id(), setting.toJson(value).toString()));
        Function<Source, String> output =
                source -> keyOf.apply(source) + "." + source.output().id() + by(source);
        Map<String, String> inputs = new HashMap<>();
        step.inputs()
                .forEach((input, sources) -> inputs.put(
                        input.id(),
                        asked.test(input) ? sources.stream().map(output).collect(Collectors.joining(" ")) : NOT_ASKED));
        step.driven().forEach((setting, source) -> inputs.put(setting.id(), output.apply(source)));
        Map<String, String> reads = new HashMap<>();
        for (Path path : step.reads()) {
            reads.put(path.toString(), stateOf(path));
        }
        for (Map.Entry<SettingSchema, Source> driven : step.driven().entrySet()) {
            // The check could not know which file this would be.
            if (driven.getKey().kind() == SettingKind.PATH) {
                for (Object each : valueOf.apply(driven.getValue()).stream()
                        .flatMap(Turns::all)
                        .toList()) {
                    if (each instanceof String path) {
                        reads.put(path, stateOf(Path.of(path)));
                    }
                }
            }
        }
        return new Fingerprint(
                step.node(),
                step.schema().id(),
                step.schema().version(),
                device,
                settings,
                inputs,
                reads,
                own.of(step, settings(step, valueOf)));
    }

    /** With what comes over wires, where it is known; the first of a list. */
    private static Map<SettingSchema, Object> settings(Step step, Function<Source, Optional<Object>> valueOf) {
        Map<SettingSchema, Object> settings = new LinkedHashMap<>(step.settings());
        step.driven().forEach((setting, source) -> valueOf.apply(source)
                .filter(value -> source.converter().isEmpty())
                .flatMap(value -> setting.isList()
                        ? Optional.of(value)
                        : Turns.all(value).findFirst().<Object>map(first -> first))
                .ifPresent(value -> settings.put(setting, NodeFields.driven(setting, value))));
        return settings;
    }

    /** What converts the values on the way. */
    private static String by(Source source) {
        return source.converter()
                .map(converter -> " by " + PluginGate.className(converter))
                .orElse("");
    }

    /** SHA-256 of it all, in hexadecimal. */
    String key() {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            Stream.of(node, type, Integer.toString(version), device).forEach(part -> add(digest, part));
            for (Map<String, String> parts : List.of(settings, inputs, reads)) {
                add(digest, Integer.toString(parts.size()));
                parts.forEach((name, value) -> {
                    add(digest, name);
                    add(digest, value);
                });
            }
            if (!own.isEmpty()) {
                add(digest, own);
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The length goes first, so that no two lists of parts run together to the same bytes. */
    private static void add(MessageDigest digest, String part) {
        byte[] bytes = part.getBytes(StandardCharsets.UTF_8);
        digest.update((bytes.length + ":").getBytes(StandardCharsets.UTF_8));
        digest.update(bytes);
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
        if (!own.equals(before.own)) {
            return "it says that something else that it depends on changed";
        }
        return whatChangedOnDisk(before);
    }

    private String whatChangedOnDisk(Fingerprint before) {
        if (!reads.keySet().equals(before.reads.keySet())) {
            return "it reads other files";
        }
        for (String path : reads.keySet()) {
            List<String> now = reads.get(path).lines().toList();
            List<String> then = before.reads.get(path).lines().toList();
            Optional<String> changed = Stream.concat(
                            now.stream().filter(line -> !then.contains(line)),
                            then.stream().filter(line -> !now.contains(line)))
                    .findFirst();
            if (changed.isPresent()) {
                // A line ends with the stamp; absence has none.
                String file =
                        changed.get().equals(ABSENT) ? path : changed.get().replaceFirst(" [^ ]*$", "");
                return "the file " + file + " changed";
            }
        }
        return "something changed";
    }

    /** The stamp of a file, or of all files in a folder, linked ones too. */
    static String stateOf(Path fileOrFolder) throws IOException {
        if (!Files.exists(fileOrFolder)) {
            return ABSENT;
        }
        List<Path> files = new ArrayList<>();
        Files.walkFileTree(
                fileOrFolder, EnumSet.of(FileVisitOption.FOLLOW_LINKS), Integer.MAX_VALUE, new SimpleFileVisitor<>() {
                    @Override
                    public FileVisitResult visitFile(Path file, BasicFileAttributes told) {
                        if (told.isRegularFile()) {
                            files.add(file);
                        }
                        return FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult visitFileFailed(Path file, IOException failure) throws IOException {
                        // A link to a folder around it: what it leads to is walked already.
                        if (failure instanceof FileSystemLoopException) {
                            return FileVisitResult.CONTINUE;
                        }
                        throw failure;
                    }
                });
        Collections.sort(files);
        StringBuilder state = new StringBuilder();
        for (Path file : files) {
            state.append(file).append(' ').append(FileStamp.of(file).text()).append('\n');
        }
        return state.toString();
    }
}
