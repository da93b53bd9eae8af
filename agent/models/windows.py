"""How much a model behind a server takes in, and how its tokens are counted without asking it."""

from __future__ import annotations

import hashlib
import os
import tempfile
import tomllib
from collections.abc import Callable
from functools import cache
from importlib.resources import files
from pathlib import Path

from ...graphs.asking.window import Window, estimated_tokens
from ...settings import Settings
from .providers import Choice

TABLES = {
    "o200k_base": "446a9538cb6c348e3516120d7c08b09f57c36495e2acfffe59a5bf8b0cfb1a2d",
    "cl100k_base": "223921b76ee99bde995b7ff738513eef100fb51d18c93597a113bcffe865b2a7",
}
"""The tables of tiktoken that chat models use, with their SHA-256 as tiktoken itself knows it."""
TABLE_URL = "https://openaipublic.blob.core.windows.net/encodings/{name}.tiktoken"
"""What tiktoken names a kept table after."""


def window_of(choice: Choice, settings: Settings, named: int = 0, profiled: int = 0) -> Window:
    """The window of a served model: as it was set, as its server says (`named`), or as it is known.

    `profiled` is what langchain-openai knows of it; 0 for nothing, like `named`.
    """
    count = _counter(choice)
    known = settings.llm_window or named or known_window(choice, profiled)
    return Window(known, count, limits=True) if known else Window(count=count, assumed=True, limits=True)


def known_window(choice: Choice, profiled: int = 0) -> int:
    """What is known of it without asking anybody, 0 for nothing."""
    listed = _table().get(choice.spec) or _table().get(choice.provider)
    return listed or (profiled if choice.provider == "openai" else 0)


def _counter(choice: Choice) -> Callable[[str], int]:
    """tiktoken for OpenAI's models where its table is on this machine, else the estimate; nothing is fetched."""
    name = choice.model.removeprefix("openai/")
    if choice.provider != "openai" and name == choice.model:
        return estimated_tokens
    from tiktoken.model import encoding_name_for_model

    try:
        table = encoding_name_for_model(name)
    except KeyError:
        return estimated_tokens
    if not at_hand(table):
        return estimated_tokens
    import tiktoken

    encoding = tiktoken.get_encoding(table)
    return lambda text: len(encoding.encode_ordinary(text))


def at_hand(table: str) -> bool:
    """Whether tiktoken finds its `table` whole on this machine; it would fetch one that it does not."""
    folder = os.environ.get("TIKTOKEN_CACHE_DIR", os.environ.get("DATA_GYM_CACHE_DIR"))
    place = Path(tempfile.gettempdir(), "data-gym-cache") if folder is None else Path(folder)
    name = hashlib.sha1(TABLE_URL.format(name=table).encode(), usedforsecurity=False).hexdigest()
    if folder == "" or table not in TABLES:
        return False
    try:
        return hashlib.sha256((place / name).read_bytes()).hexdigest() == TABLES[table]
    except OSError:
        return False


@cache
def _table() -> dict[str, int]:
    rows = tomllib.loads(files(__package__).joinpath("windows.toml").read_text("utf-8"))["window"]
    return {spec: row["tokens"] for row in rows for spec in row["specs"]}
