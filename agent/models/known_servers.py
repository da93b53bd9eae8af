"""What is known of model servers in this process: each is asked about itself at most once, and quickly.

A server that says nothing, or is not there, costs a moment and no error: what is not known is 0 or None. What it says
later, when it refuses a call, is kept here too.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from threading import Lock

from ...tools.remote.identity import ServerIdentity
from .server_facts import ServerFacts

_log = logging.getLogger(__name__)


@dataclass(slots=True)
class _Memory:
    """What is known of one model at one server."""

    asking: Lock
    facts: ServerFacts | None = None
    learned_window: int = 0
    learned_tools: bool | None = None


class KnownServers:
    """What the servers of a process have said so far. Safe to use from several threads."""

    def __init__(self) -> None:
        """No server was asked yet."""
        self._by_model: dict[tuple[str, str], _Memory] = {}
        self._adding = Lock()

    def ask(self, server: ServerIdentity) -> ServerFacts:
        """What it says of its model; asks it where nobody has, and takes no more than a few seconds."""
        memory = self._memory(server)
        with memory.asking:
            if memory.facts is None or not memory.facts.lasting:
                from .server_engines import ask_server  # its client is heavy

                memory.facts = ask_server(server)
                _log.info("%s says of %r: %s", server.name, server.model, memory.facts)
        return self.known(server)

    def known(self, server: ServerIdentity) -> ServerFacts:
        """The same without asking anybody: what a refusal taught goes before what was said at first."""
        memory = self._memory(server)
        facts = memory.facts or ServerFacts()
        if memory.learned_window:
            facts = replace(facts, window=memory.learned_window, source="the refusal of a longer prompt")
        return facts if memory.learned_tools is None else replace(facts, tools=memory.learned_tools)

    def learn_window(self, server: ServerIdentity, tokens: int) -> None:
        """The server refused a prompt, since it takes in so many tokens."""
        self._memory(server).learned_window = tokens

    def learn_no_tools(self, server: ServerIdentity) -> None:
        """The server refused a call, since its model has no tools."""
        self._memory(server).learned_tools = False

    def learned_window(self, server: ServerIdentity) -> int:
        """Tokens that it takes in as a refusal of it says; 0 where it refused no prompt."""
        return self._memory(server).learned_window

    def _memory(self, server: ServerIdentity) -> _Memory:
        with self._adding:
            return self._by_model.setdefault((server.url, server.model), _Memory(Lock()))
