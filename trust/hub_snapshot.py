"""The Hugging Face hub: the files of a repository, and every way in which it fails as one of our errors.

Its client sends a token to the hub's own origin alone, and goes without it where the hub sends it on.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ..errors import MissingError


def snapshot(repository: str, what: str, *, hint: str, **wanted: Any) -> Path:
    """The folder of a repository's files, from the hub or as they were fetched before.

    `what` begins the sentence of the MissingError for what cannot be had, and `hint` is its way out; `wanted` are
    arguments of huggingface_hub's snapshot_download.
    """
    import httpx2 as httpx
    import huggingface_hub
    from huggingface_hub.utils.tqdm import disable_progress_bars

    disable_progress_bars()
    try:
        return Path(huggingface_hub.snapshot_download(repository, **wanted))
    except (OSError, ValueError, httpx.HTTPError, httpx.InvalidURL) as exc:
        # A server that is no hub, or sends its client round in a ring, makes it raise what its own libraries do.
        reason = (str(exc).strip().splitlines() or [type(exc).__name__])[0]
        raise MissingError(f"{what} cannot be had from the Hugging Face hub: {reason}", hint=hint) from exc
