package graft.app.editor.inspector;

/**
 * What was counted of a caption.
 *
 * @param tokens with begin and end
 * @param most how many the model reads, with begin and end: 77 for CLIP
 * @param unseen the words that it does not read; empty when it reads all
 */
public record CaptionCount(int tokens, int most, String unseen) {}
