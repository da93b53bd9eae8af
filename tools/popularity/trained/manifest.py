"""The manifest of a trained predictor: its facts, readable without loading what it is made of."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from pydantic import TypeAdapter

from ....errors import DataError
from ....trust import foreign_files
from ..calibration import Scale, no_scale
from ..domain import Domain
from ..manifests import MANIFEST, read_facts, reason, unpacked
from ..mmra.config import MMRAConfig
from ..neighbourhood import Settings
from ..reliability import Reliability
from ..types import Learned
from .blend import Blend
from .steady import Bounds

FORMAT = 2
"""2: the scale stands in the manifest, made of videos read as drafts are. Of format 1 only the predictions are kept."""
RESCALED = 3
"""3: as 2, with a scale of other videos than it learned from: who knows no shift would read that scale wrongly."""
TUNED = 4
"""4: as 2 or 3, with an encoder tuned on titles: who knows none would leave it out of the blend unsaid."""
GUESSED = 5
"""5: as 2 to 4, where drafts without a tag are read with those of their nearest videos."""
KIND = "mmra"
TESTED = "blend, on videos kept apart"
"""How the measures on test videos are called."""
OLDER = "it was trained by an older Popcorn, which did not check it on drafts: train it again"
TRAIN_AGAIN = "Train it again: popcorn predictor train."


@dataclass(frozen=True, slots=True)
class Origin:
    """Where the videos come from, for manifests, scores and model cards."""

    catalogue: str
    catalogue_digest: str
    source: str
    """How the set is named for people, e.g. `microlens`."""
    encoder: str
    """The text encoder that made the text features."""
    profile: str = ""
    """The feature profile that made frames and texts; empty when the catalogue's own vectors serve."""
    models: tuple[tuple[str, str], ...] = ()
    """What the profile's features were made by, name and revision: `Profile.describe`."""
    named: tuple[tuple[str, str], ...] = ()
    """Models that were named in place of the profile's own, by role: folders, or names on the hub with a revision."""
    illustrative: bool = False
    platform: str = ""
    """Where the videos were published, e.g. `youtube`: drafts for another platform are not judged. Empty for any."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known about how a predictor was made; manifests and model cards are written from it."""

    name: str
    origin: Origin
    seed: int
    rows: tuple[int, int, int]
    """Videos it learned from, chose on, and was tested on."""
    split_given: bool
    measures: tuple[tuple[str, float | None, float, float], ...]
    """Name, nMSE (None where labels are equal), SRC, MAE on held-out videos: of each member and the blend."""
    created: str = ""
    seconds: float = 0.0
    notes: tuple[str, ...] = ()
    tested: tuple[tuple[str, float, float], ...] = ()
    """The 95 % bootstrap intervals of nMSE, SRC and MAE on the videos kept apart: name, low, high."""
    reads_tags: bool = True
    """False where its scale does not hold for videos with their tags: a draft's tag then counts nothing."""
    guesses_tags: bool = False
    """Whether a draft without a tag is read with the tags of its nearest videos: `guessed_tags`."""
    reliability: Reliability | None = None
    """Ranks as shown against ranks as they were, on videos kept apart; None where the scale says nothing."""


@dataclass(frozen=True, slots=True)
class TrainedManifest:
    """The facts of a saved predictor."""

    format: int
    predictor: str
    """`mmra`: what kind of predictor it is."""
    facts: Facts
    config: MMRAConfig
    networks: int
    neighbours: Settings | None
    blend: Blend
    usual_nearness: float
    lexical_mean: float | None
    bank_digest: str
    popcorn_version: str
    file: str
    file_sha256: str
    scale: Scale = field(default_factory=lambda: no_scale(OLDER))
    domain: Domain = field(default_factory=Domain)
    bounds: Bounds | None = None
    """Of a predictor that reads the least span of a title; None for one that believes the whole title."""
    span_levels: tuple[float, float] = (0.0, 0.0)
    """`LeastSpan.rarest` and `LeastSpan.mean`."""


_BESIDE = {"neighbours": "nearest videos", "lexical": "words", "tuned": "a tuned encoder"}


def kind_of(config: MMRAConfig, blend: Blend) -> str:
    """What a predictor is, in a few words: `retrieval network beside words, text only`."""
    if config.variant == "reference":
        return "MMRA's network as published"
    beside = [_BESIDE[name] for name, _ in blend.weights if name in _BESIDE]
    others = f" beside {', '.join(beside[:-1])}{' and ' if beside[1:] else ''}{beside[-1]}" if beside else ""
    return f"retrieval network{others}, {'text and frames' if config.frame_dimension else 'text only'}"


def is_trained(folder: Path) -> bool:
    """Whether what stands at `folder` calls itself a trained predictor; a damaged manifest counts as one."""
    try:
        return bool(foreign_files.parse_json(foreign_files.read_file(folder / MANIFEST)).get("predictor", KIND) == KIND)
    except OSError:
        return False
    except (ValueError, AttributeError):
        return True


def read_trained_manifest(folder: Path) -> TrainedManifest:
    """The manifest at `folder`. Raises MissingError, NewerFormatError, and DataError when it is damaged."""
    text = edition_of(folder)
    path = folder / MANIFEST
    try:
        manifest = _adapter().validate_json(text)
    except (ValueError, DataError) as exc:
        raise DataError(f"the manifest {str(path)!r} is damaged: {reason(exc)}", hint=TRAIN_AGAIN) from exc
    if manifest.networks < 1 or not manifest.blend.weights:
        raise DataError(f"the manifest {str(path)!r} is damaged: it names no network or no member", hint=TRAIN_AGAIN)
    if Path(manifest.file).name != manifest.file:
        raise DataError(f"the manifest {str(path)!r} is damaged: it points outside its folder", hint=TRAIN_AGAIN)
    return manifest


def edition_of(folder: Path) -> bytes:
    """What tells one training at `folder` from the next. Raises MissingError, NewerFormatError, DataError."""
    return read_facts(folder, GUESSED, missing="`popcorn predictor train` makes one.", damaged=TRAIN_AGAIN)


def read_learned(folder: Path) -> Learned:
    """Which videos the predictor at `folder` has seen, without loading more of it than their ids.

    Raises what `read_trained_manifest` raises, and DataError when the bank cannot be read.
    """
    manifest = read_trained_manifest(folder)
    try:
        return _learned(folder, manifest)
    except DataError:
        newer = read_trained_manifest(folder)
        if newer == manifest:
            raise
        return _learned(folder, newer)  # another process has replaced it meanwhile


def _learned(folder: Path, manifest: TrainedManifest) -> Learned:
    from safetensors import SafetensorError, safe_open

    path = folder / manifest.file
    try:
        with safe_open(path, framework="numpy") as file:
            ids = unpacked(file.get_tensor("bank.ids"))
    except (OSError, SafetensorError, ValueError) as exc:
        raise DataError(f"the bank {str(path)!r} cannot be read: {reason(exc)}", hint=TRAIN_AGAIN) from exc
    return Learned(manifest.facts.origin.catalogue, frozenset(ids))


@cache
def _adapter() -> TypeAdapter[TrainedManifest]:
    return TypeAdapter(TrainedManifest)
