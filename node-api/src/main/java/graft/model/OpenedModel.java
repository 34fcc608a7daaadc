package graft.model;

import ai.djl.ndarray.NDManager;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;

/**
 * One base model of a {@link Family}: where the weights of its parts are, and what is built of them.
 *
 * <p>Its parts are {@link Parts#DENOISER}, the text encoders, and {@link Parts#VAE}. Nothing of weights is read
 * before they are asked for.
 */
public interface OpenedModel extends AutoCloseable {

    /** The folder or file as the user named it. */
    Path path();

    /** What is known of it before any weights are read. */
    CheckpointSpec spec();

    /** All files that it is made of, whose contents tell it from others: weights, configs, tokenizer. */
    List<Path> contents();

    /** The names of the parts that are text encoders, in order: {@link Parts#TEXT} first. */
    List<String> texts();

    /** New tokenizers, which the caller closes; by the first of them people are told of what is read of a prompt. */
    List<Tokenizer> tokenizers();

    /** @param tokenizers gives those of {@link #tokenizers}, when prompts are read; borrowed */
    TextReader reader(Supplier<List<Tokenizer>> tokenizers);

    /**
     * The weights of a part.
     *
     * @param manager owns the arrays that are read; null where only names and shapes are looked at
     */
    Weights.Source weights(String part, NDManager manager);

    /** @param manager owns the weights and what else lives as long as the network; closed with it */
    Network network(Weights weights, NDManager manager);

    /**
     * A text encoder.
     *
     * @param part its name among {@link #texts}
     * @param manager as of {@link #network}
     */
    TextEncoder encoder(String part, Weights weights, NDManager manager);

    /** @param manager as of {@link #network} */
    Vae vae(Weights weights, NDManager manager);

    /** What its parts take while they compute. */
    Footprint footprint();

    /** Tells models apart that take other times to compute with: all that their shapes depend on. */
    String shape();

    /** What is to be known of how it was read, in sentences: tensors that were left out, parts that came from elsewhere. */
    default List<String> notes() {
        return List.of();
    }

    @Override
    void close();
}
