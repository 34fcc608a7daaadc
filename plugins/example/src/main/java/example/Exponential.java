package example;

import graft.sample.NoiseSchedule;
import graft.sample.NoiseSpacing;
import org.pf4j.Extension;

/** Noise levels whose logarithms are evenly spread, as k-diffusion's exponential schedule has them. */
@Extension
public final class Exponential implements NoiseSpacing {

    @Override
    public String id() {
        return "example/exponential";
    }

    @Override
    public String title() {
        return "Exponential";
    }

    @Override
    public double[] sigmas(NoiseSchedule schedule, double most, double least, int steps) {
        double[] sigmas = new double[steps];
        for (int i = 0; i < steps; i++) {
            sigmas[i] = most * Math.pow(least / most, steps == 1 ? 0 : i / (steps - 1.0));
        }
        return sigmas;
    }
}
