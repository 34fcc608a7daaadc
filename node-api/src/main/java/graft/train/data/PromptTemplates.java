package graft.train.data;

import graft.tensor.KeyedRandom;
import java.util.List;

/** What a picture's text is while a word is learnt: its caption, or a sentence drawn anew each time (Gal et al., 2022). */
public enum PromptTemplates {
    /** The captions as they are; the word has to be in them. */
    CAPTIONS(List.of()),
    /** Sentences about a thing, the same 27 as diffusers and A1111 draw from. */
    OBJECT("""
            a photo of a {}
            a rendering of a {}
            a cropped photo of the {}
            the photo of a {}
            a photo of a clean {}
            a photo of a dirty {}
            a dark photo of the {}
            a photo of my {}
            a photo of the cool {}
            a close-up photo of a {}
            a bright photo of the {}
            a cropped photo of a {}
            a photo of the {}
            a good photo of the {}
            a photo of one {}
            a close-up photo of the {}
            a rendition of the {}
            a photo of the clean {}
            a rendition of a {}
            a photo of a nice {}
            a good photo of a {}
            a photo of the nice {}
            a photo of the small {}
            a photo of the weird {}
            a photo of the large {}
            a photo of a cool {}
            a photo of a small {}
            """.lines().toList()),
    /** Sentences about a manner of painting, the same 19. */
    STYLE("""
            a painting in the style of {}
            a rendering in the style of {}
            a cropped painting in the style of {}
            the painting in the style of {}
            a clean painting in the style of {}
            a dirty painting in the style of {}
            a dark painting in the style of {}
            a picture in the style of {}
            a cool painting in the style of {}
            a close-up painting in the style of {}
            a bright painting in the style of {}
            a cropped painting in the style of {}
            a good painting in the style of {}
            a close-up painting in the style of {}
            a rendition in the style of {}
            a nice painting in the style of {}
            a small painting in the style of {}
            a weird painting in the style of {}
            a large painting in the style of {}
            """.lines().toList());

    @SuppressWarnings("ImmutableEnumChecker") // an unmodifiable list of texts
    private final List<String> templates;

    PromptTemplates(List<String> templates) {
        this.templates = templates;
    }

    /** @param word what is put where a template has {@code {}} */
    public Captions of(String word) {
        if (templates.isEmpty()) {
            return Captions.AS_WRITTEN;
        }
        return new Captions() {
            @Override
            public String text(String caption, KeyedRandom random) {
                return templates.get(random.below(templates.size())).replace("{}", word);
            }

            @Override
            public List<String> texts(String caption) {
                return templates.stream()
                        .map(template -> template.replace("{}", word))
                        .toList();
            }
        };
    }

    List<String> templates() {
        return templates;
    }
}
