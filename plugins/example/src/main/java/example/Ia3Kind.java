package example;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import graft.adapter.Lora;
import graft.model.Change;
import graft.train.AdapterKind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.pf4j.Extension;

/** (IA)³ that learns: a factor for each output of a layer, of which none is there at first. */
@Extension
public final class Ia3Kind implements AdapterKind {

    @Override
    public String id() {
        return "example/ia3";
    }

    @Override
    public String title() {
        return "(IA)³";
    }

    @Override
    public long numbers(int rank, long[] weight) {
        return weight[0];
    }

    @Override
    public Change.Custom fresh(Layer layer, NDManager memory) {
        long[] shape = layer.weight().getShape().getShape().clone();
        Arrays.fill(shape, 1, shape.length, 1);
        return new Ia3.Applied(memory.zeros(new Shape(shape)), 1);
    }

    @Override
    public Lora.Custom learnt(Change.Custom change, double alpha) {
        List<Float> factors = new ArrayList<>();
        for (float factor : ((Ia3.Applied) change).factors().toFloatArray()) {
            factors.add(factor);
        }
        return new Ia3(List.copyOf(factors), true);
    }

    @Override
    public boolean learns(Lora.Custom part) {
        return part instanceof Ia3 ia3 && ia3.ofOutputs();
    }
}
