"""Ads that are finished, as `ad make` gave them, by the names of their runs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ...errors import RequestError
from ..runs.run_store import RunStore
from .compare import result_of
from .run_finder import find_run


def finished_ads(store: RunStore, names: Sequence[str]) -> dict[str, dict[str, Any]]:
    """The data of finished ads by run, in the order of their names. Raises RequestError for a run that made none."""
    ads = dict[str, dict[str, Any]]()
    for name in names:
        run = find_run(store, name)
        data = dict(result_of(store, run))
        if "strategy" not in data or "segments" not in data:
            raise RequestError(
                f"run {run.run_id} has no finished ad", hint="Make one: popcorn ad make --product FILE --footage DIR."
            )
        if run.run_id in ads:
            raise RequestError(f"run {run.run_id} is named twice", hint="Name each run once.")
        ads[run.run_id] = data
    return ads
