package graft.file;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class HalfFloatTest {

    @Test
    void everyF16SurvivesTheWayThroughAFloat() {
        for (int bits = 0; bits < 1 << 16; bits++) {
            float value = HalfFloat.fromF16((short) bits);
            if (Float.isNaN(value)) {
                assertThat(HalfFloat.toF16(value) & 0x7c00).isEqualTo(0x7c00);
            } else {
                assertThat(HalfFloat.toF16(value)).isEqualTo((short) bits);
            }
        }
    }

    @Test
    void everyBf16SurvivesTheWayThroughAFloat() {
        for (int bits = 0; bits < 1 << 16; bits++) {
            float value = HalfFloat.fromBf16((short) bits);
            if (Float.isNaN(value)) {
                assertThat(HalfFloat.toBf16(value) & 0x7fc0).isGreaterThanOrEqualTo(0x7fc0);
            } else {
                assertThat(HalfFloat.toBf16(value)).isEqualTo((short) bits);
            }
        }
    }

    @Test
    void halfWayGoesToTheEvenNeighbour() {
        for (int bits = 0; bits < 0x7bff; bits++) {
            float below = HalfFloat.fromF16((short) bits);
            float above = HalfFloat.fromF16((short) (bits + 1));
            float middle = (below + above) / 2;
            int even = bits % 2 == 0 ? bits : bits + 1;
            assertThat(HalfFloat.toF16(middle)).isEqualTo((short) even);
            assertThat(HalfFloat.toF16(Math.nextDown(middle))).isEqualTo((short) bits);
            assertThat(HalfFloat.toF16(Math.nextUp(middle))).isEqualTo((short) (bits + 1));
        }
    }

    @Test
    void whatIsTooLargeIsInfinite() {
        assertThat(HalfFloat.toF16(65519)).isEqualTo((short) 0x7bff);
        assertThat(HalfFloat.toF16(65520)).isEqualTo((short) 0x7c00);
        assertThat(HalfFloat.toF16(-1e30f)).isEqualTo((short) 0xfc00);
        assertThat(HalfFloat.toBf16(Float.MAX_VALUE)).isEqualTo((short) 0x7f80);
    }
}
