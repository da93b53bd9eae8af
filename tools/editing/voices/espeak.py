"""`espeak-ng`: Debian's speech synthesiser, a program, for Chinese and a hundred other languages."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from functools import cache
from pathlib import Path

from ....errors import MissingError, RenderError, RequestError
from ....languages import code_of
from ...media.audio import sound
from ..types import Line, SpokenLine
from .scripts import check_letters
from .spoken import in_segments
from .types import Samples

PROGRAM = "espeak-ng"
INSTALL = "Install it: apt-get install espeak-ng (Debian, Ubuntu), or brew install espeak-ng."
_SPEED, _SPEEDS = 175, {"cmn": 300}
"""Words a minute, as the program counts them: its own default; Mandarin is half as fast at it as people are in ads."""
_OTHER_CODES = {"zh": "cmn", "zh-Hant": "cmn", "iw": "he", "no": "nb", "tl": "", "jw": ""}
"""What the program calls a language that languages.py calls otherwise."""
_UNITS_A_SECOND = {"zh": 4.4, "en": 2.8}
"""Measured: benchmarks/voices.py."""
_USUAL = 2.3
_PATIENCE = 60
_RATE = 22_050


class EspeakVoice:
    """Robotic and small; it reads what it has rules for."""

    name = "espeak-ng"

    def check(self, language: str) -> None:
        """Raises MissingError without the program, RequestError for a language that it has no voice for."""
        if shutil.which(PROGRAM) is None:
            raise MissingError("the program espeak-ng is not installed", hint=INSTALL)
        _voice(language)

    def identity(self, language: str) -> dict[str, str | int | float]:
        """The program's version, its voice for the language, and the speed."""
        voice = _voice(language)
        return {"voice": self.name, "version": _version(), "language": voice, "speed": _speed(voice)}

    def units_per_second(self, language: str) -> float:
        """Words a second, characters for Chinese."""
        return _UNITS_A_SECOND.get(code_of(language).partition("-")[0], _USUAL)

    def speak(self, line: Line, language: str, out: Path) -> SpokenLine:
        """Speak each subtitle by itself and put them together. Raises RequestError, MissingError, RenderError."""
        self.check(language)
        check_letters(line.script, code_of(language), self.name)
        return in_segments(lambda text: _say(text, _voice(language)), line, out)


def _say(text: str, voice: str) -> Samples:
    with tempfile.TemporaryDirectory(prefix="popcorn-voice-") as folder:
        wav = Path(folder) / "said.wav"
        _run("-v", voice, "-s", str(_speed(voice)), "-b", "1", "--stdin", "-w", str(wav), said=text)
        return Samples(sound(wav, rate=_RATE), _RATE)


def _voice(language: str) -> str:
    """The program's name for a language. Raises RequestError where it has none."""
    code = code_of(language or "en")
    name = _OTHER_CODES.get(code, code)
    if not name or name not in _languages():
        raise RequestError(
            f"espeak-ng has no voice for the language {language!r}",
            hint="Choose --voice api:MODEL or --voice none, or begin anew in another language; `espeak-ng --voices` "
            "lists its own.",
        )
    return name


def _speed(voice: str) -> int:
    return _SPEEDS.get(voice, _SPEED)


@cache
def _languages() -> frozenset[str]:
    lines = _run("--voices").splitlines()[1:]
    codes = {line.split()[1] for line in lines if len(line.split()) > 1}
    return frozenset(codes | {code.partition("-")[0] for code in codes})


@cache
def _version() -> str:
    return _run("--version").partition(":")[2].split()[0]


def _run(*arguments: str, said: str = "") -> str:
    program = shutil.which(PROGRAM)
    if program is None:
        raise MissingError("the program espeak-ng is not installed", hint=INSTALL)
    try:
        done = subprocess.run(
            [program, *arguments], input=said.encode(), capture_output=True, timeout=_PATIENCE, check=True
        )
    except (OSError, subprocess.SubprocessError) as exc:
        raise RenderError(f"espeak-ng failed: {exc}", hint="Run `popcorn doctor`.") from exc
    return done.stdout.decode("utf-8", "replace")
