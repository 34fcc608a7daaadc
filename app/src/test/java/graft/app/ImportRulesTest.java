package graft.app;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.library.Architectures;
import graft.app.editor.OpensWindows;
import graft.app.plugin.SharedPackages;
import graft.file.Folder;
import java.io.IOException;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Who may import whom among the application and the node plugins. */
class ImportRulesTest {

    private static final JavaClasses APP = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("graft.app");

    @Test
    void workflowsAndTheEngineKnowNoWindow() {
        noClasses()
                .that()
                .resideInAnyPackage(
                        "graft.app.workflow..",
                        "graft.app.comfy..",
                        "graft.app.engine..",
                        "graft.app.plugin..",
                        "graft.app.worker..",
                        "graft.app.sweep..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "javax.swing..",
                        "java.awt.event..",
                        "com.mxgraph..",
                        "graft.app.editor..",
                        "graft.app.command..")
                .check(APP);
    }

    @Test
    void aWorkflowKnowsNoEngine() {
        noClasses()
                .that()
                .resideInAPackage("graft.app.workflow..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("graft.app.engine..")
                .allowEmptyShould(true)
                .check(APP);
    }

    @Test
    void aFileOfComfyUiIsReadWithoutEngineAndPlugins() {
        noClasses()
                .that()
                .resideInAPackage("graft.app.comfy..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("graft.app.engine..", "graft.app.plugin..", "graft.app.worker..")
                .check(APP);
        noClasses()
                .that()
                .resideInAPackage("graft.app.workflow..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("graft.app.comfy..")
                .check(APP);
    }

    /** From what all its parts share to the window that holds them. */
    @Test
    void thePartsOfTheEditorKnowWhatIsBeneathThemAlone() {
        String editor = "graft.app.editor";
        Architectures.layeredArchitecture()
                .consideringOnlyDependenciesInLayers()
                .layer("shared")
                .definedBy(editor)
                .layer("canvas")
                .definedBy(editor + ".canvas")
                .layer("inspector")
                .definedBy(editor + ".inspector")
                .layer("viewer")
                .definedBy(editor + ".viewer")
                .layer("dataset")
                .definedBy(editor + ".dataset")
                .layer("run")
                .definedBy(editor + ".run")
                .layer("shell")
                .definedBy(editor + ".shell")
                .whereLayer("shared")
                .mayNotAccessAnyLayer()
                .whereLayer("canvas")
                .mayOnlyAccessLayers("shared")
                .whereLayer("inspector")
                .mayOnlyAccessLayers("shared")
                .whereLayer("viewer")
                .mayOnlyAccessLayers("shared")
                .whereLayer("dataset")
                .mayOnlyAccessLayers("shared", "inspector", "viewer")
                .whereLayer("run")
                .mayOnlyAccessLayers("shared", "canvas", "viewer")
                .whereLayer("shell")
                .mayNotBeAccessedByAnyLayer()
                .ensureAllClassesAreContainedInArchitectureIgnoring(resideOutsideOfPackage(editor + ".."))
                .check(APP);
    }

    /** So that the build runs it beside no other. */
    @Test
    void aTestThatOpensWindowsSaysSo() {
        JavaClasses tests = new ClassFileImporter()
                .withImportOption(new ImportOption.OnlyIncludeTests())
                .importPackages("graft.app");
        noClasses()
                .that()
                .haveSimpleNameEndingWith("Test")
                .and()
                .areNotAnnotatedWith(OpensWindows.class)
                .should()
                .dependOnClassesThat()
                .haveSimpleName("Hands")
                .orShould()
                .dependOnClassesThat()
                .haveSimpleName("OpenedEditor")
                .check(tests);
    }

    /** Java's own throw unchecked once a listing is under way, past every catch of an IOException. */
    @Test
    void foldersAreListedByTheOneClassThatSaysWhatFailed() {
        JavaClasses all = new ClassFileImporter()
                .withImportOption(new ImportOption.DoNotIncludeTests())
                .importPackages("graft");
        noClasses()
                .that()
                .doNotHaveFullyQualifiedName(Folder.class.getName())
                .should()
                .callMethod(Files.class, "list", Path.class)
                .orShould()
                .callMethod(Files.class, "walk", Path.class, FileVisitOption[].class)
                .orShould()
                .callMethod(Files.class, "newDirectoryStream", Path.class)
                .orShould()
                .callMethod(Files.class, "newDirectoryStream", Path.class, String.class)
                .check(all);
    }

    @Test
    void pluginsAndTheApplicationNeverImportEachOther() throws IOException {
        List<JavaClasses> modules =
                Stream.concat(Stream.of(APP), pluginModules().stream()).toList();
        for (int i = 0; i < modules.size(); i++) {
            for (int j = 0; j < modules.size(); j++) {
                if (i != j) {
                    assertThat(imports(modules.get(i))).doesNotContainAnyElementsOf(names(modules.get(j)));
                }
            }
        }
    }

    /** What the bundled plugins use is open to a stranger's: Java, the API's public classes and the libraries behind it. */
    @Test
    void theBundledPluginsUseNoDoorThatAStrangersPluginHasNot() throws IOException {
        assertThat(pluginModules()).isNotEmpty();
        for (JavaClasses module : pluginModules()) {
            Set<String> own = module.stream().map(JavaClass::getPackageName).collect(Collectors.toSet());
            assertThat(own).allMatch(name -> name.startsWith("graft.nodes."));
            assertThat(imports(module).stream()
                            .filter(name -> own.stream().noneMatch(name::startsWith))
                            .filter(name -> !name.contains("[") && name.contains(".")))
                    .allMatch(name -> (name.startsWith("java") || SharedPackages.hold(name))
                            && !name.startsWith("graft.node.host."));
        }
    }

    private static Set<String> names(JavaClasses classes) {
        return classes.stream().map(JavaClass::getName).collect(Collectors.toSet());
    }

    private static Set<String> imports(JavaClasses classes) {
        return classes.stream()
                .flatMap(type -> type.getDirectDependenciesFromSelf().stream())
                .map(dependency -> dependency.getTargetClass().getName())
                .collect(Collectors.toSet());
    }

    /** The classes of each {@code nodes-*} module that has any. */
    private static List<JavaClasses> pluginModules() throws IOException {
        try (Stream<Path> modules = Files.list(Path.of("").toAbsolutePath().getParent())) {
            return modules.filter(module -> module.getFileName().toString().startsWith("nodes-"))
                    .map(module -> module.resolve("target/classes"))
                    .filter(Files::isDirectory)
                    .map(new ClassFileImporter()::importPath)
                    .filter(classes -> !classes.isEmpty())
                    .toList();
        }
    }
}
