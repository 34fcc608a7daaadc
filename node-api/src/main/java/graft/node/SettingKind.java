package graft.node;

/** What kind of value a setting holds. */
public enum SettingKind {
    WHOLE_NUMBER("whole number"),
    NUMBER("number"),
    NUMBERS("numbers"),
    TEXT("text"),
    TEXTS("texts"),
    PATH("path"),
    PATHS("paths"),
    SWITCH("yes or no"),
    CHOICE("choice"),
    COLOUR("colour"),
    TABLE("table");

    private final String words;

    SettingKind(String words) {
        this.words = words;
    }

    /** As messages, {@code graft nodes} and its JSON call it. */
    @Override
    public String toString() {
        return words;
    }

    /** Whether it is a single number, whole or not. */
    public boolean isNumber() {
        return this == WHOLE_NUMBER || this == NUMBER;
    }
}
