"""What servers complain of, in words that real ones use: the window that a complaint names, tools, or neither."""

from __future__ import annotations

from typing import Any

import httpx2 as httpx
import openai
import pytest
from popcorn.agent.models.refused_parameters import RefusedParameters
from popcorn.agent.models.server_complaints import ServerComplaint
from popcorn.agent.models.server_errors import RefusedCallError, ServerErrors
from popcorn.errors import PopcornError, TooLongError
from popcorn.tools.remote.identity import ServerIdentity

TOO_LONG = [
    (400, "This model's maximum context length is 4097 tokens. However, you requested 5000 tokens (4000 in the "
     "messages, 1000 in the completion). Please reduce the length of the messages or completion.", 4097),
    (400, "'max_tokens' or 'max_completion_tokens' is too large: 1000. This model's maximum context length is 2048 "
     "tokens and your request has 1500 input tokens (1000 > 2048 - 1500).", 2048),
    (400, "The decoder prompt (length 5000) is longer than the maximum model length of 4096.", 4096),
    (400, "You passed 4097 input tokens and requested 0 output tokens. However, the model's context length is only "
     "4096 tokens, resulting in a maximum input length of 4096 tokens.", 4096),
    (400, "Trying to keep the first 5000 tokens when context the overflows. However, the model is loaded with context "
     "length of only 4096 tokens, which is not enough.", 4096),
    (400, "The number of tokens to keep from the initial prompt is greater than the context length "
     "(n_keep: 5000>= n_ctx: 4096).", 4096),
    (400, "request (5000 tokens) exceeds the available context size (4096 tokens), try increasing it", 4096),
    (500, "the request exceeds the available context size (2048 tokens)", 2048),
    (400, "the request exceeds the available context size. try increasing the context size", 0),
    (400, "Please reduce the length of the messages or completion.", 0),
    (400, "Prompt contains 40000 tokens and 0 draft tokens, too large for model with 32768 maximum context length",
     32768),
    (400, "prompt is too long: 210000 tokens > 200000 maximum", 200_000),
    (422, "Input validation error: `inputs` tokens + `max_new_tokens` must be <= 4097. Given: 5000 `inputs` tokens and "
     "1000 `max_new_tokens`", 4097),
    (422, "Input validation error: `inputs` must have less than 3072 tokens. Given: 5000", 3072),
    (400, "The input (5000 tokens) is longer than the model's context length (4096 tokens).", 4096),
    (400, "The input token count (1200000) exceeds the maximum number of tokens allowed (1048576).", 1_048_576),
    (400, "Input is too long for requested model.", 0),
    (400, "This model's maximum prompt length is 131072 but the request contains 537812 tokens.", 131_072),
    (400, "too many tokens: total number of tokens in the prompt cannot exceed 128000 - received 150000.", 128_000),
    (400, "Please reduce the length of the messages. Current length is 9000 while limit is 8192", 8192),
    (400, "Requested tokens (1200) exceed context window of 512", 512),
    (413, "Request too large for model `m` on tokens per minute (TPM): Limit 6000, Requested 8000, please reduce your "
     "message size and try again.", 6000),
    (429, "Request too large for m on tokens per min (TPM): Limit 10000, Requested 12000. The input or output tokens "
     "must be reduced in order to run successfully.", 10_000),
    (400, "the prompt has 5,000 tokens, but this model takes in only 4,096 (input too long)", 4096),
    (400, "context window exceeded: 9,000 > 8,192 tokens", 8192),
    (400, "Context overflow: 9000 tokens requested, n_ctx = 2048", 2048),
    (400, "input tokens 5000 exceeds context window of 4k", 4000),
]  # fmt: skip
NO_TOOLS = [
    (400, "registry.ollama.ai/library/gemma:2b does not support tools"),
    (400, '"auto" tool choice requires --enable-auto-tool-choice and --tool-call-parser to be set'),
    (500, "tools param requires --jinja flag"),
    (404, "No endpoints found that support tool use. To learn more about provider routing, visit our docs."),
    (400, "`tool calling` is not supported with this model"),
    (400, "Unsupported parameter: 'tools' is not supported with this model."),
    (400, "deepseek-reasoner does not support Function Calling"),
    (400, "Function calling is not enabled for this model"),
    (501, "tools are not implemented"),
    (422, [{"type": "extra_forbidden", "loc": ["body", "tools"], "msg": "Extra inputs are not permitted"}]),
]
OF_SOMETHING_ELSE = [
    (400, "max_tokens is too large: 32768. This model supports at most 16384 completion tokens."),
    (400, "Invalid max_tokens value, the valid range of max_tokens is [1, 8192]"),
    (400, "`max_tokens` exceeds the model's output limit of 2048 tokens"),
    (400, "Invalid schema for function 'answer': In context=(), 'minItems' is not permitted."),
    (400, "The tool_choice parameter does not support being set to required or object in thinking mode"),
    (400, "Unsupported parameter: 'seed'"),
    (400, "An assistant message with 'tool_calls' must be followed by tool messages responding to each tool_call_id"),
]


def errors() -> ServerErrors:
    return ServerErrors(ServerIdentity("mine", "http://127.0.0.1:1/v1", "[providers.mine]", "m"), "MINE_BASE_URL")


def told(status: int, body: Any) -> list[PopcornError]:
    """What is made of it with its status, as an event in a stream, and in place of a reply."""
    request = httpx.Request("POST", "http://127.0.0.1:1/v1")
    as_status = openai.APIStatusError("no", response=httpx.Response(status, request=request), body=body)
    as_event = openai.APIError("no", request, body=body)
    return [errors().of(as_status), errors().of(as_event), errors().failed(body)]


@pytest.mark.parametrize(("status", "words", "window"), TOO_LONG, ids=lambda value: str(value)[:50])
def test_a_prompt_that_is_too_long_is_known_with_the_window_that_is_named(status: int, words: str, window: int) -> None:
    for body in ({"message": words}, words):
        for error in told(status, body):
            assert isinstance(error, TooLongError), f"{error}"
            assert error.window == window


def test_a_window_in_a_field_of_its_own_goes_before_words() -> None:
    body = {"message": "too large", "type": "exceed_context_size_error", "n_prompt_tokens": 9000, "n_ctx": 2048}
    assert [getattr(error, "window", None) for error in told(400, body)] == [2048, 2048, 2048]


@pytest.mark.parametrize(("status", "words"), NO_TOOLS, ids=lambda value: str(value)[:50])
def test_a_model_without_tools_is_known_however_its_server_says_so(status: int, words: Any) -> None:
    for error in told(status, {"detail": words} if isinstance(words, list) else {"message": words, "code": status}):
        assert "cannot call tools" in str(error)
        assert isinstance(error, RefusedCallError)


@pytest.mark.parametrize(("status", "words"), OF_SOMETHING_ELSE, ids=lambda value: str(value)[:50])
def test_what_is_said_of_other_things_teaches_nothing_about_window_and_tools(status: int, words: str) -> None:
    for error in told(status, {"message": words, "code": status}):
        assert isinstance(error, RefusedCallError)
        assert "refused the call with status 400" in str(error)


@pytest.mark.parametrize(
    ("words", "limit", "allowed"),
    [
        ("max_tokens is too large: 32768. This model supports at most 16384 completion tokens.", 32768, 16384),
        ("Invalid max_tokens value, the valid range of max_tokens is [1, 8192]", 9000, 8192),
        ("max_tokens must be at most 4,096", 5000, 4096),
        ("`max_tokens` exceeds the model's output limit of 2048 tokens", 16000, 2048),
    ],
)
def test_a_limit_that_is_more_than_a_server_allows_is_lowered_and_not_left_away(
    words: str, limit: int, allowed: int
) -> None:
    known = RefusedParameters()
    assert known.learn(words, "", {"max_tokens", "messages"}, limit)
    assert known.apply({"max_tokens": limit, "messages": []})["max_tokens"] == allowed
    assert known.apply({"max_tokens": 100, "messages": []})["max_tokens"] == 100


def test_a_limit_that_is_not_known_at_all_is_left_away_whatever_numbers_stand_in_the_complaint() -> None:
    known = RefusedParameters()
    words = "Unsupported parameter: 'max_tokens' is not supported with 'o1-2024-12-17'."
    assert known.learn(words, "max_tokens", {"max_tokens"}, 3000)
    assert known.apply({"max_tokens": 3000}) == {}


@pytest.mark.parametrize("prompt", ["7" * 60_000, "tool " * 12_000, "the tokens of a prompt " * 3_000])
def test_a_complaint_that_repeats_a_long_prompt_is_read_at_its_ends(prompt: str) -> None:
    words = f"Input should be a valid list: {prompt}. This model's maximum context length is 4096 tokens."
    complaint = ServerComplaint.in_reply({"message": words, "code": 400})
    assert complaint.is_too_long
    assert complaint.window == 4096
    assert not complaint.is_of_tools
    assert not ServerComplaint.in_reply(prompt).is_filtered
