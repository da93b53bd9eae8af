"""The clip store: rendered clips by what they were rendered from, so that none is paid for twice.

`<folder>/<digest>/` holds clip.mp4 and facts.json; the digest is that of the renderer's identity of the request.
Entries appear and vanish whole, by renaming. Clips are linked in and out where the file system can, so that a clip of
a run and of the store take their space once; what was changed through such a link is noticed by its SHA-256.
"""

from __future__ import annotations

import contextlib
import logging
import os
import secrets
import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ... import files
from ...errors import StoreError
from ...trust import foreign_files
from .checks import sha256_of
from .provenance import Identity, digest_of
from .types import Clip, Recipe

_log = logging.getLogger(__name__)

_SCHEMA = 1
_CLIP, _FACTS = "clip.mp4", "facts.json"


@dataclass(frozen=True, slots=True)
class StoredClip:
    """An entry of the store."""

    digest: str
    """Names the entry: the digest of its identity."""
    identity: dict[str, str | int | float]
    """What it was rendered from."""
    clip: Clip
    """Its facts; the path is that in the store."""
    seconds_to_render: float
    made: datetime
    used: datetime
    """When it was last asked for: what is unused for longest goes first."""
    bytes: int


class ClipStore:
    """A folder of clips that may grow to `limit` bytes. Processes may share it."""

    def __init__(self, folder: Path, limit: int) -> None:
        self.folder = folder
        self.limit = limit

    def take(self, identity: Identity, out: Path) -> Clip | None:
        """The clip of an identity at `out`, checked by its SHA-256; None when there is none, or none that is whole.

        Raises StoreError when `out` cannot be written.
        """
        entry = _entry(self.folder / digest_of(identity))
        if entry is None:
            return None
        temporary = out.with_name(f".{secrets.token_hex(6)}.part")
        try:
            files.folder(out.parent)
            if not files.link(entry.clip.path, temporary):
                return None
            if sha256_of(temporary) != entry.clip.sha256:
                _log.warning("the stored clip %s was changed and is not used", entry.digest)
                return None
            temporary.replace(out)
        except OSError as exc:
            raise StoreError(
                f"{str(out)!r} cannot be written: {exc.strerror or exc}", hint="Free space there or name another file."
            ) from exc
        finally:
            with contextlib.suppress(OSError):
                temporary.unlink(missing_ok=True)
        with contextlib.suppress(OSError):
            os.utime(self.folder / entry.digest / _FACTS)
        return replace(entry.clip, path=out)

    def has(self, identity: Identity) -> bool:
        """Whether there is an entry; only `take` sees whether it is whole."""
        return _entry(self.folder / digest_of(identity)) is not None

    def keep(self, identity: Identity, clip: Clip, seconds: float) -> None:
        """Store a clip that took so many seconds in place of any before, and make room for it.

        A store that cannot be written is no error: the clip itself is there.
        """
        digest = digest_of(identity)
        folder = self.folder / f".{digest}.{secrets.token_hex(4)}"
        facts = {
            "schema_version": _SCHEMA,
            "identity": dict(identity),
            "clip": asdict(clip) | {"path": _CLIP},
            "seconds_to_render": round(seconds, 3),
            "made": datetime.now(UTC).isoformat(),
        }
        try:
            if files.link(clip.path, files.folder(folder) / _CLIP):
                files.write_json(folder / _FACTS, facts)
                self.drop(digest)
                with contextlib.suppress(OSError):  # another process was quicker
                    folder.rename(self.folder / digest)
            self.prune()
        except OSError as exc:
            _log.warning("the clip was not stored: %s", exc)
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def entries(self) -> list[StoredClip]:
        """What is stored, the latest used first; what cannot be read is passed over."""
        if not self.folder.is_dir():
            return []
        clips = [
            _entry(folder) for folder in self.folder.iterdir() if not folder.name.startswith(".") and folder.is_dir()
        ]
        return sorted((one for one in clips if one is not None), key=lambda one: one.used, reverse=True)

    def prune(self, limit: int | None = None) -> list[StoredClip]:
        """Throw away what was unused for longest until the rest fits; gives what went."""
        room = self.limit if limit is None else limit
        self._sweep()
        gone = []
        for entry in self.entries():
            room -= entry.bytes
            if room < 0:
                self.drop(entry.digest)
                gone.append(entry)
        return gone

    def drop(self, digest: str) -> None:
        """Throw an entry away. Whoever holds a link to its clip keeps that."""
        aside = self.folder / f".gone.{secrets.token_hex(6)}"
        with contextlib.suppress(OSError):  # another process did it
            (self.folder / digest).rename(aside)
        shutil.rmtree(aside, ignore_errors=True)

    def _sweep(self) -> None:
        """Throw away what a killed process left half done."""
        yesterday = time.time() - 86_400
        for folder in self.folder.glob(".*.*"):
            with contextlib.suppress(OSError):
                if folder.is_dir() and folder.stat().st_mtime < yesterday:
                    shutil.rmtree(folder, ignore_errors=True)

    @contextlib.contextmanager
    def rendering(self, identity: Identity, waiting: Callable[[], None]) -> Iterator[None]:
        """Be the only one who renders an identity; look whether it is stored by now, once it is one's turn.

        As long as another one renders, `waiting` is called twice a second; it may raise to give up.
        """
        lock = self.folder / ".locks" / f"{digest_of(identity)[:16]}.lock"
        with contextlib.ExitStack() as held:
            try:
                held.enter_context(files.alone(lock, waiting))
            except OSError as exc:
                _log.warning("the clip store cannot be locked: %s", exc)
            yield


def _entry(place: Path) -> StoredClip | None:
    """The entry at a place; None where there is none or its facts cannot be read."""
    try:
        facts = foreign_files.parse_json(foreign_files.read_text(place / _FACTS))
        if facts["schema_version"] != _SCHEMA:
            return None
        return StoredClip(
            digest=place.name,
            identity=facts["identity"],
            clip=_clip(facts["clip"], place / _CLIP),
            seconds_to_render=facts["seconds_to_render"],
            made=datetime.fromisoformat(facts["made"]),
            used=datetime.fromtimestamp((place / _FACTS).stat().st_mtime, UTC),
            bytes=sum(file.stat().st_size for file in place.iterdir()),
        )
    except FileNotFoundError:
        return None
    except (OSError, KeyError, TypeError, ValueError) as exc:
        _log.warning("the stored clip %s cannot be read: %s", place.name, exc)
        return None


def _clip(facts: dict[str, Any], path: Path) -> Clip:
    recipe = facts["recipe"]
    return Clip(**facts | {"path": path, "recipe": Recipe(**recipe) if recipe else None})
