"""What a session of chat may use: one count over its models, renders, runs and conversations, and a person's yes."""

from __future__ import annotations

import json
from typing import Any

import pytest
from terminals import terminal

KEY = "sk-only-for-this-test"


@pytest.fixture
def chatting(own: Any, server: Any, videos: Any) -> Any:
    """A home of its own, a model with a price and one without, and a video server that costs half a dollar a clip."""
    videos.size = (180, 320)
    own.settings_file.write_text(
        f'[providers.lab]\nbase_url = "{server.url}"\nkey_variable = "LAB_KEY"\n'
        '[prices."lab:some-model"]\ninput = 1.0\noutput = 1.0\n'
        f'[renderers."api:film"]\nbase_url = "{videos.url}"\nprice = 0.5\n'
    )
    return own.set(
        POPCORN_LLM="lab:some-model", LAB_KEY=KEY, POPCORN_PREDICTOR="neighbours", POPCORN_ASPECT="9:16",
        POPCORN_ATTEMPTS="1", PROMPT_TOOLKIT_NO_CPR="1", OMP_NUM_THREADS="1", no_proxy="127.0.0.1",
    )  # fmt: skip


def calling(answer: Any, name: str, *several: dict[str, Any]) -> Any:
    """An answer that calls a tool, once for each of the arguments."""
    calls = [
        {"index": n, "id": f"call-{n}", "type": "function", "function": {"name": name, "arguments": json.dumps(one)}}
        for n, one in enumerate(several)
    ]
    return answer(text="", message={"tool_calls": calls}, finish="tool_calls")


def film(title: str) -> dict[str, Any]:
    return {"title": title, "video_prompt": "Steam over a griddle", "renderer": "api:film"}


def begun(videos: Any) -> int:
    return sum(one.method == "POST" for one in videos.seen)


def test_a_render_is_made_once_the_person_said_yes_and_its_price_counts_in_every_conversation(
    chatting: Any, server: Any, videos: Any, answer: Any
) -> None:
    server.always = answer(text="There it is.")
    server.answers = [calling(answer, "render_video", film("Tacos"))]
    with terminal(chatting) as chat:
        chat.says("render it with film", "$0.50")
        assert begun(videos) == 0
        chat.says("yes", "There it is.")
        assert begun(videos) == 1
        chat.says("/cost", "cost $0.5020 of $5")
        chat.says("/clear", "a new conversation")
        chat.says("/cost", "renders 1 of 20")
        chat.says("/cost", "cost $0.5020 of $5")
        assert chat.leaves() == 0


def test_of_two_dear_renders_only_what_the_money_is_enough_for_is_made(
    chatting: Any, server: Any, videos: Any, answer: Any
) -> None:
    server.answers = [calling(answer, "render_video", film("One"), film("Two")), answer(text="One of two.")]
    with terminal(chatting, "--max-cost", "0.6") as chat:
        chat.says("render both", "$0.50")
        chat.says("yes", "$0.50")
        chat.says("yes", "One of two.")
        chat.says("/cost", "cost $0.5020 of $0.6")
        assert chat.leaves() == 0
    assert begun(videos) == 1


def test_more_money_is_allowed_while_it_is_talked(chatting: Any, server: Any, answer: Any) -> None:
    server.always = answer(text="Hello to you.")
    with terminal(chatting, "--max-cost", "0.0025") as chat:
        chat.says("hello", "Hello to you.")
        chat.says("hello", "Hello to you.")
        chat.says("hello", "the session has cost $0.0020 of $0.0025")
        assert len(server.asked) == 2, "the prompt alone would cost more than what is left"
        chat.says("/cost 5", "cost $0.0020 of $5")
        chat.says("hello", "Hello to you.")
        assert chat.leaves() == 0
    first, second, _ = (asked["max_tokens"] for asked in server.asked)
    assert second < first < 2_500, "no reply may get longer than what is left of the session"


def test_tokens_are_capped_whatever_speaks_or_renders(chatting: Any, server: Any, answer: Any) -> None:
    server.always = answer(text="Hello to you.")
    with terminal(chatting, "--max-tokens", "2500") as chat:
        chat.says("hello", "Hello to you.")
        chat.says("hello", "Hello to you.")
        for change in ("/renderer animatic", "/model lab:other", "/clear"):
            chat.says(change)
            chat.says("hello", "the session has used 2,000 of 2,500 tokens")
        assert chat.leaves() == 0
    assert len(server.asked) == 2


def test_a_model_without_a_price_leaves_what_is_known_as_it_is(chatting: Any, server: Any, answer: Any) -> None:
    server.always = answer(text="Hello to you.")
    elsewhere = server.url.replace("127.0.0.1", "0.0.0.0")  # noqa: S104 -- nobody binds: it is no loopback address
    text = chatting.settings_file.read_text()
    chatting.settings_file.write_text(f'{text}[providers.away]\nbase_url = "{elsewhere}"\nkey_variable = "LAB_KEY"\n')
    with terminal(chatting.set(no_proxy="127.0.0.1,0.0.0.0")) as chat:
        chat.says("hello", "Hello to you.")
        chat.says("/model away:other", "away:other speaks")
        chat.says("hello", "Hello to you.")
        chat.says("/cost", "cost $0.0010 of $5 (and 1,000 tokens of models without a known price)")
        assert chat.leaves() == 0


def test_a_stopped_video_has_cost_what_its_drafts_did(chatting: Any, server: Any, answer: Any) -> None:
    server.answers = [calling(answer, "make_video", {"request": "tacos at midnight"})]
    with terminal(chatting.set(POPCORN_CACHE="false")) as chat:
        chat.says("make it", "render: attempt")
        chat.types("\x03")
        chat.shows("stopped", 20)
        chat.ready()
        calls = len(server.asked)
        chat.types("/cost\r")
        chat.shows(f"cost ${calls * 0.001:.4f} of $5")
        assert chat.leaves() == 0
    assert calls > 2


def test_a_run_that_is_gone_on_with_asks_for_what_its_own_renderer_costs(
    chatting: Any, server: Any, videos: Any, answer: Any
) -> None:
    failed = chatting.set(POPCORN_RENDERER="api:film", LAB_KEY=KEY)
    outcome = failed("ask", "street tacos", "--max-seconds", "0.01", "--json")
    run_id = outcome.error["run_id"]
    server.answers = [calling(answer, "make_video", {"resume": run_id}), answer(text="Not allowed.")]
    refused = chatting("chat", stdin="go on with it\n")
    assert refused.status == 0
    assert "$0.50" in refused.stdout
    assert begun(videos) == 0
    server.answers = [calling(answer, "make_video", {"resume": run_id})]
    assert chatting("chat", "--yes", "--max-cost", "0.4", stdin="go on with it\n").status == 0
    assert begun(videos) == 0
    server.answers = [calling(answer, "make_video", {"resume": run_id})]
    assert chatting("chat", "--yes", stdin="go on with it\n").status == 0
    assert begun(videos) == 1
