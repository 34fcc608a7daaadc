package example;

import ai.djl.ndarray.NDArray;
import graft.node.Setting;
import graft.tensor.Operators;
import graft.train.LossMethod;
import org.pf4j.Extension;

/** log cosh of the error: squares where it is small, straight lines where it is large. */
@Extension
public final class LogCosh implements LossMethod {

    @Setting(min = 0.1, max = 20, step = 0.1, help = "How soon squares pass into straight lines: at an error of 1 over it.")
    double sharpness = 1;

    @Override
    public String id() {
        return "example/log-cosh";
    }

    @Override
    public String title() {
        return "Log-cosh";
    }

    /** 2/a² · log cosh(a·error), which is error² where that is small. */
    @Override
    public NDArray distances(Predicted batch) {
        NDArray error = batch.prediction().sub(batch.target());
        NDArray logarithm = Operators.scaled(error, sharpness).cosh().log();
        return Operators.scaled(logarithm, 2 / (sharpness * sharpness));
    }
}
