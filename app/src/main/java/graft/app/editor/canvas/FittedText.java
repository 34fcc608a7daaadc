package graft.app.editor.canvas;

import java.awt.Font;
import java.awt.font.FontRenderContext;
import java.util.ArrayList;
import java.util.List;

/** Texts cut and broken to the room that they have, measured at 100 % so that a zoom changes no line. */
final class FittedText {

    private static final FontRenderContext CONTEXT = new FontRenderContext(null, true, true);
    private static final String MORE = "…";

    private FittedText() {}

    static double width(String text, Font font) {
        return text.isEmpty() ? 0 : font.getStringBounds(text, CONTEXT).getWidth();
    }

    /** The text, or as much of its beginning as there is room for. */
    static String cut(String text, Font font, double width) {
        if (width(text, font) <= width) {
            return text;
        }
        int fits = 0;
        int most = text.length();
        while (fits < most) {
            int middle = (fits + most + 1) / 2;
            if (width(text.substring(0, middle) + MORE, font) <= width) {
                fits = middle;
            } else {
                most = middle - 1;
            }
        }
        return text.substring(0, fits).stripTrailing() + MORE;
    }

    /** Its lines, broken between words; the last that there is room for ends in three dots when there are more. */
    static List<String> lines(String text, Font font, double width, int most) {
        List<String> lines = new ArrayList<>();
        for (String paragraph : text.split("\n", -1)) {
            breakUp(paragraph, font, width, most + 1, lines);
            if (lines.size() > most) {
                break;
            }
        }
        if (lines.size() > most) {
            List<String> shown = new ArrayList<>(lines.subList(0, most));
            if (most > 0) {
                shown.set(most - 1, cut(shown.get(most - 1) + MORE + " ", font, width));
            }
            return shown;
        }
        return lines;
    }

    private static void breakUp(String paragraph, Font font, double width, int most, List<String> lines) {
        StringBuilder line = new StringBuilder();
        for (String word : paragraph.split(" ", -1)) {
            String longer = line.isEmpty() ? word : line + " " + word;
            if (!line.isEmpty() && width(longer, font) > width) {
                lines.add(line.toString());
                if (lines.size() >= most) {
                    return;
                }
                line.setLength(0);
                line.append(word);
            } else {
                line.setLength(0);
                line.append(longer);
            }
        }
        lines.add(cut(line.toString(), font, width));
    }
}
