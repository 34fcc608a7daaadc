package graft.app.engine;

import com.google.gson.JsonPrimitive;
import graft.app.workflow.Place;
import graft.app.workflow.WorkflowNode;
import graft.model.FileKind;
import java.util.Optional;

/**
 * The node that loads a kind of file: the one place that says which.
 *
 * @param type id of the node's type
 * @param setting that names the file or folder
 */
public record LoaderNode(String type, String setting) {

    public static final LoaderNode MODEL = new LoaderNode("graft/model/load", "file");
    public static final LoaderNode PICTURE = new LoaderNode("graft/images/load", "file");
    /** Of a folder of them. */
    public static final LoaderNode PICTURES = new LoaderNode("graft/images/folder", "folder");

    private static final LoaderNode ADAPTER = new LoaderNode("graft/lora/load", "file");
    private static final LoaderNode EMBEDDING = new LoaderNode("graft/embedding/load", "file");
    private static final LoaderNode CONTROLNET = new LoaderNode("graft/control/load", "file");
    private static final LoaderNode UPSCALER = new LoaderNode("graft/upscaler/load", "file");

    /** That of a kind; empty where a node loads it only as a part of something else, or none does. */
    public static Optional<LoaderNode> of(FileKind.Role role) {
        return switch (role) {
            case MODEL -> Optional.of(MODEL);
            case ADAPTER -> Optional.of(ADAPTER);
            case EMBEDDING -> Optional.of(EMBEDDING);
            case CONTROLNET -> Optional.of(CONTROLNET);
            case UPSCALER -> Optional.of(UPSCALER);
            case PICTURE -> Optional.of(PICTURE);
            case PICTURES -> Optional.of(PICTURES);
            case VAE, TEXT_ENCODER, VISION, WORKFLOW, OTHER, UNKNOWN -> Optional.empty();
        };
    }

    public boolean is(WorkflowNode node) {
        return node.type().equals(type);
    }

    /** A node of this type that loads what lies somewhere, of a workflow that nobody looks at. */
    public WorkflowNode loading(String place) {
        return loading(WorkflowNode.of(type, 1, new Place(0, 0)), place);
    }

    /** A node of this type that loads something else. */
    public WorkflowNode loading(WorkflowNode node, String place) {
        return node.with(setting, new JsonPrimitive(place));
    }
}
