package graft.app.comfy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import graft.app.workflow.Workflow;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Each file of ComfyUI in the folder that {@code -Dgraft.comfyui.folder=FOLDER} names opens, is saved, and opens again equal.
 */
class ComfyFolderTest {

    private static final String FOLDER = "graft.comfyui.folder";

    @TestFactory
    Stream<DynamicTest> whatOpensIsSavedAndOpensAgainEqual() throws IOException {
        String folder = System.getProperty(FOLDER, "");
        assumeTrue(!folder.isEmpty(), "no folder of files of ComfyUI is given by -D" + FOLDER + "=FOLDER");
        List<Path> theirs;
        try (Stream<Path> files = Files.walk(Path.of(folder))) {
            theirs = files.filter(Files::isRegularFile)
                    .filter(ComfyFile::isOne)
                    .sorted()
                    .toList();
        }
        assertThat(theirs).as("files of ComfyUI in " + folder).isNotEmpty();
        return theirs.stream()
                .map(file -> DynamicTest.dynamicTest(file.getFileName().toString(), () -> {
                    Workflow workflow = ComfyFile.read(file, type -> true).workflow();
                    Workflow again = Workflow.parse(workflow.toJson(), file.toString());
                    assertThat(again).isEqualTo(workflow);
                    assertThat(again.toJson()).isEqualTo(workflow.toJson());
                }));
    }
}
