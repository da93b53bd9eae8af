"""Languages by their names and codes, and which of them a text is in (CLD2, which knows short texts)."""

from __future__ import annotations

import re
from functools import cache

MOSTLY = 60
"""Per cent of a text that is in its language."""
_OWN_NAMES = {
    "español": "es", "castellano": "es", "castilian": "es", "français": "fr", "deutsch": "de", "italiano": "it",
    "português": "pt", "brazilian": "pt", "nederlands": "nl", "flemish": "nl", "polski": "pl", "türkçe": "tr",
    "русский": "ru", "українська": "uk", "العربية": "ar", "हिन्दी": "hi", "हिंदी": "hi", "中文": "zh",
    "mandarin": "zh", "cantonese": "zh", "日本語": "ja", "한국어": "ko", "bahasa": "id", "farsi": "fa",
    "filipino": "tl", "he": "iw", "nb": "no", "nn": "no",
}  # fmt: skip
_ALIKE = (
    {"es", "gl", "ca", "ast", "pt"}, {"no", "da", "sv", "nn"}, {"id", "ms", "jw", "su"}, {"sr", "hr", "bs", "sl"},
    {"cs", "sk"}, {"zh", "zh-Hant"}, {"ru", "uk", "be", "bg", "mk"}, {"hi", "mr", "ne", "bh"}, {"nl", "af"},
    {"en", "sco", "la"}, {"tl", "ceb"}, {"de", "lb"}, {"it", "co"}, {"fa", "ps", "ur", "ar"}, {"tr", "az"},
)  # fmt: skip
"""Languages that a few words do not tell apart."""


def language_of(text: str, least: int = MOSTLY) -> str:
    """The code of the language that at least so many per cent of a text are surely in; empty where it may be any."""
    import pycld2

    try:
        sure, _, found = pycld2.detect(text.encode("utf-8", "replace"))
    except pycld2.error:
        return ""
    _, code, share, _ = found[0]
    return str(code) if sure and share >= least else ""


def guess_of(text: str) -> str:
    """The code of the language that a text most likely is in, sure or not; empty where nothing tells."""
    import pycld2

    try:
        _, _, found = pycld2.detect(text.encode("utf-8", "replace"), bestEffort=True)
    except pycld2.error:
        return ""
    return str(found[0][1])


def code_of(language: str) -> str:
    """The code of a language named like `Spanish`, `español` or `es-MX`; empty where it is unknown."""
    first = re.split(r"[-_ (]", language.strip().casefold())[0]
    names = _names()
    return _OWN_NAMES.get(first) or names.get(first) or (first if first in names.values() else "")


def name_of(code: str) -> str:
    """The English name of a language, e.g. `Spanish`; the code where it has none."""
    return next((name.title() for name, known in _names().items() if known == code), code)


def alike(code: str, other: str) -> bool:
    """Whether two languages are one, as far as a few words tell."""
    return code == other or any({code, other} <= family for family in _ALIKE)


@cache
def _names() -> dict[str, str]:
    import pycld2

    return {name.casefold(): code for name, code in pycld2.LANGUAGES}
