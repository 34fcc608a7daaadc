package graft.nodes.sampling;

import graft.adapter.Lora;
import graft.adapter.LoraBlock;
import graft.adapter.LoraSpec;
import graft.node.Input;
import graft.node.Node;
import graft.node.NodeType;
import graft.node.Output;
import graft.node.Problem;
import graft.node.Run;
import graft.node.SettingGroup;
import graft.node.Specs;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Makes single blocks of a LoRA weaker or stronger. */
@NodeType(
        id = "graft/adapters/lora-blocks",
        title = "LoRA Blocks",
        category = "adapters",
        help =
                "Makes single blocks of a LoRA weaker or stronger, each by a slider: 0 leaves a block out, 1 is as trained. What"
                        + " comes out is a LoRA like any other, to stack or to save. Profile LoRA tells what each block carries.",
        words = {"block weight", "layer", "strength", "slider", "lbw", "lora loader block weight", "mbw"})
public final class LoraBlocks implements Node {

    @Input(help = "The LoRA.")
    Lora lora;

    @SettingGroup
    BlockSliders blocks = new BlockSliders();

    @Output(help = "The LoRA with its blocks at those strengths.")
    Lora weighed;

    @Override
    public void configure(Specs specs) {
        specs.of("lora", LoraSpec.class).ifPresent(spec -> specs.output("weighed", spec));
    }

    @Override
    public void run(Run run) {
        Map<LoraBlock, Double> strengths = blocks.strengths();
        List<LoraBlock> changed = LoraBlock.changedBy(lora);
        try {
            weighed = LoraBlock.weighed(lora, strengths);
        } catch (Problem e) {
            throw e.at("lora");
        }
        run.log(lora.name() + ": "
                + changed.stream()
                        .map(block -> block.title() + " at " + strengths.getOrDefault(block, 1.0))
                        .collect(Collectors.joining(", "))
                + ".");
        List<String> idle = strengths.entrySet().stream()
                .filter(each -> each.getValue() != 1 && !changed.contains(each.getKey()))
                .map(each -> each.getKey().title())
                .toList();
        if (!idle.isEmpty()) {
            run.warn(lora.name() + " changes nothing in " + String.join(", ", idle)
                    + ": these sliders do nothing. It changes "
                    + changed.stream().map(LoraBlock::title).collect(Collectors.joining(", ")) + ".");
        }
    }
}
