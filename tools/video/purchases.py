"""What may have been bought: every clip that a server was asked for, written down before it is asked.

`<folder>/<digest>.json` lists the purchases of one clip, the latest last; the digest is that of the renderer's identity
of the request, so that every process, run and door that wants the same clip finds them. A purchase is on the disk
before anything is sent, and holds no key of a server and no words. `<digest>.clip` is a file that came and does not yet
stand where it was wanted; what nobody fetched from there within 30 days goes when the next one comes. Processes may
share the folder.
"""

from __future__ import annotations

import contextlib
import json
import logging
from collections.abc import Callable, Collection, Iterator
from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from ... import files
from ...errors import StoreError
from ...trust import foreign_files
from ..remote.identity import one_spelling
from .purchase import Purchase, Stage

_log = logging.getLogger(__name__)
_SCHEMA = 2
_KEPT = timedelta(days=30)
"""For as long a file that came is kept for whoever goes on with what wanted it."""


class Purchases:
    """The purchases in a folder. Raises StoreError where it cannot be written or read: then nothing is to be bought."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def of(self, digest: str) -> list[Purchase]:
        """The purchases of a clip, the latest last."""
        return _read(self._file(digest))

    def last(self, digest: str) -> Purchase | None:
        """The latest purchase of a clip."""
        return next(reversed(self.of(digest)), None)

    def add(self, digest: str, purchase: Purchase) -> None:
        """Write one more down."""
        with self._writing(digest):
            self._write(digest, [*self.of(digest), purchase])

    def change(self, digest: str, before: Purchase, now: Purchase) -> None:
        """Write down how one that stood as `before` stands now. Raises StoreError where it is not there any more."""
        with self._writing(digest):
            every = self.of(digest)
            numbers = [number for number, one in enumerate(every) if one.id == before.id]
            if not numbers:
                raise StoreError(
                    f"{str(self._file(digest))!r} does not list the purchase of {before.asked} any more",
                    hint="Look at the server for what it began; the same command reads that file again.",
                )
            there = every[numbers[-1]]  # a person may have heard and spoken meanwhile
            every[numbers[-1]] = replace(now, told=now.told or there.told, agreed=now.agreed or there.agreed)
            self._write(digest, every)

    def tell(self, ids: Collection[str]) -> None:
        """A person is told of these purchases, by their ids: their word is about these, and about no later one."""
        for digest in {digest for digest, one in self.every() if one.id in ids}:
            with self._writing(digest):
                self._write(digest, [replace(one, told=one.told or one.id in ids) for one in self.of(digest)])

    def agree(self, digest: str) -> None:
        """A person has said that another one may be bought in place of the latest one, if they were told of it."""
        with self._writing(digest):
            every = self.of(digest)
            if every and every[-1].is_doubtful and every[-1].told:
                self._write(digest, [*every[:-1], replace(every[-1], agreed=True)])

    def end(self, digest: str, purchase: Purchase, end: str) -> Purchase:
        """A person has ended the job of a purchase; how it stands then: one that ended meanwhile stays as it is."""
        with self._writing(digest):
            every = self.of(digest)
            for number, one in enumerate(every):
                if one.id == purchase.id and one.is_open:
                    every[number] = replace(one, stage=Stage.ENDED, end=end, told=True)
                    self._write(digest, every)
            return next((one for one in every if one.id == purchase.id), purchase)

    def hold(self, digest: str, came: Path) -> None:
        """Keep the file of the latest purchase until its clip stands where it was wanted."""
        file = self._clip(digest)
        self._sweep()
        try:
            files.copy(came, file)  # its bytes are on the disk before it has its name
        except OSError as exc:
            _log.warning("%r, the clip that came, was not kept: %s", str(file), exc)

    def held(self, digest: str, into: Path) -> bool:
        """Bring the file that is kept for a clip; whether there is one. Raises OSError where it cannot be written."""
        into.unlink(missing_ok=True)
        return files.link(self._clip(digest), into)

    def holds(self, digest: str) -> bool:
        """Whether a file is kept for a clip: it came, and never stood where it was wanted."""
        return self._clip(digest).exists()

    def let_go(self, digest: str) -> None:
        """Keep the file of a clip no longer."""
        with contextlib.suppress(OSError):
            self._clip(digest).unlink(missing_ok=True)

    def _sweep(self) -> None:
        """Throw away what was kept for longer than anybody will come for it."""
        oldest = (datetime.now(UTC) - _KEPT).timestamp()
        for file in self.folder.glob("*.clip"):
            with contextlib.suppress(OSError):  # another process may have been quicker
                if file.stat().st_mtime < oldest:
                    file.unlink()

    def every(self) -> Iterator[tuple[str, Purchase]]:
        """Every purchase with the digest of its clip."""
        for file in sorted(self.folder.glob("*.json")):
            for purchase in _read(file):
                yield file.stem, purchase

    def jobs(self, server: str) -> frozenset[str]:
        """The jobs at a server that belong to some purchase."""
        address = one_spelling(server)
        return frozenset(one.job for _, one in self.every() if one.job and one_spelling(one.server) == address)

    def latest(self, account: str = "", since: datetime | None = None) -> dict[str, Purchase]:
        """The latest purchase of each clip, by digest: those that concern an account, or asked for since a moment."""
        last = dict(self.every())
        wanted = {digest: one for digest, one in last.items() if account in {"", one.account, one.wanted_by}}
        return {digest: one for digest, one in wanted.items() if since is None or one.when >= since}

    def cost(self, account: str, since: datetime | None = None) -> float:
        """US dollars that an account may have spent, since a moment if one is named."""
        every = (one for _, one in self.every() if one.account == account)
        return sum(one.cost for one in every if since is None or one.when >= since)

    def owed(self, within: timedelta = timedelta(days=1)) -> float:
        """US dollars of what was begun lately, or may have been, and did not come to an end that anybody knows of."""
        since = datetime.now(UTC) - within
        return sum(one.cost for _, one in self.every() if one.is_open and one.when >= since)

    @contextlib.contextmanager
    def alone(self, digest: str, waiting: Callable[[], None]) -> Iterator[None]:
        """Be the only one who buys a clip; as long as another process does, `waiting` is called, and may raise."""
        with self._locked(f"{digest[:16]}.lock", waiting):
            yield

    def _writing(self, digest: str) -> contextlib.AbstractContextManager[None]:
        """Be the only one who reads and writes the purchases of a clip, for a moment."""
        return self._locked(f"{digest[:16]}.record.lock", lambda: None)

    @contextlib.contextmanager
    def _locked(self, name: str, waiting: Callable[[], None]) -> Iterator[None]:
        lock = self.folder / ".locks" / name
        with contextlib.ExitStack() as held:
            try:
                held.enter_context(files.alone(lock, waiting))
            except OSError as exc:
                raise _unwritable(lock, exc) from exc
            yield

    def _clip(self, digest: str) -> Path:
        return self.folder / f"{digest}.clip"

    def _file(self, digest: str) -> Path:
        return self.folder / f"{digest}.json"

    def _write(self, digest: str, purchases: list[Purchase]) -> None:
        """In one step, and on the disk before this returns."""
        file = self._file(digest)
        data = {"schema_version": _SCHEMA, "purchases": [asdict(one) for one in purchases]}
        try:
            files.write_bytes(file, json.dumps(data, indent=1).encode())  # as it is: a job's id may look like a key
        except OSError as exc:
            raise _unwritable(file, exc) from exc


def _read(file: Path) -> list[Purchase]:
    try:
        data: Any = foreign_files.parse_json(foreign_files.read_text(file))
        files.check_format(f"{str(file)!r} has", data["schema_version"], _SCHEMA, hint="Update Popcorn.")
        return [Purchase(**one) for one in data["purchases"]]
    except FileNotFoundError:
        return []
    except (OSError, ValueError, TypeError, KeyError) as exc:
        raise StoreError(
            f"{str(file)!r}, which says what may have been bought, cannot be read: {exc}",
            hint="Look at the server for what it began; then delete that file.",
        ) from exc


def _unwritable(path: Path, exc: OSError) -> StoreError:
    return StoreError(
        f"{str(path)!r} cannot be written: {exc.strerror or exc}; nothing was bought",
        hint="Free space there or name another folder with POPCORN_HOME.",
    )
