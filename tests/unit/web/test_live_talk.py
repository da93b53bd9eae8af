"""A turn of a conversation as the page shows it while it is under way."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from langchain_core.messages import AIMessage, HumanMessage, ToolMessage
from popcorn.agent.chat.events import Asked, Remark, Said, ToolBegan, ToolEnded, ToolProgress
from popcorn.agent.chat.threads import Threads
from popcorn.errors import RequestError
from popcorn.settings import load_settings
from popcorn.web.live_talk import LiveTalk, LiveTalks
from popcorn.web.service import PageService
from popcorn.web.talk_view import conversation, question, transcript

SCRIPT = "<script>alert(1)</script>![x](http://evil.example/x.png)[y](javascript:alert(1))"
COST = {"seconds": 5.0, "memory_bytes": 0, "cost_usd": 0.5}


@pytest.fixture
def service(tmp_path: Path) -> Any:
    opened = PageService(load_settings(home=tmp_path, llm="offline"))
    yield opened
    opened.close()


def taken(service: PageService, *events: Any) -> LiveTalk:
    talk = LiveTalk(Threads(service.settings.home).new())
    for event in events:
        talk.take(event, service.visitor(None))
    return talk


def test_words_run_together_and_a_tool_is_one_line_until_it_has_answered(service: PageService) -> None:
    talk = taken(
        service,
        Said("Let "),
        Said("me see."),
        ToolBegan("1", "render_video", {}),
        ToolProgress("1", "render_video", 3, 9, "frames"),
    )
    assert [one["kind"] for one in talk.pieces] == ["said", "work"]
    assert (talk.pieces[0]["text"], talk.pieces[1]["told"]) == ("Let me see.", "frames, 3 of 9")
    talk.take(ToolEnded("1", "render_video", "it failed: no weights"), service.visitor(None))
    assert [one["kind"] for one in talk.pieces] == ["said", "failed"]
    assert talk.news == 5


def test_no_word_of_a_model_a_tool_or_a_person_is_markup(service: PageService) -> None:
    talk = taken(service, Said(SCRIPT), Remark(SCRIPT), ToolEnded("1", "render_video", SCRIPT))
    visitor = service.visitor(None)
    said = [HumanMessage(SCRIPT), AIMessage(SCRIPT), ToolMessage(SCRIPT, tool_call_id="1", name=SCRIPT, status="error")]
    for shown in (conversation(talk.pieces, "The answer"), transcript(visitor, said)):
        assert "<script" not in shown
        assert "<img" not in shown
        assert "<a " not in shown
        assert "![x](http://evil.example/x.png)" in shown


def test_a_call_that_waits_says_what_it_is_and_what_it_takes(service: PageService) -> None:
    asked = Asked("q", "1", "render_video", {"title": SCRIPT, "seed": -1}, COST)
    shown = question(asked)
    assert "render? about 5 s" in shown
    assert "&#36;0.50" in shown
    assert "<script" not in shown
    assert "seed" not in shown


def test_nothing_is_said_while_a_question_waits_and_nothing_is_answered_without_one(service: PageService) -> None:
    talks, visitor = LiveTalks(service), service.visitor(None)
    with pytest.raises(RequestError, match="nothing was said"):
        talks.say(visitor, "", "  ")
    talk = talks.enter(visitor, "")
    with pytest.raises(RequestError, match="nothing waits"):
        talks.answer(visitor, talk.thread.id, yes=True)
    talk.asked.append(Asked("q", "1", "render_video", {}, COST))
    with pytest.raises(RequestError, match="a question waits"):
        talks.say(visitor, talk.thread.id, "hello")


@pytest.mark.parametrize("name", ["../../etc", "nothing", "20260101-000000-abcdef"])
def test_a_conversation_is_entered_by_an_id_that_is_there(service: PageService, name: str) -> None:
    with pytest.raises(RequestError, match="there is no thread"):
        LiveTalks(service).enter(service.visitor(None), name)


def test_a_turn_goes_on_without_a_tab_and_is_kept_as_a_thread(service: PageService) -> None:
    talks, visitor = LiveTalks(service), service.visitor(None)
    talk = talks.say(visitor, "", "hello")
    assert talk.turn is not None
    talk.turn.result(timeout=60)
    assert talk.pieces[-1]["kind"] == "said"
    (kept,) = Threads(service.settings.home).all()
    assert (kept.id, kept.title, kept.turns) == (talk.thread.id, "hello", 1)
    again = LiveTalks(service).enter(visitor, kept.id)
    assert (again.thread, again.is_busy) == (kept, False)
