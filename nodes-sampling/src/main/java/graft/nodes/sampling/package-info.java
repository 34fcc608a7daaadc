/**
 * The nodes around training: load a model and pictures, caption, encode, sample, decode, stack adapters, show and save.
 *
 * <p>Each node is one class that checks its settings, calls one thing of the node API and reports; no mathematics and no
 * file format lives here.
 */
package graft.nodes.sampling;
