package graft.app.editor.inspector;

import static org.assertj.core.api.Assertions.assertThat;

import graft.app.user.ModelFolders;
import graft.file.BuiltIn;
import graft.file.SafeTensors;
import graft.file.SafeTensors.DType;
import graft.file.SafeTensors.Tensor;
import graft.model.Checkpoint;
import graft.model.sd.CheckpointFile;
import graft.node.Setting.Collection;
import graft.node.Setting.Control;
import graft.tensor.Compute;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is to be chosen is what the loaders take, by whichever ending: they tell files by their contents. */
class FileLibraryTest {

    @TempDir
    private Path folder;

    private List<String> found(Control control, Collection collection) throws Exception {
        ModelFolders folders = new ModelFolders(List.of(new ModelFolders.Folder(collection, folder)), List.of());
        CompletableFuture<List<FileLibrary.Entry>> found = new CompletableFuture<>();
        try (FileLibrary library = new FileLibrary(() -> folders, folder.resolve("no runs"))) {
            library.find(control, collection, found::complete);
            return found.get(5, TimeUnit.MINUTES).stream()
                    .map(FileLibrary.Entry::name)
                    .filter(name -> name.startsWith("mine."))
                    .sorted()
                    .toList();
        }
    }

    @Test
    void modelsAreListedByEachEndingThatLoadModelTakes() throws Exception {
        Path first = folder.resolve("mine.safetensors");
        try (Checkpoint model = Checkpoint.load(BuiltIn.path("builtin:emoji-sd"), Compute.choose("cpu"))) {
            CheckpointFile.writeSingle(first, model, DType.F16);
        }
        for (String ending : List.of("sft", "ckpt", "pt", "pth", "bin")) {
            Path copy = Files.copy(first, folder.resolve("mine." + ending));
            assertThat(Checkpoint.inspect(copy).family()).isEqualTo("sd1");
        }
        Files.writeString(folder.resolve("mine.txt"), "about it");
        assertThat(found(Control.MODEL, Collection.CHECKPOINTS))
                .containsExactly("mine.bin", "mine.ckpt", "mine.pt", "mine.pth", "mine.safetensors", "mine.sft");
    }

    @Test
    void embeddingsAreListedByEachEndingThatLoadEmbeddingTakes() throws Exception {
        for (String ending : List.of("safetensors", "sft", "pt", "bin")) {
            SafeTensors.write(
                    folder.resolve("mine." + ending),
                    List.of(Tensor.of("emb_params", DType.F32, new long[] {1, 2}, new float[] {1, 2})),
                    Map.of());
        }
        assertThat(found(Control.ADAPTER, Collection.EMBEDDINGS))
                .containsExactly("mine.bin", "mine.pt", "mine.safetensors", "mine.sft");
    }

    private void lora(Path file, String trigger) throws Exception {
        Files.createDirectories(file.getParent());
        SafeTensors.write(
                file,
                List.of(Tensor.of("lora_unet_mid.lora_down.weight", DType.F32, new long[] {1, 2}, new float[2])),
                Map.of("modelspec.trigger_phrase", trigger));
    }

    @Test
    void filesOfOneNameAreToldApartByTheirFoldersAndFoundByTheirWords() throws Exception {
        lora(folder.resolve("xl/animals/mine.safetensors"), "ohwx dog");
        lora(folder.resolve("sd1/animals/mine.safetensors"), "sks dog");
        lora(folder.resolve("sd1/animals/other.safetensors"), "sks cat");
        ModelFolders folders = new ModelFolders(List.of(new ModelFolders.Folder(Collection.LORAS, folder)), List.of());
        CompletableFuture<List<FileLibrary.Entry>> found = new CompletableFuture<>();
        try (FileLibrary library = new FileLibrary(() -> folders, folder.resolve("no runs"))) {
            library.find(Control.ADAPTER, Collection.LORAS, found::complete);
            List<FileLibrary.Entry> entries = found.get(5, TimeUnit.MINUTES);
            assertThat(entries)
                    .extracting(entry -> entry.name() + " " + entry.within())
                    .containsExactlyInAnyOrder(
                            "mine.safetensors xl/animals", "mine.safetensors sd1/animals", "other.safetensors ");
            assertThat(entries.stream()
                            .filter(entry -> entry.matches("sks dog"))
                            .map(FileLibrary.Entry::place))
                    .containsExactly("sd1/animals/mine.safetensors");
            assertThat(entries.stream().filter(entry -> entry.matches("other"))).hasSize(1);
            assertThat(entries.stream().filter(entry -> entry.matches(""))).hasSize(3);
        }
    }
}
