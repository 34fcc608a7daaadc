package graft.app.plugin.author;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import graft.app.Page;
import graft.app.plugin.NodeLibrary;
import graft.app.plugin.TestPlugin;
import graft.node.Choice;
import graft.node.Choices;
import graft.node.Node;
import graft.node.NodeSchema;
import graft.node.NodeType;
import graft.node.Run;
import graft.node.Setting;
import graft.node.SocketKind;
import graft.node.SocketType;
import java.io.File;
import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The tables of the guide for authors of plugins say what the API and the bundled nodes say. */
class GuideTest {

    @TempDir
    private Path folder;

    private static Page guide() throws IOException {
        return Page.read("plugins/README.md");
    }

    @NodeType(id = "test/wrong", title = "Wrong", category = "test", help = "Has a setting of a type that is none.")
    static final class Wrong implements Node {
        @Setting
        float half = 0.5f;

        @Override
        public void run(Run run) {}
    }

    @Test
    void theTypesOfSettingsAreThoseThatANodeMayHave() throws IOException {
        List<List<String>> rows = guide().table("What the form shows");
        String refusal = catchThrowable(() -> NodeSchema.of(Wrong.class)).getMessage();
        String list = refusal.substring(refusal.indexOf("a setting is ") + "a setting is ".length());
        Set<String> allowed = new TreeSet<>(List.of(list.substring(0, list.indexOf(", not "))
                .replaceFirst("^an? ", "")
                .split(", | or ", -1)));
        assertThat(rows.stream().flatMap(row -> Page.code(row.get(0)).stream()))
                .containsExactlyInAnyOrderElementsOf(allowed);
    }

    @Test
    void whatCountsOfASettingIsAllThatItsAnnotationHas() throws IOException {
        Set<String> words = new LinkedHashSet<>();
        Page.code(guide().section("What the form shows"))
                .forEach(quoted -> words.addAll(List.of(quoted.split("[ =]+"))));
        assertThat(words)
                .containsAll(Arrays.stream(Setting.class.getDeclaredMethods())
                        .map(Method::getName)
                        .toList())
                .containsAll(
                        Arrays.stream(Setting.Control.values()).map(Enum::name).toList());
    }

    @Test
    void theTypesOfWiresAreThoseOfTheApi() throws Exception {
        Map<String, List<String>> rows = new TreeMap<>();
        for (List<String> row : guide().table("What wires carry")) {
            for (String type : Page.code(row.get(1))) {
                rows.put(type, List.of(row.get(0), Page.code(row.get(2)).get(0)));
            }
        }
        Map<String, List<String>> real = new TreeMap<>();
        for (Class<?> plain : List.of(int.class, long.class, double.class, String.class, boolean.class, Object.class)) {
            SocketKind kind = SocketKind.of(plain);
            real.put(plain.getSimpleName(), List.of(kind.title(), kind.id()));
        }
        for (Class<?> type : annotated("@SocketType(")) {
            SocketType said = type.getAnnotation(SocketType.class);
            real.put(type.getName(), List.of(said.title(), said.id()));
        }
        assertThat(rows).isEqualTo(real);
    }

    @Test
    void theChoicesAreThoseOfTheApiAndOfTheBundledNodes() throws Exception {
        Map<String, List<String>> rows = new TreeMap<>();
        for (List<String> row : guide().table("What there is to choose from")) {
            String askers = row.get(2).startsWith("nobody") ? "" : row.get(2);
            rows.put(Page.code(row.get(1)).get(0), List.of(askers, String.join(", ", Page.code(row.get(3)))));
        }
        Map<String, List<String>> real = new TreeMap<>();
        try (NodeLibrary library = NodeLibrary.load(TestPlugin.built(folder), "0.1.0")) {
            for (Class<?> set : annotated("@Choice.Set(")) {
                String askers = library.nodes().stream()
                        .filter(node -> node.settings().stream()
                                .anyMatch(setting -> setting.field().getType() == set))
                        .map(NodeSchema::title)
                        .sorted()
                        .collect(Collectors.joining(", "));
                String ids = Choices.of(set.asSubclass(Choice.class)).stream()
                        .map(Choice::id)
                        .filter(id -> !id.contains("/")) // those that another test's plugin adds
                        .collect(Collectors.joining(", "));
                real.put(set.getName(), List.of(askers, ids));
            }
        }
        assertThat(rows).isEqualTo(real);
    }

    /** The classes of the API that begin a line with an annotation. */
    private static List<Class<?>> annotated(String annotation) throws IOException, ClassNotFoundException {
        Path api = Page.ROOT.resolve("node-api/src/main/java");
        List<Class<?>> found = new ArrayList<>();
        try (Stream<Path> files = Files.walk(api)) {
            for (Path file : files.filter(each -> each.toString().endsWith(".java"))
                    .sorted()
                    .toList()) {
                if (Files.readString(file).contains("\n" + annotation)) {
                    String name = api.relativize(file).toString().replace(File.separatorChar, '.');
                    found.add(Class.forName(name.substring(0, name.length() - ".java".length())));
                }
            }
        }
        return found;
    }
}
