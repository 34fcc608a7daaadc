package graft.app.plugin;

import graft.file.FileFault;
import graft.node.PlainText;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;

/**
 * What an archive holds beside classes for people: workflows to begin with in {@code templates/}, texts in {@code docs/} and a
 * picture of the plugin, {@code icon.png}.
 *
 * @param templates files that the workflows were unpacked to, in the order of their names
 * @param docs texts by name: {@code index} of the plugin, {@code images/tint} of its node {@code owner/images/tint}
 */
public record Enclosed(List<Path> templates, Map<String, String> docs, Optional<BufferedImage> icon) {

    /** Of an archive that holds classes alone. */
    public static final Enclosed NOTHING = new Enclosed(List.of(), Map.of(), Optional.empty());

    private static final String TEMPLATES = "templates/";
    private static final String DOCS = "docs/";
    private static final String ICON = "icon.png";

    private static final int MOST_FILES = 100;
    private static final int MOST_TEMPLATE = 4 << 20; // bytes, a picture beside it too
    private static final int MOST_DOC = 256 << 10; // bytes
    private static final int MOST_ICON = 64 << 10; // bytes
    private static final int MOST_SIDE = 256; // pixels
    private static final int MOST_LINE = 2000;

    /** What may be shown of a node's page, or of the plugin's where the node has none. */
    public Optional<String> doc(String node) {
        return Optional.ofNullable(docs.get(node.substring(node.indexOf('/') + 1)))
                .or(() -> Optional.ofNullable(docs.get("index")));
    }

    /**
     * Reads an archive.
     *
     * @param folder where a folder is made for the workflows, if there are any
     * @param faults told in a clause of each file that is left out
     */
    static Enclosed read(Path archive, Path folder, Consumer<String> faults) {
        try (ZipFile zip = new ZipFile(archive.toFile())) {
            Reading reading = new Reading(zip, folder, faults);
            List<? extends ZipEntry> entries = zip.stream()
                    .filter(entry -> !entry.isDirectory())
                    .sorted(Comparator.comparing(ZipEntry::getName))
                    .toList();
            reading.each(entries, TEMPLATES, reading::template);
            reading.each(entries, DOCS, reading::doc);
            reading.each(
                    entries.stream()
                            .filter(entry -> entry.getName().equals(ICON))
                            .toList(),
                    "",
                    reading::icon);
            return new Enclosed(List.copyOf(reading.templates), Map.copyOf(reading.docs), reading.icon);
        } catch (IOException unreadable) {
            faults.accept("its archive cannot be read again: " + FileFault.why(unreadable));
            return NOTHING;
        }
    }

    /** Removes what was unpacked. */
    void remove() {
        templates.stream().map(Path::getParent).distinct().forEach(TemporaryFolders::remove);
    }

    private interface Taking {
        void take(ZipEntry entry) throws IOException;
    }

    private static final class Reading {

        private final ZipFile zip;
        private final Path folder;
        private final Consumer<String> faults;
        private final List<Path> templates = new ArrayList<>();
        private final Map<String, String> docs = new LinkedHashMap<>();
        private Optional<BufferedImage> icon = Optional.empty();
        private Path unpacked;

        Reading(ZipFile zip, Path folder, Consumer<String> faults) {
            this.zip = zip;
            this.folder = folder;
            this.faults = faults;
        }

        void each(List<? extends ZipEntry> entries, String under, Taking taking) {
            Stream<? extends ZipEntry> there =
                    entries.stream().filter(entry -> entry.getName().startsWith(under));
            List<? extends ZipEntry> all = there.toList();
            if (all.size() > MOST_FILES) {
                faults.accept("its " + under + " holds more than " + MOST_FILES + " files, and the rest is left out");
            }
            for (ZipEntry entry : all.subList(0, Math.min(MOST_FILES, all.size()))) {
                try {
                    taking.take(entry);
                } catch (IOException | RuntimeException refused) {
                    faults.accept("its file " + ForeignText.quoted(entry.getName()) + " is left out: "
                            + LoadedPlugin.reason(refused));
                }
            }
        }

        private byte[] bytes(ZipEntry entry, int most) throws IOException {
            try (InputStream in = zip.getInputStream(entry)) {
                byte[] bytes = in.readNBytes(most + 1);
                if (bytes.length > most) {
                    throw new IllegalArgumentException("it is larger than " + (most >> 10) + " KiB");
                }
                return bytes;
            }
        }

        private void template(ZipEntry entry) throws IOException {
            String name = ForeignText.fileName("its name", entry.getName().substring(TEMPLATES.length()));
            if (!name.endsWith(".json") && !name.endsWith(".png")) {
                throw new IllegalArgumentException("it is neither a workflow nor a PNG beside one");
            }
            byte[] bytes = bytes(entry, MOST_TEMPLATE);
            if (unpacked == null) {
                unpacked = Files.createTempDirectory(folder, "templates-");
            }
            Path file = Files.write(unpacked.resolve(name), bytes);
            if (name.endsWith(".json")) {
                templates.add(file);
            }
        }

        private void doc(ZipEntry entry) throws IOException {
            String name = entry.getName().substring(DOCS.length());
            if (!name.endsWith(".md")) {
                throw new IllegalArgumentException("it is no Markdown, whose name ends with .md");
            }
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes(entry, MOST_DOC)))
                    .toString();
            docs.put(
                    name.substring(0, name.length() - ".md".length()),
                    text.lines().map(line -> PlainText.line(line, MOST_LINE)).collect(Collectors.joining("\n")));
        }

        private void icon(ZipEntry entry) throws IOException {
            byte[] bytes = bytes(entry, MOST_ICON);
            ImageReader reader = ImageIO.getImageReadersByFormatName("png").next();
            try (ImageInputStream in = ImageIO.createImageInputStream(new ByteArrayInputStream(bytes))) {
                reader.setInput(in, true, true);
                if (reader.getWidth(0) > MOST_SIDE || reader.getHeight(0) > MOST_SIDE) {
                    throw new IllegalArgumentException("its sides are longer than " + MOST_SIDE + " pixels");
                }
                icon = Optional.of(reader.read(0));
            } finally {
                reader.dispose();
            }
        }
    }
}
