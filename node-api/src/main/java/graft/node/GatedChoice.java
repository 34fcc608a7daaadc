package graft.node;

/**
 * What a host hands out in place of a choice of a stranger's plugin: it asks the plugin for what is asked of it, and lets nothing through
 * that is no answer.
 */
public interface GatedChoice extends Choice {

    /** The plugin's own, whose class declares {@linkplain ChoiceSettings settings}. */
    Choice ungated();

    /**
     * Stands before another instance of the plugin's class.
     *
     * @throws IllegalArgumentException saying which answer of it is none
     */
    Choice gated(Choice another);

    /** The id of its plugin. */
    String plugin();

    /**
     * What whoever was given a wrong answer throws, so that the plugin is told of it and not the node that asked.
     *
     * @param clause goes on from its name: "gives nothing"
     */
    RuntimeException unfit(String clause);

    /** As {@link #unfit(String)}, of any choice. */
    static RuntimeException unfit(Choice choice, String clause) {
        return choice instanceof GatedChoice gate
                ? gate.unfit(clause)
                : new IllegalStateException(choice.id() + " " + clause);
    }

    /** What people read of a choice: its id, and its plugin where a stranger's is known. */
    static String named(Choice choice) {
        return choice instanceof GatedChoice gate ? choice.id() + " of the plugin " + gate.plugin() : choice.id();
    }
}
