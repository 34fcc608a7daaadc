"""diffusers and peft beside Graft, in float32: needs torch, diffusers, transformers, peft and safetensors."""

import os

import peer

a = peer.arguments()
if a.device != "cpu":
    peer.cannot("this script measures the CPU only")

import torch
from diffusers import DDIMScheduler, DDPMScheduler, UNet2DConditionModel
from transformers import CLIPTextConfig, CLIPTextModel, CLIPTextModelWithProjection

torch.set_num_threads(a.threads)
torch.manual_seed(0)
BETAS = dict(beta_start=0.00085, beta_end=0.012, beta_schedule="scaled_linear")
XL = a.size == "sdxl"


def unet():
    if a.size == "builtin":
        return UNet2DConditionModel.from_pretrained(a.model, subfolder="unet", torch_dtype=torch.float32)
    return UNet2DConditionModel(**peer.SHAPES[a.size])


def encoders():
    if a.size == "builtin":
        return [CLIPTextModel.from_pretrained(a.model, subfolder="text_encoder", torch_dtype=torch.float32)]
    texts = [CLIPTextModel(CLIPTextConfig(**peer.CLIP_L))]
    if XL:
        texts.append(CLIPTextModelWithProjection(CLIPTextConfig(**peer.CLIP_G)))
    return texts


def read(texts, ids):
    """What the UNet is told of prompts: text states, and for XL the pooled text."""
    if not XL:
        return texts[0](ids).last_hidden_state, None
    told = [text(ids, output_hidden_states=True) for text in texts]
    return torch.cat([each.hidden_states[-2] for each in told], -1), told[1].text_embeds


def predict(u, x, t, context):
    states, pooled = context
    more = None
    if XL:
        side = 8.0 * a.latent
        sizes = torch.tensor([[side, side, 0, 0, side, side]] * len(x))
        more = {"text_embeds": pooled, "time_ids": sizes}
    return u(x, t, states, added_cond_kwargs=more).sample


def guided_step(u, context):
    """A batch of two through the UNet, guidance, and the DDIM update."""
    u.eval()
    scheduler = DDIMScheduler(**BETAS, clip_sample=False)
    scheduler.set_timesteps(20)
    t = scheduler.timesteps[5]
    x = torch.randn(1, u.config.in_channels, a.latent, a.latent)

    @torch.inference_mode()
    def step():
        without, given = predict(u, torch.cat([x, x]), t, context).chunk(2)
        scheduler.step(without + 7.5 * (given - without), t, x)

    return step


def sample():
    u = unet()
    width = u.config.cross_attention_dim
    context = torch.randn(2, peer.TOKENS, width), torch.randn(2, 1280) if XL else None
    peer.answer(peer.timed(guided_step(u, context), a.steps))


def cold():
    from diffusers import StableDiffusionPipeline

    pipeline = StableDiffusionPipeline.from_pretrained(a.model, safety_checker=None, torch_dtype=torch.float32)
    pipeline.scheduler = DDIMScheduler.from_config(pipeline.scheduler.config)
    pipeline.set_progress_bar_config(disable=True)
    picture = pipeline("a red apple", num_inference_steps=20, guidance_scale=7.5, height=64, width=64).images[0]
    picture.save(os.path.join(a.work, "cold.png"))
    peer.answer([0.0])


def load():
    """A single file, as a user of float32 loads it; the VAE, which the first step does not need, stays in it."""
    from diffusers.loaders.single_file_utils import create_diffusers_clip_model_from_ldm
    from safetensors.torch import load_file

    config = os.path.join(a.work, "diffusers-" + a.size)
    if not os.path.isdir(config):
        with torch.device("meta"):
            blank = UNet2DConditionModel(**peer.SHAPES[a.size])
        blank.save_config(os.path.join(config, "unet"))
    u = UNet2DConditionModel.from_single_file(
        a.file, config=config, subfolder="unet", torch_dtype=torch.float32, local_files_only=True
    )
    state = load_file(a.file)
    texts = []
    kinds = [(CLIPTextModel, peer.CLIP_L), (CLIPTextModelWithProjection, peer.CLIP_G)]
    for i, (kind, shape) in enumerate(kinds[: 2 if XL else 1]):
        folder = os.path.join(config, "text_encoder" + ("_2" if i else ""))
        CLIPTextConfig(**shape).save_pretrained(folder)
        text = create_diffusers_clip_model_from_ldm(
            kind, checkpoint=state, config=folder, torch_dtype=torch.float32, local_files_only=True
        )
        texts.append(text)
    del state
    with torch.inference_mode():
        context = read(texts, torch.full((2, peer.TOKENS), 49407))
    guided_step(u, context)()
    peer.answer([0.0])


def train():
    u = unet()
    texts = encoders()
    pictures = 2 if a.case == "dreambooth" else 1
    latents = torch.randn(pictures, u.config.in_channels, a.latent, a.latent)
    ids = torch.randint(0, 1000, (pictures, peer.TOKENS))
    for text in texts:
        text.requires_grad_(False)
    if a.case == "dreambooth":
        learning = list(u.parameters())
    else:
        u.requires_grad_(False)
    if a.case == "lora":
        from peft import LoraConfig

        u.add_adapter(LoraConfig(r=16, lora_alpha=16, target_modules=["to_q", "to_k", "to_v", "to_out.0"]))
        learning = [each for each in u.parameters() if each.requires_grad]
    if a.case == "ti":
        # The table of all words learns, as in diffusers' examples.
        learning = [text.get_input_embeddings().weight for text in texts]
        for each in learning:
            each.requires_grad_(True)
    u.train()
    if a.checkpointing:
        u.enable_gradient_checkpointing()
    if a.case != "ti":
        with torch.no_grad():
            fixed = read(texts, ids)
        texts = []
    optimizer = torch.optim.AdamW(learning, lr=1e-4)
    noising = DDPMScheduler(**BETAS)

    def step():
        noise = torch.randn_like(latents)
        t = torch.randint(0, 1000, (pictures,))
        predicted = predict(u, noising.add_noise(latents, noise, t), t, read(texts, ids) if texts else fixed)
        # DreamBooth adds up the loss of the subject and that of its class.
        loss = pictures * torch.nn.functional.mse_loss(predicted, noise)
        loss.backward()
        if not a.unclipped:
            torch.nn.utils.clip_grad_norm_(learning, 1.0)
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)

    peer.answer(peer.timed(step, a.steps))


if a.case == "sample":
    sample()
elif a.case == "cold":
    cold()
elif a.case == "load":
    load()
else:
    train()
