"""The cache of model replies: the one use of langchain-community, behind this seam (docs/adr/0002)."""

from __future__ import annotations

import hashlib
import logging
import sqlite3
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from langchain_core.caches import BaseCache
from langchain_core.messages import BaseMessage
from langchain_core.outputs import ChatGeneration, Generation
from sqlalchemy import delete
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from ... import files
from ...errors import StoreError
from ...redaction import scrubbed

if TYPE_CHECKING:
    from langchain_community.cache import SQLiteCache

_QUESTION = "question"
"""Under which a reply's metadata name the question that it answers."""

_log = logging.getLogger(__name__)


class ReplyCache(BaseCache):
    """Replies by model, settings and prompt. It only saves calls: where its file fails, the model is asked.

    A reply that nobody could use is forgotten, else asking again would never help.
    """

    def __init__(self, kept: SQLiteCache) -> None:
        """`kept` has the file."""
        self._kept = kept
        self._questions: dict[str, tuple[str, str]] = {}

    def lookup(self, prompt: str, llm_string: str) -> Sequence[Generation] | None:
        """The reply that was given before, None for none that can be read."""
        prompt, llm_string = scrubbed(prompt), scrubbed(llm_string)
        try:
            replies = self._kept.lookup(prompt, llm_string)
        except SQLAlchemyError as exc:
            _log.warning("the reply cache cannot be read: %s", exc)
            return None
        if replies is None or not all(isinstance(one, ChatGeneration) for one in replies):
            return None
        self._mark(prompt, llm_string, replies)
        return replies

    def update(self, prompt: str, llm_string: str, return_val: Sequence[Generation]) -> None:
        """Keep a reply, which has passed the border where it came in; its question passes it here."""
        prompt, llm_string = scrubbed(prompt), scrubbed(llm_string)
        try:
            self._kept.update(prompt, llm_string, return_val)
        except SQLAlchemyError as exc:  # the reply is there and paid for
            _log.warning("the reply cache cannot be written: %s", exc)
            return
        self._mark(prompt, llm_string, return_val)

    def forget(self, message: BaseMessage) -> None:
        """Ask the question that `message` answers anew the next time."""
        question = self._questions.pop(str(message.response_metadata.get(_QUESTION)), None)
        if question is None:
            return
        rows = self._kept.cache_schema
        try:
            with Session(self._kept.engine) as session, session.begin():
                session.execute(delete(rows).where(rows.prompt == question[0], rows.llm == question[1]))
        except SQLAlchemyError as exc:
            _log.warning("the reply cache cannot be written: %s", exc)

    def clear(self, **kwargs: Any) -> None:
        """Forget everything."""
        self._kept.clear(**kwargs)

    def _mark(self, prompt: str, llm_string: str, replies: Sequence[Generation]) -> None:
        digest = hashlib.sha256(f"{llm_string}\0{prompt}".encode()).hexdigest()
        self._questions[digest] = (prompt, llm_string)
        for reply in replies:
            if isinstance(reply, ChatGeneration):
                reply.message.response_metadata[_QUESTION] = digest


def open_reply_cache(path: Path) -> ReplyCache:
    """Model replies in SQLite. Raises StoreError when the file cannot be opened."""
    from langchain_core._api.deprecation import LangChainPendingDeprecationWarning

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # the package announces its end of life on import
        from langchain_community.cache import SQLiteCache
    # It reads its rows without naming the allowed classes, which warns at every look-up.
    warnings.filterwarnings(
        "ignore", category=LangChainPendingDeprecationWarning, module=r"langchain_community\.cache", append=False
    )
    try:
        files.folder(path.parent)
        files.private_file(path)
        return ReplyCache(SQLiteCache(database_path=str(path)))
    except (OSError, sqlite3.Error, SQLAlchemyError) as exc:
        raise StoreError(
            f"the reply cache {str(path)!r} cannot be opened: {exc}", hint="Delete that file; it only saves calls."
        ) from exc
