"""The job that Popcorn 0.1.0 noted in `.NAME.job.json` beside a clip: it may be paid for, and is gone on with."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from ....trust import foreign_files
from ...remote.identity import one_spelling
from ..purchase import Purchase, Stage
from ..purchases import Purchases
from .jobs import checked_id

_log = logging.getLogger(__name__)


def take_over(purchases: Purchases, digest: str, new: Purchase, out: Path, identity: Callable[[str], str]) -> None:
    """Write the job that was begun for `out` down as a purchase, like `new`, where the clip has none.

    `identity` gives the digest of what decides the clip, for one spelling of the server's address; the job of another
    clip or server stays where it is.
    """
    file = out.with_name(f".{out.stem}.job.json")
    if purchases.last(digest) is not None:
        return
    try:
        kept = foreign_files.parse_json(foreign_files.read_text(file))
        begun = datetime.fromtimestamp(file.stat().st_mtime, UTC).isoformat(timespec="milliseconds")
        job = checked_id(kept.pop("job"))
        server = str(kept.get("server", ""))
        is_ours = one_spelling(server) == one_spelling(new.server) and kept == {
            "server": server,
            "identity": identity(server),
        }
    except FileNotFoundError:
        return
    except (OSError, ValueError, KeyError, AttributeError, TypeError) as exc:
        _log.warning("%r, which may name a job that was begun, cannot be read: %s", str(file), exc)
        return
    if is_ours:
        purchases.add(digest, replace(new, stage=Stage.BEGUN, job=job, asked=begun))
        with contextlib.suppress(OSError):
            file.unlink()
