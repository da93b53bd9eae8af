"""The reward that TRL's GRPOTrainer takes in `reward_funcs`: how a draft fares against the others of its prompt.

    from popcorn.study.preferences.reward import reward
    GRPOTrainer(model, reward_funcs=reward("headlines"), train_dataset=rows)  # of grpo.jsonl

A reward is the mean of P(this draft draws more than another one), over the other drafts of the same prompt, as the
choice model or predictor says: 0.5 where it cannot tell, has no evidence, or there is nothing to compare with.
What is no draft gets NO_DRAFT, which every draft is above.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Sequence
from itertools import combinations
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from ...graphs.create.replies import DraftReply
from ...tools.popularity.choice.types import Pair
from ...tools.popularity.types import Subject
from .predicted import preferred
from .types import PARTS, Draft

if TYPE_CHECKING:
    from ...tools.popularity.choice.types import ChoiceModel

NO_DRAFT = 0.0
"""Of a completion that is not the JSON that was asked for; a draft that always loses gets more than that."""
CANNOT_TELL = 0.5
Completion = str | Sequence[dict[str, str]]
_THOUGHT = "</think>"


class ChoiceReward:
    """Rewards completions by comparing them with one another."""

    def __init__(self, model: ChoiceModel, *, without_evidence: bool = False) -> None:
        """By a choice model; `without_evidence` takes its word also for drafts that it was not measured on."""
        self.model = model
        self.compared = 0
        """Pairs of drafts that it was asked about."""
        self.evidence = 0
        """Those of them that the model has evidence for."""
        self._without_evidence = without_evidence
        self.__name__ = f"drawn_more_by_{model.name}"

    def __call__(
        self,
        prompts: Sequence[Any],
        completions: Sequence[Completion],
        request: Sequence[str] | None = None,
        platform: Sequence[str] | None = None,
        parts: Sequence[Sequence[str]] | None = None,
        **_others: Any,
    ) -> list[float]:
        """(N,) rewards from 0 to 1, of N completions; the further arguments are columns of grpo.jsonl."""
        texts = [completion if isinstance(completion, str) else completion[-1]["content"] for completion in completions]
        wanted = parts or [("title",)] * len(texts)
        drafts = [draft_in(text, part) for text, part in zip(texts, wanted, strict=True)]
        asked, places = request or [""] * len(texts), platform or [""] * len(texts)
        subjects = {
            place: Subject(draft.title, draft.video_prompt, request=asked[place], platform=places[place])
            for place, draft in enumerate(drafts)
            if draft
        }
        found = self._shares(subjects, _groups(prompts, subjects))
        return [found[place] if place in subjects else NO_DRAFT for place in range(len(texts))]

    def _shares(self, subjects: dict[int, Subject], groups: Sequence[Sequence[int]]) -> dict[int, float]:
        """The mean probability of each draft; all pairs are asked about at once."""
        shares: dict[int, list[float]] = defaultdict(list)
        differing = []
        for a, b in (pair for group in groups for pair in combinations(group, 2)):
            if subjects[a] == subjects[b]:
                shares[a].append(CANNOT_TELL)
                shares[b].append(CANNOT_TELL)
            else:
                differing.append((a, b))
        compared = self.model.compare([Pair(subjects[a], subjects[b]) for a, b in differing]) if differing else []
        self.compared += len(differing)
        for (a, b), one in zip(differing, compared, strict=True):
            probability = preferred(one, without_evidence=self._without_evidence)
            self.evidence += one.evidence
            shares[a].append(probability)
            shares[b].append(1 - probability)
        return {place: sum(shares[place]) / len(shares[place]) if shares[place] else CANNOT_TELL for place in subjects}


def reward(name: str | None = None, *, without_evidence: bool = False) -> ChoiceReward:
    """The reward by a choice model or predictor of this home; the one in use without a name.

    Raises RequestError where there is none of that name.
    """
    from ...agent.wiring.choices import open_choice_model
    from ...agent.wiring.workshop import workshop_of
    from ...settings import load_settings

    settings = load_settings()
    workshop = workshop_of(settings)
    model = open_choice_model(settings, name, lambda known: workshop.predictor(settings, known)[0])
    return ChoiceReward(model, without_evidence=without_evidence)


def draft_in(text: str, parts: Sequence[str] = ("title",)) -> Draft | None:
    """The draft that a completion is; None where it is not one JSON object with these parts, each a line of text."""
    try:
        values = json.loads(text.rpartition(_THOUGHT)[2])
    except (ValueError, RecursionError):
        return None
    if not isinstance(values, dict) or any(not _line(values.get(part)) for part in parts):
        return None
    if "cover_prompt" in parts:
        try:
            DraftReply.model_validate(values)
        except ValidationError:
            return None
    return Draft(**{part: str(values[part]).strip() for part in PARTS if part in parts})


def _line(value: object) -> bool:
    return isinstance(value, str) and len(value.strip().splitlines()) == 1


def _groups(prompts: Sequence[Any], subjects: dict[int, Subject]) -> list[list[int]]:
    """The places of the drafts of each prompt."""
    groups: dict[str, list[int]] = defaultdict(list)
    for place in subjects:
        groups[json.dumps(prompts[place], sort_keys=True)].append(place)
    return [*groups.values()]
