from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from langchain_core.language_models.fake_chat_models import GenericFakeChatModel
from langchain_core.messages import AIMessage, HumanMessage
from popcorn.errors import ModelReplyError
from popcorn.graphs.asking.ask import ask
from popcorn.graphs.asking.reply_reading import read
from popcorn.graphs.asking.types import ModelCall
from popcorn.graphs.create.replies import DraftsReply

GOOD = {"drafts": [{"title": "Tacos at dawn", "video_prompt": "A taco in close-up.", "cover_prompt": "A taco."}]}
CALL = ModelCall("draft", "some model", "draft@0", reply="")


def model(*replies: str) -> GenericFakeChatModel:
    return GenericFakeChatModel(messages=iter([AIMessage(reply) for reply in replies]))


@pytest.mark.parametrize(
    "text",
    [
        json.dumps(GOOD),
        f"```json\n{json.dumps(GOOD, indent=2)}\n```",
        f"Sure! Here it is:\n{json.dumps(GOOD)}\nAnything else?",
        f'{{"note": "first"}} {json.dumps(GOOD)}',
        f"a set {{1, 2}} and then {json.dumps(GOOD)}",
    ],
)
def test_a_reply_is_read_whatever_stands_around_it(text: str) -> None:
    assert read(text, DraftsReply).drafts[0].title == "Tacos at dawn"


def test_of_two_fitting_objects_the_last_wins() -> None:
    later = json.loads(json.dumps(GOOD).replace("dawn", "dusk"))
    assert read(f"{json.dumps(GOOD)}\n{json.dumps(later)}", DraftsReply).drafts[0].title == "Tacos at dusk"


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"title": "x" * 51}, "at most 50 characters"),
        ({"title": "  "}, "at least 1 character"),
        ({"title": "two\nlines"}, "single line"),
        ({"video_prompt": "one\n\ntwo"}, "single line"),
        ({"cover_prompt": None}, "valid string"),
    ],
)
def test_a_draft_that_breaks_the_schema_is_refused_with_the_complaint(
    change: dict[str, object], complaint: str
) -> None:
    with pytest.raises(ValueError, match=complaint):
        read(json.dumps({"drafts": [GOOD["drafts"][0] | change]}), DraftsReply)


def test_a_reply_loses_what_would_steer_a_terminal_or_hide_text() -> None:
    hostile = GOOD["drafts"][0] | {"title": "Tacos\x1b]0;owned\x07 at \u202edawn", "cover_prompt": "A\x00 taco."}
    (draft,) = read(json.dumps({"drafts": [hostile]}), DraftsReply).drafts
    assert (draft.title, draft.cover_prompt) == ("Tacos]0;owned at dawn", "A taco.")


@given(st.text(max_size=300))
def test_text_without_a_fitting_object_is_a_complaint(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        read(text, DraftsReply)


async def test_a_reply_that_fits_takes_one_call() -> None:
    reply, calls = await ask(model(json.dumps(GOOD)), [HumanMessage("draft")], DraftsReply, CALL)
    assert reply.drafts[0].draft().title == "Tacos at dawn"
    assert [call.prompt for call in calls] == ["draft@0"]


async def test_a_broken_reply_is_repaired_once_and_both_calls_are_kept() -> None:
    reply, calls = await ask(model("no json", json.dumps(GOOD)), [HumanMessage("draft")], DraftsReply, CALL)
    assert reply.drafts[0].title == "Tacos at dawn"
    assert [call.reply for call in calls] == ["no json", json.dumps(GOOD)]
    assert calls[1].prompt.startswith("repair@")


async def test_a_reply_that_stays_broken_is_an_error_with_the_complaint_and_the_reply() -> None:
    with pytest.raises(ModelReplyError, match="no JSON object; it began 'still none'"):
        await ask(model("none", "still none"), [HumanMessage("draft")], DraftsReply, CALL)
