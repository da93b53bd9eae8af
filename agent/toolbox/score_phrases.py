"""Words that several tools share: lines, and what there is to say of every score."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...prompts.text import visible
from ...tools.popularity.standing import reasons

if TYPE_CHECKING:
    from ...tools.popularity.types import Score
    from ...tools.video.types import Clip

LONGEST_TITLE = 150
LONGEST_SHOT = 1_200


def one_line(text: str, most: int = 0) -> str:
    """The text on one line, cut where it is longer than `most` characters; 0 for as long as it is."""
    line = " ".join(visible(text).split())
    return line if not most or len(line) <= most else line[: most - 1] + "…"


def measured_against(score: Score) -> str:
    """What a rank is of, and who says so, or why there is none; for a language model."""
    basis = ", ".join(score.basis) or "nothing"
    if why := reasons(score):
        return f"No evidence how it would do: {why}. Name no rank.{invented(score.illustrative)}"
    return (
        f"Ranks are among 100 such videos, from the least to the most commented, against {score.against}, by the "
        f"predictor {score.predictor}, which read {basis}.{invented(score.illustrative)}"
    )


def invented(illustrative: bool) -> str:
    """What a language model has to say of counts that nobody counted."""
    return " These counts are invented samples: say so." if illustrative else ""


def clip_line(clip: Clip) -> str:
    """What a clip is, on a line for people."""
    stand_in = " (a drawn stand-in)" if clip.demo else ""
    return f"{clip.width}x{clip.height}, {clip.seconds:.2g} s, made by {clip.renderer}{stand_in}"
