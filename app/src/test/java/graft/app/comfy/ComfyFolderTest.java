package graft.app.comfy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import graft.app.workflow.ComfyUi;
import graft.app.workflow.Workflow;
import graft.file.PictureText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Each file of ComfyUI in the folder that {@code -Dgraft.comfyui.folder=FOLDER} names opens, is saved, opens again
 * equal, and goes back with every node as it was.
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
                    if (PictureText.isPicture(file)) {
                        return; // Its values are those that ran, and not those of its drawing.
                    }
                    JsonElement text = JsonParser.parseString(Files.readString(file));
                    // The API format has no drawing to go back to.
                    if (text instanceof JsonObject drawn && ComfyUi.isDrawn(drawn)) {
                        JsonObject back =
                                new Rebuilt(again, type -> true).file().orElseThrow();
                        assertThat(nodes(back)).isEqualTo(nodes(drawn));
                        assertThat(back.get("links")).isEqualTo(drawn.get("links"));
                    }
                }));
    }

    /** Those of all levels, each with the text that it is saved as. */
    private static Map<String, String> nodes(JsonObject file) {
        Map<String, String> nodes = new TreeMap<>();
        Deque<JsonObject> levels = new ArrayDeque<>(List.of(file));
        while (!levels.isEmpty()) {
            Loose level = new Loose(levels.pop());
            for (Loose node : level.objects("nodes")) {
                nodes.merge(
                        level.text("id").orElse("") + ":" + node.id("id").orElseThrow(),
                        node.json().toString(),
                        (one, other) -> one + other);
            }
            level.object("definitions").objects("subgraphs").forEach(each -> levels.push(each.json()));
        }
        return nodes;
    }
}
