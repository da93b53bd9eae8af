"""What video models promise that start from a picture: the real pipelines at tiny size, with random weights."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from popcorn.errors import RequestError
from popcorn.settings_tables import RendererSettings
from popcorn.tools.media.probe import probe
from popcorn.tools.video.diffusion.loaded_pipeline import Keeper
from popcorn.tools.video.diffusion.presets import presets, starting_from_pictures
from popcorn.tools.video.diffusion.renderer import DiffusionRenderer, check_starts_from_picture
from popcorn.tools.video.picture import first_frame
from popcorn.tools.video.registry import load
from popcorn.tools.video.types import Aspect, RenderRequest
from tiny_pipelines import shrunk, tiny_weights

REQUEST = RenderRequest("Pot", "Steam rises from a clay pot; slow push-in.", seconds=0.4, seed=3)
NAMES = starting_from_pictures()


@pytest.fixture(scope="module")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Stripes with a bright square, and the same turned over."""
    grid = np.full((300, 420, 3), 90, np.uint8)
    grid[:, ::20] = 130
    grid[40:120, 250:360] = (250, 240, 60)
    folder = tmp_path_factory.mktemp("pictures")
    for name, pixels in (("one.png", grid), ("other.png", 255 - grid[::-1])):
        Image.fromarray(pixels).save(folder / name)
    return folder / "one.png", folder / "other.png"


def opened(name: str, picture: Path) -> DiffusionRenderer:
    own = presets()[name].picture
    assert own is not None
    weights = tiny_weights(f"{name} from a picture" if own.repository else name)
    return DiffusionRenderer(
        name, RendererSettings(model=str(weights), steps=2 if not presets()[name].timesteps else None),
        preset=shrunk(name), keeper=Keeper(), picture=picture,
    )  # fmt: skip


def test_the_models_that_start_from_a_picture_are_these() -> None:
    assert NAMES == ["cogvideox-5b", "ltx", "ltx-distilled", "ltx2", "wan2.2-5b"]


@pytest.mark.parametrize("name", NAMES)
def test_a_clip_starts_from_the_picture_and_says_which(name: str, pictures: tuple[Path, Path], tmp_path: Path) -> None:
    one, other = (opened(name, picture) for picture in pictures)
    clip = one.render(REQUEST, tmp_path / "one.mp4")
    said = probe(clip.path).provenance
    assert said["picture_sha256"] == one.identity(REQUEST)["picture_sha256"]
    assert said["ai_generated"] is True
    assert one.identity(REQUEST) != other.identity(REQUEST)
    assert other.render(REQUEST, tmp_path / "other.mp4").sha256 != clip.sha256
    assert opened(name, pictures[0]).render(REQUEST, tmp_path / "again.mp4").sha256 == clip.sha256


@pytest.mark.parametrize("aspect", [Aspect.PORTRAIT, Aspect.LANDSCAPE, Aspect.SQUARE])
def test_any_shape_is_made_of_any_picture(pictures: tuple[Path, Path], tmp_path: Path, aspect: Aspect) -> None:
    clip = opened("cogvideox-5b", pictures[0]).render(replace(REQUEST, aspect=aspect), tmp_path / "clip.mp4")
    assert clip.width / clip.height == pytest.approx(aspect.size[0] / aspect.size[1], rel=0.03)


def test_a_picture_is_cut_to_the_shape_and_stands_in_the_middle_of_another(pictures: tuple[Path, Path]) -> None:
    same = first_frame(pictures[0], (96, 54), Aspect.LANDSCAPE)
    assert same.shape == (54, 96, 3)
    assert same.max() > 230, "the bright square is in it"
    other = first_frame(pictures[0], (96, 64), Aspect.PORTRAIT)
    assert other.shape == (64, 96, 3)
    assert other[:, 30:66].max() > 230
    assert other[:, :20].max() < 200, "beside it stands a dimmed copy"


def test_a_model_that_starts_from_words_alone_names_those_that_do_not(pictures: tuple[Path, Path]) -> None:
    with pytest.raises(RequestError, match="'hunyuan' starts from words alone") as caught:
        load("hunyuan", picture=pictures[0])
    assert caught.value.hint.startswith("Those that start from a picture: cogvideox-5b, ltx, ltx-distilled, ltx2, wan2")
    with pytest.raises(RequestError, match="'api:sora' starts from words alone"):
        check_starts_from_picture("api:sora", None)


def test_what_is_no_picture_is_refused_before_anything_is_loaded(tmp_path: Path) -> None:
    (tmp_path / "no.png").write_text("words")
    with pytest.raises(RequestError, match="is no picture that can be read"):
        load("ltx", picture=tmp_path / "no.png")
