"""Pretrained models by name or folder: found, told apart, and loaded from safetensors only."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from ....errors import MissingError
from ....home import expanded
from ....trust.hub_snapshot import snapshot

_WANTED = ["*.json", "*.txt", "*.model", "*.safetensors"]
_UNWANTED = ["onnx/*", "openvino/*"]

Part = TypeVar("Part")


@dataclass(frozen=True, slots=True)
class ModelFiles:
    """A pretrained model on this computer."""

    name: str
    """As it was asked for."""
    folder: Path
    revision: str
    """The commit on the Hugging Face hub, or a digest of a local folder's files."""

    @property
    def weights(self) -> int:
        """Bytes of its safetensors files."""
        return sum(path.stat().st_size for path in self.folder.glob("*.safetensors"))

    def __str__(self) -> str:
        return f"{self.name} ({self.revision[:12]})"


def find_model(name: str) -> ModelFiles:
    """The model `name`: a folder, or `owner/model` or `owner/model@revision` on the Hugging Face hub.

    A model of the hub is fetched when it was not before. Raises MissingError when it cannot be had, or has no weights
    as safetensors: other formats would have to be unpickled.
    """
    path = expanded(name)
    if path.is_dir():
        found = ModelFiles(path.name, path.resolve(), _digest(path))
    elif not name.strip() or path.is_absolute() or name.startswith((".", "~")):
        raise MissingError(f"there is no model at {name!r}: no such folder", hint="Name a folder with a model.")
    else:
        folder = _snapshot(name)
        found = ModelFiles(name.partition("@")[0], folder, folder.name)
    if not any(found.folder.glob("*.safetensors")):
        raise MissingError(
            f"the model {name!r} has no weights as safetensors, and nothing else is loaded",
            hint="Name a revision that has them (owner/model@revision), or a folder with model.safetensors.",
        )
    return found


def check_kind(files: ModelFiles, role: str, kind: str) -> None:
    """Raises MissingError when the model's config.json says that it is of another kind than `kind`."""
    try:
        facts = json.loads((files.folder / "config.json").read_text(encoding="utf-8"))
        found = str(facts["model_type"])
    except (OSError, ValueError, KeyError, TypeError) as exc:
        raise MissingError(
            f"the model {files.name!r} for {role!r} has no config.json that says of which kind it is",
            hint=f"Name a folder with a model of the kind {kind}, and all of its files.",
        ) from exc
    if found != kind:
        raise MissingError(
            f"the model {files.name!r} for {role!r} is of the kind {found}, and one of the kind {kind} is needed",
            hint=f"Give --model {role}=NAME another name.",
        )


def load_part(files: ModelFiles, load: Callable[[str], Part]) -> Part:
    """What `load` makes of the model's folder. Raises MissingError when its files are damaged or of another kind."""
    try:
        return load(str(files.folder))
    except Exception as exc:
        # safetensors, tokenizers, transformers and torch each raise kinds of their own about files they cannot read.
        reason = (str(exc).strip().splitlines() or [type(exc).__name__])[0]
        raise MissingError(
            f"the model {files.name!r} cannot be loaded from {str(files.folder)!r}: {reason}",
            hint="Get the model's files again, or name another.",
        ) from exc


def _snapshot(name: str) -> Path:
    repository, _, revision = name.partition("@")
    return snapshot(
        repository,
        f"there is no folder {name!r}, and the model",
        hint="Check the name and the network, or name a folder that is there.",
        revision=revision or None,
        allow_patterns=_WANTED,
        ignore_patterns=_UNWANTED,
    )


def _digest(folder: Path) -> str:
    """Of the names and contents of the files that a model is loaded from."""
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.suffix in {".json", ".txt", ".model", ".safetensors"}:
            with path.open("rb") as file:
                content = hashlib.file_digest(file, "sha256").hexdigest()
            digest.update(f"{path.relative_to(folder).as_posix()} {content}\n".encode())
    return digest.hexdigest()
