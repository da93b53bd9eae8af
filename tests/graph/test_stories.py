"""A clip of several shots with a voice and music: drafted together, made step by step, put together once."""

from __future__ import annotations

import json
import wave
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, BaseMessage
from langchain_core.outputs import ChatGeneration, ChatResult
from popcorn.agent.runs.checkpoints import open_checkpoints
from popcorn.agent.wiring.clip_editing import ShotEditor, clip_voice
from popcorn.errors import RenderError, StoreError
from popcorn.graphs.create.build import build_create_graph
from popcorn.graphs.create.context import CreateContext
from popcorn.graphs.create.making import speech_of
from popcorn.graphs.create.state import CHECKPOINT_TYPES, CreateInput, CreateState, Plan
from popcorn.settings import load_settings
from popcorn.tools.editing.types import Line, SpokenLine
from popcorn.tools.media.audio import stereo, write_wav
from popcorn.tools.media.encode import ClipWriter, Encoding
from popcorn.tools.media.loudness import loudness
from popcorn.tools.media.probe import probe
from popcorn.tools.video.checks import sha256_of
from popcorn.tools.video.types import Clip, FrameProgress, RenderRequest
from pydantic import Field

Contexts = Callable[..., CreateContext]
REQUEST = "Make a video about the preparation of authentic Indian biryani"


class Humming:
    """A voice that hums: a quarter of a second a word, so that a test knows how long a line takes."""

    name = "humming"

    def __init__(self, a_word: float = 0.25) -> None:
        self.a_word, self.said = a_word, list[str]()

    def check(self, language: str) -> None:
        pass

    def identity(self, language: str) -> dict[str, str | int | float]:
        return {"voice": self.name}

    def units_per_second(self, language: str) -> float:
        return 1 / self.a_word

    def speak(self, line: Line, language: str, out: Path) -> SpokenLine:
        self.said.append(line.script)
        seconds = self.a_word * len(line.script.split())
        at = np.arange(round(seconds * 16_000)) / 16_000
        write_wav(out, (0.3 * np.sin(2 * np.pi * 220 * at)).astype(np.float32), 16_000)
        return SpokenLine(out, seconds, (), tuple((0.0, seconds) for _ in line.subtitles))


class Moving:
    """Real clips of a bar that moves, small; remembers what it was asked for."""

    name = "moving"

    def __init__(self) -> None:
        self.asked = list[RenderRequest]()

    def render(self, request: RenderRequest, out: Path, progress: FrameProgress | None = None) -> Clip:
        self.asked.append(request)
        with ClipWriter(out, Encoding(144, 256, 24), {"generator": "test", "kind": "a bar that moves"}) as writer:
            for number in range(72):
                frame = np.full((256, 144, 3), 40, np.uint8)
                frame[:, number : number + 20] = 200
                writer.write(frame)
                if progress:
                    progress(number + 1, 72)
        return Clip(out, self.name, 3.0, 144, 256, 24.0, 72, "h264", sha256_of(out))

    def cover(self, request: RenderRequest, clip: Path, out: Path) -> Path:
        out.write_text(request.title)
        return out


class Storyteller(BaseChatModel):
    """Tells stories in the form that is asked for; a line of so many words."""

    line: str = "Rice, saffron and a sealed pot."
    shots: int = 2
    seen: list[str] = Field(default_factory=list)

    @property
    def _llm_type(self) -> str:
        return "storyteller"

    def _generate(self, messages: list[BaseMessage], stop: Any = None, run_manager: Any = None, **_: Any) -> ChatResult:
        text = str(messages[-1].content) + str(messages[1].content)
        self.seen.append(text)
        if "seven steps" in text and "Draft the video" not in text:
            content = {"reasoning": [{"step": "examine", "text": "Both sides show hands at work."}]}
        else:
            shots = [
                f"Close-up number {one}: the preparation of authentic Indian biryani, rice layer {one} in steam."
                for one in range(1, self.shots + 1)
            ]
            content = {
                "drafts": [
                    {
                        "title": f"Authentic Indian biryani, preparation {len(self.seen)}",
                        "shots": shots,
                        "video_prompt": shots[0],
                        "cover_prompt": "A clay pot.",
                        "line": self.line,
                        "caption": "Would you wait an hour for this pot?",
                        "hashtags": ["#biryani", "indianfood", "#Rice", "#foodtok"],
                    }
                ]
            }
        return ChatResult(generations=[ChatGeneration(message=AIMessage(json.dumps(content)))])


def sine(path: Path, seconds: float = 5.0) -> Path:
    at = np.arange(round(48_000 * seconds)) / 48_000
    tone = (0.2 * np.sin(2 * np.pi * 330 * at) * 32767).astype("<i2")
    with wave.open(str(path), "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(48_000)
        out.writeframes(tone.tobytes())
    return path


@pytest.fixture
def sounding(context: Contexts, tmp_path: Path) -> Contexts:
    """A context that renders real clips, speaks and puts together."""
    editor = ShotEditor(load_settings(home=tmp_path / "home"))
    voice = Humming()
    return lambda **changes: context(
        **{"renderer": Moving(), "editor": editor, "voice": lambda language: voice} | changes
    )


async def walk(
    context: CreateContext, saver: Any = None, start: bool = True, **plan: Any
) -> tuple[CreateState, list[str]]:
    graph = build_create_graph(saver)
    given = CreateInput(request=REQUEST, plan=Plan(**{"candidates": 1, "attempts": 1} | plan)) if start else None
    nodes, values = list[str](), dict[str, Any]()
    config: Any = {"configurable": {"thread_id": "one"}}
    kept: Any = {"durability": "sync"} if saver else {}
    async for mode, chunk in graph.astream(given, config, context=context, stream_mode=["updates", "values"], **kept):
        if mode == "updates":
            nodes += chunk
        else:
            values = chunk
    return CreateState(**values), nodes


async def test_a_story_is_drafted_in_one_reply_rendered_shot_by_shot_and_joined(sounding: Contexts) -> None:
    model, renderer = Storyteller(shots=3), Moving()
    state, nodes = await walk(sounding(chat_model=model, renderer=renderer), shots=3)
    assert nodes[-6:] == ["score", "render", "render", "render", "assemble", "finish"]
    assert sum("Draft the video" in one for one in model.seen) == 1
    assert len({one.video_prompt for one in renderer.asked}) == 3
    assert [one.title for one in renderer.asked][1:] == ["", ""]
    (made,) = state.renders
    facts = probe(made.clip.path)
    assert (facts.seconds, facts.frames, facts.has_audio) == (pytest.approx(9.0, abs=0.05), 216, False)
    assert made.sound is None
    assert state.attempts[0].draft.video_prompt.count("rice layer") == 3
    assert not state.attempts[0].faults


async def test_a_story_with_voice_and_music_is_as_loud_as_platforms_want_it(sounding: Contexts, tmp_path: Path) -> None:
    bed = sine(tmp_path / "bed.wav")
    state, nodes = await walk(sounding(chat_model=Storyteller()), shots=2, voice="auto", music=str(bed))
    assert nodes[-5:] == ["speak", "render", "render", "assemble", "finish"]
    (made,) = state.renders
    assert made.sound is not None
    found = loudness(stereo(made.clip.path), 48_000)
    assert found.integrated == pytest.approx(-14.0, abs=0.6)
    assert found.true_peak <= -1.0
    assert made.sound.music == "bed.wav"
    speech = speech_of(state, state.attempts[0])
    assert speech is not None
    assert speech.line == "Rice, saffron and a sealed pot."
    assert speech.cues[0].start == pytest.approx(speech.at, abs=0.01)
    assert probe(made.clip.path).provenance["voice"] == "synthetic: humming"


async def test_the_picture_of_a_single_shot_is_kept_packet_by_packet(sounding: Contexts) -> None:
    import av

    state, nodes = await walk(sounding(), voice="auto")
    assert nodes[-4:] == ["speak", "render", "assemble", "finish"]

    def packets(path: Path) -> list[bytes]:
        with av.open(str(path)) as opened:
            return [bytes(packet) for packet in opened.demux(video=0) if packet.size]

    assert packets(state.shots[0].clip.path) == packets(state.renders[0].clip.path)


async def test_a_run_that_stops_between_two_shots_renders_the_finished_one_no_more(
    sounding: Contexts, tmp_path: Path
) -> None:
    class Broken(Moving):
        def render(self, request: RenderRequest, out: Path, progress: FrameProgress | None = None) -> Clip:
            if len(self.asked) == 1:
                raise RenderError("the machine stopped")
            return super().render(request, out, progress)

    model = Storyteller()
    async with open_checkpoints(tmp_path / "runs.sqlite", CHECKPOINT_TYPES) as saver:
        with pytest.raises(RenderError, match="the machine stopped"):
            await walk(sounding(chat_model=model, renderer=Broken()), saver, shots=2, voice="auto")
        renderer, asked = Moving(), len(model.seen)
        state, nodes = await walk(sounding(chat_model=model, renderer=renderer), saver, start=False, shots=2)
    assert nodes == ["render", "assemble", "finish"]
    assert len(model.seen) == asked
    assert ["rice layer 2" in one.video_prompt for one in renderer.asked] == [True]
    assert probe(state.renders[0].clip.path).seconds == pytest.approx(6.0, abs=0.05)


async def test_a_shot_that_was_changed_on_the_disk_is_not_put_into_a_clip(sounding: Contexts, tmp_path: Path) -> None:
    class Meddling(Moving):
        def render(self, request: RenderRequest, out: Path, progress: FrameProgress | None = None) -> Clip:
            clip = super().render(request, out, progress)
            out.write_bytes(out.read_bytes() + b"more")
            return clip

    with pytest.raises(StoreError, match="a part of the clip is gone or was changed"):
        await walk(sounding(chat_model=Storyteller(), renderer=Meddling()), shots=2)


async def test_a_line_that_is_too_long_is_asked_for_again_and_at_last_said_in_part(sounding: Contexts) -> None:
    long = "Rice and saffron, layer after layer, until the pot is sealed with dough and nobody may look into it again"
    model, voice = Storyteller(shots=1, line=long), Humming(0.4)
    state, _ = await walk(sounding(chat_model=model, voice=lambda language: voice), voice="auto")
    assert sum("a voice says" in one for one in model.seen) >= 2
    (speech,) = state.speech
    assert speech.line == "Rice and saffron, layer after layer"
    assert any(notice.startswith("the line did not fit into the clip") for notice in state.notices)


async def test_where_nothing_fits_the_error_comes_before_anything_is_rendered(sounding: Contexts) -> None:
    renderer, voice = Moving(), Humming(2.0)
    with pytest.raises(RenderError, match="does not fit into 3 s") as caught:
        await walk(sounding(renderer=renderer, voice=lambda language: voice), voice="auto")
    assert "shots=2" in caught.value.hint
    assert renderer.asked == []


async def test_the_offline_drafter_writes_beats_and_a_line_that_fits(sounding: Contexts) -> None:
    state, _ = await walk(sounding(), shots=4, voice="auto")
    draft = state.attempts[0].draft
    assert len({shot.video_prompt for shot in draft.shots}) == 4
    assert all("biryani" in shot.video_prompt for shot in draft.shots)
    assert 0 < len(draft.line.split()) <= 45
    assert state.speech[0].line == draft.line
    assert not state.attempts[0].faults


async def test_a_story_whose_shot_leaves_the_subject_has_a_fault(sounding: Contexts) -> None:
    class Straying(Storyteller):
        def _generate(self, messages: list[BaseMessage], *_: Any, **__: Any) -> ChatResult:
            made = super()._generate(messages)
            content = json.loads(str(made.generations[0].message.content))
            for draft in content.get("drafts", ()):
                draft["shots"][1] = "Wide view of a harbour at night: red boats rock, gulls cross the light."
            return ChatResult(generations=[ChatGeneration(message=AIMessage(json.dumps(content)))])

    state, _ = await walk(sounding(chat_model=Straying()), shots=2)
    assert any("its shot 2 has left the subject" in fault for fault in state.attempts[0].faults)


async def test_the_same_seed_and_words_give_the_same_bytes(sounding: Contexts, tmp_path: Path) -> None:
    bed = str(sine(tmp_path / "bed.wav"))
    one, _ = await walk(sounding(folder=tmp_path / "one"), voice="auto", music=bed, shots=2)
    other, _ = await walk(sounding(folder=tmp_path / "other"), voice="auto", music=bed, shots=2)
    assert one.renders[0].clip.sha256 == other.renders[0].clip.sha256


def test_a_voice_that_does_not_speak_the_language_is_an_error(tmp_path: Path) -> None:
    from popcorn.agent.wiring.create_context import check_names
    from popcorn.errors import RequestError

    settings = load_settings(home=tmp_path, voice="hibari-tts")
    check_names(settings, REQUEST)
    with pytest.raises(RequestError, match="speaks English, not Spanish"):
        check_names(settings, "Haz un video sobre la paella valenciana")
    with pytest.raises(RequestError, match="there is no voice"):
        check_names(settings.model_copy(update={"voice": "nobody"}), REQUEST)
    with pytest.raises(RequestError, match="there is no music file"):
        check_names(load_settings(home=tmp_path, music="no-such-mood"), REQUEST)


def test_nobody_speaks_by_default(tmp_path: Path) -> None:
    from popcorn.agent.runs.create_machine import plan_of

    assert plan_of(load_settings(home=tmp_path), needs_frames=False).voice == ""
    assert plan_of(load_settings(home=tmp_path, voice="none"), needs_frames=False).voice == ""
    assert clip_voice(load_settings(home=tmp_path, voice="auto"), "en").name == "hibari-tts"
