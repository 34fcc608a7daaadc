package graft.app.plugin.author;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import graft.app.plugin.PluginInspection;
import graft.app.plugin.TestPlugin;
import graft.app.workflow.Workflow;
import graft.node.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A new project, the API that it is built against, and a repository to offer it in. */
class TextTemplateTest {

    private static final Path ROOT = Path.of("").toAbsolutePath().getParent();

    @TempDir
    private Path home;

    @Test
    void aNewProjectHasNoGapsLeftAndSaysWhereTheApiIs() throws IOException {
        Path built = Files.createDirectories(home.resolve("node-api/target"));
        Files.writeString(built.resolve("node-api-0.1.0-sources.jar"), "sources");
        Files.writeString(built.resolve("node-api-0.1.0-javadoc.jar"), "docs");
        PluginProject project = PluginProject.create("my-colours", "Mia & Co", home, home, home);
        try (Stream<Path> files = Files.walk(project.folder())) {
            for (Path file : files.filter(Files::isRegularFile)
                    .filter(each -> !each.toString().endsWith(".png"))
                    .toList()) {
                assertThat(Files.readString(file)).as(file.toString()).doesNotContainPattern("@[a-z0-9-]+@");
            }
        }
        assertThat(project.folder().resolve("src/main/java/mycolours/Tint.java"))
                .content()
                .contains("id = \"my-colours/images/tint\"");
        Workflow sample = Workflow.read(project.folder().resolve("workflow.json"));
        assertThat(sample.nodes()).containsKeys("load", "tint", "save");
        assertThat(project.folder().resolve("pom.xml")).content().contains("<graft.home>" + home + "</graft.home>");
        assertThat(project.folder().resolve("pom.xml"))
                .content()
                .contains("<plugin.provider>Mia &amp; Co</plugin.provider>")
                .contains("<plugin.requires>&gt;=0.1.0 &amp; &lt;1.0.0</plugin.requires>");
        Path api = home.resolve("app/target/api/graft/node-api/0.1.0");
        assertThat(api.resolve("node-api-0.1.0.jar")).isNotEmptyFile();
        assertThat(api.resolve("node-api-0.1.0-sources.jar")).hasContent("sources");
        assertThat(api.resolve("node-api-0.1.0-javadoc.jar")).hasContent("docs");
        assertThat(project.stamp()).contains("Tint.java").doesNotContain("TintTest");
    }

    @Test
    void aBadNameIsRefused() {
        for (String name : new String[] {"My", "a b", "-a", "graft-x", "../x", ""}) {
            assertThatThrownBy(() -> PluginProject.create(name, "Mia", home, home, home))
                    .isInstanceOf(Problem.class)
                    .hasMessageStartingWith("Cannot name a plugin \"" + name + "\"");
        }
        PluginProject.create("twice", "Mia", home, home, home);
        assertThatThrownBy(() -> PluginProject.create("twice", "Mia", home, home, home))
                .hasMessageContaining("it is there already");
        assertThatThrownBy(() -> PluginProject.in(home, home, home)).hasMessageContaining("it has no pom.xml");
    }

    @Test
    void theApisPomNamesWhatTheApiNeeds() throws IOException {
        Set<String> offered = artifacts(TextTemplate.text("node-api.pom"), "node-api");
        // Those are for tests alone: a plugin that compiled against them would not find them when it runs.
        Set<String> beneath = Set.of("jna", "imageio-webp", "metadata-extractor", "xchart");
        assertThat(offered).doesNotContainAnyElementsOf(beneath);
        assertThat(artifacts(TextTemplate.text("node-testing.pom"), "node-testing"))
                .containsAll(beneath);
        offered.addAll(beneath);
        assertThat(offered)
                .isEqualTo(artifacts(
                        Files.readString(ROOT.resolve("node-api/pom.xml"))
                                .replaceAll("(?s)<parent>.*?</parent>", "")
                                .replaceAll("(?s)<build>.*?</build>", "")
                                .replaceAll("<dependency>[^\\n]*<scope>test</scope></dependency>", "")
                                .replaceAll("<dependency>[^\\n]*archunit[^\\n]*", ""),
                        "node-api"));
        for (Map.Entry<String, String> version : TextTemplate.versions().entrySet()) {
            assertThat(version.getValue()).as(version.getKey()).doesNotContain("$");
        }
    }

    private static Set<String> artifacts(String pom, String but) {
        Set<String> found = new TreeSet<>();
        Matcher artifact = Pattern.compile("<artifactId>([^<]*)</artifactId>").matcher(pom);
        while (artifact.find()) {
            found.add(artifact.group(1));
        }
        found.remove(but);
        return found;
    }

    /** Maven has fetched these to build Graft, so that a first plugin is built without a connection. */
    @Test
    void aProjectsMavenPluginsAreThoseThatGraftIsBuiltWith() throws IOException {
        String parent = Files.readString(ROOT.resolve("pom.xml"));
        Matcher plugin = Pattern.compile("<artifactId>(maven-[a-z]+-plugin)</artifactId>\\s*<version>([^<]*)</version>")
                .matcher(TextTemplate.text("template/pom.xml"));
        int count = 0;
        while (plugin.find()) {
            assertThat(parent).contains("<artifactId>" + plugin.group(1) + "</artifactId><version>" + plugin.group(2));
            count++;
        }
        assertThat(count).isEqualTo(5);
    }

    @Test
    void theExamplesPomIsTheTemplates() throws IOException {
        Set<String> gaps = Set.of("groupId", "artifactId", "description", "plugin.", "graft.home", "graft.api");
        String example = Files.readString(ROOT.resolve("plugins/example/pom.xml"));
        TextTemplate.text("template/pom.xml")
                .replace("@pf4j@", TextTemplate.versions().get("pf4j"))
                .lines()
                .filter(line -> gaps.stream().noneMatch(line::contains))
                .forEach(line -> assertThat(example).contains(line));
    }

    @Test
    void anOfferedReleaseIsNeverReplacedByAnother() throws IOException {
        Path archive =
                TestPlugin.of("colours", "1.0.0").good("stranger/text/colours").build(home.resolve("a.jar"));
        PluginInspection found = PluginInspection.of(archive);
        Path shop = home.resolve("shop");
        Offering.add(found, shop);
        Offering.add(found, shop);
        assertThat(shop.resolve("plugins.json"))
                .content()
                .contains("\"stranger/text/colours\"")
                .contains(found.sha512());
        Path other =
                TestPlugin.of("colours", "1.0.0").good("stranger/text/other").build(home.resolve("b.jar"));
        assertThatThrownBy(() -> Offering.add(PluginInspection.of(other), shop))
                .hasMessageContaining("another archive of that version is offered there already");
    }
}
