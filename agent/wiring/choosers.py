"""Choice models by name: what tells which of several drafts of one request draws more."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from ...tools.popularity.choice.types import Comparison, Pair

if TYPE_CHECKING:
    from ...settings import Settings
    from ...tools.embedding.types import Encoder
    from ...tools.popularity.choice.types import ChoiceModel


class Undecided:
    """Tells nothing of any pair, and says so."""

    name = "none"
    learned_from = "nothing"

    def compare(self, pairs: Sequence[Pair]) -> list[Comparison]:
        """A tie without evidence for each."""
        return [Comparison(0.5, tied=True, evidence=False, no_evidence=("no choice model is there",)) for _ in pairs]


def open_chooser(settings: Settings, predictor: str, encoder: Callable[[str], Encoder]) -> ChoiceModel:
    """The choice model of the predictor of that own name where it has one, else the one that is shipped."""
    return Undecided()
