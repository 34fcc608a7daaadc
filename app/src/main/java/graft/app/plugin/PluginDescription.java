package graft.app.plugin;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import graft.app.sandbox.Confines;
import graft.app.sandbox.Sandbox;
import graft.app.sandbox.ThisProgram;
import graft.file.FileFault;
import graft.node.Choice;
import graft.node.ChoiceSettings;
import graft.node.Node;
import graft.node.NodeSchema;
import graft.node.NodeType;
import graft.node.PlainText;
import graft.node.Problem;
import graft.node.Setting;
import graft.node.SettingSchema;
import graft.node.SocketKind;
import graft.node.SocketSchema;
import graft.sample.NoiseSpacing;
import graft.sample.SamplerMethod;
import graft.score.ScoreMeasure;
import graft.train.LossMethod;
import graft.train.data.Augmentation;
import graft.train.optimizer.OptimizerMethod;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.lang.annotation.Annotation;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * What a plugin offers, as data: told by a process in the sandbox that loads the plugin, so that no other has to.
 *
 * <p>Whoever reads one believes nothing of it: it is the plugin that says it.
 */
final class PluginDescription {

    /** Begins the line that holds the description: whatever the plugin prints is none. */
    private static final String MARK = "\u001egraft description ";

    private static final int MOST_BYTES = 8 << 20;
    private static final int MOST_COMPLAINT = 4000;
    private static final long PATIENCE_SECONDS = 60;

    /** The open sets whose values are chosen by name in settings, and asked nothing before the run but what can be told as data. */
    static final List<Class<? extends Choice>> CHOSEN = List.of(
            SamplerMethod.class,
            NoiseSpacing.class,
            OptimizerMethod.class,
            LossMethod.class,
            Augmentation.class,
            ScoreMeasure.class);

    private PluginDescription() {}

    // --- asking
    // -------------------------------------------------------------------------------------------------------

    /**
     * Asks a plugin of a store what it offers, in the sandbox.
     *
     * @param store what the process is to find
     * @param plugins the folder of the plugins that come with Graft
     * @throws Problem when there is no sandbox, or the plugin does not load
     */
    static JsonObject ask(Sandbox sandbox, SandboxedStore store, Path plugins, InstalledPlugin plugin, String graft) {
        sandbox.lacks().ifPresent(why -> {
            throw new Problem(
                    "the plugin " + plugin.name() + " cannot be put into the sandbox",
                    "there is none: " + why,
                    "mend that, or trust the plugin with `graft plugins trust " + plugin.id() + "`");
        });
        try {
            Confines confines = new Confines().folder(plugins);
            ThisProgram.addTo(confines);
            store.show(Set.of(plugin.id()), confines);
            Process asked = sandbox.start(
                    confines,
                    ThisProgram.confined(
                            Map.of(),
                            PluginDescription.class.getName(),
                            plugins.toAbsolutePath().toString(),
                            graft,
                            plugin.id()));
            return read(asked, plugin);
        } catch (IOException e) {
            throw failed(plugin, FileFault.why(e)).causedBy(e);
        }
    }

    private static JsonObject read(Process asked, InstalledPlugin plugin) throws IOException {
        CompletableFuture.delayedExecutor(PATIENCE_SECONDS, TimeUnit.SECONDS).execute(asked::destroyForcibly);
        String said;
        String complaint;
        try (InputStream in = asked.getInputStream();
                InputStream errors = asked.getErrorStream()) {
            said = new String(in.readNBytes(MOST_BYTES), StandardCharsets.UTF_8);
            complaint = PlainText.line(new String(errors.readNBytes(MOST_COMPLAINT), StandardCharsets.UTF_8), 300);
        } finally {
            asked.destroyForcibly();
        }
        String line = said.lines()
                .filter(each -> each.startsWith(MARK))
                .reduce((first, last) -> last)
                .orElseThrow(() -> failed(
                        plugin,
                        "it ended, or did not come back, before it said anything"
                                + (complaint.isEmpty() ? "" : " (" + complaint + ")")));
        try {
            JsonObject description =
                    JsonParser.parseString(line.substring(MARK.length())).getAsJsonObject();
            if (description.has("failed")) {
                throw failed(plugin, PlainText.line(description.get("failed").getAsString(), 500));
            }
            return description;
        } catch (JsonParseException | IllegalStateException | UnsupportedOperationException e) {
            throw failed(plugin, "what it says is not understood").causedBy(e);
        }
    }

    private static Problem failed(InstalledPlugin plugin, String why) {
        return new Problem(
                "the plugin " + plugin.name() + " cannot be put into the sandbox",
                "it does not load there: " + why,
                "tell its provider, or go without it");
    }

    // --- telling, in the sandbox
    // --------------------------------------------------------------------------------------

    /** Loads a plugin and prints its description. Arguments: the folder of plugins, the version of Graft, the plugin's id. */
    public static void main(String[] arguments) {
        PrintStream out = System.out;
        System.setOut(new PrintStream(OutputStream.nullOutputStream()));
        // Nobody reads them, and a full pipe would stop whoever prints.
        System.setErr(System.out);
        JsonObject told;
        try (NodeLibrary library = NodeLibrary.load(Path.of(arguments[0]), arguments[1])) {
            told = library.loaded(arguments[2])
                    .filter(LoadedPlugin::started)
                    .map(PluginDescription::of)
                    .orElseGet(() -> failure(library, arguments[2]));
        } catch (RuntimeException | Error fault) {
            told = new JsonObject();
            told.addProperty("failed", LoadedPlugin.reason(fault));
        }
        out.println(MARK + told);
        out.flush();
        // A plugin may have left threads.
        Runtime.getRuntime().halt(0);
    }

    private static JsonObject failure(NodeLibrary library, String plugin) {
        JsonObject told = new JsonObject();
        told.addProperty(
                "failed",
                library.failures().stream()
                        .filter(failure -> failure.plugin().equals(plugin))
                        .map(PluginFailure::reason)
                        .findFirst()
                        .orElse("it is not there"));
        return told;
    }

    private static JsonObject of(LoadedPlugin plugin) {
        JsonObject told = new JsonObject();
        JsonArray nodes = new JsonArray();
        JsonArray leftOut = new JsonArray();
        for (NodeSchema node : plugin.nodes().values()) {
            // The rows of a table are of a class of the plugin's own.
            if (node.settings().stream().allMatch(setting -> setting.columns().isEmpty())) {
                nodes.add(node(node));
            } else {
                leftOut.add(node.id() + ", which has a table");
            }
        }
        told.add("nodes", nodes);
        JsonArray choices = new JsonArray();
        for (Choice choice : plugin.choices()) {
            CHOSEN.stream()
                    .filter(set -> set.isInstance(choice))
                    .filter(set -> ChoiceSettings.of(choice).isEmpty())
                    .findFirst()
                    .ifPresentOrElse(
                            set -> choices.add(choice(choice, set)),
                            () -> leftOut.add(choice.id() + " (" + choice.title() + ")"));
        }
        told.add("choices", choices);
        if (!plugin.converters().isEmpty()) {
            leftOut.add("its converters");
        }
        if (!plugin.previews().isEmpty()) {
            leftOut.add("its previews");
        }
        plugin.failures().forEach(failure -> leftOut.add(failure.reason()));
        told.add("leftOut", leftOut);
        return told;
    }

    private static JsonObject node(NodeSchema schema) {
        JsonObject node = new JsonObject();
        Class<? extends Node> type = schema.create().getClass();
        node.add("type", annotation(Objects.requireNonNull(type.getAnnotation(NodeType.class))));
        JsonArray inputs = new JsonArray();
        schema.inputs().forEach(socket -> inputs.add(socket(socket)));
        node.add("inputs", inputs);
        JsonArray outputs = new JsonArray();
        schema.outputs().forEach(socket -> outputs.add(socket(socket)));
        node.add("outputs", outputs);
        JsonArray settings = new JsonArray();
        schema.settings().forEach(setting -> settings.add(setting(setting)));
        node.add("settings", settings);
        return node;
    }

    private static JsonObject socket(SocketSchema socket) {
        JsonObject told = new JsonObject();
        told.addProperty("id", socket.id());
        JsonObject said = new JsonObject();
        said.addProperty("title", socket.title());
        said.addProperty("help", socket.help());
        said.addProperty("formerly", socket.formerly());
        if (socket.optional()) {
            said.addProperty("optional", true);
        }
        if (socket.lazy()) {
            said.addProperty("lazy", true);
        }
        if (!socket.as().isEmpty()) {
            said.addProperty("as", socket.as());
        }
        told.add("says", said);
        told.addProperty("list", socket.list());
        SocketKind kind = socket.kind();
        told.addProperty("class", kind.type().getName());
        if (!isGrafts(kind.type())) {
            JsonObject own = new JsonObject();
            own.addProperty("id", kind.id());
            own.addProperty("title", kind.title());
            own.addProperty("color", kind.color());
            told.add("own", own);
        }
        return told;
    }

    private static JsonObject setting(SettingSchema setting) {
        JsonObject told = new JsonObject();
        told.addProperty("id", setting.id());
        Setting declared = setting.declared();
        JsonObject said = annotation(declared);
        // They are found by the plugin's own code.
        said.remove("choicesBy");
        told.add("says", said);
        told.add("default", setting.toJson(setting.defaultValue()));
        Class<?> type = setting.field().getType();
        told.addProperty("class", type.getName());
        if (setting.isList()) {
            told.addProperty("of", element(setting.field()));
        }
        if (type.isEnum() && !isGrafts(type)) {
            JsonArray names = new JsonArray();
            setting.choices().forEach(names::add);
            told.add("names", names);
        }
        return told;
    }

    private static String element(Field list) {
        return ((ParameterizedType) list.getGenericType()).getActualTypeArguments()[0].getTypeName();
    }

    private static JsonObject choice(Choice choice, Class<? extends Choice> set) {
        JsonObject told = new JsonObject();
        told.addProperty("id", choice.id());
        told.addProperty("title", choice.title());
        told.addProperty("set", set.getName());
        JsonObject answers = new JsonObject();
        for (Method method : set.getMethods()) {
            if (method.getParameterCount() == 0
                    && !Modifier.isStatic(method.getModifiers())
                    && isPlain(method.getReturnType())) {
                try {
                    answers.add(method.getName(), plain(method.invoke(choice)));
                } catch (ReflectiveOperationException fault) {
                    throw new IllegalArgumentException(choice.id() + " does not say its " + method.getName(), fault);
                }
            }
        }
        told.add("answers", answers);
        return told;
    }

    /** What can be told as data. */
    static boolean isPlain(Class<?> type) {
        return type == boolean.class
                || type == int.class
                || type == double.class
                || type == String.class
                || type.isEnum();
    }

    /** The elements of an annotation that are not their defaults. */
    private static JsonObject annotation(Annotation annotation) {
        JsonObject said = new JsonObject();
        for (Method element : annotation.annotationType().getDeclaredMethods()) {
            try {
                Object value = element.invoke(annotation);
                if (!Arrays.deepEquals(new Object[] {value}, new Object[] {element.getDefaultValue()})) {
                    said.add(element.getName(), plain(value));
                }
            } catch (ReflectiveOperationException fault) {
                throw new IllegalArgumentException("its " + element.getName() + " cannot be read", fault);
            }
        }
        return said;
    }

    private static JsonElement plain(Object value) {
        JsonArray one = new JsonArray();
        if (value instanceof Boolean truth) {
            one.add(truth);
        } else if (value instanceof Integer number) {
            one.add(number);
        } else if (value instanceof Object[] all) {
            JsonArray list = new JsonArray();
            Arrays.stream(all).forEach(each -> list.add(plain(each)));
            one.add(list);
        } else {
            // JSON has no infinity.
            one.add(value instanceof Enum<?> constant ? constant.name() : String.valueOf(value));
        }
        return one.get(0);
    }

    private static boolean isGrafts(Class<?> type) {
        return type.isPrimitive()
                || type.getClassLoader() == null
                || type.getClassLoader() == Node.class.getClassLoader();
    }
}
