"""The toolbox: every tool by its name, for callers that send JSON: language models and MCP clients."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from ...errors import ConsentError, PopcornError
from ..wiring import spending
from .sendable_result import Progress, Result, bounded
from .table import tool_of
from .workbench import Workbench, changed

if TYPE_CHECKING:
    from langchain_core.callbacks import BaseCallbackHandler

    from ...tools.video.types import Estimate

_ASKED_FIRST = "Nothing was begun anew: the same call asks the person first, and goes on with a job that is found."


class Toolbox(Workbench):
    """What Popcorn can do with one set of settings. Safe to use from several threads.

    Nothing heavy is opened before it is needed. Every tool raises PopcornError: RequestError for arguments that a
    caller can mend, and others for what cannot be done.
    """

    def using(self, **changes: object) -> Toolbox:
        """The same toolbox with other settings; what stays the same stays open. Raises RequestError."""
        other = Toolbox(changed(self.settings, changes), self.allowance)
        if other.settings.home == self.settings.home:
            other._models = self._models
        other.worker = self.worker
        return other

    def watched(self, *watchers: BaseCallbackHandler) -> Toolbox:
        """The same toolbox; the watchers are told of every model and tool call that its drafting makes."""
        other = self.using()
        other.watchers, other.had = watchers, self.had
        return other

    def besides(self, titles: Sequence[str]) -> Toolbox:
        """The same toolbox; what it drafts next to these titles is new, as far as its model knows more."""
        other = self.watched(*self.watchers)
        other.had = tuple(titles)
        return other

    def warm(self) -> None:
        """Begin to open in the background what nearly every tool needs; what fails will fail where it is needed."""

        def open_all() -> None:
            with suppress(PopcornError):
                _ = self.retriever, self.predictor

        threading.Thread(target=open_all, name="warm", daemon=True).start()

    async def call(self, name: str, arguments: Mapping[str, Any], progress: Progress | None = None) -> Result:
        """Call a tool by name from an event loop, which stays free meanwhile.

        A caller that is cancelled leaves at once; the work stops where it next reports progress. Raises RequestError
        for an unknown name or arguments that do not fit.
        """
        tool = tool_of(name)
        try:
            result = await tool.call(self, tool.asked(arguments), progress)
        except ConsentError as exc:
            exc.hint = _ASKED_FIRST
            raise
        return bounded(name, result.data(), result.brief())

    def estimate(self, name: str, arguments: Mapping[str, Any]) -> Estimate | None:
        """What the renders of a call would take before it is made; None for a tool that renders nothing.

        Without loading a video model; where a run might cost much, the predictor is asked whether it wants every
        attempt rendered. Raises RequestError as the call would.
        """
        tool = tool_of(name)
        return tool.estimate(self, tool.asked(arguments)) if tool.estimate else None

    def tell(self, estimate: Estimate) -> None:
        """A person is asked about this estimate."""
        spending.tell(self.settings, estimate)

    def agree(self, name: str, arguments: Mapping[str, Any]) -> None:
        """A person who was told of it has agreed that a call buys once more what may have been paid for in vain."""
        tool = tool_of(name)
        if tool.agree:
            tool.agree(self, tool.asked(arguments))
