package graft.train;

import graft.file.AtomicFile;
import graft.file.PngFile;
import graft.node.Problem;
import graft.node.Run;
import java.io.Closeable;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * What a training leaves of its course in the folder of its node while it runs: {@code losses.csv} (a line a step),
 * {@code losses.png} (drawn anew now and then) and {@code events.out.tfevents.graft} for TensorBoard.
 *
 * <p>A training that is taken up writes the steps before it again, so each file has every step once. No figure is of the
 * clock, so the same training leaves the same files. A file that cannot be written is told of once and left; the training
 * goes on.
 */
final class TrainingLog implements TrainingLoop.Listener, AutoCloseable {

    private static final int WIDTH = 900;
    private static final int HEIGHT = 500;
    private static final long REDRAW_NANOS = 30_000_000_000L;

    private final Run run;
    private final Path table;
    private final Path plot;
    private final Path events;
    private final List<Losses.Step> steps = new ArrayList<>();
    private final List<Losses.Validation> looks = new ArrayList<>();
    private final SmoothedLoss smoothed = new SmoothedLoss(SmoothedLoss.STEPS);
    private Writer lines;
    private EventFile board;
    private long drawn;
    private boolean lost;
    private boolean undrawn;

    TrainingLog(Run run) {
        this.run = run;
        table = run.folder().resolve("losses.csv");
        plot = run.folder().resolve("losses.png");
        events = run.folder().resolve("events.out.tfevents.graft");
    }

    @Override
    public void begins(Losses before) {
        write(table, () -> {
            Files.createDirectories(run.folder());
            lines = Files.newBufferedWriter(table);
            board = EventFile.create(events);
            before.validations().stream().filter(look -> look.step() == 0).forEach(looks::add);
            lines.write(new LossCurve(new Losses(List.of(), looks), List.of()).csv());
            if (!looks.isEmpty()) {
                board.add(0, Map.of("loss/validation", looks.get(0).loss()));
            }
            int at = looks.size();
            for (Losses.Step step : before.steps()) {
                boolean looked = at < before.validations().size()
                        && before.validations().get(at).step() == step.step();
                add(
                        step,
                        looked
                                ? OptionalDouble.of(
                                        before.validations().get(at++).loss())
                                : OptionalDouble.empty());
            }
            flush();
        });
        drawn = System.nanoTime();
    }

    @Override
    public boolean stepped(Losses.Step step, OptionalDouble validation) {
        write(table, () -> {
            add(step, validation);
            flush();
        });
        if (System.nanoTime() - drawn >= REDRAW_NANOS) {
            draw();
        }
        return true;
    }

    private void add(Losses.Step step, OptionalDouble validation) throws IOException {
        steps.add(step);
        validation.ifPresent(loss -> looks.add(new Losses.Validation(step.step(), loss)));
        double mean = smoothed.after(step.loss());
        lines.write(LossCurve.row(step, mean, validation));
        Map<String, Double> figures = new LinkedHashMap<>();
        figures.put("loss/train", step.loss());
        figures.put("loss/smoothed", mean);
        step.prior().ifPresent(loss -> figures.put("loss/prior", loss));
        validation.ifPresent(loss -> figures.put("loss/validation", loss));
        figures.put("learning rate", step.learningRate());
        figures.put("gradient norm", step.gradientNorm());
        board.add(step.step(), figures);
    }

    private void flush() throws IOException {
        if (lines != null && board != null) {
            lines.flush();
            board.flush();
        }
    }

    private void draw() {
        if (steps.isEmpty() || undrawn) {
            return;
        }
        try {
            PngFile.write(
                    plot,
                    LossCurve.of(new Losses(steps, looks), SmoothedLoss.STEPS).drawn(WIDTH, HEIGHT),
                    Map.of());
        } catch (Problem unwritten) {
            undraw(unwritten.getMessage());
        } catch (RuntimeException | LinkageError noFonts) {
            // Java draws no letters on a machine without fonts, which is no reason to lose a training.
            undraw("Java draws no letters on this machine, as where there are no fonts.");
        }
        drawn = System.nanoTime();
    }

    private void undraw(String why) {
        undrawn = true;
        run.warn("The losses are no longer drawn, the training goes on: " + why);
    }

    @Override
    public void close() {
        draw();
        write(table, this::flush);
        for (Closeable open : Arrays.asList(lines, board)) {
            try {
                if (open != null) {
                    open.close();
                }
            } catch (IOException unwritten) {
                // What is lost was told of when it was written.
            }
        }
        for (Path file : List.of(table, plot, events)) {
            if (Files.exists(file)) {
                run.wrote(file);
            }
        }
    }

    @FunctionalInterface
    private interface Work {
        void run() throws IOException;
    }

    private void write(Path file, Work work) {
        if (lost) {
            return;
        }
        try {
            work.run();
        } catch (IOException unwritten) {
            lost = true;
            run.warn("The losses are no longer written, the training goes on: "
                    + AtomicFile.problem(file, unwritten).getMessage());
        }
    }
}
