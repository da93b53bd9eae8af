"""Words that several tools share: lines, and what there is to say of every score."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...prompts.text import visible

if TYPE_CHECKING:
    from ...tools.popularity.types import Score
    from ...tools.video.types import Clip

LONGEST_TITLE = 150
LONGEST_SHOT = 1_200


def one_line(text: str, most: int = 0) -> str:
    """The text on one line, cut where it is longer than `most` characters; 0 for as long as it is."""
    line = " ".join(visible(text).split())
    return line if not most or len(line) <= most else line[: most - 1] + "…"


def above(score: Score) -> str:
    """A score in three words, for people."""
    return f"above {score.percentile:.0f} %"


def measured_against(score: Score) -> str:
    """What a percentile is of, and who says so, for a language model."""
    basis = ", ".join(score.basis) or "nothing"
    return (
        f"Percentiles are against {score.against}, by the predictor {score.predictor}, which read {basis}."
        f"{invented(score.illustrative)}"
    )


def invented(illustrative: bool) -> str:
    """What a language model has to say of counts that nobody counted."""
    return " These counts are invented samples: say so." if illustrative else ""


def clip_line(clip: Clip) -> str:
    """What a clip is, on a line for people."""
    stand_in = " (a drawn stand-in)" if clip.demo else ""
    return f"{clip.width}x{clip.height}, {clip.seconds:.2g} s, made by {clip.renderer}{stand_in}"
