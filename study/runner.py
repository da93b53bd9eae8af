"""A study from its file to its rows: what was done stays, what is left is done, and nothing is paid for twice."""

from __future__ import annotations

import platform
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from importlib.metadata import version as version_of
from pathlib import Path
from typing import TYPE_CHECKING

from ..agent.wiring.workshop import workshop_of
from ..errors import BudgetError
from ..prompts.templates import digest_of
from .matrix import check, taken, units_of
from .prompt_sets import read_prompts
from .results import Journal, StudyFolder, studies_folder
from .types import HUMAN, Facts, Row, Unit, row_of
from .unit_work import Place

if TYPE_CHECKING:
    from ..settings import Settings
    from .engines.types import Engine
    from .study_file import StudyFile
    from .types import Prompt

PREFLIGHT = "preflight"
"""The error of units that were not begun, since the first one of their model or renderer failed."""
_TEMPLATES = ("angles", "draft", "paper", "reason", "refine", "repair", "shorten", "system")
_PACKAGES = ("llmpopcorn", "langgraph", "torch", "transformers", "diffusers", "numpy", "scipy", "choix", "pyarrow")


@dataclass(frozen=True, slots=True)
class Progress:
    """Where a study is."""

    done: int
    total: int
    failures: int
    cost_usd: float
    row: Row | None
    """The row that has just come; None at the beginning."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run of a study did."""

    units: int
    units_done: int
    """Units that have a row without a failure."""
    units_repeated: int
    """Units that were done in this run though they had been done before: none, unless something is wrong."""
    units_new: int
    """Units that this run did."""
    failures: int
    cost_usd: float
    folder: Path
    bad_lines: int = 0
    """Damaged lines of an earlier run's journal; their units were done again."""


@dataclass(frozen=True, slots=True)
class Planned:
    """A study that was read and checked: its prompts, its units' place, and the folder of its results."""

    study: StudyFile
    prompts: tuple[Prompt, ...]
    place: Place
    results: StudyFolder
    facts: Facts

    def units(self) -> Iterator[Unit]:
        """All units, in the order in which they are best done."""
        return units_of(self.study, self.prompts)


def plan(study: StudyFile, base: Path, settings: Settings) -> Planned:
    """Read the prompts, check all names, and open what the addresses of units are made of. Raises PopcornError."""
    prompts = tuple(taken(read_prompts(study.prompts, base), study.kinds, study.most_prompts))
    check(study, prompts, settings)
    folder = studies_folder(settings.home) / study.name
    facts = _facts(study, settings)
    return Planned(study, prompts, Place(study, settings, folder, facts.of_units), StudyFolder(folder), facts)


async def run(
    planned: Planned,
    engine: Callable[[Place], Engine],
    watch: Callable[[Progress], None] = lambda _: None,
    *,
    retry_failed: bool = False,
) -> Outcome:
    """Do what is left of the study. Raises StoreError where another process is at it, BudgetError at its limit."""
    with planned.results.held():
        planned.results.describe(planned.study, planned.facts, len(planned.prompts))
        walk = _Walk(planned, watch, retry_failed=retry_failed)
        try:
            await walk.go(engine(planned.place))
        finally:
            walk.close()
            planned.results.write_parquet()
    return walk.outcome()


class _Walk:
    """One run over the units: which have a row, what this run does, what it all has cost."""

    def __init__(self, planned: Planned, watch: Callable[[Progress], None], *, retry_failed: bool) -> None:
        self._planned, self._watch = planned, watch
        self._facts = planned.place.facts
        before = planned.results.rows()
        self._bad_lines = planned.results.bad_lines
        self._cost = sum(row.cost_usd or 0.0 for row in before.values())
        self._units = list(planned.units())
        keys = {unit.key(self._facts) for unit in self._units}
        self._failed = {key: row.failed for key, row in before.items() if key in keys}
        self._left = [unit for unit in self._units if self._failed.get(unit.key(self._facts), True) is True]
        if not retry_failed:
            self._left = [unit for unit in self._left if unit.key(self._facts) not in self._failed]
        self._done, self._failures = len(self._failed), sum(self._failed.values())
        self._new = self._repeated = 0
        self._causes: dict[str, str] = {}
        self._journal: Journal = planned.results.journal()

    async def go(self, engine: Engine) -> None:
        """First one unit of every model and renderer, then the rest of those that live."""
        self._watch(self._progress(None))
        self._check_budget()
        first = _first_of_each(self._left)
        await engine.run(first, self._take)
        dead = self._dead(first)
        begun, rest = set(first), list[Unit]()
        for unit in self._left:
            cause = next((dead[part] for part in sorted(_parts(unit)) if part in dead), "")
            if unit in begun:
                continue
            if cause:
                self._take(_not_begun(unit, unit.key(self._facts), cause))
            else:
                rest.append(unit)
        self._causes.clear()
        await engine.run(rest, self._take)

    def close(self) -> None:
        """No more rows are written."""
        self._journal.close()

    def outcome(self) -> Outcome:
        """What this run did."""
        return Outcome(
            units=len(self._units),
            units_done=self._done - self._failures,
            units_repeated=self._repeated,
            units_new=self._new,
            failures=self._failures,
            cost_usd=round(self._cost, 6),
            folder=self._planned.results.folder,
            bad_lines=self._bad_lines,
        )

    def _take(self, row: Row) -> None:
        self._journal.add(row)
        before = self._failed.get(row.unit)
        self._done += before is None
        self._failures += row.failed - bool(before)
        self._repeated += before is False
        self._failed[row.unit] = row.failed
        if row.failed:
            self._causes[row.unit] = row.reason
        self._new += 1
        self._cost += row.cost_usd or 0.0
        self._watch(self._progress(row))
        self._check_budget()

    def _dead(self, first: Sequence[Unit]) -> dict[tuple[str, str], str]:
        """The models and renderers of which no first unit lives, each with the reason."""
        failed = {unit: self._causes.get(unit.key(self._facts), "") for unit in first}
        alive = {part for unit, cause in failed.items() if not cause for part in _parts(unit)}
        return {part: cause for unit, cause in failed.items() if cause for part in _parts(unit) if part not in alive}

    def _check_budget(self) -> None:
        limit = self._planned.study.max_cost
        if limit and self._cost >= limit:
            raise BudgetError(
                f"the study has cost ${self._cost:.2f}, and its limit is ${limit:.2f}",
                hint="What is done is kept. Allow more with max_cost in its file, then run it again.",
            )

    def _progress(self, row: Row | None) -> Progress:
        return Progress(self._done, len(self._units), self._failures, self._cost, row)


def _first_of_each(units: Sequence[Unit]) -> list[Unit]:
    """Of every model, and of every renderer, one unit: few that name all of them."""
    named: set[tuple[str, str]] = set()
    first = []
    for unit in units:
        if new := _parts(unit) - named:
            named |= new
            first.append(unit)
    return first


def _parts(unit: Unit) -> set[tuple[str, str]]:
    """The model and the renderer of a unit: what may be dead."""
    parts = {("model", unit.arm.model)} if unit.arm.model != HUMAN else set()
    return parts | ({("renderer", unit.arm.renderer)} if unit.arm.renderer else set())


def _not_begun(unit: Unit, key: str, cause: str) -> Row:
    return row_of(
        unit, key, error=PREFLIGHT, reason=f"not begun, since the first such unit failed: {cause}", cost_usd=0.0
    )


def _facts(study: StudyFile, settings: Settings) -> Facts:
    """Digests of catalogue, predictors and prompt templates, and the versions that matter."""
    workshop = workshop_of(settings)
    chosen = settings.model_copy(update={"catalogue": study.catalogue})
    catalogue = workshop.catalogue(chosen)
    digests = {"catalogue": catalogue.digest, "templates": digest_of(_TEMPLATES)}
    for name in study.predictors:
        predictor, _ = workshop.predictor(chosen, None if name == "default" else name)
        digests[f"predictor {name}"] = f"{predictor.name} {predictor.bank_digest}"
    about = {name: _version(name) for name in _PACKAGES} | {"python": platform.python_version()}
    return Facts(digests, about | {"encoder": catalogue.manifest.encoder})


def _version(package: str) -> str:
    from importlib.metadata import PackageNotFoundError

    try:
        return version_of(package)
    except PackageNotFoundError:
        return ""
