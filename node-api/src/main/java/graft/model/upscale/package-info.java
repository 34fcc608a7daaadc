/**
 * Networks that make pictures larger: ESRGAN and RealESRGAN, and the compact ones of RealESRGAN.
 *
 * <p>No latents and no prompts: from pixels to pixels.
 */
package graft.model.upscale;
