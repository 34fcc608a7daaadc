package graft.app.cases;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import graft.app.command.Graft;
import graft.app.engine.ComfyWorkflow;
import graft.app.plugin.NodeLibrary;
import graft.app.user.ModelFolders;
import graft.app.workflow.Workflow;
import graft.app.workflow.WorkflowNode;
import graft.node.Problem;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import picocli.CommandLine;

/**
 * A folder of small inputs that once went wrong, copied so that a test may change it, and the command line as a person types
 * it in that folder. The inputs lie in the resources beside this class, each folder named by its case.
 *
 * <p>Settings that name something in the folder are made whole paths before a workflow runs, since a test cannot change its
 * current folder.
 */
final class CaseFolder {

    private static final Path HOME = Path.of("").toAbsolutePath().getParent();

    private final Path folder;

    private CaseFolder(Path folder) {
        this.folder = folder;
    }

    /**
     * What a command left.
     *
     * @param out what it printed
     * @param err what it printed on the error stream: warnings and problems, a line each
     * @param folder where the run wrote; nothing is there when nothing ran
     */
    record Answer(int code, String out, String err, Path folder) {

        /** The pictures written, by name. */
        List<Path> pictures() {
            return files(".png");
        }

        /** The files written whose names end so, by name. */
        List<Path> files(String ending) {
            if (!Files.exists(folder)) {
                return List.of();
            }
            try (Stream<Path> files = Files.walk(folder)) {
                return files.filter(file -> file.toString().endsWith(ending))
                        .sorted()
                        .toList();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        /** The run ended well. */
        Answer done() {
            assertThat(code).as(err).isZero();
            return this;
        }

        /** Everything the person was told: both streams. */
        String said() {
            return out + err;
        }

        /** A sentence with these words on the error stream, exit code 2, nothing run. */
        void refused(String... words) {
            assertThat(code).as(said()).isEqualTo(2);
            assertThat(err).contains(words).doesNotContain("Exception", "report it");
            assertThat(folder).doesNotExist();
        }

        /** A warning whose line has all these words. */
        void warns(String... words) {
            done();
            assertThat(said().lines())
                    .as(said())
                    .anyMatch(line ->
                            line.contains("warning") && Arrays.stream(words).allMatch(line::contains));
        }

        /** No warning. */
        void warnsOfNothing() {
            done();
            assertThat(said()).doesNotContain("warning");
        }

        /** The largest difference of any channel of the first pictures of two runs, 0 to 255. */
        int farthest(Answer other) {
            return farthest(other.firstPicture());
        }

        /** The largest difference of any channel to a picture, 0 to 255. */
        int farthest(Path picture) {
            return farthest(pixels(picture));
        }

        private int farthest(int[] others) {
            return farthest(firstPicture(), others);
        }

        private static int farthest(int[] mine, int[] others) {
            assertThat(mine).hasSameSizeAs(others);
            int most = 0;
            for (int i = 0; i < mine.length; i++) {
                for (int shift = 0; shift < 24; shift += 8) {
                    most = Math.max(most, Math.abs((mine[i] >> shift & 255) - (others[i] >> shift & 255)));
                }
            }
            return most;
        }

        private int[] firstPicture() {
            List<Path> written = pictures();
            assertThat(written).as(said()).isNotEmpty();
            return pixels(written.get(0));
        }

        private static int[] pixels(Path picture) {
            try {
                BufferedImage image = ImageIO.read(picture.toFile());
                return image.getRGB(0, 0, image.getWidth(), image.getHeight(), null, 0, image.getWidth());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** The largest difference of any channel of two pictures, 0 to 255. */
    static int farthest(Path one, Path other) {
        return Answer.farthest(Answer.pixels(one), Answer.pixels(other));
    }

    /** A copy of the inputs of a case. */
    static CaseFolder of(String name, Path into) {
        try {
            Path from = Path.of(
                    CaseFolder.class.getResource("/graft/app/cases/" + name).toURI());
            Path copy = into.resolve(name);
            try (Stream<Path> files = Files.walk(from)) {
                for (Path file : files.toList()) {
                    Path target = copy.resolve(from.relativize(file).toString());
                    if (Files.isDirectory(file)) {
                        Files.createDirectories(target);
                    } else {
                        Files.copy(file, target);
                    }
                }
            }
            return new CaseFolder(copy);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A path in the copy. */
    Path path(String name) {
        return folder.resolve(name);
    }

    /** {@code graft run} with whatever else was typed; each run has an output folder of its own. */
    Answer run(String workflow, String... more) {
        return graft("run", workflow, more);
    }

    /** Another input beside the given ones: one of them, changed. */
    void vary(String from, String to, Consumer<JsonObject> change) {
        try {
            JsonObject json =
                    JsonParser.parseString(Files.readString(path(from))).getAsJsonObject();
            change.accept(json);
            Files.writeString(path(to), json.toString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What the editor makes of a file of ComfyUI, saved; the name of the new file. */
    String opened(String theirs) {
        String saved = "opened-" + theirs;
        try (NodeLibrary library = NodeLibrary.load(HOME.resolve("plugins"), "0.1.0")) {
            ComfyWorkflow.read(path(theirs), library, ModelFolders.NONE)
                    .workflow()
                    .write(path(saved));
        }
        return saved;
    }

    /** {@code graft check}. */
    Answer check(String workflow, String... more) {
        return graft("check", workflow, more);
    }

    private Answer graft(String command, String workflow, String... more) {
        Path runs = fresh();
        List<String> arguments =
                new ArrayList<>(List.of(command, here(path(workflow)).toString()));
        if (command.equals("run")) {
            arguments.addAll(List.of("--device", "cpu"));
            if (!List.of(more).contains("--out")) {
                arguments.addAll(List.of("--out", runs.toString()));
            }
        }
        arguments.addAll(List.of(more));
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        Map<String, String> before = Map.of(
                "graft.home", System.getProperty("graft.home", ""),
                "graft.terminal", System.getProperty("graft.terminal", ""));
        System.setProperty("graft.home", HOME.toString());
        System.setProperty("graft.terminal", "");
        try {
            CommandLine line = Graft.commandLine().setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
            int code = line.execute(arguments.toArray(String[]::new));
            return new Answer(code, out.toString(), err.toString(), runs);
        } finally {
            before.forEach((name, value) -> {
                if (value.isEmpty()) {
                    System.clearProperty(name);
                } else {
                    System.setProperty(name, value);
                }
            });
        }
    }

    private Path fresh() {
        for (int i = 1; ; i++) {
            Path runs = folder.resolveSibling(folder.getFileName() + "-runs-" + i);
            if (!Files.exists(runs) && !Files.exists(runs.resolveSibling(runs.getFileName() + ".asked"))) {
                try {
                    Files.createFile(runs.resolveSibling(runs.getFileName() + ".asked"));
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
                return runs;
            }
        }
    }

    /** The workflow with whole paths, beside the original. */
    private Path here(Path file) {
        if (!file.toString().endsWith(".json") || !Files.exists(file)) {
            return file;
        }
        if (ComfyWorkflow.isOne(file)) {
            return theirsHere(file);
        }
        Workflow workflow;
        try {
            workflow = Workflow.read(file);
        } catch (Problem toldByTheCommand) {
            return file;
        }
        for (Map.Entry<String, WorkflowNode> node : workflow.nodes().entrySet()) {
            for (Map.Entry<String, JsonElement> setting :
                    node.getValue().settings().entrySet()) {
                JsonElement value = setting.getValue();
                if (value.isJsonPrimitive() && value.getAsJsonPrimitive().isString() && names(value.getAsString())) {
                    workflow = workflow.with(
                            node.getKey(),
                            setting.getKey(),
                            new JsonPrimitive(path(value.getAsString()).toString()));
                }
            }
        }
        Path whole = file.resolveSibling("here-" + file.getFileName());
        workflow.write(whole);
        return whole;
    }

    /** A file of ComfyUI is changed as text, so that it stays in its own form. */
    private Path theirsHere(Path file) {
        try (Stream<Path> files = Files.list(folder)) {
            String text = Files.readString(file);
            for (Path each : files.toList()) {
                text = text.replace(
                        new JsonPrimitive(each.getFileName().toString()).toString(),
                        new JsonPrimitive(each.toString()).toString());
            }
            return Files.writeString(file.resolveSibling("here-" + file.getFileName()), text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private boolean names(String value) {
        try {
            return !value.isBlank() && Files.exists(folder.resolve(value));
        } catch (InvalidPathException noPath) {
            return false;
        }
    }
}
