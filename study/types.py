"""The values of a study: a prompt, an arm of the matrix, a unit of work, a row of results."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field, fields, replace
from enum import StrEnum
from typing import Any

from ..graphs.create.state import Mode

AGREEMENT = "agreement"
"""The fact that decides units with a clip, and no drafts."""
ATTEMPTS = "attempts"
"""The fact that decides units whose drafts are refined, and no others."""
SEEN = "seen by a predictor"
"""The fact that decides units to which references are shown: those that a predictor of the study has learned from."""
INVENTED = "invented references"
"""What a study's folder says of a catalogue whose videos were made up for illustration."""
HUMAN = "human"
"""The model of rows whose draft is the nearest real title of the catalogue (LLMPopcorn, Tables 2 and 3)."""


class Given(StrEnum):
    """Which references a model is shown."""

    FOUND = "found"
    """Those of the request."""
    SHUFFLED = "shuffled"
    """Those of another prompt of the study."""
    EMPTY = "empty"
    """None, though the prompt asks to learn from them."""


class Sees(StrEnum):
    """What a predictor is shown of a draft."""

    ALL = "all"
    """Title, video prompt, and the clip where it reads frames."""
    SHUFFLED = "shuffled"
    """The clip of another prompt of the study, beside its own texts."""
    TITLE = "title"
    """The title alone."""


@dataclass(frozen=True, slots=True)
class Prompt:
    """One request of a prompt set."""

    text: str
    kind: str = ""
    """concrete or abstract, in the paper's sets."""
    category: str = ""

    @property
    def id(self) -> str:
        """Twelve hex digits of the text's SHA-256: the same prompt is the same in every set."""
        return hashlib.sha256(self.text.encode()).hexdigest()[:12]


@dataclass(frozen=True, slots=True, order=True)
class Arm:
    """One way to make a video; what its mode does not know stands at 0, empty or off, so that equal arms are equal."""

    model: str
    mode: str = Mode.ENHANCED.value
    references: int = 0
    tags: int = 0
    given: str = ""
    candidates: int = 1
    refine: bool = False
    renderer: str = ""
    """Empty where nothing is rendered."""
    predictor: str = "default"
    sees: str = Sees.ALL.value


@dataclass(frozen=True, slots=True)
class Unit:
    """One arm on one prompt with one seed."""

    arm: Arm
    prompt: Prompt
    seed: int
    others: str = ""
    """The text of the prompt whose references or whose clip are shown, where they are shuffled."""

    @property
    def shown(self) -> Unit:
        """The unit whose clip the predictor is shown: another prompt's where clips are shuffled, else itself."""
        if self.arm.sees != Sees.SHUFFLED:
            return self
        given = Given.FOUND.value if self.arm.given == Given.SHUFFLED else self.arm.given
        return Unit(replace(self.arm, sees=Sees.ALL.value, given=given), Prompt(self.others), self.seed)

    def key(self, facts: dict[str, str]) -> str:
        """The unit's address: a digest of all that decides its row; `facts` names the data that are not in it."""
        own = self._own(facts, judged=True)
        if self.arm.renderer and AGREEMENT in facts:
            own[AGREEMENT] = facts[AGREEMENT]
        arm = asdict(self.arm)
        if self.arm.sees == Sees.ALL:  # as it was before anything else could be seen
            del arm["sees"]
        return _digest({"arm": arm, **self._asked, "facts": own})

    def draft_key(self, facts: dict[str, str]) -> str:
        """The address of its draft, which units share that differ in what comes after: renderer, predictor."""
        arm = asdict(self.arm) | {"renderer": ""} | ({} if self.judged else {"predictor": ""})
        del arm["sees"]
        asked = self._asked | ({} if self.arm.given == Given.SHUFFLED else {"others": ""})
        return _digest({"arm": arm, **asked, "facts": self._own(facts, judged=self.judged)})

    @property
    def judged(self) -> bool:
        """Whether its draft is one that the predictor had a say in."""
        return self.arm.refine or self.arm.candidates > 1

    def _own(self, facts: dict[str, str], *, judged: bool) -> dict[str, str]:
        """The facts that decide this unit: a predictor or a model that is added to a study changes no other's units."""
        named = {"model": self.arm.model, "predictor": self.arm.predictor if judged else ""}
        return {
            name: value
            for name, value in facts.items()
            if name != AGREEMENT
            and (name != ATTEMPTS or self.arm.refine)
            and (name != SEEN or self.arm.mode != Mode.BASIC)
            and ((part := name.partition(" "))[0] not in named or part[2] == named[part[0]])
        }

    @property
    def _asked(self) -> dict[str, object]:
        return {"prompt": self.prompt.text, "seed": self.seed, "others": self.others}


@dataclass(frozen=True, slots=True)
class Drafted:
    """What a unit's drafting gave, before anything is rendered."""

    title: str
    video_prompt: str
    cover_prompt: str = ""
    render_prompt: str = ""
    tag: str = ""
    relevance: float = 0.0
    similarity: float | None = None
    """The largest cosine similarity of the title and a reference's; None without references."""
    faults: int = 0
    attempts: int = 1
    input_tokens: int = 0
    output_tokens: int = 0
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Row:
    """One unit's results: what every table needs. A failure is a row with `error`."""

    unit: str
    prompt_id: str
    kind: str
    category: str
    prompt: str
    model: str
    mode: str
    references: int
    tags: int
    given: str
    candidates: int
    refine: bool
    renderer: str
    predictor: str
    seed: int
    others: str = ""
    """The prompt whose references or whose clip were shown, where they were shuffled."""
    sees: str = Sees.ALL.value
    draft: str = ""
    """The address of its draft: rows that share one share its tokens and its cost."""
    title: str = ""
    video_prompt: str = ""
    cover_prompt: str = ""
    tag: str = ""
    log2_comments: float | None = None
    expected_rank: float | None = None
    """Of 100 real videos; None where the predictor has no evidence."""
    evidence: bool = False
    relevance: float | None = None
    similarity: float | None = None
    faults: int | None = None
    accepted: bool | None = None
    """By the unit's own predictor, with the clip where it looks at one; a real title always is."""
    attempts: int | None = None
    clip: str = ""
    """The clip's name in the study's folder `clips`; empty where nothing was rendered."""
    clip_sha256: str = ""
    agreement: float | None = None
    """Of frames and prompt, by a CLIP model; None where none was asked for."""
    input_tokens: int = 0
    output_tokens: int = 0
    cost_usd: float | None = 0.0
    """Of the draft; None where no price is known. Rows that share a draft all name it."""
    render_cost_usd: float | None = 0.0
    """Of the clip, as its renderer prices it; None where it does not say."""
    draft_seconds: float = 0.0
    render_seconds: float = 0.0
    score_seconds: float = 0.0
    peak_memory_bytes: int | None = None
    """Of the accelerator while rendering; None without one."""
    error: str = ""
    """The code of what failed; empty where nothing did."""
    reason: str = ""
    finished: str = ""
    """UTC, ISO 8601."""

    @property
    def arm(self) -> Arm:
        """The arm that it belongs to."""
        return Arm(**{one.name: getattr(self, one.name) for one in fields(Arm)})

    @property
    def failed(self) -> bool:
        """Whether there is nothing to compare."""
        return bool(self.error)

    def is_of(self, facts: dict[str, str]) -> bool:
        """Whether it was made of these data and settings; false for rows from before they changed."""
        unit = Unit(self.arm, Prompt(self.prompt), self.seed, self.others)
        return unit.key(facts) == self.unit


@dataclass(frozen=True, slots=True)
class Facts:
    """What decides rows beside the study's file: data and versions, as a study's folder keeps them."""

    of_units: dict[str, str] = field(default_factory=dict)
    """What a unit's address is made of besides itself: digests of catalogue, predictors and prompt templates."""
    about: dict[str, str] = field(default_factory=dict)
    """What a reader wants to know: versions of packages, Python, the day."""


def row_of(unit: Unit, facts: dict[str, str], **values: Any) -> Row:
    """A row of the unit with these values."""
    arm, prompt = asdict(unit.arm), unit.prompt
    own: dict[str, Any] = {"seed": unit.seed, "others": unit.others, "draft": unit.draft_key(facts)}
    return Row(unit.key(facts), prompt.id, prompt.kind, prompt.category, prompt.text, **own, **arm, **values)


class Ledger:
    """What rows have cost: a draft that several share is counted once."""

    def __init__(self, rows: Iterable[Row] = ()) -> None:
        """Of these rows."""
        self.total = 0.0
        self._drafts: dict[str, float] = {}
        for row in rows:
            self.add(row)

    def add(self, row: Row) -> None:
        """Count a row; a price that nobody knows counts nothing."""
        draft = max(row.cost_usd or 0.0, self._drafts.get(row.draft, 0.0))
        self.total += draft - self._drafts.get(row.draft, 0.0) + (row.render_cost_usd or 0.0)
        self._drafts[row.draft] = draft


def _digest(value: object) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True, ensure_ascii=True).encode()).hexdigest()[:24]
