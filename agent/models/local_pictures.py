"""Pictures for a model of this machine: as its processor takes them, and how many tokens it reads them as."""

from __future__ import annotations

import base64
import io
import math
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from ...graphs.asking.images import ImageRate

_SIZES = ((996, 560), (560, 315))
"""Width and height of the pictures that clips are shown as; what a model makes of them is measured."""
Talk = Sequence[Mapping[str, Any]]


def with_pictures(talk: Talk) -> list[dict[str, Any]]:
    """Messages in OpenAI's form as a processor's chat template takes them: parts of text, and opened pictures."""
    return [{**message, "content": _parts(message.get("content"))} for message in talk]


def image_rate(processor: Any) -> ImageRate:
    """What the pictures of clips are read as, by the processor's own count."""
    return _rate(_Same(processor))


class _Same:
    """A processor as a key: two are equal where they are one."""

    def __init__(self, processor: Any) -> None:
        self.processor = processor

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and self.processor is other.processor

    def __hash__(self) -> int:
        return id(self.processor)


@lru_cache(maxsize=4)
def _rate(same: _Same) -> ImageRate:
    """A rate that gives each size of picture at least as many tokens as it has."""
    usual, (large, small) = ImageRate(), (_tokens(same.processor, *size) for size in _SIZES)
    tiles = [math.ceil(width / usual.side) * math.ceil(height / usual.side) for width, height in _SIZES]
    tile = max(0, math.ceil((large - small) / max(1, tiles[0] - tiles[1])))
    return ImageRate(max(0, large - tile * tiles[0], small - tile * tiles[1]), tile, usual.side)


def _tokens(processor: Any, width: int, height: int) -> int:
    from PIL import Image

    content: list[dict[str, Any]] = [
        {"type": "image", "image": Image.new("RGB", (width, height))},
        {"type": "text", "text": "."},
    ]
    empty: list[dict[str, Any]] = [{"type": "text", "text": "."}]
    return _length(processor, content) - _length(processor, empty)


def _length(processor: Any, content: list[dict[str, Any]]) -> int:
    read = processor.apply_chat_template(
        [{"role": "user", "content": content}], tokenize=True, return_dict=True, return_tensors="pt"
    )
    return int(read["input_ids"].shape[1])


def _parts(content: object) -> list[dict[str, Any]]:
    if isinstance(content, str):
        return [{"type": "text", "text": content}]
    parts = content if isinstance(content, list) else []
    return [_picture(part) if part.get("type") == "image_url" else part for part in parts]


def _picture(part: Mapping[str, Any]) -> dict[str, Any]:
    from PIL import Image

    data = str(part["image_url"]["url"]).partition(",")[2]
    return {"type": "image", "image": Image.open(io.BytesIO(base64.b64decode(data))).convert("RGB")}
