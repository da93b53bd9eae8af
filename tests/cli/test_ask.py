"""`popcorn ask --json` with every default on the sample catalogue, checked against its published contract."""

from __future__ import annotations

import hashlib
import json
import math
from collections import Counter
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from popcorn.tools.popularity.standing import OUT_OF_THE_BOX

FIELDS = {
    "run_id": str,
    "request": str,
    "mode": str,
    "tags": list,
    "references": list,
    "reasoning": list,
    "title": str,
    "video_prompt": str,
    "cover_prompt": str,
    "video": dict,
    "cover": dict,
    "score": dict,
    "choice": dict,
    "attempts": list,
    "accepted": bool,
    "threshold": (int, float),
    "originality": (int, float, dict),
    "relevance": (int, float, dict),
    "models": dict,
    "usage": dict,
    "timings": dict,
}
REFERENCE = {"id": str, "title": str, "tag": str, "comments": int, "side": str, "similarity": float, "source": str}
VIDEO = {
    "path": str,
    "renderer": str,
    "seconds": float,
    "width": int,
    "height": int,
    "fps": (int, float),
    "frames": int,
    "codec": str,
    "sha256": str,
}
SCORE = {
    "log2_comments": float,
    "comments": (int, float),
    "against": str,
    "predictor": str,
    "basis": list,
    "evidence": bool,
    "no_evidence": list,
}
CHOICE = {"over": int, "tied": bool, "model": str, "evidence": bool, "no_evidence": list}


def misfits(value: dict[str, Any], fields: dict[str, Any]) -> dict[str, Any]:
    """The fields that are absent or of another type."""
    return {name: value.get(name) for name, kind in fields.items() if not isinstance(value.get(name), kind)}


@pytest.fixture
def data(asked: Any) -> dict[str, Any]:
    """`data` of the envelope."""
    result: dict[str, Any] = asked.data
    return result


def test_stdout_is_one_envelope_of_schema_1(asked: Any) -> None:
    assert asked.status == 0, str(asked)
    envelope = asked.envelope
    assert set(envelope) == {"schema_version", "command", "ok", "data"}
    assert (envelope["schema_version"], envelope["command"], envelope["ok"]) == (1, "ask", True)


def test_every_promised_field_is_there_with_its_type(data: dict[str, Any]) -> None:
    assert misfits(data, FIELDS) == {}
    assert [misfits(reference, REFERENCE) for reference in data["references"]] == [{}] * len(data["references"])
    assert misfits(data["video"], VIDEO) == {}
    assert misfits(data["score"], SCORE) == {}
    assert misfits(data["choice"], CHOICE) == {}
    assert {"title", "video_prompt", "score", "accepted"} <= set(data["attempts"][0])
    assert set(data["models"]) >= {"chat", "renderer", "predictor", "choice", "encoder"}
    assert set(data["usage"]) >= {"input_tokens", "output_tokens", "cost_usd"}


def test_the_draft_keeps_its_limits_and_its_subject(data: dict[str, Any]) -> None:
    assert data["request"] == "Make a video about the preparation of authentic Indian biryani"
    assert 0 < len(data["title"]) <= 50
    assert "biryani" in data["title"].lower()
    assert "biryani" in data["video_prompt"].lower()
    assert "\n" not in data["video_prompt"], "a video prompt is one paragraph"
    assert len(data["cover_prompt"]) > 20
    assert not any(sign in data["title"] + data["video_prompt"] + data["cover_prompt"] for sign in "{}<>[]")


def test_ten_references_are_nine_popular_and_one_unpopular(data: dict[str, Any]) -> None:
    assert Counter(reference["side"] for reference in data["references"]) == {"popular": 9, "unpopular": 1}
    assert len({reference["id"] for reference in data["references"]}) == 10


def test_references_come_nearest_first_from_the_chosen_tag(data: dict[str, Any]) -> None:
    popular = [reference["similarity"] for reference in data["references"] if reference["side"] == "popular"]
    assert all(nearer >= further for nearer, further in pairwise(popular))
    assert all(-1 <= similarity <= 1 for similarity in popular)
    assert data["tags"][0] == "Delicacy"
    assert {reference["tag"] for reference in data["references"]} <= set(data["tags"])
    assert len(data["tags"]) == 1 or "widened" in json.dumps(data), "more tags than asked for, and not a word about it"
    worst = min(reference["comments"] for reference in data["references"] if reference["side"] == "popular")
    unpopular = [reference["comments"] for reference in data["references"] if reference["side"] == "unpopular"]
    assert max(unpopular) <= worst


def test_invented_figures_are_marked_wherever_they_appear(data: dict[str, Any]) -> None:
    assert {reference["source"] for reference in data["references"]} == {"sample"}
    assert [reference.get("illustrative") for reference in data["references"]] == [True] * 10
    assert data["score"]["illustrative"] is False, "the shipped predictor learned from real counts"
    assert "trending YouTube videos of 2017-2018, text only" in data["score"]["learned_from"]


def test_the_reasoning_goes_through_its_seven_steps(data: dict[str, Any]) -> None:
    assert len(data["reasoning"]) == 7
    assert all(len(step["text"]) > 20 for step in data["reasoning"])
    assert len({step["text"] for step in data["reasoning"]}) == 7


def test_the_score_is_consistent_with_itself(data: dict[str, Any]) -> None:
    score = data["score"]
    assert math.isclose(score["comments"], 2 ** score["log2_comments"], rel_tol=1e-6)
    assert score["against"]
    assert score["basis"]
    assert set(score["basis"]) <= {"title", "text", "tag", "frames"}


def test_out_of_the_box_a_short_video_has_no_number_and_is_accepted_where_nothing_speaks_against_it(
    data: dict[str, Any],
) -> None:
    (attempt,) = data["attempts"]
    for score in (data["score"], attempt["score"]):
        assert score["evidence"] is False
        assert {score[name] for name in ("percentile", "percentile_low", "percentile_high", "interval")} == {None}
        assert "short videos" in " ".join(score["no_evidence"])
    assert data["threshold"] == 50
    assert (data["accepted"], attempt["accepted"], attempt["complaints"]) == (True, True, [])
    assert data["title"] == attempt["title"]


def test_what_ships_says_in_one_line_what_it_cannot_judge_and_what_would_change_it(data: dict[str, Any]) -> None:
    assert data["notices"].count(OUT_OF_THE_BOX) == 1


def test_a_draft_is_picked_over_the_others_of_its_round(data: dict[str, Any]) -> None:
    choice, (attempt,) = data["choice"], data["attempts"]
    assert (choice["over"], choice["model"]) == (2, "headlines")
    assert (choice["probability"], choice["tied"], choice["evidence"]) == (None, True, False)
    assert choice["no_evidence"]
    assert [rival["probability"] for rival in attempt["rivals"]] == [None, None]
    assert attempt["title"] not in {rival["title"] for rival in attempt["rivals"]}


def test_the_models_say_what_they_are(data: dict[str, Any]) -> None:
    assert data["models"]["chat"] == "offline drafter (not a language model)"
    assert data["models"]["renderer"] == data["video"]["renderer"]
    assert data["models"]["predictor"] == data["score"]["predictor"]
    assert "MiniLM-L6" in data["models"]["encoder"]
    assert data["usage"]["cost_usd"] == 0


def test_every_node_that_ran_has_a_time(data: dict[str, Any]) -> None:
    assert set(data["timings"]) >= {"retrieve_references", "reason", "draft", "render", "score"}
    assert all(seconds >= 0 for seconds in data["timings"].values())


def test_the_clip_decodes_to_what_is_reported(data: dict[str, Any]) -> None:
    import av

    video = data["video"]
    with av.open(video["path"]) as container:
        stream = container.streams.video[0]
        times = [float(frame.pts * stream.time_base) for frame in container.decode(stream)]
        facts = (stream.codec_context.name, stream.width, stream.height, stream.pix_fmt, float(stream.average_rate))
        sounds = len(container.streams.audio)
    assert facts == ("h264", 1080, 1920, "yuv420p", 30.0)
    assert len(times) == 90
    assert max(abs(later - earlier - 1 / 30) for earlier, later in pairwise(times)) < 1e-3, (
        "the frame rate is not constant"
    )
    assert (video["width"], video["height"], video["fps"], video["frames"], video["codec"]) == (
        1080,
        1920,
        30,
        90,
        "h264",
    )
    assert math.isclose(video["seconds"], 3.0, abs_tol=1 / 30)
    assert sounds == 0


def test_the_clip_shows_something_that_moves(data: dict[str, Any]) -> None:
    import av
    import numpy as np

    with av.open(data["video"]["path"]) as container:
        frames = [frame.to_ndarray(format="gray").astype(np.float32) for frame in container.decode(video=0)][::22]
    assert min(frame.std() for frame in frames) > 5, "a frame is blank"
    assert min(np.abs(later - earlier).mean() for earlier, later in pairwise(frames)) > 0.5, "the picture stands still"


def test_the_clip_can_start_before_it_is_whole(data: dict[str, Any]) -> None:
    content = Path(data["video"]["path"]).read_bytes()
    assert 0 < content.find(b"moov") < content.find(b"mdat")


def test_the_fingerprint_is_that_of_the_file(data: dict[str, Any]) -> None:
    assert hashlib.sha256(Path(data["video"]["path"]).read_bytes()).hexdigest() == data["video"]["sha256"]


def test_the_cover_is_an_upright_picture(data: dict[str, Any]) -> None:
    import av

    assert Path(data["cover"]["path"]).suffix == ".jpg"
    with av.open(data["cover"]["path"]) as container:
        frame = next(container.decode(video=0))
    assert frame.height > frame.width >= 720


def test_the_run_folder_keeps_the_result_and_what_it_takes_to_replay_it(asked: Any, first_use: Any) -> None:
    data = asked.data
    folder = first_use.home / "runs" / data["run_id"]
    assert {path.name for path in folder.iterdir()} >= {"clip.mp4", "cover.jpg", "result.json", "manifest.json"}
    assert Path(data["video"]["path"]).samefile(folder / "clip.mp4")
    assert Path(data["cover"]["path"]).samefile(folder / "cover.jpg")
    result = json.loads((folder / "result.json").read_text(encoding="utf-8"))
    assert result.get("data", result) == data
    manifest = (folder / "manifest.json").read_text(encoding="utf-8")
    assert json.loads(manifest)
    assert '"seed": 7' in manifest
    assert [name for name in ("sha256", "langgraph", "offline", "MiniLM", "timings") if name not in manifest] == []


def test_stderr_says_where_a_real_catalogue_comes_from_and_shows_no_warning(asked: Any) -> None:
    assert "references import" in asked.stderr
    assert "Warning" not in asked.stderr
    assert "Traceback" not in asked.stderr


def test_no_temporary_file_is_left_behind(asked: Any, first_use: Any) -> None:
    assert asked.status == 0
    names = [path.name for path in first_use.home.rglob("*") if path.is_file()]
    assert [name for name in names if name.endswith((".tmp", ".part")) or ".tmp" in name] == []
