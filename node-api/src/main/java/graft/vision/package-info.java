/**
 * Networks that look at pictures: CLIP, DINO and BLIP's captioner, with how they are shown pictures and how a caption is picked.
 *
 * <p>Built from weights and layers of {@code graft.model}, which knows nothing of them. No network that draws.
 */
package graft.vision;
