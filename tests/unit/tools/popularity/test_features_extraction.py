"""Extraction: what is done is kept, an interruption changes no bit, and what changed is done again."""

from __future__ import annotations

import hashlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import pytest
from filelock import FileLock
from popcorn.errors import DataError, MissingError, NewerFormatError, StoppedError, StoreError
from popcorn.tools.popularity.features.extraction import NO_VIDEO, UNFINISHED, extract, find_videos
from popcorn.tools.popularity.features.store import FeatureStore
from popcorn.tools.popularity.features.types import FrameReading, Item, Shape

SHAPE = Shape(frames=3, frame_dimension=4, text_dimension=5, retrieval_dimension=6)


@dataclass
class Counting:
    """A profile whose features are digests, that notes what it was asked for and may stop half way."""

    facts: dict[str, str] = field(default_factory=lambda: {"frames": "digests"})
    stops_at: str = ""
    stops_after_texts: int = 10**9
    clips: list[str] = field(default_factory=list)
    texts_seen: list[str] = field(default_factory=list)
    name: str = "counting"
    shape: Shape = SHAPE
    unusable: str = ""
    loaded: int = 0

    def load(self) -> None:
        if self.unusable:
            raise MissingError(self.unusable)
        self.loaded += 1

    def describe(self) -> dict[str, str]:
        return dict(self.facts)

    def frames(self, clip: Path) -> FrameReading:
        if clip.stem == self.stops_at:
            raise StoppedError("stopped")
        self.clips.append(clip.stem)
        content = clip.read_text()
        if content == "broken":
            raise DataError(f"no frame of {clip.name!r} can be decoded")
        captions = tuple(f"{content} {place}" for place in range(3))
        return FrameReading(numbers(content, 12).reshape(3, 4), captions, ("short",) if len(content) < 3 else ())

    def texts(self, texts: Sequence[str]) -> np.ndarray:
        if len(self.texts_seen) >= self.stops_after_texts:
            raise StoppedError("stopped")
        self.texts_seen += texts
        together = hashlib.sha256("\0".join(texts).encode()).digest()[0] / 256  # as padding does: batches matter
        return np.stack([numbers(text, 5) + together for text in texts])

    def retrieval(self, texts: Sequence[str], captions: Sequence[Sequence[str]]) -> np.ndarray:
        rows = np.stack([numbers("".join([text, *said]), 6) for text, said in zip(texts, captions, strict=True)])
        return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def numbers(content: str, count: int) -> np.ndarray:
    return np.frombuffer(hashlib.sha256(content.encode()).digest(), np.uint8)[:count].astype(np.float32) / 255 + 0.01


@pytest.fixture
def items(tmp_path: Path) -> list[Item]:
    """Six videos, one of them broken, one absent, one never there; texts that repeat."""
    place = tmp_path / "clips"
    place.mkdir()
    for name in ("a", "b", "c", "d"):
        (place / f"{name}.mp4").write_text(f"content of {name}")
    (place / "broken.mp4").write_text("broken")
    names = ("a", "broken", "b", "c", "absent", "d")
    found = [Item(name, f"text of {name}", place / f"{name}.mp4") for name in names]
    return [*found, Item("silent", "text of a")]


def content(folder: Path) -> dict[str, bytes]:
    """Every file but the manifest, which holds the time, and the lock."""
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.name not in {"manifest.json", ".lock"}}


def test_features_stand_beside_their_ids_with_reasons_for_what_is_missing(tmp_path: Path, items: list[Item]) -> None:
    store = extract(tmp_path / "out", Counting(), items)
    assert store.ids == ("a", "broken", "b", "c", "absent", "d", "silent")
    assert store.has_frames.tolist() == [True, False, True, True, False, True, False]
    assert store.reasons == {
        "broken": "no frame of 'broken.mp4' can be decoded",
        "absent": "its video 'absent.mp4' cannot be read: No such file or directory",
        "silent": NO_VIDEO,
    }
    assert store.rows[2].captions == ("content of b 0", "content of b 1", "content of b 2")
    assert (store.profile, store.facts, store.shape) == ("counting", {"frames": "digests"}, SHAPE)
    assert store.frames is not None
    assert isinstance(store.frames, np.memmap)
    assert store.frames.dtype == store.text.dtype == store.retrieval.dtype == np.float16
    expected = numbers("content of b", 12).reshape(3, 4).astype(np.float16)
    assert np.array_equal(store.frames[2], expected)
    assert not store.frames[~store.has_frames].any()
    assert np.array_equal(store.text[0], store.text[6])
    assert not np.array_equal(store.retrieval[0], store.retrieval[6])


def test_what_is_opened_again_is_what_was_written(tmp_path: Path, items: list[Item]) -> None:
    written, opened = extract(tmp_path / "out", Counting(), items), FeatureStore.open(tmp_path / "out")
    assert (opened.rows, opened.manifest) == (written.rows, written.manifest)
    assert np.array_equal(opened.retrieval, written.retrieval)
    assert len(opened) == 7


def test_texts_alone_make_no_file_of_frames(tmp_path: Path) -> None:
    store = extract(tmp_path, Counting(), [Item("1", "one"), Item("2", "two")])
    assert store.frames is None
    assert not store.has_frames.any()
    assert not list(tmp_path.glob("frames-*"))


def test_nothing_is_done_twice(tmp_path: Path, items: list[Item]) -> None:
    extract(tmp_path / "out", Counting(), items)
    before = (tmp_path / "out" / "manifest.json").read_bytes(), content(tmp_path / "out")
    again = Counting()
    extract(tmp_path / "out", again, items)
    assert (again.clips, again.texts_seen) == ([], [])
    assert ((tmp_path / "out" / "manifest.json").read_bytes(), content(tmp_path / "out")) == before


def test_a_model_that_is_needed_last_is_tried_before_the_first_clip(tmp_path: Path, items: list[Item]) -> None:
    profile = Counting(unusable="the model 'text' cannot be loaded")
    with pytest.raises(MissingError, match="'text' cannot be loaded"):
        extract(tmp_path / "features", profile, items)
    assert not profile.clips


def test_models_are_loaded_once_and_not_at_all_when_everything_is_done(tmp_path: Path, items: list[Item]) -> None:
    profile = Counting()
    extract(tmp_path / "features", profile, items)
    extract(tmp_path / "features", profile, items)
    assert profile.loaded == 1


def test_only_what_is_new_or_changed_is_done_again(tmp_path: Path, items: list[Item]) -> None:
    out, clip = tmp_path / "out", items[2].video
    extract(out, Counting(), items)
    assert clip is not None
    clip.write_text("other content")
    added = tmp_path / "clips" / "e.mp4"
    added.write_text("content of e")
    again = Counting()
    wanted = [Item("e", "text of e", added), *items[:5], replace(items[5], text="new text")]
    store = extract(out, again, wanted)
    assert sorted(again.clips) == ["b", "e"]
    assert sorted(again.texts_seen) == ["new text", "text of e"]
    assert store.rows[3].captions[0] == "other content 0"
    assert store.ids == ("e", "a", "broken", "b", "c", "absent", "d")
    assert len(list(out.glob("*.npy"))) == 3, "what the first extraction left is gone"


def test_a_video_that_is_only_touched_is_read_again(tmp_path: Path, items: list[Item]) -> None:
    extract(tmp_path / "out", Counting(), items)
    assert items[3].video is not None
    os.utime(items[3].video, ns=(1, 1))
    again = Counting()
    extract(tmp_path / "out", again, items)
    assert again.clips == ["c"]


def test_other_models_make_everything_anew(tmp_path: Path, items: list[Item]) -> None:
    extract(tmp_path / "out", Counting(), items)
    other = Counting({"frames": "digests, newer"})
    extract(tmp_path / "out", other, items)
    assert sorted(other.clips) == ["a", "b", "broken", "c", "d"]
    assert len(other.texts_seen) == 6


@pytest.mark.parametrize("stop", ["a", "b", "d"])
def test_an_interrupted_extraction_goes_on_and_changes_no_bit(tmp_path: Path, items: list[Item], stop: str) -> None:
    extract(tmp_path / "whole", Counting(), items)
    first, second = Counting(stops_at=stop), Counting()
    with pytest.raises(StoppedError):
        extract(tmp_path / "out", first, items, workers=1)
    with pytest.raises(MissingError, match="there are no features"):
        FeatureStore.open(tmp_path / "out")
    extract(tmp_path / "out", second, items, workers=2)
    assert content(tmp_path / "out") == content(tmp_path / "whole")
    kept = [item.id for item in items][: [item.id for item in items].index(stop)]
    assert not set(second.clips) & set(kept)


def test_texts_that_were_interrupted_go_on_by_whole_blocks(tmp_path: Path) -> None:
    items = [Item(str(number), f"text {number % 700}") for number in range(1000)]
    extract(tmp_path / "whole", Counting(), items)
    first, second = Counting(stops_after_texts=300), Counting()
    with pytest.raises(StoppedError):
        extract(tmp_path / "out", first, items)
    extract(tmp_path / "out", second, items)
    assert len(first.texts_seen) + len(second.texts_seen) == 700
    assert content(tmp_path / "out") == content(tmp_path / "whole")


@pytest.mark.parametrize("torn", ["frames.jsonl", "frames.f16"])
def test_a_half_written_row_is_not_counted_as_done(tmp_path: Path, items: list[Item], torn: str) -> None:
    extract(tmp_path / "whole", Counting(), items)
    with pytest.raises(StoppedError):
        extract(tmp_path / "out", Counting(stops_at="d"), items, workers=1)
    path = tmp_path / "out" / UNFINISHED / torn
    os.truncate(path, path.stat().st_size - 3)
    second = Counting()
    extract(tmp_path / "out", second, items)
    assert second.clips == ["c", "d"]
    assert content(tmp_path / "out") == content(tmp_path / "whole")


def test_a_row_whose_line_was_never_written_is_overwritten(tmp_path: Path, items: list[Item]) -> None:
    extract(tmp_path / "whole", Counting(), items)
    with pytest.raises(StoppedError):
        extract(tmp_path / "out", Counting(stops_at="d"), items, workers=1)
    with (tmp_path / "out" / UNFINISHED / "frames.f16").open("ab") as file:
        file.write(b"\xff" * 17)
    extract(tmp_path / "out", Counting(), items)
    assert content(tmp_path / "out") == content(tmp_path / "whole")


def test_work_begun_with_other_models_is_not_gone_on_with(tmp_path: Path, items: list[Item]) -> None:
    with pytest.raises(StoppedError):
        extract(tmp_path / "out", Counting({"frames": "old"}, stops_at="d"), items, workers=1)
    second = Counting()
    extract(tmp_path / "out", second, items)
    assert sorted(second.clips) == ["a", "b", "broken", "c", "d"]


def test_the_old_features_can_be_read_until_the_new_ones_are_whole(tmp_path: Path, items: list[Item]) -> None:
    out = tmp_path / "out"
    old = extract(out, Counting(), items[:3])
    kept = np.array(old.text)
    with pytest.raises(StoppedError):
        extract(out, Counting(stops_at="d"), items)
    assert FeatureStore.open(out).ids == old.ids
    extract(out, Counting(), items)
    assert np.array_equal(old.text, kept)


KILLED = """
import sys
from pathlib import Path
from popcorn.tools.popularity.features.extraction import extract
from popcorn.tools.popularity.features.profiles import open_profile
from popcorn.tools.popularity.features.types import Item
out, clips = map(Path, sys.argv[1:3])
items = [Item(path.stem, f"about {path.stem}", path) for path in sorted(clips.iterdir())]
extract(out, open_profile("light", text="hashing"), items, lambda done, total: print(done, flush=True), workers=2)
"""


def test_an_extraction_killed_at_any_time_goes_on_to_the_same_bytes(tmp_path: Path) -> None:
    from popcorn.tools.media.encode import ClipWriter, Encoding

    clips = tmp_path / "clips"
    clips.mkdir()
    for number in range(8):
        with ClipWriter(clips / f"{number}.mp4", Encoding(64, 96), {}) as writer:
            for step in range(6):
                writer.write(np.full((96, 64, 3), 20 * number + 5 * step, np.uint8))
    command = [sys.executable, "-c", KILLED]
    subprocess.run([*command, str(tmp_path / "whole"), str(clips)], check=True, capture_output=True)
    for wanted in (2, 5, 8):
        with subprocess.Popen(
            [*command, str(tmp_path / "out"), str(clips)], stdout=subprocess.PIPE, text=True
        ) as process:
            assert process.stdout is not None
            for line in process.stdout:
                if int(line) >= wanted:
                    process.send_signal(signal.SIGKILL)
                    break
    ended = subprocess.run([*command, str(tmp_path / "out"), str(clips)], check=True, capture_output=True, text=True)
    assert ended.stdout.split()[-1] == "24"
    assert content(tmp_path / "out") == content(tmp_path / "whole")


def test_progress_only_grows_and_ends_at_the_total(tmp_path: Path, items: list[Item]) -> None:
    seen: list[tuple[int, int]] = []
    extract(tmp_path / "out", Counting(), items, lambda done, total: seen.append((done, total)))
    assert seen == sorted(seen)
    assert seen[-1] == (5 + 2 * 7, 5 + 2 * 7)
    seen.clear()
    extract(tmp_path / "out", Counting(), items, lambda done, total: seen.append((done, total)))
    assert seen[-1] == (19, 19)


def test_items_that_are_none_or_alike_are_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="there are no videos to take features of"):
        extract(tmp_path, Counting(), [])
    with pytest.raises(DataError, match="the id 'x' stands for several videos"):
        extract(tmp_path, Counting(), [Item("x", ""), Item("x", "y")])


def test_two_extractions_do_not_work_in_one_folder(tmp_path: Path, items: list[Item]) -> None:
    (tmp_path / "out").mkdir()
    with FileLock(tmp_path / "out" / ".lock"), pytest.raises(StoreError, match="another extraction is at work"):
        extract(tmp_path / "out", Counting(), items)


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path, items: list[Item]) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match=r"features cannot be written to .*file"):
        extract(tmp_path / "file", Counting(), items)


def test_damaged_features_are_told_and_made_again(tmp_path: Path, items: list[Item]) -> None:
    out = tmp_path / "out"
    extract(out, Counting(), items)
    (table,) = out.glob("rows-*.jsonl")
    whole = {path: path.read_bytes() for path in [table, *out.glob("*.npy"), out / "manifest.json"]}
    for path, good in whole.items():
        for bad in (good[:-1], b""):
            path.write_bytes(bad)
            with pytest.raises(DataError, match=r"damaged|cannot be read"):
                FeatureStore.open(out)
        path.unlink()
        with pytest.raises((DataError, MissingError)):
            FeatureStore.open(out)
        path.write_bytes(good)
    table.write_bytes(b"{}")
    extract(out, Counting(), items)
    assert FeatureStore.open(out).ids[0] == "a"


def test_a_newer_format_is_left_alone(tmp_path: Path, items: list[Item]) -> None:
    extract(tmp_path, Counting(), items)
    path = tmp_path / "manifest.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"format": 2, "new": 1}))
    for attempt in (lambda: FeatureStore.open(tmp_path), lambda: extract(tmp_path, Counting(), items)):
        with pytest.raises(NewerFormatError, match="have format 2; this Popcorn reads up to 1"):
            attempt()


def test_a_manifest_cannot_point_outside_its_folder(tmp_path: Path, items: list[Item]) -> None:
    extract(tmp_path, Counting(), items)
    path = tmp_path / "manifest.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"text_file": "../text.npy"}))
    with pytest.raises(DataError, match="points outside its folder"):
        FeatureStore.open(tmp_path)


def test_arrays_with_pickled_objects_are_refused(tmp_path: Path, items: list[Item]) -> None:
    extract(tmp_path, Counting(), items)
    (path,) = tmp_path.glob("text-*.npy")
    np.save(path, np.array([{"a": 1}] * 7, dtype=object), allow_pickle=True)
    with pytest.raises(DataError, match="cannot be read"):
        FeatureStore.open(tmp_path)


def test_videos_are_found_by_their_ids_in_folders_below(tmp_path: Path) -> None:
    place = tmp_path / "videos"
    (place / "deep" / "er").mkdir(parents=True)
    for name in ("1.mp4", "deep/2.WEBM", "deep/er/3.mkv", "3.txt", "4.mp4", "deep/1.webm", "5"):
        (place / name).write_text("")
    assert find_videos(place, {"1", "2", "3", "5", "6"}) == {
        "1": place / "1.mp4",
        "2": place / "deep" / "2.WEBM",
        "3": place / "deep" / "er" / "3.mkv",
    }


def test_links_that_leave_the_folder_are_refused(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    place, outside = tmp_path / "videos", tmp_path / "outside"
    place.mkdir()
    outside.mkdir()
    (outside / "1.mp4").write_text("")
    (place / "2.mp4").write_text("")
    (place / "1.mp4").symlink_to(outside / "1.mp4")
    (place / "3.mp4").symlink_to(place / "2.mp4")
    (place / "folder").symlink_to(outside)
    assert set(find_videos(place, {"1", "2", "3"})) == {"2", "3"}
    assert "1.mp4 leads out of the folder" in caplog.text
    (tmp_path / "linked").symlink_to(place)
    assert set(find_videos(tmp_path / "linked", {"2"})) == {"2"}
    with pytest.raises(DataError, match="there is no folder"):
        find_videos(tmp_path / "absent", {"1"})


def test_links_that_lead_round_in_a_ring_are_left_out(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "1.mp4").write_bytes(b"")
    (tmp_path / "2.mp4").symlink_to(tmp_path / "3.mp4")
    (tmp_path / "3.mp4").symlink_to(tmp_path / "2.mp4")
    assert find_videos(tmp_path, {"1", "2", "3"}) == {"1": tmp_path / "1.mp4"}
    assert caplog.text.count("or nowhere: it is left out") == 2
