"""One call of a model server that streams its reply: what comes is given on as it comes, and added up."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterable, Awaitable, Callable, Iterator
from contextlib import aclosing, contextmanager
from typing import Any, cast

import httpx2 as httpx
import openai
from langchain_core.messages import AIMessageChunk
from langchain_core.outputs import ChatGeneration, ChatGenerationChunk

from ...errors import PopcornError
from ...graphs.asking.repetition import Repetition
from ...graphs.asking.writing import call_here
from ...redaction import scrubbed
from ...tools.remote.bounds import TooMuchError
from .assembly import Assembly, told
from .http_clients import WholeReplyError
from .server_errors import ServerErrors
from .silence import SilenceError, patiently

Payload = dict[str, Any]
STREAMED: Payload = {"stream": True, "stream_options": {"include_usage": True}}
"""How a call asks for its reply in pieces, with what it took at the end."""
_CHARACTERS, _ROOM = 8, 2_000
"""Characters of a token, with what no tokenizer needs, and those that are let pass beside."""
_LONGEST = 2_000_000
"""Characters of a reply whose length nobody limited: more than any model writes at once."""


async def received(
    create: Callable[..., Awaitable[Any]],
    payload: Payload,
    errors: ServerErrors,
    reply: Assembly,
    most: int = 0,
    *,
    watched: bool = False,
) -> AsyncGenerator[Payload]:
    """The chunks that `create` of the client brings for `payload`, added up in `reply`, from when it is sent.

    `most` is how many tokens were asked for: a server that goes on far beyond them is stopped.

    A server that was not asked to stream, or does not, gives no chunks: all of it is in `reply`. An answer that goes
    in circles is ended as one that was cut off for its length, where it is `watched`. Raises what the client raises,
    and errors of ours on a silence and on a stream without an end.
    """
    call = call_here()
    call.sent()
    try:
        answer = await create(**payload)
        if not payload.get("stream"):
            reply.take_whole(answer)
            return
        left, repetition = _CHARACTERS * most + _ROOM if most else _LONGEST, Repetition()
        async with (
            answer,
            aclosing(_dumped(answer)) as dumped,
            aclosing(patiently(dumped, errors.patience, _tells)) as chunks,
        ):
            async for chunk in chunks:
                reply.add(chunk)
                if text := told(chunk):
                    call.wrote(text)
                    left -= len(text)
                if left < 0:
                    raise errors.too_much(_beyond(most))
                yield chunk
                if watched and repetition.goes_in_circles(reply.answer):
                    end = _cut_off(chunk)
                    reply.add(end)
                    yield end
                    return
    except WholeReplyError as exc:
        reply.take_whole(_parsed(exc.response))
    except SilenceError as exc:
        raise errors.silent(exc.seconds, in_the_middle=bool(reply.text)) from exc
    except openai.APIConnectionError as exc:
        if isinstance(exc.__cause__, TooMuchError):
            raise errors.too_much(str(exc.__cause__)) from exc
        if reply.begun and not isinstance(exc, openai.APITimeoutError):
            raise errors.broke_off() from exc
        raise
    if reply.broke_off:
        raise errors.broke_off()


def _cut_off(chunk: Payload) -> Payload:
    """The end of a reply whose last chunk is this one, as a server ends one that is too long."""
    return {**chunk, "choices": [{"index": 0, "delta": {}, "finish_reason": "length"}], "usage": None}


def _beyond(most: int) -> str:
    if not most:
        return f"its reply is longer than {_LONGEST:,} characters"
    return f"its reply went on far beyond the {most:,} tokens that were asked for"


async def _dumped(answer: AsyncIterable[openai.BaseModel]) -> AsyncGenerator[Payload]:
    """The chunks as they were sent. What reads them is closed here, not by the thread that collects garbage next."""
    async with aclosing(cast("AsyncGenerator[openai.BaseModel]", aiter(answer))) as chunks:
        async for chunk in chunks:
            yield chunk.model_dump(warnings=False)


def _tells(chunk: Payload) -> bool:
    """Whether a chunk says anything."""
    return bool(told(chunk))


def _parsed(response: httpx.Response) -> Any:
    """The body of an answer, as JSON where it is that."""
    try:
        return response.json()
    except ValueError:
        return response.text


def whole_chunk(generation: ChatGeneration) -> ChatGenerationChunk:
    """A whole reply as the only piece of a stream."""
    message = AIMessageChunk(**generation.message.model_dump(exclude={"type"}))
    return ChatGenerationChunk(message=message, generation_info=generation.generation_info)


@contextmanager
def kept_for_the_trace(reply: Assembly) -> Iterator[None]:
    """An error of ours that is raised inside leaves with what had come of the reply."""
    try:
        yield
    except PopcornError as exc:
        exc.reply = exc.reply or scrubbed(reply.text)
        raise
