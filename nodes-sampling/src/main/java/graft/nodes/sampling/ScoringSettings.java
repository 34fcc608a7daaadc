package graft.nodes.sampling;

import graft.model.CheckpointSpec;
import graft.node.Problem;
import graft.node.Setting;
import graft.sample.NoiseSchedule;
import graft.sample.Sampler;
import graft.sample.SamplerMethod;
import graft.sample.Spacing;
import graft.sample.StepPlan;
import graft.score.Artist;
import graft.score.Questions;
import graft.score.ScoreSpec;
import graft.score.ScoringForecast;

/** How pictures that are scored are drawn, but for the steps. */
final class ScoringSettings {

    @Setting(min = 0, max = 30, step = 0.5, help = "How strongly prompts are followed.")
    double guidance = 7;

    @Setting(advanced = true, group = "drawing", help = "The way from noise to picture.")
    SamplerMethod sampler = Sampler.DPMPP_2M;

    @Setting(
            advanced = true,
            group = "drawing",
            min = 1,
            max = 64,
            unit = "pictures",
            help = "How many are drawn at once: more is faster and takes more memory.")
    int batch = 4;

    /** @throws Problem where a model cannot be drawn with so */
    void check(CheckpointSpec model, int steps) {
        StepPlan.of(sampler, Spacing.AUTO, NoiseSchedule.of(model.scheduler()), steps, 1);
    }

    Artist artist(int steps) {
        return new Artist(sampler, steps, guidance, batch);
    }

    /**
     * What scorings will take.
     *
     * @param asked what is drawn for each
     * @param looks what looks at it
     */
    ScoringForecast forecast(ScoreSpec asked, int steps, VisionSettings looks) {
        Questions questions = asked.questions();
        return new ScoringForecast(
                artist(steps).forecast(asked.width(), asked.height()),
                questions.ofSubject().size(),
                questions.ofClass().size(),
                questions.ofOthers().size(),
                asked.examples(),
                looks.dino(),
                looks.clip());
    }
}
