package graft.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import com.google.gson.Gson;
import com.google.gson.reflect.TypeToken;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** {@code torch-randn.json} was made with torch 2.15 on x86-64 with AVX2: calls in a row after one manual_seed. */
class TorchRandomTest {

    record Call(int n, String sha256, List<Long> first) {}

    record Case(long seed, List<Call> calls) {}

    @TestFactory
    List<DynamicTest> givesTheBitsOfTorch() throws IOException {
        try (Reader json = new InputStreamReader(
                TorchRandomTest.class.getResourceAsStream("torch-randn.json"), StandardCharsets.UTF_8)) {
            List<Case> cases = new Gson().fromJson(json, new TypeToken<List<Case>>() {}.getType());
            return cases.stream()
                    .map(c -> DynamicTest.dynamicTest(
                            "seed " + c.seed + " sizes "
                                    + c.calls.stream().map(Call::n).toList(),
                            () -> check(c)))
                    .toList();
        }
    }

    private static void check(Case expected) throws GeneralSecurityException {
        TorchRandom random = new TorchRandom(expected.seed);
        for (Call call : expected.calls) {
            float[] numbers = random.randn(call.n);
            for (int i = 0; i < call.first.size(); i++) {
                assertThat(numbers[i])
                        .isEqualTo(Float.intBitsToFloat(call.first.get(i).intValue()));
            }
            assertThat(sha256(numbers)).isEqualTo(call.sha256);
        }
    }

    @Test
    void agreesWithTheEnginesOwnGenerator() {
        try (NDManager manager = NDManager.newBaseManager()) {
            for (int seed : new int[] {0, 42, 2024}) {
                Engine.getInstance().setRandomSeed(seed);
                NDArray first = manager.randomNormal(0, 1, new Shape(2, 4, 32, 32), DataType.FLOAT32);
                NDArray second = manager.randomNormal(0, 1, new Shape(37), DataType.FLOAT32);
                TorchRandom random = new TorchRandom(seed);
                // to a few units in the last place: libtorch takes another kernel where the processor has no AVX2
                assertThat(random.randn(manager, 2, 4, 32, 32)
                                .sub(first)
                                .abs()
                                .max()
                                .getFloat())
                        .isLessThan(2e-6f);
                assertThat(random.randn(manager, 37).sub(second).abs().max().getFloat())
                        .isLessThan(2e-6f);
            }
        }
    }

    private static String sha256(float[] numbers) throws GeneralSecurityException {
        ByteBuffer bytes = ByteBuffer.allocate(numbers.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(numbers);
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes.array()));
    }
}
