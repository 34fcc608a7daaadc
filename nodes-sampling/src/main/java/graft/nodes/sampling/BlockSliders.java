package graft.nodes.sampling;

import graft.adapter.LoraBlock;
import graft.node.Setting;
import java.util.EnumMap;
import java.util.Map;

/** A strength for each block that a LoRA may change. */
final class BlockSliders {

    private static final String UNET = "layout=unet";
    private static final String TRANSFORMER = "layout=transformer";

    /** What the model is made of. */
    enum Layout {
        /** A way down, a middle and a way up: Stable Diffusion. */
        UNET,
        /** One layer after the other: Z-Image, FLUX. */
        TRANSFORMER
    }

    @Setting(
            help =
                    "What the model is made of: a UNet for Stable Diffusion 1, 2 and XL, a transformer for Z-Image and FLUX.")
    Layout layout = Layout.UNET;

    @Setting(
            title = "Text encoder",
            min = -2,
            max = 2,
            step = 0.05,
            help = "What reads the prompt: 0 is off, 1 as trained.")
    double text = 1;

    @Setting(
            title = "Text encoder 2",
            advanced = true,
            min = -2,
            max = 2,
            step = 0.05,
            help = "The second one of Stable Diffusion XL.")
    double text2 = 1;

    @Setting(shownBy = UNET, title = "Down 0", min = -2, max = 2, step = 0.05, help = "The way down, at full size.")
    double down0 = 1;

    @Setting(shownBy = UNET, title = "Down 1", min = -2, max = 2, step = 0.05, help = "The way down, at half the size.")
    double down1 = 1;

    @Setting(shownBy = UNET, title = "Down 2", min = -2, max = 2, step = 0.05, help = "The way down, at a quarter.")
    double down2 = 1;

    @Setting(
            shownBy = UNET,
            advanced = true,
            title = "Down 3",
            min = -2,
            max = 2,
            step = 0.05,
            help = "The way down, at an eighth; the built-in model and XL have none.")
    double down3 = 1;

    @Setting(shownBy = UNET, min = -2, max = 2, step = 0.05, help = "The middle, where pictures are smallest.")
    double mid = 1;

    @Setting(shownBy = UNET, title = "Up 0", min = -2, max = 2, step = 0.05, help = "The way up, first level.")
    double up0 = 1;

    @Setting(shownBy = UNET, title = "Up 1", min = -2, max = 2, step = 0.05, help = "The way up, second level.")
    double up1 = 1;

    @Setting(shownBy = UNET, title = "Up 2", min = -2, max = 2, step = 0.05, help = "The way up, third level.")
    double up2 = 1;

    @Setting(
            shownBy = UNET,
            advanced = true,
            title = "Up 3",
            min = -2,
            max = 2,
            step = 0.05,
            help = "The way up, fourth level; the built-in model and XL have none.")
    double up3 = 1;

    @Setting(shownBy = TRANSFORMER, min = -2, max = 2, step = 0.05, help = "The layers that run first.")
    double firstQuarter = 1;

    @Setting(shownBy = TRANSFORMER, min = -2, max = 2, step = 0.05, help = "The layers before the middle.")
    double secondQuarter = 1;

    @Setting(shownBy = TRANSFORMER, min = -2, max = 2, step = 0.05, help = "The layers after the middle.")
    double thirdQuarter = 1;

    @Setting(shownBy = TRANSFORMER, min = -2, max = 2, step = 0.05, help = "The layers that run last.")
    double lastQuarter = 1;

    @Setting(
            title = "Other layers",
            advanced = true,
            min = -2,
            max = 2,
            step = 0.05,
            help = "What lies in no block, such as what tells of time and size.")
    double other = 1;

    Map<LoraBlock, Double> strengths() {
        Map<LoraBlock, Double> strengths = new EnumMap<>(LoraBlock.class);
        strengths.put(LoraBlock.TEXT, text);
        strengths.put(LoraBlock.TEXT_2, text2);
        strengths.put(LoraBlock.OTHER, other);
        if (layout == Layout.UNET) {
            strengths.put(LoraBlock.DOWN_0, down0);
            strengths.put(LoraBlock.DOWN_1, down1);
            strengths.put(LoraBlock.DOWN_2, down2);
            strengths.put(LoraBlock.DOWN_3, down3);
            strengths.put(LoraBlock.MID, mid);
            strengths.put(LoraBlock.UP_0, up0);
            strengths.put(LoraBlock.UP_1, up1);
            strengths.put(LoraBlock.UP_2, up2);
            strengths.put(LoraBlock.UP_3, up3);
        } else {
            strengths.put(LoraBlock.QUARTER_1, firstQuarter);
            strengths.put(LoraBlock.QUARTER_2, secondQuarter);
            strengths.put(LoraBlock.QUARTER_3, thirdQuarter);
            strengths.put(LoraBlock.QUARTER_4, lastQuarter);
        }
        return strengths;
    }
}
