"""`popcorn ad bench` with language models, against a server on loopback: one that makes ads, one that judges them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from finished_ads import LINES, product_file, subtitled_ad

PLAN = {
    "lines": [
        {"clip": 2, "script": "Cold coffee again?", "subtitles": ["Cold coffee", "again?"]},
        {"clip": 9, "script": "Hot for 6 hours.", "subtitles": ["Hot for 6 hours."]},
        {"clip": 2, "script": "", "subtitles": []},
    ]
}


def level(number: int) -> str:
    return json.dumps({"level": number})


@pytest.fixture
def program(own: Any, server: Any) -> Any:
    """The program with that server as `mine`, one call at a time."""
    mine = {"mine": {"base_url": server.url}}
    own.folder.mkdir(parents=True, exist_ok=True)
    return own.set(POPCORN_PROVIDERS=json.dumps(mine), POPCORN_LLM_CONCURRENCY="1", no_proxy="127.0.0.1")


@pytest.fixture
def ads(tmp_path: Path) -> Path:
    """One ad of three clips."""
    subtitled_ad(product_file(tmp_path / "ads").parent / "1.mp4", LINES)
    return tmp_path / "ads"


def run(program: Any, ads: Path, *words: object) -> Any:
    return program("ad", "bench", "run", ads, "-o", program.folder / "a.jsonl", "--llm", "mine:m", *words, "--json")


def asked(server: Any, at: int = 0) -> str:
    content = server.asked[at]["messages"][-1]["content"]
    return content if isinstance(content, str) else " ".join(part.get("text", "") for part in content)


def test_a_models_plan_is_measured_as_it_is(program: Any, server: Any, answer: Any, ads: Path) -> None:
    server.always = answer(text=json.dumps(PLAN))
    (model,) = run(program, ads).data["models"]
    assert (model["model"], model["n_order"], model["sra"]) == ("mine:m", 1, 0)
    (line,) = [json.loads(one) for one in (program.folder / "a.jsonl").read_text("utf-8").splitlines()]
    assert (line["order"], line["script"][1], line["seconds"][1]) == (["2", "9", "2"], "Hot for 6 hours.", 0.0)
    assert "selection" not in line, "there were no clips that do not belong"
    assert "Write the ad: a sequence of lines" in asked(server)
    assert "Order the Trailcup mug today" not in asked(server), "the answer is not in the question"


@pytest.mark.parametrize("said", ["I cannot help with that.", '{"lines": "none"}', '{"lines": []}'])
def test_a_reply_of_no_use_is_a_wrong_answer(program: Any, server: Any, answer: Any, ads: Path, said: str) -> None:
    server.always = answer(text=said)
    (model,) = run(program, ads).data["models"]
    assert (model["n_order"], model["positions"], model["ssa"]) == (1, 0, 0 if "[]" not in said else None)


def test_what_was_answered_is_not_asked_again(program: Any, server: Any, answer: Any, ads: Path) -> None:
    server.always = answer(text=json.dumps(PLAN))
    run(program, ads)
    calls = len(server.asked)
    assert run(program, ads, "--no-cache").data["models"][0]["n_order"] == 1
    assert len(server.asked) == calls


def test_a_server_that_refuses_ends_it_and_nothing_is_written(
    program: Any, server: Any, answer: Any, ads: Path
) -> None:
    server.always = answer(status=401, body=b'{"error": {"message": "no such key"}}')
    outcome = run(program, ads)
    assert outcome.status != 0
    assert not (program.folder / "a.jsonl").read_text("utf-8")


def test_a_model_judges_each_item_in_both_orders(program: Any, server: Any, answer: Any) -> None:
    file = program.folder / "answers.jsonl"
    file.write_text(json.dumps({"ad": 1, "model": "m", "script": list(LINES), "facts": ["hot for 6 hours"]}), "utf-8")
    server.answers = [answer(text=level(number)) for number in (2, 2, 1, 0, 2, 0)]
    data = program("ad", "bench", "import", file, "--judge", "mine:j", "--json").data
    (model,) = data["models"]
    # Which question is asked first is not promised: two answers to each of the three measures, seven points in all.
    assert sum(model[name] for name in ("fact", "coh", "logic")) == 7 / 2
    assert model.get("vsc") is None
    assert [(one["items"], one["judgements"], one["unusable"]) for one in data["judge"]["measures"]] == [(1, 2, 0)] * 3
    questions = [asked(server, at) for at in range(6)]
    assert sum("- 0:" in text and text.index("- 0:") < text.index("- 2:") for text in questions) == 3
    assert sum("hot for 6 hours" in text and "`facts`" in text for text in questions) == 2


def test_a_judge_without_a_usable_reply_has_judged_nothing(program: Any, server: Any, answer: Any) -> None:
    file = program.folder / "answers.jsonl"
    file.write_text(json.dumps({"ad": 1, "model": "m", "order": [1], "reference_order": [1], "script": ["a line"]}))
    server.always = answer(text="It is lovely.")
    data = program("ad", "bench", "import", file, "--judge", "mine:j", "--json").data
    assert data["models"][0].get("coh") is None
    assert [one["unusable"] for one in data["judge"]["measures"]] == [2, 2]
    assert "mine:j is asked twice" in " ".join(
        program("ad", "bench", "import", file, "--judge", "mine:j").stderr.split()
    )


def pictures(server: Any, at: int) -> list[str]:
    content = server.asked[at]["messages"][-1]["content"]
    parts = content if isinstance(content, list) else []
    return ["picture" if part["type"] == "image_url" else part["text"] for part in parts[1:]]


def test_models_that_read_pictures_see_the_clips_and_a_judge_every_second(
    program: Any, server: Any, answer: Any, tmp_path: Path
) -> None:
    subtitled_ad(product_file(tmp_path / "ads").parent / "1.mp4", LINES[:2], seconds=8.0)
    plan = {"lines": [{"clip": clip, "script": text, "subtitles": []} for clip, text in ((2, "One."), (1, "Two."))]}
    server.answers = [answer(text=json.dumps(plan))]
    server.always = answer(text=level(2))
    seeing = program.set(POPCORN_LLM_IMAGES="yes")
    (model,) = run(seeing, tmp_path / "ads", "--judge", "mine:j").data["models"]
    assert {name: model[name] for name in ("vsc", "fact", "coh", "logic")} == dict.fromkeys(
        ("vsc", "fact", "coh", "logic"), 2.0
    )
    planned = ["Clip 1:", *["picture"] * 6, "Clip 2:", *["picture"] * 6]
    assert pictures(server, 0) == planned, "the middle frame, and one a second up to five"
    judged = ["Clip 2:", *["picture"] * 8, "Clip 1:", *["picture"] * 8]
    shown = [pictures(server, at) for at in range(1, 9)]
    assert sorted(map(len, shown)) == [0] * 4 + [len(judged)] * 4, "two of VSC and two of Logic have pictures"
    assert judged in shown, "one frame a second without a limit, in the order of the answer"


def test_pictures_that_a_model_does_not_read_are_no_judgement(
    program: Any, server: Any, answer: Any, ads: Path
) -> None:
    server.answers = [answer(text=json.dumps(PLAN))]
    server.always = answer(text=level(2))
    blind = program.set(POPCORN_LLM_IMAGES="no")
    data = run(blind, ads, "--judge", "mine:j").data
    assert data["models"][0].get("vsc") is None
    assert {one["measure"]: one["unusable"] for one in data["judge"]["measures"]}["vsc"] == 2
