"""One export out of what a person names: the pairs of a file, published videos, the runs of the home, studies."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ...errors import RequestError
from ...tools.popularity.choice.pair_tables import each_labelled
from ..feedback import chosen_videos
from ..feedback_types import HORIZON
from .drafts import ideas_of_runs, ideas_of_study
from .export import Progress, Wishes, check_folder, export
from .predicted import predicted
from .published import published_drafts
from .real import drew_more
from .tested import tried
from .trust import measured, unmeasured
from .types import Idea, platform_named

if TYPE_CHECKING:
    from ...settings import Settings
    from ...tools.popularity.choice.pairs import LabelledPair
    from ...tools.popularity.choice.types import ChoiceModel
    from .types import Preference


@dataclass(frozen=True, slots=True)
class Sources:
    """Where pairs are taken from."""

    pairs: Path | None = None
    encoding: str = ""
    feedback: bool = False
    """Whether published runs of like requests are compared by what their videos drew."""
    horizon: float = HORIZON
    """The age in days at which they are compared."""
    runs: bool = False
    studies: tuple[str, ...] = ()
    without_evidence: bool = False
    """Whether the model's word is taken for drafts that it was not measured on."""

    def check(self) -> None:
        """Raises RequestError where nothing is named."""
        if not (self.pairs or self.feedback or self.runs or self.studies):
            raise RequestError(
                "nothing is named to export preferences from",
                hint="Give --pairs FILE with randomised tests, --feedback, --runs, --study NAME; or several of them.",
            )


def export_preferences(
    settings: Settings,
    sources: Sources,
    model: ChoiceModel,
    out: Path,
    wishes: Wishes,
    measuring: Progress,
    writing: Progress,
) -> dict[str, Any]:
    """Measure the model on the tests where there are some, then write the folder; its card.

    Raises what `export` raises, and RequestError for a file or a study that is none.
    """
    sources.check()
    check_folder(out)
    left_out: Counter[str] = Counter()
    ideas = _ideas(settings, sources, left_out)
    trust = unmeasured(model)
    if sources.pairs is not None:
        own = (one for one in each_labelled(sources.pairs, sources.encoding) if _is_of(one, wishes.platform))
        trust = measured(model, own, measuring, without_evidence=sources.without_evidence)
    tests: Iterator[Preference] = iter(())
    if sources.pairs is not None:
        tests = tried(sources.pairs, left_out, sources.encoding)
    real = _published(settings, sources, left_out)
    return export(
        chain(tests, real, predicted(ideas, model, trust, left_out, without_evidence=sources.without_evidence)),
        ideas,
        out,
        trust,
        wishes,
        left_out,
        writing,
    )


def _is_of(pair: LabelledPair, platform: str) -> bool:
    """Whether it was tried there; one that does not say where counts."""
    return not (platform and pair.platform) or platform_named(pair.platform) == platform_named(platform)


def _published(settings: Settings, sources: Sources, left_out: Counter[str]) -> Iterator[Preference]:
    """The pairs of published runs. Raises RequestError where nobody told of any."""
    from ...agent.runs.feedback_store import FeedbackStore
    from ...agent.runs.run_store import RunStore

    if not sources.feedback:
        return iter(())
    videos = chosen_videos(FeedbackStore.of(settings).videos(), "")
    return drew_more(published_drafts(videos, RunStore.of(settings), sources.horizon, left_out), left_out)


def _ideas(settings: Settings, sources: Sources, left_out: Counter[str]) -> Sequence[Idea]:
    from ...agent.runs.run_store import RunStore

    found: list[Idea] = []
    if sources.runs:
        found += ideas_of_runs(RunStore.of(settings), left_out)
    for name in sources.studies:
        found += ideas_of_study(settings.home, name, settings.platform, left_out)
    return found
