"""From a request to what a model is asked for: arithmetic, the words and the cut."""

from __future__ import annotations

import re
import tomllib
from dataclasses import fields, replace
from importlib.resources import files
from math import gcd

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from popcorn.errors import MissingError, RenderError, RequestError
from popcorn.tools.video.diffusion.memory import Machine, Rung, need, tera_operations, ways
from popcorn.tools.video.diffusion.presets import Preset, presets
from popcorn.tools.video.diffusion.prompt_words import words_for
from popcorn.tools.video.diffusion.render_plan import plan
from popcorn.tools.video.diffusion.source import weights
from popcorn.tools.video.framing import fitting
from popcorn.tools.video.registry import MODELS, load
from popcorn.tools.video.types import Aspect, Fit, RenderRequest

GB = 10**9


def request(prompt: str = "A cat sleeps.", **more: object) -> RenderRequest:
    return replace(RenderRequest("Title", prompt), **more)  # type: ignore[arg-type]  # a test's own keywords


def gpu(free: float, host: float = 128, *, four_bit: bool = False) -> Machine:
    return Machine("cuda", "a GPU", int(free * GB), int(host * GB), four_bit)


THREE_SECONDS = {
    "cogvideox-5b": (720, 480, 25, 8, (270, 480)),
    "ltx": (576, 1024, 73, 24, (576, 1024)),
    "ltx-distilled": (576, 1024, 73, 24, (576, 1024)),
    "hunyuan": (544, 960, 73, 24, (544, 960)),
    "hunyuan-1.5": (544, 960, 73, 24, (544, 960)),
    "wan2.1-1.3b": (480, 832, 49, 16, (480, 832)),
    "wan2.2-5b": (704, 1280, 73, 24, (704, 1280)),
    "ltx2": (576, 1024, 73, 24, (576, 1024)),
}


def test_three_portrait_seconds_become_the_frames_that_each_model_knows() -> None:
    made = {name: plan(request(), preset) for name, preset in presets().items()}
    assert {
        name: (one.width, one.height, one.frames, one.fps, one.clip_size) for name, one in made.items()
    } == THREE_SECONDS


def test_what_differs_from_the_request_is_said() -> None:
    assert plan(request(), presets()["cogvideox-5b"]).notes == (
        "3 s were asked for; the model makes 8N+1 frames at 8 a second: 25 frames, 3.125 s",
        "CogVideoX-5B makes no 9:16: 720x480 was cropped around the subject to 270x480",
    )
    assert (
        plan(request(fit=Fit.PAD), presets()["cogvideox-5b"])
        .notes[1]
        .endswith("padded with a blurred copy to 720x1280")
    )
    assert plan(request(), presets()["wan2.1-1.3b"]).notes == (
        "3 s were asked for; the model makes 4N+1 frames at 16 a second: 49 frames, 3.062 s",
        "480x832 is 2.6% wider than 9:16",
    )
    assert "the sound that the model makes is left out" in plan(request(), presets()["ltx2"]).notes
    assert plan(request(aspect=Aspect.SQUARE, seconds=73 / 24), presets()["ltx"]).notes == ()


@given(
    name=st.sampled_from(sorted(presets())),
    seconds=st.floats(0.01, 6),
    aspect=st.sampled_from(Aspect),
    fit=st.sampled_from(Fit),
)
def test_a_plan_is_always_something_the_model_can_make_and_the_nearest_of_it(
    name: str, seconds: float, aspect: Aspect, fit: Fit
) -> None:
    preset = presets()[name]
    if seconds > preset.longest / preset.fps:
        return
    made = plan(request(seconds=seconds, aspect=aspect, fit=fit), preset)
    assert (made.frames - 1) % preset.stride == 0
    assert preset.stride < made.frames <= preset.longest
    assert gcd(made.width, made.height) % preset.grid == 0
    width, height = made.clip_size
    assert width % 2 == height % 2 == 0
    wanted = aspect.size[0] / aspect.size[1]
    assert abs(width / height / wanted - 1) < 0.04
    if made.fit is Fit.CROP:
        assert width <= made.width
        assert height <= made.height
    if made.fit is Fit.PAD:
        assert width >= made.width
        assert height >= made.height
    shortest = (preset.stride + 1) / preset.fps
    off = abs(made.seconds - seconds)
    assert off <= preset.stride / preset.fps / 2 + 1e-9 or (made.seconds == shortest and seconds < shortest)
    assert (off > 0.0005) is any("were asked for" in note for note in made.notes)


@pytest.mark.parametrize("seconds", [0, -1, float("nan"), float("inf"), 7])
def test_a_length_that_the_model_cannot_make_is_refused_with_the_longest(seconds: float) -> None:
    with pytest.raises(RenderError, match="cannot make a clip of") as caught:
        plan(request(seconds=seconds), presets()["cogvideox-5b"])
    assert caught.value.hint == "ask for more than 0 and at most 6.1 seconds"


SOURCE_OF = {
    **dict.fromkeys(("repository", "pipeline"), "repository"),
    **dict.fromkeys(("sizes", "native", "grid"), "sizes"),
    **dict.fromkeys(("stride", "longest", "fps"), "frames"),
    **dict.fromkeys(("steps", "guidance", "guidance_by", "passes", "timesteps", "distilled"), "steps"),
    **dict.fromkeys(("words", "form", "english_only"), "words"),
    **dict.fromkeys(("dtype", "dtypes"), "dtype"),
    **dict.fromkeys(("billions", "layers", "width"), "billions"),
    **{name: name for name in ("flow_shift", "negative_prompt", "sounds", "licence", "picture")},
}
READ_AT = re.compile(r"(?:[a-z.]+\.(?:co|com)/[\w./-]+[:,\s]|diffusers: |counted\b|ours: |unverified: )")


def test_every_figure_of_a_preset_is_there_of_its_type_and_has_a_source() -> None:
    names = {field.name for field in fields(Preset)}
    table = tomllib.loads(files("popcorn.tools.video.diffusion").joinpath("presets.toml").read_text("utf-8"))
    assert list(table) == list(presets()) == list(MODELS)
    for name, row in table.items():
        assert set(row) <= names, name
        needed = {SOURCE_OF[figure] for figure in row if figure not in {"title", "call", "sources"}}
        needed |= {"call"} if set(row.get("call", ())) - {"max_sequence_length"} else set()
        assert needed == set(row["sources"]), name
        for width, height in presets()[name].sizes.values():
            assert width % presets()[name].grid == height % presets()[name].grid == 0
        assert (presets()[name].longest - 1) % presets()[name].stride == 0


@pytest.mark.parametrize("name", presets())
def test_every_source_begins_with_the_place_where_it_was_read(name: str) -> None:
    for figure, said in presets()[name].sources.items():
        for part in said.split("; "):
            assert READ_AT.match(part), (figure, part)


def test_a_prompt_gets_what_its_family_expects_and_it_does_not_say() -> None:
    preset = presets()["ltx"]
    bare = words_for(request("A cat sleeps on a wall"), preset, plan(request(), preset))
    assert bare.prompt == (
        "A cat sleeps on a wall. The camera moves slowly forward with the subject in focus. "
        "The lighting is soft and natural. The scene appears to be real-life footage."
    )
    full = "Close-up of a cat in warm evening light, realistic."
    assert words_for(request(full), preset, plan(request(), preset)).prompt == full
    assert bare.negative_prompt == preset.negative_prompt
    cog = presets()["cogvideox-5b"]
    assert "The subject stays in the middle of the picture." in words_for(request(), cog, plan(request(), cog)).prompt


def test_ten_thousand_words_are_cut_at_a_sentence_and_it_is_said() -> None:
    preset = presets()["ltx"]
    long = words_for(request("The storm grows over the sea. " * 2000), preset, plan(request(), preset))
    assert len(long.prompt.split()) <= preset.words
    assert long.prompt.endswith("sea.")
    assert long.notes == ("the prompt was cut after 90 words, which is what the model reads; 11910 left out",)


def test_words_of_another_script_are_kept_and_pointed_out() -> None:
    preset = presets()["cogvideox-5b"]
    made = words_for(request("一只猫在墙上睡觉。\x00\ud800"), preset, plan(request(), preset))
    assert made.prompt.startswith("一只猫在墙上睡觉。 ")
    assert made.notes == ("CogVideoX-5B was trained on English prompts, and this one is in another script",)
    wan = presets()["wan2.1-1.3b"]
    assert words_for(request("一只猫"), wan, plan(request(), wan)).notes == ()


@pytest.mark.parametrize("prompt", ["", "  \n", "\x00\x07"])
def test_no_prompt_at_all_is_refused(prompt: str) -> None:
    preset = presets()["ltx"]
    with pytest.raises(RenderError, match="there is no video prompt for LTX-Video"):
        words_for(request(prompt), preset, plan(request(), preset))


def fitted(frames: np.ndarray, size: tuple[int, int], fit: Fit) -> np.ndarray:
    each = fitting(frames, size, fit)
    return np.stack([each(frame) for frame in frames])


def test_the_cut_follows_the_subject_and_stays_still() -> None:
    frames = np.full((6, 48, 96, 3), 40, np.uint8)
    for number in range(6):
        frames[number, 16:32, 70 + number : 84 + number] = 230
    part = fitted(frames, (28, 48), Fit.CROP)
    assert part.shape == (6, 48, 28, 3)
    assert all((picture == 230).any() for picture in part)
    assert (part == 230).mean() > 0.9 * (frames == 230).mean() * 96 / 28
    even = fitted(np.full((3, 48, 96, 3), 40, np.uint8), (28, 48), Fit.CROP)
    assert even.shape == (3, 48, 28, 3)


def test_padding_keeps_the_picture_whole_between_blurred_copies() -> None:
    frames = np.random.default_rng(1).integers(0, 255, (2, 48, 96, 3), np.uint8)
    made = fitted(frames, (96, 170), Fit.PAD)
    assert made.shape == (2, 170, 96, 3)
    top = (170 - 48) // 2
    assert (made[:, top : top + 48] == frames).all()
    assert made[:, :top].std() < frames.std() / 2


def test_the_ladder_goes_from_all_on_the_device_to_a_layer_at_a_time() -> None:
    preset = presets()["cogvideox-5b"]
    planned = plan(request(), preset)
    first = {free: ways("auto", preset, planned, gpu(free))[0] for free in (80, 20, 9)}
    assert first == {80: Rung.RESIDENT, 20: Rung.OFFLOAD, 9: Rung.GROUP}
    assert ways("auto", preset, planned, gpu(80)) == (
        Rung.RESIDENT,
        Rung.OFFLOAD,
        Rung.GROUP,
        Rung.FP8,
        Rung.SEQUENTIAL,
    )
    assert Rung.FOUR_BIT in ways("auto", preset, planned, gpu(80, four_bit=True))


def test_little_memory_beside_a_gpu_calls_for_smaller_weights() -> None:
    preset = presets()["hunyuan"]
    planned = plan(request(), preset)
    assert ways("auto", preset, planned, gpu(40, host=36))[0] is Rung.FP8
    assert ways("auto", preset, planned, gpu(24, host=16, four_bit=True))[0] is Rung.FOUR_BIT


def test_a_machine_too_small_for_every_way_is_told_how_much_it_takes() -> None:
    preset = presets()["ltx2"]
    with pytest.raises(RenderError, match=r"LTX-2 \(19B\) does not fit: .* on a GPU and .* beside it") as caught:
        ways("auto", preset, plan(request(), preset), gpu(2, host=8))
    assert "wan2.1-1.3b" in caught.value.hint
    with pytest.raises(RenderError, match=r"of memory, and 4\.0 GB is free"):
        ways("auto", preset, plan(request(), preset), Machine("cpu", "the processor", 4 * GB, 4 * GB))


def test_a_way_asked_for_is_taken_whatever_is_free_and_a_wrong_one_is_refused() -> None:
    preset = presets()["ltx"]
    planned = plan(request(), preset)
    assert ways("sequential", preset, planned, gpu(1)) == (Rung.SEQUENTIAL,)
    assert ways("group", preset, planned, gpu(1))[:2] == (Rung.GROUP, Rung.FP8)
    with pytest.raises(RequestError, match="there is no way 'half' to keep"):
        ways("half", preset, planned, gpu(1))
    with pytest.raises(RequestError, match="4-bit weights need bitsandbytes"):
        ways("4bit", preset, planned, gpu(1))
    with pytest.raises(RequestError, match="it needs an accelerator"):
        ways("offload", preset, planned, Machine("cpu", "the processor", GB, GB))


@pytest.mark.parametrize("name", presets())
def test_each_way_down_needs_less_of_something(name: str) -> None:
    preset = presets()[name]
    planned = plan(request(), preset)
    needs = {rung: need(rung, preset, planned, gpu(80, four_bit=True)) for rung in Rung}
    assert needs[Rung.OFFLOAD].device < needs[Rung.RESIDENT].device
    assert needs[Rung.GROUP].device <= needs[Rung.OFFLOAD].device
    assert needs[Rung.FP8].host < needs[Rung.OFFLOAD].host
    assert needs[Rung.FOUR_BIT].host < needs[Rung.FP8].host
    assert needs[Rung.SEQUENTIAL].device <= needs[Rung.GROUP].device


def test_the_work_of_a_small_model_is_counted_by_hand() -> None:
    preset = replace(presets()["wan2.1-1.3b"], layers=2, width=10, passes=1, steps=3)
    preset = replace(preset, billions=replace(preset.billions, transformer=1e-6))
    made = replace(plan(request(), preset), width=32, height=16, frames=5)
    tokens = 2 * 2 * 1
    assert tera_operations(preset, made) * 1e12 == pytest.approx(3 * (2 * 1000 * tokens + 4 * 2 * 10 * tokens**2))


def test_an_unknown_preset_is_answered_with_near_names() -> None:
    with pytest.raises(RequestError, match=r"there is no renderer 'wan2\.1'") as caught:
        load("wan2.1")
    assert "'wan2.1-1.3b'" in caught.value.hint
    with pytest.raises(RequestError) as caught:
        load("CogVideoX")
    assert "'cogvideox-5b'" in caught.value.hint
    with pytest.raises(MissingError, match="there is no folder"):
        weights(presets()["ltx"], "./nowhere")
