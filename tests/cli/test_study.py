"""`popcorn study` as people run it: killed, twice at once, on a full disk, with a server that counts its calls."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hub_server import hub

TEXTS = (
    "street tacos at midnight", "a dog's first day at the beach", 'she said "run", and ran', "🎬 spicy 北京 noodles",
    "a shy robot paints a mural", "two rivals race bicycles", "how to fold a paper crane", "rain on a tin roof",
)  # fmt: skip
TIMES = ("finished", "draft_seconds", "render_seconds", "score_seconds")


def study(program: Any, **lists: Any) -> Path:
    """A study's file of the offline drafter on eight prompts, beside which its prompts are."""
    import csv

    program.folder.mkdir(parents=True, exist_ok=True)
    with (program.folder / "prompts.csv").open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file)
        table.writerow(["kind", "category", "prompt"])
        table.writerows(("concrete" if at % 2 else "abstract", "Food", text) for at, text in enumerate(TEXTS))
    values = {
        "name": "trial", "prompts": "prompts.csv", "models": ["offline"], "modes": ["basic", "enhanced"],
        "references": [5], "seeds": [0, 1], "render": False, "predictors": ["neighbours"], "at_once": 2,
    }  # fmt: skip
    chosen = {name: value for name, value in (values | lists).items() if value is not None}
    place: Path = program.folder / "trial.toml"
    place.write_text("".join(f"{name} = {json.dumps(value)}\n" for name, value in chosen.items()), "utf-8")
    return place


def journal(program: Any, name: str = "trial") -> list[dict[str, Any]]:
    """The whole lines of a study's journal."""
    file = program.home / "studies" / name / "rows.jsonl"
    lines = file.read_bytes().split(b"\n")[:-1] if file.exists() else []
    return [json.loads(line) for line in lines if line.startswith(b"{") and line.endswith(b"}")]


def decided(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Rows by address, without when and how long."""
    plain = ({name: value for name, value in row.items() if name not in TIMES} for row in rows)
    return sorted(plain, key=lambda row: str(row["unit"]))


def killed_after(program: Any, file: Path, rows: int, *options: str) -> None:
    """Run the study, and kill it with no warning once so many rows are there."""
    with program.start("study", "run", file, "--json", *options) as process:
        end = time.monotonic() + 300
        while len(journal(program)) < rows and process.poll() is None:
            assert time.monotonic() < end, "no rows came"
            time.sleep(0.01)
        process.send_signal(signal.SIGKILL)
        process.wait()


def test_a_study_that_is_killed_again_and_again_ends_with_the_rows_of_one_that_was_not(own: Any) -> None:
    file = study(own)
    for rows in (1, 9, 20):
        killed_after(own, file, rows)
    outcome = own("study", "run", file, "--json")
    assert outcome.status == 0, str(outcome)
    assert (outcome.data["units"], outcome.data["units_done"], outcome.data["units_repeated"]) == (32, 32, 0)
    rows = journal(own)
    assert len(rows) == len({row["unit"] for row in rows}) == 32
    again = own("study", "run", study(own, name="whole"), "--json")
    assert again.status == 0, str(again)
    assert decided(rows) == decided(journal(own, "whole"))


def test_processes_that_lose_their_study_end_too(own: Any) -> None:
    import psutil

    file = study(own, seeds=[0, 1, 2, 3, 4, 5])
    with own.start("study", "run", file, "--json", "--processes", "2") as process:
        end = time.monotonic() + 300
        while not journal(own):
            assert time.monotonic() < end, "no rows came"
            time.sleep(0.05)
        children = psutil.Process(process.pid).children(recursive=True)
        process.send_signal(signal.SIGKILL)
        process.wait()
        _, alive = psutil.wait_procs(children, timeout=60)
    assert children
    assert alive == []


@pytest.mark.parametrize("options", [[], ["--processes", "2"]])
def test_a_study_in_a_scripts_background_ends_on_sigterm_once_what_is_under_way_is_done(
    own: Any, options: list[str]
) -> None:
    """A shell has what it starts in the background ignore Ctrl-C."""
    file = study(own, seeds=list(range(20)))
    command = [sys.executable, "-m", "popcorn", "study", "run", str(file), "--json", *options]
    pipes: dict[str, Any] = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "stdin": subprocess.DEVNULL}
    with subprocess.Popen(
        command, cwd=own.folder, env=own.environment, preexec_fn=_ignore_the_key, text=True, **pipes
    ) as process:
        end = time.monotonic() + 300
        while not journal(own) and process.poll() is None:
            assert time.monotonic() < end, "no rows came"
            time.sleep(0.01)
        process.send_signal(signal.SIGTERM)
        out, said = process.communicate()
    assert process.returncode == 130, said
    assert json.loads(out)["error"]["hint"] == f"Go on with: popcorn study run {file}"
    assert "stopping: the units under way are finished first" in said
    assert 0 < len(journal(own)) < 320
    assert (own.home / "studies" / "trial" / "rows.parquet").exists()


def _ignore_the_key() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def test_two_processes_at_one_study_is_a_sentence_for_the_second(own: Any) -> None:
    file = study(own)
    with own.start("study", "run", file, "--json"):
        end = time.monotonic() + 300
        while not journal(own):
            assert time.monotonic() < end, "no rows came"
            time.sleep(0.01)
        second = own("study", "run", file, "--json")
    assert second.status == 1
    assert second.error["message"] == "another process works on the study 'trial'"


def test_a_disk_that_fills_is_a_sentence_and_what_fitted_is_kept(own: Any) -> None:
    first = own("study", "run", study(own, name="first"), "--json")  # what else is kept in a home is there then
    assert first.status == 0, str(first)
    file = study(own)
    full = replace(own, largest_file=20_000)("study", "run", file, "--json")
    assert full.status == 1
    assert full.error["code"] == "store"
    assert "Traceback" not in full.stderr
    kept = len(journal(own))
    assert kept > 3
    outcome = own("study", "run", file, "--json")
    assert outcome.status == 0, str(outcome)
    assert (outcome.data["units_new"], outcome.data["units_repeated"]) == (32 - kept, 0)


def test_a_dry_run_says_what_it_takes_and_writes_no_row(own: Any) -> None:
    outcome = own("study", "run", study(own), "--dry-run", "--json")
    assert outcome.status == 0, str(outcome)
    data = outcome.data
    assert (data["units"], data["units_left"], data["calls"], data["renders"], data["cost_usd"]) == (32, 32, 0, 0, 0)
    assert (data["prompts"], data["prompts_missing"] > 300) == (8, True)
    assert journal(own) == []


def test_all_mistakes_are_told_before_the_first_call(own: Any) -> None:
    outcome = own("study", "run", study(own, models=["offlin"], renderers=["animatik"], given=["shufled"]), "--json")
    assert outcome.status == 2
    assert "given" in outcome.error["message"]
    outcome = own("study", "run", study(own, models=["offlin"], predictors=["neighbors"]), "--json")
    assert outcome.status == 2
    assert {"'offlin'", "'neighbors'"} <= set(outcome.error["message"].replace(";", " ").split())


def test_prompts_of_a_hub_that_cannot_be_reached_are_named_with_a_way_out(own: Any) -> None:
    file = study(own, prompts="hf:someone/prompts")
    outcome = own.set(HF_HUB_OFFLINE="1", HF_HOME=str(own.home))("study", "run", file, "--dry-run", "--json")
    assert (outcome.status, outcome.error["code"]) == (10, "missing"), str(outcome)
    assert "the data set 'someone/prompts' cannot be had from the Hugging Face hub" in outcome.error["message"]
    assert "name its CSV file" in outcome.error["hint"]


def test_the_hubs_prompts_are_taken_by_name_with_their_kind_from_the_files_name(own: Any) -> None:
    files = {
        "README.md": b"no table",
        "abstract_prompts.csv": b'category,prompt\nMusic,"What\'s a quiet, ""warm"" night?"\n',
        "data/concrete_prompts.csv": "\ufeffCategory,Prompt\r\nFood,Goku\u2019s first noodles\r\n".encode(),
    }
    with hub({"someone/prompts": files}) as address:
        anew = replace(own, warm=False)  # the client of the hub reads its address when it is imported
        there = anew.set(HF_HOME=str(own.home / "hf"), HF_ENDPOINT=address, HF_HUB_OFFLINE="0", NO_PROXY="127.0.0.1")
        file = study(own, prompts="hf:someone/prompts", seeds=[0], modes=["basic"])
        outcome = there("study", "run", file, "--json")
        other = there("study", "run", study(own, prompts="hf:someone/else"), "--dry-run", "--json")
    assert outcome.status == 0, str(outcome)
    assert {(row["kind"], row["category"], row["prompt"]) for row in journal(own)} == {
        ("abstract", "Music", 'What\'s a quiet, "warm" night?'), ("concrete", "Food", "Goku\u2019s first noodles"),
    }  # fmt: skip
    assert (other.status, other.error["code"]) == (10, "missing")
    assert "the data set 'someone/else' cannot be had" in other.error["message"]


def test_a_report_is_written_in_words_and_as_a_page(own: Any) -> None:
    assert own("study", "run", study(own), "--json").status == 0
    outcome = own("study", "report", "trial", "--json")
    assert outcome.status == 0, str(outcome)
    data = outcome.data
    assert [(one["dimension"], one["kind"]) for one in data["contrasts"]] == [
        ("mode", ""), ("mode", "abstract"), ("mode", "concrete"),
    ]  # fmt: skip
    assert [one["dimension"] for one in data["stabilities"]] == ["mode"]
    assert "It is not engagement" in data["cannot_say"][0]
    text, page = (Path(file).read_text("utf-8") for file in data["files"])
    assert "| mode | basic | enhanced |" in text
    assert "<h1>trial</h1>" in page
    first = own("study", "report", "trial", "--json").data
    assert first == data


def test_list_and_status_know_it_and_a_damaged_one_hides_no_other(own: Any) -> None:
    assert own("study", "run", study(own, modes=["basic"], seeds=[0]), "--json").status == 0
    broken = own.home / "studies" / "broken"
    broken.mkdir()
    (broken / "study.json").write_text("[]")
    listed = own("study", "list", "--json").data
    assert [(one["name"], one["rows"]) for one in listed["studies"]] == [("trial", 8)]
    assert "paper-table-4" in listed["presets"]
    status = own("study", "status", "trial", "--json").data
    assert (status["rows"], status["units"], status["failures"], status["rows_before"]) == (8, 8, [], 0)
    assert own("study", "status", "broken", "--json").error["code"] == "data"
    assert own("study", "report", "trail", "--json").error["hint"].startswith("Did you mean 'trial'")


def test_an_engine_that_there_is_not_and_an_address_for_none_are_sentences(own: Any) -> None:
    file = study(own)
    assert own("study", "run", file, "--engine", "spark", "--json").error["message"] == "there is no engine 'spark'"
    assert "--engine ray" in own("study", "run", file, "--address", "127.0.0.1:1", "--json").error["hint"]
