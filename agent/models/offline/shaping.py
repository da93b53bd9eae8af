"""How the drafter's reasoning says what a reference changed, and how that is read again for card, page and draft."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

DRAFTER = "offline drafter (not a language model)"
TITLE, SHOT = "the form of its title", "the mood of its shot"
_SENTENCE = re.compile(rf"From “(?P<title>[^”]*)” the draft takes (?P<part>{TITLE}|{SHOT}): (?P<what>[^.]*)\.")
_LONGEST = 60


class Told(NamedTuple):
    """What a sentence tells of one reference."""

    title: str
    part: str
    """TITLE or SHOT."""
    what: str

    def sentence(self) -> str:
        """The sentence that is read again."""
        return f"From “{self.title}” the draft takes {self.part}: {self.what}."


def cited(title: str) -> str:
    """A reference's title, or the beginning of it, without marks that would end a quotation."""
    text = " ".join(re.sub("[“”]", "", title).split())
    return text if len(text) <= _LONGEST else text[:_LONGEST].rsplit(" ", 1)[0] + " …"


def told_in(text: str) -> Iterator[Told]:
    """All that a step of the reasoning tells."""
    yield from (Told(*match.groups()) for match in _SENTENCE.finditer(text))


def shaped_by(result: Mapping[str, Any]) -> Sequence[Told] | None:
    """The references of a run's result that changed its draft; None where no rules drafted, so that nobody knows."""
    if result.get("models", {}).get("chat") != DRAFTER:
        return None
    titles = {cited(one["title"]): str(one["title"]) for one in result.get("references", ())}
    told = [one for step in result.get("reasoning", ()) for one in told_in(step["text"])]
    return [one._replace(title=titles[one.title]) for one in told if one.title in titles]
