package graft.nodes.sampling;

import graft.file.AtomicFile;
import graft.file.FileFault;
import graft.file.FileStamp;
import graft.node.Problem;
import graft.score.Measure;
import graft.train.data.Dataset;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A table of what was measured of pictures, the best first, as RFC 4180 has it: one for each share of a folder, and one of all once all
 * are there.
 *
 * <p>Any number of jobs may write the tables of any shares at the same time. Each looks for the others' after its own is there, so that
 * the last joins them; two that do so write the same.
 *
 * @param folder where the tables lie
 * @param name that all of them begin with
 * @param compared whether there are references to hold pictures against
 */
record ScoreTable(Path folder, String name, boolean compared) {

    private static final List<Measure> LIKENESS =
            List.of(Measure.FIDELITY, Measure.DINO, Measure.CLIP_IMAGE, Measure.STRUCTURE, Measure.MEMORISATION);
    private static final String END = "\r\n";

    /**
     * A picture's line.
     *
     * @param key what it is ranked by, as it is written
     * @param file by which those are ranked that are equal
     */
    record Row(double key, String file, String line) {

        private static final Comparator<Row> BEST_FIRST =
                Comparator.comparingDouble((Row row) -> -row.key()).thenComparing(Row::file);
    }

    /** What pictures are ranked by. */
    Measure rankedBy() {
        return compared ? Measure.FIDELITY : Measure.PROMPT;
    }

    /** The measures in the order of their columns. */
    private List<Measure> columns() {
        List<Measure> columns = new ArrayList<>(compared ? LIKENESS : List.of());
        columns.add(Measure.PROMPT);
        return columns;
    }

    /**
     * Of a picture.
     *
     * @param measures those that were not taken have empty fields
     * @param nearest what the nearest reference is called
     */
    Row row(Path picture, Map<Measure, Double> measures, Optional<String> nearest) {
        StringBuilder line = new StringBuilder(quoted(picture.toString()));
        for (Measure measure : columns()) {
            line.append(',');
            Optional.ofNullable(measures.get(measure)).map(ScoreTable::number).ifPresent(line::append);
        }
        nearest.ifPresent(file -> line.append(',').append(quoted(file)));
        return row(line.toString());
    }

    /** Sorts the rows by rank and writes them as the table of a share. */
    Path write(Dataset.Share share, List<Row> rows) {
        rows.sort(Row.BEST_FIRST);
        Path table = table(share);
        AtomicFile.write(table, out -> {
            write(out, head());
            for (Row row : rows) {
                write(out, row.line());
            }
        });
        return table;
    }

    /** The table of a share; of the only one that of all. */
    private Path table(Dataset.Share share) {
        return folder.resolve(
                share.of() == 1 ? name + ".csv" : name + "-" + share.number() + "-of-" + share.of() + ".csv");
    }

    /** What became of the table of all shares. */
    record Joined(Optional<Path> table, String sentence) {}

    /**
     * Makes one table of those of all shares, as a single share would have written it.
     *
     * @return without a table where some are missing, or are not of the same measures
     * @throws Problem naming the table that is spoilt
     */
    Joined join(int shares) {
        List<Path> tables = IntStream.rangeClosed(1, shares)
                .mapToObj(number -> table(new Dataset.Share(number, shares)))
                .toList();
        while (true) {
            List<Path> there = tables.stream().filter(Files::exists).toList();
            if (there.size() < shares) {
                return new Joined(
                        Optional.empty(),
                        "The tables of " + there.size() + " of " + shares
                                + " shares are there; the last one joins them.");
            }
            List<FileStamp> read = stamps(tables);
            Path all = table(Dataset.Share.WHOLE);
            for (Path table : tables) {
                if (!headOf(table).equals(head())) {
                    return new Joined(
                            Optional.empty(),
                            table.getFileName()
                                    + " has other columns, so that the shares were not joined: score them all in"
                                    + " one way, or into another folder.");
                }
            }
            AtomicFile.write(all, out -> merge(tables, out));
            // Where another job replaced its table meanwhile, what was joined may be older than what that job joined.
            if (stamps(tables).equals(read)) {
                return new Joined(
                        Optional.of(all),
                        "All " + shares + " shares are there: " + all.getFileName() + " has them all.");
            }
        }
    }

    private static List<FileStamp> stamps(List<Path> tables) {
        return tables.stream()
                .map(table -> {
                    try {
                        return FileStamp.of(table);
                    } catch (IOException failure) {
                        throw FileFault.reading(table, failure);
                    }
                })
                .toList();
    }

    private static String headOf(Path table) {
        try (BufferedReader lines = Files.newBufferedReader(table, StandardCharsets.UTF_8)) {
            return Optional.ofNullable(lines.readLine()).orElse("");
        } catch (IOException failure) {
            throw FileFault.reading(table, failure);
        }
    }

    /** A share that is read, and its next row. */
    private record Reading(Path table, BufferedReader lines, Row next) {}

    private static void merge(List<Path> tables, OutputStream out) throws IOException {
        PriorityQueue<Reading> open = new PriorityQueue<>(Comparator.comparing(Reading::next, Row.BEST_FIRST));
        List<BufferedReader> all = new ArrayList<>();
        try {
            for (Path table : tables) {
                BufferedReader lines = Files.newBufferedReader(table, StandardCharsets.UTF_8);
                all.add(lines);
                String head = lines.readLine();
                if (all.size() == 1) {
                    write(out, head);
                }
                next(table, lines).ifPresent(open::add);
            }
            while (!open.isEmpty()) {
                Reading best = open.remove();
                write(out, best.next().line());
                next(best.table(), best.lines()).ifPresent(open::add);
            }
        } finally {
            for (BufferedReader lines : all) {
                lines.close();
            }
        }
    }

    private static Optional<Reading> next(Path table, BufferedReader lines) throws IOException {
        String line = lines.readLine();
        try {
            return line == null ? Optional.empty() : Optional.of(new Reading(table, lines, row(line)));
        } catch (RuntimeException spoilt) {
            throw new Problem(
                            "cannot join the shares",
                            table.getFileName() + " has a line that is no row of such a table: " + line,
                            "score that share again")
                    .causedBy(spoilt);
        }
    }

    /** Of a line that begins with the quoted file and what it is ranked by. */
    private static Row row(String line) {
        int end = line.indexOf("\",", 1);
        while (quotes(line, end) % 2 != 0) {
            end = line.indexOf("\",", end + 1);
        }
        String numbers = line.substring(end + 2);
        String key = numbers.contains(",") ? numbers.substring(0, numbers.indexOf(',')) : numbers;
        return new Row(
                key.isEmpty() ? Double.NEGATIVE_INFINITY : Double.parseDouble(key), line.substring(0, end + 1), line);
    }

    /** How many quotes stand up to a place, it included. */
    private static long quotes(String line, int end) {
        return line.substring(0, end + 1)
                .chars()
                .filter(letter -> letter == '"')
                .count();
    }

    private String head() {
        return "file,"
                + columns().stream().map(Measure::id).collect(Collectors.joining(","))
                + (compared ? ",nearest" : "");
    }

    private static void write(OutputStream out, String line) throws IOException {
        out.write((line + END).getBytes(StandardCharsets.UTF_8));
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "%.6f", value);
    }

    /** A line is a row: what would break one, which few file systems allow in a name, is written as a space. */
    private static String quoted(String field) {
        return "\"" + field.replaceAll("[\\r\\n]", " ").replace("\"", "\"\"") + "\"";
    }
}
