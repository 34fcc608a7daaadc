package graft.app.comfy;

import com.google.gson.JsonElement;
import com.google.gson.JsonPrimitive;
import graft.app.comfy.ComfyNode.Input;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * One level of a file in fewer kinds of nodes that mean the same: values in place of nodes that only hold one, the branch that a
 * switch takes, one sampler in place of its parts, and a VAE as a value of the checkpoint that it goes with. Says of each node what
 * becomes of it.
 */
final class Simplified {

    private static final Set<String> PRIMITIVES =
            Set.of("PrimitiveInt", "PrimitiveFloat", "PrimitiveString", "PrimitiveStringMultiline", "PrimitiveBoolean");
    private static final String SWITCH = "ComfySwitchNode";
    private static final String PERPENDICULAR_GUIDER = "PerpNegGuider";
    private static final Set<String> CUSTOM_SAMPLERS = Set.of("SamplerCustomAdvanced", "SamplerCustom");
    private static final List<String> SAMPLERS_INPUTS = List.of("positive", "negative", "latent_image");

    private final Optional<ComfySubgraph> within;
    private final Definitions definitions;
    private final Predicate<String> installed;
    private final ComfyGraph file;
    private final Map<String, String> parts = new LinkedHashMap<>();
    private final Set<String> mayGo = new LinkedHashSet<>();
    private final Map<String, ComfyNode> turned = new LinkedHashMap<>();
    private final List<ComfyNode> gone = new ArrayList<>();
    private List<ComfyNode> nodes;
    private Origins origins;

    /** @param installed whether there is a node type here */
    Simplified(ComfyGraph file, Optional<ComfySubgraph> within, Definitions definitions, Predicate<String> installed) {
        this.file = file;
        this.within = within;
        this.definitions = definitions;
        this.installed = installed;
        nodes = file.nodes();
        if (hasTwins()) {
            // Which of them a wire means is not said.
            nodes = nodes.stream().map(node -> node.with(known(node))).toList();
            return;
        }
        look();
        each(this::branch);
        each(this::sampler);
        each(node -> turned.getOrDefault(node.id(), node));
        // At the end of its walk a sampler's two outputs are one.
        nodes.stream()
                .filter(node ->
                        CUSTOM_SAMPLERS.contains(node.original()) && node.type().equals(Counterpart.SAMPLER))
                .forEach(node -> redirect(node.id(), node.id(), 0));
        vaes();
        nodes = nodes.stream().map(node -> node.with(known(node))).toList();
        look();
        each(this::values);
        dropUnused();
    }

    private boolean hasTwins() {
        Set<String> ids = new HashSet<>();
        return !nodes.stream().map(ComfyNode::id).allMatch(ids::add);
    }

    /** The level as it is now. */
    ComfyGraph graph() {
        return new ComfyGraph(nodes, file.groups(), file.subgraphs(), file.oddities(), file.rest());
    }

    /** Nodes that are in others now. */
    List<ComfyNode> gone() {
        return gone;
    }

    /** What a node that is gone has become, in words. */
    String became(ComfyNode one) {
        return parts.getOrDefault(one.id(), "the values of what it is wired to");
    }

    private Optional<Counterpart> known(ComfyNode node) {
        return definitions.of(node.type()).isPresent()
                ? Optional.empty()
                : Counterparts.of(node.type()).filter(each -> installed.test(each.type()));
    }

    private void look() {
        origins = new Origins(nodes, within);
    }

    private void each(UnaryOperator<ComfyNode> change) {
        nodes = nodes.stream().map(change).toList();
        look();
    }

    /** With the wires that a switch of a fixed position takes. */
    private ComfyNode branch(ComfyNode node) {
        List<Input> inputs = node.inputs().stream()
                .map(input -> input.withLink(input.link().map(this::taken)))
                .toList();
        return node.withInputs(inputs);
    }

    private ComfyLink taken(ComfyLink link) {
        ComfyLink at = link;
        // As many as there are nodes: switches may be wired in a circle.
        for (int i = 0; i < nodes.size(); i++) {
            Optional<ComfyNode> chooser = origins.of(at)
                    .flatMap(Origins.Origin::node)
                    .filter(from -> from.type().equals(SWITCH) && from.runs());
            Optional<ComfyLink> chosen = chooser.flatMap(from -> position(from)
                    .flatMap(on -> from.link(on ? "on_true" : "on_false"))
                    .filter(next -> origins.of(next).isPresent()));
            if (chosen.isEmpty()) {
                break;
            }
            mayGo.add(chooser.get().id());
            parts.put(chooser.get().id(), "the wire that it lets through");
            at = chosen.get();
        }
        return at;
    }

    private Optional<Boolean> position(ComfyNode chooser) {
        Optional<JsonElement> said = chooser.inputs().stream()
                .filter(input -> input.name().equals("switch") && input.link().isPresent())
                .findFirst()
                .map(input -> constant(input).flatMap(ComfyNode::value))
                .orElseGet(() -> Optional.ofNullable(chooser.named().get("switch"))
                        .or(() -> chooser.listed().stream().findFirst()));
        return said.filter(each -> each instanceof JsonPrimitive flag && flag.isBoolean())
                .map(JsonElement::getAsBoolean);
    }

    /** The node with a value of its own that an input is wired to. */
    private Optional<ComfyNode> constant(Input input) {
        return input.link()
                .flatMap(origins::of)
                .flatMap(Origins.Origin::node)
                .filter(from -> from.type().equals(Origins.PRIMITIVE)
                        || (PRIMITIVES.contains(from.type())
                                && from.runs()
                                && from.inputs().stream()
                                        .noneMatch(each -> each.link().isPresent())))
                .filter(from -> from.value().isPresent());
    }

    /** With the values of nodes that only hold one, where it is known what a value means. */
    private ComfyNode values(ComfyNode node) {
        if (node.counterpart().isEmpty() && definitions.of(node.type()).isEmpty()) {
            return node;
        }
        Map<String, JsonElement> values = new LinkedHashMap<>();
        List<Input> inputs = new ArrayList<>();
        for (Input input : node.inputs()) {
            Optional<ComfyNode> from =
                    constant(input).filter(each -> PRIMITIVES.contains(each.type()) && takesValue(node, input));
            from.ifPresent(each -> {
                mayGo.add(each.id());
                values.put(input.name(), each.value().orElseThrow());
                if (each.listed().size() > 1 && isSeed(input.name())) {
                    values.put(Counterpart.CONTROL, each.listed().get(1));
                }
            });
            inputs.add(from.isPresent() ? input.withLink(Optional.empty()) : input);
        }
        return values.isEmpty() ? node : node.withInputs(inputs).withNamed(values);
    }

    private static boolean isSeed(String name) {
        return name.equals("seed") || name.equals("noise_seed");
    }

    private static boolean takesValue(ComfyNode node, Input input) {
        return node.counterpart()
                .map(known -> known.widget(input.name()).isPresent())
                .orElse(true);
    }

    private void dropUnused() {
        boolean more = true;
        while (more) {
            Set<String> used = used();
            List<ComfyNode> unused = nodes.stream()
                    .filter(node -> mayGo.contains(node.id()) && !used.contains(node.id()))
                    .toList();
            gone.addAll(unused);
            nodes = nodes.stream().filter(node -> !unused.contains(node)).toList();
            more = !unused.isEmpty();
        }
    }

    /** Ids of the nodes that something comes from, past reroutes too. */
    private Set<String> used() {
        Set<String> used = new HashSet<>();
        Stream<ComfyLink> out = within.stream()
                .flatMap(subgraph -> subgraph.outputs().stream())
                .flatMap(output -> output.from().stream());
        Stream<ComfyLink> in = nodes.stream()
                .filter(node -> !node.type().equals(Origins.REROUTE))
                .flatMap(node -> node.inputs().stream())
                .flatMap(input -> input.link().stream());
        Stream.concat(out, in).forEach(link -> {
            used.add(link.node());
            origins.of(link).flatMap(Origins.Origin::node).ifPresent(node -> used.add(node.id()));
        });
        return used;
    }

    // ---- one sampler in place of its parts

    private ComfyNode sampler(ComfyNode node) {
        return CUSTOM_SAMPLERS.contains(node.type()) && installed.test("graft/latents/sample")
                ? Optional.of(new SamplerParts(node))
                        .flatMap(SamplerParts::whole)
                        .orElse(node)
                : node;
    }

    /** The parts of a sampler, as long as they make one. */
    private final class SamplerParts {

        private final ComfyNode sampler;
        private final List<Input> inputs = new ArrayList<>();
        private final Map<String, JsonElement> values = new LinkedHashMap<>();
        private final List<ComfyNode> used = new ArrayList<>();
        private Optional<ComfyNode> model = Optional.empty();
        private boolean whole = true;

        SamplerParts(ComfyNode sampler) {
            this.sampler = sampler;
        }

        Optional<ComfyNode> whole() {
            Optional<ComfyNode> method = part(sampler, "sampler", "KSamplerSelect");
            Optional<ComfyNode> sigmas = part(sampler, "sigmas", "BasicScheduler", "SDTurboScheduler");
            if (method.isEmpty() || sigmas.isEmpty()) {
                return Optional.empty();
            }
            value(method.get(), "sampler_name", "sampler_name");
            value(sigmas.get(), "steps", "steps");
            value(sigmas.get(), "denoise", "denoise");
            if (sigmas.get().type().equals("SDTurboScheduler")) {
                // One step is from the noisiest level to none in every spacing.
                whole &= isNumber("steps", 1) && isNumber("denoise", 1);
                values.put("scheduler", new JsonPrimitive("sgm_uniform"));
            } else {
                value(sigmas.get(), "scheduler", "scheduler");
            }
            ComfyNode guided = sampler.type().equals("SamplerCustom") ? sampler : guider().orElse(null);
            if (guided == null) {
                return Optional.empty();
            }
            if (guided.type().equals(PERPENDICULAR_GUIDER)) {
                perpendicular(guided);
            } else {
                wire(guided, "model", "model");
            }
            whole &= guided.link("model")
                    .flatMap(origins::of)
                    .map(Simplified::end)
                    .equals(sigmas.get().link("model").flatMap(origins::of).map(Simplified::end));
            if (guided.type().equals("BasicGuider")) {
                wire(guided, "conditioning", "positive");
                // Nothing is guided away from, whatever enters.
                wire(guided, "conditioning", "negative");
                values.put("cfg", new JsonPrimitive(1));
            } else {
                SAMPLERS_INPUTS.subList(0, 2).forEach(name -> wire(guided, name, name));
                value(guided, "cfg", "cfg");
            }
            wire(sampler, "latent_image", "latent_image");
            if (guided.id().equals(sampler.id())) {
                value(sampler, "noise_seed", "seed");
                whole &= sampler.link("add_noise").isEmpty()
                        && PartValues.of(sampler).get("add_noise") instanceof JsonPrimitive on
                        && on.isBoolean()
                        && on.getAsBoolean();
            }
            return whole ? Optional.of(made()) : Optional.empty();
        }

        /** A guider that is a model here, and enters the sampler as one. */
        private void perpendicular(ComfyNode guider) {
            used.remove(guider);
            long uses = nodes.stream()
                    .flatMap(node -> node.inputs().stream())
                    .filter(input -> input.link()
                            .filter(link -> link.node().equals(guider.id()))
                            .isPresent())
                    .count();
            whole &= uses == 1 && installed.test("graft/model/perpendicular-negative");
            inputs.add(new Input("model", "", false, Optional.of(new ComfyLink(guider.id(), 0, List.of()))));
            Map<String, JsonElement> own = new LinkedHashMap<>();
            Optional.ofNullable(PartValues.of(guider).get("neg_scale")).ifPresent(value -> own.put("neg_scale", value));
            List<Input> entered = guider.inputs().stream()
                    .filter(input ->
                            Set.of("model", "empty_conditioning", "neg_scale").contains(input.name()))
                    .toList();
            model = Optional.of(guider.as(Counterpart.PERP_NEG, entered, own));
        }

        private Optional<ComfyNode> guider() {
            Optional<ComfyNode> noise = part(sampler, "noise", "RandomNoise");
            Optional<ComfyNode> guider = part(sampler, "guider", "CFGGuider", "BasicGuider", PERPENDICULAR_GUIDER);
            if (noise.isEmpty() || guider.isEmpty()) {
                return Optional.empty();
            }
            value(noise.get(), "noise_seed", "seed");
            return guider;
        }

        private ComfyNode made() {
            model.ifPresent(node -> turned.put(node.id(), node));
            used.forEach(part -> {
                mayGo.add(part.id());
                parts.put(part.id(), "a part of " + sampler.called());
            });
            return sampler.as(Counterpart.SAMPLER, inputs, values);
        }

        private Optional<ComfyNode> part(ComfyNode of, String input, String... types) {
            Optional<ComfyNode> part =
                    origins.node(of, input).filter(from -> List.of(types).contains(from.type()) && from.runs());
            part.ifPresent(used::add);
            return part;
        }

        private void wire(ComfyNode from, String theirs, String ours) {
            from.link(theirs).ifPresent(link -> inputs.add(new Input(ours, "", false, Optional.of(link))));
        }

        /** A value of a part, by wire or as it stands there. */
        private void value(ComfyNode part, String theirs, String ours) {
            Optional<ComfyLink> link = part.link(theirs);
            if (link.isPresent()) {
                inputs.add(new Input(ours, "", true, link));
                return;
            }
            Map<String, JsonElement> all = PartValues.of(part);
            Optional.ofNullable(all.get(theirs)).ifPresentOrElse(value -> values.put(ours, value), () -> whole = false);
            if (ours.equals("seed") && all.containsKey(Counterpart.CONTROL)) {
                values.put(Counterpart.CONTROL, all.get(Counterpart.CONTROL));
            }
        }

        private boolean isNumber(String name, double number) {
            return Loose.number(values.get(name)).equals(Optional.of(number));
        }
    }

    /** Where something comes from, to compare. */
    private static String end(Origins.Origin origin) {
        return origin.node().map(node -> node.id()).orElse("") + ":" + origin.slot();
    }

    // ---- a VAE as a value of a checkpoint

    private void vaes() {
        List<ComfyNode> loaders = nodes.stream()
                .filter(node -> node.type().equals(Counterpart.VAE_LOADER) && node.runs() && !goesOut(node))
                .toList();
        if (loaders.isEmpty() || !installed.test("graft/model/load")) {
            return;
        }
        Set<String> ownVae = new HashSet<>();
        linked(link -> origins.of(link)
                .filter(from -> from.slot() == 2)
                .flatMap(Origins.Origin::node)
                .ifPresent(node -> ownVae.add(node.id())));
        for (ComfyNode loader : loaders) {
            List<ComfyNode> checkpoints = nodes.stream()
                    .filter(node -> node.type().equals(Counterpart.CHECKPOINT) && node.runs())
                    .filter(node -> node.link("ckpt_name").isEmpty())
                    .toList();
            if (checkpoints.isEmpty()) {
                return;
            }
            Map<String, JsonElement> vae = PartValues.of(loader);
            if (!(vae.get("vae_name") instanceof JsonPrimitive)
                    || loader.link("vae_name").isPresent()) {
                continue;
            }
            Optional<ComfyNode> free = checkpoints.stream()
                    .filter(node -> !ownVae.contains(node.id()))
                    .findFirst();
            if (free.isPresent()) {
                ComfyNode with = free.get();
                ownVae.add(with.id());
                replace(with, with.withNamed(Map.of("vae_name", vae.get("vae_name"))));
                redirect(loader.id(), with.id(), 2);
                mayGo.add(loader.id());
                parts.put(loader.id(), "the VAE of " + with.called());
            } else {
                // The checkpoint's own VAE is used too: it is read once more, with the other one.
                Map<String, JsonElement> values = new LinkedHashMap<>();
                Optional.ofNullable(PartValues.of(checkpoints.get(0)).get("ckpt_name"))
                        .ifPresent(name -> values.put("ckpt_name", name));
                values.put("vae_name", vae.get("vae_name"));
                ownVae.add(loader.id());
                replace(loader, loader.as(Counterpart.CHECKPOINT, List.of(), values));
                redirect(loader.id(), loader.id(), 2);
            }
        }
        look();
    }

    private void linked(Consumer<ComfyLink> each) {
        nodes.forEach(node -> node.inputs().forEach(input -> input.link().ifPresent(each)));
        within.ifPresent(
                subgraph -> subgraph.outputs().forEach(output -> output.from().ifPresent(each)));
    }

    /** Whether an output of the subgraph comes from a node, whose wire stays as it is. */
    private boolean goesOut(ComfyNode node) {
        return within.stream()
                .flatMap(subgraph -> subgraph.outputs().stream())
                .flatMap(output -> output.from().stream())
                .anyMatch(link -> link.node().equals(node.id()));
    }

    private void replace(ComfyNode one, ComfyNode other) {
        nodes = nodes.stream()
                .map(node -> node.id().equals(one.id()) ? other : node)
                .toList();
    }

    /** What came from a node comes from an output of another now. */
    private void redirect(String from, String to, int slot) {
        nodes = nodes.stream()
                .map(node -> node.withInputs(node.inputs().stream()
                        .map(input -> input.withLink(input.link()
                                .map(link -> link.node().equals(from) ? new ComfyLink(to, slot, link.via()) : link)))
                        .toList()))
                .toList();
    }
}
