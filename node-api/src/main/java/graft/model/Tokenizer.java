package graft.model;

import java.util.List;

/** CLIP's byte-pair tokenizer. */
@SuppressWarnings("DoNotCallSuggester") // signatures first
public final class Tokenizer {

    Tokenizer() {}

    /** BOS, the text's tokens, EOS, padded or truncated to {@link #maxLength}. */
    public int[] encode(String text) {
        throw new UnsupportedOperationException();
    }

    /** How many tokens the text has, without BOS and EOS. */
    public int count(String text) {
        throw new UnsupportedOperationException();
    }

    /** The end of a text that {@link #encode} leaves out, as words; empty when all of it fits. */
    public String dropped(String text) {
        throw new UnsupportedOperationException();
    }

    public int maxLength() {
        throw new UnsupportedOperationException();
    }

    /** The text's tokens, without BOS and EOS. */
    public List<Integer> ids(String text) {
        throw new UnsupportedOperationException();
    }
}
