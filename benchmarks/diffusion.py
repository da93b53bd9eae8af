"""Video models at full size with random weights: peak memory and seconds a video, beside the paper's Table 9.

    python benchmarks/diffusion.py [PRESET ...] [--memory WAY] [--scratch FOLDER] [--keep]

Needs a CUDA device and room for the weights on disk (22 GB for cogvideox-5b; they are deleted again). What a model
computes does not depend on what its weights are, so random ones cost what real ones do; the pictures are noise, and the
clip's checks are left out. Weights are built at full size in bfloat16, saved, and rendered from disk by the path that
real ones take; only tokenizers are small. Memory is `torch.cuda.max_memory_allocated` from loading on; seconds are wall
time of one call for a video of 3 seconds, after the weights were read, and reading is given apart.

Table 9 of LLMPopcorn (arXiv 2502.12945, one H100): CogVideoX 28,788 MB and 170 s, HunyuanVideo 12,016 MB and 54 s,
LTX-Video 27,100 MB and 20 s. The paper does not say sizes, steps or how weights were kept, so figures stand beside one
another, not against.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

from full_size import BUILDERS
from popcorn.errors import PopcornError
from popcorn.tools.video.diffusion.loaded_pipeline import Keeper, Wanted
from popcorn.tools.video.diffusion.machine import this_machine
from popcorn.tools.video.diffusion.memory import need, tera_operations, ways
from popcorn.tools.video.diffusion.pipeline_call import Call, denoise
from popcorn.tools.video.diffusion.presets import Preset, presets
from popcorn.tools.video.diffusion.prompt_words import words_for
from popcorn.tools.video.diffusion.render_plan import plan
from popcorn.tools.video.diffusion.source import counted, weights
from popcorn.tools.video.types import RenderRequest

TABLE_9 = {"cogvideox-5b": (28_788, 170), "hunyuan": (12_016, 54), "ltx": (27_100, 20)}
REQUEST = RenderRequest("Sealed pot biryani", "Close-up of a sealed clay pot, the lid lifts, steam in golden light.")


def main() -> int:
    """Measure the presets that were named, one after the other, each in a line of JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("presets", nargs="*", metavar="PRESET", help=", ".join(BUILDERS))
    parser.add_argument("--memory", default="auto", help="how weights are kept, as in [renderers.NAME]")
    parser.add_argument("--scratch", type=Path, help="where weights are written; the system's temporary folder without")
    parser.add_argument("--keep", action="store_true", help="leave the weights there for another run")
    given = parser.parse_args()
    if unknown := sorted(set(given.presets) - set(BUILDERS)):
        parser.error(f"there are no full-size weights for {', '.join(unknown)}; there are: {', '.join(BUILDERS)}")
    try:
        return _run(given)
    except PopcornError as exc:
        print(f"{exc.message}; {exc.hint}", file=sys.stderr)
        return exc.exit_status


def _run(given: argparse.Namespace) -> int:
    import torch

    if not torch.cuda.is_available():
        print(
            "there is no CUDA device here: these are models of 2 to 13 billion parameters; run it where there is one",
            file=sys.stderr,
        )
        return 10
    torch.cuda.init()
    print(f"{torch.cuda.get_device_name()}, PyTorch {torch.__version__}", file=sys.stderr)
    for name in given.presets or [*TABLE_9]:
        print(json.dumps(measured(presets()[name], given.memory, given.scratch, keep=given.keep)), flush=True)
    return 0


def measured(preset: Preset, memory: str, scratch: Path | None, *, keep: bool) -> dict[str, Any]:
    """One preset: what it took, what was estimated, and the paper's figures where it has them."""
    folder = Path(scratch or tempfile.gettempdir()) / f"popcorn-full-{preset.name}"
    try:
        if not (folder / "model_index.json").is_file():
            _build(preset.name, folder)
        return {"preset": preset.name, **_rendered(preset, folder, memory), **_paper(preset.name)}
    finally:
        if not keep:
            shutil.rmtree(folder, ignore_errors=True)


def _build(name: str, folder: Path) -> None:
    """Random weights, drawn on the device where there is room: on a processor that takes minutes."""
    import torch

    before = torch.get_default_dtype()
    torch.set_default_dtype(torch.bfloat16)
    try:
        with torch.device("cuda"):
            pipe = BUILDERS[name]()
        pipe.to("cpu").save_pretrained(folder, safe_serialization=True)
    finally:
        torch.set_default_dtype(before)
        torch.cuda.empty_cache()


def _rendered(preset: Preset, folder: Path, memory: str) -> dict[str, Any]:
    import torch

    found = weights(preset, str(folder))
    preset = replace(preset, billions=counted(found) or preset.billions)
    planned, machine, keeper = plan(REQUEST, preset), this_machine(), Keeper()
    rung = ways(memory, preset, planned, machine)[0]
    torch.cuda.reset_peak_memory_stats()
    started = time.perf_counter()
    loaded = keeper.load(Wanted(preset, found), machine, rung)
    loading = time.perf_counter() - started
    steps: list[float] = []
    call = Call(preset, planned, words_for(REQUEST, preset, planned), 0, preset.steps, preset.guidance)
    started = time.perf_counter()
    try:
        denoise(loaded.pipe, call, lambda done, total: steps.append(time.perf_counter() - started))
        torch.cuda.synchronize()
    finally:
        seconds = time.perf_counter() - started
        peak = torch.cuda.max_memory_allocated()
        del loaded
        keeper.drop()
    return {
        "frames": f"{planned.frames} of {planned.width}x{planned.height}",
        "steps": preset.steps,
        "kept": rung.value,
        "peak_mb": round(peak / 2**20),
        "estimated_mb": round(need(rung, preset, planned, machine).device / 2**20),
        "seconds": round(seconds, 1),
        "of_which_denoising": round(steps[-1], 1),
        "estimated_seconds": round(tera_operations(preset, planned) / machine.tflops, 1) if machine.tflops else None,
        "loading": round(loading, 1),
    }


def _paper(name: str) -> dict[str, int]:
    if name not in TABLE_9:
        return {}
    peak, seconds = TABLE_9[name]
    return {"table_9_mb": peak, "table_9_seconds": seconds}


if __name__ == "__main__":
    sys.exit(main())
