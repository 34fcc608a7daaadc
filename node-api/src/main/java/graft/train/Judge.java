package graft.train;

import graft.model.Checkpoint;
import graft.model.ModelShape;
import graft.node.Cancelled;
import graft.node.Run;
import graft.node.SocketType;
import graft.node.Spec;
import graft.picture.Images;
import graft.sample.NoiseSchedule;
import graft.train.data.Dataset;
import graft.train.data.DatasetSpec;
import java.util.Optional;

/**
 * Looks from time to time at what a training has learnt so far, and says which step is the best and when more teach nothing.
 *
 * <p>It changes nothing of the training, which ends the same with and without: to the bit, unless the judge ends it.
 */
@SocketType(id = "graft/judge", title = "Judge", color = "#F48FB1")
public interface Judge {

    /** How many steps lie between two looks; there is one before the first step and one after the last too. */
    int every();

    /** Whether the training ends once the judge has seen enough. */
    boolean stops();

    /**
     * Gets ready for one training.
     *
     * @param images that it learns from
     * @param view the model as it is learnt so far whenever it is drawn with; borrowed
     * @param schedule by which its pictures are noised
     * @throws graft.node.Problem naming what cannot be read
     */
    Judging begin(Run run, Dataset images, Checkpoint view, NoiseSchedule schedule) throws Cancelled;

    /** What is known of a judge before it looks. */
    interface Outlook extends Spec {

        /** As {@link Judge#every}. */
        int every();

        /** How many looks a training has that takes all of its steps. */
        default int looks(int steps) {
            return 1 + (steps + every() - 1) / every();
        }

        /** How many predictions of the network all its looks ask for. */
        long predictions(int steps);

        /**
         * What all its looks at a training will take.
         *
         * @param model that is trained, as it is while it learns
         * @param images that it learns from
         * @param measure whether what was not measured on this machine yet is measured now
         * @return seconds; NaN where they are not known
         */
        double seconds(DrawingForecast.Model model, DatasetSpec images, int steps, String device, boolean measure);

        /** Bytes that a look holds at the most beside the weights of the model, and while the training goes on. */
        Held held(ModelShape shape, DatasetSpec images);
    }

    /**
     * @param always from the first look to the end of the training
     * @param looking while it looks, those included
     */
    record Held(long always, long looking) {}

    /**
     * What is known of a training so far.
     *
     * @param best the step, counted from 1, whose weights are to be kept; it changes only to the step just looked at
     * @param enough whether more steps gain nothing, or do harm
     * @param sentence says both, with the reason
     */
    record Verdict(int best, boolean enough, String sentence) {}

    /** One training, looked at by one thread. */
    interface Judging extends AutoCloseable {

        /**
         * Draws and measures, tells of it and leaves files in the folder of the run; gradients are off meanwhile.
         *
         * @param step that was just taken; 0 before the first
         * @throws Cancelled when the user stops meanwhile: the look is then as if it had never begun
         */
        void look(int step) throws Cancelled;

        /** Of all looks so far; empty before the first look after a step. */
        Optional<Verdict> verdict();

        /** How the training went, to be seen; empty before the first look. */
        Optional<Images> drawn();

        /** How many pictures a look draws. */
        int pictures();

        /** All that {@link #takeUp} needs to go on as if nothing had happened. */
        byte[] state();

        /** Goes on from a state, in place of all looks so far. */
        void takeUp(byte[] state);

        @Override
        void close();
    }
}
