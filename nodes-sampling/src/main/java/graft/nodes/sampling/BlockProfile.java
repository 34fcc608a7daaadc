package graft.nodes.sampling;

import graft.adapter.LoraBlock;
import graft.picture.GridDrawing;
import graft.score.Measure;
import graft.score.Score;
import graft.score.Values;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What each block of a LoRA carries: the scores with all of it, without a block, and with the block alone.
 *
 * @param before of the model without the LoRA
 */
record BlockProfile(Score before, Score full, Map<LoraBlock, Score> without, Map<LoraBlock, Score> alone) {

    private static final Color INK = new Color(0x20, 0x22, 0x26);
    private static final Color SUBJECT = new Color(0x2F, 0x7D, 0xC4);
    private static final Color LEAK = new Color(0xD9, 0x7B, 0x29);
    private static final int ROW = 46;
    private static final int LEFT = 150;
    private static final int PANEL = 300;
    private static final int TOP = 76;

    static double fidelity(Score score) {
        return mean(score, Measure.FIDELITY);
    }

    /** 0 of what was not measured against a model before, which is that model. */
    static double leak(Score score) {
        return mean(score, Measure.LEAK);
    }

    static double mean(Score score, Measure measure) {
        return score.values(measure).map(Values::mean).orElse(0.0);
    }

    /** The blocks in their order. */
    List<LoraBlock> blocks() {
        return List.copyOf(without.keySet());
    }

    /** How much fidelity goes with a block. */
    double subject(LoraBlock block) {
        return fidelity(full) - fidelity(without.get(block));
    }

    /** How much leak goes with a block. */
    double leak(LoraBlock block) {
        return leak(full) - leak(without.get(block));
    }

    String csv() {
        StringBuilder text = new StringBuilder(
                "block,fidelity without,leak without,prompt without,fidelity alone,leak alone,prompt alone\n");
        for (LoraBlock block : blocks()) {
            text.append(block.title())
                    .append(numbers(without.get(block)))
                    .append(numbers(alone.get(block)))
                    .append('\n');
        }
        return text.append("all on").append(numbers(full)).append(",,,\n").toString();
    }

    private static String numbers(Score score) {
        return String.format(Locale.ROOT, ",%.4f,%.4f,%.4f", fidelity(score), leak(score), mean(score, Measure.PROMPT));
    }

    /** Bars of each block: what goes without it, and what it brings alone. */
    BufferedImage drawn() {
        BufferedImage image =
                new BufferedImage(LEFT + 2 * PANEL + 20, TOP + ROW * without.size() + 16, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = image.createGraphics();
        try {
            graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
            graphics.setRenderingHint(RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
            graphics.setColor(GridDrawing.PAGE);
            graphics.fillRect(0, 0, image.getWidth(), image.getHeight());
            graphics.setFont(new Font(Font.SANS_SERIF, Font.BOLD, 14));
            graphics.setColor(INK);
            graphics.drawString("Lost without the block", LEFT, 26);
            graphics.drawString("Gained by the block alone", LEFT + PANEL, 26);
            graphics.setFont(new Font(Font.SANS_SERIF, Font.PLAIN, 13));
            key(graphics, LEFT, SUBJECT, "subject (fidelity)");
            key(graphics, LEFT + PANEL / 2, LEAK, "leak");
            double most = most();
            int y = TOP;
            for (LoraBlock block : blocks()) {
                graphics.setColor(INK);
                graphics.drawString(block.title(), 16, y + 21);
                bar(graphics, LEFT, y, SUBJECT, subject(block), most);
                bar(graphics, LEFT, y + 17, LEAK, leak(block), most);
                Score one = alone.get(block);
                bar(graphics, LEFT + PANEL, y, SUBJECT, fidelity(one) - fidelity(before), most);
                bar(graphics, LEFT + PANEL, y + 17, LEAK, leak(one), most);
                y += ROW;
            }
        } finally {
            graphics.dispose();
        }
        return image;
    }

    private static void key(Graphics2D graphics, int x, Color colour, String words) {
        graphics.setColor(colour);
        graphics.fillRect(x, 42, 12, 12);
        graphics.setColor(INK);
        graphics.drawString(words, x + 18, 53);
    }

    private double most() {
        double most = 1e-3;
        for (LoraBlock block : blocks()) {
            Score one = alone.get(block);
            for (double each :
                    new double[] {subject(block), leak(block), fidelity(one) - fidelity(before), leak(one)}) {
                most = Math.max(most, each);
            }
        }
        return most;
    }

    /** A value below nought has no bar, its number alone. */
    private static void bar(Graphics2D graphics, int x, int y, Color colour, double value, double most) {
        int width = (int) Math.round(Math.max(0, value) / most * (PANEL - 80));
        graphics.setColor(colour);
        graphics.fillRect(x, y, Math.max(1, width), 14);
        graphics.setColor(INK);
        graphics.drawString(String.format(Locale.ROOT, "%.3f", value), x + width + 6, y + 12);
    }
}
