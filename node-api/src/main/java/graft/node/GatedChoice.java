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
}
