"""The nodes of the ad graph: each takes the state and the collaborators, and returns only what it changes."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from langgraph.runtime import Runtime

from ... import files
from ...tools.editing.check_results import Check
from ...tools.editing.types import Claim, Line, SpokenLine
from ...tools.footage.types import Footage
from . import outcomes
from .context import AdContext, Progress
from .estimate import chosen_clips
from .findings import claims_error, delivery_error, lengths_error, of_claims, of_lengths, rate_of
from .mending import clips_at_fault, others
from .policy import MOST_NAMED, WRITINGS, blocking, failed, levelled
from .state import AdState
from .tool_names import ASSEMBLE, CHECK_CLAIMS, CHECK_DELIVERY, REPAIR, SPEAK, SURVEY_FOOTAGE
from .working import worked
from .writing import Written, write_lines

Update = dict[str, object]


async def survey(state: AdState, runtime: Runtime[AdContext]) -> Update:
    """Read the footage, and keep the clips that the ad may be cut from."""
    plan, reader = state.plan, runtime.context.footage

    def work(progress: Progress) -> Footage:
        return reader.survey(plan.footage, progress)

    asked = {"folder": plan.footage.name}
    footage = await worked(runtime, "survey", SURVEY_FOOTAGE, asked, work, outcomes.surveyed, "files")
    clips = chosen_clips(footage, plan)
    return {
        "clips": clips,
        "left_out": list(footage.left_out[:MOST_NAMED]),
        "surveyed": len(footage.clips),
        "notices": [*footage.notices, *outcomes.left_out(footage), *outcomes.flawed(clips)],
    }


async def write(state: AdState, runtime: Runtime[AdContext]) -> Update:
    """Lines over clips: by the model, or somebody's own lines matched to clips. Anew where `faults` say why."""
    written: Written = await write_lines(state, runtime.context)
    script, language = runtime.context.script, state.plan.language

    def cut() -> list[Line]:
        return [replace(line, subtitles=script.subtitles(line.script, language)) for line in written.lines]

    lines = await asyncio.to_thread(cut)
    return {
        "lines": lines,
        "faults": [],
        "writings": state.writings + 1,
        "calls": written.calls,
        "notices": written.notices,
    }


async def claims(state: AdState, runtime: Runtime[AdContext]) -> Update:
    """Tie every claim to what backs it; what must not be claimed goes back to the writer, and at last is an error."""
    script, lines, plan = runtime.context.script, state.lines, state.plan

    def work(progress: Progress) -> tuple[list[Claim], list[str]]:
        found, notices = script.ledger(lines, plan, state.clips)
        return levelled(plan, found), list(notices)

    asked = {"lines": [line.script for line in lines]}
    ledger, notices = await worked(runtime, "claims", CHECK_CLAIMS, asked, work, outcomes.claimed)
    stopping = blocking(ledger)
    if stopping and (plan.script or state.writings >= WRITINGS):
        raise claims_error(stopping)
    if stopping:
        notices = [*notices, f"written anew: {'; '.join(of_claims(stopping))}"]
    return {"ledger": ledger, "faults": of_claims(stopping), "notices": notices}


async def speak(state: AdState, runtime: Runtime[AdContext]) -> Update:
    """Speak every line; what lasts longer than its picture goes back to the writer, and at last is an error."""
    context, plan, lines = runtime.context, state.plan, state.lines

    def work(progress: Progress) -> list[SpokenLine]:
        return _spoken(lines, context, plan.language, files.folder(context.folder / "speech"), progress)

    voice = await asyncio.to_thread(context.voice, plan.language)
    asked = {
        "voice": voice.name,
        "language": plan.language,
        "lines": [line.script for line in lines],
    }
    spoken = await worked(runtime, "speak", SPEAK, asked, work, outcomes.spoken, "lines")
    rate = rate_of(lines, spoken, plan.language)
    faults = of_lengths(state, spoken, context.editor, rate)
    if faults and state.writings >= WRITINGS:
        raise lengths_error(plan, faults)
    notices = [f"written anew: {'; '.join(faults)}"] if faults else []
    return {"spoken": spoken, "rate": rate, "faults": faults, "notices": notices}


async def arrange(state: AdState, runtime: Runtime[AdContext]) -> Update:
    """Put pictures, sounds and subtitles on one clock."""
    editor = runtime.context.editor
    arranging = state.plan, state.lines, state.spoken, state.clips, state.ledger
    timeline = await asyncio.to_thread(editor.arrange, *arranging)
    return {"timeline": timeline, "notices": outcomes.short(timeline.seconds, state.plan, state.clips)}


async def assemble(state: AdState, runtime: Runtime[AdContext]) -> Update:
    """Render the ad, its cover, its edit lists and its subtitle files."""
    context, timeline = runtime.context, outcomes.known(state.timeline)
    asked = {"seconds": round(timeline.seconds, 2), "cuts": len(timeline.cuts)}
    made = await worked(
        runtime,
        "assemble",
        ASSEMBLE,
        asked,
        lambda progress: context.editor.assemble(timeline, state.plan, files.folder(context.folder), progress),
        outcomes.assembled,
        "frames",
    )
    return {"files": made, "notices": list(made.video.notices)}


async def check(state: AdState, runtime: Runtime[AdContext]) -> Update:
    """Measure the finished file: what it shows, what is heard, what can be read, and when."""
    editor, timeline, made = runtime.context.editor, outcomes.known(state.timeline), outcomes.known(state.files)
    checks = await worked(
        runtime,
        "check",
        CHECK_DELIVERY,
        {"video": made.video.path.name},
        lambda progress: list(editor.check(timeline, made, state.lines, state.clips, state.plan, progress)),
        outcomes.checked,
        "frames",
    )
    return {"checks": checks}


async def repair(state: AdState, runtime: Runtime[AdContext]) -> Update:
    """Mend what can be mended, and say what that was: clips by others, all else in the timeline."""
    editor, timeline = runtime.context.editor, outcomes.known(state.timeline)
    wrong = clips_at_fault(state.checks, timeline)
    if wrong and (clips := others(state.clips, wrong, state.plan)):
        replaced = [f"{what}: another one is taken" for what in wrong.values()]
        return _mended(state, replaced) | {"clips": clips, "faults": replaced, "writings": 0}
    asked = {"failed": [check.name for check in failed(state.checks)]}
    mended, told = await worked(
        runtime,
        "repair",
        REPAIR,
        asked,
        lambda progress: editor.repair(timeline, state.checks),
        lambda outcome: {"repairs": list(outcome[1])},
    )
    return _mended(state, told) | {"timeline": mended}


async def finish(state: AdState, runtime: Runtime[AdContext]) -> Update:
    """Let a sound ad go, and keep back one that fails its checks. Raises DeliveryError."""
    if wrong := failed(state.checks):
        await asyncio.to_thread(_keep_checks, state.checks, runtime.context.folder / "checks.json")
        raise delivery_error(wrong, state.repairs)
    of_the_model = () if state.plan.script else runtime.context.notices
    return {"notices": [*outcomes.unchecked(state.checks), *outcomes.warned(state.ledger), *of_the_model]}


def _keep_checks(checks: Sequence[Check], path: Path) -> None:
    with files.writing(path):
        files.write_json(path, outcomes.checked(checks))


def _mended(state: AdState, told: Sequence[str]) -> Update:
    return {
        "mended": bool(told),
        "mendings": state.mendings + 1,
        "repairs": list(told),
        "notices": [f"repaired: {one}" for one in told],
    }


def _spoken(lines: list[Line], context: AdContext, language: str, folder: Path, progress: Progress) -> list[SpokenLine]:
    spoken, voice = list[SpokenLine](), context.voice(language)
    for number, line in enumerate(lines, start=1):
        progress(number - 1, len(lines))
        spoken.append(voice.speak(line, language, folder / f"{number:02d}.wav"))
    progress(len(lines), len(lines))
    return spoken
