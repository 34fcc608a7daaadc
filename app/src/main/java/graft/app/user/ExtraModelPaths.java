package graft.app.user;

import graft.app.user.ModelFolders.Folder;
import graft.file.TextFile;
import graft.node.Problem;
import graft.node.Setting.Collection;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/**
 * ComfyUI's {@code extra_model_paths.yaml}: sections of {@code base_path}, {@code is_default} and folders by what they hold, one a
 * line where there are several. What it holds that Graft has no use for is left out.
 *
 * @param first folders of sections that say {@code is_default}, the last such first as in ComfyUI
 * @param others the folders of the other sections, in the order of the file
 */
record ExtraModelPaths(List<Folder> first, List<Folder> others) {

    private static final Pattern VARIABLE =
            Pattern.compile("\\$\\{(?<braced>\\w+)}|\\$(?<plain>\\w+)|%(?<windows>\\w+)%");

    /** A file this long is none of folders; and so are as many references within. */
    private static final int MOST_LETTERS = 1 << 20;

    private static final int MOST_ALIASES = 20;

    /**
     * Reads the file.
     *
     * @param environment what {@code $NAME}, {@code ${NAME}} and {@code %NAME%} stand for
     * @throws Problem when it cannot be read or is not such a file
     */
    static ExtraModelPaths read(Path file, Map<String, String> environment) {
        String named = "the model folders in " + file;
        Object root = parsed(TextFile.read(file, named), named);
        Reader reader = new Reader(file.toAbsolutePath().getParent(), named, environment);
        if (root != null) {
            reader.mapping(root, "the file").forEach((title, section) -> {
                if (section != null) {
                    reader.section(String.valueOf(title), section);
                }
            });
        }
        return new ExtraModelPaths(reader.first, reader.others);
    }

    private static Object parsed(String text, String named) {
        LoadSettings settings = LoadSettings.builder()
                .setCodePointLimit(MOST_LETTERS)
                .setMaxAliasesForCollections(MOST_ALIASES)
                .build();
        try {
            return new Load(settings).loadFromString(text);
        } catch (MarkedYamlEngineException e) {
            String line = e.getProblemMark()
                    .map(Mark::getLine)
                    .map(number -> "line " + (number + 1) + " is not YAML, ")
                    .orElse("it is not YAML, ");
            boolean escaped = e.getProblem().contains("escape");
            throw wrong(
                            named,
                            line + e.getProblem(),
                            escaped ? "write Windows paths without quotes, or in single ones" : "mend the file")
                    .causedBy(e);
        } catch (YamlEngineException e) {
            throw wrong(
                            named,
                            "it is not YAML, "
                                    + e.getMessage().lines().findFirst().orElse(""),
                            "mend the file")
                    .causedBy(e);
        }
    }

    private static Problem wrong(String named, String why, String remedy) {
        return new Problem("cannot read " + named, why, remedy);
    }

    /** Sections of one file. */
    private static final class Reader {

        private final Path beside;
        private final String named;
        private final Map<String, String> environment;
        private final List<Folder> first = new ArrayList<>();
        private final List<Folder> others = new ArrayList<>();

        Reader(Path beside, String named, Map<String, String> environment) {
            this.beside = beside;
            this.named = named;
            this.environment = environment;
        }

        Map<?, ?> mapping(Object value, String what) {
            if (value instanceof Map<?, ?> mapping) {
                return mapping;
            }
            throw wrong(
                    named,
                    what + " holds no names with values",
                    "write it as ComfyUI's extra_model_paths.yaml.example");
        }

        void section(String title, Object value) {
            Map<?, ?> section = mapping(value, "the section " + title);
            Path base = section.get("base_path") == null
                    ? beside
                    : beside.resolve(path(text(section.get("base_path"), title, "base_path")));
            boolean isDefault = section.get("is_default") != null && isTrue(section.get("is_default"));
            if (section.get("base_path") != null) {
                Layout.inputs(base.normalize())
                        .forEach(folder -> add(isDefault, new Folder(Collection.PICTURES, folder)));
            }
            section.forEach((key, folders) -> {
                Collection collection = Layout.named(String.valueOf(key));
                if (collection != Collection.NONE && folders != null) {
                    lines(folders, title, String.valueOf(key))
                            .forEach(line -> add(
                                    isDefault,
                                    new Folder(collection, base.resolve(line).normalize())));
                }
            });
        }

        private void add(boolean isDefault, Folder folder) {
            if (isDefault) {
                first.add(0, folder);
            } else {
                others.add(folder);
            }
        }

        private List<Path> lines(Object value, String title, String key) {
            if (value instanceof List<?> list) {
                return list.stream().map(each -> path(text(each, title, key))).toList();
            }
            return text(value, title, key)
                    .lines()
                    .filter(line -> !line.isBlank())
                    .map(this::path)
                    .toList();
        }

        private String text(Object value, String title, String key) {
            if (value instanceof String text) {
                return text;
            }
            throw wrong(
                    named,
                    key + " of the section " + title + " is " + value + ", not a path",
                    "write a path, or one a line after " + key + ": |");
        }

        private Path path(String written) {
            String place = VARIABLE.matcher(written.strip()).replaceAll(this::variable);
            if (place.equals("~") || place.startsWith("~/") || place.startsWith("~\\")) {
                place = System.getProperty("user.home") + place.substring(1);
            }
            try {
                // Where / parts names, a \ is one of Windows; both do there.
                return Path.of(place.replace('\\', '/'));
            } catch (InvalidPathException e) {
                throw wrong(named, "\"" + written + "\" is no path here", "mend the file")
                        .causedBy(e);
            }
        }

        private String variable(java.util.regex.MatchResult found) {
            for (int group = 1; group <= 3; group++) {
                if (found.group(group) != null && environment.containsKey(found.group(group))) {
                    return Matcher.quoteReplacement(environment.get(found.group(group)));
                }
            }
            return Matcher.quoteReplacement(found.group());
        }

        /** As YAML 1.1 reads it, which ComfyUI does. */
        private static boolean isTrue(Object value) {
            return value.equals(true)
                    || List.of("true", "yes", "on", "y")
                            .contains(String.valueOf(value).toLowerCase(java.util.Locale.ROOT));
        }
    }
}
