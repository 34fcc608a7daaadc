package graft.app.engine;

import graft.node.SettingSchema;
import graft.node.SocketKind;

/** What wires may carry where. */
public final class WireRules {

    private WireRules() {}

    /** The kind that a wire has to carry to drive a setting: a number, a truth value, and a text for all the rest. */
    public static SocketKind kind(SettingSchema setting) {
        return SocketKind.of(
                switch (setting.kind()) {
                    case WHOLE_NUMBER, NUMBER, NUMBERS -> Double.class;
                    case SWITCH -> Boolean.class;
                    default -> String.class;
                });
    }

    /** Why a kind does not fit where another is wanted: a clause. */
    public static String misfit(SocketKind carried, SocketKind wanted) {
        return "it carries " + carried.title() + ", and " + wanted.title() + " is wanted";
    }
}
