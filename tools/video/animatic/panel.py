"""A panel: one beat of the clip as a picture that builds up, on a ground of its own."""

from __future__ import annotations

import math
from dataclasses import dataclass

from ...media.fonts import Weight
from ...media.lettering import shape
from .block import Block, lettering
from .easing import settle, span
from .figure import Figure
from .fitting import above, below
from .frame import Frame
from .layers import Layer
from .look import Tone
from .stage import Affine, Box, Stage, chain, moving, shown, turning

_ENTERS = 0.2
"""How long a piece takes to come in, as a share of its beat."""
_STAGGER = 0.34
"""How long it takes until the last piece sets out."""
_ECHOES = 12


@dataclass(frozen=True, slots=True)
class Panel:
    """What one beat shows."""

    stage: Stage
    tone: Tone
    block: Block
    slate: Layer
    figure: Figure | None = None
    echo: Layer | None = None
    """The block's line once more, in the shade: it unfolds above and below."""
    field: tuple[str, float] = ("right", 2.0)
    """Where another shade begins: right of, or below, this share of the frame."""
    from_start: bool = False
    """The first words stand when the beat begins: a clip's first frame is its thumbnail."""

    def draw(self, frame: Frame, share: float, camera: Affine, window: Box) -> None:
        """Paint into `window` what the beat shows at `share` of it, from 0 to 1 and a little beyond at either end."""
        frame.fill(self.tone.ground, window)
        frame.fill(self.tone.shade, shown(self._field(share), camera).common(window))
        for offset in self._echoes(share):
            if self.echo is not None:
                frame.lay(self.echo, chain(camera, moving(0, offset)), window)
        if self.figure is not None:
            self.figure.draw(frame, share, camera, window)
        last = max((piece.order for piece in self.block.pieces), default=0)
        step = min(0.09, _STAGGER / max(1, last))
        for piece in self.block.pieces:
            first = self.from_start and piece.order == 0
            come = 1.0 if first else span(share, 0.02 + step * piece.order, 0.02 + step * piece.order + _ENTERS)
            if come <= 0:
                continue
            box = piece.layer.box
            inside = shown(box.grown(2), camera).common(window)
            if piece.is_block:
                wiped = Box(box.left, box.top, box.width * settle(come), box.height)
                frame.lay(piece.layer, camera, shown(wiped.grown(1), camera).common(window))
            else:
                rise = moving(0, (1 - settle(come)) * (box.height + 4))
                frame.lay(piece.layer, chain(camera, rise), inside)
        frame.lay(self.slate, moving(0, 0), window)

    def _field(self, share: float) -> Box:
        """The part of the ground in another shade, as colours stand in blocks on a poster; its edge wanders."""
        width, height = self.stage.width, self.stage.height
        edge = self.field[1] + 0.16 * (1 - settle(span(share, 0, 0.7))) + 0.035 * (1 - share)
        reach = max(width, height)
        if self.field[0] == "right":
            return Box(width * edge, -reach, reach, 3 * reach)
        return Box(-reach, height * edge, 3 * reach, reach)

    def _echoes(self, share: float) -> list[float]:
        """How far from its own place each echo stands."""
        if self.echo is None:
            return []
        line, _, y = self.block.lines[0]
        top, bottom = self.stage.text.top + above(line), self.stage.height * 0.98 - below(line)
        pitch = above(line) + below(line)
        steps = (way * number * pitch for number in range(1, _ECHOES + 1) for way in (-1, 1))
        near = [step for step in steps if top < y + step < bottom]
        unfolded = settle(span(share, 0.16, 0.62))
        return [step * unfolded for step in near] if len(near) > 1 else []


def camera_at(move: str, share: float, stage: Stage, way: int) -> Affine:
    """Where the camera has carried the stage at `share` of a beat: a slow drift, so that nothing ever stands still."""
    middle, side = stage.frame.middle, stage.side
    along = share - 0.5
    grow = {"push": 1 + 0.04 * share, "pull": 1.04 - 0.04 * share, "hold": 1 + 0.02 * share}.get(move, 1.01)
    if move == "orbit":
        return turning(middle, way * 0.014 * along, 1 + 0.02 * share)
    if move == "shake":
        sway = [math.sin(share * turn + turn) for turn in (9.1, 14.3, 11.7)]
        return chain(moving(side * 0.006 * sway[0], side * 0.005 * sway[1]), turning(middle, 0.004 * sway[2], grow))
    shift = {"pan": (way * 0.024 * side * along, 0.0), "tilt": (0.0, way * 0.024 * side * along)}.get(move, (0.0, 0.0))
    return chain(moving(*shift), turning(middle, 0, grow))


def slate(stage: Stage, tone: Tone) -> Layer:
    """The small line that says what this is."""
    size = stage.side * 0.021
    line = shape("ANIMATIC", size, Weight.TEXT)
    return lettering(line, tone.ink, stage.text.left, stage.safe.top + size * 1.1)
