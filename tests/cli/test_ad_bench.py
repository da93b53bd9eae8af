"""`popcorn ad bench` as people run it: foreign files, bad lines, finished ads, a run that is gone on with."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from finished_ads import LINES, MUG, product_file, subtitled_ad

OTHER = ("Tired of spills?", "The lid closes tight.", "It holds 350 ml.", "Buy one today.")
KEYS = {
    "model",
    "n_order",
    "sra",
    "positions",
    "tau",
    "n_selection",
    "selection_exact",
    "selection_f1",
    "ssa",
    "wcd",
    "intervals",
}


def answers(program: Any, *lines: object) -> Path:
    program.folder.mkdir(parents=True, exist_ok=True)
    file: Path = program.folder / "answers.jsonl"
    texts = [line if isinstance(line, str) else json.dumps(line, ensure_ascii=False) for line in lines]
    file.write_text("\n".join(texts) + "\n", "utf-8")
    return file


def line(ad: int, **fields: object) -> dict[str, object]:
    return {"ad": ad, "product": "cup", "model": "m", "reference_order": ["1", "2", "3"], **fields}


@pytest.fixture(scope="module")
def ads(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two ads each of two products."""
    folder = tmp_path_factory.mktemp("ads")
    for number, name in enumerate(("Steel Mug", "Tin Cup")):
        place = product_file(folder / str(number), MUG.replace("Steel Mug", name)).parent
        for at, lines in enumerate((LINES, OTHER)):
            subtitled_ad(place / f"{at}.mp4", lines, seed=10 * number + at + 1)
    return folder


def test_foreign_answers_become_a_table(fresh: Any) -> None:
    file = answers(
        fresh,
        line(1, order=[1, 2, 3]),
        line(2, order="3、2、1。", selection=["1"], reference_selection=[1, 2]),
        line(3, order=[], script=["你好，快来看看吧"], subtitles=[["你好，", "快来看看吧"]], seconds=[2.0]),
        line(4, order="抱歉，我无法识别。"),
    )
    data = fresh("ad", "bench", "import", file, "--json").data
    (model,) = data["models"]
    assert set(model) >= KEYS
    assert (model["n_order"], model["sra"], model["positions"], model["tau"]) == (
        4,
        0.25,
        pytest.approx(1 / 3, abs=1e-6),
        0,
    )
    assert (model["n_selection"], model["selection_exact"]) == (1, 0)
    assert (model["selection_f1"], model["ssa"], model["n_wcd"]) == (pytest.approx(2 / 3, abs=1e-6), 1, 1)
    assert data["lines"]["refused"] == 0


def test_bad_lines_are_counted_and_told_and_the_others_are_measured(fresh: Any) -> None:
    file = answers(fresh, line(1, order=[1, 2, 3]), "not json", "", {"ad": 2}, line(3, order=7.5, script={"a": 1}))
    outcome = fresh("ad", "bench", "import", file, "--json")
    assert outcome.data["lines"]["reasons"] == {"no JSON": 1, "no model": 1}
    assert outcome.data["lines"]["parts_left_out"] == {"script is no list of texts": 1}
    assert "answers.jsonl, line 2: no JSON" in " ".join(outcome.stderr.split())
    shown = fresh("ad", "bench", "import", file)
    assert "5 lines read" not in shown.stdout
    assert "4 lines read, 2 refused: no JSON (1); no model (1)." in " ".join(shown.stdout.split())


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["nothing.jsonl"], "'nothing.jsonl' cannot be read: No such file or directory"),
        (["."], "cannot be read: Is a directory"),
        (["empty.jsonl"], "no answer that can be used is in 'empty.jsonl'"),
        (["answers.jsonl", "--voice", "nobody"], "there is no voice 'nobody'"),
        (["answers.jsonl", "--judge", "offline"], "the offline drafter is no language model and judges no ads"),
        (["answers.jsonl", "--labelled", "empty.jsonl"], "is no file of labelled ads"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_sentence(fresh: Any, words: list[str], said: str) -> None:
    answers(fresh, line(1, order=[1, 2, 3]))
    (fresh.folder / "empty.jsonl").write_text("", "utf-8")
    outcome = fresh("ad", "bench", "import", *words, "--json")
    assert outcome.status != 0
    assert outcome.envelope["command"] == "ad bench import"
    assert said in outcome.error["message"]
    assert outcome.error["hint"]
    assert "Traceback" not in outcome.stderr


def test_a_report_is_written_with_the_papers_figures_beside_ours(fresh: Any) -> None:
    file = answers(fresh, *(line(ad, order=[1, 2, 3], reference_script=LINES) for ad in range(3)))
    outcome = fresh(
        "ad", "bench", "report", file, "-o", fresh.folder / "out", "--baselines", "--judge", "rule", "--json"
    )
    text = Path(outcome.data["files"][0]).read_text("utf-8")
    assert "baseline: order of the facts" in text
    assert "other ads, other products, other clips to choose from" in text
    assert "AutoCut's 19,807 judged pairs of a frame and a line come without the frames" in " ".join(text.split())
    assert Path(outcome.data["files"][1]).read_text("utf-8").startswith("<!doctype html>")


def test_finished_ads_are_asked_about_and_measured(fresh: Any, ads: Path) -> None:
    out = fresh.folder / "answers.jsonl"
    fresh.folder.mkdir(parents=True, exist_ok=True)
    data = fresh("ad", "bench", "run", ads, "-o", out, "--baselines", "--judge", "rule", "--json").data
    assert (data["samples"], data["ads_read"], data["left_out"]) == (4, 4, {})
    counts = {model["model"]: (model["n_order"], model["n_selection"], model["n_wcd"]) for model in data["models"]}
    assert counts == {
        "offline planner of ad make": (4, 4, 4),
        "baseline: random clips": (4, 4, 0),
        "baseline: the first clips": (4, 4, 0),
        "baseline: order of the facts": (4, 0, 0),
    }
    planner = next(model for model in data["models"] if model["model"] == "offline planner of ad make")
    assert planner["fact"] is not None
    lines = [json.loads(one) for one in out.read_text("utf-8").splitlines()]
    assert all(len(one["order"]) == len(one["reference_order"]) for one in lines)
    assert {one["candidates"] for one in lines if "candidates" in one} == {7}


def test_a_run_that_was_cut_off_is_gone_on_with(fresh: Any, ads: Path) -> None:
    fresh.folder.mkdir(parents=True, exist_ok=True)
    whole, part = fresh.folder / "whole.jsonl", fresh.folder / "part.jsonl"
    fresh("ad", "bench", "run", ads, "-o", whole, "--json")
    lines = whole.read_text("utf-8").splitlines(keepends=True)
    part.write_text(lines[0] + lines[1] + lines[2][:40], "utf-8")
    data = fresh("ad", "bench", "run", ads, "-o", part, "--json").data
    assert (data["lines"]["read"], data["lines"]["reasons"]) == (5, {"no JSON": 1})
    again = [one for one in part.read_text("utf-8").splitlines() if one.endswith("}")]
    assert [json.loads(one) for one in again] == [json.loads(one) for one in lines]


@pytest.mark.parametrize(("name", "said"), [("nothing", "is no folder"), ("", "no ad can be asked about")])
def test_a_folder_without_ads_is_said(fresh: Any, name: str, said: str) -> None:
    (fresh.folder / "bare").mkdir(parents=True)
    outcome = fresh("ad", "bench", "run", fresh.folder / "bare" / name, "-o", fresh.folder / "a.jsonl", "--json")
    assert said in outcome.error["message"], str(outcome)
    assert not (fresh.folder / "a.jsonl").exists()
