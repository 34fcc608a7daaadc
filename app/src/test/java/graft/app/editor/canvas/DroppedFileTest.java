package graft.app.editor.canvas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import graft.app.engine.LoaderNode;
import graft.file.BuiltIn;
import graft.file.PngFile;
import graft.node.Problem;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DroppedFileTest {

    @TempDir
    private Path folder;

    private Path picture(String name, Map<String, String> texts) {
        Path file = folder.resolve(name);
        PngFile.write(file, new BufferedImage(4, 4, BufferedImage.TYPE_INT_RGB), texts);
        return file;
    }

    /** A safetensors file of tensors with one number each. */
    private Path tensors(String name, String... tensors) throws IOException {
        String header = Arrays.stream(tensors)
                .map(tensor -> "\"" + tensor + "\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":["
                        + 4 * Arrays.asList(tensors).indexOf(tensor) + ","
                        + (4 * Arrays.asList(tensors).indexOf(tensor) + 4) + "]}")
                .collect(Collectors.joining(",", "{", "}"));
        byte[] json = header.getBytes(StandardCharsets.UTF_8);
        ByteBuffer bytes = ByteBuffer.allocate(8 + json.length + 4 * tensors.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(json.length)
                .put(json);
        return Files.write(folder.resolve(name), bytes.array());
    }

    @Test
    void aPictureIsLoadedAndOneWithAWorkflowInsideIsOpened() {
        assertThat(DroppedFile.of(picture("dog.png", Map.of())))
                .isEqualTo(new DroppedFile.Loads(LoaderNode.PICTURE, folder.resolve("dog.png")));
        assertThat(DroppedFile.of(picture("made.png", Map.of("workflow", "{}"))))
                .isEqualTo(new DroppedFile.Opens(folder.resolve("made.png")));
    }

    @Test
    void aFolderIsOneOfPicturesUnlessItHoldsAModel() throws IOException {
        picture("dog.png", Map.of());
        assertThat(DroppedFile.of(folder)).isEqualTo(new DroppedFile.Loads(LoaderNode.PICTURES, folder));
        Path model = BuiltIn.path("builtin:emoji-sd");
        assertThat(DroppedFile.of(model)).isEqualTo(new DroppedFile.Loads(LoaderNode.MODEL, model));
    }

    @Test
    void aSafetensorsFileIsWhatItsHeaderSays() throws IOException {
        assertThat(DroppedFile.of(
                        tensors("a.safetensors", "lora_unet_x.lora_up.weight", "lora_unet_x.lora_down.weight")))
                .extracting(dropped -> ((DroppedFile.Loads) dropped).node().type())
                .isEqualTo("graft/lora/load");
        assertThat(DroppedFile.of(tensors("b.safetensors", "emb_params")))
                .extracting(dropped -> ((DroppedFile.Loads) dropped).node().type())
                .isEqualTo("graft/embedding/load");
    }

    @Test
    void aWorkflowIsOpened() throws IOException {
        Path workflow = Files.writeString(folder.resolve("w.json"), "{}");
        assertThat(DroppedFile.of(workflow)).isEqualTo(new DroppedFile.Opens(workflow));
    }

    @Test
    void anythingElseIsRefusedInWords() throws IOException {
        Path song = Files.writeString(folder.resolve("song.mp3"), "ID3 and so on, longer than a header");
        assertThatThrownBy(() -> DroppedFile.of(song))
                .isInstanceOf(Problem.class)
                .hasMessageContaining("song.mp3")
                .hasMessageContaining("use a picture, a model");
    }
}
