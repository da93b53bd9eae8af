"""How exact the times of spoken subtitles are, how fast voices speak, and how long they take.

    python benchmarks/voices.py

Truth for the first table are splices: the subtitles of a line are spoken one by one, cut to where their sound begins
and ends, and joined with a known pause; then the whole is aligned as if it had been spoken at once. The second table
holds what the voices themselves give against the onset of the energy after a pause in their own sound.
"""

from __future__ import annotations

import itertools
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
from popcorn.graphs.asking.lengths import spoken_units
from popcorn.tools.editing.subtitles import segments
from popcorn.tools.editing.types import Line, Role
from popcorn.tools.editing.voices.alignment import _times, align
from popcorn.tools.editing.voices.hibari import _said
from popcorn.tools.editing.voices.pronunciation import pronounced
from popcorn.tools.editing.voices.registry import VOICES, open_voice
from popcorn.tools.editing.voices.silence import LEAD, STEP, TAIL, loud, trimmed
from popcorn.tools.editing.voices.types import Samples
from popcorn.tools.media.audio import sound

LIMIT = 0.080
ENGLISH = (
    "Meet the Aurora mug. It keeps 350 ml of coffee hot for 6 hours, and it's only $24.99!",
    "State-of-the-art insulation, 20% lighter than our first mug, and it fits every cup holder.",
    "Tired of cold coffee? Pour it in, close the lid, and forget about it until lunch.",
    "Two layers of steel, a lid that locks, and a handle that stays cool in your hand.",
    "Throw it in your bag. Nothing leaks, nothing spills, nothing breaks.",
    "Fourteen colours, from midnight blue to Ångström orange, for kitchens and for camps.",
    "Our backpack weighs 890 grams and carries 25 litres, with a pocket for your laptop.",
    "Rain? No problem: the zips are sealed, and the fabric dries in 30 minutes.",
    "Order before Friday and delivery is free; send it back within 60 days if you don't love it.",
    "This is Bibo, the teddy that listens. Press its left paw to record, its right paw to play.",
    "Washable at 40 degrees, stuffed with recycled cotton, stitched by hand.",
    "Grind, bloom, pour, wait three minutes. That's all your morning needs.",
    "A bottle that tells you when to drink: one ring an hour, eight rings a day.",
    "Zyxel-blue, matte black or plain steel; you choose, we engrave your name.",
    "Yoga at six, office at nine, trail at five: one bottle, 750 ml, no plastic.",
    "Sweet, smoky, a little bitter. Beans from 1,900 metres, roasted last Tuesday.",
)
CHINESE = (
    "极光保温杯，350毫升，保温6小时，只要99元。",
    "早上八点倒进去，下午两点还是热的，上班路上刚刚好。",
    "双层不锈钢，杯盖一按就锁，放进包里也不漏。",
    "背包只有890克，能装25升，还有电脑隔层。",
    "下雨也不怕，拉链防水，布料半小时就干。",
    "周五之前下单包邮，六十天内不喜欢可以退。",
)


def line(text: str) -> Line:
    """A line with its subtitles."""
    return Line(1, text, Role.DEMO, segments(text))


def spliced(text: str, pause: float, say: Callable[[str], Samples]) -> tuple[Samples, list[float], tuple[str, ...]]:
    """A line put together from its subtitles, and where each begins."""
    parts = segments(text)
    blocks, starts, at = [], [], 0
    for part in parts:
        said = trimmed(say(part))
        rate = said.rate
        first, last = round(LEAD * rate), round((TAIL - 0.02) * rate)
        values = said.values[first:-last]
        blocks += [values, np.zeros(round(pause * rate), np.float32)]
        starts.append(at / rate)
        at += len(values) + round(pause * rate)
    return Samples(np.concatenate(blocks), rate), starts, parts


def splice_errors(pause: float, say: Callable[[str], Samples], *, sharpened: bool) -> Iterator[float]:
    """Seconds by which each subtitle but the first of a line is found late."""
    for text in ENGLISH:
        whole, starts, parts = spliced(text, pause, say)
        if sharpened:
            found = [words[0].start for words in align(whole, parts)]
        else:
            read = [pronounced(part) for part in parts]
            times = _times(whole, [word for part in read for word in part])
            first = itertools.accumulate((len(part) for part in read[:-1]), initial=0)
            found = [times[place][0] for place in first]
        yield from (one - truth for one, truth in list(zip(found, starts, strict=True))[1:])


def energy_errors(name: str, language: str, texts: tuple[str, ...], folder: Path) -> Iterator[float]:
    """Seconds between each subtitle that follows a pause, as the voice gives it, and the onset of the sound."""
    voice = open_voice(name, language, folder / "kept")
    for number, text in enumerate(texts):
        spoken = voice.speak(line(text), language, folder / f"{name}-{language}-{number}.wav")
        heard = loud(Samples(sound(spoken.path, rate=24_000), 24_000))
        onsets = [at * STEP for at in range(10, len(heard)) if heard[at] and not heard[at - 10 : at].any()]
        for (_, end), (start, _) in itertools.pairwise(spoken.segments):
            if start - end < 0.05:
                continue
            near = [onset for onset in onsets if abs(onset - start) < 0.3]
            if near:
                yield start - min(near, key=lambda onset: abs(onset - start))


def row(name: str, errors: list[float]) -> str:
    """A table's row: milliseconds."""
    late = np.abs(errors) * 1000
    inside = np.mean(late <= LIMIT * 1000)
    figures = " | ".join(f"{value:.0f}" for value in (np.median(late), np.quantile(late, 0.95), late.max()))
    return f"| {name} | {len(errors)} | {np.mean(errors) * 1000:+.0f} | {figures} | {inside:.3f} |"


def main() -> None:
    print("| subtitles of | n | mean ms | median | 95 % | largest | within 80 ms |\n|---|---|---|---|---|---|---|")
    for pause in (0.0, 0.05, 0.15, 0.3):
        for sharpened in (False, True):
            name = f"hibari, {pause * 1000:.0f} ms apart, {'moved to the energy' if sharpened else 'as aligned'}"
            print(row(name, list(splice_errors(pause, _said, sharpened=sharpened))), flush=True)
    with tempfile.TemporaryDirectory() as kept:
        print(row("hibari-tts, after pauses", list(energy_errors("hibari-tts", "en", ENGLISH, Path(kept)))))
        if shutil.which("espeak-ng"):
            print(row("espeak-ng zh, after pauses", list(energy_errors("espeak-ng", "zh", CHINESE, Path(kept)))))
        speeds(Path(kept))


def speeds(folder: Path) -> None:
    """Words a second, and seconds of work for a second of speech."""
    print("\n| voice | language | words a second | seconds of work a second | first line, s |\n|---|---|---|---|---|")
    for name in VOICES:
        for language, texts in (("en", ENGLISH), ("zh", CHINESE)):
            if (name, language) == ("hibari-tts", "zh") or (name == "espeak-ng" and not shutil.which(name)):
                continue
            began = time.perf_counter()
            voice = open_voice(name, language, folder / f"anew-{name}-{language}")
            voice.speak(line(texts[0]), language, folder / "first.wav")
            first, began = time.perf_counter() - began, time.perf_counter()
            spoken = [voice.speak(line(text), language, folder / "out.wav") for text in texts[1:]]
            took, seconds = time.perf_counter() - began, sum(one.seconds for one in spoken)
            said = sum(spoken_units(text, language) for text in texts[1:])
            print(f"| {name} | {language} | {said / seconds:.2f} | {took / seconds:.3f} | {first:.2f} |")


if __name__ == "__main__":
    main()
