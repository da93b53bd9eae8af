"""Secrets are taken out of whatever is written down, by the values of keys and by the shapes of credentials."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping
from typing import Any

from ...settings import Settings
from ..models.providers import providers

HIDDEN = "[hidden]"
SHORTEST = 6
"""Characters of the shortest value that is taken for a secret; a shorter one would stand in ordinary words."""
_NAMES = re.compile(r"(KEY|TOKEN|SECRET|PASSWORD|PASSWD|CREDENTIALS?)$")
_HEADER = re.compile(
    r"(?i)(\b(?:proxy-)?authorization|\bx-api-key|\bapi[-_]key|\bset-cookie|\bcookie)(\\?[\"']?\s*[:=]\s*\\?[\"']?)"
    r"((?:bearer|basic|token)\s+)?[^\s\"',;}\\]{4,}"
)
_BEARER = re.compile(r"(?i)\b(bearer\s+)[\w.~+/=-]{8,}")
_KEY = re.compile(r"\b(?:sk|pk|rk|gsk|hf|xai|ghp|lsv2)[-_][\w-]{16,}")
_IN_URL = re.compile(r"(?<=://)[^\s/@:\"']{1,200}:[^\s/@\"']{1,200}(?=@)")
_SHAPES = (
    (("authorization", "api-key", "api_key", "apikey", "cookie"), _HEADER, rf"\1\2{HIDDEN}"),
    (("bearer",), _BEARER, rf"\1{HIDDEN}"),
    (("sk-", "sk_", "pk-", "pk_", "rk-", "rk_", "hf_", "hf-", "xai-", "xai_", "ghp_", "ghp-", "lsv2"), _KEY, HIDDEN),
    (("://",), _IN_URL, HIDDEN),
)
"""Words without which a shape cannot be there, the shape, and what is put in its place; words are quick to look for."""


class Scrubber:
    """Takes secrets out of texts and of JSON values."""

    def __init__(self, values: Iterable[str] = ()) -> None:
        """`values` are the secrets themselves; those that are too short to tell from words are left out."""
        known = sorted({value for value in values if len(value) >= SHORTEST}, key=len, reverse=True)
        self._known = re.compile("|".join(re.escape(value) for value in known)) if known else None

    @classmethod
    def of(cls, settings: Settings, environment: Mapping[str, str] | None = None) -> Scrubber:
        """Knows the values of every provider's and renderer's key, and of variables that are named like secrets."""
        environ = os.environ if environment is None else environment
        named = {one.key_variable for one in providers(settings).values()}
        named |= {one.key_variable for one in settings.renderers.values()}
        return cls(value for name, value in environ.items() if name in named or _NAMES.search(name.upper()))

    def text(self, text: str) -> str:
        """The text without secrets, and without halves of characters that no file can hold."""
        whole = text.encode("utf-8", "replace").decode()
        if self._known is not None:
            whole = self._known.sub(HIDDEN, whole)
        low = whole.lower()
        for words, shape, instead in _SHAPES:
            if any(word in low for word in words):
                whole = shape.sub(instead, whole)
        return whole

    def value(self, value: Any) -> Any:
        """A JSON value with every text in it scrubbed, keys too."""
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, Mapping):
            return {self.text(str(name)): self.value(inner) for name, inner in value.items()}
        if isinstance(value, list | tuple):
            return [self.value(inner) for inner in value]
        return value
