"""What the offline ad planner reads in its messages: product, clips and limits, checked by schema."""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from .....errors import ModelCallError
from .....languages import code_of
from .....tools.editing.types import Line, Role

_REPEATED = ("it opens with", "it is too near")
"""How sentences of `graphs.ad.variants.repeats_one` begin."""


class AdTask(StrEnum):
    """The answers about ads that can be asked for."""

    PLAN = "ad_plan"
    """Lines over clips: the strategy clips-first."""
    SCRIPT = "ad_script"
    """A script from the facts alone: the strategy script-first."""


class _Read(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class SeenProduct(_Read):
    """The product as it was shown: nothing else may be claimed."""

    name: str = Field(min_length=1)
    brand: str = ""
    category: str = ""
    facts: tuple[str, ...] = ()
    price: str = ""


class SeenClip(_Read):
    """A clip as it was shown."""

    clip: int
    seconds: float = Field(gt=0)
    words: int = Field(default=0, ge=0)
    """What fits, as `graphs.asking.lengths` counts; 0 where nobody said."""
    description: str = ""
    note: str = ""
    seen: str = ""
    """Texts that stand in the picture."""
    heard: str = ""
    flaws: tuple[str, ...] = ()
    twin: int = 0
    """The clip that this one repeats; 0 for none."""

    @property
    def about(self) -> str:
        """All that is known of it in words."""
        return " ".join((self.note, self.seen, self.heard, self.description))


class SeenVariant(_Read):
    """Which of several ads from the same footage this one is."""

    number: int = Field(default=1, ge=1)


class SeenAd(_Read):
    """An ad that was made before, which this one must not repeat."""

    clips: tuple[int, ...] = ()
    lines: tuple[str, ...] = ()

    @property
    def as_lines(self) -> list[Line]:
        """Its lines as `graphs.ad.variants` compares them."""
        return [Line(clip, script, Role.DEMO) for clip, script in zip(self.clips, self.lines, strict=False)]


class SeenLength(_Read):
    """How long the ad is to be."""

    seconds: float = Field(default=0, ge=0)


class SeenLine(_Read):
    """A line that was written before, and has to be written anew."""

    script: str = ""


class AdBrief(_Read):
    """All that one call asks for."""

    task: AdTask
    product: SeenProduct
    language: str = "en"
    clips: tuple[SeenClip, ...] = ()
    lines: int = Field(default=0, ge=0)
    """How many lines are wanted; 0 where nobody said."""
    length: SeenLength = SeenLength()
    twice: bool = False
    """Whether a clip may be used twice."""
    variant: SeenVariant = SeenVariant()
    made: tuple[SeenAd, ...] = ()
    tried: tuple[SeenLine, ...] = ()
    """What was written before."""
    findings: tuple[str, ...] = ()
    """What is wrong with it, in sentences of `graphs.ad.findings`."""
    complaint: str = ""
    """What was wrong with the reply before, as the prompt `repair` says it."""

    @property
    def unwanted(self) -> frozenset[str]:
        """Scripts that a finding names by the number of their line."""
        found = (re.match(r"line (\d+)\b", finding) for finding in self.findings)
        numbers = {int(match[1]) for match in found if match}
        return frozenset(line.script for number, line in enumerate(self.tried, 1) if number in numbers)

    @property
    def too_long(self) -> bool:
        """Whether what was tried is too long as a whole."""
        return any(finding.startswith("the whole lasts") for finding in self.findings)

    @property
    def repeated(self) -> bool:
        """Whether what was tried is too like another variant."""
        return any(mark in finding for finding in (*self.findings, self.complaint) for mark in _REPEATED)

    @property
    def code(self) -> str:
        """The language as languages.py names it."""
        return code_of(self.language) or self.language


def read_ad_brief(data: Mapping[str, object]) -> AdBrief | None:
    """The brief in fenced data; None where it asks for something else.

    Raises ModelCallError where the data of an ad are missing or malformed.
    """
    if data.get("task") not in set(AdTask):
        return None
    try:
        return AdBrief.model_validate({name: value for name, value in data.items() if value is not None})
    except ValidationError as exc:
        where = "; ".join(f"{'.'.join(map(str, error['loc']))}: {error['msg']}" for error in exc.errors()[:3])
        raise ModelCallError(
            f"The offline ad planner cannot use the data it was given ({where}).",
            hint="Its data blocks are task, product, language, clips, lines, length, twice, variant, made,"
            " tried and findings.",
        ) from exc
