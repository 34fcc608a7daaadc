package graft.app.engine;

import graft.app.comfy.ComfyExport;
import graft.app.comfy.FileNames;
import graft.app.plugin.NodeLibrary;
import graft.app.user.ModelFolders;
import graft.app.workflow.Workflow;
import graft.file.AtomicFile;
import graft.file.BuiltIn;
import graft.node.Setting.Collection;
import graft.node.SettingSchema;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;

/** Writes workflows as files of ComfyUI. */
public final class ComfyFiles {

    /** The forms that ComfyUI reads. */
    public enum Form {
        /** What its window opens, and saves. */
        COMFY,
        /** What it runs: its API format. */
        COMFY_API
    }

    private final NodeLibrary library;
    private final ModelFolders folders;

    /** @param folders where models lie that ComfyUI knows by their names there */
    public ComfyFiles(NodeLibrary library, ModelFolders folders) {
        this.library = library;
        this.folders = folders;
    }

    /**
     * The text of the file.
     *
     * @throws graft.node.Problem when there is something that ComfyUI has not, with the names of all of it
     */
    public String text(Workflow workflow, Form form) {
        FileNames names = this::there;
        ComfyExport export = new ComfyExport(library::node, new LibrarySockets(library), names);
        return form == Form.COMFY_API ? export.prompt(workflow) : export.drawn(workflow);
    }

    /**
     * Writes the file whole or not at all.
     *
     * @throws graft.node.Problem as {@link #text}, or when it cannot be written
     */
    public void write(Workflow workflow, Form form, Path file) {
        byte[] bytes = text(workflow, form).getBytes(StandardCharsets.UTF_8);
        AtomicFile.write(file, out -> out.write(bytes));
    }

    /** Models are called by their names in the folders, or by the file's name; pictures elsewhere by their paths. */
    private Optional<String> there(SettingSchema setting, String file) {
        Collection collection = setting.declared().collection();
        if (BuiltIn.is(file.strip())) {
            return Optional.empty();
        }
        try {
            Path path = Path.of(file);
            return collection == Collection.NONE || !path.isAbsolute()
                    ? Optional.of(file)
                    : folders.name(collection, path)
                            .or(() -> collection == Collection.PICTURES
                                    ? Optional.of(file)
                                    : Optional.ofNullable(path.getFileName()).map(Path::toString));
        } catch (InvalidPathException aName) {
            return Optional.of(file);
        }
    }
}
