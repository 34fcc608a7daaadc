package graft.file;

import static org.assertj.core.api.Assertions.assertThat;

import graft.file.SafeTensors.DType;
import graft.file.SafeTensors.Tensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
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
    void whatIsGivenBackLeavesTheProcessAndIsReadAgainAsItWas() throws IOException {
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
            assertThat(resident(file)).isGreaterThanOrEqualTo((long) Float.BYTES * NUMBERS);

            open.pages("numbers").giveBack();

            // The first page, which holds the header too, and the last.
            assertThat(resident(file)).isLessThan(64 << 10);
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

    /** How much of a mapped file this process holds, in bytes: what its other threads take meanwhile does not count. */
    private static long resident(Path file) throws IOException {
        String name = file.toRealPath().toString();
        long kilobytes = 0;
        boolean ofFile = false;
        for (String line : Files.readAllLines(Path.of("/proc/self/smaps"))) {
            if (!line.contains(": ")) {
                ofFile = line.endsWith(name);
            } else if (ofFile && line.startsWith("Rss:")) {
                kilobytes += Long.parseLong(line.replaceAll("\\D", ""));
            }
        }
        return 1024 * kilobytes;
    }

    private static long sum(ByteBuffer bytes) {
        long sum = 0;
        for (int at = 0; at < bytes.limit(); at += Long.BYTES) {
            sum += bytes.getLong(at);
        }
        return sum;
    }
}
