package graft.app.editor.canvas;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import graft.app.editor.TypedSetting;
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
        assertThat(TypedSetting.parse(steps, "30 steps")).isEqualTo(new JsonPrimitive(30));
        assertThat(TypedSetting.parse(steps, " 30 ")).isEqualTo(new JsonPrimitive(30));
    }

    @Test
    void oneHasItsUnitInTheSingular() {
        SettingSchema batch = setting("graft/latents/empty", "batch");
        SettingSchema accumulation = setting("graft/lora/train", "accumulation");

        assertThat(SettingText.shown(steps, new JsonPrimitive(1))).isEqualTo("1 step");
        assertThat(SettingText.shown(batch, new JsonPrimitive(1))).isEqualTo("1 picture");
        assertThat(SettingText.shown(batch, new JsonPrimitive(2))).isEqualTo("2 pictures");
        assertThat(SettingText.shown(accumulation, new JsonPrimitive(1))).isEqualTo("1 batch");
        assertThat(TypedSetting.parse(steps, "1 step")).isEqualTo(new JsonPrimitive(1));
    }

    @Test
    void namesAreWrittenAsTheFieldWritesThem() {
        assertThat(Shipped.LIBRARY.nodes()).allSatisfy(node -> {
            assertThat(node.inputs()).noneMatch(socket -> isMiswritten(socket.title()));
            assertThat(node.outputs()).noneMatch(socket -> isMiswritten(socket.title()));
            assertThat(node.settings()).noneMatch(setting -> isMiswritten(setting.title()));
        });
        assertThat(strengths.title()).isEqualTo("UNet strength");
    }

    private static boolean isMiswritten(String title) {
        return title.matches(".*\\b(Loras?|lora|Unet|unet|Vae|vae)\\b.*");
    }

    @Test
    void aDecimalCommaIsADecimalPoint() {
        assertThat(TypedSetting.parse(rate, "0,0005")).isEqualTo(new JsonPrimitive(0.0005));
        assertThat(TypedSetting.parse(rate, "5e-4")).isEqualTo(new JsonPrimitive(0.0005));
    }

    @Test
    void aValueOutOfRangeIsRefusedWithTheRange() {
        assertThat(TypedSetting.complaint(steps, "0"))
                .hasValueSatisfying(
                        why -> assertThat(why).contains("whole number").contains(steps.range()));
        assertThat(TypedSetting.complaint(steps, "many")).isPresent();
        assertThat(TypedSetting.complaint(steps, "2.5")).isPresent();
        assertThat(TypedSetting.complaint(steps, "20")).isEmpty();
    }

    @Test
    void aListOfNumbersIsTypedWithCommas() {
        JsonArray numbers = new JsonArray();
        numbers.add(1.0);
        numbers.add(0.5);
        assertThat(TypedSetting.parse(strengths, "1, 0.5")).isEqualTo(numbers);
        assertThat(TypedSetting.text(numbers)).isEqualTo("1, 0.5");
    }

    @Test
    void aChoiceKeepsItsName() {
        assertThat(TypedSetting.parse(sampler, "euler")).isEqualTo(new JsonPrimitive("euler"));
        assertThat(TypedSetting.complaint(sampler, "nonsense")).isPresent();
    }

    /** As anything else it would not be among the choices of the row's editor, which would then put the first in its place. */
    @Test
    void aChoiceWithSettingsOfItsOwnIsReadByItsId() {
        JsonObject chosen = new JsonObject();
        chosen.addProperty("id", "example/stochastic-euler");
        chosen.addProperty("eta", 0.5);
        assertThat(TypedSetting.text(chosen)).isEqualTo("example/stochastic-euler");
        assertThat(SettingText.shown(sampler, chosen)).isEqualTo(SettingText.choice("example/stochastic-euler"));
    }

    @Test
    void aTableIsReadRowByRow() {
        JsonObject row = new JsonObject();
        row.addProperty("id", "sea");
        row.addProperty("colour", "#0000FF");
        JsonArray rows = new JsonArray();
        rows.add(row);
        rows.add(row.deepCopy());
        assertThat(TypedSetting.text(rows)).isEqualTo("sea · #0000FF\nsea · #0000FF");
    }

    @Test
    void draggingMovesANumberByItsStepAndStopsAtItsRange() {
        assertThat(SettingText.moved(steps, new JsonPrimitive(20), 5).getAsInt())
                .isEqualTo(25);
        assertThat(SettingText.moved(steps, new JsonPrimitive(20), -500).getAsInt())
                .isEqualTo((int) steps.declared().min());
    }
}
