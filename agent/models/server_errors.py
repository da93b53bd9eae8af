"""What goes wrong between us and a model server, as our errors: what happened, and what to do about it.

A key that a server repeats in its answer is blotted out; where the original error holds it, it is not chained either.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import openai
from langchain_core.exceptions import ContextOverflowError, ModelInvalidRequestError

from ...errors import (
    MissingError,
    ModelCallError,
    OnlyThoughtError,
    PopcornError,
    RefusedReplyError,
    TooLongError,
)
from ...tools.remote.identity import ServerIdentity
from ...tools.remote.proxies import by_proxy
from ...trust.addresses import without_credentials
from .http_clients import LyingServerError
from .known_servers import KnownServers
from .server_complaints import ServerComplaint
from .silence import USUAL, Patience

_REFUSALS = {400, 413, 422, 501}
"""HTTP statuses with which a call is refused, which may do in another form."""
_OFFLINE = "or use --llm offline, which needs no server"


class RefusedCallError(ModelCallError, ModelInvalidRequestError):
    """The server refused what was asked (400, 422, ...), which may do in another form; `named` is the parameter."""

    def __init__(self, message: str, *, hint: str, status_code: int, complaint: str, named: str) -> None:
        super().__init__(message, hint=hint)
        self.status_code = status_code
        self.complaint = complaint
        self.named = named


class BrokenOffError(ModelCallError):
    """A reply ended before its end, which another try may bring."""


@dataclass(frozen=True)
class ServerErrors:
    """The errors of one model server: what its client raises, and replies that are none."""

    server: ServerIdentity
    base_variable: str
    """The environment variable that says where the server is."""
    patience: Patience = USUAL
    """How long the server may be silent."""
    known: KnownServers = field(default_factory=KnownServers)
    """Keeps what a refusal says of the server."""

    @property
    def _name(self) -> str:
        return self.server.name

    def _clean(self, text: str) -> str:
        return self.server.clean(text)

    @contextmanager
    def translated(self) -> Iterator[None]:
        """Whatever the client raises inside leaves as one of our errors."""
        try:
            yield
        except PopcornError:
            raise
        except (openai.OpenAIError, ContextOverflowError) as exc:
            raise self.of(exc) from self._cause(exc)
        except (ValueError, TypeError, KeyError, AttributeError, IndexError, RecursionError) as exc:
            # How the client stumbles over a body that is no chat completion, or nests without end, is its own affair.
            raise self.nonsense(str(exc)) from self._cause(exc)

    def _cause(self, exc: Exception) -> Exception | None:
        """The error to chain, unless it would show the key."""
        shown = f"{exc!r} {exc} {getattr(exc, 'body', '')}"
        return None if self.server.key and self.server.key in shown else exc

    def of(self, exc: Exception) -> PopcornError:
        """An error of the client as one of ours."""
        if isinstance(exc, ContextOverflowError):
            return self._too_long(ServerComplaint.of(exc))
        if isinstance(exc, openai.APIStatusError):
            return self._status(exc)
        if isinstance(exc, openai.APITimeoutError):
            return self.silent(self.patience.first)
        if isinstance(exc, openai.APIConnectionError):
            return ModelCallError(
                f"{self._name} cannot be reached at {self.server.url}{by_proxy(self.server.url)}, or it broke off",
                hint=f"Check the network and {self.base_variable}, {_OFFLINE}.",
            )
        if isinstance(exc, LyingServerError):
            return self.too_much(str(exc))
        if isinstance(exc, openai.APIError) and exc.body:
            return self.failed(exc.body)
        return ModelCallError(f"{self._name} failed: {self._clean(str(exc))}", hint=f"Try again later, {_OFFLINE}.")

    def _status(self, exc: openai.APIStatusError) -> PopcornError:
        status, complaint = exc.status_code, ServerComplaint.of(exc)
        variable = self.server.key_variable
        if (known := self._in_words(complaint)) is not None:
            return known
        if 300 <= status < 400:
            return self._elsewhere(exc.response.headers.get("location", ""))
        if status == 401:
            what = "refused the key" if self.server.key else "wants a key"
            return MissingError(f"{self._name} {what}", hint=f"Check {variable}, {_OFFLINE}.")
        if status == 403:
            return MissingError(
                f"{self._name} does not let this key use {self.server.model!r}",
                hint=f"Check what the key in {variable} may use, or choose another model with --llm.",
            )
        if status == 404:
            return MissingError(
                f"{self._name} does not know the model {self.server.model!r}",
                hint=f"Check the name after --llm {self._name}: and the address {self.server.url}",
            )
        if status == 402 or exc.code == "insufficient_quota":
            return self._nothing_left()
        if status == 429:
            return self._too_many(exc, complaint.text)
        said = self._clean(complaint.text) or "nothing"
        return ModelCallError(
            f"{self._name} answered with status {status} instead of a reply: {said}",
            hint=f"Try again later, {_OFFLINE}.",
        )

    def _in_words(self, complaint: ServerComplaint) -> PopcornError | None:
        """What the server's own words tell, however they came; None for what they leave open."""
        if complaint.is_too_long:
            return self._too_long(complaint)
        if complaint.is_filtered:
            return self.filtered(complaint.text)
        if complaint.is_of_tools:
            return self._no_tools(complaint)
        if complaint.status in _REFUSALS or complaint.finds_nobody:
            return RefusedCallError(
                f"{self._name} refused the call with status {complaint.status}: {self._clean(complaint.text)}",
                hint="Choose another model with --llm, or leave away the setting that it names.",
                status_code=complaint.status,
                complaint=complaint.text,
                named=complaint.parameter,
            )
        return None

    def _no_tools(self, complaint: ServerComplaint) -> RefusedCallError:
        self.known.learn_no_tools(self.server)
        return RefusedCallError(
            f"{self.server.model!r} of {self._name} cannot call tools: {self._clean(complaint.text)}",
            hint=f"In a conversation type /model {self._name}:{self.server.model} again: then the offline router "
            "speaks, and this model writes the drafts.",
            status_code=complaint.status if complaint.status in {*_REFUSALS, 404} else 400,
            complaint=complaint.text,
            named=complaint.parameter or "tools",
        )

    def _elsewhere(self, address: str) -> ModelCallError:
        target = without_credentials(address) if "://" in address else "another address"
        return ModelCallError(
            f"{self._name} at {self.server.url} sends us on to {self._clean(target)}, "
            "where neither request nor key goes",
            hint=f"If that server is yours to trust, write its address into {self.base_variable} or base_url.",
        )

    def _too_many(self, exc: openai.APIStatusError, complaint: str) -> ModelCallError:
        after = self._clean(exc.response.headers.get("retry-after", ""))
        wait = f" and asks to wait {after}{' s' if after.isdigit() else ''}" if after else ""
        return ModelCallError(
            f"{self._name} limits how often it is asked (status 429){wait}: {self._clean(complaint)}",
            hint="Try again later, or choose another model with --llm.",
        )

    def _too_long(self, complaint: ServerComplaint) -> TooLongError:
        window = complaint.window
        if window:
            self.known.learn_window(self.server, window)
        named = f", which takes in {window:,} tokens" if window else ""
        say = (
            f"Say POPCORN_LLM_WINDOW={window}" if window else "Say with POPCORN_LLM_WINDOW how many tokens it takes in"
        )
        return TooLongError(
            f"the request is longer than {self.server.model!r} of {self._name} can read{named}",
            hint=f"{say}, or choose a model with a longer window with --llm; less is shown of the references then.",
            window=window,
        )

    def _nothing_left(self) -> ModelCallError:
        return ModelCallError(
            f"the account at {self._name} has nothing left to spend",
            hint=f"Look at its billing page, choose another provider with --llm, {_OFFLINE}.",
        )

    def failed(self, error: object) -> PopcornError:
        """An error that came as a reply, with status 200."""
        complaint = ServerComplaint.in_reply(error)
        return self._in_words(complaint) or ModelCallError(
            f"{self._name} answered with an error instead of a reply: {self._clean(complaint.text)}",
            hint=f"Try again later, {_OFFLINE}.",
        )

    def nonsense(self, what: str) -> ModelCallError:
        """A body that is no chat completion, such as a page of HTML."""
        return ModelCallError(
            f"{self._name} answered with something that is no chat completion: {self._clean(what)}",
            hint=f"Check that {self.server.url} is the API, not a web page; see {self.base_variable}.",
        )

    def silent(self, seconds: float, *, in_the_middle: bool = False) -> ModelCallError:
        """No token came for so many seconds."""
        first, between = self.patience.first, self.patience.between
        where = " in the middle of its reply" if in_the_middle else " before its first token"
        return ModelCallError(
            f"{self._name} was silent for {seconds:g} s{where}",
            hint=f"Allow more with POPCORN_LLM_TIMEOUT (it is {between:g} s; a first token may take "
            f"{first / between:g} times as long), choose another model, {_OFFLINE}.",
        )

    def too_much(self, what: str) -> ModelCallError:
        """An answer beyond all bounds; `what` says which."""
        return ModelCallError(
            f"{self._name} was stopped: {self._clean(what)}",
            hint=f"Check that {self.server.url} is a model server that can be trusted, {_OFFLINE}.",
        )

    def broke_off(self) -> BrokenOffError:
        """A stream that ended before its end."""
        return BrokenOffError(f"{self._name} broke off in the middle of its reply", hint="Try again.")

    def empty(self) -> ModelCallError:
        """A list of choices with nothing in it."""
        return ModelCallError(
            f"{self._name} answered without any reply in it", hint="Try again, or choose another model with --llm."
        )

    def refused(self, refusal: str) -> RefusedReplyError:
        """The model would not."""
        return RefusedReplyError(
            f"{self.server.model!r} of {self._name} refused the request: {self._clean(refusal)}",
            hint="Word the request differently, or choose another model with --llm.",
        )

    def filtered(self, complaint: str = "") -> RefusedReplyError:
        """The server held the reply back, or did not let the request through, as its `complaint` says."""
        let = f"did not let the request through: {self._clean(complaint)}" if complaint else "held the reply back"
        return RefusedReplyError(
            f"the content filter of {self._name} {let}",
            hint="Word the request differently, or choose another model with --llm.",
        )

    def only_thought(self) -> OnlyThoughtError:
        """All tokens went into thinking, or into nothing."""
        return OnlyThoughtError(
            f"{self.server.model!r} of {self._name} came to the end of its tokens before it answered",
            hint="Choose a model that answers at greater length with --llm, or say with POPCORN_LLM_WINDOW "
            "how many tokens it takes in.",
        )
