"""Wishes for a video in sentences that no rule lists, and in other languages than English."""

from __future__ import annotations

import re

from ....graphs.create.request.command import Command, take_apart
from ....graphs.create.request.foreign_terms import count_in, names_no_subject
from ....graphs.create.request.language import ENGLISH, entries, language_of, subject_in
from ....graphs.create.request.terms import foreign_terms
from ...toolbox.drafts import MOST_DRAFTS
from ...toolbox.tools.draft_video import draft_video
from ...toolbox.tools.make_video import make_video
from .manners import unfelt, wished
from .terms import met
from .wishes import MADE, SHORT, Wish, about, at_most

_SEVERAL = 2
_ONE_AT_A_TIME = "I make one video at a time, so these are drafts; `render all` renders each of them."
_ASKS = re.compile(
    rf"\b(?:something|anything|content|to see|{MADE}s?|vids?|ads?|advert|promo|post|animation|trailer|tutorial|guide"
    r"|explainer|montage|documentary|documentaries|teaser|vlog|story|promote|advertise|market|animate"
    r"|showcase|introduce|visuali[sz]e|highlight|celebrate|recreate"
    r"|explore|imagine|announce|it['’]?s about"
    r"|tell (?:my|our|people|everyone)|(?:get|convince|persuade|invite) (?:more )?people)\b"
)
"""Words of a command that ask for a video, wherever they stand in it."""


def in_prose(line: str) -> Wish | None:
    """The video that an English sentence asks for in words that no rule lists."""
    command = take_apart(line) if len(line) <= SHORT else Command("")
    if command.language != ENGLISH:
        return None
    if not _ASKS.search(command.wording) or not about(command.idea):
        return None
    said = unfelt([command.manner]) if command.manner else ""
    return Wish(make_video.name, {"request": _request(command)}, said)


def abroad(line: str) -> Wish | None:
    """What a line in another language asks for; None for English, and where it asks for nothing.

    The request is passed on whole, since its words tell which language it is, but for what names no subject.
    """
    language = language_of(line)
    if language == ENGLISH or len(line) > SHORT:
        return None
    plain, terms = foreign_terms(language, line)
    subject = subject_in(language, plain) if language in entries() else plain
    if re.findall(r"\w+", subject.casefold()) == re.findall(r"\w+", plain.casefold()):
        return None
    if names_no_subject(language, subject):
        return Wish(text="A video about what? Say it in the same sentence.")
    return met(terms, several(Wish(make_video.name, {"request": plain}), count_in(language, plain)), line)


def several(wish: Wish, count: int) -> Wish:
    """The wish for `count` videos, which are drafts at first; as it is for one, or where it is for drafts already."""
    if count < _SEVERAL or wish.tool != make_video.name:
        return wish
    asked = {**(wish.arguments or {}), "drafts": min(count, MOST_DRAFTS)}
    return Wish(draft_video.name, asked, " ".join(f"{wish.text} {_ONE_AT_A_TIME} {at_most(str(count))}".split()))


def _request(command: Command) -> str:
    return wished(command.idea, command.manner.split(", ")) if command.manner else command.idea
