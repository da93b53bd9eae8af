"""A folder of preferences: pairs for DPO, their winners for SFT, prompts for GRPO, and a card.

Pairs are first written down one after the other, so that memory holds numbers alone (`sieve.py`), and then read again
and written on their side of the split. The folder appears whole or not at all.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

from ... import files
from ...errors import DataError, RequestError
from . import chat
from .card import card_text
from .sieve import Sieve, Sifted
from .trust import Trust
from .types import Idea, Preference, platform_named, preference_of

DPO, SFT, GRPO, CARD = "dpo", "sft", "grpo", "card.json"
HELD_OUT = "-test"
"""What the name of a file of held-out rows ends in: dpo-test.jsonl."""
ELSEWHERE = "pairs of another platform"
_MOST_MARGIN = 7.0
"""Log-odds: of a test that is clearer than 1,000 to 1 no more is claimed."""
_EXAMPLES = 5
_SPOOL = ".spool"
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Wishes:
    """What is chosen about an export."""

    test_share: float = 0.1
    """Of the stories, held out."""
    platform: str = ""
    """The one that is exported; empty where all are of one."""
    seed: int = 0


@dataclass
class Exported:
    """What an export has counted."""

    left_out: Counter[str] = field(default_factory=Counter)
    platforms: Counter[str] = field(default_factory=Counter)
    rows: Counter[str] = field(default_factory=Counter)
    sources: dict[str, dict[str, Any]] = field(default_factory=dict)
    asked: Counter[str] = field(default_factory=Counter)
    contradictions: list[list[str]] = field(default_factory=list)
    """The titles of the first few, so that a person can look for them."""


def check_folder(out: Path) -> None:
    """Raises RequestError where something is there already."""
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise RequestError(f"{str(out)!r} is there already", hint="Name a new folder after -o.")


def export(
    preferences: Iterable[Preference],
    ideas: Iterable[Idea],
    out: Path,
    trust: Trust,
    wishes: Wishes | None = None,
    counted: Counter[str] | None = None,
    progress: Progress = lambda *_: None,
) -> dict[str, Any]:
    """Write the folder; its card as JSON values. `counted` is what the sources leave out while they are read.

    Raises RequestError where the folder is there or platforms are mixed, DataError where nothing is left, StoreError.
    """
    check_folder(out)
    wanted, told = wishes or Wishes(), Exported(Counter() if counted is None else counted)
    with files.new_folder(out) as folder:
        sifted = _spooled(preferences, ideas, folder / _SPOOL, wanted, told)
        _write(folder, sifted, told, progress)
        (folder / _SPOOL).unlink()
        data = _card(sifted, told, trust, wanted)
        files.write_json(folder / CARD, data, shared=True)
        files.write_text(folder / "README.md", card_text(data), shared=True)
    return data | {"folder": str(out)}


def _spooled(
    preferences: Iterable[Preference], ideas: Iterable[Idea], spool: Path, wishes: Wishes, told: Exported
) -> Sifted:
    """Write every line down, and find out what becomes of it. Raises RequestError, DataError."""
    sieve, wanted = Sieve(), platform_named(wishes.platform)
    with files.new_file(spool) as file:
        for line, one in _lines(preferences, ideas):
            if wanted and one.platform and one.platform != wanted:
                told.left_out[ELSEWHERE] += 1
                continue
            told.platforms[one.platform] += 1
            asked = json.dumps(line["prompt"])
            if isinstance(one, Preference):
                sieve.add(one, asked if chat.subject_of(one) else "")
            else:
                sieve.add_prompt(one.request, asked)
            file.write(json.dumps(line).encode() + b"\n")
    _check_platforms(told.platforms)
    sifted = sieve.sifted(wishes.test_share, wishes.seed, told.left_out) if len(sieve) else None
    if sifted is None or not (sifted.kept | sifted.first_asked).any():
        left_out = [f"{count:,} {reason}" for reason, count in told.left_out.items() if count]
        why = "; ".join(left_out) or "no pair and no draft was found"
        raise DataError(
            f"no preference is left to write: {why}",
            hint="Give pairs of which one side drew more, or runs and studies with several drafts of a request.",
        )
    return sifted


def _lines(
    preferences: Iterable[Preference], ideas: Iterable[Idea]
) -> Iterator[tuple[dict[str, Any], Preference | Idea]]:
    for one in preferences:
        parts = chat.parts_of((one.chosen, one.rejected))
        by = "request" if one.request else "the words that both share" if chat.subject_of(one) else "nothing"
        line = {"prompt": chat.asked(one, parts), "by": by, "parts": parts, "platform": one.platform}
        yield line | {"preference": one.data()}, one
    for idea in ideas:
        parts = ("title", "video_prompt", "cover_prompt")
        prompt = chat.draft_question(idea.request, idea.language)
        yield {"prompt": prompt, "parts": parts, "platform": idea.platform, "request": idea.request}, idea


def _check_platforms(platforms: Counter[str]) -> None:
    named = {name: count for name, count in platforms.items() if name}
    if len(named) > 1:
        listed = ", ".join(f"{name} ({count:,})" for name, count in sorted(named.items()))
        raise RequestError(
            f"the pairs are of {len(named)} platforms, whose audiences are not one: {listed}",
            hint=f"Export one of them into a folder of its own: --platform {next(iter(sorted(named)))}",
        )


def _write(part: Path, sifted: Sifted, told: Exported, progress: Progress) -> None:
    total = len(sifted.kept)
    with ExitStack() as stack, (part / _SPOOL).open("rb") as spool:
        outs = {
            f"{kind}{end}": stack.enter_context(files.new_file(part / f"{kind}{end}.jsonl", shared=True))
            for kind in (DPO, SFT, GRPO)
            for end in ("", HELD_OUT)
        }
        for place, text in enumerate(spool):
            end = HELD_OUT if sifted.test[place] else ""
            line = json.loads(text)
            one = preference_of(line["preference"]) if "preference" in line else None
            request = one.request if one else line["request"]
            about = {"request": request, "platform": line["platform"], "parts": line["parts"]}
            if one and sifted.kept[place]:
                row = _pair_row(line["prompt"], line["parts"], one)
                _add(outs, told, f"{DPO}{end}", row)
                _count(told, one, f"{' and '.join(line['parts'])}, by {line['by']}", end)
                if sifted.first_winner[place]:
                    _add(outs, told, f"{SFT}{end}", {"prompt": row["prompt"], "completion": row["chosen"], **about})
            if one and sifted.contradicted[place]:
                _remember(told, one)
            if sifted.first_asked[place]:
                _add(outs, told, f"{GRPO}{end}", {"prompt": line["prompt"], **about})
            if place % 1_000 == 0:
                progress(place, total)


def _pair_row(prompt: list[chat.Message], parts: list[str], one: Preference) -> dict[str, Any]:
    """A row of TRL's preference format, with what it is worth."""
    return {
        "prompt": prompt,
        "chosen": chat.answer(one.chosen, parts),
        "rejected": chat.answer(one.rejected, parts),
        "margin": round(margin(one.probability), 4),
        "source": one.source.value,
        "trust": _rounded(one.trust),
        "trust_low": _rounded(one.trust_low),
        "trust_high": _rounded(one.trust_high),
        "evidence": one.evidence,
        "z": _rounded(one.z),
        "request": one.request,
        "story": one.story,
        "platform": one.platform,
    }


def margin(probability: float) -> float:
    """The log-odds that the chosen draft draws more, at most 7: one unit for all sources."""
    from scipy.special import logit

    return min(float(logit(probability)), _MOST_MARGIN)


def _add(outs: dict[str, BinaryIO], told: Exported, name: str, row: dict[str, Any]) -> None:
    outs[name].write(files.json_line(row))
    told.rows[name] += 1


def _count(told: Exported, one: Preference, asked: str, end: str) -> None:
    source = told.sources.setdefault(
        one.source.value, {"pairs": 0, "test": 0, "evidence": 0, "measured": 0, "trust": 0.0}
    )
    source["pairs"] += 1
    source["test"] += bool(end)
    source["evidence"] += one.evidence
    if one.trust is not None:
        source["measured"] += 1
        source["trust"] += one.trust
    told.asked[asked] += 1


def _remember(told: Exported, one: Preference) -> None:
    """Keep a contradiction as an example, once."""
    titles = sorted([one.chosen.title, one.rejected.title])
    if len(told.contradictions) < _EXAMPLES and titles not in told.contradictions:
        told.contradictions.append(titles)


def _card(sifted: Sifted, told: Exported, trust: Trust, wishes: Wishes) -> dict[str, Any]:
    sources = {
        name: {**found, "trust": round(found["trust"] / found["measured"], 4) if found["measured"] else None}
        for name, found in told.sources.items()
    }
    return {
        "format": 1,
        "rows": {f"{kind}{end}": told.rows[f"{kind}{end}"] for kind in (DPO, SFT, GRPO) for end in ("", HELD_OUT)},
        "sources": sources,
        "asked": dict(told.asked),
        "reward": trust.data(),
        "platforms": dict(told.platforms),
        "stories": sifted.stories,
        "test_stories": sifted.test_stories,
        "contradictions": sifted.contradictions,
        "contradicting": told.contradictions,
        "left_out": {reason: count for reason, count in told.left_out.items() if count},
        "seed": wishes.seed,
    }


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)
