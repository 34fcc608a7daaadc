package graft.app.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonPrimitive;
import graft.node.Problem;
import java.math.BigDecimal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AssignmentTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "sample.steps=30         | 30",
                "sample.cfg=-4.5         | -4.5",
                "sample.seed=18446744073709551615 | 18446744073709551615",
                "save.remember=false     | false",
                "stack.unetStrength=[1, 0.5] | [1,0.5]",
                "sample.sampler=ddim     | \"ddim\"",
                "prompt.prompt=a red apple = fruit | \"a red apple = fruit\"",
                "prompt.prompt=2 red apples | \"2 red apples\"",
                "prompt.prompt=\"12\"    | \"12\"",
                "prompt.prompt=          | \"\"",
                "prompt.prompt=[oops     | \"[oops\""
            })
    void jsonIsTakenAsSuchAndAnythingElseAsText(String text, String json) {
        assertThat(Assignment.of(text).value()).hasToString(json);
    }

    @Test
    void theSettingLiesBetweenTheFirstEqualsSignAndTheLastDotBeforeIt() {
        assertThat(Assignment.of("save.folder=/a.b=c"))
                .isEqualTo(new Assignment("save", "folder", new JsonPrimitive("/a.b=c")));
        assertThat(Assignment.of("faces.sample.steps=9.5"))
                .isEqualTo(new Assignment("faces.sample", "steps", new JsonPrimitive(new BigDecimal("9.5"))));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "steps=3", "sample.steps", "=3", ".steps=3", "sample.=3"})
    void anythingElseIsExplained(String text) {
        assertThatThrownBy(() -> Assignment.of(text))
                .isInstanceOf(Problem.class)
                .hasMessageContaining("node.setting=value");
    }
}
