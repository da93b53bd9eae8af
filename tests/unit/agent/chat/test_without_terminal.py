"""What a person without a terminal is told."""

from __future__ import annotations

import re

import pytest
from langchain_core.messages import AIMessage, HumanMessage
from popcorn.agent.chat import without_terminal as module
from popcorn.agent.chat.router.speaker import HELP, OfflineRouter
from popcorn.agent.chat.without_terminal import without_terminal
from popcorn.agent.doors.served_errors import ServedError, in_sentences
from popcorn.commands.terminal.slash_commands import COMMANDS
from popcorn.errors import ModelCallError


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Rendered with animatic. /open shows the clip.", "Rendered with animatic."),
        ("The clip is /home/me/open/clip.mp4. Well done.", "The clip is /home/me/open/clip.mp4. Well done."),
        ("Start again with more --max-cost.", ""),
        (
            "One line.\nFor more: /model openai:gpt-4o\n  make something about tacos",
            "One line.\n  make something about tacos",
        ),
        ("`popcorn render --captions srt` writes it. Post it at noon.", "Post it at noon."),
        ("It costs more -- much more. A well-lit shot.", "It costs more -- much more. A well-lit shot."),
    ],
)
def test_sentences_about_a_terminal_are_left_out(text: str, left: str) -> None:
    assert without_terminal(text) == left


def test_every_command_of_the_terminal_is_known_here() -> None:
    known = re.findall(r"[a-z]+", module._COMMANDS)
    assert sorted(f"/{name}" for name in known) == sorted(COMMANDS)


def test_a_router_that_is_served_names_no_command() -> None:
    said = OfflineRouter(served=True).invoke([HumanMessage("help")]).text
    assert "make something about street tacos" in said
    assert "/model" not in said
    assert "/model" in OfflineRouter().invoke([HumanMessage("help")]).text
    again = OfflineRouter(served=True).invoke([HumanMessage("help"), AIMessage(said), HumanMessage("hello")]).text
    assert HELP.splitlines()[1] not in again, "help that was given is not given again"


@pytest.mark.parametrize(("names", "way"), [(["llm"], r" Choose another model with `llm`, or ask again\."), ([], "")])
def test_an_error_names_what_a_client_can_say_in_place_of_flags(names: list[str], way: str) -> None:
    hint = "Choose another model with --llm, or ask again. Go on with: popcorn ask --resume 7"
    with pytest.raises(ServedError, match=rf"^the model broke off\.{way}$"), in_sentences(names):
        raise ModelCallError("the model broke off", hint=hint)
