package graft.train;

import graft.file.PngFile;
import graft.model.Checkpoint;
import graft.node.Cancelled;
import graft.node.Run;
import graft.sample.Drawing;
import graft.sample.NoiseSchedule;
import graft.sample.Sampler;
import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * Pictures drawn with what is learnt so far, each time from the same noise: shown, and written as
 * {@code samples/step_00050_0.png} in the folder of the node.
 *
 * <p>Draws with gradients off and random numbers of its own, so a training ends the same with and without. Keeps nothing
 * between two times.
 */
final class TrainingSamples implements TrainingLoop.Listener {

    private static final Sampler SAMPLER = Sampler.DPMPP_2M;

    /**
     * What is drawn.
     *
     * @param every how many steps lie between two times; 0 for never
     * @param width in pixels, likewise {@code height}
     * @param steps of the sampler
     */
    record Plan(int every, List<String> prompts, int width, int height, int steps, double guidance, long seed) {}

    private final Run run;
    private final Drawing drawing;
    private final NoiseSchedule schedule;
    private final Plan plan;
    private final Runnable tidy;

    /**
     * @param model as it is learnt so far whenever it is called; borrowed
     * @param tidy sets aside again what the training can do without
     */
    TrainingSamples(Run run, Checkpoint model, NoiseSchedule schedule, Plan plan, Runnable tidy) {
        this.tidy = tidy;
        this.run = run;
        drawing = new Drawing(model, SAMPLER, plan.steps(), plan.guidance(), plan.width(), plan.height());
        this.schedule = schedule;
        this.plan = plan;
    }

    @Override
    public void begins(Losses before) {
        if (plan.every() > 0 && before.steps().isEmpty()) {
            draw(0);
        }
    }

    @Override
    public boolean stepped(Losses.Step step, OptionalDouble validation) {
        if (plan.every() > 0 && step.step() % plan.every() == 0) {
            draw(step.step());
        }
        return true;
    }

    private void draw(int step) {
        try {
            for (int i = 0; i < plan.prompts().size(); i++) {
                String prompt = plan.prompts().get(i);
                BufferedImage picture = drawing.draw(
                                List.of(new Drawing.Wanted(prompt, plan.seed())),
                                schedule,
                                (done, total, at, expected) -> run.checkCancelled())
                        .get(0)
                        .toBufferedImage();
                run.preview(picture);
                Path file = run.folder()
                        .resolve("samples")
                        .resolve(String.format(Locale.ROOT, "step_%05d_%d.png", step, i));
                PngFile.write(file, picture, Map.of("parameters", parameters(prompt)));
                run.wrote(file);
            }
        } catch (Cancelled stopped) {
            // The step that was taken is what the user keeps; its samples are not waited for.
        } catch (RuntimeException failure) {
            // A picture to look at is no reason to lose a training: the disk may be full, or the memory too small.
            run.warn("The samples of step " + step + " were not drawn, the training goes on: " + failure.getMessage());
        } finally {
            tidy.run();
        }
    }

    /** As A1111 writes them. */
    private String parameters(String prompt) {
        return prompt + "\nSteps: " + plan.steps() + ", Sampler: " + SAMPLER.title() + ", CFG scale: " + plan.guidance()
                + ", Seed: " + plan.seed() + ", Size: " + plan.width() + "x" + plan.height();
    }
}
