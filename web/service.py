"""What the page works with: the settings in force, who visits, what is open, and the queue of what takes long."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from pydantic import SecretStr

from ..agent.runs.run_store import RunStore
from ..agent.toolbox.caps import Caps, Ledger
from ..agent.toolbox.toolbox import Toolbox
from ..agent.toolbox.workbench import changed
from ..agent.toolbox.worker import Worker
from ..agent.wiring.spending import purchases_of
from ..settings import Settings
from ..settings_in_force import origins
from .people import People
from .shared_catalogues import share
from .work_queue import WorkQueue

if TYPE_CHECKING:
    from gradio import Request

MACHINE = "this machine"
"""The device that everything which computes here keeps busy."""
PEOPLE = "people"
"""The folder of a home that has the homes of those who sign in."""


@dataclass(frozen=True, slots=True)
class Visitor:
    """Whoever looks at the page, and what is theirs."""

    name: str
    """Empty where nobody signs in."""
    owner: str
    """By whom the queue keeps apart; the same for all in a shared space."""
    toolbox: Toolbox
    """Every tool, held to the caps of the server."""

    @property
    def settings(self) -> Settings:
        """Those in force, with the visitor's own home."""
        return self.toolbox.settings

    @property
    def store(self) -> RunStore:
        """The visitor's runs."""
        return self.toolbox.store

    def choosing(self, choices: Mapping[str, object]) -> Settings:
        """The settings with what was chosen on the page; an empty text or None was not. Raises RequestError."""
        return changed(self.settings, {name: value for name, value in choices.items() if value not in ("", None)})

    def address(self, path: Path | str) -> str:
        """Where the page finds a file of the visitor's home; empty for one outside of it."""
        home, file = self.settings.home.resolve(), Path(path).resolve()
        return f"/media/{quote(str(file.relative_to(home)))}" if file.is_relative_to(home) else ""


class PageService:
    """One for a server. What is heavy stays open in the process's workshops (`agent/wiring/workshop.py`)."""

    def __init__(
        self,
        settings: Settings,
        people: People | None = None,
        caps: Caps | None = None,
        flags: Mapping[str, object] | None = None,
    ) -> None:
        """The settings of whoever started the server; `people` sign in, nobody without; `caps` hold for all;
        `flags` are what of the settings was said on the command line."""
        self.settings = settings
        self.people = people or People({})
        self._flags = dict(flags or {})
        self.worker = Worker()
        self.queue = WorkQueue(self.worker)
        """One slow thing at a time per device."""
        self.ledger = Ledger(
            caps or Caps(renders=100, minutes=0),
            "Whoever started the server can start it again with more --max-cost.",
            owed=purchases_of(settings).owed(),
        )
        self._opening = threading.Lock()
        self._toolboxes: dict[str, Toolbox] = {}
        self._ends: list[Callable[[], None]] = []

    def visitor(self, request: Request | None) -> Visitor:
        """Who asks, by whom they signed in as."""
        return self.person((request.username if request else "") or "")

    def person(self, name: str) -> Visitor:
        """The visitor of that name, who has signed in; the empty name where nobody does."""
        owner = "" if self.people.is_shared else name
        with self._opening:
            if owner not in self._toolboxes:
                self._toolboxes[owner] = self._toolbox(owner)
            return Visitor(name, owner, self._toolboxes[owner])

    def origins(self) -> dict[str, str]:
        """For every setting where its value comes from, as `popcorn config show --origin` says it."""
        return origins(**self._flags)

    def warm(self) -> None:
        """Begin to open in the background what nearly every run needs."""
        if self.people.is_shared:  # nobody's own home is known before somebody signs in
            self.person("").toolbox.warm()

    def at_end(self, stop: Callable[[], None]) -> None:
        """Have this called when the server ends, before the queue is stopped."""
        self._ends.append(stop)

    def close(self) -> None:
        """Stop what is under way; each run and each conversation can be gone on with."""
        for stop in self._ends:
            stop()
        self.queue.close()

    def device(self, settings: Settings) -> str:
        """What a run with these settings keeps busy: a video server that renders for it, or this machine."""
        from ..tools.video import registry

        return settings.renderer if registry.is_served(settings.renderer) else MACHINE

    def _toolbox(self, owner: str) -> Toolbox:
        own: dict[str, Any] = {"home": self.settings.home / PEOPLE / owner} if owner else {}
        own |= {"database_url": SecretStr("")} if owner else {}  # a shared server of runs would show everybody's
        if owner:
            share(self.settings, own["home"])
        toolbox = Toolbox(self.settings.model_copy(update=own), self.ledger)
        toolbox.worker = self.worker
        return toolbox
