package graft.vision;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.google.gson.JsonElement;
import graft.model.Config;
import graft.picture.Picture;
import graft.picture.Resampling;
import graft.picture.Resampling.Filter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * How a picture becomes the numbers that a model of pictures takes: {@code preprocessor_config.json}.
 *
 * <p>On bytes and bit for bit as Pillow scales, so that a picture gives the numbers that transformers gives. Source:
 * transformers {@code image_transforms.py}.
 *
 * @param config where the fields stand, for messages
 * @param width to scale to; with {@code shortest} the shorter side, whichever it is
 * @param height likewise
 * @param shortest whether the ratio of the sides is kept
 * @param crop side of the square cut from the middle; 0 for none
 * @param mean of red, green and blue, in 0 to 1
 * @param deviation likewise
 */
record Preprocessor(
        Config config,
        int width,
        int height,
        boolean shortest,
        int crop,
        Filter filter,
        List<Double> mean,
        List<Double> deviation) {

    private static final String FILE = "preprocessor_config.json";

    /** OpenAI's, of CLIP and BLIP. */
    private static final List<Double> CLIP_MEAN = List.of(0.48145466, 0.4578275, 0.40821073);

    private static final List<Double> CLIP_DEVIATION = List.of(0.26862954, 0.26130258, 0.27577711);
    private static final List<Double> HALF = List.of(0.5, 0.5, 0.5);

    /** What a config that leaves a field out means: transformers' {@code CLIPImageProcessor}. */
    static Preprocessor clip(Path folder) {
        Config config = Config.read(folder.resolve(FILE));
        boolean crops = config.flag("do_center_crop", true);
        return of(config, 224, true, crops ? side(config, "crop_size", 224) : 0, 3, CLIP_MEAN, CLIP_DEVIATION);
    }

    /** As {@code BlipImageProcessor}. */
    static Preprocessor blip(Path folder) {
        return of(Config.read(folder.resolve(FILE)), 384, false, 0, 3, CLIP_MEAN, CLIP_DEVIATION);
    }

    /** As {@code ViTImageProcessor}. */
    static Preprocessor vit(Path folder) {
        return of(Config.read(folder.resolve(FILE)), 224, false, 0, 2, HALF, HALF);
    }

    private static Preprocessor of(
            Config config,
            int size,
            boolean shortest,
            int crop,
            int filter,
            List<Double> mean,
            List<Double> deviation) {
        config.only("do_resize", true);
        config.only("do_rescale", true);
        config.only("do_normalize", true);
        if (config.has("rescale_factor") && Math.abs(config.real("rescale_factor", 0) - 1 / 255.0) > 1e-9) {
            throw config.wrong("rescale_factor", "1/255");
        }
        int width = size;
        int height = size;
        boolean keeps = shortest;
        if (config.has("size") && config.raw("size").isJsonObject()) {
            Config sides = config.within("size");
            keeps = sides.has("shortest_edge");
            width = sides.number(keeps ? "shortest_edge" : "width", size);
            height = sides.number(keeps ? "shortest_edge" : "height", size);
        } else {
            width = config.number("size", size);
            height = width;
        }
        return new Preprocessor(
                config,
                width,
                height,
                keeps,
                crop,
                filter(config, filter),
                three(config, "image_mean", mean),
                three(config, "image_std", deviation));
    }

    /** A side of a square, as one number or as width and height. */
    private static int side(Config config, String field, int otherwise) {
        if (config.has(field) && config.raw(field).isJsonObject()) {
            Config sides = config.within(field);
            int side = sides.number("height", otherwise);
            sides.only("width", side);
            return side;
        }
        return config.number(field, otherwise);
    }

    /** By Pillow's numbers. */
    private static Filter filter(Config config, int otherwise) {
        return switch (config.number("resample", otherwise)) {
            case 1 -> Filter.LANCZOS;
            case 2 -> Filter.BILINEAR;
            case 3 -> Filter.BICUBIC;
            default -> throw config.wrong("resample", "1 (Lanczos), 2 (bilinear) or 3 (bicubic)");
        };
    }

    private static List<Double> three(Config config, String field, List<Double> otherwise) {
        if (!config.has(field)) {
            return otherwise;
        }
        List<Double> values = new ArrayList<>();
        JsonElement given = config.raw(field);
        if (given.isJsonArray()) {
            given.getAsJsonArray().forEach(value -> values.add(value.getAsDouble()));
        }
        if (values.size() != 3) {
            throw config.wrong(field, "three numbers");
        }
        return values;
    }

    /** Itself, once it is known to give square pictures of a model's size. */
    Preprocessor of(int side) {
        boolean fits = crop > 0 ? crop == side && width >= side && height >= side : width == side && height == side;
        if (!fits || (crop == 0 && shortest)) {
            throw config.wrong(crop > 0 ? "crop_size" : "size", "that of the model's pictures, " + side + "×" + side);
        }
        return this;
    }

    /** The pictures as a model takes them: [n,3,h,w], owned by {@code manager} and the innermost scope. */
    NDArray pixels(List<Picture> pictures, NDManager manager) {
        int side = crop > 0 ? crop : width;
        int high = crop > 0 ? crop : height;
        float[] all = new float[pictures.size() * 3 * side * high];
        for (int i = 0; i < pictures.size(); i++) {
            put(pictures.get(i), side, high, all, i * 3 * side * high);
        }
        return manager.create(all, new Shape(pictures.size(), 3, high, side));
    }

    private void put(Picture picture, int side, int high, float[] all, int at) {
        int toWidth = width;
        int toHeight = height;
        if (shortest && picture.width() <= picture.height()) {
            toHeight = (int) ((long) width * picture.height() / picture.width());
        } else if (shortest) {
            toWidth = (int) ((long) height * picture.width() / picture.height());
        }
        int[] scaled = scaled(picture, toWidth, toHeight);
        int left = (toWidth - side) / 2;
        int top = (toHeight - high) / 2;
        for (int channel = 0; channel < 3; channel++) {
            for (int y = 0; y < high; y++) {
                for (int x = 0; x < side; x++) {
                    double value = scaled[3 * ((top + y) * toWidth + left + x) + channel] / 255.0;
                    all[at++] = (float) ((value - mean.get(channel)) / deviation.get(channel));
                }
            }
        }
    }

    /** Bytes of red, green and blue, row by row. */
    private int[] scaled(Picture picture, int toWidth, int toHeight) {
        int[] bytes = picture.toBytes();
        int wide = picture.width();
        int high = picture.height();
        // The order shows in bytes that are rounded in between. It was found by trying Pillow 13; those before it
        // always begin with the columns.
        boolean linesFirst = toHeight < high && high - toHeight > 2 * (wide - toWidth);
        if (linesFirst) {
            return columns(lines(bytes, wide, high, toHeight), wide, toHeight, toWidth);
        }
        return lines(columns(bytes, wide, high, toWidth), toWidth, high, toHeight);
    }

    private int[] columns(int[] bytes, int wide, int high, int toWidth) {
        if (toWidth == wide) {
            return bytes;
        }
        Resampling columns = Resampling.between(wide, toWidth, filter);
        int[] result = new int[toWidth * high * 3];
        for (int y = 0; y < high; y++) {
            columns.applyToBytes(bytes, y * wide * 3, 3, result, y * toWidth * 3, 3);
        }
        return result;
    }

    private int[] lines(int[] bytes, int wide, int high, int toHeight) {
        if (toHeight == high) {
            return bytes;
        }
        Resampling lines = Resampling.between(high, toHeight, filter);
        int[] result = new int[wide * toHeight * 3];
        for (int x = 0; x < wide; x++) {
            lines.applyToBytes(bytes, x * 3, wide * 3, result, x * 3, wide * 3);
        }
        return result;
    }
}
