"""A video model behind a server, over real HTTP: what is sent, what is made of what comes, which error is raised."""

from __future__ import annotations

import asyncio
import json
import time
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from popcorn.agent.wiring.draft_rendering import Beside, render_drafts
from popcorn.errors import BadClipError, MissingError, PopcornError, RenderError, RequestError, StoppedError
from popcorn.settings import Settings
from popcorn.settings_tables import RendererSettings
from popcorn.tools.media.probe import luminance, probe
from popcorn.tools.remote.identity import ServerIdentity
from popcorn.tools.video.registry import load
from popcorn.tools.video.served.download import Download
from popcorn.tools.video.served.jobs import Job
from popcorn.tools.video.served.renderer import ServedRenderer
from popcorn.tools.video.served.server import Pace, VideoServer
from popcorn.tools.video.types import Aspect, Clip, Estimate, Fit, RenderRequest

KEY = "sk-video-only-for-this-test"
REQUEST = RenderRequest("Biryani", "A sealed clay pot, the lid lifts, steam; slow push-in; 3 seconds.", seed=5)
QUICK = Pace(first=0.02, longest=0.05, pulse=0.02, silence=5, tries=3, goodbye=0.5)
IMPATIENT = replace(QUICK, silence=0.5)
SMALL = (180, 320)


@pytest.fixture(autouse=True)
def _key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VIDEO_KEY", KEY)
    monkeypatch.setenv("no_proxy", "127.0.0.1")


@pytest.fixture
def videos(videos: Any) -> Any:
    """It makes small clips, as encoding and checking large ones takes seconds."""
    videos.size = SMALL
    return videos


def opened(videos: Any, pace: Pace = QUICK, **settings: Any) -> ServedRenderer:
    return ServedRenderer(
        "api:tiny", RendererSettings(base_url=videos.url, key_variable="VIDEO_KEY", **settings), pace=pace
    )


def rendered(videos: Any, folder: Path, request: RenderRequest = REQUEST, **settings: Any) -> Clip:
    return opened(videos, **settings).render(request, folder / "clip.mp4")


def refused(videos: Any, folder: Path, pace: Pace = QUICK, **settings: Any) -> PopcornError:
    with pytest.raises(PopcornError) as caught:
        opened(videos, pace, **settings).render(REQUEST, folder / "clip.mp4")
    error = caught.value
    assert error.hint
    assert KEY not in f"{error!r} {error.hint} {error.__cause__!r}"
    return error


def left(folder: Path) -> list[str]:
    """Files beside what tells of purchases, which stays."""
    return sorted(file.name for file in folder.iterdir() if file.name != ".popcorn-paid")


def notes(clip: Clip) -> str:
    assert clip.recipe is not None
    return "; ".join(clip.recipe.notes)


def test_everything_is_sent_as_a_form_and_the_clip_comes_back_checked(videos: Any, tmp_path: Path) -> None:
    videos.size = None
    clip = rendered(videos, tmp_path, steps=30, guidance=4.5)
    assert videos.posted == [
        {
            "prompt": REQUEST.video_prompt,
            "model": "tiny",
            "size": "720x1280",
            "seconds": "3",
            "num_frames": "72",
            "fps": "24",
            "seed": "5",
            "num_inference_steps": "30",
            "guidance_scale": "4.5",
        }
    ]
    assert "multipart/form-data" in videos.seen[0].headers["Content-Type"]
    assert {one.headers["Authorization"] for one in videos.seen} == {f"Bearer {KEY}"}
    assert (clip.width, clip.height, clip.frames, clip.fps, clip.seconds) == (720, 1280, 72, 24.0, 3.0)
    assert (clip.renderer, clip.silent, clip.demo) == ("api:tiny", True, False)
    recipe = clip.recipe
    assert recipe is not None
    assert (recipe.model, recipe.job, recipe.seed, recipe.steps, recipe.notes) == ("tiny", "video_gen_1", 5, 30, ())
    assert left(tmp_path) == ["clip.mp4"]
    assert not luminance(clip.path).is_frozen
    facts = probe(clip.path)
    assert (facts.codec, facts.pix_fmt, facts.faststart) == ("h264", "yuv420p", True)
    assert (facts.provenance["ai_generated"], facts.provenance["model"]) == (True, "tiny")


@pytest.mark.parametrize(("aspect", "size"), [(Aspect.LANDSCAPE, "1280x720"), (Aspect.SQUARE, "720x720")])
def test_other_shapes_are_asked_for(videos: Any, tmp_path: Path, aspect: Aspect, size: str) -> None:
    videos.size = (320, 180) if aspect is Aspect.LANDSCAPE else (240, 240)
    rendered(videos, tmp_path, RenderRequest("T", "a cat", aspect=aspect))
    assert videos.posted[0]["size"] == size


def test_a_few_frames_more_are_kept_and_noted(videos: Any, tmp_path: Path) -> None:
    for frames in (73, 81):
        videos.frames = frames
        clip = rendered(videos, tmp_path)
        assert clip.frames == frames
        assert f"asked for 72 frames, made {frames}" in notes(clip)
        assert "asked for 720x1280, made 180x320" in notes(clip)


def test_progress_is_that_of_the_server_and_never_falls(videos: Any, tmp_path: Path) -> None:
    videos.looks = 8
    seen: list[tuple[int, int]] = []
    opened(videos).render(REQUEST, tmp_path / "clip.mp4", lambda *now: seen.append(now))
    assert (seen[0], seen[-1]) == ((0, 72), (72, 72))
    assert [done for done, _ in seen] == sorted(done for done, _ in seen)
    assert any(0 < done < 72 for done, _ in seen)


def test_a_stop_while_waiting_calls_the_job_off_and_leaves_nothing(videos: Any, tmp_path: Path) -> None:
    videos.looks = 10**6

    def stop(done: int, _total: int) -> None:
        if done:
            raise StoppedError("stopped by hand")

    began = time.monotonic()
    with pytest.raises(StoppedError, match="stopped by hand"):
        opened(videos).render(REQUEST, tmp_path / "clip.mp4", stop)
    assert time.monotonic() - began < 120
    assert videos.deleted == ["video_gen_1"]
    assert left(tmp_path) == []


@pytest.mark.parametrize("kind", ["GET", "content"])
def test_a_stop_is_heard_while_the_server_hangs(
    videos: Any, video_server: ModuleType, tmp_path: Path, kind: str
) -> None:
    videos.faults[kind] = [video_server.Fault(stall=120)]
    patient = Pace(first=0.02, pulse=0.05, silence=300, goodbye=0.5)
    began = time.monotonic()
    asked = "/content" if kind == "content" else ""

    def stop(_done: int, _total: int) -> None:
        if videos.count("GET", asked):  # the one that hangs
            raise StoppedError("stopped by hand")

    with pytest.raises(StoppedError):
        opened(videos, patient).render(REQUEST, tmp_path / "clip.mp4", stop)
    assert time.monotonic() - began < 120
    assert videos.deleted == (["video_gen_1"] if kind == "GET" else []), "a clip that is finished is kept"
    assert left(tmp_path) == []


def stopping_at(number: int) -> Any:
    told = 0

    def stop(_done: int, _total: int) -> None:
        nonlocal told
        told += 1
        if told == number:
            raise StoppedError("stopped by hand")

    return stop


def test_a_stop_while_the_job_is_being_begun_calls_it_off_too(videos: Any, tmp_path: Path) -> None:
    videos.delay = 0.3
    with pytest.raises(StoppedError):
        opened(videos).render(REQUEST, tmp_path / "clip.mp4", stopping_at(3))
    assert (videos.count("POST"), videos.deleted) == (1, ["video_gen_1"])
    assert left(tmp_path) == []


def test_a_stop_while_a_limit_is_waited_out_begins_nothing(
    videos: Any, video_server: ModuleType, tmp_path: Path
) -> None:
    videos.faults["POST"] = [video_server.Fault(status=429, headers={"Retry-After": "5"})]
    with pytest.raises(StoppedError):
        opened(videos).render(REQUEST, tmp_path / "clip.mp4", stopping_at(4))
    time.sleep(0.5)
    assert (videos.count("POST"), videos.made) == (1, 0)


def test_a_stop_after_the_file_came_leaves_nothing_either(videos: Any, tmp_path: Path) -> None:
    def stop(done: int, total: int) -> None:
        if done == total:
            raise StoppedError("stopped by hand")

    with pytest.raises(StoppedError):
        opened(videos).render(REQUEST, tmp_path / "clip.mp4", stop)
    assert left(tmp_path) == []


def test_a_render_takes_no_longer_than_it_may(videos: Any, tmp_path: Path) -> None:
    videos.looks = 10**6
    error = refused(videos, tmp_path, timeout=2)
    assert "no clip after 2 seconds; the job was called off" in error.message
    assert "timeout = SECONDS under [renderers.api]" in error.hint
    assert videos.deleted == ["video_gen_1"]
    assert left(tmp_path) == []


def test_the_server_is_tried_again_as_it_asks(videos: Any, video_server: ModuleType, tmp_path: Path) -> None:
    limited = video_server.Fault(status=429, headers={"Retry-After": "0.6"})
    videos.faults = {"POST": [limited], "GET": [video_server.Fault(status=500)]}
    began = time.monotonic()
    assert rendered(videos, tmp_path).frames == 72
    assert time.monotonic() - began >= 0.6
    assert (videos.count("POST"), videos.made, len(set(videos.keys))) == (2, 1, 1)
    assert len(videos.keys[0]) >= 32


@pytest.mark.parametrize(
    ("status", "kind", "message", "hint"),
    [
        (401, MissingError, "refused the key", "VIDEO_KEY"),
        (403, MissingError, "does not let this key use 'tiny'", "VIDEO_KEY"),
        (404, RenderError, "answered with status 404", "end in /v1"),
        (402, RenderError, "answered with status 402", "--renderer api:MODEL"),
        (400, RenderError, "answered with status 400", "--renderer api:MODEL"),
        (429, RenderError, "limits how often it is asked", "Try again later"),
    ],
)
def test_a_refusal_is_a_sentence_with_a_way_out(
    videos: Any,
    video_server: ModuleType,
    tmp_path: Path,
    status: int,
    kind: type[PopcornError],
    message: str,
    hint: str,
) -> None:
    body = json.dumps({"error": {"message": f"\x1b[31mno: {KEY}"}}).encode()
    videos.faults["POST"] = [video_server.Fault(status=status, body=body) for _ in range(9)]
    error = refused(videos, tmp_path)
    assert isinstance(error, kind)
    assert message in error.message
    assert "\x1b" not in error.message
    assert hint in error.hint


@pytest.mark.parametrize("body", [b"<html>502</html>", b"[]", b"{}", b'{"id": "..", "status": "queued"}', b""])
def test_an_answer_of_something_else_is_named(
    videos: Any, video_server: ModuleType, tmp_path: Path, body: bytes
) -> None:
    videos.faults["POST"] = [video_server.Fault(status=200, body=body)]
    assert "fits no /v1/videos server" in refused(videos, tmp_path).message


@pytest.mark.parametrize(
    ("where", "status", "kind"),
    [
        ("POST", 200, "text/html"),
        ("GET", 200, "text/html"),
        ("POST", 400, "text/html"),
    ],
)
@pytest.mark.parametrize(
    ("secret", "shown"),
    [("0a9f8b7c6d5e4f3a2b1c0d9e8f7a6b5c", "***"), (f"sk-proj-{'0a1b2c3d' * 4}", "[hidden]")],
)
def test_a_key_that_any_answer_repeats_across_the_place_where_it_is_cut_is_not_shown(
    videos: Any,
    video_server: ModuleType,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    where: str,
    status: int,
    kind: str,
    secret: str,
    shown: str,
) -> None:
    monkeypatch.setenv("VIDEO_KEY", "0a9f8b7c6d5e4f3a2b1c0d9e8f7a6b5c")
    body = f"no{' ' * 168}{secret} no".encode()
    fault = video_server.Fault(status=status, body=body, headers={"Content-Type": kind})
    videos.faults[where] = [fault] * 9
    error = refused(videos, tmp_path)
    assert secret[:8] not in f"{error!r} {error.hint}"
    assert f"no {shown} no" in error.message


@pytest.mark.parametrize(("status", "kind"), [(200, "application/json"), (500, "text/html")])
async def test_a_key_that_stands_in_place_of_a_file_across_where_it_is_cut_is_not_shown(
    videos: Any, video_server: ModuleType, tmp_path: Path, status: int, kind: str
) -> None:
    key, other = "0a9f8b7c6d5e4f3a2b1c0d9e8f7a6b5c", f"sk-proj-{'0a1b2c3d' * 4}"
    server = VideoServer(ServerIdentity("api:tiny", videos.url, "[renderers.api]", key=key), QUICK)
    for secret, shown in ((key, "***"), (other, "[hidden]")):
        body = f"no{' ' * 168}{secret} no".encode()
        fault = video_server.Fault(status=status, body=body, headers={"Content-Type": kind})
        videos.faults["content"] = [fault] * QUICK.tries
        with pytest.raises(RenderError) as caught:
            await Download(server, tmp_path / "clip.mp4").fetch(Job("video_gen_1", "completed"))
        assert f": no {shown} no" in caught.value.message
        assert secret[:8] not in f"{caught.value!r} {caught.value.hint}"
    await server.close()


def test_a_server_that_is_not_there_is_named(tmp_path: Path) -> None:
    renderer = ServedRenderer("api:tiny", RendererSettings(base_url="http://127.0.0.1:9/v1"), pace=QUICK)
    with pytest.raises(RenderError, match=r"cannot be reached at http://127.0.0.1:9/v1") as caught:
        renderer.render(REQUEST, tmp_path / "clip.mp4")
    assert "Is the server running?" in caught.value.hint
    assert left(tmp_path) == []


@pytest.mark.parametrize("ranges", [True, False])
def test_a_download_that_breaks_off_is_repeated_without_another_job(
    videos: Any, tmp_path: Path, *, ranges: bool
) -> None:
    videos.breaks, videos.ranges = 2, ranges
    clip = rendered(videos, tmp_path)
    asked = [one.headers.get("Range", "") for one in videos.seen if one.path.endswith("/content")]
    assert (len(asked), videos.count("POST")) == (3 if not ranges else len(asked), 1)
    assert asked[0] == ""
    assert asked[1].startswith("bytes=")
    assert clip.frames == 72


def test_a_download_that_never_ends_well_keeps_the_job_for_the_next_time(videos: Any, tmp_path: Path) -> None:
    videos.breaks, videos.ranges = 3, False
    error = refused(videos, tmp_path)
    assert "The job video_gen_1 is gone on with when the same clip is rendered again" in error.hint
    (kept,) = (tmp_path / ".popcorn-paid").glob("*.json")
    assert KEY not in kept.read_text()
    assert "clay pot" not in kept.read_text()
    clip = rendered(videos, tmp_path)
    assert "went on with the job video_gen_1 that was begun before" in notes(clip)
    assert videos.count("POST") == 1
    assert left(tmp_path) == ["clip.mp4"]


def test_the_job_of_another_request_is_not_gone_on_with(videos: Any, tmp_path: Path) -> None:
    videos.breaks, videos.ranges = 3, False
    refused(videos, tmp_path)
    clip = rendered(videos, tmp_path, RenderRequest("Biryani", REQUEST.video_prompt, seed=6))
    assert (clip.recipe is not None and clip.recipe.job, videos.count("POST")) == ("video_gen_2", 2)


@pytest.mark.parametrize(
    ("told", "message"),
    [
        ({"file": b"not a video"}, "cannot be decoded"),
        ({"frames": 1}, "a single frame"),
        ({"frames": 24}, "it lasts 1.000 s, not 3.000 s"),
        ({"frames": 240}, "it lasts 10.000 s, not 3.000 s"),
        ({"cut_file": True}, "it breaks off"),
    ],
    ids=lambda value: str(value)[:30],
)
def test_a_file_that_is_no_clip_of_three_seconds_is_refused(
    videos: Any, tmp_path: Path, told: dict[str, Any], message: str
) -> None:
    for name, value in told.items():
        setattr(videos, name, value)
    error = refused(videos, tmp_path)
    assert isinstance(error, BadClipError)
    assert message in error.message
    assert videos.count("POST") == 1
    assert left(tmp_path) == ["clip.refused.mp4"]


def test_a_file_that_stays_empty_is_waited_for_no_longer_than_a_render_may_take(videos: Any, tmp_path: Path) -> None:
    videos.file = b""
    assert "its file is empty after 0.5 seconds" in refused(videos, tmp_path, timeout=0.5).message
    assert (videos.count("POST"), left(tmp_path)) == (1, [])


@pytest.mark.parametrize(
    ("fit", "size", "done"),
    [
        (Fit.CROP, (102, 180), "cropped around the subject to 102x180"),
        (Fit.PAD, (320, 568), "padded with a blurred copy to 320x568"),
    ],
)
def test_another_shape_is_cropped_or_padded_as_asked_and_noted(
    videos: Any, tmp_path: Path, fit: Fit, size: tuple[int, int], done: str
) -> None:
    videos.size = (320, 180)
    clip = rendered(videos, tmp_path, replace(REQUEST, fit=fit))
    assert (clip.width, clip.height, clip.frames) == (*size, 72)
    assert f"the server made no 9:16: 320x180 was {done}" in notes(clip)
    assert clip.recipe is not None
    assert (clip.recipe.width, clip.recipe.height) == (320, 180)
    assert left(tmp_path) == ["clip.mp4"]


def test_a_server_that_says_it_makes_longer_clips_has_them_cut(videos: Any, tmp_path: Path) -> None:
    videos.strict = True
    clip = rendered(videos, tmp_path)
    assert [sorted(fields) for fields in videos.posted][-1] == ["model", "prompt", "seconds", "size"]
    assert videos.posted[-1]["seconds"] == "4"
    assert (clip.frames, clip.seconds) == (72, 3.0)
    said = notes(clip)
    assert "the server takes no seed: it was left out" in said
    assert "it was asked for 4 s" in said
    assert "cut to the first 3 s" in said
    assert probe(clip.path).provenance["kind"] == "AI-generated by the video model tiny"


def test_a_server_that_takes_forms_only_with_a_picture_is_asked_in_json(videos: Any, tmp_path: Path) -> None:
    videos.form_needs_picture = True
    assert rendered(videos, tmp_path).frames == 72
    assert [one.headers["Content-Type"] for one in videos.seen if one.method == "POST"][-1] == "application/json"
    assert videos.posted[-1]["num_frames"] == "72"


def test_a_file_is_fetched_from_no_other_port_and_never_in_the_clear(
    videos: Any, video_server: ModuleType, tmp_path: Path
) -> None:
    with video_server.running() as elsewhere:
        elsewhere.size, elsewhere.jobs["other"] = SMALL, {"size": "180x320", "fields": {"num_frames": "72"}}
        videos.redirect = f"{elsewhere.url}/videos/other/content"
        assert "another port of its host" in refused(videos, tmp_path).message
        assert not elsewhere.seen
    for target in ("http://192.0.2.1/clip.mp4", "file:///etc/passwd", "https://me:you@192.0.2.1/clip.mp4"):
        videos.redirect = target
        error = refused(videos, tmp_path)
        assert "sends us on to" in error.message
        assert "Files are fetched from the server itself or over https" in error.hint
    videos.redirect = f"{videos.url}/videos/video_gen_1/content"
    assert "addresses away" in refused(videos, tmp_path).message
    assert videos.made == 1, "the job was gone on with each time"


@pytest.mark.parametrize(
    ("words", "sent"),
    [("line\none\x00 \ud800", "line one ?"), ("", "Biryani"), ('"; filename="x"\r\n\r\n--', '"; filename="x" --')],
)
def test_a_prompt_is_data(videos: Any, tmp_path: Path, words: str, sent: str) -> None:
    rendered(videos, tmp_path, RenderRequest("Biryani", words))
    assert videos.posted[0]["prompt"] == sent


def test_a_prompt_of_ten_thousand_words_is_cut_and_says_so(videos: Any, tmp_path: Path) -> None:
    clip = rendered(videos, tmp_path, RenderRequest("T", "storm " * 10_000))
    assert len(videos.posted[0]["prompt"]) <= 8000
    assert "the prompt of 59999 characters was cut" in notes(clip)


def test_no_words_and_no_length_are_refused_before_anything_is_sent(videos: Any, tmp_path: Path) -> None:
    with pytest.raises(RequestError, match="no video prompt"):
        rendered(videos, tmp_path, RenderRequest(" ", "\x00"))
    for seconds in (0, -1, float("nan"), 1e9):
        with pytest.raises(RenderError, match="seconds"):
            rendered(videos, tmp_path, RenderRequest("T", "p", seconds=seconds))
    assert videos.seen == []


def test_an_unwritable_place_is_refused_before_a_job_is_begun(videos: Any, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(RenderError, match="could not be written"):
        opened(videos).render(REQUEST, tmp_path / "file" / "clip.mp4")
    assert videos.seen == []


def test_a_render_works_where_a_loop_is_running(videos: Any, tmp_path: Path) -> None:
    async def cell() -> Clip:
        return rendered(videos, tmp_path)

    assert asyncio.run(cell()).frames == 72


def test_the_registry_knows_api_and_says_what_to_write(videos: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    shared = RendererSettings(base_url=videos.url, timeout=9)
    renderer = load("api:org/Model-1.3B", {"api": shared, "api:org/Model-1.3B": RendererSettings(price=0.2)})
    assert renderer.name == "api:org/Model-1.3B"
    assert renderer.estimate(REQUEST) == Estimate(None, None, 0.2)
    assert load("api", {"api": shared.model_copy(update={"model": "m"})}).identity(REQUEST)["model"] == "m"
    with pytest.raises(MissingError, match="where the server of 'api:tiny' is") as caught:
        load("api:tiny")
    assert '[renderers.api] and below it base_url = "http' in caught.value.hint
    with pytest.raises(RequestError, match="names no model"):
        load("api", {"api": shared})
    with pytest.raises(RequestError, match="there is no renderer 'sora'") as caught:
        load("sora")
    assert caught.value.hint.endswith(", api:MODEL")
    with pytest.raises(ValueError, match="credentials do not belong there"):
        RendererSettings(base_url="http://me:secret@host/v1")
    monkeypatch.delenv("VIDEO_KEY")
    with pytest.raises(MissingError, match="VIDEO_KEY is not set"):
        load("api:tiny", {"api": RendererSettings(base_url=videos.url, key_variable="VIDEO_KEY")})


def test_clips_of_several_models_are_rendered_grouped_by_model_and_come_back_in_order(
    videos: Any, tmp_path: Path
) -> None:
    settings = Settings(home=tmp_path, renderers={"api": RendererSettings(base_url=videos.url)})
    out, specs = tmp_path / "clip.mp4", ("api:a", "api:b", "api:a")
    made = render_drafts(settings, "", "A clay pot.", out, lambda *_: None, specs, Beside(stored=False))
    assert [fields["model"] for fields in videos.posted] == ["a", "a", "b"]
    assert [Path(one["video"]["path"]).name for one in made["clips"]] == [
        "clip-api-a.mp4",
        "clip-api-b.mp4",
        "clip-api-a-2.mp4",
    ]


def test_what_a_render_will_take_is_known_after_the_first(videos: Any, tmp_path: Path) -> None:
    renderer = opened(videos)
    assert renderer.estimate(REQUEST) == Estimate(None, None, 0.0)
    renderer.render(REQUEST, tmp_path / "clip.mp4")
    assert 0 < (renderer.estimate(REQUEST).seconds or 0) < 30
    away = ServedRenderer("api:m", RendererSettings(base_url="https://video.example/v1"))
    assert away.estimate(REQUEST).cost_usd is None


def test_the_identity_holds_what_is_sent_and_no_key(videos: Any) -> None:
    renderer = opened(videos)
    identity = renderer.identity(REQUEST)
    assert identity == opened(videos).identity(REQUEST)
    assert KEY not in str(identity)
    for other in (
        replace(REQUEST, fit=Fit.PAD),
        RenderRequest("Biryani", "x", seed=5),
        RenderRequest("Biryani", REQUEST.video_prompt, seed=6),
    ):
        assert renderer.identity(other) != identity
    assert opened(videos, steps=9).identity(REQUEST) != identity
