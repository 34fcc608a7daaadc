"""OpenVINO beside Graft, computing in float32: needs torch, diffusers and openvino. It only samples.

The UNet is converted once, in a process of its own, and kept in the folder --work: the measurement reads it from there.
"""

import os
import subprocess
import sys

import peer

a = peer.arguments()
if a.case != "sample":
    peer.cannot("OpenVINO does not train, and this script measures sampling steps only")
if a.device != "cpu":
    peer.cannot("this script measures the CPU only")

path = os.path.join(a.work, f"openvino-{a.size}-{a.latent}-{a.weights}.xml")
XL = a.size == "sdxl"


def convert():
    import openvino
    import torch
    from diffusers import UNet2DConditionModel

    torch.manual_seed(0)
    if a.size == "builtin":
        unet = UNet2DConditionModel.from_pretrained(a.model, subfolder="unet", torch_dtype=torch.float32)
    else:
        unet = UNet2DConditionModel(**peer.SHAPES[a.size])

    class Plain(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.unet = unet

        def forward(self, x, t, states, pooled, sizes):
            more = {"text_embeds": pooled, "time_ids": sizes} if XL else None
            return self.unet(x, t, states, added_cond_kwargs=more, return_dict=False)[0]

    some = (
        torch.randn(2, unet.config.in_channels, a.latent, a.latent),
        torch.tensor([500.0, 500.0]),
        torch.randn(2, peer.TOKENS, unet.config.cross_attention_dim),
        torch.randn(2, 1280),
        torch.randn(2, 6),
    )
    with torch.no_grad():
        model = openvino.convert_model(Plain().eval(), example_input=some)
    shapes = {each: list(one.shape) for each, one in zip(model.inputs, some)}
    model.reshape(shapes)
    # Written under another name first: a conversion that was stopped must not be taken for a whole one.
    openvino.save_model(model, path[:-4] + ".part.xml", compress_to_fp16=a.weights == "fp16")
    os.replace(path[:-4] + ".part.bin", path[:-4] + ".bin")
    os.replace(path[:-4] + ".part.xml", path)


if os.environ.get("CONVERT"):
    convert()
    sys.exit()
if not os.path.exists(path):
    subprocess.run([sys.executable, *sys.argv], env=dict(os.environ, CONVERT="1"), check=True, stdout=sys.stderr)

import numpy
import openvino

core = openvino.Core()
settings = {"INFERENCE_NUM_THREADS": a.threads, "INFERENCE_PRECISION_HINT": "f32", "NUM_STREAMS": 1}
request = core.compile_model(core.read_model(path), "CPU", settings).create_infer_request()
random = numpy.random.default_rng(0)
inputs = [random.standard_normal(tuple(each.shape), dtype=numpy.float32) for each in request.model_inputs]


def step():
    without, given = request.infer(inputs)[request.model_outputs[0]]
    (without + 7.5 * (given - without)).sum()


peer.answer(peer.timed(step, a.steps))
