"""Short clips as a camera might take them, drawn by the tests themselves: scenes, flaws, captions, sound."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import av
import cv2
import numpy as np
from popcorn.tools.media.encode import ClipWriter, Encoding

FPS = 25
Frame = np.ndarray
Draw = Callable[[int], Frame]
"""The frame of a number, (H, W, 3) uint8 RGB."""


def backdrop(seed: int, width: int = 640, height: int = 360) -> Frame:
    """A wall with edges and colours of its own, wider and higher than the picture by a quarter."""
    random = np.random.default_rng(seed)
    size = (int(width * 1.25), int(height * 1.25))
    coarse = random.integers(30, 220, (9, 16, 3), dtype=np.uint8)
    wall = cv2.resize(coarse, size, interpolation=cv2.INTER_NEAREST)
    for _ in range(60):
        x, y = random.integers(0, size[0]), random.integers(0, size[1])
        colour = tuple(int(value) for value in random.integers(0, 255, 3))
        cv2.circle(wall, (int(x), int(y)), int(random.integers(4, 24)), colour, -1)
    return wall


def still(seed: int, width: int = 640, height: int = 360, *, moving: bool = True) -> Draw:
    """A camera on a tripod; a ball rolls through its picture unless nothing moves."""
    wall = backdrop(seed, width, height)

    def draw(number: int) -> Frame:
        frame = wall[:height, :width].copy()
        if moving:
            cv2.circle(frame, (int(width * 0.2 + number * width / 250), height // 2), height // 8, (250, 40, 40), -1)
        return frame

    return draw


def panning(seed: int, width: int = 640, height: int = 360, *, pixels: float = 0.8, jitter: float = 0.0) -> Draw:
    """A camera that turns slowly to the right; `jitter` pixels of trembling about its path."""
    wall = backdrop(seed, width, height)
    random = np.random.default_rng(seed + 1)
    shakes = random.normal(0, jitter, (1000, 2)) if jitter else np.zeros((1000, 2))

    def draw(number: int) -> Frame:
        across, down = 20 + number * pixels + shakes[number][0], 20 + shakes[number][1]
        shift = np.array([[1, 0, -across], [0, 1, -down]], np.float32)
        return cv2.warpAffine(wall, shift, (width, height), borderMode=cv2.BORDER_REFLECT)

    return draw


def bare(width: int = 640, height: int = 360) -> Draw:
    """A wall of one colour in changing light, with a sensor's grain."""
    random = np.random.default_rng(0)
    slope = 140 + 50 * np.mgrid[:height, :width][1] / width

    def draw(number: int) -> Frame:
        grain = random.normal(0, 2, (height, width)) + number * 0.4
        return np.dstack([slope + grain, (slope + grain) * 0.9, (slope + grain) * 0.6]).clip(0, 255).astype(np.uint8)

    return draw


def blurred(draw: Draw, sigma: float) -> Draw:
    return lambda number: cv2.GaussianBlur(draw(number), (0, 0), sigma)


def black(width: int = 640, height: int = 360) -> Draw:
    return lambda _: np.zeros((height, width, 3), np.uint8)


def captioned(
    draw: Draw, captions: Sequence[tuple[float, float, str]], *, line: float = 0.88, scale: float = 1.0
) -> Draw:
    """Captions with an edge, centred, from one second to another."""

    def drawn(number: int) -> Frame:
        frame = draw(number).copy()
        for start, end, text in captions:
            if start <= number / FPS < end:
                write(frame, text, line, scale)
        return frame

    return drawn


def write(frame: Frame, text: str, line: float, scale: float = 1.0, left: float | None = None) -> None:
    """White letters with a black edge on a frame."""
    height, width = frame.shape[:2]
    (across, _), _ = cv2.getTextSize(text, cv2.FONT_HERSHEY_DUPLEX, scale, 2)
    place = (int((width - across) / 2 if left is None else left * width), int(line * height))
    cv2.putText(frame, text, place, cv2.FONT_HERSHEY_DUPLEX, scale, (0, 0, 0), 8, cv2.LINE_AA)
    cv2.putText(frame, text, place, cv2.FONT_HERSHEY_DUPLEX, scale, (255, 255, 255), 2, cv2.LINE_AA)


def clip(path: Path, *parts: tuple[Draw, float], quality: float = 18.0) -> Path:
    """A silent clip of parts, each so many seconds long."""
    height, width = parts[0][0](0).shape[:2]
    with ClipWriter(path, Encoding(width, height, FPS, quality=quality, preset="ultrafast")) as writer:
        for draw, seconds in parts:
            for number in range(round(seconds * FPS)):
                writer.write(np.ascontiguousarray(draw(number)))
    return path


def with_sound(path: Path, frames: Iterable[Frame], samples: np.ndarray, rate: int) -> Path:
    """A clip with mono sound, (n,) float32."""
    with av.open(str(path), "w") as out:
        picture = out.add_stream("libx264", FPS)
        sound = out.add_stream("aac", rate)
        for number, frame in enumerate(frames):
            if not number:
                picture.width, picture.height, picture.pix_fmt = frame.shape[1], frame.shape[0], "yuv420p"
            out.mux(picture.encode(av.VideoFrame.from_ndarray(frame, format="rgb24")))
        out.mux(picture.encode(None))
        block = av.AudioFrame.from_ndarray(samples[None].astype(np.float32), format="fltp", layout="mono")
        block.sample_rate = rate
        out.mux(sound.encode(block))
        out.mux(sound.encode(None))
    return path
