"""Weights on disk made into a pipeline that is ready to be called."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from typing import Any

from ....errors import DataError, MissingError, RenderError
from ....imports import importing_transformers
from ....settings_sources import user_file
from .memory import Machine, Rung
from .presets import Preset
from .source import Weights

_log = logging.getLogger(__name__)

Pipeline = Any
"""A diffusers pipeline: its classes share no type that has what is used here, components and a call of their own."""

_NEEDED = ("diffusers", "accelerate", "sentencepiece", "psutil")
_CACHE_THRESHOLD = 0.08  # of first-block caching: diffusers' documentation has 0.05 to 0.2


def check_extra(preset: str) -> None:
    """Raise MissingError when the libraries for video models are not installed; loads none of them."""
    absent = [name for name in _NEEDED if find_spec(name) is None]
    if absent:
        raise MissingError(
            f"the renderer {preset!r} needs libraries that are not installed: {', '.join(absent)}",
            hint='run `pip install "llmpopcorn[video]"`',
        )


def load_pipeline(preset: Preset, weights: Weights, machine: Machine, rung: Rung) -> Pipeline:
    """The pipeline, kept in memory as `rung` says, on the machine's device.

    Only safetensors are read, and nothing is fetched. Raises DataError when the folder's files are not what its index
    says, and torch.OutOfMemoryError when it does not fit.
    """
    import diffusers
    import torch
    from safetensors import SafetensorError

    with quietly():
        try:
            pipe = getattr(diffusers, preset.pipeline).from_pretrained(
                weights.folder,
                use_safetensors=True,
                local_files_only=True,
                dtype=_dtypes(preset, machine),
                **_quantised(preset, rung),
            )
        except (OSError, ValueError, KeyError, TypeError, AttributeError, RuntimeError, SafetensorError) as exc:
            if needs_memory(exc):
                raise
            raise DataError(
                f"{weights.model!r} cannot be loaded as {preset.title}: {_first_line(exc)}",
                hint="fetch the weights again; they have to be safetensors in the layout of diffusers",
            ) from exc
        _shift(pipe, preset)
        _place(pipe, rung, torch.device(machine.device), _dtype(preset.dtype, machine))
        pipe.set_progress_bar_config(disable=True)
    return pipe


def speed_up(pipe: Pipeline, preset: Preset, *, step_cache: bool, compiled: bool) -> tuple[str, ...]:
    """Turn on what was asked for, and say what could not be."""
    notes = []
    if step_cache:
        notes += _cache_steps(pipe, preset)
    if compiled:
        notes += _compile(pipe, preset)
    return tuple(notes)


def _dtypes(preset: Preset, machine: Machine) -> Any:
    if not machine.has_accelerator:
        return _dtype(preset.dtype, machine)
    return {"default": _dtype(preset.dtype, machine)} | {
        component: _dtype(name, machine) for component, name in preset.dtypes.items()
    }


def _dtype(name: str, machine: Machine) -> Any:
    """A processor computes in float32: in 16 bits it is slower, and for some operations not able to."""
    import torch

    return getattr(torch, name) if machine.has_accelerator else torch.float32


def _quantised(preset: Preset, rung: Rung) -> dict[str, Any]:
    if rung is not Rung.FOUR_BIT:
        return {}
    import torch
    from diffusers.quantizers import PipelineQuantizationConfig

    return {
        "quantization_config": PipelineQuantizationConfig(
            quant_backend="bitsandbytes_4bit",
            quant_kwargs={
                "load_in_4bit": True,
                "bnb_4bit_quant_type": "nf4",
                "bnb_4bit_compute_dtype": getattr(torch, preset.dtype),
            },
            components_to_quantize=["transformer", "text_encoder"],
        )
    }


def _shift(pipe: Pipeline, preset: Preset) -> None:
    """Set the scheduler's flow shift, which is called `flow_shift` in some and `shift` in others."""
    if preset.flow_shift is None:
        return
    name = "flow_shift" if "flow_shift" in pipe.scheduler.config else "shift"
    pipe.scheduler = type(pipe.scheduler).from_config(pipe.scheduler.config, **{name: preset.flow_shift})


def _place(pipe: Pipeline, rung: Rung, device: Any, dtype: Any) -> None:
    if rung.tiles:
        pipe.vae.enable_tiling()
    match rung:
        case Rung.RESIDENT:
            pipe.to(device)
        case Rung.OFFLOAD | Rung.FOUR_BIT:
            pipe.enable_model_cpu_offload(device=device)
        case Rung.SEQUENTIAL:
            pipe.enable_sequential_cpu_offload(device=device)
        case Rung.FP8:
            _store_in_fp8(pipe, device, dtype)
        case Rung.GROUP:
            _offload_groups(pipe, device)


def _store_in_fp8(pipe: Pipeline, device: Any, dtype: Any) -> None:
    import torch

    pipe.transformer.enable_layerwise_casting(storage_dtype=torch.float8_e4m3fn, compute_dtype=dtype)
    if device.type != "cpu":
        pipe.enable_model_cpu_offload(device=device)


def _offload_groups(pipe: Pipeline, device: Any) -> None:
    """Blocks come to the device one ahead of their turn; what decodes stays there: tiles go through it many times."""
    import torch

    decoders = [name for name in ("vae", "audio_vae", "vocoder") if name in pipe.components]
    pipe.enable_group_offload(
        onload_device=device,
        offload_device=torch.device("cpu"),
        offload_type="block_level",
        num_blocks_per_group=1,
        use_stream=device.type == "cuda",
        exclude_modules=decoders,
    )


def _cache_steps(pipe: Pipeline, preset: Preset) -> list[str]:
    """First-block caching: a step whose first block changes little takes the other blocks from the step before."""
    if preset.distilled:
        return [f"steps are not cached: {preset.title} is distilled, and needs each of its {preset.steps}"]
    from diffusers import FirstBlockCacheConfig

    try:
        pipe.transformer.enable_cache(FirstBlockCacheConfig(threshold=_CACHE_THRESHOLD))
    except (AttributeError, ValueError) as exc:
        _log.info("no step cache for %s: %s", preset.name, exc)
        return [f"steps are not cached: {preset.title} does not support it"]
    return [f"steps are cached where the first block changes by less than {_CACHE_THRESHOLD:.0%}"]


def _compile(pipe: Pipeline, preset: Preset) -> list[str]:
    """Regional compilation: the block that is repeated is compiled once."""
    if not getattr(pipe.transformer, "_repeated_blocks", None):
        return [f"it is not compiled: {preset.title} names no repeated block"]
    pipe.transformer.compile_repeated_blocks()
    return ["repeated blocks are compiled"]


@contextmanager
def quietly() -> Iterator[None]:
    """Keep the libraries' own progress bars and hints off the terminal, which is the caller's."""
    with importing_transformers():
        from diffusers.utils import logging as of_diffusers
        from transformers.utils import logging as of_transformers

    of_diffusers.disable_progress_bar()
    of_transformers.disable_progress_bar()
    before = of_diffusers.get_verbosity(), of_transformers.get_verbosity()
    of_diffusers.set_verbosity_error()
    of_transformers.set_verbosity_error()
    try:
        yield
    finally:
        of_diffusers.set_verbosity(before[0])
        of_transformers.set_verbosity(before[1])


def _first_line(exc: Exception) -> str:
    lines = str(exc).strip().splitlines() or [type(exc).__name__]
    return lines[0][:300]


def needs_memory(exc: BaseException) -> bool:
    """True when there was too little memory, on the device or beside it."""
    import torch

    if isinstance(exc, torch.OutOfMemoryError | MemoryError):
        return True
    return isinstance(exc, RuntimeError) and "can't allocate memory" in str(exc)


def out_of_memory(preset: Preset, machine: Machine, tried: list[Rung]) -> RenderError:
    """The sentence for a model that did not fit, even one way further down."""
    ways = " and ".join(f"{rung.value!r}" for rung in tried)
    return RenderError(
        f"{preset.title} ran out of memory on {machine.name}, kept {ways}",
        hint=f'Under [renderers."{preset.name}"] in {user_file()} set memory to a sparing way such as '
        f"{'sequential' if machine.has_accelerator else 'fp8'}, or choose a smaller model such as wan2.1-1.3b.",
    )
