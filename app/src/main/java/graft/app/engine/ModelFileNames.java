package graft.app.engine;

import graft.app.user.ModelFolders;
import graft.node.Problem;
import graft.node.Setting.Collection;
import graft.node.SettingSchema;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Turns the names of models, adapters and their like in settings into files of the user's model folders. What is a file from where
 * Graft runs, a whole path or built in stays as it is.
 */
record ModelFileNames(ModelFolders folders) {

    private static final int MOST_NAMED = 4;

    /** The setting's value, or in place of a name the whole path of the file that it names first. */
    Object resolved(SettingSchema setting, Object value) {
        return found(setting, value).stream()
                .findFirst()
                .map(file -> value instanceof Path ? file : (Object) file.toString())
                .orElse(value);
    }

    /** That a name is there more than once, as a sentence. */
    Optional<String> ambiguity(SettingSchema setting, Object value) {
        List<Path> found = found(setting, value);
        return found.size() < 2
                ? Optional.empty()
                : Optional.of("there are " + found.size() + " files " + value + " in the model folders: " + found.get(0)
                        + " is taken, and not "
                        + found.subList(1, found.size()).stream()
                                .map(Path::toString)
                                .collect(Collectors.joining(", ")));
    }

    /** What could not be read of the folders, where a name was looked for in them and they do not have it. */
    List<Problem> unread(SettingSchema setting, Object value) {
        return isMissing(setting, value) ? folders.problems() : List.of();
    }

    /** A problem with a setting, with where its name was looked for if it names nothing. */
    Problem explained(Problem problem, SettingSchema setting, Object value) {
        Collection collection = setting.declared().collection();
        List<Path> places = folders.of(collection);
        if (!isMissing(setting, value)) {
            return problem;
        }
        String looked = places.isEmpty() ? "" : ", and none of that name in the model folders " + words(places);
        return new Problem(
                        problem.happened(), problem.why() + looked, remedy(problem, collection, String.valueOf(value)))
                .causedBy(problem)
                .at(setting.id());
    }

    private String remedy(Problem problem, Collection collection, String name) {
        if (folders.of(collection).isEmpty()) {
            return problem.remedy()
                    + ", or say where your models are: with --models, GRAFT_MODELS or the editor's settings";
        }
        List<String> alike = folders.alike(collection, name);
        return alike.isEmpty()
                ? problem.remedy()
                : "perhaps " + String.join(" or ", alike.subList(0, Math.min(MOST_NAMED, alike.size()))) + " is meant";
    }

    private static String words(List<Path> places) {
        String named = places.stream()
                .limit(MOST_NAMED)
                .map(place -> place + (Files.isDirectory(place) ? "" : " (which is not there)"))
                .collect(Collectors.joining(", "));
        return places.size() > MOST_NAMED ? named + " and " + (places.size() - MOST_NAMED) + " more" : named;
    }

    private boolean isMissing(SettingSchema setting, Object value) {
        return isName(setting, value) && found(setting, value).isEmpty();
    }

    private List<Path> found(SettingSchema setting, Object value) {
        return isName(setting, value) ? folders.find(setting.declared().collection(), value.toString()) : List.of();
    }

    private boolean isName(SettingSchema setting, Object value) {
        return value != null && folders.isName(setting.declared().collection(), value.toString());
    }
}
