package graft.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import graft.model.Checkpoint;
import graft.node.Cancelled;
import graft.node.Problem;
import graft.node.Run;
import graft.sample.NoiseSchedule;
import java.util.Optional;

/**
 * One training from pictures to losses, the same for every method: caches, prior preservation, the loop, its states, and
 * what the user sees of it.
 *
 * <p>A trainer node says what learns ({@link Learner}) and what is to be done ({@link Task}); the rest is here.
 */
public final class Training {

    /**
     * What is learnt from, and for how long.
     *
     * @param model that the pictures and captions are encoded with; never changed
     * @param classImages what the class of the subject looks like, so that it is not forgotten
     * @param priorWeight how much they count beside the subject's pictures
     * @param batch pictures of each kind that a step looks at
     */
    public record Task(
            Checkpoint model,
            Dataset images,
            Optional<Dataset> classImages,
            double priorWeight,
            int steps,
            int batch,
            double learningRate,
            long seed) {}

    private final Run run;
    private final Task task;
    private final TrainingSettings settings;
    private final Learner learner;
    private final NoiseSchedule noise;

    private Training(Run run, Task task, TrainingSettings settings, Learner learner) {
        this.run = run;
        this.task = task;
        this.settings = settings;
        this.learner = learner;
        this.noise = NoiseSchedule.of(task.model().scheduler());
    }

    /**
     * Trains what the learner says, until all steps are taken or the user stops.
     *
     * @return how the loss went; fewer steps than asked for when the user stopped, which the run was told
     * @throws Cancelled when the user stopped before the first step
     * @throws Problem when pictures cannot be read or the training diverges
     */
    public static Losses run(Run run, Task task, TrainingSettings settings, Learner learner) throws Cancelled {
        return new Training(run, task, settings, learner).train();
    }

    private Losses train() throws Cancelled {
        task.classImages().ifPresent(this::checkPrompts);
        run.log("Encoding " + task.images().items().size() + " pictures and their captions.");
        try (TrainingCache subject = cache(task.images(), run.node());
                TrainingCache classes = task.classImages().isEmpty()
                        ? null
                        : cache(task.classImages().get(), run.node() + " class");
                NDManager memory = task.model().compute().newManager()) {
            TrainingLoop.Batches batches =
                    classes == null ? subject : new PriorPreservation(subject, classes, task.priorWeight());
            Checkpoint view = learner.view();
            setAsideWhatIsDone(view);
            TrainingLoop loop = new TrainingLoop(
                    learner.weights(),
                    settings.objective(noise),
                    settings.checkpointing
                            ? CheckpointedNetwork.of(view, memory)
                            : (noised, timesteps, context) ->
                                    view.unet().forward(noised, timesteps, context, view.unetPatches()),
                    settings.plan(task.steps(), task.learningRate()),
                    settings.optimizer(),
                    memory);
            run.log("Training "
                    + learner.weights().stream().mapToLong(NDArray::size).sum() + " numbers for " + task.steps()
                    + " steps.");
            Losses losses = loop.run(
                    batches, new TrainingProgress(run, task.steps()), TrainingLoop.Saves.of(run, settings.saveEvery));
            int taken = losses.steps().size();
            if (taken < task.steps()) {
                run.partial(
                        "Stopped after step " + taken + " of " + task.steps() + "; what was learnt so far is kept.");
            }
            return losses;
        }
    }

    /** Pictures and captions are read: what read them need not lie in memory while the model learns. */
    private void setAsideWhatIsDone(Checkpoint view) {
        view.setAside(Checkpoint.Part.VAE);
        if (!learner.readsText()) {
            view.setAside(Checkpoint.Part.TEXT_ENCODER);
        }
        if (view.hasOwnUnet()) {
            view.setAside(Checkpoint.Part.UNET);
        }
    }

    private TrainingCache cache(Dataset data, String stream) throws Cancelled {
        TrainingCache.Draw draw = settings.draw(task.seed(), stream, task.batch(), noise);
        TrainingCache.Progress progress = (done, total) -> run.checkCancelled();
        return learner.readsText()
                ? TrainingCache.withLearningText(data, task.model(), draw, learner.view()::encode, progress)
                : TrainingCache.of(data, task.model(), draw, progress);
    }

    private void checkPrompts(Dataset classImages) {
        String caption = task.images().items().get(0).caption();
        if (classImages.items().stream().anyMatch(item -> item.caption().equals(caption))) {
            throw new Problem(
                            "the subject cannot be told from its class",
                            "both have the caption \"" + caption + "\"",
                            "give the subject's captions a rare word, such as sks, that the class's lack")
                    .at("classImages");
        }
    }
}
