/** The nodes that train, load and save embeddings (textual inversion). */
package graft.nodes.textualinversion;
