"""The card of a finished run: what a person reads after `popcorn ask`. Builds renderables; prints nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from ...graphs.create.choice import picked, read_choice, why_not
from ...graphs.create.request.command import take_apart
from ...graphs.create.request.terms import all_terms
from ...tools.popularity.standing import OUT_OF_THE_BOX, briefly, comments, read_score, reasons, standing
from ...tools.popularity.types import Score, read
from ..models.offline.shaping import DRAFTER, shaped_by
from ..runs.sound_facts import sound_told
from .layout import Bar, Indented, Titled, path_line
from .reference_cards import contrast_view, references_view

Data = Mapping[str, Any]


def card(data: Data) -> RenderableType:
    """Title, prompt, score with its meaning, choice, references, attempts and files of `ask --json` data."""
    parts = [_title(data), _score(data), _references(data), _attempts(data), _files(data), _remarks(data)]
    return Group(*(part for part in parts if part is not None))


def _title(data: Data) -> RenderableType:
    shots = [f"{number}. {shot['video_prompt']}" for number, shot in enumerate(data.get("shots") or (), 1)]
    return Titled(data["title"], "\n".join(shots) or data["video_prompt"])


_UNKNOWN = "no evidence how it would do"
_INVENTED = Text("illustrative: these counts are invented, like the sample they come from", style="yellow")


def _score(data: Data) -> RenderableType:
    score = read_score(data["score"])
    lines: list[RenderableType] = [*_standing(score, data), *_choice(data)]
    lines += [
        Text(f"by {score.predictor}, which learned from {score.learned_from}", style="dim"),
        Text(f"it read {read(score.basis, _unknown_tag(data))}", style="dim"),
    ]
    if score.illustrative:
        lines.append(_INVENTED)
    return _section("score", Group(*lines))


def _standing(score: Score, data: Data) -> list[RenderableType]:
    """Where the draft stands among real videos and whether it was accepted, or why nobody can tell."""
    if why := reasons(score):
        told = [OUT_OF_THE_BOX, "yellow"] if OUT_OF_THE_BOX in data["notices"] else [f"{_UNKNOWN}: {why}", ""]
        return [Text(*told), Text(_verdict(score, data))]
    return [
        Bar(score.percentile, data["threshold"]),
        Text(f"{standing(score)}: {_verdict(score, data)}"),
        Text(f"against {score.against}, from the least to the most commented"),
        Text(comments(score)),
    ]


def _verdict(score: Score, data: Data) -> str:
    if data["accepted"]:
        return "accepted" if score.evidence else "accepted: nothing speaks against it"
    low = score.percentile is not None and score.percentile < data["threshold"]
    return f"below the threshold of {data['threshold']:g}" if low else "not accepted: something speaks against it"


def _choice(data: Data) -> list[RenderableType]:
    """Over which others the draft was picked, and how often that is right."""
    choice = read_choice(data.get("choice"))
    told = OUT_OF_THE_BOX in data["notices"] and bool(reasons(read_score(data["score"])))
    return [Text(line) for line in (picked(choice, told=told), "" if told else why_not(choice)) if line]


def _unknown_tag(data: Data) -> str:
    """The tag that the predictor did not know; that of an invented reference is nothing to know."""
    invented = any(reference["illustrative"] for reference in data["references"])
    return "" if invented else str(data["score"].get("unknown_tag", ""))


def _references(data: Data) -> RenderableType | None:
    if not data["references"]:
        return None
    parts: list[RenderableType] = [
        *_shaped(data),
        references_view(data["references"]),
        Text(),
        contrast_view(data["contrast"]),
    ]
    if any(reference["illustrative"] for reference in data["references"]):
        parts.insert(-2, _INVENTED)
    return _section(f"references ({', '.join(data['tags'])})", Group(*parts))


def _shaped(data: Data) -> list[Text]:
    """Which references changed a draft that rules wrote; of a language model's nobody knows."""
    shaped = shaped_by(data)
    if shaped is None:
        return []
    if not shaped:
        return [Text("found for the request; none of them changed the draft", style="dim")]
    return [Text(f"“{one.title}” gave the draft {one.part}: {one.what}") for one in shaped]


def _attempts(data: Data) -> RenderableType | None:
    drafts = [_draft_rows(data, one) for one in data["attempts"]]
    if sum(map(len, drafts)) < 2:
        return None
    if len(drafts) == 1 and not any(one.evidence for _, one in drafts[0]):  # said above, once for all
        return _section("drafts", Group(*(what for what, _ in drafts[0])))
    table = Table(box=None, show_header=False, padding=(0, 2, 0, 0), expand=True)
    table.add_column(justify="right", no_wrap=True, width=15)
    table.add_column(overflow="fold", ratio=1)
    for what, score in (row for round_ in drafts for row in round_):
        table.add_row(Text(briefly(score)), what)
    return _section("attempts" if len(drafts) > 1 else "drafts", table)


def _draft_rows(data: Data, attempt: Data) -> list[tuple[Text, Score]]:
    """An attempt, and below it the drafts of its round that it was taken from, each with its score."""
    won = attempt["title"] == data["title"] and attempt["video_prompt"] == data["video_prompt"]
    what = Text(attempt["title"], style="bold" if won else "default")
    for complaint in attempt["complaints"]:
        what.append(f"\n{complaint}", style="dim")
    rows = [(what, read_score(attempt["score"]))]
    for rival in attempt.get("rivals", ()):
        if rival.get("score"):
            faults = f" ({rival['faults']} fault{'s' * (rival['faults'] != 1)})" if rival["faults"] else ""
            rows.append((Text(f"{rival['title']}{faults}"), read_score(rival["score"])))
    return rows


def _files(data: Data) -> RenderableType:
    video = data["video"]
    facts = f"{video['width']}x{video['height']}, {video['seconds']:.2f} s, {video['fps']:g} fps, {video['codec']}"
    facts = f"{facts}, {len(shots)} shots" if (shots := data.get("shots")) else facts
    silent = ", silent" if video["silent"] else ""
    lines = [
        path_line(str(video["path"])),
        Text(
            f"{facts}{silent}; made by {video['renderer']}" + (" (a demo stand-in)" if video["demo"] else ""),
            style="dim",
        ),
        *([] if video["silent"] else [Text(f"sound: {sound_told(data)}", style="dim")]),
        path_line(str(data["cover"]["path"])),
    ]
    if copy := video.get("copy"):
        lines.insert(0, path_line(str(copy), "bold cyan"))
    if bundle := data.get("bundle"):
        lines.append(path_line(str(bundle["path"]), "bold cyan"))
    return _section("files", Group(*lines))


def _remarks(data: Data) -> RenderableType | None:
    lines = [Text(f"drafted by {data['models']['chat']}", style="dim")]
    notices = [notice for notice in data["notices"] if notice != OUT_OF_THE_BOX]
    lines += [Text(f"! {notice}", style="yellow") for notice in [*notices, *_unmet(data)]]
    lines.append(Text(f"run {data['run_id']}{_origin(data)}", style="dim"))
    return _section("", Group(*lines))


def _unmet(data: Data) -> list[str]:
    """What the request asks for at its end that no run does, or that rules which draft do not read."""
    request = data.get("request") or ""
    aside = take_apart(all_terms(request)[0]).aside if request else ""
    if aside and data["models"]["chat"] == DRAFTER:
        return [f"“{aside}” was not followed: rules draft here, and read no such wish; options such as --renderer do"]
    if aside.casefold().startswith(("and ", "then ")):
        return [f"“{aside}” was not followed: a run drafts, scores and renders, and does nothing else"]
    return []


def _origin(data: Data) -> str:
    """Where a fork left which run; empty for a run of its own."""
    at = f" before {data['node']}" if data.get("node") else ""
    return f", forked from {data['parent']}{at}" if data.get("parent") else ""


def _section(name: str, body: RenderableType) -> RenderableType:
    head: Sequence[RenderableType] = [Text(name, style="bold")] if name else []
    return Group(*head, Indented(body))
