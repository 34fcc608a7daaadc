package graft.app.editor.inspector;

import static org.assertj.core.api.Assertions.assertThat;

import graft.adapter.Embedding;
import graft.adapter.EmbeddingFile;
import graft.app.user.ModelFolders;
import graft.model.Weighting;
import graft.node.Setting.Collection;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PromptsTest {

    private static Prompts.Count count(String text, Prompts.Added... added) throws Exception {
        return count(ModelFolders.NONE, Weighting.PLAIN, text, added);
    }

    private static Prompts.Count count(ModelFolders folders, Weighting weighting, String text, Prompts.Added... added)
            throws Exception {
        CompletableFuture<Optional<Prompts.Count>> count = new CompletableFuture<>();
        try (Prompts prompts = new Prompts(() -> folders)) {
            prompts.count("builtin:emoji-sd", List.of(added), text, false, weighting, count::complete);
            return count.get(5, TimeUnit.MINUTES).orElseThrow();
        }
    }

    @Test
    void aWordCountsAsManyTokensAsItHasVectors(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("long74.safetensors");
        EmbeddingFile.write(
                file, Embedding.of("long74", Collections.nCopies(74, new float[128])), EmbeddingFile.Form.KOHYA);
        Prompts.Added loaded = new Prompts.Added("", file.toString(), 1);

        assertThat(count("long74, a dog", loaded)).isEqualTo(new Prompts.Count(1, 77, 75, 1, "a dog"));
        assertThat(count("embedding:long74.safetensors,", loaded)).isEqualTo(new Prompts.Count(1, 75, 75, 1, ""));
        assertThat(count("a zorb", new Prompts.Added("zorb", "", 8)).tokens()).isEqualTo(9);
        assertThat(count("a dog", new Prompts.Added("", "nowhere.pt", 1)).tokens())
                .isEqualTo(2);
    }

    @Test
    void weightsAreNotCountedAndLongPromptsHaveParts(@TempDir Path folder) throws Exception {
        EmbeddingFile.write(
                folder.resolve("five.safetensors"),
                Embedding.of("five", Collections.nCopies(5, new float[128])),
                EmbeddingFile.Form.KOHYA);
        ModelFolders folders =
                new ModelFolders(List.of(new ModelFolders.Folder(Collection.EMBEDDINGS, folder)), List.of());

        assertThat(count(folders, Weighting.COMFYUI, "a (red:1.2) ((apple))"))
                .isEqualTo(new Prompts.Count(1, 3, 75, 1, ""));
        assertThat(count(folders, Weighting.COMFYUI, "a (embedding:five:1.2), embedding:none")
                        .tokens())
                .isEqualTo(1 + 5 + 1);
        assertThat(count(folders, Weighting.COMFYUI, "a dog ".repeat(50)))
                .isEqualTo(new Prompts.Count(1, 100, 150, 2, ""));
        assertThat(count(folders, Weighting.A1111, "a [dog] BREAK a cat"))
                .isEqualTo(new Prompts.Count(1, 4, 150, 2, ""));
        assertThat(count(folders, Weighting.PLAIN, "a (dog:1.2)").tokens()).isGreaterThan(4);
    }
}
