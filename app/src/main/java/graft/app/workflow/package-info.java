/**
 * The document: nodes, wires and settings by name, as a JSON file holds them.
 *
 * <p>Knows no plugin, no engine and no window: node types and settings are names and JSON here, so that a workflow
 * whose plugins are missing still loads and saves whole.
 */
package graft.app.workflow;
