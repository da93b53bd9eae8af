"""The cache of model replies: the one use of langchain-community, behind this seam (docs/adr/0002)."""

from __future__ import annotations

import sqlite3
import warnings
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import StoreError

if TYPE_CHECKING:
    from langchain_core.caches import BaseCache


def open_reply_cache(path: Path) -> BaseCache:
    """Model replies in SQLite, keyed by model, settings and prompt. Raises StoreError when it cannot be opened."""
    from langchain_core._api.deprecation import LangChainPendingDeprecationWarning

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # the package announces its end of life on import
        from langchain_community.cache import SQLiteCache
    # It reads its rows without naming the allowed classes, which warns at every look-up.
    warnings.filterwarnings(
        "ignore", category=LangChainPendingDeprecationWarning, module=r"langchain_community\.cache", append=False
    )
    from sqlalchemy.exc import SQLAlchemyError

    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        return SQLiteCache(database_path=str(path))
    except (OSError, sqlite3.Error, SQLAlchemyError) as exc:
        raise StoreError(
            f"the reply cache {str(path)!r} cannot be opened: {exc}", hint="Delete that file; it only saves calls."
        ) from exc
