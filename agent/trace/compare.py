"""What two runs have in common and what sets them apart: settings, prompts, drafts, scores, times."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from ...errors import StoreError
from ...tools.popularity.standing import read_score
from ...trust import foreign_files
from ..runs.run_store import Run, RunStore
from .run_finder import RESULT, read_story
from .story import Call, Story

_DRAFT = ("title", "video_prompt", "cover_prompt", "reasoning")
_SCORE = (
    *("percentile", "percentile_low", "percentile_high", "comments", "against", "predictor", "interval", "evidence"),
)
_HOW = ("accepted", "threshold", "choice", "models", "tags", "relevance")

Data = Mapping[str, Any]


def result_of(store: RunStore, run: Run) -> dict[str, Any]:
    """The run's result.json; empty where it has none. Raises StoreError when it is damaged."""
    return _file(store, run, RESULT)


def manifest_of(store: RunStore, run: Run) -> dict[str, Any]:
    """The run's manifest.json; empty where it has none. Raises StoreError when it is damaged."""
    return _file(store, run, "manifest.json")


def _file(store: RunStore, run: Run, name: str) -> dict[str, Any]:
    path = store.folder(run.run_id) / name
    try:
        data = foreign_files.parse_json(foreign_files.read_text(path))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as exc:
        raise StoreError(f"{str(path)!r} cannot be read: {exc}", hint="Delete that file.") from exc
    return data if isinstance(data, dict) else {}


def compared(store: RunStore, one: Run, other: Run) -> dict[str, Any]:
    """What differs, as `trace diff --json` has it: each name with the value of both, None where one has none."""
    stories = [read_story(store, run) for run in (one, other)]
    results = [result_of(store, run) for run in (one, other)]
    manifests = [manifest_of(store, run) for run in (one, other)]
    videos = [result.get("video") or {} for result in results]
    return {
        "runs": [one.run_id, other.run_id],
        "requests": [one.request, other.request],
        "settings": _differing([one.settings, other.settings]),
        "versions": _differing([manifest.get("packages", {}) for manifest in manifests]),
        "facts": _differing([manifest.get("facts", {}) for manifest in manifests]),
        "templates": _differing([_templates(manifest) for manifest in manifests]),
        "messages": _messages(*stories),
        "draft": _differing(results, _DRAFT),
        "score": _differing([_score(result) for result in results], _SCORE),
        "outcome": _differing(results, _HOW) | _attempts(*stories),
        "video": _differing(videos, ("renderer", "sha256", "width", "height", "seconds")),
        "seconds": [round(story.seconds, 3) for story in stories],
    }


def _differing(both: Sequence[Data], names: Sequence[str] = ()) -> dict[str, list[Any]]:
    one, other = both
    wanted = names or sorted({*one, *other})
    return {name: [one.get(name), other.get(name)] for name in wanted if one.get(name) != other.get(name)}


def _score(result: Data) -> dict[str, Any]:
    """The score as this Popcorn reads it: one of an older release has no evidence, and so no rank."""
    return asdict(read_score(result["score"])) if result.get("score") else {}


def _templates(manifest: Data) -> dict[str, str]:
    return dict(prompt.split("@", 1) for prompt in manifest.get("prompts", ()))


def _attempts(one: Story, other: Story) -> dict[str, list[Any]]:
    both = [[read_score(attempt["score"]).percentile for attempt in story.attempts] for story in (one, other)]
    return {} if both[0] == both[1] else {"attempts": both}


def _messages(one: Story, other: Story) -> list[dict[str, Any]]:
    """Each call of a model beside its counterpart: whether it was asked and answered the same, and what changed."""
    both = [_by_place(story) for story in (one, other)]
    messages = []
    for place in dict.fromkeys([*both[0], *both[1]]):
        sent, got = ([_text(pair.get(place), part) for pair in both] for part in ("messages", "reply"))
        changed = [
            line
            for line in difflib.unified_diff(sent[0].splitlines(), sent[1].splitlines(), n=0, lineterm="")
            if not line.startswith(("---", "+++", "@@"))
        ]
        alone = [run for run, pair in zip("AB", both, strict=True) if place in pair]
        same = {"same_question": sent[0] == sent[1], "same_reply": got[0] == got[1]}
        messages.append({"call": place, "in": alone, **same, "changed": changed if len(alone) == 2 else []})
    return messages


def _by_place(story: Story) -> dict[str, Call]:
    """Calls by the visit they were made in and their number there."""
    return {
        f"{visit.node}:{visit.number}" + (f" call {number}" if number > 1 else ""): call
        for visit in story.visits
        for number, call in enumerate((call for call in visit.calls if call.model), 1)
    }


def _text(call: Call | None, part: str) -> str:
    if call is None:
        return ""
    return call.reply if part == "reply" else "\n".join(message["text"] for message in call.messages)
