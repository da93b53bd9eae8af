"""What may have been paid for in vain is bought again only with a person's word, in conversations, over MCP and from
Python; and it counts against the caps of whoever comes next.
"""

from __future__ import annotations

import json
import signal
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from mcp import Client, StdioServerParameters
from mcp_types import ElicitResult
from popcorn import create_video, resume_video
from popcorn.agent.toolbox.clip_rendering import requested
from popcorn.agent.toolbox.toolbox import Toolbox
from popcorn.agent.wiring.spending import purchases_of
from popcorn.errors import ConsentError
from popcorn.settings import load_settings
from popcorn.tools.video.purchase import Purchase, Stage
from popcorn.tools.video.purchases import Purchases
from popcorn.tools.video.registry import load
from popcorn.tools.video.served.renderer import ServedRenderer
from terminals import terminal

FILM = {"title": "Tacos", "video_prompt": "Steam over a griddle", "renderer": "api:film"}


@pytest.fixture
def program(own: Any, server: Any, videos: Any) -> Any:
    """A model that talks, and a video server that costs half a dollar a clip and lists nothing."""
    videos.size, videos.lists = (180, 320), False
    renderers = {"api": {"base_url": videos.url, "price": 0.5}}
    return own.set(
        POPCORN_LLM="lab:some-model", LAB_KEY="sk-only-for-this-test", POPCORN_PREDICTOR="neighbours",
        POPCORN_PROVIDERS=json.dumps({"lab": {"base_url": server.url, "key_variable": "LAB_KEY"}}),
        POPCORN_RENDERERS=json.dumps(renderers), PROMPT_TOOLKIT_NO_CPR="1", no_proxy="127.0.0.1",
    )  # fmt: skip


def calling(answer: Any, arguments: dict[str, Any]) -> Any:
    function = {"name": "render_video", "arguments": json.dumps(arguments)}
    call = {"index": 0, "id": "call-0", "type": "function", "function": function}
    return answer(text="", message={"tool_calls": [call]}, finish="tool_calls")


def test_a_conversation_asks_before_it_buys_again_even_where_it_was_allowed_beforehand(
    program: Any, server: Any, videos: Any, video_server: ModuleType, answer: Any
) -> None:
    server.always = answer(text="So it is.")
    server.answers = [calling(answer, FILM), answer(text="It may be running."), calling(answer, FILM)]
    videos.faults["begun"] = [video_server.Fault(status=504)]
    with terminal(program, "--yes") as chat:
        chat.says("render it with film", "It may be running.")
        assert videos.made == 1
        chat.says("render it once more", "once more, since api:film was asked for this clip")
        chat.says("no", "So it is.")
        assert videos.made == 1
        server.answers = [calling(answer, FILM)]
        chat.says("then do", "once more, since api:film was asked for this clip")
        chat.says("yes", "So it is.")
        assert videos.made == 2
        assert chat.leaves() == 0


def test_a_yes_in_a_conversation_is_about_what_was_asked_and_not_about_what_came_meanwhile(
    program: Any, server: Any, videos: Any, video_server: ModuleType, answer: Any
) -> None:
    server.always = answer(text="So it is.")
    server.answers = [calling(answer, FILM), answer(text="It may be running."), calling(answer, FILM)]
    videos.faults["begun"] = [video_server.Fault(status=504)]
    ledger = Purchases(program.home / "paid")
    with terminal(program, "--yes") as chat:
        chat.says("render it with film", "It may be running.")
        chat.says("render it once more", "once more, since api:film was asked for this clip")
        ((digest, told),) = ledger.every()
        ledger.add(digest, replace(told, key="of another process", told=False))
        chat.says("yes", "So it is.")
        assert videos.made == 1
        assert [one.agreed for one in ledger.of(digest)] == [False, False]
        server.answers = [calling(answer, FILM)]
        chat.says("then do", "once more, since api:film was asked for this clip")
        chat.says("yes", "So it is.")
        assert videos.made == 2
        assert chat.leaves() == 0


def test_a_conversation_that_was_killed_counts_in_the_next_one(
    program: Any, server: Any, videos: Any, answer: Any
) -> None:
    server.answers = [calling(answer, FILM)]
    videos.looks = 10**6
    with program.start("chat", "--yes", "render it with film") as process:
        end = time.monotonic() + 600
        while not videos.count("GET"):
            assert time.monotonic() < end
            time.sleep(0.02)
        process.send_signal(signal.SIGKILL)
        process.communicate(timeout=600)
    other = FILM | {"video_prompt": "Another shot"}
    server.answers = [calling(answer, other), answer(text="Too dear.")]
    outcome = program("chat", "--yes", "--max-cost", "0.9", stdin="render another\n/cost\n")
    assert "Too dear." in outcome.stdout, str(outcome)
    assert "($0.50 of it begun before this session)" in outcome.stdout
    assert videos.made == 1
    videos.looks = 1
    server.answers = [calling(answer, FILM), answer(text="Fetched.")]
    outcome = program("chat", "--yes", "--max-cost", "0.9", stdin="render it with film\n")
    assert "Fetched." in outcome.stdout, str(outcome)
    assert videos.made == 1


@asynccontextmanager
async def connected(program: Any, *options: str, **asking: Any) -> AsyncIterator[Client]:
    program.folder.mkdir(parents=True, exist_ok=True)
    arguments = ["-m", "popcorn", "mcp", *options]
    server = StdioServerParameters(command=sys.executable, args=arguments, env=program.environment, cwd=program.folder)
    async with Client(server, **asking) as client:
        yield client


def text_of(result: Any) -> str:
    (content,) = result.content
    return str(getattr(content, "text", ""))


async def test_an_assistant_is_refused_where_its_client_cannot_ask(
    program: Any, videos: Any, video_server: ModuleType
) -> None:
    videos.faults["begun"] = [video_server.Fault(status=504)]
    async with connected(program, "--yes") as client:
        unsure = await client.call_tool("render_video", FILM)
        refused = await client.call_tool("render_video", FILM)
    assert unsure.is_error
    assert "may have begun a clip" in text_of(unsure)
    assert "the same call asks the person first" in text_of(unsure)
    assert refused.is_error
    assert "this may be paid for twice: api:film was asked for this clip" in text_of(refused)
    assert "--buy-again" in text_of(refused)
    assert videos.made == 1


@pytest.mark.parametrize("agrees", [True, False])
async def test_an_assistant_asks_the_person_through_its_client(
    program: Any, videos: Any, video_server: ModuleType, *, agrees: bool
) -> None:
    asked = []

    async def ask(_context: Any, params: Any) -> ElicitResult:
        asked.append(params.message)
        return ElicitResult(action="accept", content={}) if agrees else ElicitResult(action="decline")

    videos.faults["begun"] = [video_server.Fault(status=504)]
    async with connected(program, "--yes", elicitation_callback=ask) as client:
        assert (await client.call_tool("render_video", FILM)).is_error
        assert asked == []
        second = await client.call_tool("render_video", FILM)
    assert second.is_error is not agrees, text_of(second)
    assert len(asked) == 1
    assert "once more, since api:film was asked for this clip" in asked[0]
    assert videos.made == 1 + agrees


def test_from_python_it_is_an_error_of_its_own_and_an_argument_buys_again(
    program: Any, videos: Any, video_server: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name, value in program.environment.items():
        if name.startswith("POPCORN_") or name == "no_proxy":
            monkeypatch.setenv(name, value)
    monkeypatch.chdir(tmp_path)
    videos.faults["begun"] = [video_server.Fault(status=504)]
    with pytest.raises(ConsentError, match="may have begun a clip") as caught:
        create_video("street tacos", llm="offline", renderer="api:film", threshold=0)
    with pytest.raises(ConsentError) as another:
        create_video("street tacos", llm="offline", renderer="api:film", threshold=0)
    assert videos.made == 1
    video = resume_video(caught.value.run_id, buy_again=True)
    assert video.data["video"]["recipe"]["job"] == "video_gen_2"
    assert resume_video(another.value.run_id).data["video"]["recipe"]["job"] == "video_gen_2", "it is there by now"
    assert videos.made == 2


def test_a_new_run_is_in_no_doubt_since_its_words_are_not_drafted_yet(
    program: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in program.environment.items():
        if name.startswith("POPCORN_") or name == "no_proxy":
            monkeypatch.setenv(name, value)
    settings = load_settings(renderer="api:film")
    renderer, request = load("api:film", settings.renderers), requested(settings, "", FILM["video_prompt"])
    assert isinstance(renderer, ServedRenderer)
    asked = Purchase("api:film", "http://127.0.0.1:9/v1", "film", 0.5, stage=Stage.ASKED)
    purchases_of(settings).add(renderer.digest(request), asked)
    toolbox = Toolbox(settings)
    one, run = toolbox.estimate("render_video", FILM), toolbox.estimate("make_video", {"request": FILM["video_prompt"]})
    assert one is not None
    assert run is not None
    assert (bool(one.doubt), run.doubt) == (True, "")


def test_what_another_run_left_in_doubt_can_be_agreed_to(
    program: Any, videos: Any, video_server: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name, value in program.environment.items():
        if name.startswith("POPCORN_") or name == "no_proxy":
            monkeypatch.setenv(name, value)
    monkeypatch.chdir(tmp_path)
    videos.faults["begun"] = [video_server.Fault(status=504)]
    for _ in range(2):
        with pytest.raises(ConsentError) as caught:
            create_video("street tacos", llm="offline", renderer="api:film", threshold=0)
    toolbox, call = Toolbox(load_settings()), {"resume": caught.value.run_id}
    estimate = toolbox.estimate("make_video", call)
    assert estimate is not None
    assert "whether it began is not known" in estimate.doubt
    toolbox.agree("make_video", call)
    assert (resume_video(caught.value.run_id).accepted, videos.made) == (True, 2)


def test_each_shot_of_a_story_is_a_purchase_and_a_cap_between_two_of_them_loses_none(program: Any, videos: Any) -> None:
    options = ("--llm", "offline", "--renderer", "api:film", "--shots", "2", "-n", "1", "--attempts", "1", "--json")
    capped = program("ask", "street tacos", *options, "--max-cost", "0.6")
    assert capped.status == 124
    assert "the clip would cost $0.5" in capped.error["message"]
    assert videos.made == 1
    run = capped.error["run_id"]
    data = program("ask", "--resume", run, "--max-cost", "2", "--json").data
    assert videos.made == 2
    assert Purchases(program.home / "paid").cost(run) == 1.0
    assert len(data["shots"]) == 2
    assert data["video"]["seconds"] == pytest.approx(6, abs=0.2)


def test_a_person_is_asked_for_all_shots_of_a_story(program: Any) -> None:
    settings = load_settings(
        home=program.home, shots=3, renderer="api:film", llm="offline",
        renderers={"api": {"base_url": "http://127.0.0.1:9/v1", "price": 0.5}},
    )  # fmt: skip
    estimate = Toolbox(settings).estimate("make_video", {"request": "street tacos"})
    assert (estimate.clips, estimate.cost_usd) == (3, 1.5)
