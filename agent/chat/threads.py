"""Threads on disk: a small file about each conversation; its messages stand with the checkpoints."""

from __future__ import annotations

import re
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, fields, replace
from datetime import UTC, datetime
from pathlib import Path

from ... import files
from ...errors import RequestError, StoreError
from ...trust import foreign_files

LAST = "last"
MOST_TITLE = 80
_FILE = "thread.json"
_ID = re.compile(r"[0-9]{8}-[0-9]{6}-[0-9a-f]{6}")


@dataclass(frozen=True, slots=True)
class Thread:
    """A conversation, as lists show it."""

    id: str
    created: str
    """When it began, as ISO 8601 in UTC."""
    updated: str
    title: str = ""
    """What was first said in it, cut."""
    turns: int = 0
    llm: str = ""
    """The model that spoke last."""
    parent: str = ""
    """The thread that it was forked from."""
    generation: int = 1
    """Counts up when old checkpoints are thrown away."""

    @property
    def checkpoints(self) -> str:
        """By which LangGraph knows it."""
        return self._checkpoints(self.generation)

    @property
    def leftovers(self) -> list[str]:
        """What a session that was killed while it threw old checkpoints away may have left of other generations."""
        return [self._checkpoints(other) for other in range(1, self.generation + 2) if other != self.generation]

    def touched(self, said: str, llm: str) -> Thread:
        """After one more turn."""
        title = self.title or " ".join(said.split())[:MOST_TITLE]
        now = datetime.now(UTC).isoformat()
        return replace(self, title=title, turns=self.turns + 1, llm=llm, updated=now)

    def _checkpoints(self, generation: int) -> str:
        return f"chat-{self.id}-{generation}"


class Threads:
    """The threads of one home. Raises StoreError where it cannot be read or written."""

    def __init__(self, home: Path) -> None:
        """Makes nothing yet."""
        self.root = home / "threads"

    def new(self, parent: str = "") -> Thread:
        """A thread that nobody has spoken in; it is on disk after its first turn."""
        now = datetime.now(UTC)
        stamp = now.isoformat()
        return Thread(f"{now:%Y%m%d-%H%M%S}-{secrets.token_hex(3)}", stamp, stamp, parent=parent)

    def all(self) -> list[Thread]:
        """Every thread, the latest first; files that cannot be read are left out."""
        threads = (_read(path) for path in self.root.glob(f"*/{_FILE}"))
        return sorted((one for one in threads if one), key=lambda one: one.updated, reverse=True)

    def find(self, name: str) -> Thread:
        """The thread of that id, or of an id that begins so, or the `last` one. Raises RequestError."""
        known = self.all()
        if name == LAST:
            if not known:
                raise RequestError("no conversation is stored yet", hint="Begin one with: popcorn chat")
            return known[0]
        fitting = [one for one in known if one.id.startswith(name)] if name else []
        if len(fitting) == 1:
            return fitting[0]
        what = f"{len(fitting)} threads begin with" if fitting else "there is no thread"
        raise RequestError(f"{what} {name!r}", hint="`popcorn threads list` shows them.")

    def save(self, thread: Thread) -> None:
        """Write down what is known of a thread."""
        folder = self.folder(thread)
        with files.writing(folder / _FILE):
            files.write_json(folder / _FILE, asdict(thread))

    def forget(self, thread: Thread) -> None:
        """Delete its files; its checkpoints are the caller's."""
        with files.writing(self.root / thread.id), suppress(FileNotFoundError):
            shutil.rmtree(self.root / thread.id)

    def folder(self, thread: Thread) -> Path:
        """The thread's own folder, made when it is not there."""
        if not _ID.fullmatch(thread.id):
            raise RequestError(f"{thread.id!r} is no thread id", hint="`popcorn threads list` shows them.")
        return self._made(self.root / thread.id)

    @property
    def history(self) -> Path:
        """The file of what was typed, over all threads; made when it is not there."""
        path = self._made(self.root) / "history"
        with files.writing(path):
            return files.private_file(path)

    @contextmanager
    def alone(self, thread: Thread) -> Iterator[None]:
        """Hold the thread: two sessions must not speak in it at once. Raises StoreError when another one does."""
        from filelock import Timeout

        lock = files.lock(self.folder(thread) / ".lock", 0)
        try:
            lock.acquire()
        except Timeout as exc:
            raise StoreError(
                f"another session speaks in thread {thread.id}", hint="Leave that one, or begin a new one: popcorn chat"
            ) from exc
        try:
            yield
        finally:
            lock.release()

    def tidy(self, thread: Thread) -> None:
        """Leave no folder behind of a thread that nobody spoke in."""
        folder = self.root / thread.id
        if not (folder / _FILE).exists():
            shutil.rmtree(folder, ignore_errors=True)

    def _made(self, folder: Path) -> Path:
        with files.writing(folder):
            return files.folder(folder)


def _read(path: Path) -> Thread | None:
    known = {one.name for one in fields(Thread)}
    try:
        data = foreign_files.parse_json(foreign_files.read_text(path))
        thread = Thread(**{name: value for name, value in data.items() if name in known})
    except (OSError, ValueError, TypeError, AttributeError):
        return None
    return thread if _ID.fullmatch(str(thread.id)) else None
