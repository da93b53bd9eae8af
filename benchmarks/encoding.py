"""Our encoder beside diffusers' own export_to_video on the same frames: time, size, and how near the result is.

`python benchmarks/encoding.py`, with `--clip FILE` for frames of one's own. The frames are
those a model hands over: (N, H, W, 3) float32 from 0 to 1. PSNR is over all frames in RGB: 10 log10(1 / mean squared
error), higher is better. The last lines are the time from the last denoising step (frames in memory) to the finished
bundle, step by step. Times are wall-clock seconds, the best of three on an otherwise idle machine.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
from popcorn.tools.media.decode import all_frames
from popcorn.tools.media.encode import ClipWriter, Encoding
from popcorn.tools.video.checks import checked
from popcorn.tools.video.covers import frame_cover
from popcorn.tools.video.provenance import provenance
from popcorn.tools.video.publishing_bundle import metadata, write_bundle
from popcorn.tools.video.types import Recipe, RenderRequest

FPS = 24
SIZES = ((480, 832), (704, 1280))
SECONDS = 3
REQUEST = RenderRequest("Sealed pot biryani", "a clay pot opens")


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--clip", type=Path, help="a clip whose frames are encoded instead of drawn ones")
    clip = options.parse_args().clip
    print(f"{'frames':<22}{'encoder':<22}{'seconds':>9}{'fps':>8}{'kB':>8}{'PSNR dB':>9}")
    for frames in [_of(clip)] if clip else [_drawn(*size) for size in SIZES]:
        _compare(frames)
    _to_the_bundle(_of(clip) if clip else _drawn(*SIZES[-1]))


def _drawn(width: int, height: int) -> np.ndarray:
    """Noise as coarse as film grain over gradients that drift: (72, H, W, 3) float32."""
    noise = np.random.default_rng(0)
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    grain = noise.normal(0, 0.02, (height // 2, width // 2)).repeat(2, 0).repeat(2, 1).astype(np.float32)
    frames = []
    for number in range(FPS * SECONDS):
        waves = [np.sin((x * (1 + c) + y * (2 - c) + 14 * number) / (60 + 20 * c)) for c in range(3)]
        shifted = np.roll(grain, (3 * number, 5 * number), (0, 1))
        frames.append(np.stack([0.5 + 0.35 * wave + shifted for wave in waves], -1))
    return np.clip(np.stack(frames), 0, 1)


def _of(clip: Path) -> np.ndarray:
    return np.stack([frame[: frame.shape[0] // 2 * 2, : frame.shape[1] // 2 * 2] for frame in all_frames(clip)])[
        : FPS * SECONDS
    ].astype(np.float32) / np.float32(255)


def _ours(quality: float, preset: str) -> Callable[[np.ndarray, Path], None]:
    def encode(frames: np.ndarray, out: Path) -> None:
        height, width = frames.shape[1:3]
        with ClipWriter(out, Encoding(width, height, FPS, quality=quality, preset=preset)) as writer:
            for frame in frames:
                writer.write(np.rint(frame * 255).astype(np.uint8))

    return encode


def _theirs(frames: np.ndarray, out: Path) -> None:
    from diffusers.utils import export_to_video

    export_to_video(list(frames), str(out), fps=FPS)


def _compare(frames: np.ndarray) -> None:
    named = {
        "popcorn superfast 20": _ours(20, "superfast"),
        "popcorn veryfast 18": _ours(18, "veryfast"),
        "export_to_video": _theirs,
    }
    count, height, width = frames.shape[:3]
    for name, encode in named.items():
        with tempfile.TemporaryDirectory() as folder:
            out = Path(folder) / "clip.mp4"
            try:
                seconds = min(_timed(encode, frames, out) for _ in range(3))
            except ImportError as exc:
                print(f"{count} x {width}x{height:<10}{name:<22}needs {exc.name}")
                continue
            size, near = out.stat().st_size / 1000, _psnr(frames, all_frames(out))
        what = f"{count} x {width}x{height}"
        print(f"{what:<22}{name:<22}{seconds:>9.2f}{count / seconds:>8.1f}{size:>8.0f}{near:>9.2f}")


def _timed(encode: Callable[[np.ndarray, Path], None], frames: np.ndarray, out: Path) -> float:
    started = time.perf_counter()
    encode(frames, out)
    return time.perf_counter() - started


def _psnr(frames: np.ndarray, decoded: Iterator[np.ndarray]) -> float:
    """The container may pad a picture to a multiple of 16; what is beyond its size is no part of it."""
    height, width = frames.shape[1:3]
    errors = [
        float(np.mean((one - other[:height, :width].astype(np.float32) / 255) ** 2))
        for one, other in zip(frames, decoded, strict=True)
    ]
    return float(10 * np.log10(1 / np.mean(errors)))


def _to_the_bundle(frames: np.ndarray) -> None:
    """Encode, check, choose a cover, write the bundle."""
    count, height, width = frames.shape[:3]
    recipe = Recipe(
        model="a model",
        revision="",
        prompt="",
        negative_prompt="",
        width=width,
        height=height,
        frames=count,
        fps=FPS,
        seconds_asked=SECONDS,
        seed=0,
    )
    spent: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        started = time.perf_counter()
        said = provenance("bench", REQUEST, {"renderer": "bench"}, recipe)
        with ClipWriter(folder / "raw.mp4", Encoding(width, height, FPS), said) as writer:
            for frame in frames:
                writer.write(np.rint(frame * 255).astype(np.uint8))
        spent["encode"] = time.perf_counter() - started
        clip = checked(folder / "raw.mp4", "bench", width, height, FPS, count / FPS, recipe=recipe)
        spent["check"] = time.perf_counter() - started - sum(spent.values())
        cover = frame_cover(clip.path, folder / "cover.jpg")
        spent["cover"] = time.perf_counter() - started - sum(spent.values())
        write_bundle(
            folder / "pack", clip.path, cover, metadata(clip, title="T", caption="c", hashtags=(), alt_text="a")
        )
        spent["bundle"] = time.perf_counter() - started - sum(spent.values())
    steps = ", ".join(f"{name} {seconds:.2f}" for name, seconds in spent.items())
    print(f"\nfrom {count} frames of {width}x{height} in memory to the bundle: {sum(spent.values()):.2f} s ({steps})")


if __name__ == "__main__":
    main()
