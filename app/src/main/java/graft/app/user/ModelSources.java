package graft.app.user;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import graft.app.user.ModelFolders.Folder;
import graft.file.FileFault;
import graft.node.Problem;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Makes the list of model folders of the places that a user names: folders of ComfyUI, of the AUTOMATIC1111 web UI, of no program,
 * and files such as {@code extra_model_paths.yaml}.
 */
public final class ModelSources {

    /** The variable that names places, separated as in {@code PATH}. */
    public static final String VARIABLE = "GRAFT_MODELS";

    private ModelSources() {}

    /** Of the given places, then those of {@code GRAFT_MODELS}, then those of the editor's settings as they are kept. */
    public static ModelFolders ofThisUser(List<Path> given) {
        return ofThisUser(given, System.getenv(), ConfigFolder.path().resolve("settings.json"));
    }

    static ModelFolders ofThisUser(List<Path> given, Map<String, String> environment, Path settings) {
        List<Path> places = new ArrayList<>(given);
        places.addAll(named(environment));
        List<Problem> problems = new ArrayList<>();
        try {
            places.addAll(kept(settings));
        } catch (Problem damaged) {
            problems.add(damaged);
        }
        ModelFolders found = of(places, environment);
        problems.addAll(found.problems());
        return new ModelFolders(found.folders(), problems);
    }

    /** Of the places of {@code GRAFT_MODELS}, then of those that the user has chosen in the editor. */
    public static ModelFolders chosen(List<Path> chosen) {
        List<Path> places = new ArrayList<>(named(System.getenv()));
        places.addAll(chosen);
        return of(places, System.getenv());
    }

    private static List<Path> named(Map<String, String> environment) {
        return Arrays.stream(environment.getOrDefault(VARIABLE, "").split(Pattern.quote(File.pathSeparator), -1))
                .filter(place -> !place.isBlank())
                .map(place -> Path.of(place.strip()))
                .toList();
    }

    /** The folders that the settings of the editor name. */
    private static List<Path> kept(Path settings) {
        try {
            JsonObject json = JsonParser.parseString(Files.readString(settings)).getAsJsonObject();
            JsonArray folders = json.has("folders") ? json.getAsJsonArray("folders") : new JsonArray();
            return folders.asList().stream()
                    .map(folder -> Path.of(folder.getAsString()))
                    .toList();
        } catch (NoSuchFileException none) {
            return List.of();
        } catch (IOException
                | JsonParseException
                | IllegalStateException
                | ClassCastException
                | InvalidPathException damaged) {
            throw new Problem(
                            "cannot read the model folders in " + settings,
                            FileFault.why(damaged),
                            "mend the file, or remove it to begin with the defaults")
                    .causedBy(damaged);
        }
    }

    /** The folders of places, those of an earlier one first; what cannot be read is among the problems. */
    public static ModelFolders of(List<Path> places, Map<String, String> environment) {
        List<Folder> first = new ArrayList<>();
        List<Folder> others = new ArrayList<>();
        List<Problem> problems = new ArrayList<>();
        for (Path given : places) {
            Path place = given.toAbsolutePath().normalize();
            Path file = isYaml(place) ? place : place.resolve("extra_model_paths.yaml");
            List<Folder> own = isYaml(place) ? List.of() : Layout.of(place);
            others.addAll(own);
            if (isYaml(place) || Files.isRegularFile(file)) {
                try {
                    ExtraModelPaths paths = ExtraModelPaths.read(file, environment);
                    first.addAll(0, paths.first());
                    others.addAll(paths.others());
                } catch (Problem unreadable) {
                    problems.add(unreadable);
                }
            }
        }
        first.addAll(others);
        return new ModelFolders(first, problems);
    }

    /** Whether a place is a file that names folders, by its ending. */
    public static boolean isYaml(Path place) {
        String name = String.valueOf(place.getFileName()).toLowerCase(Locale.ROOT);
        return name.endsWith(".yaml") || name.endsWith(".yml");
    }
}
