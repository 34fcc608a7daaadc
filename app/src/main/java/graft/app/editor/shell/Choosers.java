package graft.app.editor.shell;

import com.formdev.flatlaf.util.SystemFileChooser;
import graft.app.editor.Strings;
import graft.app.engine.ComfyFiles;
import java.awt.Component;
import java.io.File;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import javax.swing.JOptionPane;

/** The system's dialogs for files and folders. */
final class Choosers {

    private Choosers() {}

    static Optional<Path> folder(Component over, String title) {
        SystemFileChooser chooser = new SystemFileChooser();
        chooser.setDialogTitle(title);
        chooser.setFileSelectionMode(SystemFileChooser.DIRECTORIES_ONLY);
        return chooser.showOpenDialog(over) == SystemFileChooser.APPROVE_OPTION
                ? Optional.of(chooser.getSelectedFile().toPath())
                : Optional.empty();
    }

    /** A file that names folders of models. */
    static Optional<Path> modelPaths(Component over) {
        SystemFileChooser chooser = new SystemFileChooser();
        chooser.setDialogTitle(Strings.get("settings.folders.file"));
        chooser.addChoosableFileFilter(
                new SystemFileChooser.FileNameExtensionFilter("extra_model_paths.yaml", "yaml", "yml"));
        return chooser.showOpenDialog(over) == SystemFileChooser.APPROVE_OPTION
                ? Optional.of(chooser.getSelectedFile().toPath())
                : Optional.empty();
    }

    /** The archive of a plugin. */
    static Optional<Path> archive(Component over) {
        SystemFileChooser chooser = new SystemFileChooser();
        chooser.setDialogTitle(Strings.get("plugins.file.title"));
        chooser.addChoosableFileFilter(
                new SystemFileChooser.FileNameExtensionFilter(Strings.get("plugins.file.files"), "jar"));
        return chooser.showOpenDialog(over) == SystemFileChooser.APPROVE_OPTION
                ? Optional.of(chooser.getSelectedFile().toPath())
                : Optional.empty();
    }

    /** Workflows to open, and pictures that carry one. */
    static List<Path> workflows(Component over, Optional<Path> beside) {
        SystemFileChooser chooser = new SystemFileChooser();
        chooser.setDialogTitle(Strings.get("open.title"));
        chooser.setMultiSelectionEnabled(true);
        chooser.addChoosableFileFilter(new SystemFileChooser.FileNameExtensionFilter(
                Strings.get("open.files"), "json", "png", "jpg", "jpeg", "webp"));
        beside.map(Path::toAbsolutePath)
                .map(Path::getParent)
                .ifPresent(folder -> chooser.setCurrentDirectory(folder.toFile()));
        return chooser.showOpenDialog(over) == SystemFileChooser.APPROVE_OPTION
                ? Arrays.stream(chooser.getSelectedFiles()).map(File::toPath).toList()
                : List.of();
    }

    /** A file of ComfyUI to be written. */
    record Comfy(Path file, ComfyFiles.Form form) {}

    /**
     * In which form to save a workflow for ComfyUI, and where; the system asks before a file is replaced.
     *
     * <p>The form is asked for by itself: the dialogs for files do not tell which of their kinds of files was chosen.
     *
     * @param title what the workflow is called
     */
    static Optional<Comfy> comfy(Component over, String title) {
        Object[] forms = {Strings.get("export.drawn"), Strings.get("export.api"), Strings.get("close.cancel")};
        int form = JOptionPane.showOptionDialog(
                over,
                Strings.get("export.question"),
                Strings.get("export.title"),
                JOptionPane.DEFAULT_OPTION,
                JOptionPane.QUESTION_MESSAGE,
                null,
                forms,
                forms[0]);
        if (form < 0 || form > 1) {
            return Optional.empty();
        }
        SystemFileChooser chooser = new SystemFileChooser();
        chooser.setDialogTitle(Strings.get("export.title"));
        chooser.setSelectedFile(new File(System.getProperty("user.home"), fileName(title) + "-comfyui.json"));
        chooser.addChoosableFileFilter(
                new SystemFileChooser.FileNameExtensionFilter(String.valueOf(forms[form]), "json"));
        if (chooser.showSaveDialog(over) != SystemFileChooser.APPROVE_OPTION) {
            return Optional.empty();
        }
        return Optional.of(new Comfy(
                withEnding(chooser.getSelectedFile().toPath(), ".json"),
                form == 1 ? ComfyFiles.Form.COMFY_API : ComfyFiles.Form.COMFY));
    }

    private static Path withEnding(Path file, String ending) {
        return file.getFileName().toString().contains(".") ? file : file.resolveSibling(file.getFileName() + ending);
    }

    /**
     * Where to save a picture as PNG; the system asks before a file is replaced.
     *
     * @param title what it is of
     */
    static Optional<Path> picture(Component over, String title) {
        SystemFileChooser chooser = new SystemFileChooser();
        chooser.setDialogTitle(Strings.get("canvas.menu.picture.save"));
        chooser.setSelectedFile(new File(System.getProperty("user.home"), fileName(title) + ".png"));
        chooser.addChoosableFileFilter(
                new SystemFileChooser.FileNameExtensionFilter(Strings.get("picture.files"), "png"));
        if (chooser.showSaveDialog(over) != SystemFileChooser.APPROVE_OPTION) {
            return Optional.empty();
        }
        return Optional.of(withEnding(chooser.getSelectedFile().toPath(), ".png"));
    }

    private static String fileName(String title) {
        return title.replaceAll("[^\\p{L}\\p{N} _-]+", "-");
    }

    /** Where to save a workflow; the system asks before a file is replaced. */
    static Optional<Path> save(Component over, Path suggested) {
        SystemFileChooser chooser = new SystemFileChooser();
        chooser.setDialogTitle(Strings.get("save.title"));
        chooser.setSelectedFile(suggested.toFile());
        chooser.addChoosableFileFilter(
                new SystemFileChooser.FileNameExtensionFilter(Strings.get("save.files"), "json"));
        if (chooser.showSaveDialog(over) != SystemFileChooser.APPROVE_OPTION) {
            return Optional.empty();
        }
        return Optional.of(withEnding(chooser.getSelectedFile().toPath(), ".json"));
    }
}
