"""A clip as three panels, and any moment of it as a frame."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from ..types import RenderRequest
from .beats import beats_of
from .block import Setting, lettering, set_block
from .colour import mix
from .easing import smooth, span
from .figure import Figure
from .frame import Frame
from .idea import idea_of, sentence_of
from .look import look_of
from .panel import Panel, camera_at, slate
from .stage import Affine, Box, Stage, chain, moving
from .subject import Subject, subject_of

STARTS = (0.0, 0.31, 0.64, 1.0)
"""When each beat begins, as shares of the clip, and when the last one ends."""
_TURN = 0.075
"""How long one beat takes to give way to the next."""
_BARS = 5
_ECHO = 0.2  # of its beat's second colour in the ground's
_LARGEST = {"setup": 0.23, "subject": 0.28, "punch": 0.19}
"""The greatest sizes of lettering, as shares of the shorter side."""


class Scene:
    """Everything of one clip, set and drawn once; `frame` composes any moment of it."""

    def __init__(self, request: RenderRequest, stage: Stage) -> None:
        self.stage = stage
        self.subject = subject_named(request)
        self.look = look_of(request, (self.subject.hues or ())[:1])
        self.panels = tuple(self._panels(request))
        self._way = 1 if self.look.seed & 64 else -1
        self._push = {"pan": (self._way, 0), "tilt": (0, 1), "push": (0, 1)}.get(self.look.move, (0, 0))

    def frame(self, moment: float) -> Frame:
        """The picture at `moment`, 0 for the first one and nearly 1 for the last; beyond, the beats begin again."""
        frame = Frame.blank(self.stage.height, self.stage.width)
        passed, share = divmod(moment, 1)
        number = max(number for number, start in enumerate(STARTS[:-1]) if share >= start)
        gone = smooth(span(share, STARTS[number], STARTS[number] + _TURN)) if passed or number else 1.0
        if gone < 1:
            before = (number - 1) % len(self.panels)
            self._draw(frame, before, share + (before > number), self._pushed(-gone), self.stage.frame)
        for window in self._windows(gone):
            self._draw(frame, number, share, self._pushed(1 - gone), window)
        return frame

    def _draw(self, frame: Frame, number: int, share: float, pushed: Affine, window: Box) -> None:
        start, end = STARTS[number : number + 2]
        inside = (share - start) / (end - start)
        camera = camera_at(self.look.move, inside, self.stage, self._way)
        self.panels[number].draw(frame, inside, chain(pushed, camera), window)

    def _pushed(self, by: float) -> Affine:
        """A panel `by` frames away from its place, where the camera's move is one that pushes panels."""
        across, down = self._push
        return moving(by * across * self.stage.width, by * down * self.stage.height)

    def _windows(self, gone: float) -> Iterator[Box]:
        """Where the beat that comes is seen: in all of the frame when it has come."""
        width, height = self.stage.width, self.stage.height
        if any(self._push) or gone >= 1:
            across, down = ((1 - gone) * way for way in self._push)
            yield Box(across * width, down * height, width, height).common(self.stage.frame)
            return
        for bar in range(_BARS):
            late = 0.1 * (bar if self._way > 0 else _BARS - 1 - bar)
            grown = height * smooth(span(gone, late, 0.6 + late))
            yield Box(width * bar / _BARS, height - grown, width / _BARS, grown)

    def _panels(self, request: RenderRequest) -> Iterator[Panel]:
        stage, look, hues = self.stage, self.look, self.subject.hues
        beats = beats_of(title_of(request), words_of(request))
        tones = {"setup": look.setup, "subject": look.subject, "punch": look.punch}
        for name, tone in tones.items():
            figure = None
            if hues and name != "setup":
                figure = Figure.of(self.subject.drawing, hues, stage, arrives=name == "subject")
            box = stage.beside if figure else stage.text
            how = Setting(box, _LARGEST[name] * stage.side, tone, is_centred=look.is_centred)
            if name == "punch":
                how = replace(how, key=beats.key, in_blocks=bool(look.seed & 256))
            block = set_block(getattr(beats, name), how)
            echo = None
            if name == "subject" and block.is_line and not figure:
                line, x, y = block.lines[0]
                echo = lettering(line, mix(tone.ground, tone.mark, _ECHO), x, y)
            field = ("right", 2.0) if echo else self._field(name)
            yield Panel(stage, tone, block, slate(stage, tone), figure, echo, field, name == "setup")

    def _field(self, name: str) -> tuple[str, float]:
        """Where the other shade of a beat's ground begins."""
        fields = (("right", 0.62), ("below", 0.66), ("right", 0.4), ("below", 0.8))
        return fields[(self.look.seed // 29 + ("setup", "punch", "subject").index(name)) % len(fields)]


def title_of(request: RenderRequest) -> str:
    """What is set large: the title, or what a later shot of a story shows."""
    shown = idea_of(request.video_prompt) if request.story and not request.title else ""
    return request.title or f"{shown[:1].upper()}{shown[1:]}"


def words_of(request: RenderRequest) -> str:
    """What a clip's words are where it has no title."""
    return sentence_of(request.request.strip() or request.video_prompt)


def subject_named(request: RenderRequest) -> Subject:
    """What the request's own words are about; a draft of somebody's own is its own request."""
    return subject_of(idea_of(request.request or request.video_prompt or request.title))
