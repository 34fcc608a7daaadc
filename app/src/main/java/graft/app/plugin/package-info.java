/**
 * The host of node plugins: looks at archives before they run, installs them, loads each in a class loader of its own, and
 * offers what they hold.
 *
 * <p>{@link graft.app.plugin.NodeLibrary} is what is loaded, {@link graft.app.plugin.PluginStore} what is installed,
 * {@link graft.app.plugin.PluginCatalogue} what could be. Knows no workflow and no window.
 */
package graft.app.plugin;
