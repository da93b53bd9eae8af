"""Originality and relevance: what a draft is judged by besides its score."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from ...languages import alike, language_of
from ...tools.references.types import Reference
from .state import Draft, Originality
from .talk import ENCODER, talk_of

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from ...tools.embedding.types import Encoder

LEAST_OF_TITLE = 0.12
"""Cosine similarity to the request below which a title is about something else."""
LEAST_OF_SHOT = 0.2
"""The same of a shot, which has room to say what it is about; the shots that the offline drafter writes for the paper's
prompts have 0.3 to 0.8, an empty room, a refusal or `cinematic, 4k` at most 0.2 in nine of ten cases."""
_COMPARED = 10_000
"""Characters of a reference that are compared word by word; the time grows with them."""
_UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
"""Scripts that are written without spaces: Thai, Lao, Burmese, Khmer, kana and Chinese characters."""
_WORD = re.compile(rf"[{_UNSPACED}]|(?:(?![{_UNSPACED}])\w)+(?:['’]\w+)*")


class Nearness(NamedTuple):
    """How near a draft is to its request: cosine similarities of the title and of the shot, each for itself."""

    title: float
    shot: float
    own: float = 0.0
    """Of the title to its own shot: what a title says that does not name the subject."""
    rendered: float = 1.0
    """Of the English prompt, where there is one."""
    talk: float = 0.0
    """The probability that what is rendered is text about its subject and no picture; 0 where it is not known."""

    @property
    def relevance(self) -> float:
        """The mean, unless one is about something else: a title that echoes the request hides no shot of nothing."""
        return min(self[:2]) if self.title < LEAST_OF_TITLE or self.shot < LEAST_OF_SHOT else self.mean

    @property
    def mean(self) -> float:
        """That of both, for a draft whose words say already that neither is about something else."""
        return (self.title + self.shot) / 2


class Judge:
    """Judges drafts of one request against the references that were retrieved for it."""

    def __init__(self, encoder: Encoder, request: str, references: Sequence[Reference]) -> None:
        """Encodes the request and the references' titles once."""
        self._encoder = encoder
        self._references = references
        self._request_words = words(request)
        vectors = encoder.encode([request, *(reference.title for reference in references)])
        self._request: NDArray[np.float32] = vectors[0]
        self._titles: NDArray[np.float32] = vectors[1:]

    def judge(self, drafts: Sequence[Draft]) -> list[tuple[Nearness, Originality | None]]:
        """Relevance and originality of each draft, in order."""
        texts = [text for draft in drafts for text in (draft.title, draft.video_prompt, _in_english(draft))]
        vectors = self._encoder.encode(texts)
        near = vectors @ self._request
        return [
            (
                _nearness(
                    draft, *map(float, (*near[3 * at : 3 * at + 3], vectors[3 * at] @ vectors[3 * at + 2]))
                )._replace(talk=self._talk(_in_english(draft), vectors[3 * at + 2])),
                self._originality(draft, vectors[3 * at]),
            )
            for at, draft in enumerate(drafts)
        ]

    def _talk(self, shot: str, vector: NDArray[np.float32]) -> float:
        """Known of what may be English, by the encoder that it was fitted for."""
        spoken = language_of(shot)
        if self._encoder.name != ENCODER or not shot.isascii() or (spoken and not alike(spoken, "en")):
            return 0.0
        return talk_of(vector, self._request)

    def _originality(self, draft: Draft, title: NDArray[np.float32]) -> Originality | None:
        if not self._references:
            return None
        similarities = self._titles @ title
        nearest = int(similarities.argmax())
        own = words(f"{draft.title} . {draft.video_prompt} . {draft.render_prompt}")
        runs = (
            longest_shared_run(own, words(reference.text[:_COMPARED]), self._request_words)
            for reference in self._references
        )
        shared = max(runs, key=count_words)
        return Originality(
            similarity=float(similarities[nearest]),
            nearest=self._references[nearest].id,
            shared_words=count_words(shared),
            shared=" ".join(shared),
        )


def _in_english(draft: Draft) -> str:
    return draft.render_prompt or draft.video_prompt


def _nearness(draft: Draft, title: float, shot: float, english: float, own: float) -> Nearness:
    """Of a draft in another language than English the English prompt stands for whatever is farther than it."""
    best = max(shot, english)
    return Nearness(max(title, best) if draft.render_prompt else title, best, own, english)


def words(text: str) -> list[str]:
    """The words of a text in lower case, without punctuation; single characters where a script has no spaces."""
    return _WORD.findall(text.casefold())


def count_words(run: Sequence[str]) -> int:
    """How many words a run counts for: two characters of a script without spaces are about one word."""
    unspaced = sum(1 for word in run if re.match(f"[{_UNSPACED}]", word))
    return len(run) - unspaced + unspaced // 2


def longest_shared_run(draft: Sequence[str], reference: Sequence[str], given: Sequence[str]) -> list[str]:
    """The longest run of words in both texts that the request did not give.

    A run that stands in the request as a whole is no copying. Looks at the places alone where a word of both stands.
    """
    given_text = f" {' '.join(given)} "
    places: dict[str, list[int]] = {}
    for place, word in enumerate(reference):
        places.setdefault(word, []).append(place)
    best: list[str] = []
    before: dict[int, int] = {}
    for end, word in enumerate(draft, start=1):
        lengths = {place: before.get(place - 1, 0) + 1 for place in places.get(word, ())}
        for length in lengths.values():
            if length > len(best):
                run = list(draft[end - length : end])
                if f" {' '.join(run)} " not in given_text:
                    best = run
        before = lengths
    return best
