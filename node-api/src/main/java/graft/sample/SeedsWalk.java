package graft.sample;

import ai.djl.ndarray.NDArray;
import graft.node.Cancelled;
import java.util.List;

/**
 * SEEDS (Gonzalez et al., 2023, algorithms 1 and 2): explicit exponential Runge–Kutta methods in x₀ over λ, whose noise between the
 * stages of a step is one path. With one stage at the end of the step they are Heun's method in these terms.
 *
 * @param stages where in a step the network is asked beside its beginning, as shares of it in λ
 * @param eta how strongly noise is added, 1 or 0
 * @param trapezoid whether the weights of the two x₀ are those of φ₁ alone, as SEEDS-2 has them
 */
record SeedsWalk(List<Double> stages, double eta, boolean trapezoid) implements SigmaSampler {

    @Override
    public NDArray sample(SigmaWalk walk, NDArray noisy) throws Cancelled {
        NDArray x = noisy;
        for (int i = 0; i < walk.steps(); i++) {
            NDArray clean = walk.clean(x, walk.sigmaInLambda(i));
            NDArray next = walk.ends(i) ? clean : stepped(walk, i, x, clean);
            x = walk.arrived(walk.sigma(i + 1), next, clean);
        }
        return x;
    }

    private NDArray stepped(SigmaWalk walk, int step, NDArray x, NDArray clean) {
        double first = walk.sigmaInLambda(step);
        double lambda = walk.lambdaAt(step);
        double h = walk.lambdaAt(step + 1) - lambda;
        double at = 0; // share of the step
        double sigma = first;
        NDArray latest = null; // x₀ at the stage before
        NDArray path = null; // the noise since the step began, as a share of σ
        NDArray latents = x;
        for (int stage = 0; stage <= stages.size(); stage++) {
            boolean last = stage == stages.size();
            double share = last ? 1 : stages.get(stage);
            double there = last ? walk.sigma(step + 1) : walk.sigmaOf(lambda + share * h);
            double whole = -Math.expm1(-share * h * (eta + 1));
            // of the change of x₀ since the step began: φ₂, or as if x₀ went on in a straight line
            double change = latest == null
                    ? 0
                    : trapezoid ? whole / (2 * stages.get(0)) : (1 - whole / (share * h * (eta + 1))) * share / at;
            double signal = walk.signal(there);
            Sum sum = Sum.of(there / first * Math.exp(-share * h * eta), x).and(signal * (whole - change), clean);
            if (latest != null) {
                sum = sum.and(signal * change, latest);
            }
            if (eta > 0) {
                double passed = (share - at) * h * eta;
                NDArray fresh = walk.noise(x, sigma, there);
                double strength = Math.sqrt(-Math.expm1(-2 * passed));
                path = path == null
                        ? Sum.of(strength, fresh).array()
                        : Sum.of(Math.exp(-passed), path).and(strength, fresh).array();
                sum = sum.and(there, path);
            }
            latents = sum.array();
            if (!last) {
                latest = walk.clean(latents, there);
                at = share;
                sigma = there;
            }
        }
        return latents;
    }
}
