"""The fence: how data reaches a model without being read as instructions.

A fenced value stands between `<data name="...">` and `</data>` as JSON in which `<`, `>` and `&` are
written as escapes, so nothing inside can open or close a fence, or be one of the markers with which chat templates
part the speakers: `<|im_start|>`, `<s>`, `[INST]`.
"""

from __future__ import annotations

import json
import re

JSONValue = None | bool | int | float | str | list["JSONValue"] | dict[str, "JSONValue"]

_ESCAPES = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}
_BRACKET = r"\\u005b"
_MARKER = re.compile(r"\[(?=/?[A-Z][A-Z_]+\])")
"""The bracket that opens a marker such as [INST]; none of JSON's own, which no word of capitals follows."""
_FENCED = re.compile(r'<data name="([a-z_]+)">\n(.*?)\n</data>', re.DOTALL)


def fence(name: str, value: JSONValue) -> str:
    """`value` as a labelled block of JSON for a prompt."""
    return f'<data name="{name}">\n{defused(json.dumps(value, ensure_ascii=False))}\n</data>'


def defused(written: str) -> str:
    """JSON that means the same, in which no tag and no marker of a chat template stands."""
    for character, escape in _ESCAPES.items():  # many times as quick as str.translate on long texts
        written = written.replace(character, escape)
    return _MARKER.sub(_BRACKET, written)


def unfence(text: str) -> dict[str, JSONValue]:
    """Every fenced value in `text` by name; a later one of the same name wins."""
    return {name: json.loads(body) for name, body in _FENCED.findall(text)}
