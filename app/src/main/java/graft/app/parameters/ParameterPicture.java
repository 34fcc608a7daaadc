package graft.app.parameters;

import graft.app.plugin.NodeLibrary;
import graft.app.user.ModelFolders;
import graft.file.PictureText;
import graft.file.UserComment;
import graft.node.Problem;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** Pictures of programs that keep no graph in them but tell how they drew: A1111, Forge, InvokeAI. */
public final class ParameterPicture {

    private ParameterPicture() {}

    /** Whether a file is a picture with such a text, and without a workflow. */
    public static boolean isOne(Path file) {
        return text(file).isPresent();
    }

    /**
     * Reads a picture's text and makes the workflow that draws alike.
     *
     * @throws Problem when there is none
     */
    public static Taken read(Path file, NodeLibrary library, ModelFolders folders) {
        Parameters parameters = text(file)
                .map(text -> InvokeText.isOne(text) ? InvokeText.read(text) : A1111Text.read(text))
                .orElseThrow(() -> new Problem(
                        "cannot read a workflow from " + file,
                        "the picture does not tell how it was drawn",
                        "choose a picture that Graft, ComfyUI, A1111 or InvokeAI saved"));
        return new ParameterGraph(
                        parameters,
                        new TargetNodes(library),
                        new ResourceSearch(folders),
                        String.valueOf(file.getFileName()))
                .taken();
    }

    private static Optional<String> text(Path file) {
        try {
            if (!PictureText.isPicture(file)) {
                return Optional.empty();
            }
            Map<String, String> texts = PictureText.of(file);
            if (texts.containsKey("workflow") || texts.containsKey("prompt")) {
                return Optional.empty();
            }
            return Optional.ofNullable(texts.get("parameters"))
                    .filter(A1111Text::isOne)
                    .or(() ->
                            Optional.ofNullable(texts.get("invokeai_metadata")).filter(InvokeText::isOne))
                    .or(() -> UserComment.of(file).filter(A1111Text::isOne));
        } catch (Problem damaged) {
            return Optional.empty();
        }
    }
}
