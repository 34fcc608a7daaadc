/** The nodes that train a base model on a subject, and save it. */
package graft.nodes.dreambooth;
