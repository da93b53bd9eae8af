"""The plan of an ad by rule: the given facts over the given clips, hook first and call to act last.

Every line is a fact of the product, a shorter form that says the same, or a phrase of phrases.toml, which claims
nothing. It judges neither pictures nor taste, and it translates nothing.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from .....errors import ModelCallError
from .....graphs.ad.policy import AROUND
from .....graphs.ad.variants import nearest, repeats_one
from .....graphs.asking.lengths import spoken_units
from .....languages import alike, language_of, name_of
from .....tools.editing.types import Line, Role
from ..chance import Chance
from .brief import AdBrief, SeenClip
from .casting import cast, room_of, usable
from .facts import Saying
from .outline import Outline, outline

REMARK = "made by the offline ad planner, a demo: it puts the given facts over the clips by rule"
_SCRIPTS = {"zh": r"[\u3400-\u9fff]", "ja": r"[\u3040-\u30ff\u3400-\u9fff]", "ko": r"[\uac00-\ud7af]"}
_MOST_LINES = 20
_TURNS = 12
"""How many plans are tried until one repeats no variant."""
_SLACK = 1.1
"""Times the words that fit over a clip that two sayings may have: a picture may be slowed down by a tenth unseen."""
_BY_ITSELF = 6
"""Lines of an ad for which nobody said how many: hook, three facts, offer, call to act."""


def write_plan(brief: AdBrief, seed: int) -> dict[str, object]:
    """`{"lines": [{"clip", "script", "role"}], "remark"}`.

    Raises ModelCallError where the facts are in another language than the ad, or no clip holds any line.
    """
    check_language(brief)
    made = [ad.as_lines for ad in brief.made if ad.clips and ad.lines]
    lines: list[Line] = []
    for turn in range(_TURNS if made else 1):
        chance = _chance(brief, seed, turn)
        wanted = outline(brief, chance)
        new = _fitted(brief, wanted, chance) or _facts_alone(brief, wanted, chance)
        lines = max((plan for plan in (lines, new) if plan), key=lambda plan: _apart(plan, made), default=[])
        if not lines or not repeats_one(lines, made):
            break
    if not lines:
        most = max((room_of(clip, brief.code) for clip in brief.clips), default=0)
        raise ModelCallError(
            f"The offline ad planner found no clip that holds a line: the longest has room for {most}.",
            hint="Give longer clips, or choose a language model with --llm.",
        )
    return {"lines": [_data(line) for line in lines], "remark": REMARK}


def _apart(plan: Sequence[Line], made: Sequence[Sequence[Line]]) -> tuple[bool, float]:
    """How far an ad is from the nearest that was made before; one that opens alike is nearest."""
    found = nearest(plan, made)
    return (not found[1].opens_alike, found[1].whole) if found else (True, 1.0)


def write_script(brief: AdBrief, seed: int) -> dict[str, object]:
    """`{"script", "remark"}`: what the ad says, from the facts alone, as one text. Raises ModelCallError."""
    check_language(brief)
    lines = outline(brief, _chance(brief, seed, 0)).lines(brief.lines or _BY_ITSELF)
    return {"script": _between(brief).join(saying.forms[0] for saying in lines), "remark": REMARK}


def _chance(brief: AdBrief, seed: int, turn: int) -> Chance:
    """One order of everything for all variants; another one each turn, and where what was tried repeats a variant."""
    tried = "\n".join((*(line.script for line in brief.tried), brief.complaint)) if brief.repeated else ""
    return Chance(seed, f"{brief.product.name}\n{tried}\n{turn or ''}")


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


def _fitted(brief: AdBrief, wanted: Outline, chance: Chance) -> list[Line]:
    """The lines over their clips, without what no clip can hold."""
    count = min(brief.lines or _BY_ITSELF, _MOST_LINES)
    if brief.too_long:
        count = max(1, min(count, len(brief.tried) or count) - 1)
    clips = _clips(brief, count)
    count = min(count, len(clips))
    while count > 0:
        sayings = wanted.lines(count)
        found = cast(sayings, clips, brief, chance)
        lost = {saying for saying, clip in zip(sayings, found, strict=True) if clip is None}
        if lost & {*wanted.body}:
            wanted = replace(wanted, body=tuple(saying for saying in wanted.body if saying not in lost))
            continue
        if count <= 2 and wanted.opening in lost:
            return []
        pairs = [(saying, clip) for saying, clip in zip(sayings, found, strict=True) if clip is not None]
        return _filled([_line(saying, clip, brief) for saying, clip in pairs], wanted, brief)
    return []


def _facts_alone(brief: AdBrief, wanted: Outline, chance: Chance) -> list[Line]:
    """Facts over the clips that hold them: for a product whose name is too long for any phrase with it."""
    clips = _clips(brief, count := min(brief.lines or _BY_ITSELF, _MOST_LINES))
    most = max((room_of(clip, brief.code) for clip in clips), default=0)
    told = sorted(wanted.body, key=lambda saying: saying.fact < 0)  # no ad opens with its price
    sayings = [saying for saying in told if saying.within(most, brief.code)][: min(count, len(clips))]
    found = zip(sayings, cast(sayings, clips, brief, chance), strict=True)
    lines = [_line(saying, clip, brief) for saying, clip in found if clip is not None]
    return [replace(line, role=Role.HOOK) if at == 0 else line for at, line in enumerate(lines)]


def _filled(lines: Sequence[Line], wanted: Outline, brief: AdBrief) -> list[Line]:
    """The lines, with facts and a price that have no line of their own beside others whose clips have room for both.

    Few long clips would make an ad much shorter than its footage allows, and leave facts out.
    """
    filled = list(lines)
    if not brief.length.seconds or brief.too_long:
        return filled
    clips = {clip.clip: clip for clip in brief.clips}
    rooms = {number: _whole_room(clip, brief) for number, clip in clips.items()}
    in_all = _SLACK * sum(room_of(clips[line.clip], brief.code) for line in lines)
    said = " ".join(line.script for line in lines)
    for saying in wanted.body:
        told = saying.fact >= 0 or saying.role is Role.OFFER
        length = sum(spoken_units(line.script, brief.code) for line in filled)
        fits = length + spoken_units(saying.forms[0], brief.code) <= in_all
        if told and fits and not any(form in said for form in saying.forms):
            _put(saying, filled, rooms, brief)
    return filled


def _whole_room(clip: SeenClip, brief: AdBrief) -> float:
    """How much is said over all of a clip: its room is that of a line's equal share of the ad, and lines may differ."""
    share = brief.length.seconds / brief.lines if brief.lines else clip.seconds
    counted = max(0.5, min(clip.seconds, share) - AROUND)  # what graphs.ad.policy.room_for gave
    floored = room_of(clip, brief.code) + 0.5  # half a word was cut off, in the middle
    return floored * max(1.0, (clip.seconds - AROUND) / counted)


def _put(saying: Saying, lines: list[Line], rooms: Mapping[int, float], brief: AdBrief) -> None:
    """It beside the shortest line that has room for it: before an offer, behind others, never in a call to act.

    A price stands as late as it can, never in the hook, and makes an offer of its line.
    """
    price, fact = saying.fact < 0, saying.forms[0]

    def order(at: int) -> tuple[bool, int]:
        return lines[at].role is Role.HOOK, -at if price else spoken_units(lines[at].script, brief.code)

    closed = {Role.CALL_TO_ACT, Role.HOOK} if price else {Role.CALL_TO_ACT}
    for at in sorted((at for at, line in enumerate(lines) if line.role not in closed), key=order):
        line = lines[at]
        both = (fact, line.script) if line.role is Role.OFFER else (line.script, fact)
        script = _between(brief).join(both)
        if spoken_units(script, brief.code) <= _SLACK * rooms[line.clip] and script not in brief.unwanted:
            lines[at] = replace(line, script=script, role=Role.OFFER if price else line.role)
            return


def _between(brief: AdBrief) -> str:
    """What stands between two sentences."""
    return "" if brief.code in ("zh", "ja") else " "


def _clips(brief: AdBrief, count: int) -> list[SeenClip]:
    """The clips to choose from; each again where that is asked for and there are too few."""
    clips = usable(brief, count if brief.lines else 0)
    return clips * -(-count // len(clips)) if brief.twice and clips else clips


def _line(saying: Saying, clip: SeenClip, brief: AdBrief) -> Line:
    return Line(clip.clip, saying.within(room_of(clip, brief.code), brief.code), saying.role)


def _data(line: Line) -> dict[str, object]:
    return {"clip": line.clip, "script": line.script, "role": line.role.value}
