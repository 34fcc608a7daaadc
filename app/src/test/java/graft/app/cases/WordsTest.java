package graft.app.cases;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Added words in prompts and captions: what is called is what is read, and what is not read is said. */
class WordsTest {

    @TempDir
    private Path folder;

    @Test
    void theOtherOrderOfTwoWordsThatBeginAlikeIsThePictureOfTheLonger() {
        CaseFolder words = CaseFolder.of("01-embedding-name-prefix", folder);
        assertThat(words.run("other-order.json").farthest(words.run("right.json")))
                .isZero();
    }
}
