package graft.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import graft.file.SafeTensors.DType;
import graft.file.SafeTensors.Tensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Hashes as kohya and A1111 compute them. */
class ModelHashTest {

    @TempDir
    private Path folder;

    @Test
    void theHashOfTensorsIsTheOneThatKohyaWritesIntoTheHeader() throws IOException {
        Path file = folder.resolve("lora.safetensors");
        List<Tensor> tensors = List.of(
                new Tensor("a", DType.F32, new long[] {2}, ByteBuffer.wrap(new byte[] {1, 2, 3, 4, 5, 6, 7, 8})));
        SafeTensors.write(file, tensors, Map.of("ss_output_name", "lora"));

        assertThat(ModelHash.ofTensors(file)).isEqualTo(SafeTensors.dataHash(tensors));
        // printf '\1\2\3\4\5\6\7\10' | sha256sum
        assertThat(ModelHash.ofTensors(file))
                .isEqualTo("66840dda154e8a113c31dd0ad32f7f3a366a80e8136979d8f5a101d3d29d6f72");
        assertThat(ModelHash.of(file)).isEqualTo(Sha256.of(Files.readAllBytes(file)));
    }

    @Test
    void aPickleHasNoHeaderToLeaveOut() throws IOException {
        Path file = Files.write(folder.resolve("words.pt"), new byte[20]);
        assertThat(ModelHash.ofTensors(file)).isEqualTo(ModelHash.of(file));
    }

    @Test
    void aFileThatChangedIsReadAgain() throws IOException {
        Path file = Files.write(folder.resolve("words.pt"), new byte[20]);
        String before = ModelHash.of(file);
        Files.write(file, new byte[21]);
        assertThat(ModelHash.of(file)).isEqualTo(Sha256.of(new byte[21])).isNotEqualTo(before);
    }

    @Test
    void aLargeFileIsReadOnceForAllProcesses() throws IOException {
        Path file = Files.write(folder.resolve("large.ckpt"), new byte[16 << 20]);
        String hash = ModelHash.of(file);
        Path kept = CacheFolder.path()
                .resolve("hashes")
                .resolve(Sha256.of(List.of(file.toRealPath().toString(), "WHOLE")) + ".txt");
        assertThat(Files.readAllLines(kept)).containsExactly(FileStamp.of(file).text(), hash);
        Files.delete(kept);
    }

    @Test
    void aHeaderThatIsCutShortIsAFault() throws IOException {
        Path file = Files.write(folder.resolve("cut.safetensors"), new byte[] {1, 2, 3});
        assertThatThrownBy(() -> ModelHash.ofTensors(file)).isInstanceOf(IOException.class);
    }

    /** As sd-scripts' addnet_hash_legacy reads a file: 64 KiB from 1 MiB on, header and all. */
    @Test
    void theHashOfOlderProgramsIsOfAPieceWithinTheFile() throws IOException {
        Path file = folder.resolve("lora.safetensors");
        float[] values = new float[300_000];
        for (int i = 0; i < values.length; i++) {
            values[i] = i;
        }
        List<Tensor> tensors = List.of(
                Tensor.of("a", DType.F32, new long[] {100}, Arrays.copyOf(values, 100)),
                Tensor.of("b", DType.F32, new long[] {values.length}, values));
        Map<String, String> metadata = Map.of("ss_steps", "3");
        SafeTensors.write(file, tensors, metadata);
        byte[] bytes = Files.readAllBytes(file);
        assertThat(SafeTensors.legacyHash(tensors, metadata))
                .isEqualTo(
                        Sha256.of(Arrays.copyOfRange(bytes, 0x100000, 0x110000)).substring(0, 8));
    }
}
