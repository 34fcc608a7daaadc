package graft.app.command;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import graft.app.plugin.NodeLibrary;
import graft.app.plugin.OfferedExtension;
import graft.node.Choice;
import graft.node.ChoiceSettings;
import graft.node.Choices;
import graft.node.NodeSchema;
import graft.node.Problem;
import graft.node.SettingSchema;
import graft.node.ShownBy;
import graft.node.SocketSchema;
import java.io.PrintWriter;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code graft nodes}: what the installed plugins offer. */
@Command(
        name = "nodes",
        description = "Lists every node with its sockets, settings, defaults and help; or explains one.",
        footerHeading = "%nExamples:%n",
        footer = {"  graft nodes", "  graft nodes graft/latents/sample", "  graft nodes --json"})
final class NodesCommand implements Callable<Integer> {

    private static final Gson GSON = new GsonBuilder().disableHtmlEscaping().create();

    @Spec
    private CommandSpec spec;

    @Parameters(
            arity = "0..1",
            paramLabel = "NODE",
            description =
                    "A node's id, or a part of its id, title or search words; or the id of a sampler, an optimiser or"
                            + " another choice; all nodes when left out.")
    private String wanted = "";

    @Option(names = "--json", description = "Prints a JSON array, one object a node.")
    private boolean json;

    @Override
    public Integer call() {
        NodeLibrary library = Home.library(spec.commandLine().getErr());
        List<NodeSchema> nodes = library.nodes().stream()
                .filter(this::matches)
                .sorted(Comparator.comparing(NodeSchema::category).thenComparing(NodeSchema::id))
                .toList();
        Optional<OfferedChoice> choice = nodes.isEmpty() ? OfferedChoice.of(wanted) : Optional.empty();
        if (choice.isPresent()) {
            show(choice.get(), library);
            return ExitCode.DONE;
        }
        if (nodes.isEmpty() && !wanted.isEmpty()) {
            throw new Problem(
                    "there is no node " + wanted, "no plugin offers one", "see all of them with `graft nodes`");
        }
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            JsonArray all = new JsonArray();
            nodes.forEach(node -> all.add(json(node, library)));
            out.println(GSON.toJson(all));
        } else {
            nodes.forEach(node -> print(node, library, out));
            if (nodes.size() == 1) {
                String id = nodes.get(0).id();
                library.enclosedWith(id).doc(id).ifPresent(out::println);
            }
        }
        out.flush();
        return ExitCode.DONE;
    }

    /** What may be chosen in settings, and what it is. */
    private record OfferedChoice(OfferedExtension.Kind kind, Choice choice) {

        static Optional<OfferedChoice> of(String id) {
            return Arrays.stream(OfferedExtension.Kind.values())
                    .flatMap(kind -> kind
                            .point()
                            .filter(Choices::isSet)
                            .flatMap(point -> Choices.named(point.asSubclass(Choice.class), id))
                            .map(found -> new OfferedChoice(kind, found))
                            .stream())
                    .findFirst();
        }

        /** The settings that it is chosen in, as {@code graft/latents/sample.sampler}. */
        List<String> places(NodeLibrary library) {
            return library.nodes().stream()
                    .flatMap(node -> node.settings().stream()
                            .filter(setting -> setting.choices().contains(choice.id()))
                            .filter(ChoiceSettings::mayHave)
                            .filter(setting -> setting.field().getType().isInstance(choice))
                            .map(setting -> node.id() + "." + setting.id()))
                    .sorted()
                    .toList();
        }
    }

    private void show(OfferedChoice offered, NodeLibrary library) {
        PrintWriter out = spec.commandLine().getOut();
        Choice choice = offered.choice();
        List<SettingSchema> settings = ChoiceSettings.of(choice);
        List<String> places = offered.places(library);
        if (json) {
            JsonObject object = new JsonObject();
            object.addProperty("id", choice.id());
            object.addProperty("kind", offered.kind().toString());
            object.addProperty("title", choice.title());
            library.pluginOf(choice.id()).ifPresent(plugin -> object.addProperty("plugin", plugin.id()));
            object.add("settings", settings(settings));
            object.add("chosenIn", GSON.toJsonTree(places));
            out.println(GSON.toJson(array(List.of(object))));
        } else {
            String plugin = library.strangerOf(choice.id())
                    .map(stranger -> "  (plugin " + stranger.id() + ")")
                    .orElse("");
            out.println(Ansi.AUTO.string("@|bold " + choice.id() + "|@") + "  " + choice.title() + "  ["
                    + offered.kind() + "]" + plugin);
            out.println("  Chosen in " + (places.isEmpty() ? "no node's setting" : String.join(", ", places)));
            settings.forEach(setting -> print(setting, library, out));
        }
        out.flush();
    }

    private static void print(SettingSchema setting, NodeLibrary library, PrintWriter out) {
        out.println(line(
                "set",
                setting.id(),
                described(setting, library),
                setting.declared().help()));
    }

    private boolean matches(NodeSchema node) {
        if (wanted.contains("/")) {
            return node.id().equals(wanted) || node.formerly().contains(wanted);
        }
        String text = (node.id() + " " + node.title() + " " + String.join(" ", node.words())).toLowerCase(Locale.ROOT);
        return text.contains(wanted.toLowerCase(Locale.ROOT));
    }

    private static void print(NodeSchema node, NodeLibrary library, PrintWriter out) {
        String plugin = library.strangerOf(node.id())
                .map(stranger -> "  (plugin " + stranger.id() + ")")
                .orElse("");
        out.println(Ansi.AUTO.string("@|bold " + node.id() + "|@") + "  " + node.title() + "  [" + node.category() + "]"
                + plugin);
        out.println("  " + node.help());
        if (!node.deprecated().isEmpty()) {
            out.println("  For old workflows alone: " + node.deprecated());
        }
        if (!node.formerly().isEmpty()) {
            out.println("  Formerly " + String.join(", ", node.formerly()));
        }
        for (SocketSchema input : node.inputs()) {
            String how = (input.list() ? ", any number" : "")
                    + (input.optional() ? ", optional" : "")
                    + (input.lazy() ? ", only when it is needed" : "");
            out.println(line("in", input.id(), input.kind().title() + how, input.help()));
        }
        for (SettingSchema setting : node.settings()) {
            print(setting, library, out);
            for (String choice : setting.choices()) {
                for (SettingSchema own : setting.settingsOf(choice)) {
                    String help = own.declared().help();
                    out.println("      " + choice + " has " + own.id() + ", " + described(own, library)
                            + (help.isEmpty() ? "" : ". " + help));
                }
            }
        }
        for (SocketSchema output : node.outputs()) {
            String kind = output.as().isEmpty() ? output.kind().title() : "what comes in at " + output.as();
            out.println(line("out", output.id(), kind + (output.list() ? ", a list" : ""), output.help()));
        }
        out.println();
    }

    private static String line(String what, String id, String described, String help) {
        String start = String.format("  %-4s%-18s %s", what, id, described);
        return help.isEmpty() ? start : start + ". " + help;
    }

    /** For example "whole number, 1 to 256 steps, default 20". */
    private static String described(SettingSchema setting, NodeLibrary library) {
        StringBuilder text = new StringBuilder(setting.kind().toString());
        if (!setting.choices().isEmpty()) {
            text.append(" of ")
                    .append(setting.choices().stream().map(library::named).collect(Collectors.joining(", ")));
        }
        if (!setting.columns().isEmpty()) {
            text.append(" of ")
                    .append(setting.columns().stream()
                            .map(column -> column.id() + " (" + column.kind()
                                    + (column.range().isEmpty() ? "" : ", " + column.range()) + ")")
                            .collect(Collectors.joining(", ")));
        }
        String unit = setting.declared().unit();
        if (!setting.range().isEmpty()) {
            text.append(", ").append(setting.range());
        }
        if (!unit.isEmpty()) {
            text.append(setting.range().isEmpty() ? ", in " : " ").append(unit);
        }
        if (setting.findsChoices()) {
            text.append(", one of those that are found when it is chosen");
        }
        text.append(", default ").append(GSON.toJson(setting.toJson(setting.defaultValue())));
        if (!setting.shownBy().isEmpty()) {
            text.append(", shown when ")
                    .append(setting.shownBy().stream().map(ShownBy::words).collect(Collectors.joining(" and ")));
        }
        return text.toString();
    }

    private static JsonObject json(NodeSchema node, NodeLibrary library) {
        JsonObject object = new JsonObject();
        object.addProperty("id", node.id());
        object.addProperty("version", node.version());
        object.addProperty("title", node.title());
        library.pluginOf(node.id()).ifPresent(plugin -> object.addProperty("plugin", plugin.id()));
        object.addProperty("category", node.category());
        object.addProperty("help", node.help());
        object.addProperty("output", node.output());
        object.addProperty("deprecated", node.deprecated());
        object.add("formerly", GSON.toJsonTree(node.formerly()));
        object.add("words", GSON.toJsonTree(node.words()));
        object.add("inputs", sockets(node.inputs()));
        object.add("settings", settings(node.settings()));
        object.add("outputs", sockets(node.outputs()));
        return object;
    }

    private static JsonArray sockets(List<SocketSchema> sockets) {
        return sockets.stream()
                .map(socket -> {
                    JsonObject object = new JsonObject();
                    object.addProperty("id", socket.id());
                    object.addProperty("title", socket.title());
                    object.addProperty("type", socket.kind().id());
                    object.addProperty("list", socket.list());
                    object.addProperty("optional", socket.optional());
                    object.addProperty("lazy", socket.lazy());
                    object.addProperty("as", socket.as());
                    object.addProperty("help", socket.help());
                    return object;
                })
                .collect(Collectors.collectingAndThen(Collectors.toList(), NodesCommand::array));
    }

    private static JsonArray settings(List<SettingSchema> settings) {
        return settings.stream()
                .map(setting -> {
                    JsonObject object = new JsonObject();
                    object.addProperty("id", setting.id());
                    object.addProperty("title", setting.title());
                    object.addProperty("kind", setting.kind().toString());
                    object.add("default", setting.toJson(setting.defaultValue()));
                    if (Double.isFinite(setting.declared().min())) {
                        object.addProperty("min", setting.declared().min());
                    }
                    if (Double.isFinite(setting.declared().max())) {
                        object.addProperty("max", setting.declared().max());
                    }
                    if (!setting.choices().isEmpty()) {
                        object.add("choices", GSON.toJsonTree(setting.choices()));
                    }
                    JsonObject own = new JsonObject();
                    for (String choice : setting.choices()) {
                        List<SettingSchema> of = setting.settingsOf(choice);
                        if (!of.isEmpty()) {
                            own.add(choice, settings(of));
                        }
                    }
                    if (own.size() > 0) {
                        object.add("ownSettings", own);
                    }
                    if (!setting.columns().isEmpty()) {
                        object.add("columns", settings(setting.columns()));
                    }
                    object.addProperty("choicesFound", setting.findsChoices());
                    object.add("shownBy", GSON.toJsonTree(setting.declared().shownBy()));
                    object.addProperty("unit", setting.declared().unit());
                    object.addProperty("help", setting.declared().help());
                    object.addProperty("advanced", setting.declared().advanced());
                    return object;
                })
                .collect(Collectors.collectingAndThen(Collectors.toList(), NodesCommand::array));
    }

    private static JsonArray array(List<JsonObject> objects) {
        JsonArray array = new JsonArray();
        objects.forEach(array::add);
        return array;
    }
}
