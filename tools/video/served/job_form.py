"""What a server is asked for: the shape, the frames and the words of a request as the fields of a form."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from ....errors import RenderError, RequestError
from ....redaction import scrubbed
from ....settings_tables import RendererSettings
from ..types import Aspect, RenderRequest

FPS = 24
"""What vLLM-Omni and SGLang take when nothing is said."""
_SIZES = {
    Aspect.PORTRAIT: (720, 1280),
    Aspect.LANDSCAPE: (1280, 720),
    Aspect.SQUARE: (720, 720),
    Aspect.FEED: (704, 880),
}
"""Sides that are multiples of 16, as the models behind such servers want them."""
_LONGEST = 60.0
_WORDS_AT_MOST = 8000
"""Characters of a prompt. Text encoders read 512 tokens or fewer, so that nothing is lost that a model would see."""
_LENGTHS = (4, 8, 12)
"""Seconds that a server may insist on. Source: OpenAI's API reference, `seconds` of POST /videos."""
_DISPENSABLE = frozenset({"num_frames", "fps", "seed", "num_inference_steps", "guidance_scale"})
"""Fields that are no part of OpenAI's own API and that a server may refuse."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What one job is asked to make."""

    prompt: str
    width: int
    height: int
    frames: int
    seconds: float
    seed: int
    model: str
    steps: int | None = None
    guidance: float | None = None
    whole_seconds: int = 0
    """Sent as `seconds`, which is a whole number in the protocol."""
    left_out: frozenset[str] = frozenset()
    """Fields that the server refused."""
    as_json: bool = False
    """The server takes a form only for videos that start from a picture, as some versions of SGLang do."""
    notes: tuple[str, ...] = field(default=())

    @property
    def fields(self) -> dict[str, str | int | float]:
        """The fields of POST /v1/videos."""
        every: dict[str, str | int | float | None] = {
            "prompt": self.prompt,
            "model": self.model,
            "size": f"{self.width}x{self.height}",
            "seconds": str(self.whole_seconds),
            "num_frames": self.frames,
            "fps": FPS,
            "seed": self.seed,
            "num_inference_steps": self.steps,
            "guidance_scale": self.guidance,
        }
        return {name: value for name, value in every.items() if value is not None and name not in self.left_out}

    def without(self, name: str) -> Asked | None:
        """What to ask after the server refused the field `name`; None when it cannot do without."""
        if name in _DISPENSABLE - self.left_out:
            note = f"the server takes no {name}: it was left out"
            return replace(self, left_out=self.left_out | {name}, notes=(*self.notes, note))
        longer = next((length for length in _LENGTHS if length > self.whole_seconds), None)
        if name == "seconds" and longer is not None:
            note = f"the server makes no clip of {self.whole_seconds} s: it was asked for {longer} s"
            return replace(self, whole_seconds=longer, notes=(*self.notes, note))
        if name == "input_reference" and not self.as_json:
            return replace(self, as_json=True)
        return None


def ask_for(request: RenderRequest, model: str, settings: RendererSettings) -> Asked:
    """The request as a job. Raises RequestError without words, RenderError on a length that cannot be."""
    if not 0.1 <= request.seconds <= _LONGEST:
        raise RenderError(
            f"a clip of {request.seconds} seconds cannot be asked for", hint=f"ask for 0.1 to {_LONGEST:.0f} seconds"
        )
    prompt, notes = _words(request)
    width, height = _SIZES[request.aspect]
    return Asked(
        prompt=prompt,
        width=width,
        height=height,
        frames=max(2, round(request.seconds * FPS)),
        seconds=request.seconds,
        seed=request.seed,
        model=model,
        steps=settings.steps,
        guidance=settings.guidance,
        whole_seconds=max(1, round(request.seconds)),
        notes=notes,
    )


def _words(request: RenderRequest) -> tuple[str, tuple[str, ...]]:
    """The prompt in one line without characters that no form holds, else the title; and what was done to it."""
    texts = (_plain(text) for text in (request.video_prompt, request.title))
    prompt = next(filter(None, texts), "")
    if not prompt:
        raise RequestError("there is no video prompt", hint="Say what the shot shows.")
    if len(prompt) <= _WORDS_AT_MOST:
        return prompt, ()
    cut = prompt[:_WORDS_AT_MOST].rsplit(" ", 1)[0]
    return cut, (f"the prompt of {len(prompt)} characters was cut after {len(cut)}",)


def _plain(text: str) -> str:
    whole = scrubbed(text.encode("utf-8", "replace").decode())
    return " ".join("".join(char if char.isprintable() else " " for char in whole).split())
