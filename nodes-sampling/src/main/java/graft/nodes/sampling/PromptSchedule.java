package graft.nodes.sampling;

import ai.djl.ndarray.NDArray;
import graft.model.Checkpoint;
import graft.model.CheckpointSpec;
import graft.model.Conditioning;
import graft.model.ConditioningEntry;
import graft.model.ConditioningSpec;
import graft.model.Context;
import graft.model.PromptTexts;
import graft.model.Weighting;
import graft.node.Input;
import graft.node.Node;
import graft.node.NodeType;
import graft.node.Output;
import graft.node.Run;
import graft.node.Setting;
import graft.node.Setting.Control;
import graft.node.Specs;
import graft.tensor.Compute;
import graft.tensor.Scope;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Turns a prompt that changes on the way from noise to picture into what steers the sampler. */
@NodeType(
        id = "graft/prompt/schedule",
        title = "Prompt Schedule",
        category = "text",
        help =
                "As Encode Prompt, with a prompt that changes while it is drawn, in A1111's words: [a:b:0.5] is a, then b from"
                        + " half of the way on; [b:0.3] adds b, [a::0.7] takes a away; [a|b] takes turns; a AND b:1.2 draws both together."
                        + " As everywhere in Graft and ComfyUI a share of the way is one of the model's noise levels.",
        words = {"prompt editing", "schedule", "alternate", "AND", "composable", "blend", "text"})
public final class PromptSchedule implements Node {

    @Input(help = "The model whose text encoder reads the prompts.")
    Checkpoint model;

    @Setting(
            control = Control.PROMPT,
            help =
                    "What to draw, and when. Prompts joined by AND are asked for together, each counting as much as the number"
                            + " behind its colon says, 1 without one. They are averaged here and added up in A1111: for its strength"
                            + " multiply Sample's guidance by the sum of these numbers.")
    String prompt = "";

    @Setting(
            min = 1,
            max = 1000,
            unit = "steps",
            help =
                    "How many steps Sample takes: what [a|b] takes turns at, and what a number without a point counts, as in"
                            + " [a:b:10].")
    int steps = 20;

    @Setting(advanced = true, help = PromptReading.WEIGHTING)
    Weighting weighting = Weighting.COMFYUI;

    @Output(help = "The prompts, each with the part of the way that it is for.")
    Conditioning conditioning;

    @Override
    public void configure(Specs specs) {
        PromptReading.reads(specs, "prompt", texts(), weighting);
        specs.of("model", CheckpointSpec.class)
                .ifPresent(spec -> specs.output("conditioning", new ConditioningSpec(spec.contextWidth())));
    }

    private List<String> texts() {
        return ScheduledText.joined(prompt).stream()
                .flatMap(each -> new ScheduledText(each.text(), steps).stretches().stream())
                .map(ScheduledText.Stretch::text)
                .distinct()
                .toList();
    }

    @Override
    public void run(Run run) {
        Compute.prepareThread();
        List<String> texts = texts();
        run.log(texts.size() == 1 ? "The prompt is one." : "The prompt is " + texts.size() + " on the way.");
        conditioning = PromptReading.reading(run, model, texts, weighting, "The prompt", view -> {
            Map<String, Context> contexts = new LinkedHashMap<>();
            List<NDArray> owned = new ArrayList<>();
            try (Scope scope = Scope.open()) {
                for (String text : texts) {
                    Context context =
                            PromptReading.kept(view.context(new PromptTexts(weighting, List.of(text))), model, scope);
                    contexts.put(text, context);
                    owned.addAll(context.arrays());
                }
            }
            return new Conditioning(entries(contexts), owned, List.of());
        });
    }

    private List<ConditioningEntry> entries(Map<String, Context> contexts) {
        List<ConditioningEntry> entries = new ArrayList<>();
        for (ScheduledText.Weighed part : ScheduledText.joined(prompt)) {
            for (ScheduledText.Stretch stretch : new ScheduledText(part.text(), steps).stretches()) {
                entries.add(new ConditioningEntry(contexts.get(stretch.text()), stretch.text())
                        .weighing(part.weight())
                        .during(share(stretch.from()), share(stretch.to())));
            }
        }
        return entries;
    }

    /** Where a step begins: half a step before it, so that no rounding puts it on the other side. */
    private double share(int step) {
        return step == 0 ? 0 : step == steps ? 1 : (step - 0.5) / steps;
    }
}
