package example;

import ai.djl.ndarray.NDArray;
import graft.node.Setting;
import graft.sample.Guess;
import graft.sample.SamplerMethod;
import graft.sample.Solver;
import graft.sample.StepNoise;
import graft.sample.StepPlan;
import java.util.List;
import org.pf4j.Extension;

/** Euler's method that goes down further than the next noise level and up again with fresh noise, by as much as is set. */
@Extension
public final class StochasticEuler implements SamplerMethod {

    @Setting(min = 0, max = 1, step = 0.05, help = "Share of the noise that is fresh at each step: 0 is Euler's method.")
    double eta = 0.5;

    @Setting(title = "Noise", min = 0, max = 2, step = 0.05, help = "How strong the fresh noise is.")
    double noiseScale = 1;

    @Override
    public String id() {
        return "example/stochastic-euler";
    }

    @Override
    public String title() {
        return "Stochastic Euler";
    }

    @Override
    public Walk walk() {
        return Walk.SIGMAS;
    }

    @Override
    public Solver solver(StepPlan plan, StepNoise noise) {
        return new OneWalk(plan, noise, eta, noiseScale);
    }

    /** x' = x + (σ_down − σ)·(x − x₀)/σ + s·σ_up·ε with σ_up = η·σ'·√(1 − σ'²/σ²) and σ_down² = σ'² − σ_up². */
    private record OneWalk(StepPlan plan, StepNoise noise, double eta, double scale) implements Solver {

        @Override
        public Step step(int call, NDArray latents, Guess guess) {
            double from = plan.sigma(call);
            double to = plan.sigma(call + 1);
            double up = eta * to * Math.sqrt(Math.max(0, 1 - to * to / (from * from)));
            double down = Math.sqrt(Math.max(0, to * to - up * up));
            NDArray next = latents.add(latents.sub(guess.clean()).div(from).mul(down - from));
            NDArray fresh = noise.next(latents.getManager(), latents.getShape());
            return new Step(up == 0 ? next : next.add(fresh.mul(scale * up)), guess.clean());
        }

        @Override
        public List<NDArray> kept() {
            return List.of();
        }
    }
}
