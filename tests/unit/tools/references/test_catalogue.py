from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from popcorn.errors import DataError, MissingError, NewerFormatError, StoreError
from popcorn.tools.embedding.hashing_encoder import HashingEncoder
from popcorn.tools.references.catalogue import Catalogue
from popcorn.tools.references.catalogue_build import build_catalogue
from popcorn.tools.references.catalogue_rows import GROUP
from popcorn.tools.references.catalogue_stats import catalogue_stats
from popcorn.tools.references.types import Reference

FILES = ("rows.parquet", "vectors.npy", "index.faiss")


def some(count: int, **changes: object) -> list[Reference]:
    values: dict[str, object] = {"source": "invented", "split": "train", "tag": "Game"}
    return [
        Reference(id=f"v{number}", title=f"title {number}", comments=number or None, **(values | changes))  # type: ignore[arg-type]
        for number in range(count)
    ]


@pytest.fixture
def built(tmp_path: Path) -> Catalogue:
    return build_catalogue(tmp_path / "videos", some(10), HashingEncoder())


def file_of(catalogue: Catalogue, name: str) -> Path:
    return catalogue.folder / catalogue.manifest.build / name


def test_a_catalogue_gives_back_every_reference_as_it_was(tmp_path: Path) -> None:
    references = [
        Reference("a", "Title, with “signs” 🍜", "two\nlines", "a cover", "Delicacy", 0, 5, 2**40, "test", "set", True),
        Reference("b", ""),
        *some(5000, tag="Music"),
    ]
    build_catalogue(tmp_path / "videos", references, HashingEncoder())
    catalogue = Catalogue.open(tmp_path / "videos")
    assert [catalogue.reference(row) for row in range(len(catalogue))] == references
    with pytest.raises(IndexError):
        catalogue.reference(len(references))


def test_a_catalogue_is_built_without_pandas(tmp_path: Path) -> None:
    code = (
        "import sys\nfrom pathlib import Path\n"
        "from popcorn.tools.embedding.hashing_encoder import HashingEncoder\n"
        "from popcorn.tools.references.catalogue_build import build_catalogue\n"
        "from popcorn.tools.references.types import Reference\n"
        "catalogue = build_catalogue(Path(sys.argv[1]), [Reference('a', 'Title', comments=3)], HashingEncoder())\n"
        "print(catalogue.reference(0).comments, 'pandas' in sys.modules)"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "one")], capture_output=True, text=True, check=True
    )
    assert ran.stdout == "3 False\n"


def test_its_columns_stand_in_row_order(built: Catalogue) -> None:
    assert list(built.ids) == [f"v{number}" for number in range(10)]
    assert built.tags.tolist() == ["Game"] * 10
    assert built.splits.tolist() == ["train"] * 10
    assert np.isnan(built.comments[0])
    assert built.comments[1:].tolist() == list(range(1, 10))
    assert built.texts() == [reference.text for reference in some(10)]


def test_its_vectors_are_those_of_the_encoder_and_stay_on_disk(built: Catalogue) -> None:
    expected = HashingEncoder().encode([reference.text for reference in some(10)])
    np.testing.assert_array_equal(built.vectors, expected)
    assert isinstance(built.vectors, np.memmap)
    assert not built.vectors.flags.writeable
    assert built.index.search(expected[3], 1)[0].tolist() == [[3]]


def test_its_manifest_says_what_made_it(built: Catalogue) -> None:
    manifest = built.manifest
    assert (built.name, manifest.encoder, manifest.dimension, manifest.rows) == ("videos", "hashing", 384, 10)
    assert (manifest.source, manifest.illustrative, manifest.format) == ("invented", False, 1)
    assert built.digest == manifest.digest
    assert set(manifest.files) == set(FILES)


def test_one_invented_figure_makes_the_catalogue_illustrative(tmp_path: Path) -> None:
    references = [*some(3), Reference("x", "invented", comments=5, illustrative=True)]
    assert build_catalogue(tmp_path / "videos", references, HashingEncoder()).illustrative


def test_a_catalogue_that_is_not_there_is_missing_with_the_command_that_makes_it(tmp_path: Path) -> None:
    with pytest.raises(MissingError, match="there is no catalogue 'videos'") as caught:
        Catalogue.open(tmp_path / "videos")
    assert caught.value.hint == "Import one: popcorn references import SOURCE --name videos"


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("damage", ["absent", "cut", "one byte", "garbage"])
def test_a_damaged_file_is_named_and_a_new_import_heals_it(built: Catalogue, name: str, damage: str) -> None:
    path = file_of(built, name)
    whole = path.read_bytes()
    middle = len(whole) // 2
    path.unlink()
    if damage != "absent":
        changed = whole[:middle] + bytes([whole[middle] ^ 0x55]) + whole[middle + 1 :]
        path.write_bytes({"cut": whole[:middle], "one byte": changed, "garbage": b"?" * len(whole)}[damage])
    with pytest.raises(DataError, match=name) as caught:
        Catalogue.open(built.folder)
    assert "Import the catalogue again" in caught.value.hint
    healed = build_catalogue(built.folder, some(10), HashingEncoder())
    healed.verify()
    expected = HashingEncoder().encode([reference.text for reference in some(10)])
    np.testing.assert_array_equal(healed.vectors, expected)


@pytest.mark.parametrize(
    "content", ["", "{", "[]", "{}", '{"format": 1}', '{"format": "one"}', '{"format": 1, "rows": "many"}']
)
def test_a_damaged_manifest_is_an_error_and_a_new_import_heals_it(built: Catalogue, content: str) -> None:
    (built.folder / "manifest.json").write_text(content)
    with pytest.raises(DataError, match=r"manifest.* is damaged"):
        Catalogue.open(built.folder)
    assert len(build_catalogue(built.folder, some(10), HashingEncoder())) == 10


def test_a_manifest_cannot_point_outside_its_catalogue(built: Catalogue, tmp_path: Path) -> None:
    shutil.copytree(built.folder / built.manifest.build, tmp_path / "elsewhere")
    path = built.folder / "manifest.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"build": "../elsewhere"}))
    with pytest.raises(DataError, match="outside its catalogue"):
        Catalogue.open(built.folder)


def test_a_catalogue_of_a_newer_popcorn_is_neither_read_nor_overwritten(built: Catalogue) -> None:
    path = built.folder / "manifest.json"
    newer = json.dumps(json.loads(path.read_text()) | {"format": 2, "rows": {"new": "shape"}})
    path.write_text(newer)
    with pytest.raises(NewerFormatError, match="'videos' has format 2; this Popcorn reads up to 1") as caught:
        Catalogue.open(built.folder)
    assert "Upgrade" in caught.value.hint
    with pytest.raises(NewerFormatError):
        build_catalogue(built.folder, some(3), HashingEncoder())
    assert path.read_text() == newer


def test_rows_that_do_not_belong_to_the_vectors_are_refused(built: Catalogue, tmp_path: Path) -> None:
    other = build_catalogue(tmp_path / "other", some(9), HashingEncoder())
    shutil.copy(file_of(other, "rows.parquet"), file_of(built, "rows.parquet"))
    manifest = json.loads((built.folder / "manifest.json").read_text())
    theirs = json.loads((other.folder / "manifest.json").read_text())
    manifest["files"]["rows.parquet"] = theirs["files"]["rows.parquet"]
    (built.folder / "manifest.json").write_text(json.dumps(manifest))
    with pytest.raises(DataError, match=r"should hold vectors of shape \(10, 384\), but it has 9 rows"):
        Catalogue.open(built.folder)


def test_an_open_catalogue_can_be_read_on_while_it_is_replaced(built: Catalogue) -> None:
    build_catalogue(built.folder, some(20, tag="Music"), HashingEncoder())
    assert not file_of(built, "vectors.npy").exists()
    assert built.reference(9).tag == "Game"
    assert built.tags.tolist() == ["Game"] * 10
    assert built.index.search(built.vectors[4], 1)[0].tolist() == [[4]]


@pytest.mark.parametrize("where", ["home", "catalogue"])
def test_a_place_that_cannot_be_written_is_a_clear_error(tmp_path: Path, where: str) -> None:
    folder = tmp_path / "home" / "videos"
    folder.parent.mkdir()
    if where == "home":
        folder.parent.rmdir()
        folder.parent.write_text("a file where the folder should be")
    else:
        folder.write_text("a file where the folder should be")
    with pytest.raises(StoreError, match="the catalogue 'videos' cannot be written") as caught:
        build_catalogue(folder, some(3), HashingEncoder())
    assert "POPCORN_HOME" in caught.value.hint


def test_a_catalogue_needs_references_with_ids_of_their_own(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="at least one reference"):
        build_catalogue(tmp_path / "videos", [], HashingEncoder())
    with pytest.raises(DataError, match="the id 'v0' stands on more than one reference"):
        build_catalogue(tmp_path / "videos", [*some(3), *some(2)], HashingEncoder())
    assert not (tmp_path / "videos").exists()


def test_a_figure_that_does_not_fit_is_an_error_that_leaves_the_old_catalogue(built: Catalogue) -> None:
    with pytest.raises(DataError, match="the rows do not fit a catalogue"):
        build_catalogue(built.folder, [Reference("x", "t", comments=2**63)], HashingEncoder())
    assert len(Catalogue.open(built.folder)) == 10


def test_figures_about_it_are_right(tmp_path: Path) -> None:
    references = [
        *(Reference(f"a{n}", "t", tag="Game", comments=n, split="train") for n in (0, 10, 20, 30, 40)),
        Reference("b", "t", tag="Anime", split="valid"),
        Reference("c", "t", tag="Delicacy", comments=1000),
    ]
    data = catalogue_stats(build_catalogue(tmp_path / "videos", references, HashingEncoder()))
    assert data["tags"] == {"Game": 5, "Anime": 1, "Delicacy": 1}
    assert data["splits"] == {"train": 5, "": 1, "valid": 1}
    assert data["comments"] == {
        "counted": 6, "uncounted": 1, "zero": 1, "mean": 183.33,
        "minimum": 0, "lower_quartile": 12.5, "median": 25, "upper_quartile": 37.5, "maximum": 1000,
    }  # fmt: skip


def test_figures_about_references_without_counts_are_none(tmp_path: Path) -> None:
    data = catalogue_stats(build_catalogue(tmp_path / "videos", [Reference("a", "t")], HashingEncoder()))
    assert data["comments"]["counted"] == 0
    assert data["comments"]["median"] is None
    assert data["comments"]["mean"] is None


def test_many_references_come_in_the_order_asked_for_from_every_part_of_the_file(tmp_path: Path) -> None:
    references = some(2 * GROUP + 10)
    catalogue = build_catalogue(tmp_path / "large", references, HashingEncoder(32))
    rows = [2 * GROUP + 9, 0, GROUP, GROUP - 1, 0, 5]
    assert catalogue.references(rows) == [references[row] for row in rows]
    assert catalogue.references(np.array([], dtype=np.int64)) == []


@pytest.mark.parametrize("row", [-1, 10**6])
def test_a_row_that_is_not_there_is_an_error(built: Catalogue, row: int) -> None:
    with pytest.raises(IndexError, match=f"row {row} of a catalogue of {len(built)} rows"):
        built.references([0, row])


def test_a_manifest_written_before_sources_were_recorded_is_read(built: Catalogue) -> None:
    path = built.folder / "manifest.json"
    manifest = json.loads(path.read_text())
    del manifest["imported_from"]
    path.write_text(json.dumps(manifest))
    assert Catalogue.open(built.folder).manifest.imported_from == ""
