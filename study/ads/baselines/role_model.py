"""Orders by roles: where in an ad a line of its kind stands, learned from ads whose segments people labelled.

From the labelled ads it learns p(b | kind), the tenths b of an ad in which segments of a kind stand, and p(b) of all of
them. A line has the kinds that its words show (`role_cues.toml`); at place b it is worth the sum of
log p(b | kind) - log p(b). The lines are dealt out to places so that the sum is largest (scipy's assignment).
"""

from __future__ import annotations

import gzip
import json
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ....errors import DataError, RequestError
from ....graphs.ad.roles import role_of
from ....tools.editing.types import Role
from .simple import pairs
from .types import OrderTask

if TYPE_CHECKING:
    from numpy.typing import NDArray

TENTHS = 10
_PRIOR = 2.0
"""Segments that every tenth is given beforehand, for kinds that are seldom labelled."""
_SAYS_A_FACT = 0.5
"""The share of a fact's pairs of signs that a line has to have to count as saying it."""
_TIE = 1e-3
"""What the place that a line is shown at is worth: it decides where nothing else does."""
FORM = "It is JSON: an ad's name, and its segments in order, each an object with `labels`, a list of texts."
Labelled = Sequence[Sequence[frozenset[str]]]
"""Ads as the label sets of their segments, in order."""


def read_labelled(path: Path) -> list[list[frozenset[str]]]:
    """Labelled ads in the form of Ads-1k, gzip or plain. Raises RequestError and DataError."""
    try:
        content = path.read_bytes()
        if content.startswith(b"\x1f\x8b"):
            content = gzip.decompress(content)
        ads = json.loads(content)
        found = [[frozenset(map(str, segment["labels"])) for segment in ad] for ad in _listed(ads)]
    except (gzip.BadGzipFile, EOFError) as exc:
        raise DataError(f"{str(path)!r} is a damaged gzip file: {exc}", hint="Fetch or pack it again.") from exc
    except OSError as exc:
        reason = exc.strerror or exc
        raise RequestError(f"{str(path)!r} cannot be read: {reason}", hint="Name a file of labelled ads.") from exc
    except (ValueError, TypeError, KeyError, RecursionError) as exc:
        raise DataError(f"{str(path)!r} is no file of labelled ads: {exc!r}", hint=FORM) from exc
    known = {label for row in _table().values() for label in row["labels"]}
    if not any(labels & known for ad in found for labels in ad):
        raise DataError(f"{str(path)!r} has no label that a role is known by", hint=FORM)
    return found


def _listed(ads: Any) -> list[Any]:
    return list(ads.values()) if isinstance(ads, dict) else list(ads)


class RoleModel:
    """Puts lines where lines of their kinds stand."""

    name = "baseline: roles learned from labelled ads"

    def __init__(self, ads: Labelled) -> None:
        """Learns from labelled ads; those of one segment teach nothing of places."""
        self.ads = len(ads)
        every = np.full(TENTHS, _PRIOR)
        counts = {kind: np.full(TENTHS, _PRIOR) for kind in _table()}
        for ad in ads:
            for place, labels in enumerate(ad if len(ad) > 1 else ()):
                tenth = _tenth(place, len(ad))
                every[tenth] += 1
                for kind in counts:
                    counts[kind][tenth] += bool(labels & set(_table()[kind]["labels"]))
        self.worth = {kind: np.log(own / own.sum()) - np.log(every / every.sum()) for kind, own in counts.items()}
        """What each tenth is worth to a kind: (TENTHS,)."""

    def order(self, task: OrderTask) -> list[str]:
        """The clips by the places of their lines."""
        from scipy.optimize import linear_sum_assignment

        lines, places = linear_sum_assignment(self._worth(task), maximize=True)
        taken = dict(zip(places, lines, strict=True))
        return [task.clips[taken[place]] for place in range(len(task.clips))]

    def _worth(self, task: OrderTask) -> NDArray[np.float64]:
        """What each line is worth at each place: (lines, places)."""
        count = len(task.clips)
        tenths = [_tenth(place, count) for place in range(count)]
        near = -_TIE * np.abs(np.subtract.outer(np.arange(count), np.arange(count)))
        own = [sum((self.worth[kind] for kind in kinds_of(line, task)), np.zeros(TENTHS)) for line in task.lines]
        worth: NDArray[np.float64] = np.array(own)[:, tenths] + near
        return worth


def kinds_of(line: str, task: OrderTask) -> Iterator[str]:
    """What a line is for, by its words."""
    role = role_of(line)
    facts = (pairs(fact) for fact in task.facts)
    shown = {
        "brand": bool(task.brand) and task.brand.casefold() in line.casefold(),
        "offer": role is Role.OFFER,
        "proof": role is Role.PROOF,
        "fact": any(fact and len(fact & pairs(line)) >= _SAYS_A_FACT * len(fact) for fact in facts),
    }
    for kind, row in _table().items():
        if shown.get(kind, False) or ("words" in row and _cue(kind).search(line)):
            yield kind


def _tenth(place: int, count: int) -> int:
    return min(TENTHS - 1, round(place / max(1, count - 1) * (TENTHS - 1)))


@cache
def _cue(kind: str) -> re.Pattern[str]:
    return re.compile(str(_table()[kind]["words"]), re.IGNORECASE)


@cache
def _table() -> Mapping[str, Mapping[str, list[str]]]:
    return tomllib.loads((files(__package__) / "role_cues.toml").read_text(encoding="utf-8"))
