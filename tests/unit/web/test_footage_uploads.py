"""Files that were dropped onto the page: what is kept, and the reason for each that is not."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from popcorn.errors import DataError
from popcorn.web import footage_uploads
from popcorn.web.ad_views import dropped_view
from popcorn.web.footage_uploads import keep, looked_at
from small_ads import footage


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return footage(tmp_path_factory.mktemp("clip") / "clip.mp4", seconds=0.4, size=(160, 120))


def test_of_awkward_files_each_that_is_no_footage_says_why_and_the_rest_is_kept_under_names_of_ours(
    tmp_path: Path, clip: Path
) -> None:
    place = tmp_path / "dropped"
    place.mkdir()
    good = [
        "plain.mp4",
        'it\'s "quoted".mp4',
        "تاكو.mp4",
        "🌮🔥.MP4",
        f"{'n' * 200}.mp4",
        "..mp4",
        "a b  c.mov",
        "%2e%2e.mp4",
    ]
    for name in good:
        (place / name).write_bytes(clip.read_bytes())
    bad = {
        "empty.mp4": b"", "text.mp4": b"no video at all", "page.mp4": b"<html><script>alert(1)</script>",
        "cut.mp4": clip.read_bytes()[:300], "notes.txt": b"hello", "program.exe": b"MZ", "noending": b"x",
        "list.m3u8": b"#EXTM3U\n/etc/passwd\n", "tree.zip": b"PK\x03\x04", "image.png": b"\x89PNG",
    }  # fmt: skip
    for name, content in bad.items():
        (place / name).write_bytes(content)
    os.mkfifo(place / "pipe.mp4")
    (place / "folder.mp4").mkdir()
    (place / "gone.mp4").symlink_to(tmp_path / "nowhere.mp4")
    paths = sorted(place.iterdir())
    dropped = keep([*paths, place / "never was.mp4"], tmp_path / "kept")
    refused = {one.name: one.told for one in dropped if one.kept is None}
    assert len([one for one in dropped if one.kept]) == len(good)
    assert set(refused) == {*bad, "pipe.mp4", "folder.mp4", "gone.mp4", "never was.mp4"}
    assert refused["empty.mp4"] == "it is empty"
    assert "a pipe" in refused["pipe.mp4"]
    assert "its name ends in '.txt'" in refused["notes.txt"]
    assert str(place) not in " ".join(refused.values())
    names = [path.name for path in (tmp_path / "kept").iterdir()]
    assert len(names) == len(good)
    assert all(name[:2].isdecimal() and "/" not in name and len(name.encode()) < 80 for name in names)
    assert "<script" not in dropped_view(dropped)


def test_a_picture_beyond_every_camera_is_turned_away_before_it_is_decoded(
    tmp_path: Path, clip: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(footage_uploads, "LONGEST_SIDE", 100)
    (one,) = looked_at([clip])
    assert (one.kept, "its picture is 160×120" in one.told) == (None, True)


def test_files_beyond_the_number_or_the_room_that_is_had_are_left_out(
    clip: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(footage_uploads, "MOST_FILES", 2)
    assert [bool(one.kept) for one in looked_at([clip, clip, clip])] == [True, True, False]
    monkeypatch.setattr(footage_uploads, "MOST_BYTES", clip.stat().st_size)
    assert [bool(one.kept) for one in looked_at([clip, clip])] == [True, False]
    monkeypatch.setattr(footage_uploads, "LARGEST", 10)
    assert "larger than" in looked_at([clip])[0].told


def test_nothing_but_other_files_is_no_footage(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("x")
    with pytest.raises(DataError, match="none of the files is footage"):
        keep([tmp_path / "a.txt"], tmp_path / "kept")
