package graft.train;

import ai.djl.ndarray.NDManager;
import graft.file.CacheFolder;
import graft.model.Checkpoint;
import graft.model.Network;
import graft.model.Parts;
import graft.node.Cancelled;
import graft.node.Problem;
import graft.node.Run;
import graft.sample.Drawing;
import graft.sample.NoiseSchedule;
import graft.tensor.Precision;
import graft.train.data.CaptionCheck;
import graft.train.data.Captions;
import graft.train.data.Dataset;
import graft.train.optimizer.ParameterGroup;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * One training from pictures to losses, the same for every method: caches, prior preservation, the loop, its states, and
 * what the user sees of it.
 *
 * <p>A trainer node says what learns ({@link Learner}) and what is to be done ({@link Task}); the rest is here.
 */
public final class Training {

    /**
     * What is learnt from.
     *
     * @param model that the pictures and captions are encoded with; never changed
     * @param classImages what the class of the subject looks like, so that it is not forgotten
     * @param priorWeight how much they count beside the subject's pictures
     * @param validation pictures that nothing is learnt from, to look at from time to time
     * @param captions what becomes of the captions of {@code images} before the settings change them
     */
    public record Task(
            Checkpoint model,
            Dataset images,
            Optional<Dataset> classImages,
            double priorWeight,
            Optional<Dataset> validation,
            Captions captions) {

        /** With captions as they are written. */
        public Task(
                Checkpoint model,
                Dataset images,
                Optional<Dataset> classImages,
                double priorWeight,
                Optional<Dataset> validation) {
            this(model, images, classImages, priorWeight, validation, Captions.AS_WRITTEN);
        }
    }

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
        this.noise = settings.noise(task.model().scheduler());
    }

    /**
     * Trains what the learner says, until all steps are taken or the user stops.
     *
     * @return how the loss went; fewer steps than asked for when the user stopped or the training diverged, which the run
     *     was told
     * @throws Cancelled when the user stopped before the first step
     * @throws Problem when pictures cannot be read or the training diverges at its first step
     */
    public static Losses run(Run run, Task task, TrainingSettings settings, Learner learner) throws Cancelled {
        try (Trained trained = run(run, task, settings, learner, Optional.empty())) {
            return trained.losses();
        }
    }

    /**
     * Likewise, while a judge looks at what is learnt, which may end it before its last step.
     *
     * @return closed by the caller
     * @throws Cancelled when the user stopped before the first step
     * @throws Problem as without a judge, and when the judge cannot begin
     */
    public static Trained run(Run run, Task task, TrainingSettings settings, Learner learner, Optional<Judge> judge)
            throws Cancelled {
        if (settings.precision == Precision.FP32) {
            return new Training(run, task, settings, learner).train(judge);
        }
        if (task.model().compute().isCpu()) {
            run.warn("A processor computes in " + settings.precision
                    + " far more slowly than in FP32: choose FP32 here, and the other on a CUDA device.");
        }
        // Rows of int8 are computed with in any precision, and are narrower than it.
        if (learner.learnsNetwork() || learner.learning().isRounded()) {
            return new Training(run, task, settings, learner).train(judge);
        }
        try (Network rounded = learner.learning().roundedNetwork(settings.precision)) {
            return new Training(run, task, settings, learner.over(rounded)).train(judge);
        }
    }

    private Trained train(Optional<Judge> judge) throws Cancelled {
        if (!task.model().scheduledPatches().isEmpty()) {
            throw new Problem(
                            "cannot train on this model",
                            "a LoRA over it acts at some of the steps of a picture only, and a training takes none",
                            "let it act at all steps, or wire in the model without it")
                    .at("model");
        }
        if (task.model().reuse().isPresent()) {
            throw new Problem(
                            "cannot train on this model",
                            "it reuses blocks, which draws approximately, and a training computes all of them",
                            "wire in the model without Reuse Blocks")
                    .at("model");
        }
        if (!task.model().hooks().isEmpty()) {
            throw new Problem(
                            "cannot train on this model",
                            "something stands in its network on the way to a picture ("
                                    + task.model().hooks().get(0).getClass().getSimpleName()
                                    + "), and a training learns from the network as it is",
                            "wire in the model without it")
                    .at("model");
        }
        task.classImages()
                .flatMap(classes -> CaptionCheck.told(task.images(), classes, "classImages"))
                .ifPresent(run::warn);
        if (learner.size() == 0) {
            throw new Problem("nothing would be learnt", "the learning rate is 0", "choose one above 0")
                    .at("learningRate");
        }
        warnOfUnread();
        if (settings.cache == TrainingSettings.Keep.DISK) {
            Path folder = TrainingSettings.cacheFolder();
            CacheFolder.prune().ifPresent(run::warn);
            run.log("Encoded pictures and captions are kept in " + folder + ", at most "
                    + (CacheFolder.MOST_BYTES >> 30) + " GB; it may be removed at any time.");
        }
        Checkpoint learning = learner.learning();
        try (CostMeter meter = new CostMeter(task.model().compute().isCpu());
                TrainingCache subject = cache(task.images(), settings.batch, "", changing(task.captions()), learning);
                TrainingCache classes = cacheOrNull(
                        task.classImages(), settings.batch, " class", changing(Captions.AS_WRITTEN), learning);
                TrainingCache held = cacheOrNull(task.validation(), 1, " validation", task.captions(), learner.view());
                NDManager memory = task.model().compute().newManager();
                TrainingLog log = new TrainingLog(run)) {
            if (subject.maskedOut()) {
                throw new Problem(
                                "nothing would be learnt",
                                "masks leave out every picture wholly, and what they leave out counts nothing"
                                        + " (unmasked weight is 0)",
                                "mend the masks, or set a weight above 0")
                        .at("images");
            }
            TrainingLoop.Batches batches =
                    classes == null ? subject : new PriorPreservation(subject, classes, task.priorWeight());
            setAsideWhatIsDone(learning);
            TrainingLoop loop = new TrainingLoop(
                    learner.groups(),
                    settings.objective(noise),
                    settings.checkpointing ? network(learning).checkpointed(memory) : network(learning),
                    settings.plan(),
                    settings.optimizer(),
                    memory);
            loop.afterEachStep(learner.around()::changed);
            loop.mustLearnBy(settings.stepsToLearn(task.images()));
            run.log("Training " + learner.size() + " numbers for " + settings.steps + " steps.");
            TrainingLoop.Batches begun = (step, part) -> {
                learner.around().begin(step, part);
                Batch batch = batches.batch(step, part);
                if (!learner.readsText()) {
                    learning.makeRoomFor(Parts.DENOISER);
                }
                return batch;
            };
            Runnable tidy = () -> setAsideWhatIsDone(learning);
            try (JudgedSteps judged = judgedOrNull(judge, loop, tidy)) {
                List<TrainingLoop.Listener> told = new ArrayList<>();
                told.add(log);
                told.add(new TrainingSamples(run, learner.view(), noise, settings.samples(task), tidy));
                if (judged != null) {
                    loop.beside(judged);
                    told.add(judged);
                }
                told.add(new TrainingProgress(run, settings.steps));
                Watch watch = new Watch(run, told);
                Losses losses = loop.run(
                        begun,
                        task.validation()
                                .map(data -> new Validation(
                                        network(learner.view()),
                                        held,
                                        data.items().size(),
                                        noise,
                                        settings.validateEvery)),
                        watch,
                        TrainingLoop.Saves.of(run, settings.saveEvery, settings.saveMinutes));
                int taken = losses.steps().size();
                boolean ended = judged != null && judged.endedAt(taken);
                if (taken < settings.steps && !watch.diverged && !ended) {
                    run.partial("Stopped after step " + taken + " of " + settings.steps
                            + "; what was learnt so far is kept.");
                }
                Losses all = watch.takenUp ? losses : losses.withCost(meter.cost(learner.size()));
                return judged == null ? new Trained(all, Optional.empty(), Optional.empty()) : judged.trained(all);
            }
        }
    }

    private JudgedSteps judgedOrNull(Optional<Judge> judge, TrainingLoop loop, Runnable tidy) throws Cancelled {
        return judge.isEmpty()
                ? null
                : new JudgedSteps(
                        run,
                        judge.get(),
                        judge.get().begin(run, task.images(), learner.view(), noise),
                        ParameterGroup.weights(ParameterGroup.learning(learner.groups())),
                        settings.steps,
                        loop::asDrawn,
                        tidy);
    }

    private LearningNetwork network(Checkpoint model) {
        return LearningNetwork.of(model).in(settings.precision);
    }

    /** Says once what the model will not read of the texts of this training. */
    private void warnOfUnread() {
        Checkpoint reader = learner.view();
        CaptionCheck.unread("caption", task.images(), changing(task.captions()), reader::reading)
                .forEach(run::warn);
        task.classImages().ifPresent(classes -> CaptionCheck.unread(
                        "class caption", classes, changing(Captions.AS_WRITTEN), reader::reading)
                .forEach(run::warn));
        task.validation()
                .ifPresent(held -> CaptionCheck.unread("validation caption", held, task.captions(), reader::reading)
                        .forEach(run::warn));
        if (settings.sampleEvery > 0 && !settings.samplePrompts.isBlank()) {
            settings.samples(task).prompts().stream()
                    .flatMap(prompt -> reader
                            .reading(prompt, Drawing.WEIGHTING)
                            .withTriggers()
                            .warnings("The sample prompt \"" + prompt + "\"")
                            .stream())
                    .forEach(run::warn);
        }
    }

    /** Pictures and captions are read: what read them need not lie in memory while the model learns. */
    private void setAsideWhatIsDone(Checkpoint view) {
        view.setAside(Parts.VAE);
        view.texts().stream()
                .filter(part -> !learner.readsText() || view.hasOwnEncoder(part))
                .forEach(view::setAside);
        if (view.hasOwnNetwork()) {
            view.setAside(Parts.DENOISER);
        }
    }

    /** Several that are told of a training; it goes on while all say so. */
    private static final class Watch implements TrainingLoop.Listener {

        private final Run run;
        private final List<TrainingLoop.Listener> listeners;
        private boolean diverged;
        private boolean takenUp;
        private boolean spoilt;

        Watch(Run run, List<TrainingLoop.Listener> listeners) {
            this.run = run;
            this.listeners = listeners;
        }

        @Override
        public void begins(Losses before) {
            takenUp = !before.steps().isEmpty();
            listeners.forEach(listener -> listener.begins(before));
        }

        @Override
        public boolean stepped(Losses.Step step, OptionalDouble validation) {
            if (validation.isPresent() && !Double.isFinite(validation.getAsDouble()) && !spoilt) {
                spoilt = true;
                run.warn("The loss on the held-out pictures became " + validation.getAsDouble() + " at step "
                        + step.step() + ": it says nothing any more.");
            }
            boolean going = true;
            for (TrainingLoop.Listener listener : listeners) {
                going &= listener.stepped(step, validation);
            }
            return going;
        }

        @Override
        public void diverged(Problem problem) {
            diverged = true;
            run.partial(problem);
        }
    }

    private TrainingCache cacheOrNull(
            Optional<Dataset> data, int batch, String stream, Captions captions, Checkpoint reader) throws Cancelled {
        return data.isEmpty() ? null : cache(data.get(), batch, stream, captions, reader);
    }

    /** Captions that are varied from draw to draw as the settings say. */
    private Captions changing(Captions captions) {
        return captions.then(settings.draw(run.stream(), settings.batch, noise).captions());
    }

    /**
     * @param stream what keys the random numbers beside the seed and the node
     * @param reader reads captions where what reads them learns
     */
    private TrainingCache cache(Dataset data, int batch, String stream, Captions captions, Checkpoint reader)
            throws Cancelled {
        TrainingCache.Draw draw =
                settings.draw(run.stream() + stream, batch, noise).withCaptions(captions);
        TrainingCache.Progress progress = new TrainingCache.Progress() {
            @Override
            public void read(int done, int total) throws Cancelled {
                run.checkCancelled();
            }

            @Override
            public void warn(String sentence) {
                run.warn(sentence);
            }
        };
        long pictures = data.items().stream().map(Dataset.Item::file).distinct().count();
        run.log("Encoding " + pictures + " pictures.");
        TrainingCache cache = learner.readsText()
                ? TrainingCache.withLearningText(data, task.model(), draw, reader::encode, progress)
                : TrainingCache.of(data, task.model(), draw, progress);
        if (cache.found() > 0) {
            run.log("Latents of " + cache.found() + " pictures were taken from the cache.");
        }
        return cache;
    }
}
