package graft.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.ArchConfiguration;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.io.IOException;
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
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What docs/architecture.md says of packages is what the code has. */
class ArchitectureTest {

    private static final String GRAFT = "graft.";

    private static Page page;

    /** By package without {@code graft.}, those that it uses. */
    private static Map<String, Set<String>> uses;

    private static Map<String, Set<String>> classUses;

    @BeforeAll
    static void read() throws IOException {
        page = Page.read("docs/architecture.md");
        JavaClasses classes = classes();
        uses = usesOf(classes);
        classUses = usesWithinPackages(classes);
    }

    private static JavaClasses classes() throws IOException {
        try (Stream<Path> modules = Files.list(Page.ROOT)) {
            List<Path> compiled = modules.map(module -> module.resolve("target/classes/graft"))
                    .filter(Files::isDirectory)
                    .toList();
            return ArchConfiguration.withThreadLocalScope(configuration -> {
                // Java's classes are nothing that a picture of Graft's packages shows.
                configuration.setResolveMissingDependenciesFromClassPath(false);
                return new ClassFileImporter().importPaths(compiled);
            });
        }
    }

    /** By class without {@code graft.}, those of its package that it uses; what is within a class is a part of it. */
    private static Map<String, Set<String>> usesWithinPackages(JavaClasses classes) {
        Map<String, Set<String>> all = new TreeMap<>();
        for (JavaClass each : classes) {
            Set<String> used = all.computeIfAbsent(outermost(each), name -> new TreeSet<>());
            each.getDirectDependenciesFromSelf().stream()
                    .map(dependency -> dependency.getTargetClass().getBaseComponentType())
                    .filter(target -> target.getPackageName().equals(each.getPackageName()))
                    .map(ArchitectureTest::outermost)
                    .filter(target -> !target.equals(outermost(each)))
                    .forEach(used::add);
        }
        return all;
    }

    private static String outermost(JavaClass type) {
        return type.getName().substring(GRAFT.length()).replaceFirst("\\$.*", "");
    }

    private static Map<String, Set<String>> usesOf(JavaClasses classes) {
        Map<String, Set<String>> all = new TreeMap<>();
        for (JavaClass each : classes) {
            if (each.getSimpleName().equals("package-info")) {
                continue;
            }
            Set<String> used = all.computeIfAbsent(name(each), name -> new TreeSet<>());
            each.getDirectDependenciesFromSelf().stream()
                    .map(dependency -> dependency.getTargetClass().getBaseComponentType())
                    .filter(target -> target.getPackageName().startsWith(GRAFT))
                    .map(ArchitectureTest::name)
                    .filter(target -> !target.equals(name(each)))
                    .forEach(used::add);
        }
        return all;
    }

    private static String name(JavaClass type) {
        return type.getPackageName().substring(GRAFT.length());
    }

    /** All that a package leads to. */
    private static Set<String> reached(String from, Map<String, Set<String>> arrows) {
        Set<String> reached = new LinkedHashSet<>();
        List<String> open = new ArrayList<>(arrows.getOrDefault(from, Set.of()));
        while (!open.isEmpty()) {
            String next = open.remove(open.size() - 1);
            if (reached.add(next)) {
                open.addAll(arrows.getOrDefault(next, Set.of()));
            }
        }
        return reached;
    }

    @Test
    void noPackageUsesItselfByAWayRound() {
        assertThat(uses.keySet())
                .allSatisfy(name -> assertThat(reached(name, uses)).doesNotContain(name));
    }

    /**
     * The most classes of a package that use each other in a circle, by every use in their class files. It may fall and not rise: most
     * are an interface with the implementations that it names, and what draws with what is drawn.
     */
    private static final Map<String, Integer> CIRCLES = Map.ofEntries(
            Map.entry("adapter", 10),
            Map.entry("app.comfy", 9),
            Map.entry("app.command", 3),
            Map.entry("app.editor.canvas", 10),
            Map.entry("app.engine", 2),
            Map.entry("app.plugin", 11),
            Map.entry("app.workflow", 6),
            Map.entry("file", 2),
            Map.entry("model", 13),
            Map.entry("model.sd", 5),
            Map.entry("node", 5),
            Map.entry("nodes.lora", 2),
            Map.entry("picture", 2),
            Map.entry("sample", 34),
            Map.entry("score", 2),
            Map.entry("tensor", 3),
            Map.entry("train", 3),
            Map.entry("train.optimizer", 7),
            Map.entry("vision", 2));

    @Test
    void noPackageHasALargerCircleOfClassesThanItHad() {
        Map<String, Integer> circles = new TreeMap<>();
        classUses.keySet().forEach(name -> {
            int circle = (int) reached(name, classUses).stream()
                    .filter(other -> reached(other, classUses).contains(name))
                    .count();
            if (circle > 0) {
                circles.merge(name.substring(0, name.lastIndexOf('.')), circle, Math::max);
            }
        });
        assertThat(circles)
                .as("the largest circles, which the table of this test says")
                .isEqualTo(CIRCLES);
    }

    /** Of the uses those that no longer way says: as long as there is no way round, that is one picture and no other. */
    @Test
    void thePictureHasTheArrowsThatTheCodeHas() {
        Set<String> real = new TreeSet<>();
        uses.forEach((from, all) -> all.stream()
                .filter(to ->
                        all.stream().noneMatch(other -> reached(other, uses).contains(to)))
                .forEach(to -> real.add(from + " --> " + to)));
        Set<String> drawn = new TreeSet<>();
        Pattern arrows = Pattern.compile("(\\S+) --> (.+)");
        for (String line : page.block("The whole in one picture", "mermaid")) {
            Matcher arrow = arrows.matcher(line);
            if (arrow.matches()) {
                Arrays.stream(arrow.group(2).split(" & "))
                        .forEach(to -> assertThat(drawn.add(arrow.group(1) + " --> " + to))
                                .as("drawn once: " + line)
                                .isTrue());
            }
        }
        assertThat(drawn).as("the arrows of docs/architecture.md").containsExactlyInAnyOrderElementsOf(real);
    }

    /** Each is drawn in the frame of its module, the one without an arrow too. */
    @Test
    void thePictureHasEachPackageInItsModule() {
        Map<String, Set<String>> frames = new TreeMap<>();
        String frame = "";
        for (String line : page.block("The whole in one picture", "mermaid")) {
            if (line.startsWith("subgraph ")) {
                frame = line.replaceFirst(".*\\[\"(.*)\"]", "$1");
            } else if (line.equals("end")) {
                frame = "";
            } else if (!frame.isEmpty()) {
                frames.computeIfAbsent(frame, name -> new TreeSet<>()).addAll(List.of(line.split(" --> | & ")));
            }
        }
        Map<String, Set<String>> real = uses.keySet().stream()
                .collect(Collectors.groupingBy(
                        name -> name.startsWith("app.") ? "app" : name.startsWith("nodes.") ? "nodes-*" : "node-api",
                        TreeMap::new,
                        Collectors.toCollection(TreeSet::new)));
        assertThat(frames).isEqualTo(real);
    }

    @Test
    void thePackagesAreThoseOfTheCode() {
        assertThat(page.table("The packages").stream().flatMap(row -> Page.code(row.get(0)).stream()))
                .containsExactlyInAnyOrderElementsOf(
                        uses.keySet().stream().map(GRAFT::concat).toList());
    }

    /** The rule itself stands in a test of the module that it is about. */
    @Test
    void whatAPackageMayImportIsTheRuleThatATestKeeps() throws IOException {
        Map<String, Set<String>> rule = new TreeMap<>();
        Matcher row = Pattern.compile("\"(\\w+) +\\| ([\\w ]+)\"")
                .matcher(Files.readString(Page.ROOT.resolve("node-api/src/test/java/graft/ImportRulesTest.java")));
        while (row.find()) {
            Set<String> allowed = new TreeSet<>(List.of(row.group(2).split(" ")));
            allowed.remove(row.group(1));
            rule.put(GRAFT + row.group(1), allowed);
        }
        Map<String, Set<String>> told = new TreeMap<>();
        page.table("Who may import whom")
                .forEach(cells -> told.put(Page.code(cells.get(0)).get(0), new TreeSet<>(Page.code(cells.get(1)))));
        assertThat(told).isEqualTo(rule).isNotEmpty();
    }
}
