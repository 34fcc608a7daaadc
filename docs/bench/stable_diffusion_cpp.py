"""stable-diffusion.cpp beside Graft: needs its program `sd` (or `sd-cli`) on the path, or named by SD_CPP. It only samples.

It reads whole models, so it is measured with --weights fp16; its text encoder and VAE count in its memory.
"""

import os
import re
import shutil
import subprocess

import peer

a = peer.arguments()
program = os.environ.get("SD_CPP") or shutil.which("sd-cli") or shutil.which("sd")
if a.case != "sample":
    peer.cannot("stable-diffusion.cpp does not train, and this script measures sampling steps only")
if a.device != "cpu":
    peer.cannot("this script measures the CPU only")
if program is None:
    peer.cannot("stable-diffusion.cpp is not installed: there is no sd-cli or sd on the path, and SD_CPP names none")
if a.file is None:
    peer.cannot("it reads model files only; choose --size sd15 or sdxl and --weights fp16")

side = str(8 * a.latent)
command = [program, "-m", a.file, "-p", "a red apple", "-n", "", "-W", side, "-H", side, "--cfg-scale", "7.5"]
command += ["--steps", str(a.steps + 1), "-t", str(a.threads), "--sampling-method", "euler"]
command += ["-o", os.path.join(a.work, "sd-cpp.png")]
ran = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
if ran.returncode != 0:
    raise SystemExit(ran.stdout[-2000:])
# The progress bar tells the time of each step: "| 2/4 - 1.23s/it", or "it/s" where steps are short.
steps = {}
for number, value, unit in re.findall(r"\| (\d+)/%d - ([\d.]+)(s/it|it/s)" % (a.steps + 1), ran.stdout):
    steps[int(number)] = float(value) if unit == "s/it" else 1 / float(value)
seconds = [steps[number] for number in sorted(steps) if number > 1]
if not seconds:
    raise SystemExit("no times of steps are in what it printed:\n" + ran.stdout[-2000:])
peer.answer(seconds, children=True)
