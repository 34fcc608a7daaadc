package graft.app.editor.shell;

import com.formdev.flatlaf.util.UIScale;
import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import graft.app.editor.Commands;
import graft.app.editor.Keymap;
import graft.app.editor.Theme;
import graft.app.user.ConfigFolder;
import graft.file.AtomicFile;
import graft.file.FileFault;
import graft.node.Problem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import javax.swing.KeyStroke;

/**
 * What the user chose in the settings dialog, as {@code settings.json} of the {@link ConfigFolder} keeps it. Immutable.
 *
 * @param look which theme
 * @param accent {@code #RRGGBB}
 * @param scale of all that is shown, 1 for 100 %; 0.75 to 3
 * @param folders where models, adapters and embeddings are looked for
 * @param device as {@code --device} of the command line takes it: auto, cpu, cuda or cuda:1
 * @param worker whether runs have a process of their own, whose death takes nothing else
 * @param autosave seconds from an edit until files are saved by themselves, at most 600; 0 leaves it to the user
 * @param keymap the keys of commands
 */
record Preferences(
        Look look,
        String accent,
        double scale,
        List<Path> folders,
        String device,
        boolean worker,
        int autosave,
        Keymap keymap) {

    /** Which theme. */
    enum Look {
        /** As the desktop has it. */
        SYSTEM,
        LIGHT,
        DARK;

        /** The theme that it is now; takes a moment when the desktop has to be asked. */
        Theme theme() {
            return switch (this) {
                case LIGHT -> Theme.LIGHT;
                case DARK -> Theme.DARK;
                case SYSTEM -> SystemLook.dark() ? Theme.DARK : Theme.LIGHT;
            };
        }
    }

    static final Preferences DEFAULT =
            new Preferences(Look.SYSTEM, Theme.ACCENT, 1, List.of(), "auto", true, 0, Keymap.DEFAULT);

    private static final Gson GSON =
            new GsonBuilder().setPrettyPrinting().disableHtmlEscaping().create();

    Preferences {
        folders = List.copyOf(folders);
    }

    /** Puts a theme, with the accent and the scale, on what is shown from now on. */
    void install(Theme theme) {
        UIScale.setZoomFactor((float) scale);
        theme.install(accent);
    }

    /** Whether a text says a device, there or not. */
    static boolean isDevice(String text) {
        return text.matches("auto|cpu|cuda(:\\d{1,3})?");
    }

    Preferences withLook(Look other) {
        return new Preferences(other, accent, scale, folders, device, worker, autosave, keymap);
    }

    Preferences withAccent(String other) {
        return new Preferences(look, other, scale, folders, device, worker, autosave, keymap);
    }

    Preferences withScale(double other) {
        return new Preferences(look, accent, other, folders, device, worker, autosave, keymap);
    }

    Preferences withFolders(List<Path> other) {
        return new Preferences(look, accent, scale, other, device, worker, autosave, keymap);
    }

    Preferences withDevice(String other) {
        return new Preferences(look, accent, scale, folders, other, worker, autosave, keymap);
    }

    Preferences withWorker(boolean other) {
        return new Preferences(look, accent, scale, folders, device, other, autosave, keymap);
    }

    Preferences withAutosave(int other) {
        return new Preferences(look, accent, scale, folders, device, worker, other, keymap);
    }

    Preferences withKeymap(Keymap other) {
        return new Preferences(look, accent, scale, folders, device, worker, autosave, other);
    }

    /**
     * Reads the file; the defaults when there is none.
     *
     * @throws Problem when it cannot be read or is no settings file
     */
    static Preferences read(Path file) {
        try {
            return of(JsonParser.parseString(Files.readString(file)).getAsJsonObject());
        } catch (NoSuchFileException first) {
            return DEFAULT;
        } catch (IOException | JsonParseException | IllegalStateException | IllegalArgumentException damaged) {
            throw new Problem(
                            "cannot read the settings in " + file,
                            FileFault.why(damaged),
                            "mend the file, or remove it to begin with the defaults")
                    .causedBy(damaged);
        }
    }

    /** Writes the file whole or not at all. */
    void write(Path file) {
        byte[] bytes = (GSON.toJson(toJson()) + "\n").getBytes(StandardCharsets.UTF_8);
        AtomicFile.write(file, out -> out.write(bytes));
    }

    private JsonObject toJson() {
        JsonObject json = new JsonObject();
        json.addProperty("look", look.name().toLowerCase(Locale.ROOT));
        json.addProperty("accent", accent);
        json.addProperty("scale", scale);
        JsonArray places = new JsonArray();
        folders.forEach(folder -> places.add(folder.toString()));
        json.add("folders", places);
        json.addProperty("device", device);
        json.addProperty("worker", worker);
        json.addProperty("autosave", autosave);
        JsonObject keys = new JsonObject();
        keymap.changed().forEach((command, strokes) -> {
            JsonArray all = new JsonArray();
            strokes.forEach(stroke -> all.add(stroke.toString()));
            keys.add(command.id(), all);
        });
        json.add("keys", keys);
        return json;
    }

    private static Preferences of(JsonObject given) {
        // What an older Graft did not know is as it is by default.
        JsonObject json = DEFAULT.toJson();
        given.entrySet().forEach(field -> json.add(field.getKey(), field.getValue()));
        List<Path> folders = new ArrayList<>();
        for (JsonElement folder : json.getAsJsonArray("folders")) {
            folders.add(Path.of(folder.getAsString()));
        }
        return new Preferences(
                Look.valueOf(json.get("look").getAsString().toUpperCase(Locale.ROOT)),
                json.get("accent").getAsString(),
                json.get("scale").getAsDouble(),
                folders,
                json.get("device").getAsString(),
                json.get("worker").getAsBoolean(),
                json.get("autosave").getAsInt(),
                keymap(json.getAsJsonObject("keys")));
    }

    /** Commands that a newer Graft knows are left out. */
    private static Keymap keymap(JsonObject keys) {
        Map<Commands, List<KeyStroke>> changed = new EnumMap<>(Commands.class);
        keys.entrySet().forEach(entry -> Commands.of(entry.getKey()).ifPresent(command -> {
            List<KeyStroke> strokes = new ArrayList<>();
            entry.getValue().getAsJsonArray().forEach(stroke -> {
                KeyStroke key = KeyStroke.getKeyStroke(stroke.getAsString());
                if (key == null) {
                    throw new IllegalArgumentException("there is no key " + stroke);
                }
                strokes.add(key);
            });
            changed.put(command, strokes);
        }));
        return new Keymap(changed);
    }
}
