package graft.nodes.sampling;

import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import graft.file.AtomicFile;
import graft.file.CacheFolder;
import graft.file.Destination;
import graft.file.FileFault;
import graft.file.FileName;
import graft.file.Location;
import graft.node.Input;
import graft.node.Node;
import graft.node.NodeType;
import graft.node.Problem;
import graft.node.Run;
import graft.node.Setting;
import graft.node.Setting.Control;
import graft.node.Specs;
import graft.train.data.Dataset;
import graft.train.data.DatasetSpec;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Writes captions as a table, and when asked as text files beside the pictures. */
@NodeType(
        id = "graft/caption/save",
        title = "Save Captions",
        category = "output",
        help =
                "Writes a table of the pictures and their captions (captions.csv and captions.json) into the folder of the"
                        + " run. Only when asked it also writes a .txt file for each picture, as trainers read them.",
        words = {"sidecar", "txt", "csv", "json", "export", "write", "dataset"},
        output = true)
public final class SaveCaptions implements Node {

    /** What becomes of a .txt file that is there and says something else. */
    enum Existing {
        /** It stays as it is. */
        SKIP,
        /** It is replaced, and kept under the name of a backup. */
        REPLACE
    }

    private static final int NAMED = 8;

    @Input(help = "The pictures whose captions to write.")
    Dataset images;

    @Setting(
            title = "Text files",
            help = "Whether to write a .txt file for each picture, beside it or in the folder below.")
    boolean textFiles = false;

    @Setting(
            title = "Files that are there",
            help =
                    "For text files: skip leaves a .txt file that is already there and says so; replace keeps the old one"
                            + " as .txt.bak.")
    Existing existing = Existing.SKIP;

    @Setting(
            control = Control.FOLDER,
            help = "For text files: the folder to write them to; empty for the folder of each picture.")
    String folder = "";

    @Override
    public void configure(Specs specs) {
        if (!folder.isBlank()) {
            checkOwn(Location.of(folder, "folder", "a folder to write to"));
        }
        if (textFiles) {
            specs.of("images", DatasetSpec.class)
                    .flatMap(DatasetSpec::pictures)
                    .ifPresentOrElse(this::checkPlaces, () -> Destination.check(folder, "folder", "caption.txt"));
        }
    }

    private void checkPlaces(Dataset known) {
        Set<Path> tried = new HashSet<>();
        for (Dataset.Item item : known.items()) {
            Path file = textFile(item);
            String setting = folder.isBlank() ? "textFiles" : "folder";
            if (Files.isDirectory(file)) {
                throw FileFault.writing(file, new DirectoryNotEmptyException(file.toString()))
                        .at(setting);
            }
            if (tried.add(file.getParent())) {
                try {
                    Destination.check(file.getParent(), String.valueOf(file.getFileName()));
                } catch (Problem e) {
                    throw e.at(setting);
                }
            }
        }
    }

    @Override
    public void run(Run run) throws Exception {
        List<Dataset.Item> pictures = images.items().stream().distinct().toList();
        Path table = FileName.free(run.folder(), "captions", ".csv");
        write(table, csv(pictures), run);
        write(FileName.free(run.folder(), "captions", ".json"), json(pictures), run);
        if (textFiles) {
            writeTextFiles(pictures, run);
        }
    }

    private void writeTextFiles(List<Dataset.Item> pictures, Run run) throws Exception {
        List<String> left = new ArrayList<>();
        List<String> empty = new ArrayList<>();
        int written = 0;
        int same = 0;
        int done = 0;
        for (Dataset.Item item : pictures) {
            run.checkCancelled();
            Path file = textFile(item);
            String text = item.caption() + "\n";
            if (item.caption().isEmpty()) {
                empty.add(item.file().getFileName().toString());
            } else if (!Files.exists(file)) {
                write(file, text, run);
                written++;
            } else if (says(file, item.caption())) {
                same++;
            } else if (existing == Existing.SKIP) {
                left.add(file.getFileName().toString());
            } else {
                Path backup = FileName.free(file.getParent(), file.getFileName().toString(), ".bak");
                Files.copy(file, backup);
                run.wrote(backup);
                write(file, text, run);
                written++;
            }
            run.progress(++done, pictures.size());
        }
        run.log("Text files: " + written + " written, " + same + " said the same already, " + left.size()
                + " others left as they were.");
        if (!left.isEmpty()) {
            run.warn("Text files that were there and say something else were left as they are: " + named(left)
                    + ". Choose replace to write over them; the old ones are kept as .txt.bak.");
        }
        if (!empty.isEmpty()) {
            run.warn("No text file was written for pictures without a caption: " + named(empty) + ".");
        }
    }

    private static String named(List<String> files) {
        return files.stream().limit(NAMED).collect(Collectors.joining(", "))
                + (files.size() > NAMED ? " and " + (files.size() - NAMED) + " more" : "");
    }

    private Path textFile(Dataset.Item item) {
        Path place = folder.isBlank()
                ? item.file().toAbsolutePath().getParent()
                : Location.of(folder, "folder", "a folder to write to");
        checkOwn(place);
        return place.resolve(item.name() + ".txt");
    }

    private static void checkOwn(Path place) {
        if (place.toAbsolutePath()
                .normalize()
                .startsWith(CacheFolder.path().toAbsolutePath().normalize())) {
            throw new Problem(
                            "cannot write text files to " + place,
                            "it is in Graft's cache folder, where what comes with Graft is unpacked",
                            "give another folder")
                    .at("folder");
        }
    }

    private static boolean says(Path file, String caption) {
        try {
            return Files.readString(file, StandardCharsets.UTF_8).strip().equals(caption.strip());
        } catch (IOException notText) {
            return false;
        }
    }

    private static void write(Path file, String text, Run run) {
        AtomicFile.write(file, out -> out.write(text.getBytes(StandardCharsets.UTF_8)));
        run.wrote(file);
    }

    /** As RFC 4180 has it. */
    private static String csv(List<Dataset.Item> pictures) {
        StringBuilder table = new StringBuilder("file,caption\r\n");
        for (Dataset.Item item : pictures) {
            table.append(quoted(item.file().toString()))
                    .append(',')
                    .append(quoted(item.caption()))
                    .append("\r\n");
        }
        return table.toString();
    }

    private static String quoted(String field) {
        return "\"" + field.replace("\"", "\"\"") + "\"";
    }

    private static String json(List<Dataset.Item> pictures) {
        JsonArray rows = new JsonArray();
        for (Dataset.Item item : pictures) {
            JsonObject row = new JsonObject();
            row.addProperty("file", item.file().toString());
            row.addProperty("caption", item.caption());
            rows.add(row);
        }
        return new GsonBuilder()
                        .setPrettyPrinting()
                        .disableHtmlEscaping()
                        .create()
                        .toJson(rows) + "\n";
    }
}
