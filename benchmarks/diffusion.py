"""Video models at full size with random weights: peak memory and seconds a video, beside the paper's Table 9.

    python -m popcorn.benchmarks.diffusion [PRESET ...] [--memory WAY] [--scratch FOLDER] [--keep]

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
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from popcorn.errors import PopcornError
from popcorn.tools.video.diffusion.calling import Call, denoise
from popcorn.tools.video.diffusion.forms import words_for
from popcorn.tools.video.diffusion.keeper import Keeper, Wanted
from popcorn.tools.video.diffusion.machine import this_machine
from popcorn.tools.video.diffusion.memory import need, tera_operations, ways
from popcorn.tools.video.diffusion.plan import plan
from popcorn.tools.video.diffusion.presets import Preset, presets
from popcorn.tools.video.diffusion.source import counted, weights
from popcorn.tools.video.types import RenderRequest

TABLE_9 = {"cogvideox-5b": (28_788, 170), "hunyuan": (12_016, 54), "ltx": (27_100, 20)}
REQUEST = RenderRequest("Sealed pot biryani", "Close-up of a sealed clay pot, the lid lifts, steam in golden light.")
LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789.,:;'-"
_T5: dict[str, Any] = {
    "vocab_size": 32128,
    "d_model": 4096,
    "d_kv": 64,
    "d_ff": 10240,
    "num_layers": 24,
    "num_heads": 64,
    "feed_forward_proj": "gated-gelu",
}


def _t5_tokenizer() -> Any:
    from transformers import T5TokenizerFast

    vocab = [("<pad>", 0.0), ("</s>", 0.0), ("<unk>", 0.0), ("▁", -2.0), *((char, -8.0) for char in LETTERS)]
    return T5TokenizerFast(vocab=vocab, extra_ids=0)


def _t5() -> dict[str, Any]:
    from transformers import T5Config, T5EncoderModel

    return {"tokenizer": _t5_tokenizer(), "text_encoder": T5EncoderModel(T5Config(**_T5))}


def cogvideox() -> Any:
    """CogVideoX-5B: 42 layers of 48 heads."""
    from diffusers import AutoencoderKLCogVideoX, CogVideoXDPMScheduler, CogVideoXPipeline, CogVideoXTransformer3DModel

    return CogVideoXPipeline(
        **_t5(),
        vae=AutoencoderKLCogVideoX(scaling_factor=0.7),
        transformer=CogVideoXTransformer3DModel(
            num_attention_heads=48, num_layers=42, use_rotary_positional_embeddings=True
        ),
        scheduler=CogVideoXDPMScheduler(),
    )


def ltx() -> Any:
    """LTX-Video 2B, as the classes' own defaults have it."""
    from diffusers import (
        AutoencoderKLLTXVideo,
        FlowMatchEulerDiscreteScheduler,
        LTXPipeline,
        LTXVideoTransformer3DModel,
    )

    return LTXPipeline(
        **_t5(),
        vae=AutoencoderKLLTXVideo(),
        transformer=LTXVideoTransformer3DModel(),
        scheduler=FlowMatchEulerDiscreteScheduler(use_dynamic_shifting=True),
    )


def hunyuan() -> Any:
    """HunyuanVideo, as the classes' own defaults have it, with a Llama of 8B and CLIP-L."""
    from diffusers import (
        AutoencoderKLHunyuanVideo,
        FlowMatchEulerDiscreteScheduler,
        HunyuanVideoPipeline,
        HunyuanVideoTransformer3DModel,
    )
    from transformers import CLIPTextConfig, CLIPTextModel, CLIPTokenizer, LlamaConfig, LlamaModel, LlamaTokenizerFast

    words = ["<unk>", "<s>", "</s>", "<pad>", "▁", *LETTERS]
    marks = ["<|startoftext|>", "<|endoftext|>"]
    clip = {token: place for place, token in enumerate([*LETTERS, *(char + "</w>" for char in LETTERS), *marks])}
    llama = LlamaConfig(
        vocab_size=128320,
        hidden_size=4096,
        intermediate_size=14336,
        num_hidden_layers=32,
        num_attention_heads=32,
        num_key_value_heads=8,
        pad_token_id=3,
    )
    clip_config = CLIPTextConfig(
        hidden_size=768,
        intermediate_size=3072,
        num_hidden_layers=12,
        num_attention_heads=12,
        projection_dim=768,
        bos_token_id=clip[marks[0]],
        eos_token_id=clip[marks[1]],
        pad_token_id=clip[marks[1]],
    )
    return HunyuanVideoPipeline(
        text_encoder=LlamaModel(llama),
        tokenizer=LlamaTokenizerFast(
            vocab={word: place for place, word in enumerate(words)},
            merges=[],
            legacy=False,
            pad_token="<pad>",  # noqa: S106 - no secret
        ),
        transformer=HunyuanVideoTransformer3DModel(),
        vae=AutoencoderKLHunyuanVideo(),
        scheduler=FlowMatchEulerDiscreteScheduler(shift=7.0),
        text_encoder_2=CLIPTextModel(clip_config),
        tokenizer_2=CLIPTokenizer(vocab=clip, merges=[], model_max_length=77),
    )


def _wan(transformer: dict[str, int], vae: dict[str, Any], **pipeline: Any) -> Any:
    from diffusers import AutoencoderKLWan, UniPCMultistepScheduler, WanPipeline, WanTransformer3DModel
    from transformers import UMT5Config, UMT5EncoderModel

    return WanPipeline(
        tokenizer=_t5_tokenizer(),
        text_encoder=UMT5EncoderModel(UMT5Config(**{**_T5, "vocab_size": 256384})),
        vae=AutoencoderKLWan(**vae),
        transformer=WanTransformer3DModel(num_layers=30, **transformer),
        scheduler=UniPCMultistepScheduler(prediction_type="flow_prediction", use_flow_sigmas=True, flow_shift=5.0),
        **pipeline,
    )


def wan21() -> Any:
    """Wan2.1 T2V 1.3B."""
    return _wan({"num_attention_heads": 12, "ffn_dim": 8960}, {})


def wan22() -> Any:
    """Wan2.2 TI2V 5B, with its decoder of 16x16 pixels a latent."""
    decoder = {
        "base_dim": 160,
        "decoder_base_dim": 256,
        "z_dim": 48,
        "is_residual": True,
        "in_channels": 12,
        "out_channels": 12,
        "patch_size": 2,
        "scale_factor_spatial": 16,
        "latents_mean": [0.0] * 48,
        "latents_std": [1.0] * 48,
    }
    transformer = {"num_attention_heads": 24, "ffn_dim": 14336, "in_channels": 48, "out_channels": 48}
    return _wan(transformer, decoder, expand_timesteps=True)


BUILDERS: dict[str, Callable[[], Any]] = {
    "cogvideox-5b": cogvideox,
    "hunyuan": hunyuan,
    "ltx": ltx,
    "wan2.1-1.3b": wan21,
    "wan2.2-5b": wan22,
}


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
