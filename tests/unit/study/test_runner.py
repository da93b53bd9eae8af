"""A study from its units to its rows: with the real engine of this machine and the offline drafter."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pytest
from popcorn.errors import BudgetError, DataError, ModelCallError, PopcornError, RenderError, RequestError, StoreError
from popcorn.study.engines.local import LocalEngine, ProcessEngine, batches
from popcorn.study.engines.types import Report
from popcorn.study.results import StudyFolder
from popcorn.study.runner import Outcome, Planned, run
from popcorn.study.types import Row, Unit, row_of
from popcorn.study.unit_work import Place

Plan = Callable[..., Planned]
TIMES = ("finished", "draft_seconds", "render_seconds", "score_seconds")


def go(planned: Planned, engine: Any = LocalEngine, *, retry_failed: bool = False) -> Outcome:
    return asyncio.run(run(planned, engine, retry_failed=retry_failed))


def decided(folder: StudyFolder) -> list[dict[str, Any]]:
    """The rows without when and how long."""
    return [{name: value for name, value in asdict(row).items() if name not in TIMES} for row in folder.rows_of_today()]


class Scripted:
    """An engine whose units cost what they are told to, or fail; it does a few at once, as the real one does."""

    def __init__(self, place: Place, fails: Callable[[Unit], PopcornError | None], cost: float = 0.0) -> None:
        self.place, self.fails, self.cost = place, fails, cost
        self.begun: list[Unit] = []

    async def run(self, units: Sequence[Unit], report: Report) -> None:
        refused = None
        for at in range(0, len(units), 4):
            for unit in units[at : at + 4]:
                self.begun.append(unit)
                try:
                    report(self._row(unit))
                except PopcornError as exc:
                    refused = exc
            if refused:
                raise refused

    def _row(self, unit: Unit) -> Row:
        error = self.fails(unit)
        drafted = {"title": "t", "cost_usd": self.cost}
        if error is None:
            return row_of(unit, self.place.facts, log2_comments=1.0, **drafted)
        failed = {"error": error.code, "reason": error.message}
        return row_of(unit, self.place.facts, **failed, **({} if isinstance(error, ModelCallError) else drafted))


def scripted(fails: Callable[[Unit], PopcornError | None] = lambda _: None, cost: float = 0.0) -> Any:
    """What makes the engine, and keeps it for the test to look at."""
    engines: list[Scripted] = []

    def make(place: Place) -> Scripted:
        engines.append(Scripted(place, fails, cost))
        return engines[-1]

    make.engines = engines  # type: ignore[attr-defined]
    return make


def test_a_study_ends_with_a_row_a_unit_and_done_again_does_nothing(planned: Plan) -> None:
    study = planned(modes=["basic", "enhanced"], references=[5], seeds=[0, 1])
    first = go(study)
    assert (first.units, first.units_done, first.units_new, first.units_repeated, first.failures) == (8, 8, 8, 0, 0)
    rows = decided(study.results)
    assert {row["unit"] for row in rows} == {unit.key(study.place.facts) for unit in study.units()}
    assert all(row["title"] and row["log2_comments"] is not None for row in rows)
    again = go(study)
    assert (again.units_done, again.units_new) == (8, 0)
    assert decided(study.results) == rows


def test_parquet_holds_the_rows_with_their_types(planned: Plan) -> None:
    import pyarrow.parquet as pq

    study = planned()
    go(study)
    table = pq.read_table(study.results.folder / "rows.parquet")
    assert table.to_pylist() == [asdict(row) for row in study.results.rows_of_today()]
    assert str(table.schema.field("log2_comments").type) == "double"


def test_the_folder_says_what_was_run(planned: Plan) -> None:
    study = planned(settings={"temperature": 0.3})
    go(study)
    description = json.loads((study.results.folder / "study.json").read_text())
    assert description["study"]["models"] == ["offline"]
    assert description["facts"]["of_units"]["temperature"] == "0.3"
    assert description["facts"]["about"]["python"]
    assert description["prompts"] == 2


def test_a_line_that_a_crash_cut_is_done_again_and_the_rest_is_not(planned: Plan) -> None:
    study = planned(("a", "b", "c"))
    go(study)
    rows = decided(study.results)
    journal = study.results.folder / "rows.jsonl"
    journal.write_bytes(journal.read_bytes()[:-40])
    outcome = go(study)
    assert (outcome.units_new, outcome.units_repeated, outcome.bad_lines, outcome.units_done) == (1, 0, 1, 3)
    assert decided(study.results) == rows


@pytest.mark.parametrize("damage", [b"\x00\xff\n", b"[]\n", b'{"unit": "x"}\n', b'{"unit": 1, "more": 2}\n', b"\n"])
def test_a_damaged_line_hides_no_other(planned: Plan, damage: bytes) -> None:
    study = planned()
    go(study)
    journal = study.results.folder / "rows.jsonl"
    journal.write_bytes(damage + journal.read_bytes())
    assert go(study).units_new == 0
    assert study.results.bad_lines == 1


def test_prompts_that_are_added_are_all_that_is_done(planned: Plan) -> None:
    go(planned(("a", "b")))
    outcome = go(planned(("a", "b", "c")))
    assert (outcome.units, outcome.units_new) == (3, 1)


def test_rows_of_other_settings_stay_in_the_journal_and_out_of_the_report(planned: Plan) -> None:
    go(planned())
    study = planned(settings={"temperature": 0.9})
    assert go(study).units_new == 2
    assert len(study.results.rows()) == 4
    assert len(study.results.rows_of_today()) == 2


def test_failures_are_rows_and_are_tried_again_only_when_asked(planned: Plan) -> None:
    study = planned(("a", "b", "c"))
    broken = scripted(lambda unit: RenderError("it broke") if unit.prompt.text == "b" else None)
    assert (go(study, broken).failures, go(study).units_new) == (1, 0)
    (failed,) = [row for row in study.results.rows_of_today() if row.failed]
    assert (failed.prompt, failed.error, failed.reason) == ("b", "render", "it broke")
    outcome = go(study, retry_failed=True)
    assert (outcome.units_new, outcome.units_repeated, outcome.failures, outcome.units_done) == (1, 0, 0, 3)


def test_a_dead_model_costs_one_call_and_the_others_go_on(planned: Plan) -> None:
    study = planned(tuple("abcdefgh"), models=["offline", "hf:none"])
    dead = scripted(lambda unit: ModelCallError("refused") if unit.arm.model == "hf:none" else None)
    outcome = go(study, dead)
    (engine,) = dead.engines
    assert [unit.arm.model for unit in engine.begun].count("hf:none") == 1
    assert (outcome.units_done, outcome.failures) == (8, 8)
    reasons = {row.error: row.reason for row in study.results.rows_of_today() if row.failed}
    assert reasons == {
        "model_call": "refused",
        "preflight": "not begun, since the first such unit failed: refused",
    }


def test_a_dead_model_does_not_bury_the_renderers_it_was_to_try(planned: Plan) -> None:
    study = planned(
        tuple("abcd"), models=["hf:none", "offline"], render=True, renderers=["animatic", "ltx"], seeds=[0]
    )  # fmt: skip
    dead = scripted(lambda unit: ModelCallError("refused") if unit.arm.model == "hf:none" else None)
    assert go(study, dead).units_done == 8


def test_a_dead_renderer_leaves_the_others_of_the_same_drafts(planned: Plan) -> None:
    study = planned(tuple("abcd"), render=True, renderers=["animatic", "ltx"])
    dead = scripted(lambda unit: RenderError("no picture") if unit.arm.renderer == "animatic" else None)
    outcome = go(study, dead)
    assert [unit.arm.renderer for unit in dead.engines[0].begun].count("animatic") == 1
    assert outcome.units_done == 4


def test_a_budget_that_ends_keeps_what_was_paid_for_and_goes_on_from_there(planned: Plan) -> None:
    study = planned(tuple("abcdefghij"), max_cost=0.5)
    with pytest.raises(BudgetError, match=r"has cost \$0\.50, and its limit is \$0\.50"):
        go(study, scripted(cost=0.1))
    paid = study.results.rows_of_today()
    assert len(paid) in range(5, 9)
    assert sum(row.cost_usd or 0 for row in paid) == pytest.approx(0.1 * len(paid))
    with pytest.raises(BudgetError):
        go(study, scripted(cost=0.1))
    assert len(study.results.rows_of_today()) == len(paid)
    more = planned(tuple("abcdefghij"), max_cost=5)
    outcome = go(more, scripted(cost=0.1))
    assert (outcome.units_new, outcome.units_repeated) == (10 - len(paid), 0)
    assert outcome.cost_usd == pytest.approx(1.0)


def test_units_that_share_a_draft_are_not_charged_for_it_twice(planned: Plan) -> None:
    study = planned(tuple("abc"), predictors=["neighbours", "default"], max_cost=0.35)
    assert go(study, scripted(cost=0.1)).cost_usd == pytest.approx(0.3)


def test_a_draft_that_was_paid_for_is_in_the_sum_though_its_clip_failed(planned: Plan) -> None:
    study = planned(("a",), render=True, renderers=["animatic"])
    assert go(study, scripted(lambda _: RenderError("no"), cost=0.1)).cost_usd == pytest.approx(0.1)


def test_two_at_one_study_is_a_sentence(planned: Plan) -> None:
    study = planned()
    with study.results.held(), pytest.raises(StoreError, match="another process works on the study 'small'"):
        go(study)


def test_a_score_that_is_no_number_is_a_failure_and_not_the_end(planned: Plan, monkeypatch: pytest.MonkeyPatch) -> None:
    study = planned()
    workshop = LocalEngine(study.place)._work.workshop
    predictor, _ = workshop.predictor(study.place.settings, "neighbours")
    good = predictor.score
    monkeypatch.setattr(predictor, "score", lambda subjects: [replace(good(subjects)[0], log2_comments=float("nan"))])
    outcome = go(study)
    assert outcome.failures == 2
    assert {row.error for row in study.results.rows_of_today()} == {"prediction"}


def test_processes_give_the_same_rows_as_one(planned: Plan, tmp_path: Path) -> None:
    lists: dict[str, Any] = {"modes": ["basic", "enhanced"], "references": [5]}
    go(planned(("a", "b", "c"), **lists))
    rows = decided(planned(("a", "b", "c"), **lists).results)
    several = planned(("a", "b", "c"), name="several", **lists)
    outcome = go(several, lambda place: ProcessEngine(place, 2))
    assert (outcome.units_new, outcome.units_repeated) == (6, 0)
    assert decided(several.results) == rows


def test_a_batch_never_parts_the_units_that_share_a_draft(planned: Plan) -> None:
    study = planned(
        tuple("abcdefghijkl"), render=True, renderers=["animatic", "ltx"], predictors=["neighbours", "default"]
    )
    units = list(study.units())
    portions = batches(units, 6)
    assert [unit for portion in portions for unit in portion] == units
    assert {len(portion) for portion in portions} == {8}
    homes: dict[str, set[int]] = {}
    for at, portion in enumerate(portions):
        for unit in portion:
            homes.setdefault(unit.draft_key(study.place.facts), set()).add(at)
    assert all(len(places) == 1 for places in homes.values())


def test_processes_that_are_stopped_report_every_row_that_was_under_way_once(planned: Plan) -> None:
    study = planned(tuple(f"tacos number {at}" for at in range(60)))
    came: list[str] = []

    def report(row: Row) -> None:
        came.append(row.unit)
        if len(came) >= 3:
            raise BudgetError("it is spent")

    with pytest.raises(BudgetError, match="it is spent"):
        asyncio.run(ProcessEngine(study.place, 2).run(list(study.units()), report))
    assert len(came) == len(set(came)) >= 16
    assert len(came) < 60


def test_a_predictor_is_shown_another_prompts_clip_and_a_title_alone(planned: Plan) -> None:
    study = planned(render=True, renderers=["animatic"], sees=["all", "shuffled", "title"], name="sees")
    go(study)
    rows = {(row.prompt, row.sees): row for row in study.results.rows_of_today()}
    assert len(rows) == 6
    first, second = sorted({row.prompt for row in rows.values()})
    for one, other in ((first, second), (second, first)):
        assert rows[one, "shuffled"].clip == rows[other, "all"].clip != rows[one, "all"].clip
        assert (rows[one, "shuffled"].title, rows[one, "title"].clip) == (rows[one, "all"].title, "")
        assert len({rows[one, sees].draft for sees in ("all", "shuffled", "title")}) == 1
    assert len(list((study.results.folder / "clips").glob("*.mp4"))) == 2


def test_shuffled_clips_without_clips_are_refused(planned: Plan) -> None:
    with pytest.raises(RequestError, match="shuffled clips, and render = false makes none"):
        planned(sees=["shuffled"])


def test_rows_are_the_same_whichever_predictors_unit_comes_first(planned: Plan) -> None:
    """A draft that no predictor chose is shared, and hangs on neither."""

    class Backwards(LocalEngine):
        """The last unit first."""

        async def run(self, units: Sequence[Unit], report: Report) -> None:
            await super().run(units[::-1], report)

    lists: dict[str, Any] = {"predictors": ["default", "neighbours"], "modes": ["enhanced"], "references": [5]}
    forward, backward = planned(**lists), planned(**lists, name="backwards", at_once=1)
    go(forward)
    go(backward, Backwards)
    rows = decided(forward.results)
    assert rows == decided(backward.results)
    drafts = {row["draft"] for row in rows}
    assert len(rows) == 2 * len(drafts) == 4


def test_a_draft_of_an_earlier_version_is_read_and_a_damaged_one_drafted_anew(planned: Plan) -> None:
    study = planned(predictors=["neighbours"])
    go(study)
    rows = decided(study.results)
    kept, damaged = sorted((study.results.folder / "drafts").iterdir())
    kept.write_text(json.dumps(json.loads(kept.read_text()) | {"accepted": True, "seconds": 123.0}))
    damaged.write_text('{"title": null}')
    (study.results.folder / "rows.jsonl").unlink()
    go(study)
    assert decided(study.results) == rows
    assert [row.draft_seconds == 123.0 for row in study.results.each() if row.draft == kept.stem] == [True]


@pytest.mark.parametrize(
    "wrong",
    [
        {"log2_comments": "abc"}, {"log2_comments": True}, {"seed": 0.5}, {"kind": None}, {"finished": 3},
        {"unit": None}, {"draft_seconds": None}, {"evidence": 1}, {"model": {}},
    ],
)  # fmt: skip
def test_a_line_whose_value_is_of_another_kind_counts_as_damaged(planned: Plan, wrong: dict[str, Any]) -> None:
    study = planned()
    go(study)
    rows = study.results.rows_of_today()
    with (study.results.folder / "rows.jsonl").open("a", encoding="utf-8") as file:
        file.write(json.dumps(asdict(rows[0]) | wrong) + "\n")
    assert study.results.rows_of_today() == rows
    assert study.results.bad_lines == 1


@pytest.mark.parametrize("number", ["NaN", "Infinity", "1e999"])
def test_a_score_that_is_no_number_counts_as_damaged(planned: Plan, number: str) -> None:
    study = planned()
    go(study)
    rows = study.results.rows_of_today()
    line = json.dumps(asdict(rows[0]) | {"log2_comments": -12345})
    with (study.results.folder / "rows.jsonl").open("a", encoding="utf-8") as file:
        file.write(line.replace("-12345", number) + "\n")
    assert study.results.rows_of_today() == rows


@pytest.mark.parametrize(
    "about", [{"study": {}}, {"study": {"name": "x"}}, {"facts": {"of_units": []}}, {"facts": {"of_units": [1]}}]
)
def test_a_description_that_is_not_whole_is_a_sentence(planned: Plan, about: dict[str, Any]) -> None:
    study = planned()
    go(study)
    place = study.results.folder / "study.json"
    whole = json.loads(place.read_text())
    assert study.results.description()["study"] == whole["study"]
    place.write_text(json.dumps(whole | about | {"prompts": "many"}))
    with pytest.raises(DataError, match="holds no study that can be read"):
        study.results.description()


def test_a_clock_that_jumps_back_changes_no_order_and_makes_no_time_negative(
    planned: Plan, monkeypatch: pytest.MonkeyPatch
) -> None:
    from datetime import UTC, datetime, timedelta

    import popcorn.study.unit_work as unit_work

    study = planned(("a", "b", "c"))

    class Jumping(datetime):
        """Each look at it is a year before the last one."""

        now_at = datetime(2030, 1, 1, tzinfo=UTC)

        @classmethod
        def now(cls, tz: Any = None) -> Any:
            cls.now_at -= timedelta(days=365)
            return cls.now_at

    monkeypatch.setattr(unit_work, "datetime", Jumping)
    go(study)
    rows = study.results.rows_of_today()
    assert [row.unit for row in rows] == sorted(row.unit for row in rows)
    assert all(row.draft_seconds >= 0 and row.score_seconds >= 0 for row in rows)
    first = rows[0]
    journal = study.results.folder / "rows.jsonl"
    later = json.dumps(asdict(replace(first, title="done again", finished="1970-01-01T00:00:00+00:00")))
    with journal.open("a", encoding="utf-8") as file:
        file.write(later + "\n")
    assert study.results.rows()[first.unit].title == "done again"  # the last line counts, whatever its clock said
