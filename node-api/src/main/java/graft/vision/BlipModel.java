package graft.vision;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import graft.model.Config;
import graft.model.Layers;
import graft.model.TransformersFolder;
import graft.model.Weights;
import graft.model.WordPieces;
import graft.node.Cancelled;
import graft.node.Problem;
import graft.node.Resource;
import graft.picture.Picture;
import graft.tensor.Compute;
import graft.tensor.Operators;
import graft.tensor.Scope;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * BLIP (Li et al. 2022): pictures to captions.
 *
 * <p>{@code blip-image-captioning-*} in the layout of Hugging Face: a vision transformer, and a BERT that attends to its
 * states. Safe to ask from several threads. Source: transformers {@code modeling_blip.py}, {@code modeling_blip_text.py}.
 */
public final class BlipModel implements Resource {

    private static final String KNOWN =
            "a BLIP captioner in the layout of Hugging Face, such as" + " blip-image-captioning-base";

    private static final String ARCHITECTURE = "BlipForConditionalGeneration";

    private final NDManager manager;
    private final WordPieces words;
    private final BlipTextConfig config;
    private final VisionTransformer vision;
    private final Layers layers = new Layers();
    private final NDArray constants;

    private BlipModel(Path folder, Config whole, NDManager manager) {
        this.manager = manager;
        config = BlipTextConfig.of(whole.within("text_config"));
        VisionConfig visionConfig = VisionConfig.blip(whole.within("vision_config"));
        Weights weights = new TransformersFolder(folder)
                .weights(
                        manager,
                        // Another name of the bias.
                        key -> !key.endsWith(".predictions.decoder.bias"));
        vision = VisionTransformer.blip(visionConfig, Preprocessor.blip(folder), weights.at("vision_model"), manager);
        int width = config.width();
        Weights embeddings = weights.at("text_decoder.bert.embeddings");
        Weights head = weights.at("text_decoder.cls.predictions");
        NDArray table = embeddings.get("word_embeddings.weight", config.vocabulary(), width);
        layers.norm(embeddings.at("LayerNorm"), width)
                .table(table)
                .table(embeddings.get("position_embeddings.weight", config.positions(), width))
                .linear(head.at("transform.dense"), width, width, true)
                .norm(head.at("transform.LayerNorm"), width)
                // Files may leave it out where it is the table of the tokens.
                .table(head.has("decoder.weight") ? head.get("decoder.weight", config.vocabulary(), width) : table)
                .table(head.get("bias", config.vocabulary()));
        for (int i = 0; i < config.layers(); i++) {
            Weights layer = weights.at("text_decoder.bert.encoder.layer." + i);
            attention(layer.at("attention"), width);
            attention(layer.at("crossattention"), visionConfig.width());
            layers.linear(layer.at("intermediate.dense"), width, config.inner(), true)
                    .linear(layer.at("output.dense"), config.inner(), width, true)
                    .norm(layer.at("output.LayerNorm"), width);
        }
        weights.complete();
        constants = Operators.constants(manager, config.heads(), config.layers(), config.epsilon());
        words = WordPieces.read(folder);
    }

    private void attention(Weights at, long states) {
        int width = config.width();
        layers.linear(at.at("self.query"), width, width, true)
                .linear(at.at("self.key"), states, width, true)
                .linear(at.at("self.value"), states, width, true)
                .linear(at.at("output.dense"), width, width, true)
                .norm(at.at("output.LayerNorm"), width);
    }

    /**
     * Opens a folder that holds {@code config.json}, {@code model.safetensors}, {@code preprocessor_config.json} and the
     * tokenizer.
     *
     * @throws Problem naming what is missing, or the field, key or shape that is wrong
     */
    public static BlipModel load(Path folder, Compute compute) {
        Config config = config(folder);
        NDManager manager = compute.newManager();
        try {
            return new BlipModel(folder, config, manager);
        } catch (RuntimeException failure) {
            manager.close();
            throw failure;
        }
    }

    private static Config config(Path folder) {
        Config config = new TransformersFolder(folder).config("blip", KNOWN);
        if (config.has("architectures") && !config.texts("architectures").contains(ARCHITECTURE)) {
            throw new Problem(
                    "cannot use the model of " + folder.resolve("config.json"),
                    "it is no " + ARCHITECTURE + " but " + String.join(", ", config.texts("architectures")),
                    "choose " + KNOWN);
        }
        return config;
    }

    /**
     * Looks at a folder without reading weights.
     *
     * @return the longest caption in tokens, with its prefix
     * @throws Problem as {@link #load}, as far as configs tell
     */
    public static int inspect(Path folder) {
        Config config = config(folder);
        Preprocessor.blip(folder)
                .of(VisionConfig.blip(config.within("vision_config")).size());
        new TransformersFolder(folder).check();
        return BlipTextConfig.of(config.within("text_config")).positions() - 1;
    }

    /** SHA-256 over the files of a model, of large ones over samples: tells models apart, does not prove them whole. */
    public static String hash(Path folder) {
        return new TransformersFolder(folder).hash();
    }

    /** The longest caption in tokens, with what it begins with. */
    public int positions() {
        return config.positions() - 1;
    }

    /** How many tokens a prefix has. */
    public int count(String prefix) {
        return words.ids(prefix).length;
    }

    /**
     * The caption of each picture, all of which are worked on at once.
     *
     * @throws Problem when the captions could get longer than the model can write
     * @throws Cancelled as {@code check} says
     */
    public List<String> captions(List<Picture> pictures, CaptionSearch search, Captioner.Check check) throws Cancelled {
        long[] prefix = words.ids(search.prefix());
        if (1 + prefix.length + search.most() > config.positions()) {
            throw new Problem(
                    "cannot write captions of " + search.most() + " tokens",
                    "the model writes at most " + positions() + ", and the prefix has " + prefix.length,
                    "ask for shorter captions");
        }
        List<Decoding> decodings = pictures.stream()
                .map(picture -> search.begin(picture, config.end()))
                .toList();
        decode(pictures, prefix, decodings, check);
        List<String> captions = new ArrayList<>();
        for (Decoding decoding : decodings) {
            List<Integer> ids = new ArrayList<>();
            for (long id : prefix) {
                ids.add(Math.toIntExact(id));
            }
            ids.addAll(decoding.caption());
            captions.add(words.text(ids));
        }
        return captions;
    }

    private void decode(List<Picture> pictures, long[] prefix, List<Decoding> decodings, Captioner.Check check)
            throws Cancelled {
        int texts = decodings.get(0).texts();
        int rows = texts * pictures.size();
        try (NDManager working = manager.newSubManager();
                Scope scope = Scope.open()) {
            List<NDArray> states = pictureKeys(pictures);
            List<NDArray> past = List.of(Operators.NONE);
            NDArray ids = first(working, prefix, rows);
            NDArray order = Operators.NONE;
            while (true) {
                check.check();
                float[] logits;
                try (Scope step = Scope.open()) {
                    List<NDArray> made = VisionBlocks.decoder(ids, order, past, states, layers.weights(), constants);
                    NDArray last = made.get(made.size() - 1);
                    logits = last.get(":, -1, :").toFloatArray();
                    List<NDArray> next = made.subList(0, made.size() - 1);
                    next.forEach(array -> step.keep(array, working));
                    if (order != Operators.NONE) {
                        past.forEach(NDArray::close);
                    }
                    past = List.copyOf(next);
                }
                for (int i = 0; i < decodings.size(); i++) {
                    decodings.get(i).step(logits, i * texts * config.vocabulary(), config.vocabulary());
                }
                if (decodings.stream().allMatch(Decoding::done)) {
                    return;
                }
                long[] tokens = new long[rows];
                long[] parents = new long[rows];
                for (int row = 0; row < rows; row++) {
                    int picture = row / texts;
                    tokens[row] = decodings.get(picture).token(row % texts);
                    parents[row] =
                            (long) picture * texts + decodings.get(picture).parent(row % texts);
                }
                ids = working.create(tokens, new Shape(rows, 1));
                order = working.create(parents, new Shape(rows));
            }
        }
    }

    private List<NDArray> pictureKeys(List<Picture> pictures) {
        return VisionBlocks.pictureKeys(vision.encode(pictures), layers.weights(), constants);
    }

    /** Begin and prefix, for each text. */
    private NDArray first(NDManager owner, long[] prefix, int rows) {
        int length = 1 + prefix.length;
        long[] ids = new long[rows * length];
        for (int row = 0; row < rows; row++) {
            ids[row * length] = config.begin();
            System.arraycopy(prefix, 0, ids, row * length + 1, prefix.length);
        }
        return owner.create(ids, new Shape(rows, length));
    }

    /**
     * What the decoder says of the token after each of a text.
     *
     * @param text token ids, the first of which begins captions
     * @return [1,t,v], owned by the innermost scope
     */
    NDArray logits(Picture picture, long[] text) {
        NDArray ids = manager.create(text, new Shape(1, text.length));
        List<NDArray> made = VisionBlocks.decoder(
                ids,
                Operators.NONE,
                List.of(Operators.NONE),
                pictureKeys(List.of(picture)),
                layers.weights(),
                constants);
        return made.get(made.size() - 1);
    }

    @Override
    public void close() {
        words.close();
        manager.close();
    }
}
