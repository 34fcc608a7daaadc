package graft.app.editor.canvas;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonPrimitive;
import graft.node.SettingSchema;
import org.junit.jupiter.api.Test;

class SettingTextTest {

    private static SettingSchema setting(String type, String id) {
        return Shipped.type(type).setting(id).orElseThrow();
    }

    private final SettingSchema steps = setting("graft/latents/sample", "steps");
    private final SettingSchema sampler = setting("graft/latents/sample", "sampler");
    private final SettingSchema rate = setting("graft/lora/train", "learningRate");
    private final SettingSchema strengths = setting("graft/adapters/stack", "unetStrength");

    @Test
    void aNumberShowsItsUnitAndIsTypedWithOrWithoutIt() {
        assertThat(SettingText.shown(steps, new JsonPrimitive(25))).isEqualTo("25 steps");
        assertThat(SettingText.parse(steps, "30 steps")).isEqualTo(new JsonPrimitive(30));
        assertThat(SettingText.parse(steps, " 30 ")).isEqualTo(new JsonPrimitive(30));
    }

    @Test
    void aDecimalCommaIsADecimalPoint() {
        assertThat(SettingText.parse(rate, "0,0005")).isEqualTo(new JsonPrimitive(0.0005));
        assertThat(SettingText.parse(rate, "5e-4")).isEqualTo(new JsonPrimitive(0.0005));
    }

    @Test
    void aValueOutOfRangeIsRefusedWithTheRange() {
        assertThat(SettingText.complaint(steps, "0"))
                .hasValueSatisfying(
                        why -> assertThat(why).contains("whole number").contains(steps.range()));
        assertThat(SettingText.complaint(steps, "many")).isPresent();
        assertThat(SettingText.complaint(steps, "2.5")).isPresent();
        assertThat(SettingText.complaint(steps, "20")).isEmpty();
    }

    @Test
    void aListOfNumbersIsTypedWithCommas() {
        JsonArray numbers = new JsonArray();
        numbers.add(1.0);
        numbers.add(0.5);
        assertThat(SettingText.parse(strengths, "1, 0.5")).isEqualTo(numbers);
        assertThat(SettingText.typed(numbers)).isEqualTo("1.0, 0.5");
    }

    @Test
    void aChoiceKeepsItsName() {
        assertThat(SettingText.parse(sampler, "euler")).isEqualTo(new JsonPrimitive("euler"));
        assertThat(SettingText.complaint(sampler, "nonsense")).isPresent();
    }

    @Test
    void draggingMovesANumberByItsStepAndStopsAtItsRange() {
        assertThat(SettingText.moved(steps, new JsonPrimitive(20), 5).getAsInt())
                .isEqualTo(25);
        assertThat(SettingText.moved(steps, new JsonPrimitive(20), -500).getAsInt())
                .isEqualTo((int) steps.declared().min());
    }
}
