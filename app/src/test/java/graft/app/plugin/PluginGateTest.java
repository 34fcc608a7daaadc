package graft.app.plugin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import graft.file.PictureFormat;
import graft.sample.NoiseSpacing;
import graft.sample.SamplerMethod;
import graft.sample.Spacing;
import java.awt.Dimension;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is to be answered soon, and is not; archives that misbehave in other ways are those of the engine's tests. */
@Timeout(600)
class PluginGateTest {

    private final TimeLimit limit = new TimeLimit();
    private final List<PluginFailure> told = new ArrayList<>();

    private <T> T before(Class<T> point, T extension) {
        try {
            return point.cast(PluginGate.before(extension, "odd", limit, 1, told::add));
        } catch (Throwable fault) {
            throw new AssertionError(fault);
        }
    }

    /** Waits until it is let go of, in whatever it is asked. */
    private static final class Slow implements SamplerMethod, PictureFormat {

        private final CountDownLatch go = new CountDownLatch(1);
        private boolean waits = true;

        private void await() {
            while (waits) {
                try {
                    go.await();
                    return;
                } catch (InterruptedException unmoved) {
                    // It goes on.
                }
            }
        }

        @Override
        public String id() {
            return "odd/slow";
        }

        @Override
        public String title() {
            return "Slow";
        }

        @Override
        public Walk walk() {
            return Walk.SIGMAS;
        }

        @Override
        public boolean takes(NoiseSpacing spacing) {
            await();
            return true;
        }

        @Override
        public List<String> endings() {
            return List.of("slow");
        }

        @Override
        public boolean knows(byte[] start) {
            await();
            return true;
        }

        @Override
        public Dimension size(Path file) {
            return new Dimension(1, 1);
        }

        @Override
        public BufferedImage read(Path file) throws IOException {
            if (!file.toString().equals("it")) {
                await();
            }
            throw new IOException("the file is odd");
        }

        private void letGo() {
            waits = false;
            go.countDown();
        }
    }

    @Test
    void whatDoesNotComeBackIsAFaultOfItsPluginAndIsAskedAgainOnceItHas() throws Exception {
        Slow slow = new Slow();
        SamplerMethod gated = before(SamplerMethod.class, slow);
        for (int i = 0; i < 2; i++) {
            assertThatThrownBy(() -> gated.takes(Spacing.AUTO))
                    .isInstanceOfSatisfying(PluginFault.class, fault -> assertThat(fault.plugin())
                            .isEqualTo("odd"))
                    .hasMessageContaining("it did not come back within 1 s");
        }
        slow.letGo();
        while (Thread.getAllStackTraces().keySet().stream()
                .anyMatch(thread -> thread.getName().equals("takes of odd, left behind"))) {
            Thread.onSpinWait();
        }
        assertThat(gated.takes(Spacing.AUTO)).isTrue();
    }

    @Test
    void oneThatDoesNotSayWhetherAFileIsItsHasSaidNo() {
        Slow slow = new Slow();
        PictureFormat gated = before(PictureFormat.class, slow);
        assertThat(gated.knows(new byte[64])).isFalse();
        assertThat(gated.knows(new byte[64])).isFalse();
        assertThat(told).singleElement().satisfies(failure -> assertThat(failure.reason())
                .contains("Slow was passed over: ", "it did not come back within 1 s"));
        slow.letGo();
    }

    @Test
    void aPictureHasSixTimesAsLongAsAnAnswerAndThenItsPluginIsNamed() {
        Slow slow = new Slow();
        PictureFormat gated = before(PictureFormat.class, slow);
        assertThatThrownBy(() -> gated.read(Path.of("without end")))
                .isInstanceOfSatisfying(
                        PluginFault.class, fault -> assertThat(fault.plugin()).isEqualTo("odd"))
                .hasMessageContaining("Slow.read of the plugin odd: it did not come back within 6 s");
        slow.letGo();
    }

    @Test
    void whatItThrowsAsItMayGoesOnAsItIs() throws Exception {
        PictureFormat gated = before(PictureFormat.class, new Slow());
        assertThat(gated.size(Path.of("it"))).isEqualTo(new Dimension(1, 1));
        assertThatThrownBy(() -> gated.read(Path.of("it")))
                .isInstanceOf(IOException.class)
                .hasMessage("the file is odd");
    }

    @Test
    void whatItSaysOfItselfIsKept() {
        SamplerMethod gated = before(SamplerMethod.class, new SamplerMethod() {
            private int asked;

            @Override
            public String id() {
                return "odd/turns";
            }

            @Override
            public String title() {
                return "Turns";
            }

            @Override
            public Walk walk() {
                return asked++ == 0 ? Walk.FREE : Walk.WHOLE_TIMESTEPS;
            }
        });
        assertThat(gated.walk()).isEqualTo(SamplerMethod.Walk.FREE);
        assertThat(gated.walk()).isEqualTo(SamplerMethod.Walk.FREE);
        assertThat(gated.sigmaSampler()).isEmpty();
        assertThat(gated.equals(gated)).isTrue();
    }
}
