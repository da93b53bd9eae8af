"""How a reply is read: whatever stands around it and however it is written, our schema is the judge."""

from __future__ import annotations

import json
import re
import zlib
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, TypeVar

from pydantic import BaseModel, ValidationError

from .json_mending import mend
from .repetition import ends_in_circles

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

LONGEST = 100_000
"""Characters of an answer, without its thinking, beyond which it is no answer."""
MOST_FAILURES = 12
"""Openings of an object that turn out to be none, after which nothing more is looked for."""
MOST_FOUND = 200
"""Objects of one reply that are held against the schema."""

LEAST_LOOP = 600
"""Bytes under which a text is too short to be called a loop."""
MOST_PACKED = 4
"""How many times as long as its packed form a text may be; prose is twice as long, at most three times."""

_OPENING = re.compile(r"[{\[](?=\s*+[{\[\"“”„'‘`\w/#])")
_DRAFTS = {"drafts": {"draft", "candidates", "candidate", "videos", "ideas", "options"}}
_REASONING = {"reasoning": {"thoughts", "steps", "reasoningsteps"}}
_DRAFT = {
    "title": {"videotitle", "headline"},
    "video_prompt": {"prompt", "video", "videodescription", "texttovideoprompt"},
    "cover_prompt": {"cover", "coverimage", "coverimageprompt", "thumbnail", "thumbnailprompt"},
    "shots": {"shotprompts", "videoprompts", "scenes", "shotlist"},
    "render_shots": {"englishshots", "shotsenglish"},
    "line": {"voiceover", "voiceoverline", "narration", "spokenline"},
    "hashtags": {"tags"},
    "render_prompt": {"englishprompt", "englishvideoprompt", "renderpromptenglish"},
}
_STEPS = {"examine", "brainstorm", "outline", "check", "produce", "reevaluate", "refine"}
_THOUGHT = {"step": {"name", "stepname"}, "text": {"content", "thought", "thoughts"}}

Reply = TypeVar("Reply", bound=BaseModel)
Found = dict[str, object]


class Misfit(ValueError):  # noqa: N818 -- read by `ask` as what is wrong with a reply, never shown as an error
    """Why a reply cannot be used."""

    def __init__(self, complaint: str, found: Found | None = None, errors: list[ErrorDetails] | None = None) -> None:
        """`found` is the object that came nearest, `errors` what the schema holds against it."""
        super().__init__(complaint)
        self.found = found
        self.errors = errors or []

    @property
    def only_too_long(self) -> bool:
        """True when shorter texts would make the reply usable."""
        return bool(self.errors) and all(error["type"] == "string_too_long" for error in self.errors)


def read(text: str, schema: type[Reply]) -> Reply:
    """The last object in `text` that fits `schema`. Raises Misfit, a ValueError, with the first complaint.

    The time grows with the length of the text, whatever stands in it.
    """
    answer = without_thinking(text)
    if len(answer) > LONGEST:
        raise Misfit(f"it is longer than {LONGEST:,} characters")
    misfit = Misfit("it holds no JSON object")
    fitting: Reply | None = None
    for number, found in enumerate(_objects(answer)):
        if number == MOST_FOUND:
            break
        shaped = _shaped(found, schema)
        try:
            fitting = schema.model_validate(shaped)
        except ValidationError as exc:
            if misfit.found is None or schema.model_fields.keys() & shaped.keys():
                misfit = _misfit(exc, shaped)
    if fitting is None:
        raise misfit
    return fitting


def holds_json(text: str) -> bool:
    """Whether there is any object or list in the answer, strict JSON or nearly so."""
    return next(_objects(without_thinking(text)[:LONGEST]), None) is not None


def is_whole(text: str) -> bool:
    """Whether the answer in `text` comes to an end: some object in it is closed, and none is open after it."""
    answer = without_thinking(text)
    found = _OPENING.search(answer)
    if found is None:
        return False
    mended = mend(answer, found.start())
    return mended is not None and answer[: mended[1]].rstrip().endswith(("}", "]"))


def loops(text: str) -> bool:
    """Whether a text says the same over and over: it packs to a quarter, as no answer of some length does.

    Or its end is one piece over and over.
    """
    written = text.encode("utf-8", "replace")
    packs = len(written) >= LEAST_LOOP and len(written) > MOST_PACKED * len(zlib.compress(written))
    return packs or ends_in_circles(text)


def without_thinking(text: str) -> str:
    """`text` without what stands in <think> or <thinking>, also where the opening or the closing tag is missing."""
    *thought, rest = re.split(r"</think(?:ing)?>", text)
    said = [re.split(r"<think(?:ing)?>", part, maxsplit=1) for part in thought]
    kept = [before for before, *opened in said if opened]
    return "".join([*kept, re.split(r"<think(?:ing)?>", rest, maxsplit=1)[0]])


def _misfit(exc: ValidationError, found: Found) -> Misfit:
    errors = exc.errors(include_url=False)
    first = errors[0]
    drafts = found.get("drafts")
    one = ("drafts", 0) if isinstance(drafts, list) and len(drafts) == 1 else ()
    place = first["loc"][len(one) :] if one and first["loc"][: len(one)] == one else first["loc"]
    return Misfit(f"{'.'.join(map(str, place))}: {first['msg']}", found, errors)


def _objects(text: str) -> Iterator[object]:
    """Every outermost object or list in `text`, strict JSON or nearly so."""
    decoder, failures, place = json.JSONDecoder(), 0, 0
    while failures < MOST_FAILURES and (opening := _OPENING.search(text, place)):
        place = opening.start()
        try:
            found, place = decoder.raw_decode(text, place)
        except (ValueError, RecursionError):
            mended = mend(text, place)
            if mended is None:
                failures, place = failures + 1, place + 1
                continue
            found, place = mended
        yield found


def _shaped(found: object, schema: type[BaseModel]) -> Found:
    """`found` in the shape that `schema` has, where a model said the same in another one."""
    fields = schema.model_fields.keys()
    if isinstance(found, list):
        found = {next(iter(fields & {"drafts"} or fields)): found}
    if not isinstance(found, dict):
        return {}
    whole = _renamed(found, {name: names for name, names in (_DRAFTS | _REASONING).items() if name in fields})
    if not fields & whole.keys() and len(whole) == 1 and isinstance(inner := next(iter(whole.values())), dict):
        whole = _renamed(inner, {name: names for name, names in (_DRAFTS | _REASONING).items() if name in fields})
    if "reasoning" in fields:
        steps = {key: text for key, text in whole.items() if re.sub(r"^\d+", "", _squeezed(key)) in _STEPS}
        whole["reasoning"] = _thoughts(whole.get("reasoning", steps))
        if not whole["reasoning"]:
            del whole["reasoning"]
    return _with_drafts(whole) if "drafts" in fields else whole


def _with_drafts(whole: Found) -> Found:
    """The drafts as a list, also where the reply is one draft."""
    if "drafts" not in whole:
        one = _renamed(whole, _DRAFT)
        if not {"title", "video_prompt"} & one.keys():
            return whole
        kept = {"reasoning": whole["reasoning"]} if "reasoning" in whole else {}
        return {**kept, "drafts": [one]}
    drafts = whole["drafts"] if isinstance(whole["drafts"], list) else [whole["drafts"]]
    return whole | {"drafts": [_renamed(one, _DRAFT) if isinstance(one, dict) else one for one in drafts]}


def _thoughts(thoughts: object) -> object:
    """The steps as a list, also where the reply maps a step's name to its text."""
    if isinstance(thoughts, dict):
        return [{"step": step, "text": text} for step, text in thoughts.items()]
    if not isinstance(thoughts, list):
        return thoughts
    return [_renamed(one, _THOUGHT) if isinstance(one, dict) else one for one in thoughts]


def _renamed(found: Mapping[str, object], names: dict[str, set[str]]) -> Found:
    """`found` with the keys of `names` for whatever they are written like; the exact key wins."""
    known = {squeezed: name for name, others in names.items() for squeezed in (_squeezed(name), *others)}
    renamed: Found = {}
    for key, value in found.items():
        name = known.get(_squeezed(str(key)), str(key))
        if name not in renamed or key == name:
            renamed[name] = value
    return renamed


def _squeezed(key: str) -> str:
    return re.sub(r"[\W_]", "", key).casefold()
