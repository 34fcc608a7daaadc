package graft;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import graft.model.sd.ClipTextEncoder;
import graft.model.sd.ClipTransformer;
import graft.model.sd.TextConfig;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who may import whom inside the node API. */
class ImportRulesTest {

    private static final JavaClasses NODE_API = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("graft");

    @ParameterizedTest(name = "graft.{0} may import: {1}")
    @CsvSource(
            delimiter = '|',
            value = {
                "node    | node",
                "tensor  | node",
                "file    | node",
                "job     | node tensor file",
                "picture | node tensor file",
                "model   | node tensor file picture",
                "vision  | node tensor file picture model",
                "sample  | node tensor picture model",
                "adapter | node tensor file model",
                "train   | node tensor file picture model sample adapter",
                "score   | node tensor file picture model vision sample adapter train",
                "job     | node tensor file"
            })
    void packagesImportOnlyThoseBelowThem(String name, String allowed) {
        String[] packages = Stream.concat(Stream.of(name), Arrays.stream(allowed.split(" ")))
                .map(each -> "graft." + each + "..")
                .toArray(String[]::new);
        classes()
                .that()
                .resideInAPackage("graft." + name + "..")
                .should()
                .onlyDependOnClassesThat(foreign().or(JavaClass.Predicates.resideInAnyPackage(packages)))
                .check(NODE_API);
    }

    /** Else a family would be an {@code if} in each place that knows another. */
    @Test
    void whoDrawsStacksOrTrainsKnowsNoFamily() {
        noClasses()
                .that()
                .resideOutsideOfPackages("graft.model.sd..", "graft.vision..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("graft.model.sd..")
                .check(NODE_API);
    }

    /** CLIP's text encoder is as good for comparing texts with pictures as for drawing. */
    @Test
    void ofStableDiffusionVisionKnowsTheTextEncoderAlone() {
        noClasses()
                .that()
                .resideInAPackage("graft.vision..")
                .should()
                .dependOnClassesThat(JavaClass.Predicates.resideInAPackage("graft.model.sd..")
                        .and(DescribedPredicate.not(JavaClass.Predicates.belongToAnyOf(
                                ClipTextEncoder.class, ClipTransformer.class, TextConfig.class))))
                .check(NODE_API);
    }

    @Test
    void optimisersAndDataKnowNothingOfTheLoop() {
        noClasses()
                .that()
                .resideInAnyPackage("graft.train.optimizer..", "graft.train.data..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("graft.train")
                .check(NODE_API);
        noClasses()
                .that()
                .resideInAPackage("graft.train.optimizer..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("graft.train.data..", "graft.model..", "graft.picture..")
                .check(NODE_API);
    }

    @Test
    void nothingHereOpensAWindow() {
        classes()
                .should()
                .onlyDependOnClassesThat(DescribedPredicate.not(
                        JavaClass.Predicates.resideInAnyPackage("javax.swing..", "java.awt.event..", "graft.app..")))
                .check(NODE_API);
    }

    private static DescribedPredicate<JavaClass> foreign() {
        return DescribedPredicate.describe(
                "are not of Graft",
                type -> !type.getBaseComponentType().getPackageName().startsWith("graft"));
    }
}
