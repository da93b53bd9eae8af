"""A choice model on disk: `manifest.json` and a safetensors file that it names; no texts, and nothing is unpickled.

A new one is written beside the old one and becomes current in one rename.
"""

from __future__ import annotations

import hashlib
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from .... import files
from ....errors import DataError
from ....version import VERSION
from ...embedding.minilm import DIMENSION, LAYERS
from ..manifests import MANIFEST, Arrays, read_arrays, reason, writing
from ..tuned_encoder import encoder_arrays, encoder_of
from .fitted import FittedChoice
from .layers import Layers
from .lexicon import BUCKETS, Lexicon
from .manifest import FORMAT, KIND, TRAIN_AGAIN, ChoiceManifest, read_choice_manifest

if TYPE_CHECKING:
    from numpy.typing import NDArray

PRIOR = "prior"
"""The folder of the model that it goes on from."""
_FILES = "choice-*.safetensors"


def save_choice(folder: Path, fitted: FittedChoice, *, shared: bool = False) -> ChoiceManifest:
    """Make `fitted` what stands at `folder`. Raises StoreError when it cannot be written."""
    from safetensors.numpy import save

    content = save({name: np.ascontiguousarray(array) for name, array in _arrays_of(fitted).items()})
    sha256 = hashlib.sha256(content).hexdigest()
    manifest = ChoiceManifest(
        format=FORMAT,
        predictor=KIND,
        facts=fitted.facts,
        encoders=len(fitted.encoders),
        layers=fitted.layers is not None,
        prior=fitted.prior is not None,
        blend=fitted.blend,
        margin=fitted.margin,
        domain=fitted.domain,
        popcorn_version=VERSION,
        file=f"choice-{sha256[:16]}.safetensors",
        file_sha256=sha256,
        levels=fitted.levels is not None,
    )
    if fitted.prior:
        save_choice(folder / PRIOR, fitted.prior, shared=shared)
    with writing(folder):
        files.write_bytes(folder / manifest.file, content, shared=shared)
        files.write_json(folder / MANIFEST, asdict(manifest), shared=shared)
        for old in folder.glob(_FILES):
            if old.name != manifest.file:
                old.unlink(missing_ok=True)
    return manifest


def open_choice(folder: Path) -> FittedChoice:
    """The choice model at `folder`. Raises what `read_choice_manifest` raises, and DataError for a damaged file."""
    manifest = read_choice_manifest(folder)
    try:
        return _opened(folder, manifest)
    except DataError:
        newer = read_choice_manifest(folder)
        if newer == manifest:
            raise
        return _opened(folder, newer)  # another process has replaced it meanwhile


def _opened(folder: Path, manifest: ChoiceManifest) -> FittedChoice:
    arrays = read_arrays(folder / manifest.file, manifest.file_sha256, damaged=TRAIN_AGAIN)
    try:
        return FittedChoice(
            facts=manifest.facts,
            encoders=tuple(encoder_of(f"encoder.{number}.", arrays) for number in range(manifest.encoders)),
            layers=_layers("layers", arrays) if manifest.layers else None,
            lexicon=lexicon_of(arrays),
            blend=manifest.blend,
            margin=manifest.margin,
            domain=manifest.domain,
            prior=open_choice(folder / PRIOR) if manifest.prior else None,
            levels=_layers("levels", arrays) if manifest.levels else None,
        )
    except (KeyError, ValueError) as exc:
        raise DataError(f"the choice model {str(folder)!r} is damaged: {reason(exc)}", hint=TRAIN_AGAIN) from exc


def _arrays_of(fitted: FittedChoice) -> dict[str, NDArray[Any]]:
    arrays: dict[str, NDArray[Any]] = lexicon_arrays(fitted.lexicon)
    for name, part in (("layers", fitted.layers), ("levels", fitted.levels)):
        if part:
            arrays[f"{name}.weights"] = part.weights
    for number, encoder in enumerate(fitted.encoders):
        arrays |= encoder_arrays(f"encoder.{number}.", encoder)
    return arrays


def lexicon_arrays(lexicon: Lexicon) -> dict[str, NDArray[Any]]:
    """A lexicon as arrays of a file."""
    return {"words.rarity": lexicon.rarity.astype(np.float16), "words.weights": lexicon.weights.astype(np.float16)}


def lexicon_of(arrays: Arrays) -> Lexicon:
    """The lexicon that `lexicon_arrays` made arrays of. Raises KeyError and ValueError where they are not."""
    rarity, weights = (arrays[f"words.{name}"].astype(np.float32) for name in ("rarity", "weights"))
    if rarity.shape != (BUCKETS,) or weights.shape != (BUCKETS,):
        raise ValueError(f"the words have {len(weights):,} weights, not {BUCKETS:,}")
    return Lexicon(rarity, weights)


def _layers(name: str, arrays: Arrays) -> Layers:
    weights = arrays[f"{name}.weights"].astype(np.float32)
    if weights.shape != (LAYERS * DIMENSION,):
        raise ValueError(f"the {name} have {weights.size:,} weights, not {LAYERS * DIMENSION:,}")
    return Layers(weights)
