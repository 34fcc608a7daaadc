package graft.app.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The table that several reports make. */
class MethodTableTest {

    private static JsonObject report(double base, double lora, double dreamBooth, double held) {
        return JsonParser.parseString("{\"rows\": [" + row("Before", base, null) + ", " + row("LoRA", lora, 0.2) + ", "
                        + row("DreamBooth", dreamBooth, 0.4) + ", " + row("DreamBooth + class pictures", held, 0.1)
                        + "]}")
                .getAsJsonObject();
    }

    private static String row(String method, double fidelity, Double leak) {
        return "{\"method\": \"" + method + "\", \"fidelity\": " + fidelity + ", \"dino\": " + fidelity
                + ", \"clipImage\": " + fidelity + ", \"structure\": " + fidelity + ", \"leak\": " + leak
                + ", \"seconds\": null, \"peakMiB\": 600, \"bytes\": 2048}";
    }

    private final String table = MethodTable.of(List.of(report(0.4, 0.8, 0.7, 0.75), report(0.5, 0.6, 0.7, 0.45)));

    @Test
    void aMethodHasTheMeanAndDeviationOverAllRuns() {
        assertThat(table).contains("| LoRA | 0.700 ± 0.141 |").contains("| – | 600 MiB | 2 KiB |");
    }

    @Test
    void itSaysHowOftenWhichMethodIsAhead() {
        assertThat(table).contains("| DreamBooth over LoRA | 1 | 1 | 1 | 1 |");
    }

    @Test
    void itSaysWhereATrainingFallsShortOfTheModelBeforeAndWhatClassPicturesHoldBack() {
        assertThat(table)
                .contains("- fidelity: a training falls short of the model before in 1 of 6.")
                .contains("- Leak with class pictures is 0.25 of that without (0.100 for 0.400).");
    }
}
