/**
 * Sampling: noise schedules, spacings of timesteps and noise levels, samplers, guidance, and what may stand in a network while it
 * is asked.
 *
 * <p>Samplers and schedules are plain numbers and know no network. Guidance asks a {@code Predictor}, the network of a
 * {@link graft.model.Checkpoint} or any function. No training, no files.
 */
package graft.sample;
