/**
 * The host of node plugins: finds archives, loads each in a class loader of its own, offers the nodes that they hold.
 *
 * <p>Knows no workflow and no window.
 */
package graft.app.plugin;
