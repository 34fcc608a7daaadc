package graft.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A page of the project in Markdown, as tests read it.
 *
 * @param file where it lies
 * @param text the whole of it
 */
public record Page(Path file, String text) {

    /** The folder of the project. */
    public static final Path ROOT = Path.of("").toAbsolutePath().getParent();

    private static final Pattern CODE = Pattern.compile("`([^`]+)`");

    /** Reads a page by its path within the project. */
    public static Page read(String path) throws IOException {
        Path file = ROOT.resolve(path);
        return new Page(file, Files.readString(file));
    }

    /** What stands under a heading, its line included, up to the next heading. */
    public String section(String heading) {
        Matcher begin = Pattern.compile("^#+ " + Pattern.quote(heading) + "$", Pattern.MULTILINE)
                .matcher(text);
        assertThat(begin.find()).as("the heading " + heading + " in " + file).isTrue();
        Matcher next = Pattern.compile("^#+ ", Pattern.MULTILINE).matcher(text);
        return text.substring(begin.start(), next.find(begin.end()) ? next.start() : text.length());
    }

    /** The rows of the first table under a heading, cell by cell. */
    public List<List<String>> table(String heading) {
        List<List<String>> rows = section(heading)
                .lines()
                .dropWhile(line -> !line.startsWith("|"))
                .takeWhile(line -> line.startsWith("|"))
                .skip(2)
                .map(line -> Arrays.stream(line.substring(1).split("\\|", -1))
                        .map(String::strip)
                        .toList())
                .toList();
        assertThat(rows).as("the table under " + heading + " in " + file).isNotEmpty();
        return rows;
    }

    /** The lines of the first block of a language under a heading. */
    public List<String> block(String heading, String language) {
        return section(heading)
                .lines()
                .dropWhile(line -> !line.equals("```" + language))
                .skip(1)
                .takeWhile(line -> !line.equals("```"))
                .map(String::strip)
                .toList();
    }

    /** What stands in a text as code. */
    public static List<String> code(String cell) {
        List<String> words = new ArrayList<>();
        Matcher quoted = CODE.matcher(cell);
        while (quoted.find()) {
            words.add(quoted.group(1));
        }
        return words;
    }
}
