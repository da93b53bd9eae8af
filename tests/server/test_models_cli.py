"""`popcorn ask` with a real model behind a server that misbehaves: exit code, message and hint, as users see them."""

from __future__ import annotations

import json
import re
import sqlite3
from pathlib import Path
from typing import Any

import pytest

KEY = "sk-only-for-this-test"
QUICK = ("--aspect", "1:1", "--threshold", "0", "--json", "-q")


@pytest.fixture
def program(own: Any, server: Any) -> Any:
    """The program in a home of its own, with a key for the server and no patience."""
    return own.set(
        DEEPSEEK_BASE_URL=server.url,
        DEEPSEEK_API_KEY=KEY,
        no_proxy="127.0.0.1",
        POPCORN_LLM_RETRIES="0",
        POPCORN_LLM_TIMEOUT="5",
    )


def call(name: str, arguments: str) -> dict[str, Any]:
    """A tool call as chat completions have it."""
    return {"id": "1", "type": "function", "function": {"name": name, "arguments": arguments}}


def kept_key(home: Path) -> list[Path]:
    return [path for path in home.rglob("*") if path.is_file() and KEY.encode() in path.read_bytes()]


def test_a_run_with_a_model_names_it_and_says_what_it_cost(program: Any, server: Any) -> None:
    outcome = program("ask", "street tacos", "--llm", "deepseek:deepseek-v4-flash", *QUICK)
    data = outcome.data
    assert data["title"].endswith("tacos at midnight")
    assert data["models"]["chat"] == "deepseek:deepseek-v4-flash"
    calls = len(server.asked)
    assert data["usage"] == {
        "input_tokens": 700 * calls,
        "output_tokens": 300 * calls,
        "cost_usd": pytest.approx(calls * (700 * 0.14 + 300 * 0.28) / 1e6, abs=1e-6),
    }
    assert kept_key(program.home) == []
    assert KEY not in outcome.stdout + outcome.stderr
    program("ask", "street tacos", "--llm", "deepseek:deepseek-v4-flash", *QUICK)
    assert len(server.asked) == calls
    again = program("ask", "street tacos", "--llm", "deepseek:deepseek-v4-flash", "--no-cache", *QUICK)
    assert (again.status, len(server.asked)) == (0, 2 * calls)


def test_a_preset_asks_the_first_provider_with_a_key(program: Any, server: Any) -> None:
    outcome = program("ask", "street tacos", "--llm", "deepseek-r1", *QUICK)
    assert outcome.data["models"]["chat"] == "deepseek:deepseek-v4-flash"
    assert server.asked[0]["model"] == "deepseek-v4-flash"


def test_without_a_choice_the_provider_with_a_key_is_asked_and_named(program: Any, server: Any) -> None:
    outcome = program("ask", "street tacos", *QUICK)
    assert outcome.data["models"]["chat"] == "deepseek:deepseek-v4-flash"
    assert server.asked


def test_a_server_of_somebodys_own_stands_in_their_settings_file(program: Any, server: Any) -> None:
    text = f'[providers.mine]\nbase_url = "{server.url}"\nkey_variable = "MY_KEY"\n'
    program.settings_file.write_text(text)
    outcome = program.set(MY_KEY="secret-of-mine")("ask", "street tacos", "--llm", "mine:big", *QUICK)
    assert (outcome.data["models"]["chat"], outcome.data["usage"]["cost_usd"]) == ("mine:big", 0)
    assert server.keys[0] == "Bearer secret-of-mine"
    program.settings_file.write_text(text.replace(server.url, "https://models.example.org/v1"))
    capped = program.set(MY_KEY="x")("ask", "street tacos", "--llm", "mine:big", "--max-cost", "1", *QUICK)
    assert capped.status == 2
    assert "no price of 'mine:big' is known" in capped.error["message"]
    assert '[prices."mine:big"]' in capped.error["hint"]


@pytest.mark.parametrize(
    ("told", "status", "message", "hint"),
    [
        ({"status": 401, "body": b"{}"}, 10, "deepseek refused the key", "DEEPSEEK_API_KEY"),
        ({"status": 404, "body": b"{}"}, 10, "does not know the model", "--llm deepseek:"),
        ({"status": 429, "body": b"{}"}, 1, "status 429", "--resume"),
        ({"status": 500, "body": b"oops"}, 1, "status 500 instead of a reply: oops", "--resume"),
        ({"body": b"<html>no</html>", "kind": "text/html"}, 1, "no chat completion: <html>", "DEEPSEEK_BASE_URL"),
        ({"choices": False}, 1, "without any reply in it", "--resume"),
        ({"drop": True}, 1, "broke off in the middle of its reply", "--resume"),
        ({"stall": 30}, 1, "was silent for 5 s before its first token", "POPCORN_LLM_TIMEOUT"),
        (
            {"text": None, "message": {"refusal": "I cannot help with that."}},
            1,
            "I cannot help with that",
            "differently",
        ),
        ({"text": None, "finish": "content_filter"}, 1, "content filter", "differently"),
        ({"text": "<think>on and on", "finish": "length"}, 1, "end of its tokens", "--llm"),
        ({"text": "I would rather talk about the weather."}, 1, "no usable reply", "--llm"),
        (
            {"text": '{"reasoning": [{"step": "audience", "te', "finish": "length"},
            1,
            "it was cut off for its length; it began",
            "--resume",
        ),
        (
            {"text": None, "finish": "tool_calls", "message": {"tool_calls": [call("delete_all", "{}")]}},
            1,
            "no usable reply",
            "--llm",
        ),
    ],
    ids=[
        *("401", "404", "429", "500", "html", "empty", "dropped", "hung", "refusal", "filter", "length", "prose"),
        *("cut off", "a tool that nobody offered"),
    ],
)
def test_the_user_is_told_what_the_server_did_and_what_to_do(
    program: Any, server: Any, answer: Any, told: dict[str, Any], status: int, message: str, hint: str
) -> None:
    server.always = answer(**told)
    patient = program.set(POPCORN_LLM_TIMEOUT="1" if "stall" in told else "60")
    outcome = patient("ask", "street tacos", "--llm", "deepseek:some-model", *QUICK)
    assert outcome.status == status, str(outcome)
    assert message in outcome.error["message"]
    assert hint in outcome.error["hint"]
    assert outcome.error["run_id"]
    assert "Traceback" not in outcome.stderr
    assert KEY not in outcome.stdout + outcome.stderr


@pytest.mark.parametrize(
    "told",
    [
        {"wrap": "<think>" + "hm " * 2_000 + "</think>```json\n{}\n```", "kind": "text/plain", "refuses": "system"},
        {"wrap": "{}", "message": {"reasoning_content": "I think of tacos."}, "model": "other", "refuses": "seed"},
        {"wrap": "{}", "finish": "length", "cut": 150},
        {"wrap": "{}", "as_call": True, "text": None, "finish": "tool_calls", "refuses": "response_format"},
    ],
    ids=[
        "thinking in tags, fences, wrong type, no system",
        "reasoning in a field, other model, no seed",
        "cut off in the last draft",
        "as a tool call",
    ],
)
def test_a_run_goes_well_with_a_server_that_has_its_own_ways(
    program: Any, server: Any, answer: Any, told: dict[str, Any]
) -> None:
    told = {**told}
    wrapped = told.pop("wrap").replace("{}", answer().text)
    wrapped = wrapped[: len(wrapped) - told.pop("cut", 0)]
    if told.pop("as_call", False):
        told["message"] = {"tool_calls": [call("answer", wrapped)]}
    server.always = answer(**{"text": wrapped} | told)
    outcome = program.set(POPCORN_TEMPERATURE="0.5")("ask", "street tacos", "--llm", "deepseek:some-model", *QUICK)
    assert outcome.data["title"].endswith("tacos at midnight")
    drafted = outcome.data["video_prompt"] + json.dumps(outcome.data["reasoning"])
    assert "hm hm" not in drafted
    assert "I think of tacos" not in drafted


def test_a_run_that_has_spent_enough_stops_and_goes_on_later(program: Any, server: Any, answer: Any) -> None:
    asking = ("ask", "street tacos", "--llm", "deepseek:deepseek-v4-flash")
    refused = program(*asking, "--max-tokens", "500", *QUICK)
    assert (refused.status, refused.error["code"], server.asked) == (124, "budget", []), str(refused)
    assert re.fullmatch(
        r"the run has used 0 of 500 tokens, and the next call reads about [\d,]+", refused.error["message"]
    )
    needed = re.fullmatch(r"Go on with: popcorn ask --resume \S+ --max-tokens (\d+)", refused.error["hint"])
    server.always = answer(usage={"prompt_tokens": 40_000, "completion_tokens": 300, "total_tokens": 40_300})
    run = refused.error["run_id"]
    outcome = program("ask", "--resume", run, "--max-tokens", needed[1], "--json")
    assert (outcome.status, outcome.error["code"], len(server.asked)) == (124, "budget", 1), str(outcome)
    assert outcome.error["message"] == f"the run has used 40,300 of {int(needed[1]):,} tokens"
    assert outcome.error["hint"] == f"Go on with: popcorn ask --resume {run} --max-tokens {2 * int(needed[1])}"
    with sqlite3.connect(program.home / "popcorn.sqlite") as connection:
        assert connection.execute("select status from runs where run_id = ?", (run,)).fetchall() == [("failed",)]
    connection.close()
    server.always = answer()
    on = program("ask", "--resume", run, "--max-tokens", "90000", "--json", "-q")
    assert on.data["run_id"] == run
    assert on.data["models"]["chat"] == "deepseek:deepseek-v4-flash"


def test_a_run_goes_on_with_what_its_errors_tell_people_to_change(program: Any, server: Any, answer: Any) -> None:
    server.answers, server.always = [answer()], answer(stall=30)
    failed = program.set(POPCORN_LLM_TIMEOUT="1")(
        "ask", "street tacos", "--llm", "deepseek:deepseek-v4-flash", "-n", "1", *QUICK
    )
    run = failed.error["run_id"]
    assert failed.error["hint"].startswith("Allow more with POPCORN_LLM_TIMEOUT (it is 1 s"), str(failed)
    server.always = answer(text="I would rather not.")
    failed = program.set(POPCORN_LLM_TIMEOUT="60")("ask", "--resume", run, "--json")
    assert failed.error["hint"].startswith("Ask again with another --seed, or choose another model with --llm.")
    server.always = answer()
    outcome = program(
        "ask", "--resume", run, "--llm", "deepseek:another", "--seed", "5", "--renderer", "animatic", "--json"
    )
    assert [(asked["model"], asked["seed"]) for asked in (server.asked[0], server.asked[-1])] == [
        ("deepseek-v4-flash", 0),
        ("another", 5),
    ]
    manifest = json.loads((program.home / "runs" / run / "manifest.json").read_text())
    assert (manifest["plan"]["seed"], manifest["settings"]["llm"]) == (5, "deepseek:another")
    assert [
        {name: (one["from"], one["to"]) for name, one in walk.items() if name != "at"} for walk in manifest["changed"]
    ] == [
        {"llm_timeout": (1.0, 60.0)},
        {"llm_timeout": (60.0, 5.0), "llm": ("deepseek:deepseek-v4-flash", "deepseek:another"), "seed": (0, 5)},
    ]
    shown = " ".join(program("trace", "show", run).stdout.split())
    assert "llm 'deepseek:another' instead of 'deepseek:deepseek-v4-flash'" in shown
    first = (700 * 0.14 + 300 * 0.28) / 1e6
    assert round(outcome.data["usage"]["cost_usd"] / first, 6) % 1 == 0, "another model, on this machine, costs nothing"
    again = program("ask", "--resume", run, "--llm", "offline", "--json")
    assert (again.status, again.error["message"]) == (2, f"run {run} is finished: 'llm' would change nothing of it")


def test_a_cost_that_is_reached_stops_the_run(program: Any, server: Any) -> None:
    outcome = program("ask", "street tacos", "--llm", "deepseek:deepseek-v4-flash", "--max-cost", "0.0001", *QUICK)
    assert (outcome.status, outcome.error["code"]) == (124, "budget")
    assert "of $0.0001" in outcome.error["message"]


def test_doctor_says_which_model_would_be_asked_and_shows_no_key(program: Any) -> None:
    outcome = program("doctor", "--json")
    checks = {check["name"]: check for check in outcome.data["checks"]}
    assert checks["chat model"]["detail"].startswith("deepseek:deepseek-v4-flash at http://127.0.0.1")
    assert checks["DEEPSEEK_API_KEY"] == {
        "name": "DEEPSEEK_API_KEY",
        "ok": True,
        "detail": "set",
        "hint": "Only for --llm deepseek:MODEL.",
        "required": False,
    }
    assert KEY not in outcome.stdout
    without = program.set(POPCORN_LLM="openai:gpt-4o")("doctor", "--json")
    assert without.status == 10
    assert "OPENAI_API_KEY is not set" in without.stdout


def test_a_draft_that_does_not_come_is_told_of_and_the_others_are_used(program: Any, server: Any, answer: Any) -> None:
    server.answers = [answer(), answer(), answer(status=500, body=b"oops"), answer()]
    outcome = program("ask", "street tacos", "--llm", "deepseek:some-model", *QUICK)
    assert outcome.data["title"].endswith("tacos at midnight")
    assert len(server.asked) == 4
    assert [notice for notice in outcome.data["notices"] if notice.startswith("2 of 3 drafts came")] == [
        "2 of 3 drafts came; the other calls failed: deepseek answered with status 500 instead of a reply: oops"
    ]


def test_a_server_that_asks_to_wait_is_waited_for(program: Any, server: Any, answer: Any) -> None:
    server.answers = [answer(status=429, body=b"{}", headers={"Retry-After": "1"})]
    patient = program.set(POPCORN_LLM_RETRIES="1", POPCORN_DRAFTING="together")
    outcome = patient("ask", "street tacos", "--llm", "deepseek:some-model", *QUICK)
    assert outcome.data["title"].endswith("tacos at midnight")
    assert len(server.asked) == 3


def test_a_wait_that_a_server_asks_for_ends_with_the_time_budget_and_the_run_goes_on(
    program: Any, server: Any, answer: Any
) -> None:
    server.always = answer(status=429, body=b"{}", headers={"Retry-After": "90"})
    patient = program.set(POPCORN_LLM_RETRIES="2")
    stopped = patient("ask", "street tacos", "--llm", "deepseek:some-model", "--max-seconds", "6", *QUICK)
    assert stopped.error["code"] == "budget", str(stopped)
    asked = len(server.asked)
    server.always = answer()
    outcome = program("ask", "--resume", "last", "--max-seconds", "0", "--json", "-q")
    assert outcome.data["run_id"] == stopped.error["run_id"], str(outcome)
    assert len(server.asked) > asked > 0
    nothing = program("ask", "--resume", "last", "--json", "-q")
    assert "no unfinished run of `popcorn ask`" in nothing.error["message"]


def test_a_window_that_is_too_small_is_named_in_the_result(program: Any, server: Any) -> None:
    outcome = program.set(POPCORN_LLM_WINDOW="2500")(
        "ask", "street tacos", "-k", "100", "--llm", "deepseek:some-model", *QUICK
    )
    assert any("do not fit the model's window (2,500 tokens, by estimate)" in one for one in outcome.data["notices"])
    sent = max(len(asked["messages"][1]["content"]) for asked in server.asked)
    assert sent < 3 * 2_500


@pytest.mark.parametrize("named", [256, 500_000], ids=["smaller than any prompt", "larger than what was sent"])
def test_a_window_that_no_prompt_fits_is_not_told_as_the_way_out(
    program: Any, server: Any, answer: Any, named: int
) -> None:
    words = f"This model's maximum context length is {named} tokens. However, you requested 30000 tokens."
    server.always = answer(status=400, body=json.dumps({"error": {"message": words}}).encode())
    outcome = program("ask", "street tacos", "--mode", "basic", "-n", "1", "--llm", "deepseek:some-model", *QUICK)
    assert outcome.status == 1, str(outcome)
    assert len(server.asked) <= 2
    assert "It refuses what was asked as with POPCORN_LLM_WINDOW" in outcome.error["hint"]
    assert "choose a model with a longer window with --llm" in outcome.error["hint"]
