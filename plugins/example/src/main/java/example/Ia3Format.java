package example;

import graft.adapter.AdapterFormat;
import graft.adapter.Lora;
import graft.file.SafeTensors;
import graft.file.SafeTensors.DType;
import graft.file.SafeTensors.Tensor;
import graft.node.Problem;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.pf4j.Extension;

/** What {@link Ia3Kind} learnt, in a file: a tensor {@code ia3.PART.LAYER} of [out] for each layer. */
@Extension
public final class Ia3Format implements AdapterFormat {

    private static final String BEGIN = "ia3.";

    @Override
    public String id() {
        return "example/ia3-file";
    }

    @Override
    public String title() {
        return "(IA)³";
    }

    @Override
    public boolean knows(SafeTensors file) {
        return file.names().stream().allMatch(name -> name.startsWith(BEGIN));
    }

    @Override
    public Lora read(SafeTensors file) {
        Map<String, Map<String, Ia3>> parts = new LinkedHashMap<>();
        for (String name : file.names()) {
            String[] place = name.substring(BEGIN.length()).split("\\.", 2);
            List<Float> factors = new ArrayList<>();
            for (float factor : file.floats(name)) {
                factors.add(factor);
            }
            parts.computeIfAbsent(place[0], first -> new LinkedHashMap<>())
                    .put(place[1], new Ia3(List.copyOf(factors), true));
        }
        return Lora.of("ia3", parts, file.metadata());
    }

    @Override
    public List<Tensor> tensors(Lora lora, DType dtype) {
        List<Tensor> tensors = new ArrayList<>();
        for (String part : lora.changed()) {
            lora.layers(part).forEach((layer, change) -> tensors.add(tensor(part, layer, change, dtype)));
        }
        return tensors;
    }

    private static Tensor tensor(String part, String layer, Lora.Part change, DType dtype) {
        if (!(change instanceof Ia3 ia3) || !ia3.ofOutputs()) {
            throw new Problem(
                    "cannot write the adapter",
                    "its layer " + layer + " is no (IA)³ of outputs",
                    "choose another format");
        }
        float[] numbers = new float[ia3.factors().size()];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = ia3.factors().get(i);
        }
        return Tensor.of(BEGIN + part + "." + layer, dtype, new long[] {numbers.length}, numbers);
    }
}
