/**
 * The contract between Graft and a node: what a plugin author's class declares, is told and may report.
 *
 * <p>Imports none of its siblings; everything else in Graft may import it. No engine, no tensors, no files live here.
 */
package graft.node;
