"""Agreement of frames and prompt: a real CLIP of tiny size with random weights, and the means of the report."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
import torch
from popcorn.errors import BadClipError, MissingError, RequestError
from popcorn.study.facts import facts_of
from popcorn.study.frame_agreement import FRAMES, FrameAgreement, agreements
from popcorn.study.report import report_data
from popcorn.study.report_page import page
from popcorn.study.report_text import markdown
from popcorn.study.types import AGREEMENT, Arm, Prompt, Unit
from popcorn.study.unit_work import UnitWork
from transformers import (
    AutoTokenizer,
    BertConfig,
    BertModel,
    CLIPImageProcessorPil,
    CLIPModel,
)

LISTS = (
    "predictors", "models", "modes", "references", "tags", "given", "candidates", "refine", "renderers",
)  # fmt: skip
SMALL = {"hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 4, "intermediate_size": 37}


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    """A clip of ten frames whose colours change."""
    path = tmp_path / "colours.mp4"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("mpeg4", rate=10)
        stream.width, stream.height, stream.pix_fmt = 64, 96, "yuv420p"
        for number in range(10):
            picture = np.full((96, 64, 3), (25 * number, 255 - 25 * number, 120), np.uint8)
            container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        container.mux(stream.encode(None))
    return path


def test_it_is_the_mean_cosine_of_the_frames_and_the_text(clip_model: Path, clip: Path) -> None:
    """Beside the same made by hand with the model's own classes."""
    from popcorn.tools.media.decode import frames

    model = CLIPModel.from_pretrained(clip_model).eval()
    pixels = CLIPImageProcessorPil.from_pretrained(clip_model)(
        images=list(frames(clip, FRAMES, side=336)), return_tensors="pt"
    )
    words = AutoTokenizer.from_pretrained(clip_model)(["a red sky"], return_tensors="pt")
    with torch.inference_mode():
        found = model(pixel_values=pixels["pixel_values"], **words)
    expected = torch.nn.functional.cosine_similarity(found.image_embeds, found.text_embeds).mean()
    assert FrameAgreement(str(clip_model)).of(clip, "a red sky") == pytest.approx(float(expected), abs=1e-5)


def test_of_a_prompt_that_is_too_long_the_beginning_is_read(clip_model: Path, clip: Path) -> None:
    model = FrameAgreement(str(clip_model))
    assert model.of(clip, "a red sky " * 400) == pytest.approx(model.of(clip, "a red sky " * 4), abs=1e-6)
    assert model.of(clip, "a red sky") != pytest.approx(model.of(clip, "two dogs"), abs=1e-6)


@pytest.mark.parametrize("prompt", ["", "🌮\udcff", "line\nline"])
def test_any_prompt_has_a_value(clip_model: Path, clip: Path, prompt: str) -> None:
    assert -1 <= FrameAgreement(str(clip_model)).of(clip, prompt) <= 1


def test_a_model_that_is_not_there_is_missing(tmp_path: Path) -> None:
    with pytest.raises(MissingError, match="no such folder"):
        FrameAgreement(str(tmp_path / "nowhere"))


def test_a_model_of_another_kind_is_named_as_such(clip_model: Path, clip: Path, tmp_path: Path) -> None:
    other = tmp_path / "bert"
    BertModel(BertConfig(vocab_size=8, **SMALL), add_pooling_layer=False).save_pretrained(other)
    with pytest.raises(MissingError, match="'bert'"):
        FrameAgreement(str(other)).of(clip, "a red sky")


def test_a_clip_that_cannot_be_read_is_a_bad_clip(clip_model: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken.mp4"
    broken.write_bytes(b"no video")
    with pytest.raises(BadClipError):
        FrameAgreement(str(clip_model)).of(broken, "a red sky")


def test_a_study_names_a_missing_model_before_it_begins(planned: Any, tmp_path: Path) -> None:
    gone = str(tmp_path / "nowhere")
    with pytest.raises(MissingError, match="no such folder"):
        planned(render=True, renderers=["animatic"], agreement=gone)
    with pytest.raises(RequestError, match="render = false makes none"):
        planned(agreement=gone)


def test_the_model_decides_units_with_a_clip_and_no_drafts(planned: Any, clip_model: Path, settings: Any) -> None:
    plain, compared = (
        facts_of(planned(render=True, renderers=["animatic"], **named).study, settings).of_units
        for named in ({}, {"agreement": str(clip_model)})
    )
    assert compared.keys() - plain.keys() == {AGREEMENT}
    with_clip, without = (Unit(Arm("offline", renderer=name), Prompt("tacos"), 0) for name in ("animatic", ""))
    assert with_clip.key(plain) != with_clip.key(compared)
    assert with_clip.draft_key(plain) == with_clip.draft_key(compared)
    assert without.key(plain) == without.key(compared)


async def test_a_rendered_unit_has_its_agreement(planned: Any, clip_model: Path) -> None:
    study = planned(render=True, renderers=["animatic"], agreement=str(clip_model))
    work, unit = UnitWork(study.place), next(study.units())
    drafted = await work.draft(unit)
    made, rendered = work.render(unit, drafted)
    row = work.row(unit, drafted, work.score(unit, drafted, made), rendered)
    own = FrameAgreement(str(clip_model)).of(made.path, drafted.render_prompt or drafted.video_prompt)
    assert row.agreement == pytest.approx(own, abs=1e-5)


def test_a_renderer_has_its_mean_with_an_interval_and_a_clip_counts_once(row: Callable[..., Any]) -> None:
    clips = [
        replace(row(prompt, 1.0, renderer=renderer, predictor=predictor), clip=f"{renderer}{prompt}", agreement=value)
        for renderer, prompt, predictor, value in (
            ("ltx", "p", "default", 0.2),
            ("ltx", "p", "other", 0.2),
            ("ltx", "q", "default", 0.4),
            ("wan", "p", "default", 0.1),
        )
    ]
    first, second = agreements([*clips, row("r", 1.0, renderer="none"), row("s", None, renderer="ltx")])
    assert (first.renderer, first.mean.count, first.mean.mean) == ("ltx", 2, pytest.approx(0.3))
    assert first.mean.low is not None
    assert first.mean.low == pytest.approx(0.2)
    assert (second.renderer, second.mean.count, second.mean.low) == ("wan", 1, None)


def test_the_report_has_a_table_of_them_in_words_and_on_the_page(row: Callable[..., Any]) -> None:
    rows = [
        replace(row(prompt, 1.0, renderer=renderer), clip=f"{renderer} {prompt}", agreement=value)
        for renderer, prompt, value in (("ltx", "p", 0.25), ("ltx", "q", 0.25), ("a<b", "p", 0.125))
    ]
    lists: dict[str, Any] = {name: [] for name in LISTS} | {"name": "s", "question": "", "seeds": [0]}
    data = report_data({"study": lists, "popcorn": "0.1", "facts": {"of_units": {}, "about": {}}}, rows)
    text, html = markdown(data), page(data)
    assert "| ltx | 2 | 2 | 0.250 | 0.250 to 0.250 |" in text
    assert "| a&lt;b | 1 | 1 | 0.125 |  |" in text  # a single clip has no interval
    cells = '</td><td class="number">'.join(("2", "2", "0.250", "0.250 to 0.250"))
    assert f'<td>ltx</td><td class="number">{cells}</td>' in html
    assert "<td>a&lt;b</td>" in html
    without = report_data(
        {"study": lists, "popcorn": "0.1", "facts": {"of_units": {}, "about": {}}}, [row("p", 1.0), row("q", 2.0)]
    )
    assert "Agreement of frames" not in markdown(without) + page(without)
