"""The collaborators of an ad's run: injected by wiring, never saved."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from ...tools.editing.check_results import Check
from ...tools.editing.timeline_parts import Timeline
from ...tools.editing.types import Claim, Line, SpokenLine, Voice
from ...tools.footage.types import Footage, FootageClip
from ..asking.window import Window
from .state import AdPlan, MadeFiles

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

    from ...tools.embedding.types import Encoder

Progress = Callable[[int, int], None]
"""Called with what is done and the total. It may raise to stop the work: nothing half-written is left then."""


class FootageReader(Protocol):
    """Reads footage, and shows clips to a model (VC-LLM, section 3.1)."""

    def survey(self, folder: Path, progress: Progress) -> Footage:
        """The footage of a folder, read whole; what was read before comes out of a cache."""
        ...

    def spatial(self, clip: FootageClip) -> bytes:
        """The middle frame as JPEG, 996x560 (560x996 of a portrait)."""
        ...

    def temporal(self, clip: FootageClip) -> Sequence[bytes]:
        """One frame a second as JPEG, at most five, 560x315."""
        ...


class ScriptTools(Protocol):
    """What is done with lines before they are spoken."""

    def subtitles(self, script: str, language: str) -> tuple[str, ...]:
        """The script cut by VC-LLM's rule."""
        ...

    def ledger(
        self, lines: Sequence[Line], plan: AdPlan, clips: Sequence[FootageClip]
    ) -> tuple[Sequence[Claim], Sequence[str]]:
        """Every claim of the lines with what backs it, and what has to be said about how they were looked for."""
        ...


class Editor(Protocol):
    """Makes the file out of lines, sounds and clips, looks at it, and mends it."""

    def arrange(
        self,
        plan: AdPlan,
        lines: Sequence[Line],
        spoken: Sequence[SpokenLine],
        clips: Sequence[FootageClip],
        ledger: Sequence[Claim],
    ) -> Timeline:
        """Pictures, sounds and subtitles on one clock."""
        ...

    def needed(self, spoken: SpokenLine, *, last: bool) -> float:
        """Seconds of picture that a spoken line takes."""
        ...

    def there(self, clip: FootageClip) -> float:
        """The most seconds of picture that a clip gives."""
        ...

    def assemble(self, timeline: Timeline, plan: AdPlan, folder: Path, progress: Progress) -> MadeFiles:
        """Write video, cover, edit lists and subtitle files. What was made before is not made again."""
        ...

    def check(
        self,
        timeline: Timeline,
        made: MadeFiles,
        lines: Sequence[Line],
        clips: Sequence[FootageClip],
        plan: AdPlan,
        progress: Progress,
    ) -> Sequence[Check]:
        """What was measured on the file that was made."""
        ...

    def repair(self, timeline: Timeline, checks: Sequence[Check]) -> tuple[Timeline, Sequence[str]]:
        """The timeline with what can be mended, and what that was, in sentences; the same one where nothing can."""
        ...


@dataclass(frozen=True, slots=True)
class AdContext:
    """What the nodes work with."""

    chat_model: BaseChatModel
    chat_model_name: str
    """How the model is named in results."""
    footage: FootageReader
    script: ScriptTools
    voice: Callable[[str], Voice]
    """What speaks a language; the same at every call. Raises MissingError or RequestError where nothing does."""
    editor: Editor
    encoder: Callable[[], Encoder]
    """Tells how near a line is to what is known of a clip; loaded where a script is matched to clips."""
    folder: Path
    """The run's folder: every file of the run is written inside it."""
    window: Window = field(default_factory=Window)
    """How much the chat model takes in, and whether it is shown pictures."""
    call_cost: Callable[[int, int], float | None] = lambda prompt, reply: None
    """US dollars that a prompt and a reply of so many tokens cost; None where no price is known."""
    by_rule: bool = False
    """Whether the chat model is the offline planner, which costs nothing and counts no tokens."""
    notices: tuple[str, ...] = ()
    """What wiring has to say about the choice of these, for the result."""
    models: Mapping[str, str] = field(default_factory=dict)
    """What else was asked beside the chat model and the voice, such as what wrote speech down."""
    facts: Mapping[str, str] = field(default_factory=dict)
    """What else decides the outcome, for the manifest."""
