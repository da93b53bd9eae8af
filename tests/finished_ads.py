"""Small finished ads for tests: shots that move, spoken over by espeak-ng or with subtitles beside them."""

from __future__ import annotations

import shutil
import subprocess
import wave
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from footage_clips import FPS, clip, panning, with_sound
from popcorn.study.ads.finished_ads import AdClip, FinishedAd
from popcorn.tools.editing.types import Product
from popcorn.tools.footage.types import FootageClip
from popcorn.tools.media.area import WHOLE

MUG = """name = "Steel Mug"
brand = "Trailcup"
category = "mugs"
price = "$24.99"
facts = ["It keeps coffee hot for 6 hours.", "It holds 350 ml.", "It is made of steel.", "The lid closes tight."]
"""
LINES = ("Cold coffee again?", "The steel mug keeps it hot for 6 hours.", "Order the Trailcup mug today.")
SIZE = (96, 160)


def product_file(folder: Path, text: str = MUG) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "product.toml"
    path.write_text(text)
    return path


def silent_ad(path: Path, shots: int, seconds: float = 1.0, seed: int = 0) -> Path:
    """An ad of so many shots without sound."""
    path.parent.mkdir(parents=True, exist_ok=True)
    return clip(path, *((panning(100 * seed + shot, *SIZE, pixels=1.5), seconds) for shot in range(shots)))


def subtitled_ad(path: Path, lines: Sequence[str] = LINES, seconds: float = 1.0, seed: int = 0) -> Path:
    """An ad with a shot and a subtitle for each line."""
    silent_ad(path, len(lines), seconds, seed)
    cues = [
        f"{number}\n{_stamp((number - 1) * seconds + 0.1)} --> {_stamp(number * seconds - 0.1)}\n{line}\n"
        for number, line in enumerate(lines, 1)
    ]
    path.with_suffix(".srt").write_text("\n".join(cues), "utf-8")
    return path


def spoken_ad(path: Path, lines: Sequence[str] = LINES, voice: str = "en", seed: int = 0) -> Path:
    """An ad that espeak-ng speaks, a shot for each line."""
    path.parent.mkdir(parents=True, exist_ok=True)
    sounds = [_spoken(line, voice, path.with_suffix(".wav")) for line in lines]
    rate = sounds[0][1]
    draws = [panning(100 * seed + shot, *SIZE, pixels=1.5) for shot in range(len(lines))]

    def frames() -> Iterator[np.ndarray]:
        for draw, (samples, _) in zip(draws, sounds, strict=True):
            for number in range(round(len(samples) / rate * FPS)):
                yield np.ascontiguousarray(draw(number))

    return with_sound(path, frames(), np.concatenate([samples for samples, _ in sounds]), rate)


def has_espeak() -> bool:
    return shutil.which("espeak-ng") is not None


def known_ad(name: str = "mug/1.mp4", scripts: Sequence[str] = LINES, *, mark: int = 1, **facts: object) -> FinishedAd:
    """An ad as it would be read, of two seconds a clip; `mark` tells its pictures from those of other ads."""
    path = Path("/ads", name)
    language = str(facts.pop("language", "en"))
    product = facts.pop("product", None) or Product(
        "Steel Mug",
        "Trailcup",
        "mugs",
        ("It keeps coffee hot for 6 hours.", "It holds 350 ml.", "It is made of steel.", "The lid closes tight."),
        "$24.99",
    )
    clips = tuple(
        AdClip(
            name,
            place,
            script,
            FootageClip(
                place, path, f"{mark:064x}", 2.0 * place - 2, 2.0 * place, 96, 160, 25.0, WHOLE, language=language
            ),
            _mark(mark * 100 + place),
        )
        for place, script in enumerate(scripts, 1)
    )
    ad = FinishedAd(name, path, f"{mark:064x}", product, 2.0 * len(clips), clips, language, len(clips), "subtitles")
    return replace(ad, **facts)


def _mark(seed: int) -> str:
    return np.random.default_rng(seed).bytes(32).hex()


def _spoken(line: str, voice: str, place: Path) -> tuple[np.ndarray, int]:
    program = str(shutil.which("espeak-ng"))
    subprocess.run([program, "-v", voice, "-s", "150", "-w", str(place), line], check=True, capture_output=True)
    with wave.open(str(place)) as file:
        samples = np.frombuffer(file.readframes(file.getnframes()), np.int16).astype(np.float32) / 32768
        rate = file.getframerate()
    place.unlink()
    return np.concatenate([samples, np.zeros(rate // 2, np.float32)]), rate


def _stamp(seconds: float) -> str:
    whole, part = divmod(round(seconds * 1000), 1000)
    return f"00:{whole // 60:02d}:{whole % 60:02d},{part:03d}"
