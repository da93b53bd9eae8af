"""A stream added up is what a server sends that does not stream."""

from __future__ import annotations

from typing import Any

from popcorn.agent.models.assembly import Assembly, told


def assembled(*chunks: dict[str, Any]) -> Assembly:
    reply = Assembly()
    for chunk in chunks:
        reply.add(chunk)
    return reply


def piece(finish: str | None = None, **delta: Any) -> dict[str, Any]:
    return {"id": "c-1", "model": "m", "choices": [{"index": 0, "delta": delta, "finish_reason": finish}]}


def call(index: int | None, arguments: str, **named: str) -> dict[str, Any]:
    function = {"name": named.pop("name", None), "arguments": arguments}
    return {"index": index, "id": named.get("id"), "function": function}


USAGE = {"prompt_tokens": 7, "completion_tokens": 3, "total_tokens": 10}


def test_text_thinking_and_tokens_are_added_up() -> None:
    reply = assembled(
        piece(role="assistant", content=""),
        piece(reasoning_content="Hm. "),
        piece(reasoning="Well."),
        piece(content="ta"),
        piece(content="cos"),
        piece("stop"),
        {"choices": [], "usage": USAGE},
    )
    message = {"role": "assistant", "content": "tacos", "reasoning_content": "Hm. Well."}
    choice = {"index": 0, "message": message, "finish_reason": "stop"}
    assert reply.body == {"id": "c-1", "model": "m", "choices": [choice], "usage": USAGE}
    assert reply.took == {"input_tokens": 7, "output_tokens": 3}
    assert (reply.text, reply.broke_off) == ("Hm. Well.tacos", False)


def test_calls_that_come_side_by_side_keep_their_own_arguments_as_they_were_written() -> None:
    reply = assembled(
        piece(tool_calls=[call(0, "", id="a", name="give"), call(1, '{"y"', id="b", name="take")]),
        piece(tool_calls=[call(1, ": 2"), call(0, '{"x": ')]),
        piece("tool_calls", tool_calls=[call(0, "1}")]),
    )
    calls = reply.body["choices"][0]["message"]["tool_calls"]
    assert [(one["id"], one["function"]["name"], one["function"]["arguments"]) for one in calls] == [
        ("a", "give", '{"x": 1}'),
        ("b", "take", '{"y": 2'),
    ]


def test_calls_without_an_index_are_each_a_whole_one() -> None:
    reply = assembled(
        piece(tool_calls=[call(None, "{}", id="a", name="give"), call(None, "{}", id="b", name="give")]),
        piece("stop", tool_calls=[call(None, "{}", id="c", name="give")]),
    )
    assert [one["id"] for one in reply.body["choices"][0]["message"]["tool_calls"]] == ["a", "b", "c"]


def test_parts_and_a_refusal_come_through() -> None:
    thinking = {"type": "thinking", "thinking": [{"type": "text", "text": "so"}]}
    reply = assembled(piece(content=[thinking]), piece(content=[{"type": "text", "text": "yes"}]), piece("stop"))
    assert reply.body["choices"][0]["message"]["content"] == [thinking, {"type": "text", "text": "yes"}]
    assert assembled(piece(refusal="I "), piece("stop", refusal="won't")).body["choices"][0]["message"]["refusal"] == (
        "I won't"
    )


def test_a_stream_that_never_said_that_it_ended_broke_off() -> None:
    assert assembled(piece(content="ta")).broke_off
    assert not assembled({"choices": [], "usage": USAGE}).broke_off, "there was no reply to break off"
    assert not assembled().broke_off


def test_nothing_that_only_keeps_a_line_open_is_told() -> None:
    assert [told(one) for one in (piece(role="assistant", content=""), piece("stop"), {"choices": []})] == ["", "", ""]
    assert told(piece(tool_calls=[call(0, '{"x', name="give")])) == 'give{"x'
    assert told({"choices": None}) == ""


def test_a_reply_that_came_whole_is_counted_like_a_stream() -> None:
    reply = Assembly()
    message = {"role": "assistant", "content": "tacos"}
    body = {"choices": [{"index": 0, "message": message, "finish_reason": None}], "usage": USAGE}
    reply.take_whole(body)
    assert (reply.body, reply.text, reply.begun, reply.broke_off) == (body, "tacos", True, False)
    assert reply.took == {"input_tokens": 7, "output_tokens": 3}
    for nothing in ("<html>", [], {"error": "no"}, {"choices": None}, {"choices": [{}]}):
        reply = Assembly()
        reply.take_whole(nothing)
        assert (reply.body, reply.begun) == (nothing, False)
