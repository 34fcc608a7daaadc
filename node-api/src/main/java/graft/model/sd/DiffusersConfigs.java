package graft.model.sd;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import graft.model.SchedulerConfig;
import graft.model.VaeConfig;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/** The configs of a model's parts as diffusers and transformers write them, of what was read off a file that has none. */
final class DiffusersConfigs {

    private static final Gson JSON = new GsonBuilder()
            .setPrettyPrinting()
            .serializeNulls()
            .disableHtmlEscaping()
            .create();

    /** Of diffusers that reads configs of this form. */
    private static final String VERSION = "0.30.0";

    private DiffusersConfigs() {}

    static String text(JsonElement json) {
        return JSON.toJson(json) + "\n";
    }

    /** {@code model_index.json}. */
    static JsonObject index(ModelFiles files) {
        boolean xl = files.family().equals("sdxl");
        boolean inpainting = files.unetConfig().paintsIn();
        JsonObject index = new JsonObject();
        index.addProperty(
                "_class_name", "StableDiffusion" + (xl ? "XL" : "") + (inpainting ? "Inpaint" : "") + "Pipeline");
        index.addProperty("_diffusers_version", VERSION);
        if (!xl) {
            index.add("feature_extractor", component(null, null));
            index.addProperty("requires_safety_checker", false);
            index.add("safety_checker", component(null, null));
        }
        index.add("scheduler", component("diffusers", scheduler(files)));
        for (int i = 0; i < files.textConfigs().size(); i++) {
            TextConfig text = files.textConfigs().get(i);
            index.add(ModelFiles.numbered("text_encoder", i), component("transformers", architecture(text)));
            index.add(ModelFiles.numbered("tokenizer", i), component("transformers", "CLIPTokenizer"));
        }
        index.add("unet", component("diffusers", "UNet2DConditionModel"));
        index.add("vae", component("diffusers", "AutoencoderKL"));
        return index;
    }

    private static JsonArray component(String library, String type) {
        JsonArray pair = new JsonArray();
        pair.add(library);
        pair.add(type);
        return pair;
    }

    private static JsonObject of(String type) {
        JsonObject json = new JsonObject();
        json.addProperty("_class_name", type);
        json.addProperty("_diffusers_version", VERSION);
        return json;
    }

    /** @param linear whether attentions project by linear layers rather than by 1×1 convolutions */
    static JsonObject unet(UNetConfig config, boolean linear) {
        JsonObject json = of("UNet2DConditionModel");
        json.addProperty("act_fn", "silu");
        json.add(
                "addition_embed_type",
                json(config.sizes().map(sizes -> "text_time").orElse(null)));
        json.add(
                "addition_time_embed_dim",
                json(config.sizes().map(UNetConfig.Sizes::waves).orElse(null)));
        json.add("attention_head_dim", oneOrEach(config.heads()));
        json.add("block_out_channels", json(config.channels()));
        json.addProperty("center_input_sample", false);
        json.add("cross_attention_dim", oneOrEach(config.contextWidths()));
        json.add("down_block_types", json(types(config.downAttention(), "CrossAttnDownBlock2D", "DownBlock2D")));
        json.addProperty("downsample_padding", 1);
        json.addProperty("flip_sin_to_cos", config.cosinesFirst());
        json.addProperty("freq_shift", whole(config.frequencyShift()));
        json.addProperty("in_channels", config.inChannels());
        json.add("layers_per_block", oneOrEach(config.layers()));
        json.addProperty("mid_block_scale_factor", 1);
        json.addProperty("norm_eps", config.epsilon());
        json.addProperty("norm_num_groups", config.groups());
        json.addProperty("out_channels", config.outChannels());
        json.add(
                "projection_class_embeddings_input_dim",
                json(config.sizes().map(UNetConfig.Sizes::joined).orElse(null)));
        json.addProperty("sample_size", config.sizes().isPresent() ? 128 : 64);
        json.add(
                "time_embedding_dim",
                json(config.timeWidth() == 4 * config.channels().get(0) ? null : config.timeWidth()));
        json.add("transformer_layers_per_block", oneOrEach(config.transformerLayers()));
        json.add("up_block_types", json(types(config.upAttention(), "CrossAttnUpBlock2D", "UpBlock2D")));
        json.addProperty("use_linear_projection", linear);
        return json;
    }

    /** diffusers takes a shift of 0, not of 0.0. */
    private static Number whole(double number) {
        return number == Math.rint(number) ? (Number) (int) number : (Number) number;
    }

    private static List<String> types(List<Boolean> attention, String with, String without) {
        return attention.stream().map(each -> each ? with : without).toList();
    }

    private static JsonElement json(Object value) {
        return JSON.toJsonTree(value);
    }

    /** The number of all levels where they have the same. */
    private static JsonElement oneOrEach(List<Integer> levels) {
        return Collections.frequency(levels, levels.get(0)) == levels.size() ? json(levels.get(0)) : json(levels);
    }

    private static String architecture(TextConfig config) {
        return config.projected() > 0 ? "CLIPTextModelWithProjection" : "CLIPTextModel";
    }

    static JsonObject textEncoder(TextConfig config) {
        JsonObject json = new JsonObject();
        json.add("architectures", json(List.of(architecture(config))));
        json.addProperty("attention_dropout", 0.0);
        json.addProperty("bos_token_id", config.end() == TextConfig.UNSAID_END ? 0 : config.end() - 1);
        json.addProperty("eos_token_id", config.end());
        json.addProperty("hidden_act", config.quick() ? "quick_gelu" : "gelu");
        json.addProperty("hidden_size", config.width());
        json.addProperty("initializer_factor", 1.0);
        json.addProperty("initializer_range", 0.02);
        json.addProperty("intermediate_size", config.inner());
        json.addProperty("layer_norm_eps", config.epsilon());
        json.addProperty("max_position_embeddings", config.positions());
        json.addProperty("model_type", "clip_text_model");
        json.addProperty("num_attention_heads", config.heads());
        json.addProperty("num_hidden_layers", config.layers());
        json.addProperty("pad_token_id", config.padding());
        json.addProperty("projection_dim", config.projected() > 0 ? config.projected() : config.width());
        json.addProperty("vocab_size", config.vocabulary());
        return json;
    }

    /** @param picky whether it gives numbers too large for 16 bits, as Stable Diffusion XL's does */
    static JsonObject vae(VaeConfig config, boolean picky) {
        int levels = config.channels().size();
        JsonObject json = of("AutoencoderKL");
        json.addProperty("act_fn", "silu");
        json.add("block_out_channels", json(config.channels()));
        json.add("down_block_types", json(Collections.nCopies(levels, "DownEncoderBlock2D")));
        json.addProperty("force_upcast", picky);
        json.addProperty("in_channels", config.pictureChannels());
        json.addProperty("latent_channels", config.latentChannels());
        json.addProperty("layers_per_block", config.layers());
        json.addProperty("mid_block_add_attention", config.attention());
        json.addProperty("norm_num_groups", config.groups());
        json.addProperty("out_channels", config.pictureChannels());
        json.addProperty("sample_size", picky ? 1024 : 512);
        json.addProperty("scaling_factor", config.scaling());
        json.add("up_block_types", json(Collections.nCopies(levels, "UpDecoderBlock2D")));
        json.addProperty("use_post_quant_conv", config.postQuantConv());
        json.addProperty("use_quant_conv", config.quantConv());
        return json;
    }

    private static String scheduler(ModelFiles files) {
        return files.family().equals("sdxl") ? "EulerDiscreteScheduler" : "DDIMScheduler";
    }

    static JsonObject schedulerConfig(ModelFiles files) {
        SchedulerConfig config = files.scheduler();
        JsonObject json = of(scheduler(files));
        json.addProperty("beta_end", config.betaEnd());
        json.addProperty("beta_schedule", config.betaSchedule());
        json.addProperty("beta_start", config.betaStart());
        json.addProperty("clip_sample", false);
        json.addProperty("num_train_timesteps", config.trainTimesteps());
        json.addProperty("prediction_type", config.predictionType());
        json.addProperty("rescale_betas_zero_snr", config.rescaleBetasZeroSnr());
        json.addProperty("set_alpha_to_one", config.setAlphaToOne());
        json.addProperty("steps_offset", config.stepsOffset());
        json.addProperty("timestep_spacing", config.timestepSpacing());
        for (Map.Entry<String, JsonElement> other : config.others().entrySet()) {
            json.add(other.getKey(), other.getValue());
        }
        return json;
    }

    /** {@code tokenizer_config.json} of a tokenizer of CLIP's vocabulary. */
    static JsonObject tokenizer(TextConfig config) {
        JsonObject json = new JsonObject();
        json.addProperty("add_prefix_space", false);
        json.addProperty("bos_token", "<|startoftext|>");
        json.addProperty("do_lower_case", true);
        json.addProperty("eos_token", "<|endoftext|>");
        json.addProperty("model_max_length", config.positions());
        json.addProperty("pad_token", config.padding() == 0 ? "!" : "<|endoftext|>");
        json.addProperty("tokenizer_class", "CLIPTokenizer");
        json.addProperty("unk_token", "<|endoftext|>");
        return json;
    }
}
