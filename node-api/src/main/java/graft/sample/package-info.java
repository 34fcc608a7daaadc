/**
 * Noise schedules, timestep spacings, samplers and guidance, as static functions over plain arguments.
 *
 * <p>Knows a network only as a function that predicts noise.
 */
package graft.sample;
