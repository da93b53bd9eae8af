"""A study from its file to its rows: what was done stays, what is left is done, and nothing is paid for twice."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import BudgetError, ModelReplyError, PopcornError
from .facts import facts_of
from .matrix import check, taken, units_of
from .prompt_sets import read_prompts
from .results import Journal, StudyFolder, studies_folder
from .types import HUMAN, Facts, Ledger, Prompt, Row, Unit, row_of
from .unit_work import Place

if TYPE_CHECKING:
    from ..settings import Settings
    from .engines.types import Engine
    from .study_file import StudyFile
    from .types import Arm

Part = tuple[str, str]
"""`model` or `renderer`, and its name: what may be dead."""

PREFLIGHT = "preflight"
"""The error of units that were not begun, since the first one of their model or renderer failed."""


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
    prompts, wrong = tuple[Prompt, ...](), list[PopcornError]()
    try:
        prompts = tuple(taken(read_prompts(study.prompts, base), study.kinds, study.most_prompts))
    except PopcornError as exc:  # named beside the other mistakes
        wrong.append(exc)
    check(study, prompts, settings, wrong)
    folder = studies_folder(settings.home) / study.name
    facts = facts_of(study, settings)
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
        units = sum(1 for _ in planned.units())
        planned.results.describe(planned.study, planned.facts, len(planned.prompts), units)
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
        self._spent = Ledger()
        self._units = list(planned.units())
        keys = {unit.key(self._facts) for unit in self._units}
        self._failed: dict[str, bool] = {}
        for row in planned.results.each():
            self._spent.add(row)
            if row.unit in keys:
                self._failed[row.unit] = row.failed
        self._bad_lines = planned.results.bad_lines
        self._left = [unit for unit in self._units if self._failed.get(unit.key(self._facts), True)]
        if not retry_failed:
            self._left = [unit for unit in self._left if unit.key(self._facts) not in self._failed]
        self._done, self._failures = len(self._failed), sum(self._failed.values())
        self._new = self._repeated = 0
        self._journal: Journal = planned.results.journal()

    async def go(self, engine: Engine) -> None:
        """First one unit of every model and renderer, then the rest of those that live."""
        self._watch(self._progress(None))
        self._check_budget()
        left, known = self._left, set[Part]()
        while first := _first_of_each(left, known):
            came: dict[str, Row] = {}
            await engine.run(first, partial(self._take_into, came))
            tried, dead = _verdicts(came.values())
            known |= tried
            left = [unit for unit in left if unit.key(self._facts) not in came]
            left = [unit for unit in left if not self._given_up(unit, dead)]
        await engine.run(left, self._take)

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
            cost_usd=round(self._spent.total, 6),
            folder=self._planned.results.folder,
            bad_lines=self._bad_lines,
        )

    def _take_into(self, came: dict[str, Row], row: Row) -> None:
        came[row.unit] = row
        self._take(row)

    def _take(self, row: Row) -> None:
        self._journal.add(row)
        before = self._failed.get(row.unit)
        self._done += before is None
        self._failures += row.failed - bool(before)
        self._repeated += before is False
        self._failed[row.unit] = row.failed
        self._new += 1
        self._spent.add(row)
        self._watch(self._progress(row))
        self._check_budget()

    def _given_up(self, unit: Unit, dead: Mapping[Part, str]) -> bool:
        """Whether its model or its renderer is dead; then that is its row."""
        cause = next((dead[part] for part in sorted(_parts(unit.arm)) if part in dead), None)
        if cause is None:
            return False
        reason = f"not begun, since the first such unit failed: {cause}"
        self._take(row_of(unit, self._facts, error=PREFLIGHT, reason=reason))
        return True

    def _check_budget(self) -> None:
        limit = self._planned.study.max_cost
        if limit and self._spent.total >= limit:
            raise BudgetError(
                f"the study has cost ${self._spent.total:.2f}, and its limit is ${limit:.2f}",
                hint="What is done is kept. Allow more with max_cost in its file, then run it again.",
            )

    def _progress(self, row: Row | None) -> Progress:
        return Progress(self._done, len(self._units), self._failures, self._spent.total, row)


def _first_of_each(units: Sequence[Unit], known: Set[Part]) -> list[Unit]:
    """Of every model, and of every renderer, that is not known yet one unit: few that name all of them."""
    named = set(known)
    first = []
    for unit in units:
        if new := _parts(unit.arm) - named:
            named |= new
            first.append(unit)
    return first


def _verdicts(rows: Iterable[Row]) -> tuple[set[Part], dict[Part, str]]:
    """The models and renderers that these rows have tried, and of those that are dead the reason.

    A draft that failed speaks of its model alone, a clip that failed of its renderer alone. A reply that fits no schema
    is no death: the model answers.
    """
    tried, alive, blamed = set[Part](), set[Part](), dict[Part, str]()
    for row in rows:
        model, renderer = ("model", row.model), ("renderer", row.renderer)
        drafted = not row.failed or bool(row.title) or row.error == ModelReplyError.code
        rendered = not row.failed or bool(row.clip)
        tried |= {model, renderer} if drafted else {model}
        alive |= {part for part, lives in ((model, drafted), (renderer, rendered)) if lives}
        if not drafted:
            blamed[model] = row.reason
        elif not rendered and row.title:
            blamed[renderer] = row.reason
    named = {part for part in tried if part[1]}
    return named, {part: cause for part, cause in blamed.items() if part in named - alive}


def _parts(arm: Arm) -> set[Part]:
    """The model and the renderer of an arm: what may be dead."""
    parts = {("model", arm.model)} if arm.model != HUMAN else set()
    return parts | ({("renderer", arm.renderer)} if arm.renderer else set())
