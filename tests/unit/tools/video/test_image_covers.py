"""Covers by an image model: the real diffusers classes at tiny size, saved to disk and loaded by path."""

from __future__ import annotations

import shutil
import string
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from popcorn.agent.wiring.shared_models import Shared
from popcorn.agent.wiring.workshop import Workshop
from popcorn.errors import MissingError, RequestError
from popcorn.settings import load_settings
from popcorn.tools.video.finished_renderer import FinishedRenderer
from popcorn.tools.video.image_covers import _near, draw_cover
from popcorn.tools.video.types import RenderRequest

pytest.importorskip("diffusers")
pytestmark = [
    # importing every text-to-image pipeline of diffusers imports one (Kolors) that scripts functions
    pytest.mark.filterwarnings("ignore:`torch.jit.script:DeprecationWarning"),
    pytest.mark.filterwarnings("ignore:`torch.jit.script:FutureWarning"),
]
REQUEST = RenderRequest("T", "a pot opens", cover_prompt="a golden pot, close up", seed=5)


def tiny_tokenizer() -> Any:
    from transformers import CLIPTokenizer

    letters = [*string.ascii_lowercase, ","]
    words = [*letters, *(f"{letter}</w>" for letter in letters), "<|startoftext|>", "<|endoftext|>"]
    return CLIPTokenizer(vocab={word: i for i, word in enumerate(words)}, merges=[], model_max_length=77)


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A Stable Diffusion of 32 x 32 latents' cells with random weights, as `save_pretrained` writes it."""
    import torch
    from diffusers import AutoencoderKL, DDIMScheduler, StableDiffusionPipeline, UNet2DConditionModel
    from transformers import CLIPTextConfig, CLIPTextModel

    torch.manual_seed(0)
    blocks = {"block_out_channels": (32, 64), "norm_num_groups": 8}
    pipeline = StableDiffusionPipeline(
        unet=UNet2DConditionModel(
            **blocks,
            layers_per_block=1,
            sample_size=32,
            in_channels=4,
            out_channels=4,
            down_block_types=("DownBlock2D", "CrossAttnDownBlock2D"),
            up_block_types=("CrossAttnUpBlock2D", "UpBlock2D"),
            cross_attention_dim=32,
            attention_head_dim=8,
        ),
        vae=AutoencoderKL(
            **blocks,
            in_channels=3,
            out_channels=3,
            down_block_types=("DownEncoderBlock2D",) * 2,
            up_block_types=("UpDecoderBlock2D",) * 2,
            latent_channels=4,
        ),
        scheduler=DDIMScheduler(clip_sample=False, set_alpha_to_one=False, steps_offset=1),
        text_encoder=CLIPTextModel(
            CLIPTextConfig(
                vocab_size=60,
                hidden_size=32,
                intermediate_size=37,
                num_attention_heads=4,
                num_hidden_layers=2,
                bos_token_id=54,
                eos_token_id=55,
                pad_token_id=55,
            )
        ),
        tokenizer=tiny_tokenizer(),
        safety_checker=None,
        feature_extractor=None,
        requires_safety_checker=False,
    )
    folder = tmp_path_factory.mktemp("model")
    pipeline.save_pretrained(folder)
    return folder


def pixels(path: Path) -> np.ndarray:
    with Image.open(path) as picture:
        assert picture.format == "JPEG"
        return np.asarray(picture).astype(int)


def test_an_image_model_makes_a_cover_of_the_clips_size_that_its_seed_repeats(model: Path, tmp_path: Path) -> None:
    first = pixels(draw_cover(str(model), REQUEST, (108, 192), tmp_path / "a.jpg"))
    again = pixels(draw_cover(str(model), REQUEST, (108, 192), tmp_path / "b.jpg"))
    other = pixels(draw_cover(str(model), RenderRequest("T", "x", "a pot", seed=6), (108, 192), tmp_path / "c.jpg"))
    assert first.shape == (192, 108, 3)
    assert first.std() > 1
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


@pytest.mark.parametrize(
    ("size", "side", "near"), [((1080, 1920), 1024, (768, 1360)), ((1, 1), 512, (512, 512)), ((16, 9), 64, (80, 48))]
)
def test_a_picture_has_the_shape_of_the_clip_and_the_models_number_of_pixels(
    size: tuple[int, int], side: int, near: tuple[int, int]
) -> None:
    assert _near(size, side) == near


def test_what_is_no_image_model_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(MissingError, match="there is no folder"):
        draw_cover("./nowhere", REQUEST, (64, 64), tmp_path / "a.jpg")
    (tmp_path / "empty").mkdir()
    with pytest.raises(RequestError, match="cannot be used as an image model"):
        draw_cover(str(tmp_path / "empty"), REQUEST, (64, 64), tmp_path / "a.jpg")
    with pytest.raises(RequestError, match="there is no prompt for the cover"):
        draw_cover("./nowhere", RenderRequest("T", " "), (64, 64), tmp_path / "a.jpg")


def test_an_image_model_stays_in_memory_for_all_renderers_of_a_process(model: Path, tmp_path: Path) -> None:
    shared, folder, clip = Shared(), tmp_path / "model", tmp_path / "clip.mp4"
    shutil.copytree(model, folder)

    def renderer(home: str) -> FinishedRenderer:
        chosen = load_settings(home=tmp_path / home, renderer="animatic", cover=str(folder), clips_gb=0)
        return Workshop(shared=shared).renderer(chosen)

    renderer("a").render(REQUEST, clip)
    first = pixels(renderer("a").cover(REQUEST, clip, tmp_path / "a.jpg"))
    shutil.rmtree(folder)
    folder.mkdir()
    assert np.array_equal(first, pixels(renderer("b").cover(REQUEST, clip, tmp_path / "b.jpg")))
