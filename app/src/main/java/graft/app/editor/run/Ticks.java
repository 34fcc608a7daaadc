package graft.app.editor.run;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Round values along an axis. */
final class Ticks {

    private Ticks() {}

    /** Steps of 1, 2 or 5 times a power of ten, about {@code count} of them between the ends. */
    static List<Double> linear(double from, double to, int count) {
        double rough = (to - from) / Math.max(1, count);
        double power = Math.pow(10, Math.floor(Math.log10(rough)));
        double step = rough / power <= 1
                ? power
                : rough / power <= 2 ? 2 * power : rough / power <= 5 ? 5 * power : 10 * power;
        List<Double> ticks = new ArrayList<>();
        for (long i = (long) Math.ceil(from / step - 1e-9); i * step <= to + 1e-9 * step; i++) {
            ticks.add(i * step);
        }
        return ticks;
    }

    /** The values 1, 2 and 5 of each decade between positive ends; only the powers of ten when there are many decades. */
    static List<Double> logarithmic(double from, double to) {
        boolean many = Math.log10(to / from) > 3;
        List<Double> ticks = new ArrayList<>();
        for (int decade = (int) Math.floor(Math.log10(from)); decade <= Math.ceil(Math.log10(to)); decade++) {
            for (double digit : many ? new double[] {1} : new double[] {1, 2, 5}) {
                double value = digit * Math.pow(10, decade);
                if (value >= from * 0.999 && value <= to * 1.001) {
                    ticks.add(value);
                }
            }
        }
        return ticks;
    }

    /** As short as it can be told from its neighbours: {@code 0.05}, {@code 1200}, {@code 2e-6}. */
    static String words(double value) {
        if (value == 0) {
            return "0";
        }
        double size = Math.abs(value);
        if (size < 1e-4 || size >= 1e6) {
            return String.format(Locale.ROOT, "%.0e", value);
        }
        String text = String.format(Locale.ROOT, "%.5f", value);
        return text.replaceFirst("\\.?0+$", "");
    }
}
