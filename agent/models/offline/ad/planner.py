"""The plan of an ad by rule: the given facts over the given clips, hook first and call to act last.

Every line is a fact of the product, a shorter form that says the same, or a phrase of phrases.toml, which claims
nothing. It judges neither pictures nor taste, and it translates nothing.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from .....errors import ModelCallError
from .....languages import alike, language_of, name_of
from .....tools.editing.types import Role
from ..chance import Chance
from .brief import AdBrief, SeenClip
from .casting import cast, room_of, usable
from .facts import OTHER, Saying, fact_sayings, phrases

REMARK = "made by the offline ad planner, a demo: it puts the given facts over the clips by rule"
_SCRIPTS = {"zh": r"[\u3400-\u9fff]", "ja": r"[\u3040-\u30ff\u3400-\u9fff]", "ko": r"[\uac00-\ud7af]"}
_MOST_LINES = 20
_BY_ITSELF = 6
"""Lines of an ad for which nobody said how many: hook, three facts, offer, call to act."""
_ORDER = (Role.DEMO, Role.PROOF, Role.OFFER)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What may be said in one ad."""

    opening: Saying
    body: tuple[Saying, ...]
    """Best first."""
    call: Saying

    def lines(self, count: int) -> list[Saying]:
        """So many lines as an ad has them; a short one loses its body first, then its call to act."""
        taken = self.body[: max(0, count - 2)]
        body = [saying for role in _ORDER for saying in taken if saying.role is role]
        return [self.opening, *body, self.call][: max(1, count)] if count > 1 else [self.opening]


def write_plan(brief: AdBrief, seed: int) -> dict[str, object]:
    """`{"lines": [{"clip", "script", "role"}], "remark"}`.

    Raises ModelCallError where the facts are in another language than the ad, or no clip holds any line.
    """
    check_language(brief)
    chance = _chance(brief, seed)
    lines = _fitted(brief, _wanted(brief, chance), chance)
    if not lines:
        most = max((room_of(clip, brief.code) for clip in brief.clips), default=0)
        raise ModelCallError(
            f"The offline ad planner found no clip that holds a line: the longest has room for {most}.",
            hint="Give longer clips, or choose a language model with --llm.",
        )
    return {"lines": lines, "remark": REMARK}


def write_script(brief: AdBrief, seed: int) -> dict[str, object]:
    """`{"script", "remark"}`: what the ad says, from the facts alone, as one text. Raises ModelCallError."""
    check_language(brief)
    lines = _wanted(brief, _chance(brief, seed)).lines(brief.lines or _BY_ITSELF)
    between = "" if brief.code in ("zh", "ja") else " "
    return {"script": between.join(saying.forms[0] for saying in lines), "remark": REMARK}


def _chance(brief: AdBrief, seed: int) -> Chance:
    """One order of everything for all variants of an ad; another one where what was tried repeats a variant."""
    tried = "\n".join(line.script for line in brief.tried) if brief.repeated else ""
    return Chance(seed, f"{brief.product.name}\n{tried}")


def check_language(brief: AdBrief) -> None:
    """Raises ModelCallError where the facts are surely not in the ad's language: nothing is translated here."""
    text, wanted = " ".join(brief.product.facts), brief.code
    found = language_of(text)
    script = _SCRIPTS.get(wanted)
    latin_alone = script and any(c.isalpha() for c in text) and not re.search(script, text)
    if (found and not alike(found, wanted)) or latin_alone:
        named = f"in {name_of(found)}" if found and not latin_alone else "in another script"
        raise ModelCallError(
            f"The offline ad planner cannot translate: the facts are {named}, and the ad is to be in "
            f"{name_of(wanted)}.",
            hint="Write the facts in the ad's language, or choose a language model with --llm.",
        )


def _wanted(brief: AdBrief, chance: Chance) -> Wanted:
    turn, facts = brief.variant.number - 1, fact_sayings(brief.product, _phrased(brief))
    openings = {kind: _phrases(kind, brief, Role.HOOK) for kind in ("hook", "question", "category")}
    openings["fact"] = [replace(saying, role=Role.HOOK) for saying in facts[:1]]
    openings = {kind: _without(sayings, brief.unwanted) for kind, sayings in openings.items()}
    kinds = chance.order(kind for kind, sayings in openings.items() if sayings)
    kind = kinds[turn % len(kinds)]
    opening = chance.pick(openings[kind], kind, turn)
    said = brief.product.price and any(brief.product.price in saying.forms[0] for saying in facts)
    price = [] if said else chance.order(_phrases("price", brief, Role.OFFER))[:1]
    rest = [saying for saying in facts if saying.forms != opening.forms]
    start = turn % len(rest) if rest else 0
    body = _spread(_without([*price, *rest[start:], *rest[:start]], brief.unwanted))
    body += _fillers(brief, opening, brief.lines - 2 - len(body))
    calls = _phrases("call", brief, Role.CALL_TO_ACT)
    return Wanted(opening, tuple(body), chance.pick(_without(calls, brief.unwanted) or calls, "call", turn))


def _without(sayings: Sequence[Saying], unwanted: frozenset[str]) -> list[Saying]:
    """The sayings without the forms that were found fault with, and without longer ones of the same saying."""
    found = []
    for saying in sayings:
        at = max((number for number, form in enumerate(saying.forms, 1) if form in unwanted), default=0)
        if forms := saying.forms[at:]:
            found.append(replace(saying, forms=forms))
    return found


def _fillers(brief: AdBrief, opening: Saying, count: int) -> list[Saying]:
    """Phrases for lines that were asked for beyond the facts, which claim nothing either."""
    if count < 1:
        return []
    kinds = ("question", "category", "hook", "again")
    phrased = [saying for kind in kinds for saying in _phrases(kind, brief, Role.DEMO)]
    fresh = [saying for saying in phrased if saying.forms[0] not in opening.forms] or phrased
    return (fresh * -(-count // len(fresh)))[:count]


def _phrased(brief: AdBrief) -> str:
    """The language whose phrases are used."""
    return brief.code if brief.code in ("en", "zh") else OTHER


def _phrases(kind: str, brief: AdBrief, role: Role) -> list[Saying]:
    """The phrases of a kind, each with the shorter ones to fall back on."""
    texts = sorted(phrases(kind, brief.product, _phrased(brief)), key=len)
    return [Saying(tuple(reversed(texts[: at + 1])), role) for at in range(len(texts))]


def _spread(sayings: Sequence[Saying]) -> list[Saying]:
    """Sayings in the order of their worth to a short ad: something to show, an offer, proof, then the rest."""
    first = [next((one for one in sayings if one.role is role), None) for role in (Role.DEMO, Role.OFFER, Role.PROOF)]
    best = [saying for saying in first if saying]
    return best + [saying for saying in sayings if saying not in best]


def _fitted(brief: AdBrief, wanted: Wanted, chance: Chance) -> list[dict[str, object]]:
    """The lines over their clips, without what no clip can hold."""
    count = min(brief.lines or _BY_ITSELF, _MOST_LINES)
    shorter = any(finding.startswith("the whole lasts") for finding in brief.findings)
    clips = _clips(brief, count)
    count = min(count - shorter, len(clips))
    while count > 0:
        sayings = wanted.lines(count)
        found = cast(sayings, clips, brief, chance)
        lost = {saying for saying, clip in zip(sayings, found, strict=True) if clip is None}
        if lost & {*wanted.body}:
            wanted = replace(wanted, body=tuple(saying for saying in wanted.body if saying not in lost))
            continue
        pairs = [(saying, clip) for saying, clip in zip(sayings, found, strict=True) if clip is not None]
        return [_line(saying, clip, brief) for saying, clip in pairs]
    return []


def _clips(brief: AdBrief, count: int) -> list[SeenClip]:
    """The clips to choose from; each again where that is asked for and there are too few."""
    clips = usable(brief, count if brief.lines else 0)
    return clips * -(-count // len(clips)) if brief.twice and clips else clips


def _line(saying: Saying, clip: SeenClip, brief: AdBrief) -> dict[str, object]:
    script = saying.within(room_of(clip, brief.code), brief.code)
    return {"clip": clip.clip, "script": script, "role": saying.role.value}
