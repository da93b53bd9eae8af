"""Who may use the page: a name and a password each with a home of their own, or one shared space.

The file has a line a person, `NAME PASSWORD`; a line that begins with `#` is a remark. Passwords are kept as salted
scrypt hashes in memory, and never sent to a page.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from ..errors import RequestError
from ..trust.foreign_files import read_text
from ..trust.plain_names import is_name

_SHORTEST = 8
"""Characters of a password at least."""
_LARGEST = 1 << 20


@dataclass(frozen=True, slots=True)
class Secret:
    """A password as it is kept."""

    salt: bytes
    digest: bytes

    @classmethod
    def of(cls, password: str) -> Secret:
        """The hash of a password, with a salt of its own."""
        salt = secrets.token_bytes(16)
        return cls(salt, _digest(password, salt))

    def fits(self, password: str) -> bool:
        """Whether it is the password, in a time that does not tell how much of it is right."""
        return hmac.compare_digest(self.digest, _digest(password, self.salt))


class People:
    """Names with their passwords; none in a space that is shared without one."""

    def __init__(self, passwords: Mapping[str, str], *, shared: bool = False) -> None:
        """With `shared` all of them use one home."""
        self._secrets = {name: Secret.of(password) for name, password in passwords.items()}
        self._nobody = Secret.of(secrets.token_urlsafe(16))
        self.is_shared = shared or not passwords

    @classmethod
    def read(cls, path: Path, *, shared: bool = False) -> People:
        """Those of a file. Raises RequestError that names the line which does not fit."""
        try:
            text = read_text(path, _LARGEST)
        except (OSError, UnicodeDecodeError) as exc:
            why = exc.strerror or exc if isinstance(exc, OSError) else exc
            raise RequestError(
                f"the people in {str(path)!r} cannot be read: {why}", hint="Write a line a person: NAME PASSWORD."
            ) from exc
        return cls.of(text, repr(str(path)), shared=shared)

    @classmethod
    def of(cls, text: str, source: str, *, shared: bool = False) -> People:
        """Those of a text from `source`, a line each. Raises RequestError that names the line which does not fit."""
        passwords: dict[str, str] = {}
        for number, line in enumerate(text.splitlines(), start=1):
            if not line.strip() or line.lstrip().startswith("#"):
                continue
            name, _, password = line.strip().partition(" ")
            _check(number, name, password.strip(), passwords)
            passwords[name] = password.strip()
        if not passwords:
            raise RequestError(f"{source} names nobody", hint="Write a line a person: NAME PASSWORD.")
        return cls(passwords, shared=shared)

    @property
    def names(self) -> tuple[str, ...]:
        """Everybody who may sign in."""
        return tuple(self._secrets)

    @property
    def sign_in(self) -> bool:
        """Whether the page asks who it is."""
        return bool(self._secrets)

    def know(self, name: str, password: str) -> bool:
        """Whether that is a person and their password; an unknown name takes as long as a wrong password."""
        secret = self._secrets.get(name)
        fits = (secret or self._nobody).fits(password)
        return fits and secret is not None


def _check(number: int, name: str, password: str, before: Mapping[str, str]) -> None:
    """Raises RequestError for a line that does not fit; the password is not repeated."""
    if not is_name(name):
        raise RequestError(
            f"line {number} begins with no name: {name[:40]!r}",
            hint="A name has letters, digits, dots, dashes and underscores; then a space and the password.",
        )
    if name.casefold() in map(str.casefold, before):
        raise RequestError(f"line {number} names {name!r} once more", hint="Give everybody one line.")
    if len(password) < _SHORTEST:
        raise RequestError(
            f"the password of {name!r} in line {number} has fewer than {_SHORTEST} characters",
            hint="Take a longer one.",
        )


def _digest(password: str, salt: bytes) -> bytes:
    return hashlib.scrypt(password.encode(), salt=salt, n=2**14, r=8, p=1, dklen=32)
