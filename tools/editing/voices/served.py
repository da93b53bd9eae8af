"""`api:MODEL`: any server that speaks /v1/audio/speech, as OpenAI's API has it."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

from .... import files
from ....errors import BadClipError, PopcornError, RequestError
from ....languages import code_of
from ....redaction import scrubbed
from ....settings_tables import VoiceSettings
from ....trust.foreign_files import parse_json
from ...media.audio import sound
from ...remote.exchange import Exchange, bounded, retry_after
from ...remote.identity import one_spelling
from ...remote.named_server import ServedKind
from ...remote.pace import Pace
from ...remote.refusals import PassingError, UnknownOutcomeError, began_nothing, no_reply, refusal, sent_on
from ..types import Line, SpokenLine
from .scripts import check_letters
from .sent_line import ONCE_MORE, sent_line
from .spoken import aligned, in_segments
from .types import Samples

LARGEST = 64 << 20
"""Bytes of one answer; a minute of uncompressed speech has three million."""
_RATE = 24_000
_USUAL = {"en": 2.6, "zh": 4.4}
"""Words, or characters, a second of voices in general: each server's own is not known before it has spoken."""
_UNITS_A_SECOND = 2.4
_SERVED = ServedKind("voice", "/v1/audio/speech", "tts-1", "http://127.0.0.1:8880/v1")


class ServedVoice:
    """Speaks English lines whole and aligns them; of other languages it is sent each subtitle by itself."""

    def __init__(self, name: str, settings: VoiceSettings | None = None, *, pace: Pace | None = None) -> None:
        """Raises RequestError without a model, MissingError without an address or the key that is named."""
        self._name = name
        self._settings = settings or VoiceSettings()
        self._server = _SERVED.server(name, self._settings)
        self._pace = pace or Pace(silence=self._settings.timeout)

    @property
    def name(self) -> str:
        """As it was chosen, e.g. `api:kokoro`."""
        return self._name

    def check(self, language: str) -> None:
        """Raises RequestError for a language that nobody knows; which ones the server speaks it does not say."""
        if language and not code_of(language):
            raise RequestError(f"the language {language!r} is not known", hint='Name it like "English" or "es-MX".')

    def identity(self, language: str) -> dict[str, str | int | float]:
        """The server and all that is sent beside the text."""
        return {
            "voice": self.name,
            "server": one_spelling(self._server.url),
            "language": code_of(language),
            **self._sent(),
        }

    def units_per_second(self, language: str) -> float:
        """What voices in general speak, at the speed of the settings."""
        return _USUAL.get(code_of(language or "en").partition("-")[0], _UNITS_A_SECOND) * self._settings.speed

    def speak(self, line: Line, language: str, out: Path) -> SpokenLine:
        """Raises RequestError, MissingError, RenderError; nothing is asked twice that may have been done.

        A line that an earlier command may have paid for is an UnknownOutcomeError once, and then asked for.
        """
        code = code_of(language or "en")
        check_letters(line.script, code, self.name)
        with sent_line(self._server, out):
            return (aligned if code == "en" else in_segments)(self._said, line, out)

    def _sent(self) -> dict[str, str | float]:
        return {"model": self._server.model, "speaker": self._settings.speaker, "speed": self._settings.speed}

    def _said(self, text: str) -> Samples:
        from anyio.from_thread import start_blocking_portal

        with start_blocking_portal() as portal:
            answer = portal.call(self._asked, text)
        with tempfile.TemporaryDirectory(prefix="popcorn-voice-") as folder:
            came = files.write_bytes(Path(folder) / "came", answer)
            try:
                return Samples(sound(came, rate=_RATE), _RATE)
            except BadClipError as exc:
                raise no_reply(self._server, f"{len(answer)} bytes that hold no sound: {exc.message}") from exc

    async def _asked(self, text: str) -> bytes:
        """The bytes of one answer."""
        exchange = Exchange(self._server, self._pace)
        body: dict[str, str | float] = {
            "model": self._server.model,
            "input": scrubbed(text),
            "voice": self._settings.speaker,
            "response_format": "wav",
            "speed": self._settings.speed,
        }
        try:
            async for attempt in self._pace.retrying(hopeful=False):
                with attempt:
                    return await self._answered(exchange, body)
            raise AssertionError("tenacity raises what was raised last")
        except UnknownOutcomeError as exc:
            raise UnknownOutcomeError(exc.message, hint=ONCE_MORE) from exc
        finally:
            await exchange.close()

    async def _answered(self, exchange: Exchange, body: dict[str, str | float]) -> bytes:
        url = f"{self._server.url}/audio/speech"
        async with exchange.answer("POST", url, json=body) as answer:
            if answer.has_redirect_location:
                raise sent_on(self._server, answer.headers["Location"])
            if not answer.is_success:
                raise self._refused(answer.status_code, await bounded(answer), retry_after(answer))
            content = await bounded(answer, LARGEST + 1)
        if len(content) > LARGEST:
            raise no_reply(self._server, f"more than {LARGEST:,} bytes for one line")
        if not content or "json" in answer.headers.get("Content-Type", ""):
            raise no_reply(self._server, f"no sound but {_excerpt(content)}")
        return content

    def _refused(self, status: int, body: bytes, after: float | None) -> PopcornError:
        """The error of an answer; one of work that may be done, and billed, is none to be tried again unasked."""
        error = refusal(self._server, status, body, after)
        if not isinstance(error, PassingError) or began_nothing(status, body, after):
            return error
        return UnknownOutcomeError(error.message)


def _excerpt(content: bytes) -> str:
    try:
        return json.dumps(parse_json(content))[:200] if content else "nothing"
    except ValueError:
        return content[:200].decode("utf-8", "replace")
