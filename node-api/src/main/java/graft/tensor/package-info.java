/**
 * DJL, tamed: the chosen device, memory scopes, the operators that DJL lacks, gradients, portable randomness.
 *
 * <p>No model and no file format lives here.
 */
package graft.tensor;
