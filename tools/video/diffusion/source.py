"""Where a preset's weights are on this machine: a folder, or a repository in the cache. Nothing is fetched here."""

from __future__ import annotations

import hashlib
import json
import math
from dataclasses import dataclass
from pathlib import Path

from ....errors import DataError, MissingError, RequestError
from ....home import expanded
from .presets import Billions, Preset, presets

_INDEX = "model_index.json"
_PARTS = {
    "text_encoder": "text",
    "connectors": "text",
    "transformer": "transformer",
    "vae": "decode",
    "audio_vae": "decode",
    "vocoder": "decode",
}
"""Which figure of an estimate a pipeline's folder counts towards."""


@dataclass(frozen=True, slots=True)
class Weights:
    """A folder as `save_pretrained` writes it."""

    folder: Path
    model: str
    """The repository, or the folder as it was named."""
    revision: str
    """The commit of a repository; for a folder the digest of its files' names, sizes and times."""


def weights(preset: Preset, model: str = "", revision: str = "") -> Weights:
    """The weights in the folder or cached repository `model`, by default the preset's own repository.

    Raises MissingError when they are not on this machine, RequestError when they are another model's, DataError when
    the folder cannot be read as a pipeline.
    """
    named = model or preset.repository
    if model and expanded(model).is_dir():  # a preset's own repository is no folder of where one stands
        folder = expanded(named).absolute()
        local = Weights(folder, named, _state(folder))
    elif named.startswith((".", "/", "~")) or named.count("/") != 1:
        raise MissingError(
            f"there is no folder {named!r} with weights for {preset.name}",
            hint=f"give a folder that holds {_INDEX}, or a repository such as {preset.repository}",
        )
    else:
        folder = _cached(preset, named, revision)
        local = Weights(folder, named, folder.name)
    _check(local, preset)
    return local


def counted(found: Weights) -> Billions | None:
    """The parameters that are really there, from the headers of the files; None where one of them cannot be read."""
    from safetensors import SafetensorError, safe_open

    sums = {"text": 0, "transformer": 0, "decode": 0}
    for file in found.folder.glob("*/*.safetensors"):
        part = _PARTS.get(file.parent.name.rstrip("_0123456789"))
        if part is None:
            continue
        try:
            with safe_open(file, framework="np") as opened:
                sums[part] += sum(math.prod(opened.get_slice(name).get_shape()) for name in opened.keys())  # noqa: SIM118
        except (OSError, SafetensorError):
            return None
    return Billions(**{part: count / 1e9 for part, count in sums.items()})


def known_revision(preset: Preset, model: str = "", revision: str = "") -> str:
    """The revision that would be used, as far as it can be told: what was asked for when the weights are absent."""
    try:
        return weights(preset, model, revision).revision
    except MissingError:
        return revision


def _cached(preset: Preset, repository: str, revision: str) -> Path:
    """The snapshot of a repository in Hugging Face's cache."""
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HFValidationError, LocalEntryNotFoundError

    at = f" --revision {revision}" if revision else ""
    try:
        folder = Path(snapshot_download(repository, revision=revision or None, local_files_only=True))
    except (LocalEntryNotFoundError, HFValidationError) as exc:
        wanted = f"{repository!r} at {revision!r}" if revision else repr(repository)
        raise MissingError(
            f"the weights {wanted} are not on this machine",
            hint=f'Run `hf download {repository}{at} --include "*/*" --include {_INDEX}` '
            f"(about {_download(preset):.0f} GB), or name a folder: --renderer {preset.name}=FOLDER",
        ) from exc
    return folder


def _download(preset: Preset) -> float:
    """Gigabytes in 16 bits, as most repositories have them."""
    size = preset.billions
    return 2 * (size.text + size.transformer + size.decode)


def _check(found: Weights, preset: Preset) -> None:
    """That the folder holds a pipeline of the preset's class."""
    index = found.folder / _INDEX
    try:
        kind = json.loads(index.read_text(encoding="utf-8"))["_class_name"]
    except FileNotFoundError as exc:
        raise DataError(
            f"{str(found.folder)!r} holds no pipeline: there is no {_INDEX} in it",
            hint="give the folder that holds transformer, vae and text_encoder, in the layout of diffusers",
        ) from exc
    except (OSError, ValueError, KeyError, TypeError) as exc:
        raise DataError(f"{str(index)!r} cannot be read: {exc}", hint="fetch the weights again") from exc
    if kind not in {preset.pipeline, preset.also or preset.pipeline}:
        others = [one.name for one in presets().values() if one.pipeline == kind]
        raise RequestError(
            f"{found.model!r} holds a {kind}, and {preset.name} is a {preset.pipeline}",
            hint=f"did you mean --renderer {others[0]}={found.model}?" if others else "give the right folder",
        )


def _state(folder: Path) -> str:
    """A digest that changes when a file in the folder does, without reading the weights."""
    digest = hashlib.sha256()
    for file in sorted(folder.rglob("*")):
        if file.is_file():
            facts = file.stat()
            digest.update(f"{file.relative_to(folder)}\0{facts.st_size}\0{facts.st_mtime_ns}\0".encode())
    return digest.hexdigest()[:16]
