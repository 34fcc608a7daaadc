package graft.nodes.sampling;

import graft.adapter.EmbeddingFolders;
import graft.model.Checkpoint;
import graft.model.Conditioning;
import graft.model.Context;
import graft.model.PromptTexts;
import graft.model.WeightedText;
import graft.model.Weighting;
import graft.node.Run;
import graft.node.Setting.Collection;
import graft.node.Specs;
import graft.tensor.Scope;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;

/** How the nodes that draw read prompts: with their weights, and with the embeddings of the user's folders that they call. */
final class PromptReading {

    /** What people are told of a setting {@code weighting}. */
    static final String WEIGHTING =
            "What brackets mean. ComfyUI: (word:1.2), and (word) for 1.1; weights move what the model reads away from the empty"
                    + " prompt. A1111: also [word] for less, and BREAK for a new chunk; weights multiply. Plain: brackets are"
                    + " letters as in captions, and the first 75 tokens are read.";

    private PromptReading() {}

    /** Declares the files that prompts will be read with: where they come by a wire, all that they could call. */
    static void reads(Specs specs, String setting, List<String> prompts, Weighting weighting) {
        if (weighting == Weighting.PLAIN) {
            return;
        }
        List<Path> folders = specs.folders(Collection.EMBEDDINGS);
        if (specs.wired(setting)) {
            folders.forEach(specs::reads);
            return;
        }
        List<String> names = prompts.stream()
                .flatMap(prompt -> WeightedText.called(prompt, weighting).stream())
                .distinct()
                .toList();
        if (!names.isEmpty()) {
            new EmbeddingFolders(folders).called(names).values().forEach(specs::reads);
        }
    }

    /**
     * What a model's network is told of prompts.
     *
     * @param what they are, such as "The prompt": what is not read as it is written is told of
     */
    static Conditioning encoded(Run run, Checkpoint model, PromptTexts prompts, String what) {
        List<String> all = Stream.concat(
                        prompts.texts().stream(),
                        prompts.others().values().stream().flatMap(List::stream))
                .toList();
        return reading(run, model, all, prompts.weighting(), what, view -> encoded(view, prompts));
    }

    /**
     * What is made of prompts by a model that knows the embeddings which they call.
     *
     * @param what they are, as of {@link #encoded(Run, Checkpoint, PromptTexts, String)}
     * @param made is given the model, which is closed afterwards
     */
    static <T> T reading(
            Run run,
            Checkpoint model,
            List<String> prompts,
            Weighting weighting,
            String what,
            Function<Checkpoint, T> made) {
        List<String> all = prompts.stream().distinct().toList();
        Checkpoint view =
                new EmbeddingFolders(run.folders(Collection.EMBEDDINGS)).over(model, all, weighting, run::warn);
        try {
            all.stream()
                    .flatMap(text -> view.reading(text, weighting).warnings(what).stream())
                    .distinct()
                    .forEach(run::warn);
            return made.apply(view);
        } finally {
            if (view != model) {
                view.close();
            }
        }
    }

    /** What a model's network is told of prompts, by what it knows itself. */
    static Conditioning encoded(Checkpoint model, PromptTexts prompts) {
        try (Scope scope = Scope.open()) {
            return new Conditioning(kept(model.context(prompts), model, scope), String.join("\n", prompts.texts()));
        }
    }

    /** The same context with arrays that belong to no scope. */
    static Context kept(Context context, Checkpoint model, Scope scope) {
        return context.map(array -> scope.keep(array, model.compute().newManager()));
    }
}
