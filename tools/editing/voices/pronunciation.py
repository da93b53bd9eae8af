"""How English words sound, as the phones of the CMU dictionary (ARPAbet), by hibari's reading of the text.

Its lexicon, its number reader and its network for unknown words give a pronunciation to everything, to `$24.99` and to
made-up names too; for hibari's own voice it is the very one that was spoken. Source of the letters: misaki's English
phonemes.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hibari.g2p import G2P

_PAIRS = {"əɹ": "ER", "ɜɹ": "ER", "ɚ": "ER"}
_PHONES = {
    "A": "EY", "I": "AY", "O": "OW", "Q": "OW", "W": "AW", "Y": "OY", "ᵊ": "AH", "ə": "AH", "ɐ": "AH", "ʌ": "AH",
    "æ": "AE", "a": "AA", "ɑ": "AA", "ɒ": "AA", "ɔ": "AO", "ɛ": "EH", "e": "EH", "ɜ": "ER", "i": "IY", "ɪ": "IH",
    "ᵻ": "IH", "u": "UW", "ʊ": "UH", "o": "OW", "b": "B", "d": "D", "f": "F", "h": "HH", "j": "Y", "k": "K",
    "l": "L", "m": "M", "n": "N", "p": "P", "s": "S", "t": "T", "v": "V", "w": "W", "z": "Z", "ɡ": "G", "ŋ": "NG",
    "ɹ": "R", "r": "R", "ʃ": "SH", "ʒ": "ZH", "ʤ": "JH", "ʧ": "CH", "ð": "DH", "θ": "TH", "T": "D", "ɾ": "D",
    "x": "K",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Pronounced:
    """A word as it is read out, with its phones; a number is one word of many phones."""

    text: str
    phones: tuple[str, ...]


def pronounced(text: str) -> list[Pronounced]:
    """What of a text is read out, in order; [] where nothing is."""
    from hibari.g2p.normalize import normalize

    reader = _reader()
    found: list[Pronounced] = []
    glued = False
    for token in reader.phonemize_tokens(reader.tokenize(normalize(text))):
        heard = phones(token.phonemes or "")
        if found and glued:
            found[-1] = Pronounced(found[-1].text + token.text, found[-1].phones + heard)
        else:
            found.append(Pronounced(token.text, heard))
        glued = not token.whitespace
    return [word for word in found if word.phones]


def phones(letters: str) -> tuple[str, ...]:
    """The phones of misaki's letters; stress and what is no sound are left out."""
    plain = "".join(letter for letter in letters if letter in _PHONES or letter in "ɚ")
    found, at = [], 0
    while at < len(plain):
        pair = _PAIRS.get(plain[at : at + 2]) or _PAIRS.get(plain[at])
        found.append(pair or _PHONES[plain[at]])
        at += 2 if plain[at : at + 2] in _PAIRS else 1
    return tuple(found)


@cache
def _reader() -> G2P:
    from hibari.g2p import G2P

    return G2P()
