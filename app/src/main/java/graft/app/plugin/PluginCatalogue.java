package graft.app.plugin;

import graft.file.AtomicFile;
import graft.node.Problem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the repositories offer that the user has named. Immutable.
 *
 * @param repositories those that could be read
 * @param problems why the others could not, and what was left out of their lists
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
                PluginRepository repository = fetch(address, cache);
                repositories.add(repository);
                repository.complaint().ifPresent(problems::add);
            } catch (Problem problem) {
                problems.add(problem.getMessage());
            }
        }
        return new PluginCatalogue(repositories, problems);
    }

    /**
     * Asks one repository, and keeps its list.
     *
     * @throws Problem when it cannot be read
     */
    static PluginRepository fetch(String address, Path cache) {
        String text = PluginRepository.text(address);
        PluginRepository repository = PluginRepository.parse(address, text);
        AtomicFile.write(kept(address, cache), out -> out.write(text.getBytes(StandardCharsets.UTF_8)));
        return repository;
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
    public Collection<PluginRepository.Offer> offers() {
        Map<String, PluginRepository.Offer> offers = new LinkedHashMap<>();
        repositories.forEach(repository -> repository.offers().forEach(offer -> offers.putIfAbsent(offer.id(), offer)));
        return offers.values();
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

    /** What one repository offers of a plugin. */
    Optional<PluginRepository.Offer> plugin(String id, String repository) {
        return repositories.stream()
                .filter(each -> each.address().equals(repository))
                .flatMap(each -> each.offers().stream())
                .filter(offer -> offer.id().equals(id))
                .findFirst();
    }

    /** The first plugin on offer of which something holds. */
    Optional<PluginRepository.Offer> offering(Predicate<PluginRepository.Offer> wanted) {
        return offers().stream().filter(wanted).findFirst();
    }
}
