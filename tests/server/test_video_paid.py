"""Nothing is paid for twice without a person's word: a server that lies, and counts what it began."""

from __future__ import annotations

import json
import os
import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from popcorn.agent.wiring.spending import call_off
from popcorn.errors import (
    BudgetError,
    ConsentError,
    MissingError,
    NewerFormatError,
    PopcornError,
    RenderError,
    StoppedError,
    StoreError,
)
from popcorn.settings import load_settings
from popcorn.settings_tables import RendererSettings
from popcorn.tools.video.provenance import digest_of
from popcorn.tools.video.purchase import Purchase, Stage
from popcorn.tools.video.purchase_terms import Terms
from popcorn.tools.video.purchases import Purchases
from popcorn.tools.video.served.renderer import ServedRenderer
from popcorn.tools.video.served.server import Pace
from popcorn.tools.video.types import Clip, Fit, RenderRequest

REQUEST = RenderRequest("Biryani", "A sealed clay pot, the lid lifts.", seed=5)
QUICK = Pace(first=0.02, longest=0.05, pulse=0.02, silence=5, tries=3, goodbye=0.5)
IMPATIENT = replace(QUICK, silence=0.5)


@pytest.fixture(autouse=True)
def _direct(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("no_proxy", "127.0.0.1")


@pytest.fixture
def videos(videos: Any) -> Any:
    """Half a dollar a clip."""
    videos.size = (180, 320)
    return videos


@pytest.fixture
def ledger(tmp_path: Path) -> Purchases:
    return Purchases(tmp_path / "home" / "paid")


@pytest.fixture
def buy(videos: Any, ledger: Purchases, tmp_path: Path) -> Any:
    """Renders once more, as another command would: to another file, from another folder."""
    number = 0

    def bought(request: RenderRequest = REQUEST, *, pace: Pace = QUICK, progress: Any = None, **how: Any) -> Clip:
        nonlocal number
        number += 1
        terms = {name: how.pop(name) for name in ("again", "anew", "check", "account") if name in how}
        settings = RendererSettings(**{"base_url": videos.url, "price": 0.5} | how)
        renderer = ServedRenderer("api:tiny", settings, pace=pace, terms=Terms(ledger, **terms))
        return renderer.render(request, tmp_path / f"run-{number}" / "clip.mp4", progress)

    return bought


def job_of(clip: Clip) -> str:
    assert clip.recipe is not None
    return clip.recipe.job


def notes(clip: Clip) -> str:
    assert clip.recipe is not None
    return "; ".join(clip.recipe.notes)


def stages(ledger: Purchases) -> list[Stage]:
    return [one.stage for _, one in ledger.every()]


def refused(buy: Any, kind: type[PopcornError] = ConsentError, **how: Any) -> PopcornError:
    with pytest.raises(kind) as caught:
        buy(**how)
    assert caught.value.hint
    return caught.value


@pytest.mark.parametrize("status", [500, 502, 503, 504, 524, 409, 408, 406, 423, 424, 460, 499, 300])
@pytest.mark.parametrize("begun", [True, False])
def test_a_gateway_error_is_no_reason_to_ask_again(
    videos: Any, video_server: ModuleType, buy: Any, status: int, *, begun: bool
) -> None:
    videos.faults["begun" if begun else "POST"] = [video_server.Fault(status=status) for _ in range(9)]
    if begun:
        clip = buy()
        assert "the only one there with these words" in notes(clip)
    else:
        error = refused(buy)
        assert f"answered with status {status}" in error.message
        assert "none of the jobs that it lists fits" in error.message
        assert "$0.5" in error.message
        assert "--buy-again" in error.hint
        refused(buy)
    assert videos.count("POST") == 1
    assert videos.made == begun


@pytest.mark.parametrize("begun", [True, False])
def test_a_silent_or_broken_connection_is_none_either(
    videos: Any, video_server: ModuleType, buy: Any, *, begun: bool
) -> None:
    videos.faults["begun" if begun else "POST"] = [video_server.Fault(stall=2)]
    if begun:
        assert job_of(buy(pace=IMPATIENT)) == "video_gen_1"
    else:
        assert "silent for 0.5 s" in refused(buy, pace=IMPATIENT).message
        refused(buy)
    assert videos.count("POST") == 1


@pytest.mark.parametrize("body", [b"<html>busy</html>", b"{}", b""])
def test_an_answer_that_is_no_job_may_hide_one(videos: Any, video_server: ModuleType, buy: Any, body: bytes) -> None:
    videos.faults["begun"] = [video_server.Fault(status=200, body=body)]
    assert job_of(buy()) == "video_gen_1"
    assert videos.count("POST") == 1


@pytest.mark.parametrize("fault", [{"status": 429}, {"status": 503, "headers": {"Retry-After": "0.1"}}], ids=str)
def test_what_began_nothing_is_asked_again_with_the_same_key(
    videos: Any, video_server: ModuleType, buy: Any, ledger: Purchases, fault: dict[str, Any]
) -> None:
    videos.faults["POST"] = [video_server.Fault(**fault)]
    buy()
    assert (videos.count("POST"), videos.made, len(set(videos.keys))) == (2, 1, 1)
    videos.faults["POST"] = [video_server.Fault(**fault) for _ in range(3)]
    other = replace(REQUEST, seed=6)
    refused(buy, RenderError, request=other)
    assert stages(ledger).count(Stage.UNSENT) == 1
    buy(request=other)
    assert videos.made == 2
    assert len(set(videos.keys[2:])) == 1, "the key survives the process that wrote it"


def test_a_refusal_leaves_nothing_in_doubt(videos: Any, video_server: ModuleType, buy: Any) -> None:
    videos.faults["POST"] = [video_server.Fault(status=401)]
    assert refused(buy, MissingError).nothing_begun
    assert buy().frames == 72
    assert videos.made == 1


@pytest.mark.parametrize(
    "status", [400, 401, 402, 403, 404, 405, 407, 410, 411, 413, 414, 415, 417, 421, 422, 425, 426, 428, 431, 451]
)
def test_what_refuses_before_any_work_leaves_nothing_in_doubt_and_is_not_sent_again(
    videos: Any, video_server: ModuleType, buy: Any, ledger: Purchases, status: int
) -> None:
    videos.faults["POST"] = [video_server.Fault(status=status)]
    assert refused(buy, PopcornError).nothing_begun
    assert (videos.count("POST"), stages(ledger)) == (1, [Stage.UNSENT])


@pytest.mark.parametrize("status", [403, 451])
def test_a_page_that_forbids_may_come_from_between_and_hide_a_job(
    videos: Any, video_server: ModuleType, buy: Any, status: int
) -> None:
    page = {"status": status, "body": b"<html>blocked by your administrator</html>"}
    videos.faults["begun"] = [video_server.Fault(**page)]
    assert job_of(buy()) == "video_gen_1"
    videos.faults["POST"] = [video_server.Fault(**page)]
    other = replace(REQUEST, seed=6)
    assert "blocked by your administrator" in refused(buy, request=other).message
    refused(buy, request=other)
    assert (videos.count("POST"), videos.made) == (2, 1)


@pytest.mark.parametrize("status", [307, 308])
def test_a_server_that_wants_the_same_sent_elsewhere_began_nothing_and_nobody_goes_there(
    videos: Any, video_server: ModuleType, buy: Any, ledger: Purchases, status: int
) -> None:
    there = video_server.Fault(status=status, headers={"Location": f"{videos.url}/videos"})
    videos.faults["POST"] = [there]
    error = refused(buy, RenderError)
    assert "sends us on to" in error.message
    assert error.nothing_begun
    assert (videos.count("POST"), videos.made, stages(ledger)) == (1, 0, [Stage.UNSENT])
    buy()
    assert (videos.count("POST"), videos.made, len(set(videos.keys))) == (2, 1, 1)


def test_a_server_that_cannot_be_reached_may_be_asked_as_often_as_one_likes(buy: Any, videos: Any) -> None:
    gone = {"base_url": "http://127.0.0.1:9/v1"}
    for _ in range(2):
        error = refused(buy, RenderError, **gone)
        assert "cannot be reached" in error.message
        assert error.nothing_begun


def test_a_job_that_repeats_the_key_is_ours_whatever_else_is_there(
    videos: Any, video_server: ModuleType, buy: Any
) -> None:
    videos.echoes = videos.forgets_words = True
    videos.begin({"prompt": REQUEST.video_prompt, "size": "720x1280", "model": "tiny"})
    videos.faults["begun"] = [video_server.Fault(status=504)]
    clip = buy()
    assert "repeats the key" in notes(clip)
    assert (job_of(clip), videos.count("POST")) == ("video_gen_1", 1)


def test_a_server_that_sends_a_request_on_may_have_heard_it(videos: Any, video_server: ModuleType, buy: Any) -> None:
    videos.faults["begun"] = [video_server.Fault(status=303, headers={"Location": "/elsewhere"})]
    assert job_of(buy()) == "video_gen_1"
    assert videos.count("POST") == 1


def test_a_moment_in_words_is_read_too(videos: Any, video_server: ModuleType, buy: Any) -> None:
    videos.begin({"prompt": REQUEST.video_prompt, "size": "720x1280", "model": "tiny"})
    videos.jobs["video_gen_0"]["created_at"] = datetime.now(UTC).isoformat()
    videos.faults["POST"] = [video_server.Fault(status=502)]
    assert job_of(buy()) == "video_gen_0"


def test_of_two_jobs_that_fit_none_is_taken(videos: Any, video_server: ModuleType, buy: Any) -> None:
    fields = {"prompt": REQUEST.video_prompt, "size": "720x1280", "model": "tiny"}
    videos.begin(fields), videos.begin(fields)
    videos.faults["POST"] = [video_server.Fault(status=502)]
    error = refused(buy)
    assert "2 of its jobs fit: video_gen_" in error.message
    assert videos.count("POST") == 1


@pytest.mark.parametrize(
    "other",
    [{"prompt": "another shot"}, {"model": "large"}, {"size": "720x720"}, {"created_at": 1_700_000_000}],
    ids=lambda other: next(iter(other)),
)
def test_the_job_of_somebody_else_is_not_taken(
    videos: Any, video_server: ModuleType, buy: Any, other: dict[str, Any]
) -> None:
    job = videos.begin({"prompt": REQUEST.video_prompt, "size": "720x1280", "model": "tiny"})
    videos.jobs[job["id"]] |= other
    videos.faults["POST"] = [video_server.Fault(status=502)]
    assert "none of the jobs that it lists fits" in refused(buy).message


@pytest.mark.parametrize("told", ["lists", "forgets_words"])
def test_a_server_that_does_not_say_leaves_it_to_the_person(
    videos: Any, video_server: ModuleType, buy: Any, told: str
) -> None:
    setattr(videos, told, told == "forgets_words")
    videos.faults["begun"] = [video_server.Fault(status=504)]
    refused(buy)
    refused(buy)
    assert videos.count("POST") == 1


@pytest.mark.parametrize(("status", "times"), [(401, 1), (404, 1), (405, 1), (429, 3), (501, 3), (503, 3)])
def test_a_list_of_jobs_is_asked_for_again_only_where_that_may_help(
    videos: Any, video_server: ModuleType, buy: Any, status: int, times: int
) -> None:
    videos.faults = {"begun": [video_server.Fault(status=504)], "list": [video_server.Fault(status=status)] * 3}
    assert "its list of jobs cannot be had" in refused(buy).message
    assert (sum("limit=" in one.path for one in videos.seen), videos.count("POST")) == (times, 1)


def test_with_a_persons_word_it_is_sent_once_more_and_with_the_same_key(
    videos: Any, video_server: ModuleType, buy: Any, ledger: Purchases
) -> None:
    videos.faults["POST"] = [video_server.Fault(status=502), video_server.Fault(status=502)]
    refused(buy)
    refused(buy, again=True)
    assert (videos.count("POST"), len(set(videos.keys))) == (2, 1)
    refused(buy)
    assert videos.count("POST") == 2
    assert buy(again=True).frames == 72
    assert (videos.count("POST"), len(set(videos.keys))) == (3, 2)
    assert stages(ledger) == [Stage.ASKED, Stage.ASKED, Stage.DELIVERED]
    assert ledger.cost("") == 1.5, "what nobody knows of counts as bought"


def test_a_word_does_not_buy_what_is_there(videos: Any, buy: Any) -> None:
    videos.breaks, videos.ranges = 3, False
    refused(buy, RenderError)
    assert job_of(buy(again=True)) == "video_gen_1"
    assert videos.made == 1


@pytest.mark.parametrize("ends", ["failed", "expired", "cancelled"])
def test_a_job_that_comes_to_nothing_is_not_begun_anew_unasked(videos: Any, buy: Any, ends: str) -> None:
    videos.ends, videos.failures, videos.error = ends, 1, {"code": 500, "message": "out of memory"}
    for _ in range(2):
        error = refused(buy)
        assert f"the job video_gen_1 at api:tiny {ends}: out of memory; it may cost $0.5" in error.message or (
            "the job video_gen_1 for this clip, begun at " in error.message and ends in error.message
        )
        assert "Nothing was begun anew: another one may cost $0.5 more, and is begun with --buy-again" in error.hint
    assert videos.count("POST") == 1
    assert job_of(buy(again=True)) == "video_gen_2"


def test_a_job_that_the_server_does_not_know_any_more_is_not_begun_anew_unasked(videos: Any, buy: Any) -> None:
    videos.breaks, videos.ranges = 3, False
    refused(buy, RenderError)
    videos.forget()
    assert "has no job video_gen_1: Video not found" in refused(buy).message
    assert "is not known there any more" in refused(buy).message
    assert videos.made == 1
    assert job_of(buy(again=True)) == "video_gen_2"


def test_that_a_job_is_not_known_is_not_believed_at_once(videos: Any, video_server: ModuleType, buy: Any) -> None:
    videos.faults["GET"] = [video_server.Fault(status=404, body=b'{"detail": "Video not found"}')]
    assert job_of(buy()) == "video_gen_1"


@pytest.mark.parametrize("status", [404, 409, 425, 429, 500, 503, 202])
def test_a_finished_job_is_asked_for_its_file_until_it_is_there(
    videos: Any, video_server: ModuleType, buy: Any, status: int
) -> None:
    videos.faults["content"] = [video_server.Fault(status=status) for _ in range(8)]
    assert job_of(buy()) == "video_gen_1"
    assert videos.made == 1


def test_a_file_that_never_comes_is_asked_for_as_long_as_the_time_lasts_and_kept_for_the_next(
    videos: Any, video_server: ModuleType, buy: Any
) -> None:
    videos.faults["content"] = [video_server.Fault(status=404) for _ in range(10_000)]
    began = time.monotonic()
    error = refused(buy, RenderError, timeout=3)
    assert time.monotonic() - began >= 3
    assert videos.count("GET", "/content") > 3
    assert "has finished the job, but its file answers with status 404" in error.message
    assert "nothing is bought anew" in error.hint
    videos.faults.clear()
    assert job_of(buy()) == "video_gen_1"
    assert (videos.made, videos.deleted) == (1, [])


def test_a_file_that_is_gone_for_good_is_told_at_once(videos: Any, video_server: ModuleType, buy: Any) -> None:
    videos.faults["content"] = [video_server.Fault(status=410)]
    assert "the file of the job video_gen_1 at api:tiny is gone" in refused(buy).message
    assert videos.made == 1


@pytest.mark.parametrize("way", ["download_url", "job_url"])
def test_an_address_in_place_of_the_file_is_followed_on_the_server_and_to_no_other_port(
    videos: Any, video_server: ModuleType, buy: Any, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    monkeypatch.setenv("VIDEO_KEY", "sk-only-for-its-own-server")
    with video_server.running() as elsewhere:
        setattr(videos, way, f"{elsewhere.url}/videos/other/content")
        if way == "job_url":
            videos.faults["content"] = [video_server.Fault(status=404) for _ in range(100)]
        assert "another port of its host" in refused(buy, RenderError).message
        assert not elsewhere.seen
    videos.size, videos.jobs["other"] = (180, 320), {"size": "180x320", "fields": {"num_frames": "72"}}
    setattr(videos, way, f"{videos.url}/files/other.mp4")
    assert buy(key_variable="VIDEO_KEY").frames == 72
    assert videos.made == 1


@pytest.mark.parametrize(
    "target", ["file:///etc/passwd", "http://192.0.2.1/x", "https://me:you@192.0.2.1/x", "ftp://a/b"]
)
@pytest.mark.parametrize("way", ["download_url", "job_url"])
def test_an_address_that_nobody_should_follow_is_not(
    videos: Any, video_server: ModuleType, buy: Any, target: str, way: str
) -> None:
    if way == "job_url":
        videos.faults["content"] = [video_server.Fault(status=404) for _ in range(100)]
    setattr(videos, way, target)
    assert "is not fetched: it sends us on to" in refused(buy, RenderError).message
    setattr(videos, way, "")
    videos.faults.clear()
    assert job_of(buy()) == "video_gen_1", "the clip of a finished job can still be fetched"
    assert videos.made == 1


def test_addresses_that_name_one_another_come_to_an_end(videos: Any, buy: Any) -> None:
    videos.download_url = f"{videos.url}/videos/video_gen_1/content"
    assert "addresses away" in refused(buy, RenderError).message


def test_a_file_that_is_no_clip_is_not_bought_again_unasked(videos: Any, buy: Any) -> None:
    videos.file = b"not a video"
    error = refused(buy, RenderError)
    assert "cannot be decoded" in error.message
    assert "--buy-again" in error.hint
    refused(buy, RenderError)
    assert videos.made == 1
    videos.file = None
    assert job_of(buy()) == "video_gen_1"


def put_away(videos: Any, ledger: Purchases) -> None:
    ServedRenderer("api:tiny", RendererSettings(base_url=videos.url, price=0.5), terms=Terms(ledger)).put_away(REQUEST)


def test_what_was_delivered_is_fetched_once_more_and_bought_only_when_it_is_wanted_anew(
    videos: Any, buy: Any, ledger: Purchases
) -> None:
    assert [job_of(buy()), job_of(buy()), job_of(buy(request=replace(REQUEST, fit=Fit.PAD)))] == ["video_gen_1"] * 3
    put_away(videos, ledger)
    assert job_of(buy(anew=True)) == "video_gen_2"
    assert job_of(buy()) == "video_gen_2", "the file that came before belongs to another job"


def test_a_change_is_of_the_purchase_that_it_is_told_of(ledger: Purchases) -> None:
    first, second = (Purchase("api:tiny", "http://here/v1", "tiny", 0.5, stage=Stage.ASKED) for _ in range(2))
    ledger.add("clip", first)
    ledger.tell([first.id])
    ledger.agree("clip")
    ledger.add("clip", second)
    ledger.change("clip", first, replace(first, stage=Stage.ENDED, end="was called off"))
    ended = replace(first, stage=Stage.ENDED, end="was called off", told=True, agreed=True)
    assert ledger.of("clip") == [ended, second], "and a word that was given meanwhile is kept"
    gone = replace(second, key="of another purchase")
    with pytest.raises(StoreError, match=r"does not list the purchase of .* any more"):
        ledger.change("clip", gone, replace(gone, stage=Stage.ENDED))
    assert ledger.of("clip") == [ended, second]


def test_a_word_is_about_the_purchase_that_the_person_was_told_of(ledger: Purchases) -> None:
    first, second = (Purchase("api:tiny", "http://here/v1", "tiny", 0.5, stage=Stage.ASKED) for _ in range(2))
    ledger.add("clip", first)
    ledger.agree("clip")
    assert ledger.of("clip") == [first], "nobody had told them of it"
    ledger.tell([first.id])
    ledger.add("clip", second)
    ledger.agree("clip")
    assert ledger.of("clip") == [replace(first, told=True), second], "the later one is another matter"
    ledger.tell([second.id])
    ledger.agree("clip")
    assert ledger.of("clip")[1] == replace(second, told=True, agreed=True)


def test_the_flag_buys_only_in_place_of_what_the_person_was_told_of(
    videos: Any, video_server: ModuleType, buy: Any, ledger: Purchases
) -> None:
    videos.faults["POST"] = [video_server.Fault(status=502)]
    refused(buy)
    ((digest, told),) = ledger.every()
    untold = replace(told, key="sent by another process that was killed", told=False)
    ledger.add(digest, untold)
    assert "may have begun a clip" in refused(buy, again=True).message
    assert videos.count("POST") == 1
    assert buy(again=True).frames == 72, "of which they have been told by now"
    assert [one.stage for one in ledger.of(digest)] == [Stage.ASKED, Stage.ASKED, Stage.DELIVERED]


def test_what_came_while_it_was_called_off_stays_delivered(videos: Any, ledger: Purchases, tmp_path: Path) -> None:
    begun = Purchase("api:tiny", videos.url, "tiny", 0.5, stage=Stage.BEGUN, job="video_gen_1")
    settings = load_settings(
        home=tmp_path / "home", renderers={"api": {"base_url": videos.url, "model": "tiny", "price": 0.5}}
    )
    videos.begin({"prompt": REQUEST.video_prompt, "size": "720x1280", "model": "tiny"})
    (job,) = videos.jobs
    ledger.add("clip", begun := replace(begun, job=job))

    class Meanwhile(list[str]):
        """Its file comes in another process while the server calls the job off."""

        def append(self, job: str) -> None:
            super().append(job)
            ledger.change("clip", begun, replace(begun, stage=Stage.DELIVERED))

    videos.deleted = Meanwhile()
    assert call_off(settings, job).stage is Stage.DELIVERED
    assert videos.deleted == [job]
    assert ledger.of("clip") == [replace(begun, stage=Stage.DELIVERED)]


@pytest.mark.parametrize("spelling", ["http://localhost:{}/v1/", "HTTP://LocalHost.:{}/v1", "http://[::1]:{}/v1"])
def test_a_server_on_this_machine_is_one_however_it_is_spelled(
    videos: Any, video_server: ModuleType, buy: Any, ledger: Purchases, spelling: str
) -> None:
    videos.faults["begun"], videos.lists = [video_server.Fault(status=504)], False
    refused(buy)
    other = ServedRenderer("api:tiny", RendererSettings(base_url=spelling.format(videos.port), price=0.5))
    last = ledger.last(other.digest(REQUEST))
    assert last is not None
    assert last.stage is Stage.ASKED
    ledger.change(other.digest(REQUEST), last, replace(last, stage=Stage.BEGUN, job="video_gen_1"))
    assert ledger.jobs(spelling.format(videos.port)) == {"video_gen_1"}
    assert ledger.jobs(f"http://127.0.0.2:{videos.port}/v1") == frozenset()


def test_who_writes_at_the_same_time_loses_nothing(ledger: Purchases) -> None:
    from concurrent.futures import ThreadPoolExecutor

    every = [Purchase("api:tiny", "http://here/v1", "tiny", 0.5, stage=Stage.ASKED) for _ in range(12)]

    def bought(one: Purchase) -> None:
        Purchases(ledger.folder).add("clip", one)
        Purchases(ledger.folder).tell([one.id])
        Purchases(ledger.folder).agree("clip")
        Purchases(ledger.folder).change("clip", one, replace(one, stage=Stage.BEGUN, job=one.key))

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(bought, every))
    assert {one.job for one in ledger.of("clip")} == {one.key for one in every}


@pytest.mark.parametrize("other", [{}, {"identity": "another clip"}, {"server": "http://elsewhere/v1"}], ids=str)
def test_a_job_that_popcorn_0_1_0_noted_beside_its_clip_is_gone_on_with(
    videos: Any, video_server: ModuleType, buy: Any, ledger: Purchases, tmp_path: Path, other: dict[str, str]
) -> None:
    renderer = ServedRenderer("api:tiny", RendererSettings(base_url=videos.url, price=0.5))
    old = videos.begin({"prompt": REQUEST.video_prompt, "size": "720x1280", "model": "tiny", "num_frames": "72"})["id"]
    noted = {"job": old, "server": videos.url, "identity": digest_of(renderer.identity(REQUEST))} | other
    note = tmp_path / "run-1" / ".clip.job.json"
    note.parent.mkdir()
    note.write_text(json.dumps(noted))
    assert (job_of(buy()) == old, note.exists(), videos.count("POST")) == (
        (False, True, 1) if other else (True, False, 0)
    )
    assert ledger.cost("") == 0.5


@pytest.mark.parametrize("damage", ["", "{", "[]", '{"job": 3}', '{"job": "../x"}'])
def test_a_damaged_note_of_popcorn_0_1_0_is_as_good_as_none(videos: Any, buy: Any, tmp_path: Path, damage: str) -> None:
    note = tmp_path / "run-1" / ".clip.job.json"
    note.parent.mkdir()
    note.write_text(damage)
    assert buy().frames == 72
    assert (videos.count("POST"), note.read_text()) == (1, damage)


def test_what_was_never_put_away_is_not_bought_anew(videos: Any, buy: Any, ledger: Purchases) -> None:
    buy()
    videos.forget()
    renderer = ServedRenderer("api:tiny", RendererSettings(base_url=videos.url, price=0.5))
    wanted_anew = renderer.buying(Terms(ledger, anew=True))
    assert wanted_anew.estimate(REQUEST).cost_usd == 0
    assert job_of(buy(anew=True)) == "video_gen_1"
    assert videos.made == 1
    put_away(videos, ledger)
    assert wanted_anew.estimate(REQUEST).cost_usd == 0.5


def test_what_came_is_kept_until_it_is_put_away_and_then_bought_with_a_word_only(
    videos: Any, buy: Any, ledger: Purchases
) -> None:
    videos.stated_seconds = "4"
    videos.frames = 96
    assert (job_of(first := buy()), first.seconds) == ("video_gen_1", REQUEST.seconds)
    videos.forget()
    clip = buy()
    assert (job_of(clip), clip.frames) == ("video_gen_1", first.frames), "longer ones are cut as they were before"
    assert "came before and was kept" in notes(clip)
    put_away(videos, ledger)
    for _ in range(2):
        refused(buy)
    assert videos.made == 1
    assert job_of(buy(again=True)) == "video_gen_2"


def test_a_kept_file_goes_once_nobody_came_for_it_in_thirty_days(ledger: Purchases, tmp_path: Path) -> None:
    (came := tmp_path / "came.mp4").write_bytes(b"a clip")
    ledger.hold("late", came)
    ledger.hold("lately", came)
    for digest, days in (("late", 31), ("lately", 29)):
        then = time.time() - days * 24 * 3600
        os.utime(ledger.folder / f"{digest}.clip", (then, then))
    ledger.hold("now", came)
    assert [ledger.holds(digest) for digest in ("late", "lately", "now")] == [False, True, True]


def test_a_job_that_is_listed_twice_is_one(videos: Any, video_server: ModuleType, buy: Any) -> None:
    job = {"id": "video_gen_1", "prompt": REQUEST.video_prompt, "created_at": time.time()}
    videos.faults["begun"] = [video_server.Fault(status=502)]
    videos.faults["list"] = [video_server.Fault(status=200, body=json.dumps({"data": [job, job]}).encode())]
    assert job_of(buy()) == "video_gen_1"
    assert videos.made == 1


def test_a_stop_leaves_what_is_paid_for_and_the_same_command_fetches_it(videos: Any, buy: Any) -> None:
    videos.looks = 10**6

    def stop(done: int, _total: int) -> None:
        if done:
            raise StoppedError("stopped by hand")

    error = refused(buy, StoppedError, progress=stop)
    assert error.message == f"stopped; the job video_gen_1 stays at {videos.url}, and it may cost $0.5"
    assert "goes on with it, and nothing is bought anew" in error.hint
    videos.looks = 1
    assert job_of(buy()) == "video_gen_1"
    assert (videos.made, videos.deleted) == (1, [])


def test_a_stop_while_it_is_begun_hears_its_job_first(videos: Any, buy: Any) -> None:
    videos.delay = 0.3
    told = 0

    def stop(_done: int, _total: int) -> None:
        nonlocal told
        told += 1
        if told > 3:
            raise StoppedError("stopped by hand")

    assert "the job video_gen_1 stays at" in refused(buy, StoppedError, progress=stop).message
    assert job_of(buy()) == "video_gen_1"
    assert (videos.made, videos.deleted) == (1, [])


def test_a_job_that_takes_too_long_is_left_where_it_is_paid_for(videos: Any, buy: Any) -> None:
    videos.looks = 10**6
    error = refused(buy, RenderError, timeout=0.4)
    assert "had made no clip after 0.4 seconds; the job video_gen_1 goes on there" in error.message
    videos.looks = 1
    assert job_of(buy()) == "video_gen_1"
    assert (videos.made, videos.deleted) == (1, [])


def test_where_nobody_pays_a_stop_calls_off_and_the_same_command_begins_another(videos: Any, buy: Any) -> None:
    videos.looks = 10**6

    def stop(done: int, _total: int) -> None:
        if done:
            raise StoppedError("stopped by hand")

    refused_with = pytest.raises(StoppedError, match=r"^stopped by hand$")
    with refused_with:
        buy(price=0, progress=stop)
    assert videos.deleted == ["video_gen_1"]
    videos.looks = 1
    assert job_of(buy(price=0)) == "video_gen_2"


def test_a_server_here_of_which_nobody_said_that_it_is_free_asks_a_person(videos: Any, buy: Any) -> None:
    videos.looks = 10**6
    refused(buy, RenderError, timeout=0.4, price=None)
    assert videos.deleted == ["video_gen_1"]
    videos.looks = 1
    error = refused(buy, price=None)
    assert "was called off; it may cost money" in error.message
    assert videos.made == 1
    assert job_of(buy(price=None, again=True)) == "video_gen_2"


def test_nothing_is_sent_where_it_cannot_be_written_down(videos: Any, buy: Any, tmp_path: Path) -> None:
    (tmp_path / "home").write_text("in the way")
    assert "nothing was bought" in refused(buy, StoreError).message
    assert videos.seen == []


def test_a_damaged_record_is_no_leave_to_buy(
    videos: Any, video_server: ModuleType, buy: Any, ledger: Purchases
) -> None:
    videos.faults["POST"] = [video_server.Fault(status=502)]
    refused(buy)
    (record,) = ledger.folder.glob("*.json")
    assert (record.stat().st_mode & 0o777, ledger.folder.stat().st_mode & 0o777) == (0o600, 0o700)
    for damage in ("", "{", "[]", '{"schema_version": 1}'):
        record.write_text(damage)
        error = refused(buy, StoreError)
        assert "which says what may have been bought, cannot be read" in error.message
        assert "Look at the server" in error.hint
    record.write_text(json.dumps({"schema_version": 9, "purchases": []}))
    assert "has format 9" in refused(buy, NewerFormatError).message
    assert videos.count("POST") == 1


def test_what_it_may_cost_is_checked_before_anything_is_sent(videos: Any, buy: Any, ledger: Purchases) -> None:
    def check(price: float | None) -> None:
        if ledger.cost("run") + (price or 0) > 0.6:
            raise BudgetError("too dear", hint="Allow more.")

    buy(check=check, account="run")
    assert refused(buy, BudgetError, check=check, account="run", request=replace(REQUEST, seed=6)).nothing_begun
    assert videos.count("POST") == 1
    buy(check=check, account="run"), "what is there costs nothing more"


def test_two_who_want_the_same_clip_at_the_same_time_pay_once(videos: Any, buy: Any) -> None:
    from concurrent.futures import ThreadPoolExecutor

    videos.delay, videos.looks = 0.2, 5
    with ThreadPoolExecutor(3) as pool:
        clips = list(pool.map(lambda _: buy(), range(3)))
    assert [job_of(clip) for clip in clips] == ["video_gen_1"] * 3
    assert videos.made == 1
