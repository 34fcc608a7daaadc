package graft.app.engine;

import com.google.gson.JsonPrimitive;
import graft.adapter.EmbeddingFolders;
import graft.app.user.ModelFolders;
import graft.app.workflow.Subgraphs;
import graft.app.workflow.Workflow;
import graft.app.workflow.WorkflowNode;
import graft.model.WeightedText;
import graft.model.Weighting;
import graft.node.Setting.Collection;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Names the embeddings that prompts of ComfyUI's graphs call and the user's folders do not have: ComfyUI only logs them. */
final class CalledEmbeddings {

    private static final List<String> PROMPTS = List.of("prompt", "prompt2");

    private CalledEmbeddings() {}

    /** A warning for each. */
    static List<Finding> missing(Workflow workflow, ModelFolders folders) {
        List<Path> places = folders.of(Collection.EMBEDDINGS);
        EmbeddingFolders embeddings = new EmbeddingFolders(places);
        List<Finding> missing = new ArrayList<>();
        Subgraphs.flatten(workflow).nodes().forEach((id, node) -> {
            for (String name : called(node)) {
                if (embeddings.called(List.of(name)).isEmpty()) {
                    missing.add(Finding.warning(
                            id,
                            "the prompt calls the embedding " + name + ", and "
                                    + (places.isEmpty()
                                            ? "there is no folder of embeddings among the model folders"
                                            : "none of that name is in "
                                                    + places.stream()
                                                            .map(Path::toString)
                                                            .collect(Collectors.joining(", ")))
                                    + ": it is left out unless Add Embedding gives it"));
                }
            }
        });
        return missing;
    }

    private static Set<String> called(WorkflowNode node) {
        Set<String> names = new LinkedHashSet<>();
        if (node.type().startsWith("graft/prompt/encode")) {
            for (String setting : PROMPTS) {
                if (node.settings().get(setting) instanceof JsonPrimitive text && text.isString()) {
                    names.addAll(WeightedText.called(text.getAsString(), Weighting.COMFYUI));
                }
            }
        }
        return names;
    }
}
