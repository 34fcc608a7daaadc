/**
 * How weights follow their gradients: AdamW, Adafactor, Prodigy, Lion, and what a plugin offers beside them.
 *
 * <p>Static rules over lists of arrays. No networks, no loop, no pictures.
 */
package graft.train.optimizer;
