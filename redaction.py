"""Secrets are taken out of whatever is written down, shown or sent to a model: known ones, and what looks like one.

This is the border. What comes in (a request, a line of chat, a server's reply) passes it, and so does every writer:
databases, files of text and JSON, both streams of a command. Known are the values of variables that are named like
secrets or that settings call the variable of a key. `shapes` tell the rest.
"""

from __future__ import annotations

import json
import os
import re
from base64 import b64encode
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote, urlsplit

from .secret_shapes import HIDDEN, HYPHENS, is_secret_name, without_shapes

SHORTEST = 6
"""Characters of the shortest value that is taken for a secret; a shorter one would stand in ordinary words."""
TAKEN_OUT = "that looks like a key: it was taken out before anything was stored or sent"
"""What a person is told who typed one."""
_LONGEST_WORD = 11
_LONG = 16
"""Characters from which a secret is told in any case and in other encodings: chance makes no such run."""
_CUT = 10
"""Characters of a secret that a text may end in where it was cut."""
_NAMES = re.compile(
    r"(?:(?:^|_)(?:API)?(?:KEYS?|TOKEN|SECRETS?|PASS|PASSPHRASE|CREDENTIALS?)|PASSWORD|PASSWD)(?:_|\d*$)"
)
_PLACES = re.compile(r"(?:_URL|_URI|_DSN)$")
_STAND_INS = frozenset({"changeme", "dummy", "empty", "lm-studio", "no-key", "no-key-required", "none", "not-needed"})
"""What people write where a server wants a key and reads none."""
_KEY_BEGUN = re.compile(r"-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY[A-Z ]{0,10}-----(?!.*-----END)", re.S)
_CONTEXT = 256
"""Characters before a word of a stream that may tell what it is."""
_LONGEST_SECRET = 4_096
_PICTURE = re.compile(r"(data:[\w/+.-]+;base64,[A-Za-z0-9+/=]+)")


class Scrubber:
    """Takes secrets out of texts and of JSON values."""

    def __init__(self, values: Iterable[str] = ()) -> None:
        """`values` are the secrets themselves; those that cannot be told from words are left out."""
        secrets = [value for value in map(str.strip, values) if _is_secret(value)]
        known = sorted({form for value in secrets for form in _forms(value)}, key=len, reverse=True)
        self._known = known
        self._folded = [form.lower() for form in known]
        self._pattern = re.compile("|".join(map(_in_any_case, known))) if known else None

    @classmethod
    def of(cls, environment: Mapping[str, str], names: Iterable[str] = (), values: Iterable[str] = ()) -> Scrubber:
        """Knows variables that are named like secrets, those of `names`, passwords in addresses, and `values`."""
        named = set(names)
        found = [value for name, value in environment.items() if name in named or _names_a_secret(name)]
        inside = [_password(value) for name, value in environment.items() if _PLACES.search(name.upper())]
        return cls([*found, *inside, *values])

    def text(self, text: str) -> str:
        """The text without secrets, and without halves of characters that no file can hold."""
        whole = text.encode("utf-8", "replace").decode()
        if ";base64," not in whole:
            return self._scrubbed(whole)
        parts = _PICTURE.split(whole)
        return "".join(part if number % 2 else self._scrubbed(part) for number, part in enumerate(parts))

    def value(self, value: Any) -> Any:
        """A JSON value with every text in it scrubbed, names too; a path becomes a text."""
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, Mapping):
            return dict(self._entry(str(name), inner) for name, inner in value.items())
        if isinstance(value, list | tuple):
            return [self.value(inner) for inner in value]
        return self.text(str(value)) if isinstance(value, Path) else value

    def _entry(self, name: str, value: Any) -> tuple[str, Any]:
        """A name and what stands under it, of which the name may say that it is a secret."""
        clean = self.text(name)
        named = isinstance(value, str) and value and clean == name and is_secret_name(name)
        return clean, HIDDEN if named else self.value(value)

    def _scrubbed(self, text: str) -> str:
        if self._pattern is not None:
            folded = text.lower()
            if any(form in folded for form in self._folded):  # ten times as quick as the pattern, and mostly no
                text = self._pattern.sub(HIDDEN, text)
            text = self._without_end(text)
        return without_shapes(text)

    def _without_end(self, text: str) -> str:
        """The text without the beginning of a secret at its end, which was cut there."""
        bare = text.rstrip(".…\"' ")
        for secret in self._known:
            start = bare.rfind(secret[:_CUT], max(0, len(bare) - len(secret)))
            if len(secret) > _CUT and start >= 0 and secret.startswith(bare[start:]):
                return bare[:start] + HIDDEN + text[len(bare) :]
        return text


class Stream:
    """A text that comes in pieces, scrubbed: a word is held back until it has ended, since it may become a secret."""

    def __init__(self) -> None:
        """Nothing has come."""
        self._raw = self._given = ""
        self._done = 0
        """How much of what came was given, scrubbed."""

    def feed(self, piece: str) -> str:
        """What is certain by now and was not given yet."""
        self._raw += piece
        self._done = max(self._done, _without_last_word(self._raw))
        told = self._told(self._raw[: self._done])
        if self._done > 2 * _CONTEXT:
            self._forget()
        return told

    def _forget(self) -> None:
        """What was said long ago decides nothing, but whether a private key goes on."""
        given, rest = self._raw[: self._done], self._raw[self._done :]
        far = len(given) - _CONTEXT
        begun = _KEY_BEGUN.search(given)
        context = begun[0] if begun else given[_without_last_word(given[:far]) or far :]
        self._raw, self._done, self._given = context + rest, len(context), scrubbed(context)

    def end(self) -> str:
        """What was held back."""
        return self._told(self._raw)

    def _told(self, raw: str) -> str:
        clean = scrubbed(raw)
        same = 0
        for one, other in zip(clean, self._given, strict=False):
            if one != other:
                break
            same += 1
        self._given = clean
        return clean[same:]


def _without_last_word(text: str) -> int:
    """How long the text is without a word at its end that may go on; one beyond all measure has ended."""
    for at in range(len(text) - 1, max(-1, len(text) - _LONGEST_SECRET), -1):
        if not "!" <= text[at] <= "~" and text[at] not in HYPHENS:
            return at + 1
    return len(text) if len(text) >= _LONGEST_SECRET else 0


class _Process:
    """What this process knows of secrets: names of variables and values, which settings add to."""

    def __init__(self) -> None:
        self.names: frozenset[str] = frozenset()
        self.values: frozenset[str] = frozenset()
        self._made: tuple[object, Scrubber] | None = None

    def scrubber(self) -> Scrubber:
        """For the environment as it is now; made anew when that or what settings say has changed."""
        state = (dict(os.environ), self.names, self.values)
        made = self._made
        if made is None or made[0] != state:
            made = self._made = (state, Scrubber.of(*state))
        return made[1]


_PROCESS = _Process()


def know(names: Iterable[str] = (), values: Iterable[str] = ()) -> None:
    """Settings name variables with keys, and hold addresses with passwords: from now on they are secrets."""
    _PROCESS.names |= {name for name in names if name}
    _PROCESS.values |= {password for value in values if (password := _password(value))}


def scrubber() -> Scrubber:
    """What knows the secrets of this process."""
    return _PROCESS.scrubber()


def scrubbed(text: str) -> str:
    """The text without secrets."""
    return scrubber().text(text)


def scrubbed_value(value: Any) -> Any:
    """The JSON value without secrets."""
    return scrubber().value(value)


def _names_a_secret(name: str) -> bool:
    """Popcorn's own variables are no secrets but places of them, such as POPCORN_C2PA_KEY."""
    return bool(_NAMES.search(name.upper())) and not name.startswith("POPCORN_")


def _is_secret(value: str) -> bool:
    """Words, numbers, stand-ins and files that hold secrets are none themselves."""
    if len(value) < SHORTEST or value.casefold() in _STAND_INS or (value.isdecimal() and len(value) <= _LONGEST_WORD):
        return False
    if value.isalpha() and len(value) <= _LONGEST_WORD and (value[1:].islower() or value.isupper()):
        return False
    return not (value.startswith(("/", "~")) and _is_place(value))


def _is_place(value: str) -> bool:
    """Whether something stands at the path; what cannot be looked at, as nobody's `~x` or too long a name, is none."""
    try:
        return Path(value).expanduser().exists()
    except (OSError, RuntimeError, ValueError):
        return False


def _forms(value: str) -> set[str]:
    """A secret as it is, and as JSON, Python and addresses write it; a long one also as headers and dumps do."""
    forms = {value, json.dumps(value)[1:-1], repr(value)[1:-1], quote(value, safe="")}
    return forms | _encoded(value.encode("utf-8", "replace")) if len(value) >= _LONG else forms


def _encoded(value: bytes) -> set[str]:
    """A secret in hexadecimal, and in base64 wherever in what was encoded it stands, as in `user:password`."""
    found = {value.hex()}
    for before in range(3):
        whole = b64encode(bytes(before) + value).decode()
        own = whole[-(-before * 4 // 3) : (before + len(value)) * 4 // 3]  # what no byte beside it has a part in
        found |= {own, own.replace("+", "-").replace("/", "_")}
    return found


def _in_any_case(form: str) -> str:
    """A pattern of a secret; of a long one in whatever case a server repeats it."""
    return f"(?i:{re.escape(form)})" if len(form) >= _LONG else re.escape(form)


def _password(address: str) -> str:
    """The password in a URL; empty for none."""
    try:
        return unquote(urlsplit(address).password or "")
    except ValueError:
        return ""
