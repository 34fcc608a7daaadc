package graft.app.plugin;

import graft.file.AtomicFile;
import graft.node.Problem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the repositories offer that the user has named. Immutable.
 *
 * @param repositories those that could be read
 * @param problems why the others could not
 */
public record PluginCatalogue(List<PluginRepository> repositories, List<String> problems) {

    private static final Logger LOG = LoggerFactory.getLogger(PluginCatalogue.class);

    public PluginCatalogue {
        repositories = List.copyOf(repositories);
        problems = List.copyOf(problems);
    }

    /**
     * Asks every repository, and keeps their lists for {@link #known}.
     *
     * @param cache folder of the kept lists
     */
    static PluginCatalogue ask(List<String> addresses, Path cache) {
        List<PluginRepository> repositories = new ArrayList<>();
        List<String> problems = new ArrayList<>();
        for (String address : addresses) {
            try {
                String text = PluginRepository.text(address);
                repositories.add(PluginRepository.parse(address, text));
                AtomicFile.write(kept(address, cache), out -> out.write(text.getBytes(StandardCharsets.UTF_8)));
            } catch (Problem problem) {
                problems.add(problem.getMessage());
            }
        }
        return new PluginCatalogue(repositories, problems);
    }

    /** What the repositories offered when they were last asked; asks nobody. */
    static PluginCatalogue known(List<String> addresses, Path cache) {
        List<PluginRepository> repositories = new ArrayList<>();
        for (String address : addresses) {
            try {
                repositories.add(PluginRepository.parse(address, Files.readString(kept(address, cache))));
            } catch (IOException | Problem neverAskedOrSpoilt) {
                LOG.debug("nothing is known of {}", address, neverAskedOrSpoilt);
            }
        }
        return new PluginCatalogue(repositories, List.of());
    }

    private static Path kept(String address, Path cache) {
        byte[] digest = Sha512.digest("SHA-256").digest(address.getBytes(StandardCharsets.UTF_8));
        return cache.resolve(HexFormat.of().formatHex(digest, 0, 8) + ".json");
    }

    /** Everything on offer; of two repositories that offer the same plugin, the first one's. */
    public List<PluginRepository.Offer> offers() {
        List<PluginRepository.Offer> offers = new ArrayList<>();
        for (PluginRepository repository : repositories) {
            for (PluginRepository.Offer offer : repository.offers()) {
                if (offers.stream().noneMatch(other -> other.id().equals(offer.id()))) {
                    offers.add(offer);
                }
            }
        }
        return offers;
    }

    /** Offers in which all of the words occur, in any case. */
    public List<PluginRepository.Offer> search(List<String> words) {
        return offers().stream()
                .filter(offer -> words.stream().allMatch(offer::mentions))
                .toList();
    }

    public Optional<PluginRepository.Offer> plugin(String id) {
        return offers().stream().filter(offer -> offer.id().equals(id)).findFirst();
    }

    /** The plugin that offers a node of that type. */
    public Optional<PluginRepository.Offer> offering(String nodeType) {
        return offers().stream()
                .filter(offer -> offer.nodes().contains(nodeType))
                .findFirst();
    }
}
