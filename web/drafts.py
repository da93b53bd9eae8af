"""The drafts of a run, side by side: each with its score, what speaks against it, and whether it was chosen."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..agent.runs.result import attempt_data
from ..agent.runs.run_store import Run, RunStore
from ..agent.runs.states import last_values
from ..tools.popularity.standing import read_score, reasons, standing
from ..tools.popularity.types import Score


@dataclass(frozen=True, slots=True)
class ShownDraft:
    """A draft as the page shows it."""

    round: int
    """The attempt that it was a candidate of."""
    title: str
    video_prompt: str
    score: Score | None = None
    complaints: tuple[str, ...] = ()
    chosen: bool = False
    """Whether it is the one that is, or would be, rendered."""
    won: bool = False
    """Whether it won its round."""

    @property
    def stands(self) -> str:
        """Its rank with its range in a few words, or that there is no evidence for one."""
        return standing(self.score) if self.score else "not scored"

    @property
    def why_none(self) -> str:
        """Why there is no evidence; empty where there is a rank."""
        return reasons(self.score) if self.score else ""


def drafts_of(store: RunStore, run: Run, result: Mapping[str, Any]) -> list[ShownDraft]:
    """Every draft that was judged, in the order of the rounds; of a run that is not finished those so far.

    Not to be called from a running event loop.
    """
    if result:
        return list(_flat(result.get("attempts") or (), result))
    values = asyncio.run(last_values(store, run.run_id))
    return list(_flat([attempt_data(one) for one in values.get("attempts", ())], {}))


def _flat(attempts: Sequence[Mapping[str, Any]], result: Mapping[str, Any]) -> Iterator[ShownDraft]:
    for attempt in attempts:
        number = attempt.get("number", 1)
        chosen = bool(result) and all(attempt.get(name) == result.get(name) for name in ("title", "video_prompt"))
        complaints = tuple(attempt.get("complaints", ()))
        yield ShownDraft(
            number, attempt["title"], attempt["video_prompt"], _read(attempt), complaints, chosen, won=True
        )
        for rival in attempt.get("rivals", ()):
            if rival.get("attempt"):  # an earlier attempt, which stands there itself
                continue
            faults = rival.get("faults", 0)
            against = (f"{faults} fault{'s' * (faults != 1)}",) if faults else ()
            yield ShownDraft(number, rival["title"], rival.get("video_prompt", ""), _read(rival), against)


def _read(draft: Mapping[str, Any]) -> Score | None:
    return read_score(draft["score"]) if draft.get("score") else None
