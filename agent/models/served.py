"""A chat model behind an OpenAI-compatible server that may think aloud, refuse parameters, or answer nonsense."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from contextlib import aclosing, contextmanager
from typing import Any

import openai
from langchain_core.callbacks import AsyncCallbackManagerForLLMRun, CallbackManagerForLLMRun
from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage
from langchain_core.outputs import ChatGenerationChunk, ChatResult
from pydantic import PrivateAttr, SecretStr

from ...graphs.asking.capabilities import RefusedForms
from ...graphs.asking.window import estimated_tokens
from ...graphs.asking.writing import call_here
from .assembly import Assembly
from .http_clients import Clients
from .meter import Meter
from .refused_parameters import NEWER_LIMIT, OLDER_LIMIT, Refusals, RefusedParameters, sent_names
from .reply_cache import ReplyCache
from .reply_stream import Reading
from .sent_messages import without_keys
from .served_replies import Payload, ReadReplies
from .server_errors import BrokenOffError, RefusedCallError, ServerErrors
from .slots import Queue
from .streamed_call import STREAMED, kept_for_the_trace, received, whole_chunk

_FORMS = ("json_schema", "tool", "json_object", "text")
_BREATH = 0.5
"""Seconds before a reply that broke off is asked for again."""


class ServedModel(ReadReplies):
    """A chat model behind a server; what comes back is read as ReadReplies does.

    Parameters that the model refuses are left away, once learned; every failure is one of our errors, and a refused
    call (400, 422) is a LangChain ModelError too. Each call that a cache does not answer passes the meter.
    """

    drafts_apart: bool = False
    """Whether it should be asked for several drafts in as many calls at once."""
    longest: int = 0
    """Tokens of a reply where a call names no other limit, as in a conversation; 0 for none."""

    _queue: Queue = PrivateAttr()
    _refused_parameters: RefusedParameters = PrivateAttr()
    _refused_forms: RefusedForms = PrivateAttr()

    @classmethod
    def at(
        cls, errors: ServerErrors, meter: Meter, refusals: Refusals, *, retries: int, slots: int, **options: Any
    ) -> ServedModel:
        """The model of a server, which learns from `refusals` and adds to them; `options` are ChatOpenAI's.

        `slots` calls are with the server at the same time, of all models that were opened with the same refusals.
        The client itself backs off, with jitter and Retry-After.
        """
        server = errors.server
        first = errors.patience.first
        timeout = openai.Timeout(first, connect=min(first, 10))
        clients = Clients(server.name, server.key, timeout, server.url)
        model = cls(
            model=server.model,
            base_url=server.url,
            api_key=SecretStr(server.key or "none"),
            http_client=clients.plain,
            http_async_client=clients.of_a_loop,
            openai_proxy=None,
            http_socket_options=(),  # of clients that it would make; with these it warns of proxies that ours do use
            timeout=timeout,
            max_retries=retries,
            use_responses_api=False,
            stream_usage=True,
            stream_chunk_timeout=None,  # silences are ours: see `patiently`
            **{name: value for name, value in options.items() if value is not None},
        )
        model._errors, model._meter = errors, meter
        model._queue = refusals.queues.of(server.url, slots)
        model._refused_parameters, model._refused_forms = refusals.parameters(server.url, server.model), refusals.forms
        return model

    @classmethod
    def is_lc_serializable(cls) -> bool:
        """No: what a cache goes by is `_identifying_params`, which hold no key and no time-out."""
        return False

    @property
    def takes_tools(self) -> bool:
        """Whether tools can be bound to it: yes, unless its server says no."""
        return self._errors.known.known(self._errors.server).tools is not False

    @property
    def reply_forms(self) -> tuple[str, ...]:
        """How it can be asked for JSON, the strongest form first."""
        return tuple(form for form in _FORMS if form != "tool" or self.takes_tools)

    @property
    def named_window(self) -> int:
        """Tokens that its server takes in, as a refusal of a longer prompt said; 0 where it refused none."""
        return self._errors.known.learned_window(self._errors.server)

    @property
    def refused_forms(self) -> RefusedForms:
        """Which of the forms its server refused, known to all models that were opened with the same refusals."""
        return self._refused_forms

    def forget(self, message: BaseMessage) -> None:
        """Do not give the reply `message` out of the cache again."""
        if isinstance(self.cache, ReplyCache):
            self.cache.forget(message)

    @property
    def _identifying_params(self) -> Payload:
        return {"base_url": self.openai_api_base, **super()._identifying_params}

    def _get_invocation_params(self, stop: list[str] | None = None, **kwargs: Any) -> Payload:
        return {"base_url": self.openai_api_base, **super()._get_invocation_params(stop=stop, **kwargs)}

    def _get_request_payload(self, input_: Any, *, stop: list[str] | None = None, **kwargs: Any) -> Payload:
        payload = self._refused_parameters.apply(self._named(super()._get_request_payload(input_, stop=stop, **kwargs)))
        payload["messages"] = without_keys(payload["messages"])
        if "response_format" in payload:  # as a plain part of the body: the client's own parsing is not wanted
            form = {"response_format": payload.pop("response_format")}
            payload["extra_body"] = {**(payload.get("extra_body") or {}), **form}
        return payload

    def _named(self, payload: Payload) -> Payload:
        """The limit of the reply by its older name, which servers beside OpenAI's know, unless that is refused."""
        if self._errors.server.name == "openai" or OLDER_LIMIT in self._refused_parameters.refused:
            return payload
        return {OLDER_LIMIT if name == NEWER_LIMIT else name: value for name, value in payload.items()}

    def _bounded(self, messages: list[BaseMessage], kwargs: Payload) -> Payload:
        """The options with a limit of the reply: the call's or the model's own, and no more than may be spent.

        No part of what a cache goes by: what may be spent is another matter than what is asked. Raises BudgetError
        where nothing is left to spend.
        """
        words = sum(estimated_tokens(message.text) for message in messages)
        spendable = self._meter.most(words + self.pictures.of(messages))
        longest = min(self.longest, self.named_window // 4) if self.named_window else self.longest
        limits = [limit for limit in (kwargs.get("max_tokens") or longest, spendable) if limit]
        return kwargs | {"max_tokens": min(limits)} if limits else kwargs

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        while True:
            before, bounded = self._refused_parameters.copy(), self._bounded(messages, kwargs)
            try:
                with self._errors.translated():
                    return self._whole(messages, super()._generate(messages, stop, run_manager, **bounded))
            except RefusedCallError as exc:
                if not self._learned(exc, self._payload(before, messages, stop, bounded)):
                    raise

    async def _agenerate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: AsyncCallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        """A whole reply, which is streamed on its way here; one whose stream broke off is asked for again."""
        for left in range(self.max_retries or 0, -1, -1):
            reply = Assembly()
            try:
                async with aclosing(self._sent(messages, stop, kwargs, reply)) as pieces:
                    async for _ in pieces:
                        pass
                break
            except BrokenOffError:
                if not left:
                    raise
                await asyncio.sleep(_BREATH)
        with self._errors.translated(), kept_for_the_trace(reply):
            return self._answered(messages, reply)

    def _stream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> Iterator[ChatGenerationChunk]:
        """All of it as one piece: whoever wants to see it come has an event loop."""
        (whole,) = self._generate(messages, stop, run_manager, **kwargs).generations
        yield whole_chunk(whole)

    async def _astream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: AsyncCallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> AsyncIterator[ChatGenerationChunk]:
        reply, reading = Assembly(), Reading(self._errors)
        async with aclosing(self._sent(messages, stop, kwargs, reply)) as chunks:
            async for chunk in chunks:
                converted = self._convert_chunk_to_generation_chunk(chunk, AIMessageChunk, None)
                if converted is None:
                    continue
                piece = reading.take(converted)
                if run_manager:
                    await run_manager.on_llm_new_token(piece.text, chunk=piece)
                yield piece
        with self._errors.translated(), kept_for_the_trace(reply):
            whole = self._answered(messages, reply).generations[0] if reply.is_whole else None
            last = whole_chunk(whole) if whole else self._last(messages, reading)
        yield last

    async def _sent(
        self, messages: list[BaseMessage], stop: list[str] | None, kwargs: Payload, reply: Assembly
    ) -> AsyncGenerator[Payload]:
        """The chunks that come when it is the call's turn, added up in `reply`; one that comes whole is there alone.

        What the server refuses is left away, and the call is sent again. A call that says how long its reply may get
        asks for an answer of some form, which does not go in circles.
        """
        call_here().queued()
        async with self._queue.turn():
            while True:
                before, bounded = self._refused_parameters.copy(), kwargs
                try:
                    async with self._meter.call():
                        bounded = self._bounded(messages, kwargs)
                        payload = self._get_request_payload(messages, stop=stop, **bounded, **STREAMED)
                        most = bounded.get("max_tokens") or 0
                        chunks = received(
                            self.async_client.create,
                            payload,
                            self._errors,
                            reply,
                            most,
                            watched="max_tokens" in kwargs,
                        )
                        with self._accounted(messages, reply), self._errors.translated():
                            async with aclosing(chunks):
                                async for chunk in chunks:
                                    yield chunk
                except RefusedCallError as exc:
                    if reply.begun or not self._learned(exc, self._payload(before, messages, stop, bounded | STREAMED)):
                        raise
                else:
                    return

    def _payload(
        self, refused: RefusedParameters, messages: list[BaseMessage], stop: list[str] | None, kwargs: Payload
    ) -> Payload:
        """What was sent when these parameters were known to be refused."""
        return refused.apply(self._named(super()._get_request_payload(messages, stop=stop, **kwargs)))

    def _learned(self, exc: RefusedCallError, payload: Payload) -> bool:
        limit = payload.get(OLDER_LIMIT) or payload.get(NEWER_LIMIT) or 0
        return self._refused_parameters.learn(exc.complaint, exc.named, sent_names(payload), limit)

    @contextmanager
    def _accounted(self, messages: list[BaseMessage], reply: Assembly) -> Iterator[None]:
        """Count what came, also of a reply that somebody stopped or that broke off; an error of ours keeps it."""
        try:
            with kept_for_the_trace(reply):
                yield
        finally:
            if reply.begun:
                self._meter.add(reply.took or self._estimated(messages, AIMessage(reply.text)))
