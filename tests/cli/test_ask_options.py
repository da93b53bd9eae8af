"""What the options of `popcorn ask` change, and what they leave alone."""

from __future__ import annotations

import hashlib
import json
import signal
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

ESCAPE = "\x1b["
SQUARE = ("--aspect", "1:1")


@pytest.fixture(scope="module")
def piped(built: Any, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A quiet run with the request on stdin, a copy of the clip, and a threshold that anything meets."""
    program = replace(built, folder=tmp_path_factory.mktemp("piped")).cold()  # what an import prints is seen too
    outcome = program(
        "ask",
        "-",
        "--json",
        "-q",
        "-o",
        "potter.mp4",
        "--threshold",
        "0",
        *SQUARE,
        stdin="A potter at work in Jaipur\n",
    )
    assert outcome.status == 0, str(outcome)
    return program, outcome


@pytest.fixture(scope="module")
def paper(built: Any, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """A run of the published shape with twenty references from two tags."""
    program = replace(built, folder=tmp_path_factory.mktemp("paper"))
    options = ("--mode", "paper", "-k", "20", "--tags", "2", *SQUARE)
    result: dict[str, Any] = program("ask", "Northern lights over a frozen lake", "--json", *options).data
    return result


def decided(data: dict[str, Any]) -> tuple[Any, ...]:
    """What a run decided, without where and when."""
    return (data["title"], data["video_prompt"], data["cover_prompt"], data["score"], data["video"]["sha256"])


def test_without_options_stdout_is_a_card_and_stderr_the_talk(popcorn: Any) -> None:
    before = set((popcorn.home / "runs").glob("*"))
    outcome = popcorn("ask", "Create a video showcasing a dog learning to surf", *SQUARE)
    assert outcome.status == 0, str(outcome)
    (run,) = set((popcorn.home / "runs").iterdir()) - before
    result = json.loads((run / "result.json").read_text(encoding="utf-8"))
    data = result.get("data", result)
    assert data["title"] in outcome.stdout
    assert "illustrative" in outcome.stdout
    assert "offline drafter (not a language model)" in " ".join(outcome.stdout.split())
    assert run.name in outcome.stdout
    assert ESCAPE not in outcome.stdout + outcome.stderr, "colour in a pipe"
    assert "render" in outcome.stderr
    assert "Traceback" not in outcome.stderr


def test_quiet_leaves_stderr_empty(piped: Any) -> None:
    _, outcome = piped
    assert outcome.stderr == ""


def test_a_dash_reads_the_request_from_stdin(piped: Any) -> None:
    _, outcome = piped
    assert outcome.data["request"] == "A potter at work in Jaipur"
    assert "potter" in outcome.data["title"].lower()


def test_the_output_option_copies_the_clip(piped: Any) -> None:
    program, outcome = piped
    copied = (program.folder / "potter.mp4").read_bytes()
    assert hashlib.sha256(copied).hexdigest() == outcome.data["video"]["sha256"]
    assert Path(outcome.data["video"]["path"]).read_bytes() == copied


def test_a_threshold_of_zero_accepts_the_first_attempt(piped: Any) -> None:
    data = piped[1].data
    assert (len(data["attempts"]), data["accepted"], data["threshold"]) == (1, True, 0)


def test_mode_basic_looks_nothing_up_and_reasons_about_nothing(popcorn: Any) -> None:
    data = popcorn("ask", "How to fold a fitted sheet", "--json", "--mode", "basic", *SQUARE).data
    assert (data["mode"], data["references"], data["tags"]) == ("basic", [], [])
    assert not data["reasoning"]
    assert {"retrieve_references", "reason"} & set(data["timings"]) == set()
    assert 0 < len(data["title"]) <= 50
    assert data["score"]["log2_comments"] > 0


def test_mode_paper_makes_one_attempt_with_references_and_reasoning(paper: dict[str, Any]) -> None:
    assert paper["mode"] == "paper"
    assert len(paper["attempts"]) == 1
    assert len(paper["reasoning"]) == 7
    assert {"reason", "refine"} & set(paper["timings"]) == set(), "the published shape is one model call"


def test_the_size_of_the_retrieved_set_is_the_one_asked_for(paper: dict[str, Any]) -> None:
    sides = [reference["side"] for reference in paper["references"]]
    assert (sides.count("popular"), sides.count("unpopular")) == (18, 2)
    assert len(paper["tags"]) >= 2


def test_the_seed_decides_everything_that_chance_decides(popcorn: Any, streamed: Any) -> None:
    options = ("--seed", "7", "--threshold", "100", "--attempts", "2", "-n", "1", "--platform", "youtube", *SQUARE)
    again = popcorn.cold()("ask", streamed.result["request"], "--json", *options).data
    assert decided(again) == decided(streamed.result)
    assert again["run_id"] != streamed.result["run_id"]


def test_different_requests_give_different_drafts(piped: Any, paper: dict[str, Any], streamed: Any) -> None:
    drafts = [piped[1].data, paper, streamed.result]
    assert len({draft["title"] for draft in drafts}) == 3
    assert len({draft["video_prompt"] for draft in drafts}) == 3
    assert "lights" in paper["title"].lower() or "lake" in paper["title"].lower()


def test_a_landscape_clip_is_wide_however_many_candidates_were_drafted(popcorn: Any) -> None:
    import av

    data = popcorn("ask", "A kite festival", "--json", "--aspect", "16:9", "-n", "4", "--attempts", "1").data
    assert [attempt["title"] for attempt in data["attempts"]] == [data["title"]]
    assert (data["video"]["width"], data["video"]["height"]) == (1920, 1080)
    with av.open(data["video"]["path"]) as container:
        frame = next(container.decode(video=0))
    assert (frame.width, frame.height) == (1920, 1080)


def test_render_each_renders_every_attempt_and_keeps_the_best(popcorn: Any) -> None:
    refined = ["--threshold", "100", "--attempts", "2", "-n", "1", "--platform", "youtube"]
    options = [*refined, "--render", "each", *SQUARE]
    outcome = popcorn("ask", "A kite festival", "--jsonl", *options)
    assert outcome.status == 0, str(outcome)
    started = [event["node"] for event in outcome.events if event["event"] == "node_started"]
    assert started.count("render") == 2
    data = outcome.result
    assert data["score"] in [attempt["score"] for attempt in data["attempts"]]
    assert (data["choice"]["over"], data["choice"]["model"]) == (1, data["models"]["choice"])
    assert hashlib.sha256(Path(data["video"]["path"]).read_bytes()).hexdigest() == data["video"]["sha256"]


def test_only_the_best_attempt_is_rendered_when_the_score_needs_no_frames(streamed: Any) -> None:
    started = [event["node"] for event in streamed.events if event["event"] == "node_started"]
    assert (started.count("score"), started.count("render")) == (2, 1)


def test_a_draft_is_no_copy_of_a_reference(asked: Any) -> None:
    titles = {reference["title"].casefold() for reference in asked.data["references"]}
    assert asked.data["title"].casefold() not in titles


def test_a_choice_has_a_probability_or_the_reasons_why_there_is_none_and_never_both(popcorn: Any) -> None:
    options = ("--platform", "web-headlines", "-n", "4", "--attempts", "1", *SQUARE)
    data = popcorn("ask", "A kite festival on a beach in the north", "--json", *options).data
    choice, (attempt,) = data["choice"], data["attempts"]
    assert (choice["over"], choice["model"]) == (3, "headlines")
    assert "web-headlines" not in " ".join(choice["no_evidence"]), "that is where it learned"
    assert (choice["probability"] is None) is not choice["evidence"]
    assert bool(choice["no_evidence"]) is not choice["evidence"]
    if choice["evidence"]:
        assert choice["probability"] == min(rival["probability"] for rival in attempt["rivals"] if not rival["faults"])
        assert choice["tied"] or choice["probability"] > 0.5


def test_a_bundle_is_what_an_upload_needs_and_says_what_fits_where(popcorn: Any) -> None:
    data = popcorn("ask", "street food in Hanoi", "--json", "--bundle", "to post/tacos", "--aspect", "4:5").data
    pack = popcorn.folder / "to post" / "tacos"
    assert sorted(data["bundle"]["files"]) == sorted(path.name for path in pack.iterdir())
    said = json.loads((pack / "metadata.json").read_text(encoding="utf-8"))
    assert said["title"] == data["title"]
    assert said["hashtags"][:2] == ["#Food", "#Hanoi"]
    assert data["video_prompt"] not in (pack / "post.txt").read_text(encoding="utf-8")
    assert {name: one["fits"] for name, one in said["platforms"].items()} == {
        "tiktok": False, "reels": True, "shorts": True, "bilibili": True,
    }  # fmt: skip
    assert said["score"]["meaning"].endswith(f"by {data['score']['predictor']}")
    assert (pack / said["captions"]["path"]).read_text(encoding="utf-8").endswith(f"{data['title']}\n\n")
    assert hashlib.sha256((pack / "clip.mp4").read_bytes()).hexdigest() == data["video"]["sha256"]


def test_a_bundle_that_cannot_be_is_said_before_any_work(popcorn: Any) -> None:
    outcome = popcorn("ask", "tacos", "--json", "--bundle", "/dev/null/pack")
    assert outcome.status == 2
    assert "is a file, and a bundle is a folder" in outcome.error["message"]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("tacos", "--pick"), "--pick asks at a terminal, and there is none"),
        (("-", "--pick"), "--pick reads the answer where `-` reads the request"),
        (("tacos", "--pick", "--attempts", "2"), "--pick ends with what was picked"),
    ],
)
def test_a_pick_needs_somebody_to_ask(popcorn: Any, words: tuple[str, ...], message: str) -> None:
    outcome = popcorn("ask", *words, "--json", stdin="tacos")
    assert outcome.status == 2
    assert message in outcome.error["message"]
    assert outcome.error["hint"]


def test_a_clip_that_nothing_opens_is_said_where_it_is(popcorn: Any) -> None:
    outcome = popcorn.set(DISPLAY="", WAYLAND_DISPLAY="")("ask", "a kite", *SQUARE, "--open", "-n", "1")
    assert outcome.status == 0
    assert "nothing here opens videos by itself" in " ".join(outcome.stderr.split())


def test_a_picture_of_ones_own_is_moved_and_the_run_says_so(popcorn: Any) -> None:
    from PIL import Image

    popcorn.folder.mkdir(exist_ok=True)
    Image.effect_noise((640, 480), 90).convert("RGB").save(popcorn.folder / "mine.jpg")
    data = popcorn("ask", "a cat on a sofa", "--json", *SQUARE, "--image", "mine.jpg", "--bundle", "b").data
    assert (data["video"]["renderer"], data["video"]["demo"]) == ("photograph", False)
    assert "ALT TEXT\nA moving photograph: a cat on a sofa." in (popcorn.folder / "b" / "post.txt").read_text()


def test_a_picture_that_is_none_is_said_before_any_work(popcorn: Any) -> None:
    outcome = popcorn("ask", "a cat", "--json", "--image", "gone.jpg")
    assert outcome.status == 2
    assert "gone.jpg' cannot be read" in outcome.error["message"]
    both = popcorn("ask", "a cat", "--json", "--image", "gone.jpg", "--renderer", "hunyuan")
    assert "'hunyuan' starts from words alone" in both.error["message"]


def test_a_clip_speaks_over_music_and_its_captions_follow_the_voice(popcorn: Any) -> None:
    import wave

    popcorn.folder.mkdir(exist_ok=True)
    with wave.open(str(popcorn.folder / "bed.wav"), "wb") as bed:
        bed.setnchannels(1)
        bed.setsampwidth(2)
        bed.setframerate(16_000)
        bed.writeframes((b"\x28\x23" * 40 + b"\xd8\xdc" * 40) * 800)
    sound = ("--voice", "auto", "--music", "bed.wav", "--bundle", "b")
    outcome = popcorn("ask", "street tacos at dawn", "--json", *SQUARE, *sound)
    data = outcome.data
    assert data["video"]["silent"] is False
    assert (data["sound"]["voice"], data["sound"]["music"]) == ("hibari-tts", "bed.wav")
    assert data["sound"]["loudness"] == pytest.approx(-14, abs=0.6)
    assert data["sound"]["true_peak"] <= -1
    said = json.loads((popcorn.folder / "b" / "metadata.json").read_text("utf-8"))
    assert said["captions"]["says"] == "what the voice says, when it says it"
    captions = (popcorn.folder / "b" / "captions.srt").read_text("utf-8")
    assert data["sound"]["cues"][0]["text"] in captions
    assert "said by hibari-tts" in (popcorn.folder / "b" / "post.txt").read_text("utf-8")
    manifest = json.loads((Path(data["video"]["path"]).parent / "manifest.json").read_text("utf-8"))
    assert manifest["speech"][0]["line"] == data["sound"]["line"]
    assert manifest["facts"]["music_sha256"] == data["sound"]["music_sha256"]


def test_a_voice_that_cannot_speak_the_language_is_said_before_any_work(popcorn: Any) -> None:
    outcome = popcorn("ask", "Haz un video sobre la paella valenciana", "--json", "--voice", "hibari-tts")
    assert (outcome.status, outcome.error["message"]) == (2, "hibari-tts speaks English, not Spanish")
    assert outcome.error["run_id"] in {None, ""}


def test_a_story_killed_between_two_shots_renders_the_first_no_more(popcorn: Any) -> None:
    seen, lines = 0, []
    with popcorn.start("ask", "street tacos at dawn", "--jsonl", *SQUARE, "--shots", "3") as process:
        for line in process.stdout:
            lines.append(json.loads(line))
            seen += lines[-1]["event"] == "node_started" and lines[-1]["node"] == "render"
            if seen == 2:
                process.send_signal(signal.SIGKILL)
                break
        process.communicate(timeout=600)
    events = popcorn("ask", "--resume", lines[0]["run_id"], "--jsonl").events
    started = [one["node"] for one in events if one["event"] == "node_started"]
    assert started in (["render", "render", "assemble", "finish"], ["render", "assemble", "finish"])
    data = events[-1]
    assert len(data["shots"]) == 3
    assert data["video"]["seconds"] == pytest.approx(9, abs=0.05)
    assert data["video"]["silent"] is True
    story = popcorn("trace", "show", lines[0]["run_id"]).stdout
    assert story.count("render_video") >= 3
