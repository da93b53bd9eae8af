"""A trained predictor behind the Predictor seam: drafts, with or without their clips, in; scores and reasons out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from ....errors import PredictionError
from ..calibration import judged
from ..draft_vectors import draft_vectors
from ..memory_bank import nearest_similarities
from ..platforms import elsewhere
from ..types import Learned, Score, Subject, counted
from .drafts import Drafts
from .fitted import FittedPredictor
from .word_vectors import WordVectors

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from ...embedding.types import Encoder
    from ..features.types import Profile
    from ..types import Explanation


class TrainedPredictor:
    """Scores drafts with a fitted predictor. Reads title, text, tag, and frames if it was trained on some."""

    def __init__(self, fitted: FittedPredictor, encoder: Encoder, profile: Profile | None = None) -> None:
        """`profile` makes the features of clips; a predictor that was trained without frames needs none.

        Raises PredictionError when `encoder` is not the one that the bank's vectors come from.
        """
        made_by = fitted.bank.encoder
        if profile is None and encoder.name != made_by:
            raise PredictionError(
                f"the predictor {fitted.facts.name!r} was trained on vectors of {made_by!r}, not of {encoder.name!r}",
                hint=f"Use the encoder {made_by!r}, or train it again.",
            )
        self.fitted = fitted
        self._encoder = encoder
        self._profile = profile
        self._words = WordVectors(encoder)

    @property
    def name(self) -> str:
        """The predictor's name, as a score carries it."""
        return self.fitted.facts.name

    @property
    def needs_frames(self) -> bool:
        """True when it was trained on frames and they count in its blend."""
        return self.fitted.videos.frames is not None and dict(self.fitted.blend.weights).get("network", 0) > 0

    @property
    def bank_digest(self) -> str:
        """SHA-256 of the memory bank."""
        return self.fitted.bank.digest

    @property
    def bank_catalogue(self) -> str:
        """The catalogue that the bank's videos come from."""
        return self.fitted.bank.catalogue

    def trained_ids(self, catalogue: str) -> frozenset[str]:
        """The ids of videos of `catalogue` that are in the bank."""
        return self._learned.seen_in(catalogue)

    def score(self, subjects: Sequence[Subject]) -> list[Score]:
        """One score a subject, in order.

        Raises PredictionError for a subject that lacks what the predictor needs, and DataError for a clip that cannot
        be read.
        """
        if not subjects:
            return []
        drafts = self.drafts(subjects)
        # One at a time: in a block, rounding would let a draft's score depend on the drafts beside it.
        predicted = [float(self.fitted.predict(one)[0]) for one in drafts.singly()]
        return self._scores(subjects, drafts, predicted)

    def batch(self, subjects: Sequence[Subject]) -> list[Score]:
        """Like `score`, for many: quicker, and equal to it but for rounding."""
        if not subjects:
            return []
        drafts = self.drafts(subjects)
        return self._scores(subjects, drafts, self.fitted.predict(drafts).tolist())

    def explain(self, subject: Subject) -> Explanation:
        """What moved the score of one subject."""
        from .explanation import explain

        return explain(self, subject)

    def can_score(self, subject: Subject) -> bool:
        """Whether anything is known of the subject: words, a tag that past videos had, or a clip that counts."""
        words = bool(subject.title.strip() or subject.text.strip())
        tagged = subject.tag in self.fitted.tag_names and self.fitted.facts.reads_tags
        return words or tagged or bool(subject.clip and self.needs_frames)

    def drafts(self, subjects: Sequence[Subject]) -> Drafts:
        """The subjects as members see them."""
        subjects = [self._plain(subject) for subject in subjects]
        titles = tuple(subject.title.strip() or subject.text.strip() for subject in subjects)
        tags = tuple(subject.tag for subject in subjects)
        if not all(self.can_score(subject) for subject in subjects):
            raise PredictionError(
                "a draft without title and text cannot be scored", hint="Give a title, a text or a known tag."
            )
        if self.fitted.steady:
            vectors = self._encoder.encode(titles)
            self._words.learn(titles)
            return Drafts(titles, tags, vectors, vectors, encode=self._words)
        if self._profile is None:
            # without a text the tag's name looks for neighbours, and the members are told that there is no text
            readable = [
                subject if title else Subject(subject.tag) for title, subject in zip(titles, subjects, strict=True)
            ]
            vectors = draft_vectors(self._encoder, readable)
            return Drafts(titles, tags, vectors, vectors)
        return self._with_frames(subjects, titles, tags, self._profile)

    def _plain(self, subject: Subject) -> Subject:
        """The subject without a tag that does not count, and without names and words of fashion that are not asked for.

        Where nothing were left of its title, the title stays, and is not judged.
        """
        if not self.fitted.facts.reads_tags:
            subject = replace(subject, tag="")
        if self.fitted.plain_words is None:
            return subject
        title = self.fitted.plain_words.without_names(subject.title, subject.request)
        return replace(subject, title=title) if title else subject

    def _with_frames(
        self, subjects: Sequence[Subject], titles: tuple[str, ...], tags: tuple[str, ...], profile: Profile
    ) -> Drafts:
        clips: list[Path | None] = [subject.clip for subject in subjects]
        readings = [None if clip is None else profile.frames(clip) for clip in clips]
        shape = profile.shape
        frames = np.zeros((len(subjects), shape.frames, shape.frame_dimension), np.float32)
        for row, reading in enumerate(readings):
            if reading is not None:
                frames[row] = reading.features
        captions = [() if reading is None else reading.captions for reading in readings]
        whole = [f"{subject.title}\n{subject.text}".strip() for subject in subjects]
        known = np.array([reading is not None for reading in readings])
        drafts = Drafts(titles, tags, profile.texts(whole), profile.retrieval(whole, captions), frames, known)
        if self.fitted.config.variant == "reference" and not known.all():
            frames[~known] = self._expected_frames(drafts)[~known]
        return drafts

    def _expected_frames(self, drafts: Drafts) -> NDArray[np.float32]:
        """(Q, F, D), the mean frames of the nearest videos: what the published network sees of a draft without clip."""
        seen = self.fitted.videos.frames
        if seen is None:
            raise PredictionError(
                f"the predictor {self.name!r} is the published MMRA and has no frames in its bank",
                hint="Train it again with --videos DIR.",
            )
        rows = self.fitted.nearest(drafts).rows
        found: NDArray[np.float32] = np.asarray(seen[rows], dtype=np.float32).mean(axis=1)
        return found

    @cached_property
    def _learned(self) -> Learned:
        return Learned(self.fitted.bank.catalogue, frozenset(self.fitted.bank.ids))

    def _scores(self, subjects: Sequence[Subject], drafts: Drafts, predicted: Sequence[float]) -> list[Score]:
        nearest = nearest_similarities(self.fitted.bank, drafts.retrieval).tolist()
        vectors = self._title_vectors(subjects)
        alike = self._alike(vectors)
        seen = np.zeros(len(drafts), np.bool_) if drafts.frames_known is None else drafts.frames_known
        doubts = [self._doubts(*one) for one in zip(subjects, vectors, nearest, strict=True)]
        return [self._score(*one) for one in zip(subjects, seen.tolist(), doubts, alike, predicted, strict=True)]

    def _alike(self, vectors: Sequence[NDArray[np.float32] | None]) -> list[float]:
        """How near each title, by itself, comes to a past video; 0 without a title, or where the bank has no titles."""
        known = [vector for vector in vectors if vector is not None]
        if self._profile is not None or not known:
            return [0.0] * len(vectors)
        found = iter(nearest_similarities(self.fitted.bank, np.stack(known)).tolist())
        return [0.0 if vector is None else next(found) for vector in vectors]

    def _title_vectors(self, subjects: Sequence[Subject]) -> list[NDArray[np.float32] | None]:
        """Each title's own vector; None without one."""
        titles = [subject.title.strip() for subject in subjects]
        distinct = list(dict.fromkeys(filter(None, titles)))
        found = dict(zip(distinct, self._encoder.encode(distinct), strict=True)) if distinct else {}
        return [found.get(title) for title in titles]

    def _score(self, subject: Subject, seen: bool, doubts: tuple[str, ...], alike: float, predicted: float) -> Score:
        bank, scale = self.fitted.bank, self.fitted.scale
        code = bank.code_of(subject.tag)
        predicted = max(0.0, predicted + scale.shift)
        plain = Score(
            log2_comments=predicted,
            comments=2.0**predicted,
            against=scale.against or counted(scale.videos or len(bank), bank.source),
            predictor=self.name,
            basis=self._basis(subject, seen=seen, known_tag=code >= 0),
            illustrative=bank.illustrative,
            notices=self._notices(subject),
            unknown_tag=subject.tag if code < 0 else "",
            title_similarity=alike,
            learned_from=counted(len(bank), bank.source) + ("" if self.needs_frames else ", text only"),
        )
        return judged(plain, scale, doubts)

    def _basis(self, subject: Subject, *, seen: bool, known_tag: bool) -> tuple[str, ...]:
        weights = {name for name, weight in self.fitted.blend.weights if weight > 0}
        looks = seen and "network" in weights
        # the lexical member reads titles only, and so does what keeps templates from lifting a title
        reads = bool(weights & {"network", "neighbours"}) and not self.fitted.steady
        text = bool(subject.text.strip()) and (reads or not subject.title.strip())
        tag = known_tag and self.fitted.config.variant == "popcorn" and self.fitted.facts.reads_tags
        used = {"title": bool(subject.title.strip()), "text": text, "tag": tag, "frames": looks}
        return tuple(name for name, is_used in used.items() if is_used)

    def _doubts(self, subject: Subject, vector: NDArray[np.float32] | None, nearest: float) -> tuple[str, ...]:
        """Why the draft cannot be judged, in clauses."""
        if said := elsewhere(subject.platform, self.fitted.facts.origin.platform, "predictor"):
            return said
        plain = self.fitted.plain_words
        if plain and subject.title.strip() and not plain.without_names(subject.title, subject.request):
            return ("it has nothing but names that the request does not have",)
        title = subject.title.strip()
        all_names = plain is not None and plain.all_names(title)
        if doubts := self.fitted.domain.doubts(title, vector, all_names=all_names):
            return doubts
        return ("it is like none of the known videos",) if nearest < self.fitted.usual_nearness else ()

    def _notices(self, subject: Subject) -> tuple[str, ...]:
        notices = []
        if not (subject.title.strip() or subject.text.strip()):
            notices.append("the draft has no title and no text: little was known of it")
        elif not subject.title.strip():
            notices.append("the draft has no title: its text alone was scored")
        if subject.clip is None and self.fitted.config.variant == "reference":
            notices.append("there is no clip yet: the frames of the nearest videos stood in for it")
        if subject.clip is not None and not self.needs_frames:
            notices.append("frames do not count with this predictor: the clip was not looked at")
        return tuple(notices)
