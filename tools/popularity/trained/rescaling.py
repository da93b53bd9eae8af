"""A predictor with another scale: what it predicts by is copied, what that says of rank and count is new."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from .... import files
from ....version import VERSION
from ..choice.part_store import PART
from ..manifests import MANIFEST, writing
from .card import CARD, card
from .manifest import RESCALED, TrainedManifest
from .reliability_plot import RELIABILITY, draw_reliability
from .store import open_trained

if TYPE_CHECKING:
    from ..calibration import Scale
    from ..reliability import Reliability

_PARTS = "part-*.safetensors"


@dataclass(frozen=True, slots=True)
class NewScale:
    """What a predictor is to say from now on."""

    scale: Scale
    reliability: Reliability | None
    platform: str
    """What drafts are for that it judges: of videos on tiktok these are short videos."""
    note: str
    """What it was made of, for the card."""


def save_rescaled(source: Path, manifest: TrainedManifest, target: Path, new: NewScale) -> TrainedManifest:
    """Keep the predictor at `source`, whose manifest this is, with a new scale at `target`, under that folder's name.

    Raises DataError where the predictor at `source` is damaged, and StoreError where `target` cannot be written.
    """
    facts = replace(
        manifest.facts,
        name=target.name,
        origin=replace(manifest.facts.origin, platform=new.platform),
        reliability=new.reliability,
        notes=(*manifest.facts.notes, new.note),
    )
    made = replace(
        manifest, format=max(manifest.format, RESCALED), facts=facts, scale=new.scale, popcorn_version=VERSION
    )
    fitted = replace(open_trained(source), facts=facts, scale=new.scale)
    with _gone_if_it_fails(target), writing(target):
        (target / RELIABILITY).unlink(missing_ok=True)
        if new.reliability:
            draw_reliability(new.reliability, files.private_file(target / RELIABILITY))
        for path in [source / manifest.file, *source.glob(_PARTS), source / PART]:
            if path.is_file():
                files.copy(path, target / path.name)
        files.write_text(target / CARD, card(fitted))
        files.write_json(target / MANIFEST, asdict(made))
        for old in target.glob("mmra-*.safetensors"):
            if old.name != made.file:
                old.unlink(missing_ok=True)
    return made


@contextmanager
def _gone_if_it_fails(target: Path) -> Iterator[None]:
    """A folder that was not there before is not there either where the block fails, on a full disk for example."""
    new = not target.exists()
    try:
        yield
    except BaseException:
        if new:
            shutil.rmtree(target, ignore_errors=True)
        raise
