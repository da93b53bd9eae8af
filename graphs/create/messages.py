"""The messages of each node: the unchanging instructions first, then the data behind its fence.

What a template says on a condition is decided here: a model is never told what to do in a case that is not its own.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from ...languages import code_of, language_of, name_of
from ...prompts import defused, fence, load
from ...prompts.examples import (
    FALLBACK,
    example_extras,
    example_of,
    example_request,
    example_shots,
    example_steps,
)
from ...prompts.fence import JSONValue
from ...tools.popularity.standing import rank_of
from ...tools.references.types import RetrievedReference
from ..asking.fitting import Blocks, fenced, fit_blocks
from ..asking.types import BRIEF
from ..asking.window import Window, fit_references
from .material import material, shown_references
from .policy import best_of, needs_translation
from .replies import parts_of
from .state import CreateState, Mode

if TYPE_CHECKING:
    from langchain_core.messages import BaseMessage

    from .speaking import Room


class Question(NamedTuple):
    """What a node asks."""

    messages: list[BaseMessage]
    notices: list[str]
    """What a reader has to be told about it, such as references that did not fit."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which drafts one call asks for."""

    count: int = 1
    number: int = 0
    """That of the one draft, from 1, where the others are asked for elsewhere at the same time."""
    written: tuple[str, ...] = ()
    """The titles that calls before it brought."""
    room: Room | None = None
    """What the line of a voice has to fit into; None where nobody speaks."""


def reason_messages(state: CreateState, window: Window) -> Question:
    """What `reason` asks: seven steps over both sides."""
    return _question("reason", state, window, None, "references", "contrast")


def draft_prompt(state: CreateState) -> str:
    """The template `draft` uses in this mode."""
    return "paper" if state.plan.mode is Mode.PAPER else "draft"


def draft_messages(state: CreateState, window: Window, wanted: Wanted | None = None) -> Question:
    """What `draft` asks: the drafts that are wanted, all without a word; in paper mode with the reasoning in the
    same reply."""
    if state.plan.mode is Mode.PAPER:
        return _question("paper", state, window, Wanted(room=wanted.room if wanted else None), "references")
    return _question("draft", state, window, wanted or Wanted(state.plan.candidates), "contrast", "reasoning")


def refine_messages(state: CreateState, window: Window, wanted: Wanted | None = None) -> Question:
    """What `refine` asks: drafts that answer the complaints about what was tried.

    It never shows what single words are worth to a prediction: a model that sees that writes for the predictor.
    """
    names = ("contrast", "reasoning", "score", "compared", "tried")
    return _question("refine", state, window, wanted or Wanted(state.plan.candidates), *names)


def _question(task: str, state: CreateState, window: Window, wanted: Wanted | None, *names: str) -> Question:
    """The unchanging instructions, then the fenced blocks, without those that have nothing in them.

    Where drafts are wanted, an example was asked for and answered between the two. The request stands last.
    """
    from langchain_core.messages import AIMessage, HumanMessage, SystemMessage

    blocks: dict[str, JSONValue] = {"references": None}
    blocks.update((name, material(name, state)) for name in names if name != "references")
    blocks["written"] = [*wanted.written] if wanted else None
    references, notices = shown_references(state) if "references" in names else ((), [])

    def turns(shown: Blocks, data: str) -> list[str]:
        """System, instructions, and where there is an example, that and the material."""
        holds = _conditions(state, wanted, shown, references)
        own = fence("request", state.request)
        if wanted is None:
            return [load("system").render({}), _rendered(task, holds, {"data": f"{data}\n{own}".lstrip()})]
        asked, answer = _example(task, state, wanted)
        told = {"count": str(wanted.count), "language": _language(state)[1], "request": fence("request", asked)}
        told |= {"shots": str(state.plan.shots), "room": wanted.room.told if wanted.room else ""}
        now = {"data": data, "request": own, "angle": _angle(state, wanted)}
        return [
            load("system").render({}),
            _rendered(task, holds, told),
            answer,
            _rendered("material", holds, now).lstrip(),
        ]

    bare = window.count("".join(turns(blocks, "")))
    room = (bare + window.room) // 2 if references else window.room
    shown, said = fit_blocks(task, blocks, bare, room, window)
    notices = [*notices, *said]
    if references:
        fitted, said = fit_references(references, bare + window.count(fenced(shown)), window)
        shown, notices = {**shown, "references": fitted}, [*notices, *said]
    system, *others, last = turns(shown, fenced(shown))
    brief = {"task": task, "candidates": wanted.count if wanted else 1, "invented": _invented(references)}
    brief |= {"shots": state.plan.shots} if wanted and state.plan.shots > 1 else {}
    brief |= {"line": _line_facts(wanted.room)} if wanted and wanted.room else {}
    between = [kind(text) for kind, text in zip((HumanMessage, AIMessage), others, strict=False)]
    final = HumanMessage(last, additional_kwargs={BRIEF: brief})
    return Question([SystemMessage(system), *between, final], notices)


def _rendered(name: str, holds: set[str], values: dict[str, str]) -> str:
    """The template with as much of what holds, and of these values, as it has a use for."""
    template = load(name)
    used = {key: value for key, value in values.items() if key in template.variables}
    return template.render(used, holds & template.conditions)


def _conditions(
    state: CreateState, wanted: Wanted | None, shown: Blocks, references: Sequence[RetrievedReference]
) -> set[str]:
    """What holds for a prompt that shows these blocks."""
    holds = {name for name in ("reasoning", "contrast", "compared") if shown.get(name)} | {_language(state)[0]}
    sides = {one.side for one in references}
    holds.add("both" if len(sides) > 1 else next((side.value for side in sides), "bare"))
    holds |= {"references"} if sides else set()
    holds |= {"invented"} if _invented(references) else set()
    holds |= {"translated"} if needs_translation(state.plan.language) else set()
    holds.add("scored" if state.attempts and rank_of(best_of(state.attempts).score) else "unscored")
    if wanted:
        holds.add("several" if wanted.count > 1 else "one")
        holds |= {"apart"} if wanted.number else set()
        holds |= {"more"} if wanted.written else set()
        holds |= {"story" if state.plan.shots > 1 else "single"}
        holds |= {"voiced"} if wanted.room else set()
        holds |= {"posted"} if parts_of(state.plan).posted else set()
    return holds


def _invented(references: Sequence[RetrievedReference]) -> bool:
    return any(one.reference.illustrative for one in references)


def _language(state: CreateState) -> tuple[str, str]:
    """The condition under which a prompt says what language the draft is in, and that language."""
    if asked := state.plan.language:
        code = code_of(asked)
        name = name_of(code) if code else defused(json.dumps(asked, ensure_ascii=False))
        return ("language" if needs_translation(asked) else "spoken"), name
    found = language_of(state.request)
    return ("spoken" if found else "own"), name_of(found)


def _example(task: str, state: CreateState, wanted: Wanted) -> tuple[str, str]:
    """Another request and its answer, in the language of the draft and in the form in which it is asked for."""
    parts = parts_of(state.plan)
    code = FALLBACK if parts.shots > 1 else code_of(state.plan.language) or language_of(state.request)
    draft: dict[str, JSONValue] = {**example_of(code, translated=needs_translation(state.plan.language))}
    if parts.shots > 1:
        draft |= {"shots": [*example_shots(parts.shots)]}
        draft |= {"render_shots": [*example_shots(parts.shots)]} if draft.pop("render_prompt", "") else {}
        del draft["video_prompt"]
    line, caption, hashtags = example_extras(code)
    draft |= {"line": line} if wanted.room else {}
    draft |= {"caption": caption, "hashtags": [*hashtags]} if parts.posted else {}
    answer = {**example_steps(), **draft} if task == "paper" else draft
    whole: JSONValue = {"drafts": [draft]} if wanted.count > 1 else answer
    return example_request(code), json.dumps(whole, ensure_ascii=False)


def _line_facts(room: Room) -> dict[str, str | int]:
    """What a drafter that reads no instructions has to know of the line."""
    return {"most": room.most, "language": room.language}


def _angle(state: CreateState, wanted: Wanted) -> str:
    """The angle of the draft that is asked for apart; each round goes on with others."""
    angles = load("angles").text.splitlines()
    return angles[(len(state.attempts) * state.plan.candidates + wanted.number - 1) % len(angles)]
