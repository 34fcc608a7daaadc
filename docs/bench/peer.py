"""What the peers of `graft bench` share: their arguments, their answer, their shapes."""

import argparse
import json
import resource
import statistics
import sys
import time

SHAPES = {
    "sd15": dict(
        sample_size=64,
        block_out_channels=(320, 640, 1280, 1280),
        layers_per_block=2,
        cross_attention_dim=768,
        attention_head_dim=8,
    ),
    "sdxl": dict(
        sample_size=128,
        block_out_channels=(320, 640, 1280),
        layers_per_block=2,
        down_block_types=("DownBlock2D", "CrossAttnDownBlock2D", "CrossAttnDownBlock2D"),
        up_block_types=("CrossAttnUpBlock2D", "CrossAttnUpBlock2D", "UpBlock2D"),
        transformer_layers_per_block=(1, 2, 10),
        attention_head_dim=(5, 10, 20),
        cross_attention_dim=2048,
        use_linear_projection=True,
        addition_embed_type="text_time",
        addition_time_embed_dim=256,
        projection_class_embeddings_input_dim=2816,
    ),
}
CLIP_L = dict(
    vocab_size=49408,
    hidden_size=768,
    intermediate_size=3072,
    num_attention_heads=12,
    num_hidden_layers=12,
    hidden_act="quick_gelu",
)
CLIP_G = dict(
    vocab_size=49408,
    hidden_size=1280,
    intermediate_size=5120,
    num_attention_heads=20,
    num_hidden_layers=32,
    hidden_act="gelu",
    projection_dim=1280,
)
TOKENS = 77


def arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument("case", choices=["sample", "lora", "dreambooth", "ti", "cold", "load"])
    parser.add_argument("--size", choices=["builtin", "sd15", "sdxl"], default="sd15")
    parser.add_argument("--latent", type=int, default=32)
    parser.add_argument("--weights", choices=["fp32", "fp16"], default="fp32")
    parser.add_argument("--steps", type=int, default=3)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--checkpointing", action="store_true")
    parser.add_argument("--unclipped", action="store_true", help="the length of gradients is not limited")
    parser.add_argument("--model", help="the built-in model, a diffusers folder")
    parser.add_argument("--file", help="a single file of random weights of the size")
    parser.add_argument("--work", default=".", help="a folder for what is kept between rounds")
    return parser.parse_args()


def cannot(why):
    """Says that this program has no such case, and ends."""
    print(json.dumps({"cannot": why}), flush=True)
    sys.exit()


def answer(seconds, children=False):
    """Prints the times of the steps and the peak of memory, of child processes where asked."""
    who = resource.RUSAGE_CHILDREN if children else resource.RUSAGE_SELF
    peak = resource.getrusage(who).ru_maxrss // (1024 * 1024 if sys.platform == "darwin" else 1024)
    told = {"seconds": statistics.median(seconds), "fastest": min(seconds), "peak_mib": peak}
    print(json.dumps(told), flush=True)


def timed(step, count):
    """The times of so many steps after one that warms up."""
    step()
    seconds = []
    for _ in range(count):
        before = time.perf_counter()
        step()
        seconds.append(time.perf_counter() - before)
    return seconds
