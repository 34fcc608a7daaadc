package graft.app.engine;

import com.google.gson.JsonPrimitive;
import graft.adapter.EmbeddingFolders;
import graft.app.plugin.NodeLibrary;
import graft.app.user.ModelFolders;
import graft.app.workflow.Subgraphs;
import graft.app.workflow.Workflow;
import graft.app.workflow.WorkflowNode;
import graft.model.WeightedText;
import graft.model.Weighting;
import graft.node.Setting.Collection;
import graft.node.Setting.Control;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Names the embeddings that prompts of ComfyUI's graphs call and the user's folders do not have: ComfyUI only logs them. */
final class CalledEmbeddings {

    private CalledEmbeddings() {}

    /** A warning for each. */
    static List<Finding> missing(Workflow workflow, NodeLibrary library, ModelFolders folders) {
        List<Path> places = folders.of(Collection.EMBEDDINGS);
        EmbeddingFolders embeddings = new EmbeddingFolders(places);
        List<Finding> missing = new ArrayList<>();
        Subgraphs.flatten(workflow).nodes().forEach((id, node) -> {
            for (String name : called(node, library)) {
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

    private static Set<String> called(WorkflowNode node, NodeLibrary library) {
        Set<String> names = new LinkedHashSet<>();
        library.node(node.type()).stream()
                .flatMap(type -> type.settings().stream())
                .filter(setting -> setting.declared().control() == Control.PROMPT)
                .map(setting -> node.settings().get(setting.id()))
                .forEach(value -> {
                    if (value instanceof JsonPrimitive text && text.isString()) {
                        names.addAll(WeightedText.called(text.getAsString(), Weighting.COMFYUI));
                    }
                });
        return names;
    }
}
