"""The offline drafter over 300 requests, graded by rule: is the subject kept, and would one post the title?

100 requests are those of LLMPopcorn (arXiv 2502.12945; `llmpopcorn_prompts` under POPCORN_TEST_DATA, read at run time
and not part of this repository), 200 stand in offline_requests.toml: 20 kinds, and short and odd ones in 12 languages.
Each is drafted in four rounds of two, each round told what was tried before.

subject   every part that has to stay is in the title (for the prompts of LLMPopcorn, which name no parts: every name,
          and three of five content words of the request without its instruction)
shot      the same for the video prompt, where nothing may be left out
later     the same for the titles of all rounds
leak      an instruction word of the request is in the title
grammar   `a` before a vowel, a doubled word or mark, an open bracket, a title that ends on a small word or begins
          small, a finite verb behind a preposition (`can't stop watching a robot waters`)
bait      the title opens as clickbait does
long      more than 50 characters
again     a title of an earlier round, or one with a number to tell it apart

These rules see what they name; whether a title is good is for eyes. Harper (harper-py 0.2), a grammar checker without
Java or a download, was tried as a judge and found none of the faults that led here.

    python benchmarks/offline_drafts.py [--titles] [--sheets FOLDER] [--file REQUESTS]
"""

from __future__ import annotations

import csv
import json
import os
import re
import sys
import tomllib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from animatic_pictures import SHEET, sheet
from langchain_core.messages import HumanMessage
from popcorn.agent.models.offline.chat_model import OfflineDrafter
from popcorn.graphs.create.request.command import take_apart
from popcorn.prompts import fence
from popcorn.tools.video.animatic.scene import Scene
from popcorn.tools.video.animatic.stage import Stage
from popcorn.tools.video.types import Aspect, RenderRequest

HERE = Path(__file__).parent
PROMPTS = Path(os.environ.get("POPCORN_TEST_DATA", HERE.parent / "shared" / "data")) / "llmpopcorn_prompts"
ROUNDS, CANDIDATES = 4, 2
BAIT = re.compile(
    r"(?i)(watch|look|wait for it|don['’]t|you won['’]t|nobody|rate this|stop|guess|this is why|the secret)\b"
)
LEAKS = re.compile(
    r"(?i)\b(make|create|generate|promote|animate|advertise|video|clip|reel|something|please|could you|i want|we need"
    r"|i run|i own|showcase|showing|explore|discuss|analyze|highlight|summarize|haz|quiero|fais|erstelle|faça|crea)\b"
    r"|视频|制作|帮我|動画|作って|영상|만들|वीडियो|बनाओ|فيديو|اصنع|видео|сделай|video yap|buatkan"
)
SMALL = [
    "a",
    "an",
    "the",
    "of",
    "and",
    "or",
    "in",
    "on",
    "at",
    "to",
    "for",
    "from",
    "with",
    "by",
    "that",
    "which",
    "who",
    "how",
    "is",
    "are",
]
GRAMMAR = {
    "article": r"\ba (?:[aio]\w|e(?!u)\w|u(?!ni|se|su|k)\w)|\b[Aa]n [bcdfgjklmnpqrstvwxyz]\w",
    "doubled": r"(?i)\b(\w+) \1\b|[?!.,:;]{2,}(?<!…)|: .*: ",
    "bracket": r"^[^()“”]*[(“][^)”]*$",
    "ending": rf"(?i)\b(?:{'|'.join(SMALL)})$",
    "small": r"^[a-z]+\b(?!['’-])(?<!iPhone)",
}
INSTRUCTIONS = re.compile(
    r"(?i)^(?:create|generate|make|highlight|showcase|show|explore|discuss|analyze|compare|recreate|summarize)\b"
    r"(?: (?:a|an|the))?(?: (?:short|cute|visual))?(?: (?:video|montage|recap|list|guide))?"
    r"(?: (?:about|of|on|showcasing|showing|featuring|ranking|comparing|analyzing|exploring|to))?"
)
PRAISE = frozenset(
    [
        "most",
        "iconic",
        "dramatic",
        "adorable",
        "thrilling",
        "creative",
        "luxurious",
        "popular",
        "various",
        "simple",
        "quick",
        "brief",
    ]
)


@dataclass(frozen=True, slots=True)
class Case:
    """A request and what has to stay of it."""

    kind: str
    request: str
    parts: tuple[str, ...]
    verb: str = ""

    def kept_in(self, text: str, *, whole: bool = True) -> bool:
        """True when the parts are in `text`; three of five content words will do where it cannot be `whole`."""
        folded = text.casefold().replace("’", "'")
        found = [any(form in folded for form in part.split("/")) for part in self.parts]
        return all(found) if whole else sum(found) >= 0.6 * len(found)


def cases(file: str = "") -> Iterator[Case]:
    """All 300, or 200 where the prompts of LLMPopcorn are not there; of a file with a request a line, each of those."""
    if file:
        yield from (Case("own", line, ()) for line in Path(file).read_text(encoding="utf-8").splitlines() if line)
        return
    for name in ("concrete", "abstract") if PROMPTS.is_dir() else ():
        with (PROMPTS / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            yield from (Case(f"LLMPopcorn, {name}", row["prompt"], ()) for row in csv.DictReader(file))
    table = tomllib.loads((HERE / "offline_requests.toml").read_text(encoding="utf-8"))
    for group, kinds in table.items():
        for kind, rows in kinds.items():
            for request, parts, *verb in rows:
                named = tuple(part.casefold() for part in parts.split("+"))
                yield Case(kind if group == "own" else f"language {kind}", request, named, *verb)


def content(request: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Names and content words of a prompt of LLMPopcorn, without its instruction."""
    words = re.findall(r"[\w'’-]+", INSTRUCTIONS.sub("", request))
    names = tuple(word.casefold().replace("’", "'").removesuffix("'s") for word in words if word[:1].isupper())
    telling = (word.casefold() for word in words if len(word) > 3 and word.casefold() not in PRAISE)
    return names, tuple(
        re.sub(r"(?:ing|ed|es|s|e)$", "", word.replace("’", "'").removesuffix("'s")) for word in telling
    )


def kept(case: Case, text: str) -> bool:
    """Whether the subject of the case is in a text."""
    if case.parts:
        return case.kept_in(text)
    names, words = content(case.request)
    return Case("", "", names).kept_in(text) and Case("", "", words).kept_in(text, whole=False)


def drafted(request: str, tried: list[dict[str, object]]) -> list[dict[str, str]]:
    """What the drafter answers, asked as the create graph asks it."""
    blocks = {"task": "refine" if tried else "draft", "request": request, "candidates": CANDIDATES, "tried": tried}
    message = HumanMessage("\n".join(fence(name, value) for name, value in blocks.items()))  # type: ignore[arg-type]
    drafts: list[dict[str, str]] = json.loads(OfflineDrafter().invoke([message]).text)["drafts"]
    return drafts


def rounds(request: str) -> list[list[dict[str, str]]]:
    """The drafts of every round, each round told of those before it."""
    tried: list[dict[str, object]] = []
    found = []
    for _ in range(ROUNDS):
        found.append(drafted(request, tried))
        said = ["the predicted popularity is at percentile 40, below 60"]
        tried += [{**draft, "percentile": 40.0, "complaints": said} for draft in found[-1]]
    return found


def faults(case: Case, title: str) -> list[str]:
    """What the rules have against one title."""
    found = [name for name, pattern in GRAMMAR.items() if re.search(pattern, title)]
    if case.verb and re.search(
        rf"\b(?:of|about|with|for|at|see|to|on|just|hello,) .*\b{case.verb}\b", title, re.IGNORECASE
    ):
        found.append("verb")
    leaks = [word for word in LEAKS.findall(title) if not any(word.casefold() in part for part in case.parts)]
    leaks = [
        word for word in leaks if f" to {word}".casefold() not in case.request.casefold()
    ]  # `how to create a farm`
    found += ["leak"] if any(word.casefold() in case.request.casefold() for word in leaks if word) else []
    return [*found, *(["bait"] if BAIT.match(title) else []), *(["long"] if len(title) > 50 else [])]


def graded(case: Case, found: list[list[dict[str, str]]]) -> list[str]:
    """Every fault of the drafts of a case, each once."""
    first = found[0][0]
    titles = [draft["title"] for drafts in found for draft in drafts]
    grades = [] if kept(case, first["title"]) else ["subject"]
    grades += [] if all(kept(case, draft["video_prompt"]) for drafts in found for draft in drafts) else ["shot"]
    grades += [] if all(kept(case, title) for title in titles) else ["later"]
    grades += ["again"] if len(set(titles)) < len(titles) or re.search(r"#\d", " ".join(titles)) else []
    judged = [fault for title in titles for fault in faults(case, title)]
    return grades + sorted({fault if fault in ("leak", "bait", "long") else "grammar" for fault in judged})


def main(*options: str) -> None:
    """Print the table, the failures and, with --titles, every first title; --sheets renders each first draft."""
    totals: dict[str, Counter[str]] = {}
    failures, firsts = [], []
    for case in cases(options[options.index("--file") + 1] if "--file" in options else ""):
        found = rounds(case.request)
        group = case.kind.split(",")[0].split(" ")[0]
        group = group if group in ("LLMPopcorn", "language") else "own, 20 kinds"
        counts = totals.setdefault(group, Counter())
        grades = graded(case, found)
        counts.update(["requests", *grades])
        titles = [draft["title"] for drafts in found for draft in drafts]
        failures += [f"{', '.join(grades)}: {case.request!r} -> {titles}"] if grades else []
        firsts.append((case, found[0][0]))
        if "--titles" in options:
            print(f"{case.request[:70]:70} | {titles[0]} | {titles[1]} | {titles[-1]}")
    names = ("subject", "shot", "later", "leak", "grammar", "bait", "long", "again")
    print("requests with a fault".ljust(22), *(name.rjust(8) for name in ("requests", *names)))
    for group, counts in totals.items():
        print(group.ljust(22), *(f"{counts[name]:8}" for name in ("requests", *names)))
    print(*failures, sep="\n")
    if "--sheets" in options:
        sheets(firsts, Path(options[options.index("--sheets") + 1]))


def sheets(firsts: list[tuple[Case, dict[str, str]]], folder: Path) -> None:
    """Contact sheets by the animatic: 24 requests each, of each first draft the three beats."""
    folder.mkdir(parents=True, exist_ok=True)
    for start in range(0, len(firsts), SHEET):
        scenes = {
            start + at + 1: Scene(
                RenderRequest(**draft, request=take_apart(case.request).idea), Stage(*Aspect.PORTRAIT.size)
            )
            for at, (case, draft) in enumerate(firsts[start : start + SHEET])
        }
        sheet(scenes, 4, numbered=True).save(folder / f"sheet-{start // SHEET + 1:02}.png")


if __name__ == "__main__":
    main(*sys.argv[1:])
