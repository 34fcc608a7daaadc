package graft.app.editor;

/** Units beside numbers. */
public final class Units {

    private Units() {}

    /** A unit that is declared in the plural, as it stands beside a number: {@code picture} beside 1. */
    public static String beside(String number, String unit) {
        boolean one = number.equals("1") || number.equals("1.0");
        if (!one || !unit.endsWith("s")) {
            return unit;
        }
        return unit.substring(0, unit.length() - (unit.endsWith("ches") ? 2 : 1));
    }
}
