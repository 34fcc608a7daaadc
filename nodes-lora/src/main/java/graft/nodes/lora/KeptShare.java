package graft.nodes.lora;

import graft.node.Run;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** How much of what layers change a lower rank keeps, for the log. */
final class KeptShare {

    private record Layer(String module, int from, int rank, double energy, double share) {}

    private final List<Layer> layers = new ArrayList<>();

    /** @param from the rank that the layer had; 0 where its change was whole */
    void add(String module, int from, int rank, double energy, double share) {
        layers.add(new Layer(module, from, rank, energy, share));
    }

    int layers() {
        return layers.size();
    }

    /** The energy of what is kept. */
    double energy() {
        return layers.stream()
                .mapToDouble(layer -> layer.energy() * layer.share())
                .sum();
    }

    /** One line for each layer, and one for all: how much of the energy of the change is kept. */
    void tell(Run run) {
        for (Layer layer : layers) {
            run.log(layer.module() + ": rank " + (layer.from() == 0 ? "" : layer.from() + " to ") + layer.rank()
                    + " keeps " + percent(layer.share()) + ".");
        }
        if (!layers.isEmpty()) {
            double all = layers.stream().mapToDouble(Layer::energy).sum();
            run.log("All " + layers.size() + " layers together keep " + percent(all == 0 ? 1 : energy() / all)
                    + " of the energy of their change.");
        }
    }

    static String percent(double share) {
        return String.format(Locale.ROOT, "%.2f %%", 100 * share);
    }
}
