package graft.nodes.lora;

import com.google.gson.JsonObject;
import graft.model.Checkpoint;
import graft.model.CheckpointSpec;
import graft.model.Family;
import graft.model.ModelNames;
import graft.train.Distance;
import graft.train.RateSchedule;
import graft.train.TrainingSettings;
import graft.train.data.Dataset;
import graft.train.data.DatasetSpec;
import graft.train.optimizer.Optimizer;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** How a LoRA was trained, as kohya's {@code ss_*} metadata: other programs show it, and whoever finds the file reads it. */
final class TrainingRecord {

    private TrainingRecord() {}

    /** @param taken steps, fewer than asked for when the training was stopped */
    static Map<String, String> of(TrainLora node, Checkpoint model, Dataset images, int taken) {
        Map<String, String> record = base(model.spec());
        record.put("ss_sd_model_name", model.name());
        record.put("ss_learning_rate", String.valueOf(node.learningRate));
        record.put("ss_unet_lr", String.valueOf(node.learningRate));
        record.put("ss_text_encoder_lr", node.trainTextEncoder ? String.valueOf(node.textLearningRate) : "None");
        record.put("ss_network_dropout", node.dropout > 0 ? String.valueOf(node.dropout) : "None");
        record.put("ss_steps", String.valueOf(taken));
        record.put("ss_max_train_steps", String.valueOf(node.training.steps));
        record.put("ss_seed", String.valueOf(node.training.seed));
        record.put("ss_batch_size_per_device", String.valueOf(node.training.batch));
        record.put("ss_gradient_accumulation_steps", String.valueOf(node.training.accumulation));
        record.put("ss_optimizer", optimizer(node.training));
        record.put("ss_lr_scheduler", RateSchedule.name(node.training.schedule));
        record.put("ss_lr_warmup_steps", String.valueOf(node.training.warmup));
        record.put("ss_max_grad_norm", String.valueOf(node.training.clipNorm));
        record.put("ss_min_snr_gamma", node.training.minSnr > 0 ? String.valueOf(node.training.minSnr) : "None");
        record.put(
                "ss_noise_offset", node.training.noiseOffset > 0 ? String.valueOf(node.training.noiseOffset) : "None");
        record.put("ss_debiased_estimation", node.training.debiased ? "True" : "False");
        record.put("ss_loss_type", Distance.name(node.training.loss));
        if (node.training.loss == Distance.Kind.HUBER || node.training.loss == Distance.Kind.SMOOTH_L1) {
            record.put("ss_huber_schedule", node.training.huberSchedule.id());
            record.put("ss_huber_c", String.valueOf(node.training.huberThreshold));
        }
        if (node.classImages != null) {
            record.put(
                    "ss_num_reg_images", String.valueOf(node.classImages.items().size()));
            record.put("ss_prior_loss_weight", String.valueOf(node.priorWeight));
        }
        DatasetSpec pictures = DatasetSpec.of(images);
        record.put("ss_resolution", "(" + pictures.width() + ", " + pictures.height() + ")");
        record.put("modelspec.resolution", pictures.width() + "x" + pictures.height());
        record.put("ss_enable_bucket", pictures.sizes().size() > 1 ? "True" : "False");
        record.put("ss_num_train_images", String.valueOf(images.items().size()));
        record.put("ss_dataset_dirs", datasetFolders(images));
        int batches = (images.items().size() + node.training.batch - 1) / node.training.batch;
        record.put("ss_num_batches_per_epoch", String.valueOf(batches));
        record.put("ss_num_epochs", String.valueOf(epochs(node.training.steps, node.training.accumulation, batches)));
        record.put("ss_epoch", String.valueOf(epochs(taken, node.training.accumulation, batches)));
        record.put("ss_tag_frequency", tagFrequency(images));
        String common = commonTags(images);
        if (!common.isEmpty()) {
            record.put("modelspec.trigger_phrase", common);
        }
        return record;
    }

    /** What it is for, as kohya and Stability AI's model specification name it: a map to be gone on with. */
    static Map<String, String> base(CheckpointSpec model) {
        Map<String, String> record = new LinkedHashMap<>();
        boolean velocity = model.predictionType().equals("v_prediction");
        record.put("ss_v2", model.family().equals("sd2") ? "True" : "False");
        record.put("modelspec.prediction_type", velocity ? "v" : "epsilon");
        ModelNames names = Family.of(model).names(model.predictionType());
        record.put("ss_base_model_version", names.version());
        record.put("modelspec.architecture", names.loraArchitecture());
        return record;
    }

    /** As kohya names optimisers. */
    private static String optimizer(TrainingSettings training) {
        String decay = "weight_decay=" + training.weightDecay;
        String betas = ",betas=(" + training.beta1 + ", " + training.beta2 + ")";
        if (!(training.optimizer instanceof Optimizer.Kind kind)) {
            return training.optimizer.id() + "(" + decay + betas + ")";
        }
        return switch (kind) {
            case ADAMW -> "torch.optim.adamw.AdamW(" + decay + betas + ")";
            case ADAMW8BIT -> "bitsandbytes.optim.adamw.AdamW8bit(" + decay + betas + ")";
            case ADAFACTOR ->
                "transformers.optimization.Adafactor(" + decay + ",scale_parameter=False,relative_step=False)";
            case PRODIGY ->
                "prodigyopt.prodigy.Prodigy(" + decay + betas + ",d_coef=" + training.dCoefficient
                        + ",use_bias_correction=True,safeguard_warmup=True)";
            case LION -> "lion_pytorch.lion_pytorch.Lion(" + decay + ",betas=(0.9, 0.99))";
        };
    }

    private static int epochs(int steps, int accumulation, int batches) {
        return (int) Math.ceil((double) steps * accumulation / Math.max(1, batches));
    }

    /** {@code {folder: {tag: count}}}, tags being what commas part. */
    private static String tagFrequency(Dataset images) {
        JsonObject counts = new JsonObject();
        tags(images).forEach(counts::addProperty);
        return inFolder(counts);
    }

    /** {@code {folder: {"n_repeats": 1, "img_count": count}}}. */
    private static String datasetFolders(Dataset images) {
        JsonObject counts = new JsonObject();
        counts.addProperty("n_repeats", 1);
        counts.addProperty("img_count", images.items().size());
        return inFolder(counts);
    }

    /** Pictures may come from several folders, and from none. */
    private static String inFolder(JsonObject counts) {
        JsonObject folders = new JsonObject();
        folders.add("images", counts);
        return folders.toString();
    }

    /** In how many captions each tag is. */
    private static Map<String, Integer> tags(Dataset images) {
        Map<String, Integer> tags = new TreeMap<>();
        images.items().forEach(item -> tags(item).forEach(tag -> tags.merge(tag, 1, Integer::sum)));
        return tags;
    }

    private static Set<String> tags(Dataset.Item item) {
        return Arrays.stream(item.caption().split(",", -1))
                .map(String::strip)
                .filter(tag -> !tag.isEmpty())
                .collect(Collectors.toCollection(LinkedHashSet::new));
    }

    /** What every caption has, in the order of the first: what is learnt is learnt under these words. */
    private static String commonTags(Dataset images) {
        if (images.items().isEmpty()) {
            return "";
        }
        Map<String, Integer> counts = tags(images);
        return tags(images.items().get(0)).stream()
                .filter(tag -> counts.get(tag) == images.items().size())
                .collect(Collectors.joining(", "));
    }
}
