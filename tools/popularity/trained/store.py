"""A trained predictor on disk: `manifest.json`, a safetensors file that it names, and a model card.

A new one is written beside the old one and becomes current in one rename. Nothing is unpickled. The bank holds
vectors, labels, tags and ids; no titles.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from .... import files
from ....errors import DataError
from ....version import VERSION
from ..manifests import MANIFEST, Arrays, packed, read_arrays, reason, unpacked, writing
from ..memory_bank import MemoryBank
from ..mmra.videos import Videos
from .fitted import FittedPredictor
from .least_span import LeastSpan
from .lexical import Lexical
from .manifest import FORMAT, GUESSED, KIND, TRAIN_AGAIN, TUNED, Origin, TrainedManifest, read_trained_manifest
from .networks import Networks
from .plain_words import PlainWords
from .steady import Steady
from .tuned_titles import titles_arrays, titles_of

if TYPE_CHECKING:
    from numpy.typing import NDArray


def save_predictor(folder: Path, fitted: FittedPredictor) -> TrainedManifest:
    """Make `fitted` what stands at `folder`. Raises StoreError when it cannot be written."""
    from safetensors.numpy import save

    content = save({name: np.ascontiguousarray(array) for name, array in _arrays_of(fitted).items()})
    sha256 = hashlib.sha256(content).hexdigest()
    manifest = TrainedManifest(
        format=GUESSED if fitted.facts.guesses_tags else TUNED if fitted.tuned else FORMAT,
        predictor=KIND,
        facts=fitted.facts,
        config=fitted.config,
        networks=len(fitted.networks),
        neighbours=fitted.neighbours,
        blend=fitted.blend,
        usual_nearness=fitted.usual_nearness,
        lexical_mean=fitted.lexical.mean if fitted.lexical else None,
        bank_digest=fitted.bank.digest,
        popcorn_version=VERSION,
        file=f"mmra-{sha256[:16]}.safetensors",
        file_sha256=sha256,
        scale=fitted.scale,
        domain=fitted.domain,
        bounds=fitted.steady.bounds if fitted.steady else None,
        span_levels=(fitted.steady.least.rarest, fitted.steady.least.mean) if fitted.steady else (0.0, 0.0),
    )
    with writing(folder):
        files.write_bytes(folder / manifest.file, content)
        files.write_json(folder / MANIFEST, asdict(manifest))
        for old in folder.glob("mmra-*.safetensors"):
            if old.name != manifest.file:
                old.unlink(missing_ok=True)
    return manifest


def open_trained(folder: Path) -> FittedPredictor:
    """The predictor at `folder`. Raises what `read_trained_manifest` raises, and DataError for a damaged file."""
    manifest = read_trained_manifest(folder)
    try:
        arrays = read_arrays(folder / manifest.file, manifest.file_sha256, damaged=TRAIN_AGAIN)
    except DataError:
        newer = read_trained_manifest(folder)
        if newer == manifest:
            raise
        manifest = newer  # another process has replaced it meanwhile
        arrays = read_arrays(folder / manifest.file, manifest.file_sha256, damaged=TRAIN_AGAIN)
    try:
        return _fitted(manifest, arrays)
    except (KeyError, ValueError, RuntimeError, DataError) as exc:
        raise DataError(f"the predictor {str(folder)!r} is damaged: {reason(exc)}", hint=TRAIN_AGAIN) from exc


def _arrays_of(fitted: FittedPredictor) -> dict[str, NDArray[Any]]:
    bank, videos = fitted.bank, fitted.videos
    arrays: dict[str, NDArray[Any]] = {
        "bank.ids": packed(bank.ids),
        "bank.tags": packed(bank.tags),
        "bank.labels": bank.labels.astype(np.float32),
        "bank.retrieval": bank.vectors.astype(np.float16),
        "tag_names": packed(fitted.tag_names),
        "held_out.predictions": fitted.held_out,
    }
    if videos.text is not videos.retrieval:
        arrays["bank.text"] = videos.text.astype(np.float16)
    if videos.frames is not None:
        arrays["bank.frames"] = videos.frames.astype(np.float16)
    if videos.frames_known is not None:
        arrays["bank.frames_known"] = videos.frames_known.astype(np.uint8)
    if fitted.lexical:
        arrays |= {"lexical.rarity": _half(fitted.lexical.rarity), "lexical.weights": _half(fitted.lexical.weights)}
    if fitted.plain_words:
        arrays["plain_words"] = np.packbits(fitted.plain_words.known)
    if fitted.steady:
        least = fitted.steady.least
        arrays |= {"span.rarity": _half(least.rarity), "span.weights": _half(least.weights)}
        arrays["span.direction"] = least.direction
    arrays |= titles_arrays(fitted.tuned)
    for number, weights in enumerate(fitted.networks.weights):
        arrays |= {f"network.{number}.{name}": value for name, value in weights.items()}
    return arrays


def _half(array: NDArray[np.float32]) -> NDArray[np.float16]:
    return array.astype(np.float16)


def _fitted(manifest: TrainedManifest, arrays: Arrays) -> FittedPredictor:
    """Raises KeyError, ValueError and RuntimeError for arrays that are not those of the manifest."""
    tag_names, bank = unpacked(arrays["tag_names"]), _bank(manifest.facts.origin, arrays)
    videos = _videos(arrays, bank, tag_names)
    networks = Networks(manifest.config, [_weights(number, arrays) for number in range(manifest.networks)])
    if videos.frames is not None or not networks.of_texts:
        networks.modules  # noqa: B018 - weights that do not fit are told of here, not at the first score
    return FittedPredictor(
        facts=manifest.facts,
        bank=bank,
        videos=videos,
        tag_names=tag_names,
        networks=networks,
        neighbours=manifest.neighbours,
        lexical=_lexical(manifest, arrays),
        tuned=titles_of(arrays, len(tag_names)),
        blend=manifest.blend,
        steady=_steady(manifest, arrays),
        held_out=arrays["held_out.predictions"].astype(np.float64),
        scale=manifest.scale,
        plain_words=_plain_words(arrays),
        domain=manifest.domain,
        usual_nearness=manifest.usual_nearness,
    )


def _bank(origin: Origin, arrays: Arrays) -> MemoryBank:
    return MemoryBank(
        ids=unpacked(arrays["bank.ids"]),
        vectors=arrays["bank.retrieval"].astype(np.float32),
        labels=arrays["bank.labels"].astype(np.float64),
        tags=unpacked(arrays["bank.tags"]),
        catalogue=origin.catalogue,
        catalogue_digest=origin.catalogue_digest,
        source=origin.source,
        encoder=origin.encoder,
        illustrative=origin.illustrative,
    )


def _videos(arrays: Arrays, bank: MemoryBank, tag_names: Sequence[str]) -> Videos:
    """The bank's videos as networks read them; one whose tag has no name has the number -1."""
    places = {name: place for place, name in enumerate(tag_names)}
    frames, known = arrays.get("bank.frames"), arrays.get("bank.frames_known")
    return Videos(
        text=arrays["bank.text"].astype(np.float32) if "bank.text" in arrays else bank.vectors,
        retrieval=bank.vectors,
        labels=bank.labels,
        tags=np.array([places.get(tag, -1) for tag in bank.tags], dtype=np.int64),
        frames=None if frames is None else frames.astype(np.float16, copy=False),
        frames_known=None if known is None else known.astype(np.bool_),
    )


def _lexical(manifest: TrainedManifest, arrays: Arrays) -> Lexical | None:
    if manifest.lexical_mean is None:
        return None
    rarity, weights = (arrays[f"lexical.{name}"].astype(np.float32) for name in ("rarity", "weights"))
    return Lexical(rarity, weights, manifest.lexical_mean)


def _steady(manifest: TrainedManifest, arrays: Arrays) -> Steady | None:
    if manifest.bounds is None:
        return None
    rarity, weights, direction = (
        arrays[f"span.{name}"].astype(np.float32) for name in ("rarity", "weights", "direction")
    )
    return Steady(LeastSpan(rarity, weights, direction, *manifest.span_levels), manifest.bounds)


def _plain_words(arrays: Arrays) -> PlainWords | None:
    bits = arrays.get("plain_words")
    return None if bits is None else PlainWords(np.unpackbits(bits.astype(np.uint8)).astype(np.bool_))


def _weights(number: int, arrays: Arrays) -> dict[str, NDArray[np.float32]]:
    prefix = f"network.{number}."
    return {
        name.removeprefix(prefix): value.astype(np.float32, copy=False)
        for name, value in arrays.items()
        if name.startswith(prefix)
    }
