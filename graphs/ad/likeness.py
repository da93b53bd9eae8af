"""How well a line goes with a clip, by words alone: what is said, and what is known of the clip in words.

Nobody looks at a picture here. With clips of which no words are known the likeness is 0, and order decides.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from ...tools.embedding.encoder import DEFAULT
from ...tools.embedding.types import Encoder
from ...tools.footage.types import FootageClip

if TYPE_CHECKING:
    from numpy.typing import NDArray

WORDS = 0.5
"""What shared words count beside a cosine."""
WORDS_ALONE = 1.0
"""What they count where the encoder cannot read the line."""
_DESCRIPTION = 0.6
"""What a description by light features counts beside what a person, a caption or a speaker said."""
_TERM = re.compile(r"[a-z0-9\u00c0-\u024f]{3,}|[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]|[^\W\d_a-z]{4,}")


def known_of(clip: FootageClip) -> list[tuple[str, float]]:
    """What is known of a clip in words, and what each counts."""
    seen = " ".join(text.text for text in clip.texts)
    found = [(clip.note, 1.0), (clip.speech, 1.0), (seen, 1.0), (clip.description, _DESCRIPTION)]
    return [(text.strip(), weight) for text, weight in found if text.strip()]


def likeness(lines: Sequence[str], clips: Sequence[FootageClip], encoder: Encoder) -> NDArray[np.float64]:
    """How well each line goes with each clip: (lines, clips) float64, 0 for nothing in common, 1.5 at most.

    The cosine to the text of the clip that is nearest, and WORDS times the share of the line's words that stand in any
    of them, rare ones counting more.
    """
    known = [known_of(clip) for clip in clips]
    texts = [text for one in known for text, _ in one]
    if not texts or not lines:
        return np.zeros((len(lines), len(clips)))
    vectors = encoder.encode([*lines, *texts]).astype(np.float64)
    cosines = np.maximum(vectors[: len(lines)] @ vectors[len(lines) :].T, 0.0)
    read = np.array([_reads(encoder, line) for line in lines])[:, None]
    shared = _shared(lines, [" ".join(text for text, _ in one) for one in known])
    found, at = np.where(read, WORDS, WORDS_ALONE) * shared, 0
    cosines = np.where(read, cosines, 0.0)
    for column, one in enumerate(known):
        if one:
            weights = np.array([weight for _, weight in one])
            found[:, column] += (cosines[:, at : at + len(one)] * weights).max(axis=1)
        at += len(one)
    return found


def _reads(encoder: Encoder, line: str) -> bool:
    """False for the encoder that ships and a line in other letters than Latin ones.

    It learned from English. On judged pairs of Chinese lines and frames its cosines say no more than chance
    (docs/log.md), so nothing is made of them.
    """
    letters = [c for c in line if c.isalpha()]
    latin = sum(c < "\u0250" for c in letters)
    return encoder.name != DEFAULT or 2 * latin >= len(letters)


def _shared(lines: Sequence[str], texts: Sequence[str]) -> NDArray[np.float64]:
    """The share of each line's words that stand in each text, by how rare they are: (lines, texts) from 0 to 1."""
    there = [{*_TERM.findall(text.casefold())} for text in texts]
    common = Counter(term for words in there for term in words)
    found = np.zeros((len(lines), len(texts)))
    for row, line in enumerate(lines):
        worth = {term: math.log(1 + len(texts) / (1 + common[term])) for term in _TERM.findall(line.casefold())}
        if total := sum(worth.values()):
            found[row] = [sum(worth[term] for term in worth.keys() & words) / total for words in there]
    return found
