"""A shot as layers, and any moment of it as a frame."""

from __future__ import annotations

import math
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from random import Random

import numpy as np
from numpy.typing import NDArray

from . import drawing
from .backdrops import plates
from .camera import HOOK_ENDS, PAYOFF_STARTS, Camera
from .colour import Palette, code, mix, palette
from .easing import settle, span
from .frame import Frame, Placed
from .layers import Affine, Layer, Pixels, backdrop, from_rgba, lay
from .particles import air
from .reading import Shot
from .scene_layers import Ground, Plate
from .stage import Stage, View, chain, moving, placing, turning
from .titles import Block, blocks, draw

_CLOSE = 1.35
"""Pixels a stage pixel for the subject, since the hook comes close to it."""
_SOFT = 0.6
"""Pixels a stage pixel for what is behind the subject: it is drawn at half size, soft as behind a lens."""
_FAR_DEPTH = 0.26
_BAKED_UP_TO = 0.46
"""Plates up to this depth, if they do not move by themselves, are part of the background."""


@dataclass(frozen=True, slots=True)
class Prop:
    """A layer with what it does by itself."""

    layer: Layer
    motion: str = "body"
    pivot: tuple[float, float] = (0.0, 0.0)
    drift: float = 0.0


class Scene:
    """Everything of one shot, rasterised; `frame` composes any moment of it."""

    def __init__(self, shot: Shot, title: str, stage: Stage, seconds: float) -> None:
        self.shot = shot
        self.stage = stage
        self.palette = palette(shot)
        self._seconds = seconds
        self._camera = Camera(shot, stage)
        chance = Random(shot.seed)  # noqa: S311, drawn by seed, not a secret
        drawn = plates(shot.setting, Ground(stage, self.palette, chance))
        with ThreadPoolExecutor(2) as pool:
            behind = pool.map(self._prop, [plate for plate in drawn if not (plate.in_front or _is_far(plate))])
            before = pool.map(self._prop, [plate for plate in drawn if plate.in_front])
            hero = pool.map(self._hero, drawing.parts(shot.subject))
            titles = pool.submit(blocks, title, shot, stage, self.palette)
            far = list(pool.map(self._prop, [plate for plate in drawn if _is_far(plate)]))
            self._base = self._baked(far)
            self._burst = self._rays()
            self._airs = [air(kind, stage, self.palette, shot.seed) for kind in _airs(shot)]
            self._behind, self._hero_parts, self._before = list(behind), list(hero), list(before)
            self._titles: list[Block] = titles.result()

    @property
    def focus(self) -> tuple[float, float]:
        """What the camera comes close to."""
        box = self.stage.subject
        return box.left + box.width / 2, box.top + box.height * 0.55

    def frame(self, time: float) -> Frame:
        """The picture `time` seconds in."""
        share = time / self._seconds
        frame = self.picture(share)
        for block in self._titles:
            draw(frame, block, share)
        return frame

    def picture(self, share: float) -> Frame:
        """The picture without its lettering at `share` of the clip."""
        time = share * self._seconds
        view = self._camera.at(share)
        behind = [Placed(prop.layer, self._matrix(prop, view, time)) for prop in (self._base, *self._behind)]
        sharp = [Placed(prop.layer, self._matrix(prop, view, time)) for prop in (*self._hero_parts, *self._before)]
        frame = Frame.blank(self.stage.height, self.stage.width)
        frame.stack([*behind, *self._placed_burst(view, share)], sharp)
        for floating in self._airs:
            floating.draw(frame, time, (view.x, view.y))
        return frame

    def _matrix(self, prop: Prop, view: View, time: float) -> Affine:
        """The way of a layer's pixels into the frame: its own motion, then the camera's."""
        carried = view.matrix(self.stage, self.focus, prop.layer.depth)
        return chain(carried, chain(self._motion(prop, time), placing(prop.layer.origin, prop.layer.scale)))

    def _placed_burst(self, view: View, share: float) -> list[Placed]:
        """The payoff's accent: rays that open behind the subject and are gone."""
        opening = span(share, PAYOFF_STARTS - 0.02, PAYOFF_STARTS + 0.17)
        if not 0 < opening < 1:
            return []
        grow = turning(self.focus, 0.12 * opening, 0.55 + 0.62 * settle(opening))
        placed = chain(grow, placing(self._burst.origin, self._burst.scale))
        carried = view.matrix(self.stage, self.focus, self._burst.depth)
        return [Placed(self._burst, chain(carried, placed), 0.85 * (1 - opening) ** 0.7)]

    def _rays(self) -> Layer:
        reach, scale = self.stage.subject.width * 0.86, 0.5
        thick = self.stage.subject.width * 0.016
        colour = code(mix(self.palette.light, (255, 255, 255), 0.35))
        marks = "".join(
            f'<path d="M0 {-reach * inner:.0f}V{-reach * outer:.0f}" transform="rotate({number * 15})"/>'
            for number in range(24)
            for inner, outer in (((0.66, 0.97),) if number % 2 else ((0.74, 0.86),))
        )
        body = f'<g transform="translate({reach:.0f} {reach:.0f})" stroke="{colour}" stroke-width="{thick:.1f}" '
        body += f'stroke-linecap="round" fill="none">{marks}</g>'
        pixels = drawing.raster(drawing.svg(2 * reach, 2 * reach, body), scale)
        return Layer(from_rgba(pixels), (self.focus[0] - reach, self.focus[1] - reach), scale, 0.9)

    def _baked(self, props: list[Prop]) -> Prop:
        """The sky or wall and all that stands far off, as one opaque layer: one move a frame instead of many."""
        stage, margin = self.stage, self.stage.margin
        width, height = stage.width + 2 * margin, stage.horizon + 0.14 * stage.height + margin
        size = round(width * _SOFT), round(height * _SOFT)
        pixels = backdrop(*_gradient(stage, self.palette, *size))
        base = np.array([[_SOFT, 0.0, margin * _SOFT], [0.0, _SOFT, margin * _SOFT]])
        for prop in props:
            lay(pixels, prop.layer, chain(base, placing(prop.layer.origin, prop.layer.scale)))
        return Prop(Layer(pixels, (-margin, -margin), _SOFT, _FAR_DEPTH), "plate")

    def _motion(self, prop: Prop, time: float) -> Affine:
        """How a part moves by itself: stage to stage."""
        share = time / self._seconds
        unit = self.stage.subject.width / 1000
        arrive = 1 - settle(span(share, PAYOFF_STARTS - 0.02, PAYOFF_STARTS + 0.09))
        beat = 1 + 0.018 * math.sin(time * 3.4)
        if prop.motion == "plate":
            return moving(prop.drift * time, 0)
        if prop.motion == "lift":
            up = settle(span(share, HOOK_ENDS * 0.25, HOOK_ENDS + 0.12))
            sway = math.sin(time * 2.4)
            lifted = moving(sway * 8 * unit, -up * 165 * unit + sway * 10 * unit)
            return chain(lifted, turning(prop.pivot, -0.16 * up + 0.02 * sway))
        if prop.motion == "spin":
            return turning(prop.pivot, time * 2.1)
        if prop.motion == "wheel":
            return turning(prop.pivot, time * 9.0)
        if prop.motion == "sway":
            return turning(prop.pivot, 0.075 * math.sin(time * 3.1))
        if prop.motion == "nod":
            return turning(prop.pivot, 0.035 * math.sin(time * 2.4 + 0.6))
        if prop.motion == "float":
            return chain(
                moving(0, 16 * unit * math.sin(time * 2.2)), turning(prop.pivot, 0.02 * math.sin(time * 1.7), beat)
            )
        if prop.motion == "bounce":
            high = abs(math.sin(time * 3.3))
            return moving(0, -120 * unit * high)
        if prop.motion == "pulse":
            return turning(prop.pivot, 0, 1 + 0.05 * math.sin(time * 5.2) + 0.05 * (1 - arrive))
        return turning(prop.pivot, 0, 1 + 0.006 * math.sin(time * 2.2))

    def _prop(self, plate: Plate) -> Prop:
        width = self.stage.width + 2 * self.stage.margin
        scale = plate.scale if plate.in_front else min(plate.scale, _SOFT)
        pixels = drawing.raster(drawing.svg(width, plate.height, plate.markup), scale)
        whole = np.ascontiguousarray(pixels[:-1, :-1])  # the last row and column may be covered in part
        layer = Layer(from_rgba(whole), (-self.stage.margin, plate.top), scale, plate.depth)
        return Prop(layer, "plate", drift=plate.drift)

    def _hero(self, part: drawing.Part) -> Prop:
        """A part of the subject, cropped to what is drawn on it."""
        box = self.stage.subject
        scale = box.width / 1000 * _CLOSE
        body = f'<g transform="translate({120 * scale:.2f} {120 * scale:.2f}) scale({scale:.5f})">{part.markup}</g>'
        pixels = drawing.raster(
            drawing.svg(1240 * scale, (part.height + 240) * scale, body, drawing.inks(self.palette))
        )
        top, bottom, left, right = _drawn(pixels)
        origin = (box.left - 0.12 * box.width + left / _CLOSE, box.top - 0.12 * box.width + top / _CLOSE)
        layer = Layer(from_rgba(np.ascontiguousarray(pixels[top:bottom, left:right])), origin, _CLOSE)
        pivot = (box.left + part.pivot[0] / 1000 * box.width, box.top + part.pivot[1] / 1000 * box.width)
        return Prop(layer, part.name, pivot)


def _airs(shot: Shot) -> list[str]:
    """What is in the air: the subject's own effect, and the weather; never the same twice."""
    return list(dict.fromkeys(kind for kind in (shot.effect, shot.weather or "dust") if kind))


def _drawn(pixels: Pixels) -> tuple[int, int, int, int]:
    """The rows and columns with anything on them, two pixels more on each side."""
    rows = np.flatnonzero(pixels[..., 3].any(axis=1))
    columns = np.flatnonzero(pixels[..., 3].any(axis=0))
    if not rows.size:
        return 0, 2, 0, 2
    height, width = pixels.shape[:2]
    return (
        max(0, int(rows[0]) - 2),
        min(height, int(rows[-1]) + 3),
        max(0, int(columns[0]) - 2),
        min(width, int(columns[-1]) + 3),
    )


def _is_far(plate: Plate) -> bool:
    return plate.depth <= _BAKED_UP_TO and not plate.drift and not plate.in_front


def _gradient(stage: Stage, tones: Palette, width: int, height: int) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """The sky or wall: its colour in each row (height, 3), three tones down to the horizon, and a (width,) shade."""
    whole = stage.horizon + 0.14 * stage.height + stage.margin
    place = (np.linspace(0, whole, height) - stage.margin) / stage.horizon
    column = np.stack(
        [np.interp(place, (0, 0.5, 1.0), (tones.top[i], tones.middle[i], tones.low[i])) for i in range(3)], axis=1
    )
    x = np.linspace(-1.2, 1.2, width)
    return column.astype(np.float32), (1 - 0.15 * np.clip(x * x, 0, 1)).astype(np.float32)
