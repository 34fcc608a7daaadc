package graft.nodes.sampling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import graft.file.ImageFile;
import graft.node.Problem;
import graft.node.testing.RecordedRun;
import graft.train.LossCurve;
import graft.train.Losses;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LossPlotTest {

    @TempDir
    Path folder;

    @Test
    void aPictureAndItsNumbersAreWritten() throws Exception {
        LossPlot node = new LossPlot();
        node.losses = new Losses(IntStream.rangeClosed(1, 100)
                .mapToObj(i -> new Losses.Step(i, 1.0 / i, 1e-4, 0.5))
                .toList());
        RecordedRun run = new RecordedRun(folder);

        node.run(run);

        assertThat(run.written).containsExactly(folder.resolve("losses.png"), folder.resolve("losses.csv"));
        assertThat(ImageFile.read(folder.resolve("losses.png")).getWidth()).isEqualTo(900);
        assertThat(Files.readAllLines(folder.resolve("losses.csv")))
                .hasSize(101)
                .startsWith(
                        "step,loss,smoothed,learning_rate,gradient_norm,prior,validation",
                        "1,1.00000,1.00000,0.000100000,0.500000,,");
        assertThat(node.plot.pictures().get(0).rgb()).contains(0x2F / 255f);
    }

    @Test
    void aSteadyLossIsItsOwnMean() {
        List<Losses.Step> steps = IntStream.rangeClosed(1, 50)
                .mapToObj(i -> new Losses.Step(i, 0.25, 0, 0))
                .toList();

        assertThat(LossCurve.of(new Losses(steps), 25).smoothed())
                .allSatisfy(mean -> assertThat(mean).isCloseTo(0.25, within(1e-12)));
    }

    @Test
    void theMeanLeansToTheNewest() {
        List<Losses.Step> steps = List.of(new Losses.Step(1, 0, 0, 0), new Losses.Step(2, 1, 0, 0));

        // span 3: weights 1/4 and 1/2 of 3/4
        assertThat(LossCurve.of(new Losses(steps), 3).smoothed().get(1)).isCloseTo(2.0 / 3, within(1e-12));
    }

    @Test
    void aTrainingThatMadeNoStepHasNothingToDraw() {
        LossPlot node = new LossPlot();
        node.losses = new Losses(List.of());

        assertThatThrownBy(() -> node.run(new RecordedRun(folder))).isInstanceOf(Problem.class);
    }
}
