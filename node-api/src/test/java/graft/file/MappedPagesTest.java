package graft.file;

import static org.assertj.core.api.Assertions.assertThat;

import graft.file.SafeTensors.DType;
import graft.file.SafeTensors.Tensor;
import graft.tensor.Memory;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

final class MappedPagesTest {

    private static final int NUMBERS = 16 << 20;

    @TempDir
    private Path folder;

    @Test
    @EnabledOnOs(OS.LINUX)
    void whatIsGivenBackLeavesTheProcessAndIsReadAgainAsItWas() {
        float[] numbers = new float[NUMBERS];
        for (int i = 0; i < NUMBERS; i++) {
            numbers[i] = i;
        }
        Path file = folder.resolve("numbers.safetensors");
        SafeTensors.write(
                file,
                List.of(
                        Tensor.of("before", DType.F32, new long[] {1}, new float[] {7}),
                        Tensor.of("numbers", DType.F32, new long[] {NUMBERS}, numbers)),
                Map.of());
        try (SafeTensors open = SafeTensors.open(file)) {
            ByteBuffer bytes = open.bytes("numbers");
            long sum = sum(bytes);
            long whole = Memory.resident().orElseThrow();

            open.pages("numbers").giveBack();

            // Of 64 MiB; other threads may have taken some meanwhile.
            assertThat(whole - Memory.resident().orElseThrow()).isGreaterThan(48L << 20);
            assertThat(sum(bytes)).isEqualTo(sum);
            assertThat(open.floats("before")).containsExactly(7);
        }
    }

    @Test
    void lessThanAPageStays() {
        Path file = folder.resolve("small.safetensors");
        SafeTensors.write(
                file, List.of(Tensor.of("small", DType.F32, new long[] {3}, new float[] {1, 2, 3})), Map.of());
        try (SafeTensors open = SafeTensors.open(file)) {
            open.pages("small").giveBack();
            assertThat(open.floats("small")).containsExactly(1, 2, 3);
        }
    }

    private static long sum(ByteBuffer bytes) {
        long sum = 0;
        for (int at = 0; at < bytes.limit(); at += Long.BYTES) {
            sum += bytes.getLong(at);
        }
        return sum;
    }
}
