package graft.app.editor.shell;

import graft.app.editor.Scaled;
import graft.file.ImageFile;
import graft.node.Problem;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The pictures of templates, read again only when their files have changed: a picture that is the same is one object, and so templates
 * that are the same are equal. For one thread at a time.
 */
final class TemplatePictures {

    static final int WIDTH = 560;
    static final int HEIGHT = 320;

    private record Read(FileTime modified, long bytes, BufferedImage picture) {}

    private final Map<Path, Read> read = new HashMap<>();

    /**
     * The PNG beside a workflow's file, no larger than a card needs; empty when there is none.
     *
     * @throws Problem if it cannot be read
     */
    Optional<BufferedImage> beside(Path workflow) {
        Path file = workflow.resolveSibling(workflow.getFileName().toString().replace(".json", ".png"));
        BasicFileAttributes now;
        try {
            now = Files.readAttributes(file, BasicFileAttributes.class);
        } catch (IOException none) {
            read.remove(file);
            return Optional.empty();
        }
        if (!now.isRegularFile()) {
            return Optional.empty();
        }
        Read before = read.get(file);
        if (before == null || !before.modified().equals(now.lastModifiedTime()) || before.bytes() != now.size()) {
            before = new Read(now.lastModifiedTime(), now.size(), Scaled.fitted(ImageFile.read(file), WIDTH, HEIGHT));
            read.put(file, before);
        }
        return Optional.of(before.picture());
    }
}
