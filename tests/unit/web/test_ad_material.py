"""What an ad is made of, as the page keeps it: a form becomes a product file that `popcorn ad make` reads."""

from __future__ import annotations

import wave
from pathlib import Path

import pytest
from popcorn.errors import DataError, PopcornError, RequestError
from popcorn.tools.editing.product import read_product
from popcorn.web.ad_material import Beside, Materials, form_of
from small_ads import footage

FORM = {"name": 'Mug "No. 1" <b>', "brand": "", "price": "$24.99", "facts": "It holds 350 ml.\n\n  It is\tsteel. \n"}


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return footage(tmp_path_factory.mktemp("clip") / "clip.mp4", seconds=0.4, size=(160, 120))


def test_a_form_is_kept_as_a_product_file_and_fills_the_form_again(tmp_path: Path, clip: Path) -> None:
    materials = Materials(tmp_path)
    material, dropped = materials.keep(FORM, [clip])
    product = read_product(material.folder / "product.toml")
    assert (product.name, product.facts) == ('Mug "No. 1" <b>', ("It holds 350 ml.", "It is steel."))
    assert form_of(product)["facts"] == "It holds 350 ml.\nIt is steel."
    assert [one.kept.parent for one in dropped if one.kept] == [material.clips]
    assert material.told() == 'Mug "No. 1" <b>, 1 clip'
    inputs = material.inputs(Beside("Line one.\nLine two.", crops="scene=1:left\n\nscene=2:top"))
    assert (inputs.footage, inputs.script) == (material.clips, ("Line one.", "Line two."))
    assert inputs.crops == ("scene=1:left", "scene=2:top")
    assert material.folder.stat().st_mode & 0o077 == 0


def test_clips_of_before_serve_another_ad(tmp_path: Path, clip: Path) -> None:
    materials = Materials(tmp_path)
    first, _ = materials.keep(FORM, [clip])
    again, dropped = materials.keep(FORM | {"name": "Cup"}, [], first.id)
    assert (again, dropped) == (first, [])
    assert read_product(first.folder / "product.toml").name == "Cup"


@pytest.mark.parametrize("name", ["../..", "", "20260101-000000-abcdef/../x", "nothing"])
def test_material_is_named_by_an_id_that_is_there_and_by_no_path(tmp_path: Path, clip: Path, name: str) -> None:
    materials = Materials(tmp_path)
    materials.keep(FORM, [clip])
    with pytest.raises(RequestError, match="is gone"):
        materials.find(name)


def test_what_is_missing_is_said_before_anything_is_kept(tmp_path: Path, clip: Path) -> None:
    materials = Materials(tmp_path)
    with pytest.raises(RequestError, match="no name"):
        materials.keep(FORM | {"name": "  "}, [clip])
    with pytest.raises(RequestError, match="no facts"):
        materials.keep(FORM | {"facts": " \n "}, [clip])
    with pytest.raises(RequestError, match="there is none yet"):
        materials.keep(FORM, [])
    with pytest.raises(RequestError, match="more than a product file holds"):
        materials.keep(FORM | {"facts": "x" * 300_000}, [clip])
    assert materials.all() == []


def test_facts_that_contradict_each_other_are_refused_as_by_the_command_line_and_nothing_is_kept(
    tmp_path: Path, clip: Path
) -> None:
    materials = Materials(tmp_path)
    before, _ = materials.keep(FORM, [clip])
    for footage_of, named in (([clip], ""), ([], before.id)):
        with pytest.raises(DataError, match="contradicts itself"):
            materials.keep(FORM | {"facts": "It holds 350 ml.\nIt holds 500 ml."}, footage_of, named)
    assert [one.id for one in materials.all()] == [before.id]
    assert read_product(before.folder / "product.toml").facts == ("It holds 350 ml.", "It is steel.")


def test_where_no_file_is_footage_nothing_is_left_behind(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("hello")
    with pytest.raises(DataError, match="none of the files is footage"):
        Materials(tmp_path / "home").keep(FORM, [tmp_path / "notes.txt"])
    assert list((tmp_path / "home" / "material").glob("*")) == []


def test_music_of_ones_own_is_kept_with_the_clips_and_what_is_none_is_said(tmp_path: Path, clip: Path) -> None:
    material, _ = Materials(tmp_path / "home").keep(FORM, [clip])
    tune = tmp_path / "my tune.wav"
    with wave.open(str(tune), "wb") as file:
        file.setparams((1, 2, 22_050, 0, "NONE", ""))
        file.writeframes(b"\0\1" * 22_050)
    assert material.inputs(Beside(music_file=tune)).music == material.folder / "music.wav"
    for name, content in {"list.m3u8": b"#EXTM3U\n/etc/passwd\n", "page.html": b"<script>"}.items():
        (tmp_path / name).write_bytes(content)
        with pytest.raises(RequestError, match="is no music that can be taken"):
            material.inputs(Beside(music_file=tmp_path / name))
    (tmp_path / "text.mp3").write_text("no sound")
    with pytest.raises(PopcornError):
        material.inputs(Beside(music_file=tmp_path / "text.mp3"))
    with pytest.raises(RequestError, match="is not understood"):
        material.inputs(Beside(crops="scene=x"))


def test_material_that_is_only_tried_is_gone_afterwards_and_changes_nothing(tmp_path: Path, clip: Path) -> None:
    materials = Materials(tmp_path)
    with materials.tried(FORM, [clip]) as material:
        assert material.inputs(Beside()).footage.is_dir()
    assert (material.folder.exists(), materials.all()) == (False, [])
    kept, _ = materials.keep(FORM, [clip])
    with materials.tried(FORM | {"name": "Cup"}, [], kept.id) as again:
        assert again.inputs(Beside()).product.name == "Cup"
        assert [path.name for path in again.clips.iterdir()] == [path.name for path in kept.clips.iterdir()]
    assert read_product(kept.folder / "product.toml").name == FORM["name"]
    assert list(kept.clips.iterdir()), "the footage of before stays"
