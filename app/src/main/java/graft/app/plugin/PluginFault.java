package graft.app.plugin;

/** What a plugin offers did not answer as it must: the message is a clause that says what, and the plugin is known. */
public final class PluginFault extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final String plugin;

    /** @param cause null for none */
    public PluginFault(String plugin, String clause, Throwable cause) {
        super(clause, cause);
        this.plugin = plugin;
    }

    /** The plugin's id. */
    public String plugin() {
        return plugin;
    }
}
