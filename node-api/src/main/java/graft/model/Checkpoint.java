package graft.model;

import ai.djl.ndarray.NDArray;
import graft.file.SafeTensors;
import graft.file.Sha256;
import graft.node.Problem;
import graft.node.Resource;
import graft.node.SocketType;
import graft.node.Sound;
import graft.tensor.Compute;
import graft.tensor.Finite;
import graft.tensor.Memory;
import graft.tensor.Precision;
import graft.tensor.Writes;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * One base model, or a view of one with low-rank changes.
 *
 * <p>The parts are read when first used, and are shared by all views; no view copies or changes weights. Closing the
 * base frees them; closing a view frees its changes alone.
 */
@SocketType(id = "graft/model", title = "Model", color = "#B39DDB")
public final class Checkpoint implements Resource, Sound {

    private final ModelParts parts;
    /** The model that a view looks at; nothing for a base. */
    private final List<Resource> uses;

    /** By part; none for a part that is as it is. */
    private final Map<String, Patches> patches;
    /** Of the network. */
    private final List<ScheduledPatches> scheduled;

    private final List<Resource> owned;
    /** What a view denoises with in place of the base's. */
    private final Optional<Network> ownNetwork;
    /** What a view reads prompts with in place of the base's of the same parts. */
    private final Map<String, TextEncoder> ownEncoders;
    /** How far a mask of latents tells when each place begins to be drawn, 0 to 1. */
    private final double differential;

    private final AddedTokens added;
    /** The model whose VAE a view has in place of the base's. */
    private final Optional<Checkpoint> otherVae;
    /** What its network leaves out on the way from noise to picture. */
    private final Optional<BlockReuse> reuse;
    /** What stands in its network on that way, in the order in which it was laid on. */
    private final List<NetworkHook> hooks;
    /** By how many layers from the end prompts are read; 0 for what the family does. */
    private final int clipSkip;

    private Checkpoint(
            ModelParts parts,
            List<Resource> uses,
            Map<String, Patches> patches,
            List<ScheduledPatches> scheduled,
            List<Resource> owned,
            Optional<Network> ownNetwork,
            Map<String, TextEncoder> ownEncoders,
            double differential,
            AddedTokens added,
            Optional<Checkpoint> otherVae,
            Optional<BlockReuse> reuse,
            List<NetworkHook> hooks,
            int clipSkip) {
        this.parts = parts;
        this.uses = uses;
        this.patches = patches;
        this.scheduled = scheduled;
        this.owned = owned;
        this.ownNetwork = ownNetwork;
        this.ownEncoders = ownEncoders;
        this.differential = differential;
        this.added = added;
        this.otherVae = otherVae;
        this.reuse = reuse;
        this.hooks = hooks;
        this.clipSkip = clipSkip;
    }

    private Checkpoint(ModelParts parts) {
        this(
                parts,
                List.of(),
                Map.of(),
                List.of(),
                List.of(),
                Optional.empty(),
                Map.of(),
                0,
                AddedTokens.NONE,
                Optional.empty(),
                Optional.empty(),
                List.of(),
                0);
    }

    /**
     * Opens a diffusers folder or a single original-layout {@code .safetensors}.
     *
     * @throws graft.node.Problem naming the file, and the field, key or shape that is wrong; a damaged part may be
     *     noticed only when it is first used
     */
    public static Checkpoint load(Path folderOrFile, Compute compute) {
        return load(folderOrFile, Optional.empty(), compute, UnaryOperator.identity(), WeightStorage.AUTO);
    }

    /**
     * As {@link #load(Path, Compute)}, of a model whose files do not tell how it was trained to be noised.
     *
     * @param vae a file that its VAE is read from in place of its own
     * @param noise what is so, of what they say
     * @param storage how its weights lie in memory
     */
    public static Checkpoint load(
            Path folderOrFile,
            Optional<Path> vae,
            Compute compute,
            UnaryOperator<SchedulerConfig> noise,
            WeightStorage storage) {
        return new Checkpoint(new ModelParts(Family.opened(folderOrFile, vae), compute, noise, storage));
    }

    /** A model of the given shape, whose weights are random, to time. */
    public static Checkpoint random(OpenedModel shape, Compute compute) {
        return new Checkpoint(new ModelParts(shape, compute, UnaryOperator.identity(), WeightStorage.FP32));
    }

    /** What a model is, from its configs and headers alone. */
    public static CheckpointSpec inspect(Path folderOrFile) {
        return inspect(folderOrFile, Optional.empty());
    }

    /** As {@link #inspect(Path)}, with its VAE from another file. */
    public static CheckpointSpec inspect(Path folderOrFile, Optional<Path> vae) {
        return look(folderOrFile, vae).spec();
    }

    /**
     * A model that was looked at.
     *
     * @param contents all files that it is read from
     */
    public record Seen(CheckpointSpec spec, List<Path> contents) {}

    /** As {@link #inspect(Path, Optional)}, and which files it is made of. */
    public static Seen look(Path folderOrFile, Optional<Path> vae) {
        try (OpenedModel model = Family.opened(folderOrFile, vae)) {
            for (Path file : model.contents()) {
                if (file.toString().endsWith(".safetensors")) {
                    SafeTensors.open(file).close();
                }
            }
            return new Seen(model.spec(), model.contents());
        }
    }

    /** The folder's or file's name without its ending. */
    public String name() {
        String name = parts.model().path().getFileName().toString();
        return name.replaceFirst("\\.(safetensors|sft|ckpt|pt|pth|bin)$", "");
    }

    /**
     * SHA-256 over all files that the base is read from, and of a model whose VAE it has: weights, configs and tokenizer; and over
     * how it is noised, where that is not as they say.
     *
     * <p>Tells nothing of what a view changes. Files are read whole, the first time that they are as they are.
     */
    public String hash() {
        return otherVae.map(model -> Sha256.of(List.of(parts.hash(), model.hash())))
                .orElseGet(parts::hash);
    }

    /** What is to be known of how its files were read, in sentences: tensors that were left out, parts from elsewhere. */
    public List<String> notes() {
        return opened().notes();
    }

    public CheckpointSpec spec() {
        return parts.spec();
    }

    /** What its latents show, as far as its family knows. */
    public Optional<LatentColours> latentColours() {
        return Family.of(spec()).latentColours(vae().config());
    }

    /** What the tiny autoencoder is called whose decoder makes rough pictures of its latents; nothing where there is none. */
    public Optional<String> tinyAutoencoder() {
        return Family.of(spec()).tinyAutoencoder(vae().config());
    }

    public Compute compute() {
        return parts.compute();
    }

    /** @throws graft.node.Problem for a single file without a tokenizer folder beside it */
    public Tokenizer tokenizer() {
        return parts.tokenizer();
    }

    /** As {@link #tokenizer}, of the text encoder of a part. */
    public Tokenizer tokenizer(String part) {
        return parts.tokenizer(part);
    }

    @Override
    public Optional<String> fault() {
        return parts.isClosed() ? Optional.of("is closed already") : Optional.empty();
    }

    /** Of what is not its base's; the weights of a file are looked at as they are read. */
    @Override
    public Optional<String> damage() {
        Stream<Weights> own = Stream.concat(
                ownNetwork.map(Network::weights).stream(),
                ownEncoders.values().stream().map(TextEncoder::weights));
        Stream<Patches> laid =
                Stream.concat(patches.values().stream(), scheduled.stream().map(ScheduledPatches::patches));
        return Stream.concat(
                        own.flatMap(weights -> weights.damage().stream())
                                .map(damage -> "is of no use: its weight " + damage),
                        laid.flatMap(changes -> changes.damage().stream()))
                .findFirst();
    }

    /** Goes by the weights that were read before. */
    @Override
    public BooleanSupplier seal() {
        List<NDArray> own = Stream.concat(ownNetwork.stream(), ownEncoders.values().stream())
                .flatMap(part -> part.weights().arrays().stream())
                .toList();
        BooleanSupplier unwritten = Writes.noneTo(
                Stream.concat(parts.read().stream(), own.stream()).distinct().toList());
        return () -> !parts.isClosed() && own.stream().noneMatch(NDArray::isReleased) && unwritten.getAsBoolean();
    }

    /** The network that denoises. */
    public Network network() {
        return ownNetwork.isPresent() ? ownNetwork.get() : parts.network();
    }

    /** What of the weights of {@link #network} nothing can be computed with, as a clause; empty when all is well. */
    public Optional<String> networkDamage() {
        return ownNetwork.isPresent() ? ownNetwork.get().weights().damage() : parts.networkDamage();
    }

    /** The names of the parts that are text encoders, in order. */
    public List<String> texts() {
        return parts.model().texts();
    }

    /** The text encoder of a part; {@link Parts#TEXT} is there in every model. */
    public TextEncoder encoder(String part) {
        return ownEncoders.containsKey(part) ? ownEncoders.get(part) : parts.encoder(part);
    }

    /** What adapters change of a part: the network or a text encoder. */
    public Layered layered(String part) {
        return part.equals(Parts.DENOISER) ? network() : encoder(part);
    }

    /** A network of its own with the numbers of {@link #network}, which may be changed; the caller closes it. */
    public Network networkToLearn() {
        return ownNetwork.isPresent()
                ? ownNetwork.get().copy(compute(), Precision.FP32)
                : parts.freshNetwork(Precision.FP32);
    }

    /** A text encoder of its own with the numbers of the part's as the files have them, which may be changed; the caller closes it. */
    public TextEncoder encoderToLearn(String part) {
        return ownEncoders.containsKey(part) ? ownEncoders.get(part).copy(compute()) : parts.freshEncoder(part);
    }

    /** Whether it denoises with layers that were rounded to {@link Int8Rows}. */
    public boolean isRounded() {
        return ownNetwork.isEmpty() && parts.isRounded();
    }

    /** What of its weights was rounded to {@link Int8Rows} and by how much, in sentences, a part each; reads the parts. */
    public List<String> roundings() {
        return parts.roundings();
    }

    /**
     * A network of its own with the numbers of {@link #network} rounded to a precision; the caller closes it.
     *
     * <p>The base's is {@linkplain #setAside set aside}, so that both never lie in memory together.
     */
    public Network roundedNetwork(Precision precision) {
        if (ownNetwork.isPresent()) {
            return ownNetwork.get().copy(compute(), precision);
        }
        parts.setAside(Parts.DENOISER);
        return parts.freshNetwork(precision);
    }

    /**
     * Frees parts of the base that are not needed for a while; each is read again when next asked for.
     *
     * <p>A view's own networks stay. Nobody may be computing with them.
     */
    public void setAside(String... names) {
        boolean freed = false;
        for (String part : names) {
            freed |= parts.setAside(part);
        }
        if (freed) {
            Memory.reclaim();
        }
        otherVae.ifPresent(model -> model.setAside(names));
    }

    /**
     * {@linkplain #setAside Sets aside} all parts of the base but one, where its weights lie as in their file since memory is
     * short.
     */
    public void makeRoomFor(String part) {
        if (parts.isSparing()) {
            List<String> others = new ArrayList<>(texts());
            others.addAll(List.of(Parts.DENOISER, Parts.VAE));
            others.remove(part);
            setAside(others.toArray(String[]::new));
        }
    }

    public Vae vae() {
        return otherVae.isPresent() ? otherVae.get().vae() : parts.vae();
    }

    /** Whether it has the VAE of another model in place of the base's. */
    public boolean hasOtherVae() {
        return otherVae.isPresent();
    }

    public SchedulerConfig scheduler() {
        return parts.spec().scheduler();
    }

    /** The changes to compute a part with, but for those that act at some steps of a walk only. */
    public Patches patches(String part) {
        return patches.getOrDefault(part, Patches.NONE);
    }

    /**
     * The changes to call {@link Network#forward} with on the way from noise to picture.
     *
     * @param progress how far the walk is, from 0 (noise) to 1 (picture)
     */
    public Patches networkPatches(double progress) {
        Patches now = patches(Parts.DENOISER);
        for (ScheduledPatches each : scheduled) {
            double strength = each.schedule().strength(progress);
            if (strength > 0) {
                now = now.plus(strength == 1 ? each.patches() : each.patches().scaled(strength));
            }
        }
        return now;
    }

    /** The changes of the network that act at some steps of a walk only. */
    public List<ScheduledPatches> scheduledPatches() {
        return scheduled;
    }

    /** Whether changes of any part lie over it, at all steps or some. */
    public boolean isPatched() {
        return !scheduled.isEmpty() || patches.values().stream().anyMatch(each -> !each.isEmpty());
    }

    /**
     * A view with further changes, added to those already there.
     *
     * @param more by part
     * @param tokens the words that its prompts know, in place of those that they knew
     * @param owned what holds the arrays of both and nobody else closes: it is closed with the view
     */
    public Checkpoint with(Map<String, Patches> more, AddedTokens tokens, List<? extends Resource> owned) {
        return with(more, List.of(), tokens, owned);
    }

    /** As {@link #with(Map, AddedTokens, List)}, with changes of the network that act at some steps only. */
    public Checkpoint with(
            Map<String, Patches> more,
            List<ScheduledPatches> atSomeSteps,
            AddedTokens tokens,
            List<? extends Resource> owned) {
        Map<String, Patches> both = new LinkedHashMap<>(patches);
        more.forEach((part, each) -> both.merge(part, each, Patches::plus));
        List<ScheduledPatches> all = new ArrayList<>(scheduled);
        all.addAll(atSomeSteps);
        return new Checkpoint(
                parts,
                List.of(this),
                Map.copyOf(both),
                List.copyOf(all),
                List.copyOf(owned),
                ownNetwork,
                ownEncoders,
                differential,
                tokens,
                otherVae,
                reuse,
                hooks,
                clipSkip);
    }

    /**
     * A view that draws approximately, its network's deep blocks at some steps only; a training refuses it.
     *
     * @throws Problem when the network has no blocks to leave out, or too few levels
     */
    public Checkpoint with(BlockReuse blocks) {
        int levels = network().levels();
        if (levels == 1) {
            throw new Problem(
                            "cannot reuse blocks of " + name(),
                            "its network is not made of levels, of which the inner ones could be left out",
                            "wire in a model of Stable Diffusion 1, 2 or XL, or draw without it")
                    .at("model");
        }
        if (blocks.depth() >= levels) {
            throw new Problem(
                            "cannot reuse blocks of " + name(),
                            "its network has " + levels + " levels, and " + blocks.depth()
                                    + " are to run at each step, which leaves none to reuse",
                            "set depth to " + (levels - 1) + " or less")
                    .at("depth");
        }
        return new Checkpoint(
                parts,
                List.of(this),
                patches,
                scheduled,
                List.of(),
                ownNetwork,
                ownEncoders,
                differential,
                added,
                otherVae,
                Optional.of(blocks),
                hooks,
                clipSkip);
    }

    /** What its network leaves out on the way from noise to picture; nothing for a model that draws as trained. */
    public Optional<BlockReuse> reuse() {
        return reuse;
    }

    /**
     * A view in whose network something more stands on the way from noise to picture; a training refuses it.
     *
     * @param owned what the hook uses and nobody else closes: it is closed with the view
     * @throws Problem when the network takes no hooks
     */
    public Checkpoint with(NetworkHook hook, List<? extends Resource> owned) {
        return with(hook, owned, List.of());
    }

    /**
     * Likewise, with what the hook borrows.
     *
     * @param borrowed other wire values, kept open as long as the view
     * @throws Problem when the network takes no hooks
     */
    public Checkpoint with(NetworkHook hook, List<? extends Resource> owned, List<? extends Resource> borrowed) {
        if (!network().takesHooks()) {
            throw new Problem(
                            "cannot put " + hook.getClass().getSimpleName() + " into the network of " + name(),
                            "its attentions and blocks are computed as they are, and nothing can be put between",
                            "wire in a model of Stable Diffusion 1, 2 or XL, or draw without it")
                    .at("model");
        }
        List<NetworkHook> all = new ArrayList<>(hooks);
        all.add(hook);
        return hookedBy(List.copyOf(all), owned, borrowed);
    }

    /** A view in whose network nothing more stands than in the base's. */
    public Checkpoint withoutHooks() {
        return hookedBy(List.of(), List.of(), List.of());
    }

    private Checkpoint hookedBy(
            List<NetworkHook> others, List<? extends Resource> owned, List<? extends Resource> borrowed) {
        return new Checkpoint(
                parts,
                Stream.concat(Stream.of(this), borrowed.stream()).toList(),
                patches,
                scheduled,
                List.copyOf(owned),
                ownNetwork,
                ownEncoders,
                differential,
                added,
                otherVae,
                reuse,
                others,
                clipSkip);
    }

    /** What stands in its network on the way from noise to picture, in the order in which it was laid on. */
    public List<NetworkHook> hooks() {
        return hooks;
    }

    /**
     * A view for which a mask of latents tells when each place begins to be drawn, and not only how much.
     *
     * @param strength how far, 0 (not at all) to 1
     */
    public Checkpoint withDifferential(double strength) {
        return new Checkpoint(
                parts,
                List.of(this),
                patches,
                scheduled,
                List.of(),
                ownNetwork,
                ownEncoders,
                strength,
                added,
                otherVae,
                reuse,
                hooks,
                clipSkip);
    }

    /** How far a mask of latents tells when each place begins to be drawn, 0 (not at all) to 1. */
    public double differential() {
        return differential;
    }

    /**
     * A view that reads text by an earlier layer of its text encoders, of which a training knows too.
     *
     * @param skip which layer, counted from the last, which is 1
     */
    public Checkpoint withClipSkip(int skip) {
        return new Checkpoint(
                parts,
                List.of(this),
                patches,
                scheduled,
                List.of(),
                ownNetwork,
                ownEncoders,
                differential,
                added,
                otherVae,
                reuse,
                hooks,
                skip);
    }

    /** By how many layers from the end it reads text, 1 being the last; 0 for what its family does. */
    public int clipSkip() {
        return clipSkip;
    }

    /** A view that denoises with a network of its own, under the same changes; it is closed with the view. */
    public Checkpoint withNetwork(Network network) {
        return with(network, Map.of());
    }

    /** As {@link #withNetwork}, and with text encoders of its own by part, which are closed with the view too. */
    public Checkpoint with(Network network, Map<String, TextEncoder> encoders) {
        Map<String, TextEncoder> own = new LinkedHashMap<>(ownEncoders);
        own.putAll(encoders);
        List<Resource> closed = new ArrayList<>(List.of(network::close));
        encoders.values().forEach(encoder -> closed.add(encoder::close));
        return new Checkpoint(
                parts,
                List.of(this),
                patches,
                scheduled,
                List.copyOf(closed),
                Optional.of(network),
                Map.copyOf(own),
                differential,
                added,
                otherVae,
                reuse,
                hooks,
                clipSkip);
    }

    /**
     * A view of parts of its own that the changes over them were computed into: those of other parts stay.
     *
     * @param network in place of the base's and its changes, if any
     * @param encoders the same of text encoders by part; all are closed with the view
     * @param vaeFrom whose VAE it has; this one's when empty
     */
    Checkpoint merged(Optional<Network> network, Map<String, TextEncoder> encoders, Optional<Checkpoint> vaeFrom) {
        Map<String, Patches> left = new LinkedHashMap<>(patches);
        left.keySet().removeAll(encoders.keySet());
        network.ifPresent(own -> left.remove(Parts.DENOISER));
        Map<String, TextEncoder> own = new LinkedHashMap<>(ownEncoders);
        own.putAll(encoders);
        List<Resource> closed = new ArrayList<>();
        network.ifPresent(each -> closed.add(each::close));
        encoders.values().forEach(encoder -> closed.add(encoder::close));
        List<Resource> borrowed = new ArrayList<>(List.of(this));
        vaeFrom.ifPresent(borrowed::add);
        return new Checkpoint(
                parts,
                List.copyOf(borrowed),
                Map.copyOf(left),
                network.isPresent() ? List.of() : scheduled,
                List.copyOf(closed),
                network.or(() -> ownNetwork),
                Map.copyOf(own),
                differential,
                added,
                vaeFrom.or(() -> otherVae),
                reuse,
                hooks,
                clipSkip);
    }

    /** Whether it denoises with a network of its own in place of the base's. */
    public boolean hasOwnNetwork() {
        return ownNetwork.isPresent();
    }

    /** Whether it reads prompts with a text encoder of its own in place of the base's of that part. */
    public boolean hasOwnEncoder(String part) {
        return ownEncoders.containsKey(part);
    }

    /** The words that its prompts know beyond the vocabulary. */
    public AddedTokens addedTokens() {
        return added;
    }

    /** The token ids of a prompt for the first text encoder, added words among them, with begin and end, padded or truncated. */
    public int[] tokens(String prompt) {
        return tokenizer()
                .framed(added.ids(
                        tokenizer(), prompt, Parts.TEXT, encoder(Parts.TEXT).vocabulary()));
    }

    /** What it reads of a text, added words among it, and what not. */
    public TextReading reading(String text) {
        return tokenizer().reading(text, added);
    }

    /** As {@link #reading(String)}, of a prompt whose weights are read as somebody writes them. */
    public TextReading reading(String prompt, Weighting weighting) {
        return tokenizer().reading(prompt, weighting, added);
    }

    /**
     * What the network is told of texts whose brackets are letters, with the view's changes and added words, but for sizes.
     *
     * @return owned by the thread's innermost scope
     */
    public Context encode(List<String> texts) {
        return encode(PromptTexts.plain(texts));
    }

    /** As {@link #encode(List)}, of prompts with weights. */
    public Context encode(PromptTexts prompts) {
        return parts.reader().read(prompts, reading());
    }

    /** As {@link #encode(List)}, of so many prompts that are full of something, to time. */
    public Context anything(int prompts) {
        return parts.reader().anything(prompts, reading());
    }

    private TextModels reading() {
        return new TextModels(this::encoder, this::patches, added, clipSkip);
    }

    /** As {@link #context(PromptTexts)}, of texts whose brackets are letters. */
    public Context context(List<String> texts) {
        return context(PromptTexts.plain(texts));
    }

    /**
     * As {@link #encode(PromptTexts)}, where nothing learns.
     *
     * <p>What the base's own text encoders give, under no changes and without added words, is kept for the next time.
     *
     * @throws Problem when it is not finite, naming the prompt
     */
    public Context context(PromptTexts prompts) {
        boolean isOfTheBase = ownEncoders.isEmpty()
                && added == AddedTokens.NONE
                && texts().stream().allMatch(part -> patches(part).isEmpty());
        return isOfTheBase ? parts.prompts().of(prompts, clipSkip, () -> contextAnew(prompts)) : contextAnew(prompts);
    }

    /** As {@link #context(List)}, computed at each call and not kept: for callers that keep it themselves. */
    public Context contextAnew(List<String> texts) {
        return contextAnew(PromptTexts.plain(texts));
    }

    private Context contextAnew(PromptTexts prompts) {
        Context context = encode(prompts);
        if (!context.arrays().stream().allMatch(Finite::all)) {
            throw new Problem(
                    "cannot encode the prompt \"" + String.join("\", \"", prompts.texts()) + "\"",
                    "the text encoder of " + name() + " gave NaN or infinite numbers",
                    "choose another model, or take out or weaken the LoRAs and embeddings over it");
        }
        return context;
    }

    /**
     * What one prediction of the network takes at once beside its weights, in bytes, about.
     *
     * @param height of the latents
     * @param width of the latents
     */
    public long drawing(int height, int width) {
        return parts.model().footprint().drawing(height, width);
    }

    /** What making a picture of latents takes at once beside weights, in bytes, about. */
    public long decoding(int width, int height) {
        return opened(Parts.VAE).footprint().decoding(width, height);
    }

    /** What making latents of a picture takes at once, likewise. */
    public long encoding(int width, int height) {
        return opened(Parts.VAE).footprint().encoding(width, height);
    }

    /** Where its parts were read from, for those who write it. */
    public OpenedModel opened() {
        return parts.model();
    }

    /** As {@link #opened}, of one part. */
    public OpenedModel opened(String part) {
        return part.equals(Parts.VAE) && otherVae.isPresent() ? otherVae.get().opened(part) : parts.model();
    }

    @Override
    public List<Resource> uses() {
        return uses;
    }

    @Override
    public void close() {
        if (uses.isEmpty()) {
            parts.close();
        }
        owned.forEach(Resource::close);
    }
}
