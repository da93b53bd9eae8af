"""A survey: what it finds in footage, what it leaves out with a reason, and that it decodes nothing twice."""

from __future__ import annotations

import os
import threading
from dataclasses import asdict
from fractions import Fraction
from itertools import groupby
from pathlib import Path

import av
import numpy as np
import pytest
from footage_clips import FPS, bare, black, blurred, captioned, clip, panning, still, with_sound
from popcorn.errors import DataError, RequestError, StoppedError
from popcorn.tools.footage import looking
from popcorn.tools.footage.sidecars import sidecar_note
from popcorn.tools.footage.sight import Sight
from popcorn.tools.footage.speech import Transcript
from popcorn.tools.footage.survey import survey
from popcorn.tools.footage.types import Flaw, Footage, HeardWord

WIDE, HIGH = 320, 180


@pytest.fixture(scope="module")
def sight() -> Sight:
    return Sight()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    place = tmp_path / "footage"
    place.mkdir()
    return place


def read(folder: Path, sight: Sight, **more: object) -> Footage:
    return survey(folder, cache=folder.parent / "cache", transcriber=None, sight=sight, **more)


def spans(footage: Footage) -> list[tuple[float, float]]:
    return [(clip.start, clip.end) for clip in footage.clips]


class Dictated:
    """A transcriber that was told beforehand what is said."""

    identity = "dictated-1"

    def __init__(self, *words: HeardWord) -> None:
        self._words = words

    def transcribe(self, path: Path) -> Transcript:
        return Transcript(self._words, "en")


def test_a_cut_parts_two_clips_and_each_knows_its_file(folder: Path, sight: Sight) -> None:
    path = clip(folder / "two.mp4", (still(2, WIDE, HIGH), 2.4), (panning(3, WIDE, HIGH), 2.4))
    first, second = read(folder, sight).clips
    assert [(first.start, first.end), (second.start, second.end)] == [(0.0, 2.4), (2.4, 4.8)]
    assert [(one.number, one.source, one.width, one.height, one.fps) for one in (first, second)] == [
        (1, path, WIDE, HIGH, FPS),
        (2, path, WIDE, HIGH, FPS),
    ]
    assert first.flaws == second.flaws == ()
    assert not first.has_sound


def test_black_and_frozen_stretches_become_clips_of_their_own_that_are_marked(folder: Path, sight: Sight) -> None:
    clip(
        folder / "parts.mp4",
        (still(4, WIDE, HIGH), 2.4),
        (black(WIDE, HIGH), 2.2),
        (panning(5, WIDE, HIGH), 2.4),
        (still(5, WIDE, HIGH, moving=False), 2.6),
    )
    assert [clip.flaws for clip in read(folder, sight).clips] == [(), (Flaw.BLACK,), (), (Flaw.FROZEN,)]


def test_blurred_and_shaken_clips_are_marked(folder: Path, sight: Sight) -> None:
    clip(folder / "blurred.mp4", (blurred(panning(7), 5), 2.2))
    clip(folder / "shaken.mp4", (panning(8, jitter=8), 2.2))
    clip(folder / "sound.mp4", (panning(9, pixels=3.0), 2.2))
    found = {clip.source.stem: clip.flaws for clip in read(folder, sight).clips}
    assert found == {"blurred": (Flaw.BLURRED,), "shaken": (Flaw.SHAKY,), "sound": ()}


def test_a_bare_wall_is_marked_as_empty(folder: Path, sight: Sight) -> None:
    clip(folder / "wall.mp4", (bare(), 2.2))
    assert [clip.flaws for clip in read(folder, sight).clips] == [(Flaw.EMPTY,)]


def test_the_same_recording_encoded_again_is_a_duplicate_and_another_take_is_none(folder: Path, sight: Sight) -> None:
    clip(folder / "a.mp4", (still(1, WIDE, HIGH), 2.4))
    clip(folder / "b.mp4", (still(1, WIDE, HIGH), 2.4), quality=34)
    clip(folder / "c.mp4", (panning(1, WIDE, HIGH, pixels=4), 2.4))
    clips = read(folder, sight).clips
    assert [(clip.twin, clip.flaws) for clip in clips] == [(0, ()), (1, (Flaw.DUPLICATE,)), (0, ())]


def test_what_is_said_decides_where_clips_end(folder: Path, sight: Sight) -> None:
    draw = still(2, WIDE, HIGH)
    with_sound(folder / "talk.mp4", (draw(number) for number in range(6 * FPS)), np.zeros(6 * 16_000), 16_000)
    words = (HeardWord("One", 0.2, 0.6), HeardWord("sentence.", 0.7, 2.4), HeardWord("Another.", 2.8, 4.0))
    footage = survey(folder, cache=folder.parent / "cache", transcriber=Dictated(*words), sight=sight)
    assert spans(footage) == [(0.0, 2.6), (2.6, 6.0)]
    assert [clip.speech for clip in footage.clips] == ["One sentence.", "Another."]
    assert [(clip.language, clip.has_sound) for clip in footage.clips] == [("en", True)] * 2
    assert 'Spoken: "One sentence."' in footage.clips[0].description


def test_burned_in_captions_are_told_apart_and_a_crop_that_avoids_them_is_named(folder: Path, sight: Sight) -> None:
    captions = [(0, 1.5, "Fresh every day"), (1.5, 3, "From our own farm")]
    clip(folder / "a.mp4", (captioned(still(10), captions), 3))
    (only,) = read(folder, sight).clips
    assert [(text.text, text.burned) for text in only.texts] == [
        ("Fresh every day", True),
        ("From our own farm", True),
    ]
    assert only.flaws == ()
    assert only.clear.top == 0.0
    assert 0.7 < only.clear.height < 0.86


def test_all_of_a_clip_can_be_saved_in_a_checkpoint(folder: Path, sight: Sight) -> None:
    """NumPy's numbers cannot, and they hide in places and sizes."""
    clip(folder / "a.mp4", (captioned(panning(10), [(0, 2.4, "Fresh every day")]), 2.4))
    footage = read(folder, sight)
    assert footage.clips[0].texts
    kinds = {type(value) for value in flat(asdict(footage))}
    assert kinds <= {str, int, float, bool, type(folder), Flaw}


def flat(value: object) -> list[object]:
    if isinstance(value, dict):
        return [one for part in value.values() for one in flat(part)]
    if isinstance(value, list | tuple):
        return [one for part in value for one in flat(part)]
    return [value]


def test_a_second_survey_decodes_nothing_whatever_the_file_is_called(
    folder: Path, sight: Sight, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = clip(folder / "a.mp4", (still(2, WIDE, HIGH), 2.4))
    first = read(folder, sight)
    path.rename(folder / "b.mp4")
    monkeypatch.setattr(looking, "look_at", None)
    monkeypatch.setattr(av, "open", None)
    second = read(folder, sight)
    assert spans(second) == spans(first)
    assert second.clips[0].source == folder / "b.mp4"


def test_a_note_beside_the_clip_or_typed_reaches_every_clip_of_it(folder: Path, sight: Sight) -> None:
    clip(folder / "cup.mp4", (still(2, WIDE, HIGH), 2.4))
    (folder / "cup.txt").write_text("The blue cup\nin the kitchen")
    assert read(folder, sight).clips[0].note == "The blue cup in the kitchen"
    assert read(folder, sight, notes={"cup.mp4": "typed"}).clips[0].note == "typed"
    (folder / "cup.txt").unlink()
    (folder / "cup.toml").write_text('place = "kitchen"\nseconds = 3\n')
    assert read(folder, sight).clips[0].note == "place: kitchen. seconds: 3"
    (folder / "cup.toml").write_text("no toml")
    footage = read(folder, sight)
    assert footage.clips[0].note == ""
    assert footage.notices[0].startswith("cup.mp4: the note 'cup.toml' was left out, since it is no TOML")


def test_the_description_says_what_it_is_and_quotes_the_name(folder: Path, sight: Sight) -> None:
    clip(folder / "IMG_2034 pouring-coffee.mp4", (still(2, WIDE, HIGH), 2.4))
    description = read(folder, sight).clips[0].description
    assert description.startswith("Measured, not understood: ")
    assert description.endswith('File name: "pouring coffee".')


def test_files_that_give_no_clip_are_left_out_with_the_reason(folder: Path, sight: Sight) -> None:
    (folder / "broken.mp4").write_bytes(b"\x00\x00\x00\x18ftypmp42" + b"\x00" * 500)
    (folder / "empty.mov").touch()
    clip(folder / "short.mp4", (still(2, WIDE, HIGH), 0.5))
    sound_alone(folder / "sound.m4a")
    (folder / "notes.txt").write_text("about nothing")
    footage = read(folder, sight)
    assert footage.clips == ()
    reasons = {left.path.name: left.reason for left in footage.left_out}
    assert set(reasons) == {"broken.mp4", "empty.mov", "short.mp4", "sound.m4a"}
    assert "cannot be decoded" in reasons["broken.mp4"]
    assert reasons["empty.mov"] == "it is empty"
    assert reasons["short.mp4"] == "it lasts 0.5 s, and a clip at least 2 s"
    assert "has no video in it" in reasons["sound.m4a"]


def sound_alone(path: Path) -> None:
    with av.open(str(path), "w") as out:
        stream = out.add_stream("aac", 16_000)
        block = av.AudioFrame.from_ndarray(np.zeros((1, 16_000), np.float32), format="fltp", layout="mono")
        block.sample_rate = 16_000
        out.mux(stream.encode(block))
        out.mux(stream.encode(None))


def test_half_a_file_gives_the_clips_of_what_can_be_decoded(folder: Path, sight: Sight) -> None:
    path = clip(folder / "a.mp4", (panning(2, WIDE, HIGH), 5))
    whole = path.read_bytes()
    path.write_bytes(whole[: int(len(whole) * 0.6)])
    (only,) = read(folder, sight).clips
    assert 2.0 <= only.seconds < 4.0


def test_links_that_lead_out_of_the_folder_are_not_followed(folder: Path, tmp_path: Path, sight: Sight) -> None:
    outside = clip(tmp_path / "outside.mp4", (still(2, WIDE, HIGH), 2.4))
    (folder / "link.mp4").symlink_to(outside)
    (folder / "gone.mp4").symlink_to(folder / "nowhere.mp4")
    (folder / "ring.mp4").symlink_to(folder / "ring.mp4")
    footage = read(folder, sight)
    assert footage.clips == ()
    assert {left.path.name: left.reason for left in footage.left_out} == {
        "link.mp4": "it is a link that leads out of the folder, or nowhere",
        "ring.mp4": "it is a link that leads out of the folder, or nowhere",
        "gone.mp4": "it cannot be read: No such file or directory",
    }


def test_odd_names_and_several_places_are_read_in_order(folder: Path, tmp_path: Path, sight: Sight) -> None:
    clip(folder / "two\nlines 🍿.mp4", (still(2, WIDE, HIGH), 2.4))
    other = clip(tmp_path / "other.mp4", (panning(3, WIDE, HIGH), 2.4))
    footage = survey([folder, other], cache=tmp_path / "cache", transcriber=None, sight=sight)
    assert [clip.source.name for clip in footage.clips] == ["two\nlines 🍿.mp4", "other.mp4"]


def test_a_file_that_grows_while_it_is_read_is_left_out(folder: Path, sight: Sight) -> None:
    path = clip(folder / "a.mp4", (still(2, WIDE, HIGH), 2.4))
    footage = survey(path, cache=folder.parent / "cache", transcriber=None, sight=Growing(path))
    assert footage.clips == ()
    assert footage.left_out[0].reason == "it changed while it was read"
    assert read(folder, sight).clips


class Growing(Sight):
    """Somebody copies on while the file is read."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self._path = path

    def texts(self):  # type: ignore[no-untyped-def]
        with self._path.open("ab") as file:
            file.write(b"more")
        return super().texts()


def test_a_turned_recording_is_as_a_player_shows_it(folder: Path, sight: Sight) -> None:
    turned(clip(folder / "flat.mp4", (still(2, WIDE, HIGH), 2.4)), folder / "turned.mp4")
    sizes = {clip.source.stem: (clip.width, clip.height) for clip in read(folder, sight).clips}
    assert sizes == {"flat": (WIDE, HIGH), "turned": (HIGH, WIDE)}


def turned(source: Path, out: Path) -> None:
    """The same file with the matrix in its track header that says a quarter turn (ISO/IEC 14496-12, 8.3.2)."""
    whole = bytearray(source.read_bytes())
    at = whole.index(b"tkhd") + 4 + 40
    whole[at : at + 36] = b"".join(
        value.to_bytes(4, "big", signed=True) for value in (0, 1 << 16, 0, -(1 << 16), 0, 0, HIGH << 16, 0, 1 << 30)
    )
    out.write_bytes(bytes(whole))


def test_a_variable_rate_keeps_the_clock_of_the_frames(folder: Path, sight: Sight) -> None:
    """Two seconds at 25 frames a second, then two at 5."""
    times = [*np.arange(50) / 25, *(2 + np.arange(10) / 5)]
    draw = panning(3, WIDE, HIGH)
    with av.open(str(folder / "a.mkv"), "w") as out:
        stream = out.add_stream("libx264", 25)
        stream.width, stream.height, stream.pix_fmt = WIDE, HIGH, "yuv420p"
        stream.codec_context.time_base = Fraction(1, 1000)
        for number, at in enumerate(times):
            frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(draw(number)), format="rgb24")
            frame.pts, frame.time_base = round(at * 1000), Fraction(1, 1000)
            out.mux(stream.encode(frame))
        out.mux(stream.encode(None))
    (only,) = read(folder, sight).clips
    assert only.start == 0.0
    assert only.end == pytest.approx(4.0, abs=0.2)


def test_frames_of_8k_and_of_one_pixel_are_read(folder: Path, sight: Sight) -> None:
    noise = np.random.default_rng(1).integers(0, 255, (8, 16, 3), dtype=np.uint8)
    huge(folder / "8k.mp4", np.kron(noise, np.ones((540, 480, 1), np.uint8)))
    huge(folder / "dot.mkv", noise[:1, :1], codec="ffv1")
    sizes = {clip.source.stem: (clip.width, clip.height) for clip in read(folder, sight).clips}
    assert sizes["8k"] == (7680, 4320)
    assert sizes.get("dot", (1, 1)) == (1, 1)


def huge(path: Path, frame: np.ndarray, codec: str = "libx264") -> None:
    with av.open(str(path), "w") as out:
        stream = out.add_stream(codec, 1)
        stream.height, stream.width = frame.shape[:2]
        stream.pix_fmt = "yuv420p" if codec == "libx264" else "bgr0"
        stream.options = {"preset": "ultrafast"} if codec == "libx264" else {}
        for number in range(3):
            picture = av.VideoFrame.from_ndarray(np.roll(frame, number * frame.shape[1] // 16, axis=1), format="rgb24")
            out.mux(stream.encode(picture))
        out.mux(stream.encode(None))


def test_a_folder_without_footage_is_empty_and_one_that_is_not_there_an_error(folder: Path, sight: Sight) -> None:
    assert read(folder, sight) == Footage(())
    with pytest.raises(DataError, match="there is no footage at"):
        read(folder / "nowhere", sight)


def test_impossible_lengths_are_refused(folder: Path, sight: Sight) -> None:
    with pytest.raises(RequestError, match="clips of 9 to 8 seconds cannot be"):
        read(folder, sight, shortest=9.0)


def test_progress_names_each_file(folder: Path, sight: Sight) -> None:
    clip(folder / "a.mp4", (still(2, WIDE, HIGH), 2.4))
    (folder / "b.mp4").write_bytes(b"no film")
    said: list[tuple[str, int, int]] = []
    read(folder, sight, progress=lambda what, done, total: said.append((what, done, total)))
    steps = [step for step, _ in groupby(said)]  # told again and again while a file is read, so that it can be stopped
    assert steps == [("reading a.mp4", 0, 2), ("reading b.mp4", 1, 2), ("cutting into clips", 2, 2)]


def test_a_pipe_among_the_files_is_passed_over(folder: Path, sight: Sight) -> None:
    os.mkfifo(folder / "pipe.mp4")
    finished = threading.Event()
    thread = threading.Thread(target=lambda: (read(folder, sight), finished.set()), daemon=True)
    thread.start()
    assert finished.wait(20)


def test_four_hundred_files_are_read(folder: Path, sight: Sight) -> None:
    first = clip(folder / "000.mp4", (still(2, 64, 36), 2.0))
    for number in range(1, 400):
        (folder / f"{number:03}.mp4").hardlink_to(first)
    clips = read(folder, sight).clips
    assert len(clips) == 400
    assert {clip.sha256 for clip in clips} == {clips[0].sha256}


def test_a_note_that_leads_out_of_the_folder_is_not_read(folder: Path) -> None:
    (folder.parent / "diary.txt").write_text("nobody's business")
    (folder / "cup.mp4").touch()
    (folder / "cup.txt").symlink_to(folder.parent / "diary.txt")
    told = "the note 'cup.txt' was left out: it is a link that leads out of the folder"
    assert sidecar_note(folder / "cup.mp4") == ("", told)


def test_a_survey_that_is_stopped_ends_in_the_middle_of_a_file(folder: Path, sight: Sight) -> None:
    clip(folder / "long.mp4", (still(2, WIDE, HIGH), 4.0))
    calls = 0

    def progress(_step: str, _done: int, _total: int) -> None:
        nonlocal calls
        calls += 1
        if calls == 3:
            raise StoppedError("stopped")

    with pytest.raises(StoppedError):
        read(folder, sight, progress=progress)
    assert calls == 3
    assert [path for path in (folder.parent / "cache").rglob("*") if path.is_file()] == []
