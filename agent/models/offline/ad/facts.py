"""Facts as lines: what each is for, and its shorter forms that say nothing else."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from .....graphs.ad.pieces import sentences
from .....graphs.ad.roles import role_of
from .....graphs.asking.lengths import spoken_units
from .....graphs.create.request.words import listed, parts
from .....tools.editing.types import Role
from ..characters import clean
from ..frames import capitalised
from .brief import SeenProduct

OTHER = "other"
_SLOT = re.compile(r"\{(\w+)\}")
_ENDS = (".", "!", "?", "。", "！", "？", "…")
_SUBJECT = re.compile(r"(?:it|they|this|the product|this product)\s+(?=[a-z])", re.IGNORECASE)
_NO_VERB_ALONE = re.compile(r"(?:is|are|was|were|has|have|can|will|does|do|may)\b", re.IGNORECASE)
"""Verbs that a sentence without its subject cannot begin with."""


@dataclass(frozen=True, slots=True)
class Saying:
    """Something that may be said, in forms from the whole to the shortest; all of them say what a fact says."""

    forms: tuple[str, ...]
    role: Role
    fact: int = -1
    """Which fact, from 0; -1 for a phrase that claims nothing, or the price."""

    def within(self, room: int, language: str) -> str:
        """The longest form that fits into `room` words or characters; empty where none does."""
        return next((form for form in self.forms if spoken_units(form, language) <= room), "")


def fact_sayings(product: SeenProduct, language: str) -> list[Saying]:
    """A saying for each sentence of each fact, in their order; none twice."""
    found: dict[str, Saying] = {}
    for number, fact in enumerate(product.facts):
        for sentence in sentences(clean(fact)):
            if any(c.isalnum() for c in sentence):
                forms = tuple(ended(form, language) for form in _forms(sentence, product))
                found.setdefault(forms[0].casefold(), Saying(forms, role_of(sentence), number))
    return list(found.values())


def _forms(sentence: str, product: SeenProduct) -> Iterator[str]:
    """The sentence, and without its subject where that is the product and a full verb follows."""
    yield capitalised(sentence)
    names = sorted({product.name, f"{product.brand} {product.name}".strip()}, key=len, reverse=True)
    for name in names:
        subject = re.match(rf"(?:the\s+)?{re.escape(name)}\s+(?=[a-z])", sentence, re.IGNORECASE)
        if subject := subject or _SUBJECT.match(sentence):
            rest = sentence[subject.end() :]
            if not _NO_VERB_ALONE.match(rest):
                yield capitalised(rest)
            return


def phrases(kind: str, product: SeenProduct, language: str) -> list[str]:
    """The phrases of a kind (hook, question, category, price, call, again) that the product file can fill."""
    slots = {"name": product.name, "brand": product.brand, "category": product.category, "price": product.price}
    if product.brand and product.brand.casefold() in product.name.casefold():
        slots["brand"] = ""
    filled = {name: clean(value).rstrip("。.") for name, value in slots.items()}
    filled["the"] = _with_article(filled["name"])
    texts = _table().get(language, _table()[OTHER])[kind]
    fillable = (text for text in texts if all(filled[slot] for slot in _SLOT.findall(text)))
    return [capitalised(text.format_map(filled)) for text in fillable]


def _with_article(name: str) -> str:
    """The name as it stands in a sentence: with an article before a common noun, `the Steel Mug` beside `Trailcup`."""
    first, last = name.split()[0], name.split()[-1]
    bare = first.casefold() in listed("determiners") or "NOUN" not in parts(last) or len(name.split()) < 2
    return name if bare else f"the {name}"


def ended(text: str, language: str) -> str:
    """`text` with a full stop where it has no end of its own."""
    bare = text.rstrip(" ,;:，；：、")
    return bare if bare.endswith(_ENDS) else bare + str(_table().get(language, _table()[OTHER])["end"])


@cache
def _table() -> dict[str, dict[str, list[str] | str]]:
    return tomllib.loads((files(__package__) / "phrases.toml").read_text(encoding="utf-8"))
