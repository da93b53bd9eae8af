"""What moved a trained predictor's score: past videos, modalities, words."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

import numpy as np
import torch

from ..neighbourhood import shares
from ..occlusion import SHOWN, ablation, without_words
from ..types import Ablation, Explanation, Influence, Score, Subject

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from ..mmra.batches import Batch
    from .drafts import Drafts
    from .fitted import FittedPredictor


class Explained(Protocol):
    """What has to be known of a trained predictor whose scores are explained."""

    @property
    def fitted(self) -> FittedPredictor:
        """Its values."""
        ...

    def score(self, subjects: Sequence[Subject]) -> list[Score]:
        """Scores of subjects, in their order."""
        ...

    def can_score(self, subject: Subject) -> bool:
        """Whether anything is known of the subject that it reads."""
        ...

    def drafts(self, subjects: Sequence[Subject]) -> Drafts:
        """Subjects as its members see them."""
        ...

    def batch(self, subjects: Sequence[Subject]) -> list[Score]:
        """The same for many: quicker, and equal but for rounding."""
        ...


def explain(predictor: Explained, subject: Subject) -> Explanation:
    """What moved the score of one subject."""
    fitted = predictor.fitted
    (score,) = predictor.score([subject])
    draft = predictor.drafts([subject])
    said = fitted.said(draft)
    words = without_words(subject)
    others = predictor.batch([less for _, less in words])
    return Explanation(
        score=score,
        neighbours=_influences(fitted, draft),
        without=tuple(_without(predictor, draft, score, subject)),
        words=tuple(ablation(word, score, other) for (word, _), other in zip(words, others, strict=True)),
        members=_members(fitted, draft, said),
    )


def _members(
    fitted: FittedPredictor, draft: Drafts, said: dict[str, NDArray[np.float64]]
) -> tuple[tuple[str, float, float], ...]:
    """What each member said, and its weight; of a predictor that words cannot lift, the least span and the nudge."""
    if fitted.steady is None or draft.encode is None:
        weights = dict(fitted.blend.weights)
        return tuple((name, float(values[0]), weights[name]) for name, values in said.items())
    least, nudge = fitted.steady.parts(float(fitted.blend(said)[0]), draft.titles[0], draft.encode)
    return ("least span", least, 1.0), ("nudge of the whole title", nudge, 1.0)


def _influences(fitted: FittedPredictor, draft: Drafts) -> tuple[Influence, ...]:
    """Past videos by their share of what networks and neighbours said, each weighed as it is in the blend."""
    total = np.zeros(len(fitted.bank))
    for reading in fitted.readings(draft):
        total += reading.shares[0] * _looked_at(fitted, reading.drafts)
    if not total.any():
        return ()
    total /= total.sum()
    similar = fitted.bank.vectors @ np.asarray(draft.retrieval[0], dtype=np.float32)
    first = [int(row) for row in np.argsort(-total, kind="stable")[:SHOWN] if total[row] > 0]
    bank = fitted.bank
    return tuple(
        Influence(bank.ids[row], bank.tags[row], 2.0 ** float(bank.labels[row]), float(similar[row]), float(total[row]))
        for row in first
    )


def _looked_at(fitted: FittedPredictor, draft: Drafts) -> NDArray[np.float64]:
    """(N,), how much networks and neighbours look at each past video of the bank, each weighed as in the blend."""
    weights, near, total = dict(fitted.blend.weights), fitted.nearest(draft), np.zeros(len(fitted.bank))
    if weights.get("network"):
        batch = fitted.batch(draft, near)
        looks = torch.stack([network.attention(batch)[0] for network in fitted.networks]).mean(dim=0)
        np.add.at(total, near.rows[0], weights["network"] * looks.double().numpy())
    if fitted.neighbours and weights.get("neighbours"):
        rows, parts = shares(
            fitted.bank, fitted.shortlist(draft), fitted.bank.code_of(draft.tags[0]), fitted.neighbours
        )
        np.add.at(total, rows, weights["neighbours"] * parts)
    return total


def _without(predictor: Explained, draft: Drafts, score: Score, subject: Subject) -> list[Ablation]:
    """The score without each modality that was used, and without the retrieved videos.

    The published network cannot do without a modality: for it only the retrieval is taken away.
    """
    fitted = predictor.fitted
    said, found = fitted.said(draft), []
    if fitted.config.variant == "popcorn":
        if {"title", "text"} & set(score.basis):
            bare = replace(subject, title="", text="")
            wordless = replace(draft, titles=("",))
            found.append(_ablation("text", fitted, score, wordless, _said(predictor, bare)))
        if "tag" in score.basis:
            found.append(_ablation("tag", fitted, score, draft, _said(predictor, replace(subject, tag=""))))
        if "frames" in score.basis:
            blind = fitted.averaged(
                draft, lambda one: {"network": fitted.by_networks(_unseen(_batch(fitted, one.drafts)))}
            )
            found.append(_ablation("frames", fitted, score, draft, said | blind))
    alone = {name: values for name, values in said.items() if name in {"lexical", "tuned"}}
    alone |= fitted.averaged(
        draft, lambda one: {"network": fitted.by_networks(_forgotten(_batch(fitted, one.drafts), fitted))}
    )
    found.append(_ablation("retrieval", fitted, score, draft, alone))
    return found


def _said(predictor: Explained, subject: Subject) -> dict[str, NDArray[np.float64]]:
    """What the members say of a subject that was robbed of a part; the mean when nothing is known of it any more."""
    if not predictor.can_score(subject):
        return {"network": np.array([predictor.fitted.blend.centre])}
    return predictor.fitted.said(predictor.drafts([subject]))


def _batch(fitted: FittedPredictor, draft: Drafts) -> Batch:
    return fitted.batch(draft, fitted.nearest(draft))


def _unseen(batch: Batch) -> Batch:
    """The batch with no clip seen."""
    return replace(batch, frames=None, frames_known=None)


def _forgotten(batch: Batch, fitted: FittedPredictor) -> Batch:
    """The batch with retrieved videos that say nothing: no text, and what the average video got."""
    labels = torch.full_like(batch.retrieved_labels, fitted.blend.centre)
    if fitted.config.variant == "reference":
        return replace(batch, retrieved_labels=labels)
    return replace(batch, retrieved_labels=labels, retrieved_text=None, retrieved_frames=None)


def _ablation(
    name: str, fitted: FittedPredictor, score: Score, draft: Drafts, said: dict[str, NDArray[np.float64]]
) -> Ablation:
    predicted = float(fitted.together(said, draft)[0])
    return Ablation(name, predicted, score.log2_comments - predicted)
