package graft.app;

import static org.assertj.core.api.Assertions.assertThat;

import graft.app.command.Graft;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The pages of the project lead somewhere, and tell of all that ships. */
class PagesTest {

    private static final Pattern LINK = Pattern.compile("]\\(([^()\\s]+)\\)");

    /** Where a block of code begins or ends. */
    private static final String FENCE = "```";

    private static final int README_LINES = 150;

    /** The pages that a reader comes to: those at the door, those of docs and those of plugins. */
    private static List<Path> pages() throws IOException {
        List<Path> pages = new ArrayList<>();
        for (String folder : List.of("", "docs", "docs/bench", "plugins", "plugins/example")) {
            try (Stream<Path> files = Files.list(Page.ROOT.resolve(folder))) {
                files.filter(file -> file.toString().endsWith(".md")).forEach(pages::add);
            }
        }
        pages.sort(Comparator.naturalOrder());
        return pages;
    }

    private static List<String> prose(Path page) throws IOException {
        List<String> lines = new ArrayList<>();
        boolean code = false;
        for (String line : Files.readAllLines(page)) {
            if (line.startsWith(FENCE)) {
                code = !code;
            } else if (!code) {
                lines.add(line);
            }
        }
        return lines;
    }

    /** What headings are called in links, as GitHub makes it of their letters. */
    private static Set<String> anchors(Path page) throws IOException {
        Set<String> anchors = new TreeSet<>();
        Map<String, Integer> seen = new HashMap<>();
        for (String line : prose(page)) {
            if (line.matches("#{1,6} .*")) {
                String anchor = line.replaceFirst("#+ ", "")
                        .toLowerCase(Locale.ROOT)
                        .replaceAll("[^\\p{L}\\p{N} _-]", "")
                        .replace(' ', '-');
                int before = seen.merge(anchor, 1, Integer::sum) - 1;
                anchors.add(before == 0 ? anchor : anchor + "-" + before);
            }
        }
        return anchors;
    }

    @Test
    void eachLinkLeadsToAFileAndAHeadingThatAreThere() throws IOException {
        List<String> broken = new ArrayList<>();
        int links = 0;
        for (Path page : pages()) {
            Matcher link = LINK.matcher(String.join("\n", prose(page)));
            while (link.find()) {
                if (link.group(1).matches("(https?|mailto):.*")) {
                    continue;
                }
                links++;
                String[] parts = link.group(1).split("#", 2);
                Path target = parts[0].isEmpty() ? page : page.resolveSibling(parts[0]);
                if (!Files.exists(target)
                        || (parts.length == 2 && !anchors(target).contains(parts[1]))) {
                    broken.add(Page.ROOT.relativize(page) + ": " + link.group(1));
                }
            }
        }
        assertThat(broken).isEmpty();
        assertThat(links).isGreaterThan(100);
    }

    /** What it has no room for lies in docs. */
    @Test
    void theReadmeIsShort() throws IOException {
        assertThat(Files.readAllLines(Page.ROOT.resolve("README.md"))).hasSizeLessThanOrEqualTo(README_LINES);
    }

    @Test
    void theReadmeTellsOfEachWorkflowThatShips() throws IOException {
        try (Stream<Path> files = Files.list(Page.ROOT.resolve("workflows"))) {
            assertThat(Page.read("README.md").table("The workflows that ship").stream()
                            .map(row -> Page.code(row.get(0)).get(0)))
                    .containsExactlyInAnyOrderElementsOf(files.map(file -> "workflows/" + file.getFileName())
                            .filter(name -> name.endsWith(".json"))
                            .toList());
        }
    }

    @Test
    void thePageOfTheCommandLineTellsOfEachCommand() throws IOException {
        Set<String> told = new TreeSet<>();
        for (List<String> row : Page.read("docs/command-line.md").table("The command line")) {
            Page.code(row.get(0)).forEach(command -> told.addAll(List.of(command.split(" "))));
        }
        assertThat(told)
                .containsAll(Graft.commandLine().getSubcommands().entrySet().stream()
                        .filter(command -> !command.getValue()
                                .getCommandSpec()
                                .usageMessage()
                                .hidden())
                        .map(Map.Entry::getKey)
                        .toList());
    }
}
