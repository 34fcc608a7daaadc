package graft.model;

import ai.djl.ndarray.NDArray;
import graft.file.SafeTensors;
import graft.node.Problem;
import graft.node.Resource;
import graft.node.SocketType;
import graft.tensor.Compute;
import graft.tensor.Finite;
import graft.tensor.Precision;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One base model, or a view of one with low-rank changes.
 *
 * <p>The parts are read when first used, and are shared by all views; no view copies or changes weights. Closing the
 * base frees them; closing a view frees its changes alone.
 */
@SocketType(id = "graft/model", title = "Model", color = "#B39DDB")
public final class Checkpoint implements Resource {

    /** The networks of a base model. */
    public enum Part {
        TEXT_ENCODER,
        UNET,
        VAE
    }

    private final ModelParts parts;
    /** The model that a view looks at; nothing for a base. */
    private final List<Resource> uses;

    private final Patches unetPatches;
    private final List<ScheduledPatches> scheduled;
    private final Patches textPatches;
    private final List<Resource> owned;
    /** What a view denoises with in place of the base's. */
    private final Optional<UNet> ownUnet;
    /** What a view reads prompts with in place of the base's. */
    private final Optional<TextEncoder> ownText;

    private final AddedTokens added;

    private Checkpoint(
            ModelParts parts,
            List<Resource> uses,
            Patches unetPatches,
            List<ScheduledPatches> scheduled,
            Patches textPatches,
            List<Resource> owned,
            Optional<UNet> ownUnet,
            Optional<TextEncoder> ownText,
            AddedTokens added) {
        this.parts = parts;
        this.added = added;
        this.ownUnet = ownUnet;
        this.ownText = ownText;
        this.uses = uses;
        this.unetPatches = unetPatches;
        this.scheduled = scheduled;
        this.textPatches = textPatches;
        this.owned = owned;
    }

    /**
     * Opens a diffusers folder or a single original-layout {@code .safetensors}.
     *
     * @throws graft.node.Problem naming the file, and the field, key or shape that is wrong; a damaged part may be
     *     noticed only when it is first used
     */
    public static Checkpoint load(Path folderOrFile, Compute compute) {
        ModelParts parts = new ModelParts(ModelFiles.open(folderOrFile), compute);
        return new Checkpoint(
                parts,
                List.of(),
                Patches.NONE,
                List.of(),
                Patches.NONE,
                List.of(),
                Optional.empty(),
                Optional.empty(),
                AddedTokens.NONE);
    }

    /** A model of the given shape, whose weights are random, to time. */
    static Checkpoint random(ModelFiles shape, Compute compute) {
        return new Checkpoint(
                new ModelParts(shape, compute),
                List.of(),
                Patches.NONE,
                List.of(),
                Patches.NONE,
                List.of(),
                Optional.empty(),
                Optional.empty(),
                AddedTokens.NONE);
    }

    /** What a model is, from its configs and headers alone. */
    public static CheckpointSpec inspect(Path folderOrFile) {
        try (ModelFiles files = ModelFiles.open(folderOrFile)) {
            CheckpointSpec spec = ModelParts.spec(files);
            for (Path file : files.contents()) {
                if (file.toString().endsWith(".safetensors")) {
                    SafeTensors.open(file).close();
                }
            }
            return spec;
        }
    }

    /** All files that a model is read from. */
    public static List<Path> contents(Path folderOrFile) {
        try (ModelFiles files = ModelFiles.open(folderOrFile)) {
            return files.contents();
        }
    }

    /** The folder's or file's name without its ending. */
    public String name() {
        String name = parts.files().path().getFileName().toString();
        return name.replaceFirst("\\.safetensors$", "");
    }

    /**
     * SHA-256 over all files that the base is read from: weights, configs and tokenizer.
     *
     * <p>Tells nothing of what a view changes. Files are read whole, the first time that they are as they are.
     */
    public String hash() {
        return parts.hash();
    }

    public CheckpointSpec spec() {
        return parts.spec();
    }

    public Compute compute() {
        return parts.compute();
    }

    /** @throws graft.node.Problem for a single file without a tokenizer folder beside it */
    public Tokenizer tokenizer() {
        return parts.tokenizer();
    }

    public TextEncoder textEncoder() {
        return ownText.isPresent() ? ownText.get() : parts.textEncoder();
    }

    public UNet unet() {
        return ownUnet.isPresent() ? ownUnet.get() : parts.unet();
    }

    /** What of the weights of {@link #unet} nothing can be computed with, as a clause; empty when all is well. */
    public Optional<String> unetDamage() {
        return ownUnet.isPresent() ? ownUnet.get().weights().damage() : parts.unetDamage();
    }

    /** A UNet of its own with the numbers of {@link #unet}, which may be changed; the caller closes it. */
    public UNet unetToLearn() {
        return ownUnet.isPresent() ? ownUnet.get().copy(compute()) : parts.freshUnet(Precision.FP32);
    }

    /**
     * A UNet of its own with the numbers of {@link #unet} rounded to a precision; the caller closes it.
     *
     * <p>The base's is {@linkplain #setAside set aside}, so that both never lie in memory together.
     */
    public UNet roundedUnet(Precision precision) {
        if (ownUnet.isPresent()) {
            return ownUnet.get().copy(compute(), precision);
        }
        parts.setAside(Part.UNET);
        return parts.freshUnet(precision);
    }

    /**
     * Frees networks of the base that are not needed for a while; each is read again when next asked for.
     *
     * <p>A view's own UNet stays. Nobody may be computing with them.
     */
    public void setAside(Part... networks) {
        for (Part part : networks) {
            parts.setAside(part);
        }
    }

    public Vae vae() {
        return parts.vae();
    }

    public SchedulerConfig scheduler() {
        return parts.files().scheduler();
    }

    /** The changes to call {@link UNet#forward} with, but for those that act at some steps of a walk only. */
    public Patches unetPatches() {
        return unetPatches;
    }

    /**
     * The changes to call {@link UNet#forward} with on the way from noise to picture.
     *
     * @param progress how far the walk is, from 0 (noise) to 1 (picture)
     */
    public Patches unetPatches(double progress) {
        Patches now = unetPatches;
        for (ScheduledPatches each : scheduled) {
            double strength = each.schedule().strength(progress);
            if (strength > 0) {
                now = now.plus(strength == 1 ? each.patches() : each.patches().scaled(strength));
            }
        }
        return now;
    }

    /** The changes that act at some steps of a walk only. */
    public List<ScheduledPatches> scheduledPatches() {
        return scheduled;
    }

    /** The changes to call {@link TextEncoder#encode} with. */
    public Patches textPatches() {
        return textPatches;
    }

    /**
     * A view with further changes, added to those already there.
     *
     * @param tokens the words that its prompts know, in place of those that they knew
     * @param owned what holds the arrays of both and nobody else closes: it is closed with the view
     */
    public Checkpoint with(Patches unet, Patches text, AddedTokens tokens, List<? extends Resource> owned) {
        return with(unet, List.of(), text, tokens, owned);
    }

    /** As {@link #with(Patches, Patches, AddedTokens, List)}, with changes of the UNet that act at some steps only. */
    public Checkpoint with(
            Patches unet,
            List<ScheduledPatches> atSomeSteps,
            Patches text,
            AddedTokens tokens,
            List<? extends Resource> owned) {
        List<ScheduledPatches> all = new ArrayList<>(scheduled);
        all.addAll(atSomeSteps);
        return new Checkpoint(
                parts,
                List.of(this),
                unetPatches.plus(unet),
                List.copyOf(all),
                textPatches.plus(text),
                List.copyOf(owned),
                ownUnet,
                ownText,
                tokens);
    }

    /** A view that denoises with a UNet of its own, under the same changes; the UNet is closed with the view. */
    public Checkpoint withUnet(UNet unet) {
        return new Checkpoint(
                parts,
                List.of(this),
                unetPatches,
                scheduled,
                textPatches,
                List.of(unet::close),
                Optional.of(unet),
                ownText,
                added);
    }

    /** Whether it denoises with a UNet of its own in place of the base's. */
    public boolean hasOwnUnet() {
        return ownUnet.isPresent();
    }

    /** As {@link #withUnet}, and with a text encoder of its own, which is closed with the view too. */
    public Checkpoint with(UNet unet, TextEncoder text) {
        return new Checkpoint(
                parts,
                List.of(this),
                unetPatches,
                scheduled,
                textPatches,
                List.of(unet::close, text::close),
                Optional.of(unet),
                Optional.of(text),
                added);
    }

    /** Whether it reads prompts with a text encoder of its own in place of the base's. */
    public boolean hasOwnTextEncoder() {
        return ownText.isPresent();
    }

    /** The text encoder, where it is not the base's. */
    Optional<TextEncoder> ownText() {
        return ownText;
    }

    /** The words that its prompts know beyond the vocabulary. */
    public AddedTokens addedTokens() {
        return added;
    }

    /** The token ids of a prompt, added words among them, with begin and end, padded or truncated. */
    public int[] tokens(String prompt) {
        return tokenizer().framed(added.ids(tokenizer(), prompt, textEncoder().vocabulary()));
    }

    /** What it reads of a text, added words among it, and what not. */
    public TextReading reading(String text) {
        return tokenizer().reading(text, added);
    }

    /**
     * The text states of prompts, with the view's changes and added words.
     *
     * @return [prompts,tokens,width], owned by the thread's innermost scope
     */
    public NDArray encode(List<String> prompts) {
        int[][] ids = prompts.stream().map(this::tokens).toArray(int[][]::new);
        return textEncoder().encode(ids, textPatches, added.rows());
    }

    /**
     * As {@link #encode}, where nothing learns.
     *
     * @throws Problem when the states are not finite, naming the prompt
     */
    public NDArray states(List<String> prompts) {
        NDArray states = encode(prompts);
        if (!Finite.all(states)) {
            throw new Problem(
                    "cannot encode the prompt \"" + String.join("\", \"", prompts) + "\"",
                    "the text encoder of " + name() + " gave NaN or infinite numbers",
                    "choose another model, or take out or weaken the LoRAs and embeddings over it");
        }
        return states;
    }

    /** Where its parts were read from, for those who write it. */
    ModelFiles files() {
        return parts.files();
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
