from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

import pytest
from langchain_core.messages import AIMessageChunk
from langchain_core.messages.tool import tool_call_chunk
from langchain_core.outputs import ChatGenerationChunk
from popcorn.agent.models.reply_stream import Reading
from popcorn.agent.models.server_errors import ServerErrors
from popcorn.agent.models.whole_tool_calls import written_calls
from popcorn.tools.remote.identity import ServerIdentity

KEY = "only-for-this-test-8f3a2b"


@pytest.fixture(autouse=True)
def _keyed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LAB_API_KEY", KEY)


def read(*pieces: AIMessageChunk) -> tuple[list[AIMessageChunk], AIMessageChunk]:
    """What a stream of these pieces gives, piece by piece and as a whole."""
    identity = ServerIdentity("lab", "http://127.0.0.1:9/v1", "[providers.lab]", "some-model", KEY, "LAB_API_KEY")
    reading = Reading(ServerErrors(identity, "LAB_BASE_URL"))
    given: list[AIMessageChunk] = []
    for piece in pieces:
        chunk = reading.take(ChatGenerationChunk(message=piece, generation_info={"finish_reason": "tool_calls"}))
        given.append(chunk.message)  # type: ignore[arg-type]
    given.append(reading.end().message)  # type: ignore[arg-type]
    return given, reading.whole


def called(arguments: Sequence[str], index: int = 0) -> Iterator[AIMessageChunk]:
    """A call whose arguments come in these pieces; its name and id come first."""
    for number, text in enumerate(arguments):
        first = {"name": "score_popularity", "id": f"call-{index}"} if number == 0 else {"name": None, "id": None}
        yield AIMessageChunk(content="", tool_call_chunks=[tool_call_chunk(**first, args=text, index=index)])


@pytest.mark.parametrize("size", [1, 3, 11, 1_000])
def test_a_key_in_the_arguments_of_a_call_is_in_no_piece_however_it_is_split(size: int) -> None:
    text = json.dumps({"title": f"Tacos {KEY}, “caliente”", "tag": "Food"}, ensure_ascii=False)
    given, whole = read(*called([text[at : at + size] for at in range(0, len(text), size)]))
    clean = {"title": "Tacos [hidden], “caliente”", "tag": "Food"}
    assert [call["args"] for call in whole.tool_calls] == [clean]
    assert (whole.tool_calls[0]["name"], whole.tool_calls[0]["id"]) == ("score_popularity", "call-0")
    assert json.loads("".join(piece["args"] or "" for one in given for piece in one.tool_call_chunks)) == clean
    assert not any(KEY[:6] in repr(one) for one in given)


def test_arguments_without_a_secret_are_given_as_they_were_written() -> None:
    text = '{ "title":"Tacos",  "tag": 12 }'
    _, whole = read(*called([text[:9], text[9:]]))
    assert [piece["args"] for piece in whole.tool_call_chunks] == [text]


def test_calls_that_come_side_by_side_keep_their_own_arguments() -> None:
    one, other = called(['{"title": "O', 'ne"}'], 0), called(['{"title": "Ot', 'her"}'], 1)
    _, whole = read(*(piece for pair in zip(one, other, strict=True) for piece in pair))
    assert [(call["id"], call["args"]["title"]) for call in whole.tool_calls] == [
        ("call-0", "One"),
        ("call-1", "Other"),
    ]


def test_arguments_that_break_off_are_still_known_to_and_hold_no_key() -> None:
    _, whole = read(*called(['{"title": "Tacos ' + KEY[:9], KEY[9:] + " at"]))
    assert whole.tool_calls == [] or KEY not in repr(whole)
    assert [call["args"] for call in written_calls(whole)] == ['{"title": "Tacos [hidden] at']


def test_a_call_that_comes_whole_and_without_a_number_is_clean_at_once() -> None:
    piece = tool_call_chunk(name="score_popularity", id="call-0", args=json.dumps({"title": KEY}), index=None)
    given, _ = read(AIMessageChunk(content="", tool_call_chunks=[piece]))
    assert [one["args"] for one in given[0].tool_call_chunks] == ['{"title": "[hidden]"}']
