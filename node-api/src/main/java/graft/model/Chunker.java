package graft.model;

import graft.model.Tokenizer.Token;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Parts a prompt's tokens into chunks of as many as a text encoder reads at once. */
final class Chunker {

    /** From so many tokens on ComfyUI parts what stands together where a chunk is full ({@code max_word_length}). */
    private static final int LONG = 8;

    /** How far behind a comma A1111 begins a new chunk there rather than where one is full ({@code comma_padding_backtrack}). */
    private static final int BACK = 20;

    private final int most;
    private final List<List<Weighed>> chunks = new ArrayList<>();
    private List<Weighed> chunk = new ArrayList<>();

    /** A token and what it counts. */
    private record Weighed(int id, double weight) {}

    /** Tokens that were read together and count alike: a stretch of text, or the vectors of an added word. */
    record Group(List<Token> tokens, double weight, boolean breaks) {

        /** Where a new chunk begins. */
        static final Group BREAK = new Group(List.of(), 1, true);

        Group(List<Token> tokens, double weight) {
            this(tokens, weight, false);
        }
    }

    private Chunker(int most) {
        this.most = most;
    }

    /** As {@code tokenize_with_weights} of ComfyUI's {@code sd1_clip.py}: short groups are not parted. */
    static List<PromptChunk> comfy(List<Group> groups, Tokenizer tokenizer) {
        Chunker chunker = new Chunker(tokenizer.maxLength() - 2);
        for (Group group : groups) {
            boolean isLong = group.tokens().size() >= LONG;
            if (!isLong && group.tokens().size() > chunker.room()) {
                chunker.next();
            }
            chunker.add(group);
        }
        chunker.next();
        return chunker.framed(tokenizer);
    }

    /** As {@code tokenize_line} of A1111's {@code sd_hijack_clip.py}: parted at a comma that is near. */
    static List<PromptChunk> a1111(List<Group> groups, Tokenizer tokenizer) {
        List<Integer> commas = tokenizer.ids(",");
        int comma = commas.size() == 1 ? commas.get(0) : -1;
        Chunker chunker = new Chunker(tokenizer.maxLength() - 2);
        int last = -1;
        for (Group group : groups) {
            if (group.breaks()) {
                chunker.next();
                last = -1;
                continue;
            }
            boolean isWord =
                    !group.tokens().isEmpty() && group.tokens().get(0).word().isPresent();
            for (Token token : group.tokens()) {
                boolean isComma = token.id() == comma;
                if (isComma) {
                    last = chunker.chunk.size();
                }
                if (chunker.room() == 0) {
                    boolean near = !isComma && last >= 0 && chunker.chunk.size() - last <= BACK;
                    chunker.next(near ? last + 1 : chunker.chunk.size());
                    last = -1;
                }
                if (isWord && token.vector() == 0 && group.tokens().size() > chunker.room()) {
                    chunker.next();
                    last = -1;
                }
                chunker.chunk.add(new Weighed(token.id(), group.weight()));
            }
        }
        if (!chunker.chunk.isEmpty() || chunker.chunks.isEmpty()) {
            chunker.next();
        }
        return chunker.framed(tokenizer);
    }

    private int room() {
        return most - chunk.size();
    }

    private void add(Group group) {
        for (Token token : group.tokens()) {
            if (room() == 0) {
                next();
            }
            chunk.add(new Weighed(token.id(), group.weight()));
        }
    }

    private void next() {
        next(chunk.size());
    }

    /** Ends a chunk after some of its tokens; the others begin the next one. */
    private void next(int kept) {
        List<Weighed> moved = List.copyOf(chunk.subList(kept, chunk.size()));
        chunks.add(List.copyOf(chunk.subList(0, kept)));
        chunk = new ArrayList<>(moved);
    }

    private List<PromptChunk> framed(Tokenizer tokenizer) {
        return chunks.stream().map(each -> framed(each, tokenizer)).toList();
    }

    private static PromptChunk framed(List<Weighed> tokens, Tokenizer tokenizer) {
        int[] ids = tokenizer.framed(tokens.stream().map(Weighed::id).toList());
        float[] weights = new float[ids.length];
        Arrays.fill(weights, 1);
        for (int i = 0; i < tokens.size(); i++) {
            weights[1 + i] = (float) tokens.get(i).weight();
        }
        return new PromptChunk(ids, weights);
    }
}
