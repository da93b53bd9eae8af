"""What a request names beside its subject, as settings of its run, and what there is to say of it.

`make a video about kittens and render it with ltx` is drafted as a video about kittens, and rendered with ltx. What was
chosen beside the request goes before its words.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ...graphs.create.request.terms import ASPECTS, Terms, all_terms, is_own
from ...settings import Settings
from ...trust.plain_names import check_stranger
from ..models.providers import OFFLINE, choose
from .request import clean_request

SUBJECT, TOLD = "subject", "told"
"""The inputs of a run that hold the request without its terms, and what people are told of these."""
_MOST_DRAFTS = 16
_SECONDS = 3


@dataclass(frozen=True, slots=True)
class Understood:
    """A request, and the settings that it asks for."""

    request: str
    """All of it, cleaned."""
    settings: Settings
    inputs: Mapping[str, Any]
    """For the run: what is drafted, and what people are told; empty where the request names nothing."""


def understood(request: str, settings: Settings, chosen: Collection[str] = ()) -> Understood:
    """The request with what it names put into the settings, but for those that were `chosen` beside it.

    Raises RequestError where nothing is asked for, or a folder is named.
    """
    whole = clean_request(request)
    subject, terms = all_terms(whole)
    if terms == Terms():
        return Understood(whole, settings, {})
    check_stranger(terms.renderer, settings.renderer)
    wanted = {name: value for name, value in _wanted(terms, whole, settings).items() if value}
    taken = {name: value for name, value in wanted.items() if name not in chosen}
    told = [*_said(taken), *_outdone(wanted, taken, settings), *_refused(terms, whole, settings)]
    return Understood(whole, settings.model_copy(update=taken), {SUBJECT: subject, TOLD: told})


def _wanted(terms: Terms, request: str, settings: Settings) -> dict[str, str | int]:
    """The settings that the terms stand for; empty values for none."""
    foreign = terms.language and not is_own(terms.language, request) and not _by_rules(settings)
    return {
        "renderer": terms.renderer,
        "candidates": min(terms.count, _MOST_DRAFTS) if settings.mode != "paper" else 0,
        "language": terms.language.capitalize() if foreign else "",
        "aspect": ASPECTS.get(terms.shape.casefold(), ""),
        "voice": settings.voice or "auto" if terms.speaks else "",
    }


def _said(taken: Mapping[str, str | int]) -> Iterator[str]:
    ways = {
        "renderer": "rendered with {}",
        "candidates": "{} drafts",
        "language": "written in {}",
        "aspect": "shape {}",
        "voice": "spoken by the voice {}",
    }
    if taken:
        yield f"understood from the request: {', '.join(ways[name].format(value) for name, value in taken.items())}"


def _outdone(wanted: Mapping[str, str | int], taken: Mapping[str, str | int], settings: Settings) -> Iterator[str]:
    for name in sorted(wanted.keys() - taken.keys()):
        if (ours := getattr(settings, name)) != wanted[name]:
            yield f"the request says {name} {wanted[name]}; what was chosen beside it goes before: {ours}"


def _refused(terms: Terms, request: str, settings: Settings) -> Iterator[str]:
    """What is named and cannot be, and why."""
    if terms.language and _by_rules(settings) and not is_own(terms.language, request):
        name = terms.language.capitalize()
        yield f"“in {name}” takes a language model: the offline drafter writes in the request's own language only"
    if terms.count > 1 and settings.mode == "paper":
        yield f"paper mode writes one draft, not {terms.count}"
    elif terms.count > _MOST_DRAFTS:
        yield f"at most {_MOST_DRAFTS} drafts are written at once, not {terms.count}"
    if terms.count > 1:
        yield "one video is made of a request: the best of its drafts is rendered"
    if not terms.lasts_as_asked:
        more = "" if settings.shots > 1 else "; --shots 2 to 5 joins several"
        yield f"every clip has {_SECONDS} seconds: “{terms.length}” is not possible here{more}"
    if terms.accompaniment and not settings.music:
        sound = terms.accompaniment
        yield f"“{sound}” is not added: --music FILE lays some under the clip, and --voice auto speaks a line"
    if terms.silence and (settings.music or settings.voice):
        yield f"“{terms.silence}” was not followed: what was chosen beside the request goes before"
    if terms.beyond:
        yield f"“{terms.beyond}” is nothing that can be chosen here"
    if terms.post:
        yield f"“{terms.post}” for the post are no part of a run: ask for them in a conversation"


def _by_rules(settings: Settings) -> bool:
    return choose(settings).provider == OFFLINE
