"""A cover by an image model, from the draft's cover prompt."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from PIL import Image, ImageOps

from ...errors import MissingError, RenderError, RequestError
from ...home import expanded
from ...imports import import_transformers
from .covers import write_jpeg
from .types import RenderRequest

if TYPE_CHECKING:
    from numpy.typing import NDArray

_GRID = 16
"""Pixels that both sides of a generated picture are multiples of: what latents and patches of every family divide."""
_INDEX = "model_index.json"


def open_image_model(folder: str) -> Any:
    """The pipeline of a folder, in memory. Raises MissingError without diffusers, RequestError for no image model."""
    try:
        import torch

        import_transformers()
        from diffusers import AutoPipelineForText2Image
    except ImportError as exc:
        raise MissingError(
            "covers by an image model need diffusers", hint="Install it: pip install 'llmpopcorn[video]'"
        ) from exc

    on_gpu = torch.cuda.is_available()
    try:
        pipeline = AutoPipelineForText2Image.from_pretrained(
            folder, dtype=torch.bfloat16 if on_gpu else torch.float32, use_safetensors=True, local_files_only=True
        )
    except (OSError, ValueError) as exc:
        raise RequestError(
            f"{folder!r} cannot be used as an image model: {exc}",
            hint="Give a text-to-image pipeline with safetensors weights.",
        ) from exc
    pipeline.set_progress_bar_config(disable=True)
    if on_gpu:
        pipeline.enable_model_cpu_offload()
    return pipeline


def draw_cover(
    model: str,
    request: RenderRequest,
    size: tuple[int, int],
    out: Path,
    opened: Callable[[str], Any] = open_image_model,
) -> Path:
    """Write a cover of `size` (width, height), a JPEG, made by an image model from the request's cover prompt.

    `model` is a folder as `save_pretrained` writes it, or a repository in the cache; nothing is fetched.
    `opened` gives the pipeline of a folder, where somebody keeps it. Raises MissingError when it or the extra is
    absent, RequestError when it is no image model or there is no prompt, RenderError when it runs out of memory or
    `out` cannot be written.
    """
    prompt = request.cover_prompt or request.video_prompt
    if not prompt.strip():
        raise RequestError("there is no prompt for the cover", hint="Say what it shows.")
    drawn = _drawn(opened(str(_folder(model))), prompt, size, request.seed)
    fitted = ImageOps.fit(Image.fromarray(drawn), size, Image.Resampling.LANCZOS)
    return write_jpeg(np.asarray(fitted), out)


def _folder(model: str) -> Path:
    folder = expanded(model)
    if folder.is_dir():
        return folder.absolute()
    if model.startswith((".", "/", "~")) or model.count("/") != 1:
        raise MissingError(
            f"there is no folder {model!r} with an image model",
            hint=f"give a folder that holds {_INDEX}, or a repository such as stabilityai/sdxl-turbo",
        )
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HFValidationError, LocalEntryNotFoundError

    try:
        return Path(snapshot_download(model, local_files_only=True))
    except (LocalEntryNotFoundError, HFValidationError) as exc:
        raise MissingError(
            f"the image model {model!r} is not on this machine",
            hint=f"Run `hf download {model}`, or name a folder: --cover FOLDER",
        ) from exc


def _drawn(pipeline: Any, prompt: str, size: tuple[int, int], seed: int) -> NDArray[np.uint8]:
    """One picture (H, W, 3) uint8 near the shape of `size`, with as many pixels as the model was trained for."""
    import torch

    width, height = _near(size, _trained_side(pipeline))
    given: dict[str, Any] = {"prompt": prompt, "width": width, "height": height, "output_type": "np"}
    given["generator"] = torch.Generator("cpu").manual_seed(seed)
    takes = inspect.signature(type(pipeline).__call__).parameters
    try:
        output = pipeline(**{name: value for name, value in given.items() if name in takes})
    except torch.OutOfMemoryError as exc:
        raise RenderError(
            f"the image model ran out of memory at {width}x{height}",
            hint='Choose a smaller one, or make do with a frame: --cover "".',
        ) from exc
    return np.asarray(np.rint(np.clip(output.images[0], 0, 1) * 255), np.uint8)


def _trained_side(pipeline: Any) -> int:
    """The side of the squares that a model was trained on: most pipelines know it, the others' networks do."""
    network: Any = getattr(pipeline, "unet", None) or pipeline.transformer
    cells = getattr(pipeline, "default_sample_size", None) or getattr(network.config, "sample_size", None) or 128
    return int(cells) * int(getattr(pipeline, "vae_scale_factor", 8))


def _near(size: tuple[int, int], side: int) -> tuple[int, int]:
    """Width and height on the grid, of the shape of `size` and the area of a square of `side`."""
    ratio = (size[0] / size[1]) ** 0.5
    return max(_GRID, round(side * ratio / _GRID) * _GRID), max(_GRID, round(side / ratio / _GRID) * _GRID)
