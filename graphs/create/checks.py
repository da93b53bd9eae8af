"""What keeps a reply that fits the schema from being used: an example that came back, no translation, no answer."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence, Set

from pydantic import BaseModel

from ...languages import alike, code_of, language_of, name_of
from ...prompts.examples import example_texts
from ..asking.types import Check, Complaint
from .policy import needs_translation
from .replies import DraftsReply, ReasoningReply, TranslatedDraftReply, shots_asked
from .speaking import Room
from .state import Draft
from .wording import is_hopeless, nothing_shown, sound_steps, wording_faults


def check_for(language: str, request: str = "", room: Room | None = None, tried: Sequence[Draft] = ()) -> Check:
    """The check of replies in a run for `request` whose language is `language`, after the drafts that were `tried`.

    A reply with one draft that something can be made of is better than none; reasoning always is.
    """
    known = {_told_of(draft) for draft in tried}
    examples = {_bare(example) for example in example_texts()}

    def check(reply: BaseModel) -> Complaint | None:
        for text in _texts(reply):
            if not text.strip(" .…"):
                return Complaint(f"{text!r} is no text; write it out")
            if _bare(text) in examples:
                return Complaint(f"{text!r} is the example of the instructions and no answer; write your own")
        if needs_translation(language) and not all(in_english(prompt) for prompt in _render_prompts(reply)):
            several = isinstance(reply, DraftsReply) and shots_asked(type(reply)) > 1
            name = "render_shots" if several else "render_prompt"
            return Complaint(f"a draft lacks `{name}`, the video prompt in English", hard=False)
        return _again(reply, known) or _words_of(reply, language, request, room)

    return check


def _again(reply: BaseModel, known: Set[tuple[str, ...]]) -> Complaint | None:
    """Whether drafts that were to be better are ones that were tried; a small model gives back what it is shown."""
    drafts = [one.draft() for one in reply.drafts] if isinstance(reply, DraftsReply) else []
    same = [repr(draft.title) for draft in drafts if _told_of(draft) in known]
    if not same:
        return None
    return Complaint(f"{', '.join(same)} was tried before, word for word: change what was to be changed", hard=False)


def _told_of(draft: Draft) -> tuple[str, ...]:
    """What tells one draft from another: its title and what is shown."""
    return tuple(_bare(text) for text in (draft.title, draft.video_prompt, *(one.video_prompt for one in draft.shots)))


def _words_of(reply: BaseModel, language: str, request: str, room: Room | None) -> Complaint | None:
    """What is wrong with the words of a reply."""
    complaints = list[str]()
    if isinstance(reply, ReasoningReply):
        complaints.append(sound_steps([one.thought() for one in reply.reasoning], request)[1])
    drafts = [one.draft() for one in reply.drafts] if isinstance(reply, DraftsReply) else []
    for number, draft in enumerate(drafts, start=1):
        of = f"draft {number}: " if len(drafts) > 1 else "the draft: "
        faults = [nothing_shown(draft, request), *wording_faults(draft, request, language)]
        faults += line_faults(draft, room) if room else []
        complaints += [of + "; ".join(filter(None, faults))] if any(faults) else []
    hopeless = bool(drafts) and all(is_hopeless(draft, request) for draft in drafts)
    told = "; ".join(filter(None, complaints))
    return Complaint(told, hard=hopeless) if told else None


def in_english(text: str) -> bool:
    """Whether a text may be English, as far as its script tells: most of its letters are those of English."""
    letters = [character for character in text if character.isalpha()]
    return bool(letters) and 2 * sum(character.isascii() for character in letters) > len(letters)


def line_faults(draft: Draft, room: Room) -> list[str]:
    """What is wrong with the line of a draft: there is none, it is too long, or in another language."""
    if not draft.line.strip():
        return ["it lacks `line`, what the voice says"]
    found = []
    if (said := room.units(draft.line)) > room.most:
        unit = room.told.partition(" ")[2]
        found.append(f"its line has {said} {unit}, and the voice says {room.told} in the clip; shorten it")
    spoken = language_of(draft.line)
    if spoken and code_of(room.language) and not alike(spoken, code_of(room.language)):
        found.append(f"its line is in {name_of(spoken)}, and the voice speaks {name_of(code_of(room.language))}")
    return found


def _texts(reply: BaseModel) -> Iterator[str]:
    if isinstance(reply, ReasoningReply):
        yield from (thought.text for thought in reply.reasoning)
    if isinstance(reply, DraftsReply):
        for draft in reply.drafts:
            yield from (draft.title, draft.video_prompt, draft.cover_prompt)
            yield from (shot.video_prompt for shot in draft.draft().shots)


def _render_prompts(reply: BaseModel) -> Iterator[str]:
    if isinstance(reply, DraftsReply):
        for draft in (one.draft() for one in reply.drafts if isinstance(one, TranslatedDraftReply)):
            yield from (shot.render_prompt for shot in draft.shots) if draft.shots else [draft.render_prompt]


def _bare(text: str) -> str:
    """`text` without case, spacing and punctuation, where anything is left of it then."""
    folded = " ".join(unicodedata.normalize("NFKC", text).casefold().split())
    return " ".join(re.findall(r"\w+", folded)) or folded
