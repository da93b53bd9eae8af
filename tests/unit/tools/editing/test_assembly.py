"""Timelines become files, step by step, whole or not at all."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from popcorn.errors import DataError, MissingError, RenderError
from popcorn.tools.editing.assembly import assemble
from popcorn.tools.editing.timeline_parts import AssemblyProgress, CaptionStyle, Cue, Timeline
from popcorn.tools.media.audio import stereo
from popcorn.tools.media.decode import all_luma
from popcorn.tools.media.loudness import loudness
from popcorn.tools.media.probe import probe
from small_ads import SIZE, small_ad

FACTS = {"generator": "Popcorn 0", "title": "Coffee", "ai_generated": False}


@pytest.fixture(scope="module")
def ad(tmp_path_factory: pytest.TempPathFactory) -> Timeline:
    return small_ad(tmp_path_factory.mktemp("ad"), with_music=True)


@pytest.fixture(scope="module")
def work(tmp_path_factory: pytest.TempPathFactory, ad: Timeline) -> Path:
    """A work folder in which the ad was rendered; its file is `ad.mp4`."""
    folder = tmp_path_factory.mktemp("work")
    assemble(ad, folder / "ad.mp4", work=folder, provenance=FACTS)
    return folder


def states(folder: Path) -> dict[str, int]:
    """Each file of a folder and when it was written."""
    return {path.name: path.stat().st_mtime_ns for path in folder.iterdir()}


def test_an_ad_plays_with_picture_and_sound_of_one_length(ad: Timeline, work: Path) -> None:
    facts = probe(work / "ad.mp4")
    assert (facts.codec, facts.pix_fmt, facts.width, facts.height, facts.fps) == ("h264", "yuv420p", *SIZE, 30)
    assert facts.frames == round(ad.seconds * 30)
    assert facts.constant_frame_rate
    assert facts.faststart
    assert facts.provenance == FACTS
    sound = stereo(work / "ad.mp4")
    assert len(sound) / 48_000 == pytest.approx(ad.seconds, abs=0.03)
    measured = loudness(sound, 48_000)
    assert measured.integrated == pytest.approx(-14, abs=0.5)
    assert measured.true_peak <= -1


def test_a_subtitle_is_in_the_picture_from_its_first_frame_to_its_last(ad: Timeline, work: Path) -> None:
    first = ad.cues[0]
    bright = [int((luma[250:380] > 225).sum()) for _, luma in all_luma(work / "ad.mp4")]
    without = assemble(replace(ad, captions=CaptionStyle(burned=False)), work / "bare.mp4", work=work, provenance={})
    bare = [int((luma[250:380] > 225).sum()) for _, luma in all_luma(without)]
    more = np.array(bright) - np.array(bare)
    start = round(first.start * 30)
    assert more[start - 1] < 60 < more[start]


def test_the_same_ad_again_renders_nothing(ad: Timeline, work: Path, tmp_path: Path) -> None:
    assemble(ad, tmp_path / "once.mp4", work=work, provenance=FACTS)
    before = states(work / "cuts"), states(work / "sound"), states(work / "ads")
    again = assemble(ad, tmp_path / "again.mp4", work=work, provenance=FACTS)
    assert (states(work / "cuts"), states(work / "sound"), states(work / "ads")) == before
    assert again.read_bytes() == (work / "ad.mp4").read_bytes()


def test_only_the_last_whole_ad_is_kept_in_the_work_folder(ad: Timeline, work: Path, tmp_path: Path) -> None:
    for title in ("one", "two"):
        assemble(ad, tmp_path / f"{title}.mp4", work=work, provenance={"title": title})
    assert len(states(work / "ads")) == 1
    assert probe(tmp_path / "one.mp4").tags["title"] == "one"


def test_louder_music_renders_no_picture_again(ad: Timeline, work: Path, tmp_path: Path) -> None:
    assert ad.music is not None
    before = states(work / "cuts")
    louder = replace(ad, music=replace(ad.music, gain_db=4.0))
    assemble(louder, tmp_path / "louder.mp4", work=work, provenance=FACTS)
    assert states(work / "cuts") == before


def test_another_subtitle_renders_its_own_cut_again(ad: Timeline, work: Path, tmp_path: Path) -> None:
    before = states(work / "cuts")
    other = replace(ad, cues=(replace(ad.cues[0], text="Pour it now,"), *ad.cues[1:]))
    assemble(other, tmp_path / "other.mp4", work=work, provenance=FACTS)
    assert len(states(work / "cuts").keys() - before.keys()) == 1


def test_progress_counts_every_frame_and_tells_the_time_that_is_left(ad: Timeline, tmp_path: Path) -> None:
    told: list[AssemblyProgress] = []
    assemble(ad, tmp_path / "ad.mp4", work=tmp_path / "work", provenance=FACTS, progress=told.append)
    total = round(ad.seconds * 30)
    assert {one.total for one in told} == {total}
    assert [one.done for one in told] == sorted(one.done for one in told)
    assert (told[0].step, told[-1].step, told[-1].done) == ("sound", "joining", total)
    assert told[0].seconds_left is None
    assert told[-1].seconds_left == 0
    assert "cut 2 of 2" in {one.step for one in told}


def test_an_interruption_leaves_nothing_half_written_and_keeps_what_is_done(ad: Timeline, tmp_path: Path) -> None:
    def stop(one: AssemblyProgress) -> None:
        if one.step == "cut 2 of 2":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        assemble(ad, tmp_path / "ad.mp4", work=tmp_path / "work", provenance=FACTS, progress=stop)
    assert not (tmp_path / "ad.mp4").exists()
    assert len(list((tmp_path / "work/cuts").iterdir())) == 1
    assert not list(tmp_path.rglob("*.part"))


KILLED = """
import sys
from pathlib import Path
from popcorn.tools.editing.assembly import assemble
from small_ads import small_ad
folder = Path(sys.argv[1])
def say(one):
    print(one.step, one.done, flush=True)
assemble(small_ad(folder), folder / "ad.mp4", work=folder / "work", provenance={"generator": "x"}, progress=say)
"""


def started(folder: Path, program: str = KILLED) -> subprocess.Popen[str]:
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parents[3])}
    command = [sys.executable, "-c", program, str(folder)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment)


def test_a_killed_run_goes_on_and_cleans_up_after_itself(tmp_path: Path) -> None:
    with started(tmp_path) as run:
        assert run.stdout is not None
        for line in run.stdout:
            if line.startswith("cut 2") and int(line.split()[-1]) > 60:
                break
        run.send_signal(signal.SIGKILL)
    assert not (tmp_path / "ad.mp4").exists()
    kept = states(tmp_path / "work/cuts")
    finished = [name for name in kept if name.endswith(".mp4")]
    assert len(finished) == 1
    assemble(small_ad(tmp_path), tmp_path / "ad.mp4", work=tmp_path / "work", provenance={"generator": "x"})
    after = states(tmp_path / "work/cuts")
    assert len(after) == 2
    assert not [name for name in after if name.endswith(".part")]
    assert probe(tmp_path / "ad.mp4").frames == round(small_ad(tmp_path).seconds * 30)


def test_a_full_disk_is_an_error_in_a_sentence_and_leaves_no_file(tmp_path: Path) -> None:
    """A limit on the size of files stands for a disk that fills: writing fails in the middle of a cut."""
    limit = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))"
    program = KILLED.replace("assemble(small_ad(folder)", f"ad = small_ad(folder)\n{limit}\nassemble(ad")
    with started(tmp_path, program) as run:
        _, told = run.communicate()
    assert run.returncode == 1
    assert "RenderError" in told
    assert "could not be written: File too large" in told
    assert not list(tmp_path.rglob("*.part"))
    assert not (tmp_path / "ad.mp4").exists()


def test_a_timeline_with_a_hole_is_refused(ad: Timeline, tmp_path: Path) -> None:
    hole = replace(ad, cuts=(ad.cuts[0], replace(ad.cuts[1], at=ad.cuts[1].at + 0.5)))
    with pytest.raises(DataError, match="scene 2 begins at"):
        assemble(hole, tmp_path / "ad.mp4", work=tmp_path / "work", provenance=FACTS)
    with pytest.raises(DataError, match="the timeline shows nothing"):
        assemble(replace(ad, cuts=()), tmp_path / "ad.mp4", work=tmp_path / "work", provenance=FACTS)


def test_a_letter_that_no_font_has_stops_the_ad_before_anything_is_rendered(ad: Timeline, tmp_path: Path) -> None:
    strange = replace(ad, cues=(Cue("\U00012000", 0.1, 0.5),))
    with pytest.raises(MissingError, match="no font here can draw"):
        assemble(strange, tmp_path / "ad.mp4", work=tmp_path / "work", provenance=FACTS)
    assert not (tmp_path / "work").exists()


def test_a_source_that_is_gone_is_named(ad: Timeline, tmp_path: Path) -> None:
    gone = replace(ad, cuts=(replace(ad.cuts[0], source=tmp_path / "gone.mp4"), *ad.cuts[1:]))
    with pytest.raises(DataError, match=r"gone\.mp4' cannot be read"):
        assemble(gone, tmp_path / "ad.mp4", work=tmp_path / "work", provenance=FACTS)


def test_a_place_that_cannot_be_written_is_an_error(ad: Timeline, work: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(RenderError, match="could not be written"):
        assemble(ad, tmp_path / "file" / "ad.mp4", work=work, provenance=FACTS)


def test_an_ad_without_sounds_is_a_silent_file(ad: Timeline, work: Path, tmp_path: Path) -> None:
    out = assemble(replace(ad, speech=(), music=None), tmp_path / "ad.mp4", work=work, provenance=FACTS)
    assert not probe(out).has_audio
