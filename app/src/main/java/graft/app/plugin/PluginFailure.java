package graft.app.plugin;

/**
 * What could not be loaded.
 *
 * @param plugin the plugin's id, or its archive's name when that is all that is known
 * @param reason a clause in plain words
 */
public record PluginFailure(String plugin, String reason) {}
