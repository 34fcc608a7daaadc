package graft.vision;

import java.util.List;

/** The search for one caption: takes what a model says of the next token, and says what to go on with. */
sealed interface Decoding permits SequenceDecoding, BeamSearch {

    /** How many texts it follows at once. */
    int texts();

    /**
     * Goes on by one token.
     *
     * @param logits of each text in turn, which may be changed
     * @param at where they begin
     * @param words how many each text has
     */
    void step(float[] logits, int at, int words);

    /** Whether the caption is found; further steps change nothing. */
    boolean done();

    /** The last token of each text. */
    int token(int text);

    /** The text of the step before that a text goes on with. */
    int parent(int text);

    /** The tokens of the caption, without the prefix and the end. */
    List<Integer> caption();
}
