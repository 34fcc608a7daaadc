package graft.train.data;

import static org.assertj.core.api.Assertions.assertThat;

import graft.tensor.KeyedRandom;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class PromptTemplatesTest {

    private static KeyedRandom random(long step) {
        return KeyedRandom.of(1, "train", step, "caption");
    }

    @Test
    void captionsStayAsTheyAreWithoutTemplates() {
        assertThat(PromptTemplates.CAPTIONS.of("<dog>").text("a dog", random(1)))
                .isEqualTo("a dog");
    }

    @Test
    void thereAre27OfThingsAnd19OfStylesAndEachSaysTheWordOnce() {
        assertThat(PromptTemplates.OBJECT.templates()).hasSize(27).doesNotHaveDuplicates();
        assertThat(PromptTemplates.STYLE.templates()).hasSize(19);
        for (PromptTemplates kind : new PromptTemplates[] {PromptTemplates.OBJECT, PromptTemplates.STYLE}) {
            assertThat(kind.templates()).allMatch(template -> template.split("\\{}", -1).length == 2);
        }
    }

    @Test
    void eachDrawHasASentenceOfItsOwnWithTheWordAndTheSameDrawTheSame() {
        Captions captions = PromptTemplates.OBJECT.of("<dog>");
        Set<String> drawn = new HashSet<>();
        for (int step = 0; step < 300; step++) {
            String text = captions.text("no such thing", random(step));
            assertThat(text).contains("<dog>").isEqualTo(captions.text("", random(step)));
            drawn.add(text);
        }
        assertThat(drawn).hasSize(27);
    }
}
