"""Whether a text is written in letters that a language uses: a voice reads no others, or spells them out as noise."""

from __future__ import annotations

import unicodedata

from ....errors import RequestError

_SCRIPTS = {
    "zh": {"CJK"}, "ja": {"CJK", "HIRAGANA", "KATAKANA"}, "ko": {"HANGUL", "CJK"}, "ru": {"CYRILLIC"},
    "uk": {"CYRILLIC"}, "be": {"CYRILLIC"}, "bg": {"CYRILLIC"}, "sr": {"CYRILLIC", "LATIN"}, "mk": {"CYRILLIC"},
    "kk": {"CYRILLIC"},
    "el": {"GREEK"}, "ar": {"ARABIC"}, "fa": {"ARABIC"}, "ur": {"ARABIC"}, "iw": {"HEBREW"}, "hi": {"DEVANAGARI"},
    "mr": {"DEVANAGARI"}, "ne": {"DEVANAGARI"}, "bn": {"BENGALI"}, "ta": {"TAMIL"}, "te": {"TELUGU"}, "th": {"THAI"},
    "gu": {"GUJARATI"}, "kn": {"KANNADA"}, "ml": {"MALAYALAM"}, "pa": {"GURMUKHI"}, "ka": {"GEORGIAN"},
    "hy": {"ARMENIAN"}, "am": {"ETHIOPIC"}, "my": {"MYANMAR"}, "si": {"SINHALA"},
}  # fmt: skip
_EVERYWHERE = {"LATIN"}
"""Brand names and units are written in Latin letters everywhere."""


def check_letters(text: str, code: str, voice: str) -> None:
    """Raises RequestError where a text has letters that the language with this code is not written in, or no word."""
    if not any(map(str.isalnum, text)):
        raise RequestError(
            f"there is no word in {text!r} that {voice} could speak", hint="Write one, or drop the line."
        )
    allowed = _SCRIPTS.get(code.partition("-")[0], set()) | _EVERYWHERE
    foreign = [sign for sign in text if sign.isalpha() and _script(sign) not in allowed]
    if foreign:
        raise RequestError(
            f"{voice} speaks {code!r}, and {''.join(foreign[:12])!r} in {text[:60]!r} is not written in it",
            hint="Write the line in that language, choose another --voice, or begin anew in another language.",
        )


def _script(sign: str) -> str:
    plain = unicodedata.normalize("NFKC", sign)[0]
    name = unicodedata.name(plain, "")
    first = name.partition(" ")[0]
    return "LATIN" if not first or first in {"MICRO", "OHM", "KELVIN", "ANGSTROM"} else first.partition("-")[0]
