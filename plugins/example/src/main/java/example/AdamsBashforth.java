package example;

import ai.djl.ndarray.NDArray;
import graft.sample.Guess;
import graft.sample.SamplerMethod;
import graft.sample.Solver;
import graft.sample.StepNoise;
import graft.sample.StepPlan;
import java.util.List;
import org.pf4j.Extension;

/** Adams and Bashforth's method of second order on the probability flow: each step uses the slope of the one before too. */
@Extension
public final class AdamsBashforth implements SamplerMethod {

    @Override
    public String id() {
        return "example/adams-bashforth";
    }

    @Override
    public String title() {
        return "Adams-Bashforth 2";
    }

    @Override
    public Walk walk() {
        return Walk.SIGMAS;
    }

    @Override
    public Solver solver(StepPlan plan, StepNoise noise) {
        return new OneWalk(plan);
    }

    /** x' = x + h·((1 + r/2)·d − r/2·d₋₁) with d = (x − x₀)/σ, h the step in σ and r the ratio of it to the step before. */
    private static final class OneWalk implements Solver {

        private final StepPlan plan;
        private NDArray slopeBefore;

        OneWalk(StepPlan plan) {
            this.plan = plan;
        }

        @Override
        public Step step(int call, NDArray latents, Guess guess) {
            float sigma = plan.sigma(call);
            float step = plan.sigma(call + 1) - sigma;
            NDArray slope = latents.sub(guess.clean()).div(sigma);
            boolean last = call == plan.end() - 1;
            NDArray along = slope;
            if (slopeBefore != null && !last) {
                // The last step goes to σ = 0 along its own slope, which leads to the network's guess itself.
                float half = step / (sigma - plan.sigma(call - 1)) / 2;
                along = slope.mul(1 + half).sub(slopeBefore.mul(half));
            }
            slopeBefore = slope;
            return new Step(latents.add(along.mul(step)), guess.clean());
        }

        @Override
        public List<NDArray> kept() {
            return List.of(slopeBefore);
        }
    }
}
