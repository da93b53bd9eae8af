"""Who answers samples without a model, and answers as the bench writes them; models are tested against a server."""

from __future__ import annotations

from pathlib import Path

import pytest
from finished_ads import LINES, known_ad, product_file, subtitled_ad
from popcorn.errors import DataError, RequestError, StoreError
from popcorn.study.ads.answers import read_answer
from popcorn.study.ads.bench_run import SampleWishes, answered, material, pictures_of, run
from popcorn.study.ads.finished_ads import AdReader, Unusable
from popcorn.study.ads.planners.by_frames import FrameLikeness
from popcorn.study.ads.planners.simple import FirstClips, RandomClips, line_baselines
from popcorn.study.ads.planners.types import NOTHING, PlannedAd, answer_line
from popcorn.study.ads.samples import Sample


@pytest.fixture
def asked() -> list[Sample]:
    """A sample of each of two ads of one product."""
    ads = [known_ad("mug/1.mp4", LINES, mark=1), known_ad("mug/2.mp4", LINES[::-1], mark=2)]
    return material(ads, SampleWishes()).samples


def test_an_answer_is_written_as_the_bench_reads_it(asked: list[Sample]) -> None:
    sample = asked[0]
    first, second = map(str, sample.answer[:2])
    line = answer_line(sample, "m", PlannedAd((second, "99", first), ("a", "b", "c"), (("a",), ("b",), ("c",))))
    answer, faults = read_answer(line)
    assert not faults
    assert (answer.ad, answer.model, answer.product) == ("mug/1.mp4#1", "m", "trailcup steel mug")
    assert (answer.order, answer.selection) == ((second, "99", first),) * 2
    assert (answer.candidates, answer.order_from, answer.seconds) == (6, 6, (2.0, 0.0, 2.0))
    assert answer.reference_script == LINES


def test_no_answer_misses_everything(asked: list[Sample]) -> None:
    line = answer_line(asked[0], "m", NOTHING)
    assert (line["order"], line["selection"], line["script"], line["seconds"]) == ([], [], [], [2.0] * 3)


def test_who_is_told_which_clips_belong_selects_none(asked: list[Sample]) -> None:
    facts = line_baselines(None, 0)[-1]
    (planned,) = facts.plan(asked[:1])
    line = answer_line(asked[0], facts.name, planned)
    assert "selection" not in line
    assert line["order_from"] == 3
    assert sorted(planned.clips) == sorted(map(str, asked[0].answer))


def test_chance_draws_as_many_clips_as_the_ad_has(asked: list[Sample]) -> None:
    drawn = RandomClips(3).plan(asked)
    assert drawn == RandomClips(3).plan(asked)
    assert all(len(set(one.clips)) == 3 for one in drawn)
    assert FirstClips().plan(asked)[0].clips == ("1", "2", "3")


def test_ads_that_give_no_sample_are_counted_by_their_reason() -> None:
    found = material(
        [known_ad(), known_ad("mug/2.mp4", ["one line"]), Unusable("a.mp4", "too long", "130 s")], SampleWishes()
    )
    assert (found.ads, dict(found.left_out)) == (1, {"fewer than 2 clips": 1, "too long": 1})
    with pytest.raises(DataError, match=r"no ad can be asked about: too long \(1\)"):
        material([Unusable("a.mp4", "too long", "130 s")], SampleWishes())


def test_what_is_answered_is_not_asked_again(asked: list[Sample], tmp_path: Path) -> None:
    out, told = tmp_path / "answers.jsonl", list[tuple[int, int]]()
    assert run(asked, [FirstClips()], out, lambda done, total: told.append((done, total))) == 2
    assert run(asked, [FirstClips(), RandomClips()], out, lambda done, total: told.append((done, total))) == 2
    assert answered(out) == {(sample.name, name) for sample in asked for name in (FirstClips.name, RandomClips.name)}
    assert told == [(0, 2), (2, 2), (2, 4), (4, 4)]


def test_a_file_of_something_else_is_left_alone(asked: list[Sample], tmp_path: Path) -> None:
    out = tmp_path / "notes.txt"
    out.write_text("milk\nbread\n")
    with pytest.raises(RequestError, match="is there already and holds no answers"):
        run(asked, [FirstClips()], out, lambda *_: None)
    assert out.read_text() == "milk\nbread\n"
    with pytest.raises(StoreError):
        run(asked, [FirstClips()], tmp_path / "no folder" / "a.jsonl", lambda *_: None)


@pytest.fixture(scope="module")
def filmed(tmp_path_factory: pytest.TempPathFactory) -> list[Sample]:
    """The sample of an ad on disk, with shots of three seconds."""
    folder = tmp_path_factory.mktemp("ads")
    subtitled_ad(product_file(folder).parent / "1.mp4", LINES, seconds=3.0)
    return material(AdReader(folder / "cache").ads(folder), SampleWishes()).samples


def test_a_judge_sees_every_second_of_the_chosen_clips(filmed: list[Sample]) -> None:
    (sample,) = filmed
    answer, _ = read_answer(answer_line(sample, "m", PlannedAd(("2", "7", "1"), ("a", "b", "c"))))
    look = pictures_of(filmed)(answer)
    assert look is not None
    assert [(name, len(frames)) for name, frames in look()] == [("2", 3), ("1", 3)]
    nobody, _ = read_answer({"ad": "else", "model": "m", "order": [1], "reference_order": [1]})
    assert pictures_of(filmed)(nobody) is None


def test_clips_go_under_the_lines_that_a_clip_model_finds_alike(filmed: list[Sample], clip_model: Path) -> None:
    (planned,) = FrameLikeness(str(clip_model)).plan(filmed)
    assert sorted(planned.clips) == ["1", "2", "3"]
