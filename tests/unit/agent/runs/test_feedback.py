"""From a finished run to what its published clip drew: the store, what may be told, and tables of counts."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from popcorn.agent.runs.feedback import PublishedRuns, count_told, published
from popcorn.agent.runs.feedback_store import FeedbackStore, notices_of
from popcorn.agent.runs.feedback_table import Asked, ToldCount, read_counts
from popcorn.agent.runs.run_store import Kind, RunStore
from popcorn.errors import RequestError, StoreError
from popcorn.tools.popularity.feedback.types import Count, PublishedVideo
from published_runs import finished_run, score_of

NOW = datetime(2026, 11, 30, 9, tzinfo=UTC)


def _video(home: Path, run_id: str, platform: str = "") -> PublishedVideo:
    store = RunStore(home)
    return published(store, store.find(run_id), platform)


def _imported(home: Path, table: str, counted: str = "") -> list[ToldCount]:
    file = home / "counts.csv"
    file.write_text(table)
    return read_counts(file, PublishedRuns(RunStore(home)), Asked(NOW, counted))


def test_a_count_is_kept_beside_what_was_predicted(tmp_path: Path) -> None:
    run = finished_run(tmp_path, score_of(8.5, rank=60))
    (added,) = FeedbackStore(tmp_path).add([(_video(tmp_path, run), count_told("1.2K", "3", "40,000"))])
    kept = FeedbackStore(tmp_path).find(run)
    assert kept == added.video
    assert kept is not None
    assert (kept.prediction.log2_comments, kept.prediction.rank, kept.platform) == (8.5, 60, "short-video")
    assert (kept.counts[0].comments, kept.counts[0].views, kept.counts[0].age_days) == (1200, 40_000, 3)
    assert len(kept.prediction.weights) == 64


def test_a_home_without_feedback_is_not_changed_by_a_look_at_it(tmp_path: Path) -> None:
    assert FeedbackStore(tmp_path).videos() == []
    assert FeedbackStore(tmp_path).find("20260101-000000-abcdef") is None
    assert list(tmp_path.iterdir()) == []


def test_counts_are_kept_all_or_none(tmp_path: Path) -> None:
    first, second = (finished_run(tmp_path, score_of(8)) for _ in range(2))
    store, videos = FeedbackStore(tmp_path), [_video(tmp_path, run) for run in (first, second)]
    with pytest.raises(RequestError, match=f"run {first} would have 10 comments at 3 days and fewer, 9, at 7 days"):
        store.add([(videos[1], Count(3, 5)), (videos[0], Count(3, 10)), (videos[0], Count(7, 9))])
    assert store.videos() == []


def test_the_latest_count_of_an_age_holds_and_the_one_before_stays_in_the_file(tmp_path: Path) -> None:
    store, video = FeedbackStore(tmp_path), _video(tmp_path, finished_run(tmp_path, score_of(8)))
    store.add([(video, Count(3, 10))])
    (again,) = store.add([(video, Count(3, 12))])
    assert again.replaced == Count(3, 10)
    (kept,) = store.videos()
    assert kept.counts == (Count(3, 12),)
    assert b'"comments": 10' in (tmp_path / "feedback.sqlite").read_bytes() + b"".join(
        path.read_bytes() for path in tmp_path.glob("feedback.sqlite-wal")
    )


def test_two_processes_add_at_once_and_nothing_is_lost(tmp_path: Path) -> None:
    video = _video(tmp_path, finished_run(tmp_path, score_of(8)))
    FeedbackStore(tmp_path).add([(video, Count(1, 10))])
    script = (
        "import sys; from pathlib import Path; from popcorn.agent.runs.feedback_store import FeedbackStore;"
        "from popcorn.tools.popularity.feedback.types import Count; home, start = Path(sys.argv[1]), int(sys.argv[2])\n"
        "for step in range(20):\n"
        "    store = FeedbackStore(home); (video,) = store.videos()\n"
        "    store.add([(video, Count(2 + start + 2 * step, 100))])"
    )
    arguments = [[sys.executable, "-c", script, str(tmp_path), str(start)] for start in (0, 1)]
    workers = [subprocess.Popen(one, cwd=tmp_path) for one in arguments]
    assert [worker.wait() for worker in workers] == [0, 0]
    (kept,) = FeedbackStore(tmp_path).videos()
    assert len(kept.counts) == 41


def test_a_run_that_never_came_to_a_clip_was_never_published(tmp_path: Path) -> None:
    run = RunStore(tmp_path).start("tacos", {})
    with pytest.raises(
        RequestError, match=r"never came to a finished clip \(running\), so nothing of it was published"
    ):
        _video(tmp_path, run.run_id)


def test_a_run_without_a_score_an_ad_and_a_conversation_are_refused(tmp_path: Path) -> None:
    with pytest.raises(RequestError, match="has no score"):
        _video(tmp_path, finished_run(tmp_path, None))
    with pytest.raises(RequestError, match="made an ad, of which no popularity was predicted"):
        _video(tmp_path, finished_run(tmp_path, score_of(8), kind=Kind.AD))
    with pytest.raises(RequestError, match="is a conversation"):
        _video(tmp_path, finished_run(tmp_path, score_of(8), kind=Kind.CHAT))


def test_a_short_video_may_name_its_own_platform_and_keeps_it(tmp_path: Path) -> None:
    run, store = finished_run(tmp_path, score_of(8)), FeedbackStore(tmp_path)
    store.add([(_video(tmp_path, run, "TikTok"), Count(3, 10))])
    with pytest.raises(RequestError, match="has counts of tiktok; those of instagram are on another scale") as raised:
        store.add([(_video(tmp_path, run, "instagram"), Count(7, 90))])
    assert "--platform tiktok" in raised.value.hint
    (kept,) = store.videos()
    assert (kept.platform, len(kept.counts)) == ("tiktok", 1)


def test_a_platform_that_the_run_was_not_scored_for_is_refused(tmp_path: Path) -> None:
    short, youtube = (finished_run(tmp_path, score_of(8), platform=name) for name in ("short-video", "youtube"))
    with pytest.raises(RequestError, match="scored for short videos; what YouTube counts is on another scale"):
        _video(tmp_path, short, "YouTube")
    with pytest.raises(RequestError, match="scored for YouTube; what tiktok counts is on another scale"):
        _video(tmp_path, youtube, "tiktok")
    with pytest.raises(RequestError, match="is no name of a platform"):
        _video(tmp_path, short, "../x")


@pytest.mark.parametrize(
    ("comments", "age", "message"),
    [
        ("many", "3", "'many' is no number of comments"),
        ("", "3", "'' is no number of comments"),
        ("-4", "3", "'-4' is no number of comments"),
        ("4.5", "3", "'4.5' is no number of comments"),
        ("4", "soon", "'soon' is no age in days"),
        ("4", "0", "an age of 0 days is none"),
        ("4", "nan", "an age of nan days is none"),
    ],
)
def test_what_is_no_count_is_said(comments: str, age: str, message: str) -> None:
    with pytest.raises(RequestError, match=message):
        count_told(comments, age)


@pytest.mark.parametrize(("text", "number"), [("1.2K", 1200), ("1,2K", 1200), ("1,234", 1234), ("1.234", 1234)])
def test_a_count_is_read_with_either_sign(text: str, number: int) -> None:
    assert count_told(text, "3").comments == number


def test_a_table_of_counts_is_read_as_people_have_it(tmp_path: Path) -> None:
    run = finished_run(tmp_path, score_of(8))
    rows = _imported(tmp_path, f"run_id;comments;age_days;views\n{run};1.234;0,5;12.345\n{run};2.345;7;\n")
    assert [(one.count.age_days, one.count.comments, one.count.views) for one in rows] == [
        (0.5, 1234, 12_345),
        (7, 2345, None),
    ]


def test_bad_rows_of_a_table_are_named_and_nothing_is_taken(tmp_path: Path) -> None:
    run = finished_run(tmp_path, score_of(8))
    table = f"run,comments,age\n{run},5,3\n{run},5,0\n20260101-000000-abcdef,5,3\n{run},,3\n,5,3\n"
    with pytest.raises(RequestError) as raised:
        _imported(tmp_path, table)
    assert raised.value.message.startswith("4 of 5 rows of ")
    assert "line 3: an age of 0 days is none that a counted video has" in raised.value.message
    assert "line 4: there is no run '20260101-000000-abcdef'" in raised.value.message
    assert "and 1 more row" in raised.value.message
    assert "nothing was imported" in raised.value.hint


def test_a_table_of_several_platforms_is_refused(tmp_path: Path) -> None:
    first, second = (finished_run(tmp_path, score_of(8)) for _ in range(2))
    with pytest.raises(RequestError, match=r"counts of 2 platforms: instagram, tiktok; their scales never mix"):
        _imported(tmp_path, f"run,comments,age,platform\n{first},5,3,tiktok\n{second},5,3,instagram\n")


def test_a_table_without_a_needed_column_or_a_row_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RequestError, match="has no column for the age"):
        _imported(tmp_path, "run,comments\nx,5\n")
    with pytest.raises(RequestError, match="has no rows"):
        _imported(tmp_path, "run,comments,age\n")


def test_ten_thousand_rows_are_taken(tmp_path: Path) -> None:
    run = finished_run(tmp_path, score_of(8))
    rows = "".join(f"{run},{number},{number + 1}\n" for number in range(10_000))
    told = _imported(tmp_path, f"run,comments,age\n{rows}")
    FeedbackStore(tmp_path).add([(one.video, one.count) for one in told])
    (kept,) = FeedbackStore(tmp_path).videos()
    assert len(kept.counts) == 10_000


def test_a_row_that_does_not_fit_those_before_it_is_named(tmp_path: Path) -> None:
    video = _video(tmp_path, finished_run(tmp_path, score_of(8)))
    with pytest.raises(RequestError) as raised:
        FeedbackStore(tmp_path).add([(video, Count(3, 10)), (video, Count(7, 9))], places=["line 2", "line 3"])
    assert raised.value.message.startswith("line 3: run ")


def test_the_very_same_count_is_kept_once_and_said(tmp_path: Path) -> None:
    store, video = FeedbackStore(tmp_path), _video(tmp_path, finished_run(tmp_path, score_of(8)))
    store.add([(video, Count(3, 10, added="2026-11-29T00:00:00+00:00"))])
    (again,) = store.add([(video, Count(3, 10, added="2026-11-30T00:00:00+00:00"))])
    assert (again.again, again.replaced, again.count.added) == (True, None, "2026-11-29T00:00:00+00:00")
    assert notices_of(again)[0] == "it was kept before: the same numbers at 3 days"
    assert store.videos()[0].counts == (again.count,)


def test_two_rows_of_one_age_that_disagree_are_refused_and_the_same_row_twice_is_one(tmp_path: Path) -> None:
    run = finished_run(tmp_path, score_of(8))
    with pytest.raises(RequestError, match=r"lines 2 and 3 have 7,100 and 7,200 comments of run .* at 42 days"):
        _imported(tmp_path, f"run,comments,age\n{run},7100,42\n{run},7200,42\n")
    assert len(_imported(tmp_path, f"run,comments,age\n{run},7100,42\n{run},7100,42\n")) == 2


def test_an_export_of_youtube_studio_is_read_by_its_titles_and_dates(tmp_path: Path) -> None:
    first, second = (finished_run(tmp_path, score_of(8), title=title) for title in ("Street tacos", "Otters, at play"))
    table = (
        "Content,Video title,Video publish time,Duration,Comments added,Views,Likes\n"
        'Total,,,,97,"12,345",900\n'
        'abc,Street Tacos #shorts,"Nov 20, 2026",3,42,"9,876",800\n'
        'abd,"Otters, at play","Nov 23, 2026",3,55,"2,469",100\n'
    )
    with pytest.raises(RequestError, match="nobody says when it was counted: --counted DATE"):
        _imported(tmp_path, table)
    for counted in ("2026-11-30", "today"):
        rows = _imported(tmp_path, table, counted)
        assert [(one.video.run_id, one.count.age_days, one.count.comments, one.count.views) for one in rows] == [
            (first, 10, 42, 9876),
            (second, 7, 55, 2469),
        ]


def test_an_export_of_tiktok_has_dates_without_a_year(tmp_path: Path) -> None:
    run = finished_run(tmp_path, score_of(8), title="Street tacos")
    table = "Time,Video title,Video link,Post time,Total likes,Total comments,Total shares,Total views\n"
    rows = f"{table}x,Street tacos,https://x,November 20,900,1.2K,5,30K\nx,Street tacos,y,December 1,901,1.3K,5,31K\n"
    ages = [(one.video.run_id, one.count.age_days) for one in _imported(tmp_path, rows, "2026-11-30")]
    assert ages == [(run, 10), (run, 364)]


def test_a_date_in_place_of_an_age_is_one_and_a_count_of_tomorrow_is_none(tmp_path: Path) -> None:
    run = finished_run(tmp_path, score_of(8))
    (row,) = _imported(tmp_path, f"run,comments,age\n{run},5,2026-11-20\n", "2026-11-30")
    assert row.count.age_days == 10
    with pytest.raises(RequestError, match="it was counted on '2026-12-30', which is yet to come"):
        _imported(tmp_path, f"run,comments,age\n{run},5,2026-11-20\n", "2026-12-30")
    with pytest.raises(RequestError, match="'soon' is no age in days"):
        _imported(tmp_path, f"run,comments,age\n{run},5,soon\n", "2026-11-30")


def test_a_title_of_no_run_or_of_several_is_named(tmp_path: Path) -> None:
    for _ in range(2):
        finished_run(tmp_path, score_of(8), title="Street tacos")
    with pytest.raises(RequestError, match=r"line 2: 2 runs have the title 'Street tacos': .*; line 3: no run has the"):
        _imported(tmp_path, "title,comments,age\nStreet tacos,5,3\nOtters,6,3\n")


def test_a_file_that_is_no_feedback_is_named_as_what_it_should_be(tmp_path: Path) -> None:
    (tmp_path / "feedback.sqlite").write_text("not a database, and longer than a page of one has to be" * 9)
    with pytest.raises(StoreError, match=r"the feedback '.*feedback.sqlite' cannot be used: file is not a database"):
        FeedbackStore(tmp_path).videos()


def test_a_platform_that_was_named_once_stands_for_later_counts(tmp_path: Path) -> None:
    run, store = finished_run(tmp_path, score_of(8)), FeedbackStore(tmp_path)
    assert store.platform(run) == ""
    store.add([(_video(tmp_path, run, "tiktok"), Count(3, 10))])
    assert (store.platform(run), store.platforms()) == ("tiktok", {run: "tiktok"})
    runs = PublishedRuns(RunStore(tmp_path), store.platforms())
    assert (runs.find(run).platform, runs.find(run, "instagram").platform) == ("tiktok", "instagram")


def test_a_count_that_was_told_by_mistake_is_taken_away_and_with_the_last_one_the_platform(tmp_path: Path) -> None:
    run, store = finished_run(tmp_path, score_of(8)), FeedbackStore(tmp_path)
    store.add([(_video(tmp_path, run, "tiktok"), Count(age, age * 10)) for age in (3, 7, 30)])
    store.add([(_video(tmp_path, run, "tiktok"), Count(30, 310))])
    with pytest.raises(RequestError, match=f"run {run} has no count at 5 days") as raised:
        store.remove(run, 5)
    assert raised.value.hint == "It has counts at 3 days, 7 days, 30 days."
    assert store.remove(run, 30) == (Count(30, 310),)
    assert [one.age_days for one in store.videos()[0].counts] == [3, 7]  # what 310 had replaced does not come back
    assert len(store.remove(run)) == 2
    with pytest.raises(RequestError, match=f"there is no feedback of run {run}"):
        store.remove(run)
    store.add([(_video(tmp_path, run, "instagram"), Count(7, 5))])
    assert store.platform(run) == "instagram"
