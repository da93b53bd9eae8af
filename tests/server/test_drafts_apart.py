"""Drafts asked for in calls of their own at the same time, of a real server on loopback."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
from langchain_core.language_models import BaseChatModel
from popcorn.agent.wiring.chat_models import open_chat_model
from popcorn.errors import BudgetError, ModelCallError, ModelReplyError, TooLongError
from popcorn.graphs.asking.window import Window
from popcorn.graphs.create.drafting import Drafted, ask_drafts
from popcorn.graphs.create.messages import Question, Wanted, draft_messages
from popcorn.graphs.create.replies import draft_schema
from popcorn.graphs.create.state import CreateState, Mode, Plan
from popcorn.prompts import load, unfence
from popcorn.settings import load_settings
from popcorn.tools.references.types import ContrastFinding

ANGLE = "Take this angle, as far as the request lends itself to it: "


@dataclass
class Given:
    """As much of a run's collaborators as asking takes."""

    chat_model: BaseChatModel
    chat_model_name: str = "deepseek:some-model"
    window: Window = field(default_factory=Window)
    voice: None = None


@pytest.fixture(autouse=True)
def _apart(server: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("DEEPSEEK_BASE_URL", server.url)
    monkeypatch.setenv("DEEPSEEK_API_KEY", "sk-only-for-this-test")


def opened(home: Path, **changes: Any) -> BaseChatModel:
    chosen = {"llm_retries": 0, "llm_timeout": 60.0, "cache": False} | changes
    return open_chat_model(load_settings(home=home, llm="deepseek:some-model", **chosen)).model


async def drafted(
    model: BaseChatModel,
    count: int = 3,
    mode: Mode = Mode.ENHANCED,
    window: Window | None = None,
    node: str = "draft",
    findings: int = 0,
) -> Drafted:
    state = CreateState(request="street tacos", plan=Plan(candidates=count, mode=mode, seed=7))
    if findings:
        found = [ContrastFinding("hook", f"steam over griddle {at}", 0.5, 0.25, 9, 9) for at in range(findings)]
        state = replace(state, contrast=found)
    given: Any = Given(model, window=window or Window())

    def question(wanted: Wanted, window: Window) -> Question:
        return draft_messages(state, window, wanted)

    return await ask_drafts(state, given, node, question, draft_schema(state.plan))


def good(answer: Any, title: str, **told: Any) -> Any:
    draft = {"title": title, "video_prompt": "A taco in close-up.", "cover_prompt": "A taco."}
    return answer(text=json.dumps({"drafts": [draft]}), **told)


def several(answer: Any, *titles: str) -> Any:
    drafts = [
        {"title": title, "video_prompt": f"A taco of kind {title}.", "cover_prompt": "A taco."} for title in titles
    ]
    return answer(text=json.dumps({"drafts": drafts}))


async def test_a_prompt_that_the_server_refuses_is_asked_again_as_it_fits_the_window_that_it_names(
    server: Any, answer: Any, tmp_path: Path
) -> None:
    words = "This model's maximum context length is 4096 tokens. However, you requested 30000 tokens."
    refusal = answer(status=400, body=json.dumps({"error": {"message": words}}).encode())
    server.answers, server.always = [refusal], good(answer, "Tacos")
    model = opened(tmp_path)
    made = await drafted(model, 1, findings=400)
    first, second = [len(prompt) for prompt in prompts(server)]
    assert second < 4096 * 3 < first
    assert [draft.title for draft in made.drafts] == ["Tacos"]
    assert "4,096 tokens" in made.notices[0]
    assert server.asked[1]["max_tokens"] < 4096
    await drafted(model, 1, findings=400)
    assert len(prompts(server)) == 3, "what the server said is remembered"


async def test_a_prompt_that_does_not_fit_even_then_is_an_error_that_names_the_window(
    server: Any, answer: Any, tmp_path: Path
) -> None:
    body = {"error": {"message": "too long", "type": "exceed_context_size_error", "n_ctx": 512}}
    body["error"]["message"] = "request (900 tokens) exceeds the available context size (512 tokens)"
    server.always = answer(status=400, body=json.dumps(body).encode())
    with pytest.raises(TooLongError, match="takes in 512 tokens") as caught:
        await drafted(opened(tmp_path), 1)
    assert "POPCORN_LLM_WINDOW=512" in caught.value.hint
    assert len(server.asked) == 2


def prompts(server: Any) -> list[str]:
    """All but what the system says."""
    return ["\n".join(one["content"] for one in asked["messages"][1:]) for asked in server.asked]


async def test_each_draft_has_a_call_with_an_angle_and_a_seed_of_its_own(
    server: Any, answer: Any, tmp_path: Path
) -> None:
    server.always = good(answer, "Tacos", together=3)
    made = await drafted(opened(tmp_path))
    assert (len(made.drafts), len(made.calls), made.notices) == (3, 3, [])
    assert (len(server.asked), server.busiest) == (3, 3)
    angles = {text.rpartition(ANGLE)[2].partition(".")[0] for text in prompts(server)}
    assert angles == {*load("angles").text.splitlines()[:3]}
    assert all("Draft the video." in text for text in prompts(server))
    assert sorted(asked["seed"] for asked in server.asked) == [7, 8, 9]


async def test_what_the_calls_share_stands_in_front_of_what_they_do_not(server: Any, tmp_path: Path) -> None:
    await drafted(opened(tmp_path))
    shared = {text.rpartition(ANGLE)[0] for text in prompts(server)}
    assert len(shared) == 1
    assert "Draft the video." in shared.pop()


async def test_no_more_drafts_are_asked_for_at_once_than_allowed(server: Any, answer: Any, tmp_path: Path) -> None:
    server.always = good(answer, "Tacos", stall=0.05, together=2)
    await drafted(opened(tmp_path, llm_concurrency=2), count=6)
    assert (len(server.asked), server.busiest) == (6, 2)


async def test_a_call_that_fails_does_not_lose_the_others(server: Any, answer: Any, tmp_path: Path) -> None:
    server.answers = [good(answer, "One"), answer(status=500, body=b"oops"), good(answer, "Three")]
    made = await drafted(opened(tmp_path))
    assert {one.title for one in made.drafts} == {"One", "Three"}
    assert made.notices == [
        "2 of 3 drafts came; the other calls failed: deepseek answered with status 500 instead of a reply: oops"
    ]


async def test_the_raw_replies_of_a_call_that_failed_are_kept(server: Any, answer: Any, tmp_path: Path) -> None:
    rather_not, nor_now = '{"said": "I would rather not."}', '{"said": "Nor now."}'
    server.always = answer(text=nor_now)
    server.answers = [answer(text=rather_not), good(answer, "Tacos")]
    model = opened(tmp_path)
    made = await drafted(model)
    replies = [call.reply for call in made.calls]
    assert (len(made.drafts), len(replies)) == (1, 5)
    assert (replies.count(rather_not), replies.count(nor_now)) == (1, 3)
    with pytest.raises(ModelReplyError) as caught:
        await drafted(model)
    assert [call.reply for call in caught.value.calls] == [nor_now] * 6  # type: ignore[attr-defined]  # ModelCalls


async def test_the_error_is_raised_where_no_draft_came(server: Any, answer: Any, tmp_path: Path) -> None:
    server.always = answer(status=500, body=b"oops")
    with pytest.raises(ModelCallError, match="status 500 instead of a reply: oops"):
        await drafted(opened(tmp_path))


async def test_the_cap_holds_for_calls_at_the_same_time(server: Any, answer: Any, tmp_path: Path) -> None:
    server.always = good(answer, "Tacos", stall=0.05)
    model = opened(tmp_path, max_tokens=2_500)
    with pytest.raises(BudgetError, match="has used 3,000 of 2,500 tokens") as caught:
        await drafted(model, count=8)
    assert len(server.asked) == len(caught.value.calls) == 3
    with pytest.raises(BudgetError):
        await drafted(model)


async def test_a_refinement_takes_what_came_before_the_cap(server: Any, answer: Any, tmp_path: Path) -> None:
    server.always = good(answer, "Tacos")
    model = opened(tmp_path, max_tokens=2_500)
    made = await drafted(model, count=8, node="refine")
    assert len(server.asked) == len(made.drafts) == 3
    assert "3 of 8 drafts came; the other calls failed: the run has used 3,000 of 2,500 tokens" in made.notices[0]
    with pytest.raises(BudgetError):
        await drafted(model, count=8, node="refine")


async def test_calls_run_at_the_same_time_while_the_cap_is_far(server: Any, answer: Any, tmp_path: Path) -> None:
    server.answers = [good(answer, "Tacos")]  # the first one is asked for alone: what a call takes is not known before
    server.always = good(answer, "Tacos", stall=0.05, together=4)
    await drafted(opened(tmp_path, max_tokens=1_000_000), count=5)
    assert server.busiest == 4


async def test_a_run_that_is_stopped_leaves_no_call_behind(server: Any, answer: Any, tmp_path: Path) -> None:
    server.always = good(answer, "Tacos", stall=30)
    task = asyncio.create_task(drafted(opened(tmp_path, llm_concurrency=2), count=6))
    while len(server.asked) < 2:
        await asyncio.sleep(0.01)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await asyncio.sleep(0.4)
    assert len(server.asked) == 2


@pytest.mark.parametrize(("changes", "count"), [({"drafting": "together"}, 3), ({}, 1)])
async def test_drafts_are_asked_for_together_where_that_is_wanted_or_there_is_one(
    server: Any, answer: Any, tmp_path: Path, changes: dict[str, str], count: int
) -> None:
    server.always = several(answer, *"ABC"[:count])
    made = await drafted(opened(tmp_path, **changes), count=count)
    assert (len(server.asked), len(made.drafts)) == (1, count)
    assert ("Draft the video 3 times" if count > 1 else "Draft the video.") in prompts(server)[0]


async def test_drafts_that_a_small_window_does_not_hold_together_are_asked_for_one_after_the_other(
    server: Any, answer: Any, tmp_path: Path
) -> None:
    server.answers = [several(answer, "A", "B"), several(answer, "C", "D"), several(answer, "E")]
    made = await drafted(opened(tmp_path, drafting="together"), count=5, window=Window(1_500))
    assert [one.title for one in made.drafts] == [*"ABCDE"]
    assert len(server.asked) == 3
    assert [unfence(text).get("written") for text in prompts(server)] == [None, ["A", "B"], ["A", "B", "C", "D"]]
    assert "The titles in `written` are taken already" not in prompts(server)[0]
    assert "The titles in `written` are taken already" in prompts(server)[1]


async def test_of_drafts_asked_for_one_after_the_other_those_that_came_are_kept(
    server: Any, answer: Any, tmp_path: Path
) -> None:
    server.always = answer(text="I would rather not.")
    server.answers = [several(answer, "A", "B")]
    made = await drafted(opened(tmp_path, drafting="together"), count=3, window=Window(1_500))
    assert [one.title for one in made.drafts] == ["A", "B"]
    (notice,) = made.notices
    assert notice.startswith("2 of 3 drafts came; the next call failed: the model 'deepseek:some-model' gave no usable")
    assert len(made.calls) == 3


async def test_paper_mode_stays_one_call(server: Any, tmp_path: Path) -> None:
    made = await drafted(opened(tmp_path), mode=Mode.PAPER)
    assert len(server.asked) == 1
    assert made.replies[0].reasoning[0].step == "audience"  # type: ignore[attr-defined]  # a PaperReply


async def test_each_of_the_calls_is_answered_from_the_cache_the_next_time(server: Any, tmp_path: Path) -> None:
    first = await drafted(opened(tmp_path, cache=True))
    again = await drafted(opened(tmp_path, cache=True))
    assert (len(server.asked), again.drafts) == (3, first.drafts)


async def test_what_the_server_refuses_all_of_them_is_left_away_by_all(
    server: Any, answer: Any, tmp_path: Path
) -> None:
    server.always = good(answer, "Tacos", together=3, refuses="seed")
    picky = open_chat_model(load_settings(home=tmp_path, llm="deepseek:without-seed", llm_retries=0, cache=False))
    made = await drafted(picky.model)
    assert (len(made.drafts), made.notices) == (3, [])
    assert ["seed" in asked for asked in server.asked] == [True] * 3 + [False] * 3


async def test_a_server_that_refuses_what_it_was_not_sent_is_not_asked_for_ever(
    server: Any, answer: Any, tmp_path: Path
) -> None:
    body = json.dumps({"error": {"message": "Unsupported parameter: 'seed'"}}).encode()
    server.always = answer(status=400, body=body)
    stubborn = open_chat_model(load_settings(home=tmp_path, llm="deepseek:stubborn", llm_retries=0, cache=False))
    with pytest.raises(ModelCallError, match="Unsupported parameter: 'seed'"):
        await drafted(stubborn.model, count=2)
    assert len(server.asked) < 20
