"""Every preset, rendered with the real classes at tiny size: weights on disk to a checked file."""

from __future__ import annotations

import resource
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from popcorn.errors import DataError, MissingError, RenderError, RequestError, StoppedError
from popcorn.settings_sources import user_file
from popcorn.settings_tables import RendererSettings
from popcorn.tools.media.decode import frames
from popcorn.tools.media.probe import probe
from popcorn.tools.video.diffusion.loaded_pipeline import Keeper
from popcorn.tools.video.diffusion.memory import Machine, Rung
from popcorn.tools.video.diffusion.presets import presets
from popcorn.tools.video.diffusion.renderer import DiffusionRenderer
from popcorn.tools.video.types import Aspect, Fit, RenderRequest
from tiny_pipelines import shrunk, tiny_weights

REQUEST = RenderRequest("Sealed pot", "A clay pot is opened, steam rises.", seconds=0.3, seed=3)
PROCESSOR = Machine("cpu", "the processor", 10**15, 10**15)


def renderer(name: str, keeper: Keeper | None = None, **settings: object) -> DiffusionRenderer:
    given = {"model": str(tiny_weights(name)), "guidance": None, **settings}
    if not shrunk(name).timesteps:
        given.setdefault("steps", 2)
    return DiffusionRenderer(
        name,
        RendererSettings.model_validate(given),
        preset=shrunk(name),
        keeper=keeper or Keeper(),
        machine=lambda: PROCESSOR,
    )


@pytest.mark.parametrize("name", presets())
def test_weights_on_disk_become_a_clip_that_says_what_it_was_made_from(name: str, tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    made = renderer(name).render(REQUEST, tmp_path / "clip.mp4", lambda *now: told.append(now))
    facts, recipe = probe(made.path), made.recipe
    assert recipe is not None
    assert (facts.frames, facts.fps) == (recipe.frames, recipe.fps) == (made.frames, made.fps)
    assert (facts.codec, facts.pix_fmt, facts.faststart) == ("h264", "yuv420p", True)
    assert recipe.prompt.startswith(REQUEST.video_prompt)
    assert (recipe.model, recipe.seed, recipe.steps) == (str(tiny_weights(name)), 3, 2)
    assert (recipe.dtype, recipe.memory) == ("float32", Rung.RESIDENT.says)
    assert recipe.seconds_asked == 0.3
    assert told == [(0, 3), (1, 3), (2, 3), (3, 3)]
    assert [file.name for file in tmp_path.iterdir()] == ["clip.mp4"]
    said = facts.provenance
    assert (said["renderer"], said["ai_generated"], said["model"]) == (name, True, recipe.model)


def test_a_stop_in_mid_denoising_leaves_no_file_and_a_pipeline_that_goes_on(tmp_path: Path) -> None:
    keeper = Keeper()
    one = renderer("wan2.1-1.3b", keeper)
    before = one.render(REQUEST, tmp_path / "a.mp4")

    def stop(done: int, total: int) -> None:
        if done:
            raise StoppedError("stopped by hand")

    with pytest.raises(StoppedError, match="stopped by hand"):
        one.render(REQUEST, tmp_path / "b.mp4", stop)
    assert [file.name for file in tmp_path.iterdir()] == ["a.mp4"]
    assert one.render(REQUEST, tmp_path / "c.mp4").sha256 == before.sha256
    assert keeper.loads == 1


def test_a_model_without_a_step_callback_is_stopped_all_the_same(tmp_path: Path) -> None:
    told: list[int] = []

    def stop(done: int, total: int) -> None:
        told.append(done)
        if done:
            raise StoppedError("stopped by hand")

    with pytest.raises(StoppedError):
        renderer("hunyuan-1.5").render(REQUEST, tmp_path / "clip.mp4", stop)
    assert told == [0, 1]
    assert list(tmp_path.iterdir()) == []


def test_a_shape_that_the_model_cannot_make_is_cut_or_padded_as_asked(tmp_path: Path) -> None:
    one = renderer("cogvideox-5b")
    cut = one.render(REQUEST, tmp_path / "cut.mp4")
    padded = one.render(replace(REQUEST, fit=Fit.PAD), tmp_path / "padded.mp4")
    assert (cut.width, cut.height) == (36, 64)
    assert (padded.width, padded.height) == (96, 170)
    assert cut.recipe is not None
    assert (cut.recipe.width, cut.recipe.height) == (96, 64)
    assert "CogVideoX-5B makes no 9:16: 96x64 was cropped around the subject to 36x64" in cut.recipe.notes
    edges = np.abs(np.diff(frames(padded.path, 1)[0].astype(int), axis=1))
    assert edges[:40].mean() < edges[60:110].mean() / 3  # the rim is blurred, the middle is not


def test_a_loaded_pipeline_is_kept_for_the_next_render_and_freed_for_another_model(tmp_path: Path) -> None:
    keeper = Keeper()
    for name in ("ltx", "wan2.2-5b"):
        for seed in (1, 2):
            renderer(name, keeper).render(replace(REQUEST, seed=seed), tmp_path / f"{name}-{seed}.mp4")
    assert keeper.loads == 2
    assert len({file.read_bytes() for file in tmp_path.iterdir()}) == 4


def test_a_failed_render_leaves_the_pipeline_for_the_next(tmp_path: Path) -> None:
    keeper = Keeper()
    one = renderer("ltx", keeper)
    with pytest.raises(RenderError, match="there is no video prompt"):
        one.render(replace(REQUEST, video_prompt=""), tmp_path / "a.mp4")
    assert one.render(REQUEST, tmp_path / "b.mp4").path.is_file()
    assert keeper.loads == 1


def test_a_disk_that_is_full_in_mid_encode_is_a_sentence_and_leaves_nothing(tmp_path: Path) -> None:
    one = renderer("ltx")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, before[1]))
    try:
        with pytest.raises(RenderError, match="could not be written: File too large") as caught:
            one.render(REQUEST, tmp_path / "clip.mp4")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert "full" in caught.value.hint
    assert list(tmp_path.iterdir()) == []


class Cramped(Keeper):
    """A keeper whose pipelines run out of memory in their transformer, as often as it is told."""

    def __init__(self, times: int) -> None:
        super().__init__()
        self.times = times

    def load(self, *given: object) -> object:  # type: ignore[override]  # passed on as it is
        loaded = super().load(*given)  # type: ignore[arg-type]
        if self.times:
            self.times -= 1
            loaded.pipe.transformer.register_forward_pre_hook(_no_room)
        return loaded


def _no_room(*_: object) -> None:
    raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 1.00 GiB.")


def test_out_of_memory_steps_down_once_and_says_so(tmp_path: Path) -> None:
    keeper = Cramped(1)
    made = renderer("ltx", keeper).render(REQUEST, tmp_path / "clip.mp4")
    assert made.recipe is not None
    assert made.recipe.memory == Rung.FP8.says
    assert "memory ran out when it was kept 'resident'; it was kept 'fp8' instead" in made.recipe.notes
    assert keeper.loads == 2


def test_out_of_memory_twice_is_a_sentence_with_a_way_out(tmp_path: Path) -> None:
    keeper = Cramped(2)
    with pytest.raises(RenderError, match="ran out of memory on the processor, kept 'resident' and 'fp8'") as caught:
        renderer("ltx", keeper).render(REQUEST, tmp_path / "clip.mp4")
    assert "wan2.1-1.3b" in caught.value.hint
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("name", "memory"), [("cogvideox-5b", "fp8"), ("hunyuan", "group"), ("ltx", "group"), ("wan2.2-5b", "fp8")]
)
def test_sparing_ways_of_keeping_a_model_make_about_the_same_clip(name: str, memory: str, tmp_path: Path) -> None:
    plain = renderer(name).render(REQUEST, tmp_path / "plain.mp4")
    sparing = renderer(name, memory=memory).render(REQUEST, tmp_path / "sparing.mp4")
    assert sparing.recipe is not None
    assert sparing.recipe.memory == Rung(memory).says
    off = np.abs(frames(plain.path, 3).astype(float) - frames(sparing.path, 3)).mean()
    assert off < 30


@pytest.mark.parametrize("name", ["ltx", "ltx-distilled", "hunyuan-1.5", "wan2.1-1.3b"])
def test_step_caches_and_what_comes_of_them_are_noted(name: str, tmp_path: Path) -> None:
    made = renderer(name, step_cache=True).render(REQUEST, tmp_path / "clip.mp4")
    assert made.recipe is not None
    said = [note for note in made.recipe.notes if note.startswith("steps are ")]
    if name == "ltx-distilled":
        assert said == ["steps are not cached: LTX-Video 0.9.7 distilled (13B) is distilled, and needs each of its 2"]
    else:
        assert len(said) == 1


def test_a_render_that_would_take_too_long_is_ended_with_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(RenderError, match="a render may take") as caught:
        renderer("wan2.1-1.3b", timeout=1e-6).render(REQUEST, tmp_path / "clip.mp4")
    assert caught.value.hint.startswith(f'Under [renderers."wan2.1-1.3b"] in {user_file()} set a longer timeout')


def test_a_distilled_model_takes_no_other_number_of_steps() -> None:
    with pytest.raises(RequestError, match="distilled to 2 steps, and 30 were asked for"):
        renderer("ltx-distilled", steps=30)


def test_another_models_folder_is_refused_with_the_renderer_it_fits(tmp_path: Path) -> None:
    one = DiffusionRenderer("ltx", RendererSettings(model=str(tiny_weights("hunyuan"))), keeper=Keeper())
    with pytest.raises(RequestError, match="holds a HunyuanVideoPipeline, and ltx is a LTXPipeline") as caught:
        one.render(REQUEST, tmp_path / "clip.mp4")
    assert "--renderer hunyuan=" in caught.value.hint


def test_a_folder_without_a_pipeline_or_with_a_broken_one_is_named(tmp_path: Path) -> None:
    empty = DiffusionRenderer("ltx", RendererSettings(model=str(tmp_path)), keeper=Keeper())
    with pytest.raises(DataError, match=r"there is no model_index\.json in it"):
        empty.render(REQUEST, tmp_path / "clip.mp4")
    broken = tmp_path / "broken"
    shutil.copytree(tiny_weights("ltx"), broken)
    next((broken / "transformer").glob("*.safetensors")).write_bytes(b"not weights")
    with pytest.raises(DataError, match="cannot be loaded as LTX-Video"):
        DiffusionRenderer(
            "ltx", RendererSettings(model=str(broken)), keeper=Keeper(), machine=lambda: PROCESSOR
        ).render(REQUEST, tmp_path / "clip.mp4")


def test_weights_that_are_not_on_this_machine_come_with_the_command_that_fetches_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    absent = DiffusionRenderer("ltx", RendererSettings(model="nobody/nothing-of-the-kind"))
    with pytest.raises(MissingError, match="'nobody/nothing-of-the-kind' are not on this machine") as caught:
        absent.render(REQUEST, tmp_path / "c")
    wanted = '--include "*/*" --include model_index.json'
    assert caught.value.hint.startswith(f"Run `hf download nobody/nothing-of-the-kind {wanted}`")
    with pytest.raises(MissingError, match="are not on this machine"):
        absent.estimate(REQUEST)
    with pytest.raises(MissingError, match="there is no folder '/nowhere'"):
        DiffusionRenderer("ltx", RendererSettings(model="/nowhere")).render(REQUEST, tmp_path / "c")


def test_without_the_extra_the_renderer_says_what_to_install() -> None:
    program = (
        "import sys; sys.modules['diffusers'] = None\n"
        "from popcorn.tools.video.registry import load\n"
        "from popcorn.errors import MissingError\n"
        "try: load('ltx')\n"
        "except MissingError as exc: print(exc.exit_status, exc.message, exc.hint)\n"
    )
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert ran.stdout == (
        "10 the renderer 'ltx' needs libraries that are not installed: diffusers"
        ' run `pip install "llmpopcorn[video]"`\n'
    ), ran.stderr


def test_identities_tell_apart_all_that_decides_a_clip(tmp_path: Path) -> None:
    one = renderer("wan2.1-1.3b")
    same = one.identity(REQUEST)
    assert one.identity(replace(REQUEST, seconds=0.31)) == same  # the same nine frames
    for other in (
        replace(REQUEST, seed=4),
        replace(REQUEST, video_prompt="A cat."),
        replace(REQUEST, seconds=0.9),
        replace(REQUEST, aspect=Aspect.SQUARE),
    ):
        assert one.identity(other) != same
    assert renderer("wan2.1-1.3b", steps=3).identity(REQUEST) != same
    assert renderer("wan2.1-1.3b", guidance=2.0).identity(REQUEST) != same
