"""Names of renderers and language models that may come from anywhere, such as a model's reply: none is a folder."""

from __future__ import annotations

import re

from ..errors import RequestError

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")


def is_name(text: str) -> bool:
    """Whether it is a name of a catalogue or a predictor, and so no path."""
    return _NAME.fullmatch(text) is not None


def names_folder(spec: str) -> bool:
    """Whether the spec of a renderer (`NAME=MODEL`) or of a language model (`hf:MODEL`) may name a folder."""
    return "=" in spec or spec.partition(":")[0] == "hf"


def check_stranger(spec: str, ours: str) -> None:
    """Raises RequestError where somebody who may only name things names a folder that is not `ours` already.

    Looks at the words alone: whether there is such a folder is nothing that they are told.
    """
    if spec != ours and names_folder(spec):
        raise RequestError(
            f"{spec!r} can name a folder, and only a name can be chosen here",
            hint="Name one without a folder, or have the person who started Popcorn choose the folder.",
        )
