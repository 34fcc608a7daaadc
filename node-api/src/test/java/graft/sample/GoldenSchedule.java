package graft.sample;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import graft.Golden;
import java.io.IOException;
import java.nio.file.Files;

/** The noise schedule of a model of the reference vectors, from its scheduler configuration. */
final class GoldenSchedule {

    private GoldenSchedule() {}

    static VariancePreserving of(String model) throws IOException {
        JsonObject config = JsonParser.parseString(
                        Files.readString(Golden.path(model + "/scheduler/scheduler_config.json")))
                .getAsJsonObject();
        return NoiseSchedule.of(
                config.get("beta_schedule").getAsString(),
                config.get("beta_start").getAsDouble(),
                config.get("beta_end").getAsDouble(),
                config.get("num_train_timesteps").getAsInt(),
                config.get("prediction_type").getAsString(),
                config.get("timestep_spacing").getAsString(),
                config.get("steps_offset").getAsInt(),
                config.get("set_alpha_to_one").getAsBoolean());
    }
}
