"""The toolbox: each tool alone, as a function, with the model-free encoder."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
from popcorn.agent.runs.run_store import RunStore, Status
from popcorn.agent.toolbox.drafts import DraftText
from popcorn.agent.toolbox.made_ad import MadeAd
from popcorn.agent.toolbox.sendable_result import LONGEST, MOST_TEXT, bounded
from popcorn.agent.toolbox.table import result_of, tool_of, tools
from popcorn.agent.toolbox.toolbox import Toolbox
from popcorn.agent.toolbox.tools.add_feedback import AddFeedback, add_feedback
from popcorn.agent.toolbox.tools.compare_drafts import CompareDrafts, compare_drafts
from popcorn.agent.toolbox.tools.draft_video import DraftVideo, draft_video
from popcorn.agent.toolbox.tools.explain_score import ExplainScore, explain_score
from popcorn.agent.toolbox.tools.find_references import FindReferences, find_references
from popcorn.agent.toolbox.tools.list_runs import ListRuns, list_runs
from popcorn.agent.toolbox.tools.make_ad import make_ad
from popcorn.agent.toolbox.tools.make_video import MakeVideo, make_video
from popcorn.agent.toolbox.tools.render_video import RenderVideo, render_video
from popcorn.agent.toolbox.tools.score_popularity import ScorePopularity, score_popularity
from popcorn.agent.toolbox.tools.show_run import ShowRun, show_run
from popcorn.errors import DataError, PopcornError, RequestError, StoppedError
from popcorn.settings import Settings
from popcorn.tools.video.types import Clip

AD = {
    "run_id": "20260131-235959-0a1b2c",
    "request": "An ad for Steel Mug from the clips in footage",
    "title": "Trailcup Steel Mug",
    "language": "en",
    "segments": [{"clip": 3, "role": "hook", "script": "Meet the Steel Mug.", "at": 0.0}],
    "claims": [{"text": "350 ml", "kind": "number", "verdict": "backed", "source": 'fact 2: "It holds 350 ml."'}],
    "video": Clip(Path("clip.mp4"), "ad editor", 12.0, 1080, 1920, 30.0, 360, "h264", "0" * 64, silent=False).data(),
    "cover": {"path": "cover.jpg"},
    "notices": ["words spoken: not checked"],
}
"""Of an ad, what is read of the data of `ad make --json`."""
TACOS = DraftText("Tacos at 2 am", "Slow push-in on a hot griddle, steam and neon, one shot")


@pytest.fixture(scope="module")
def toolbox(tmp_path_factory: pytest.TempPathFactory) -> Toolbox:
    """One for all, so that the catalogue is built once."""
    home = tmp_path_factory.mktemp("home")
    settings = Settings(home=home, llm="offline", encoder="hashing", predictor="neighbours", aspect="1:1")
    return Toolbox(settings)


def test_every_tool_is_described_with_an_example_and_a_clean_schema() -> None:
    for tool in tools():
        assert f"Example: {tool.name}(" in " ".join(tool.description.split())
        assert "Args:" not in tool.description
        schema = tool.schema()
        assert all(one.get("description") for one in schema["properties"].values()), tool.name
        assert "progress" not in schema["properties"]


def test_references_come_with_both_sides_and_what_sets_them_apart(toolbox: Toolbox) -> None:
    result = find_references.run(toolbox, FindReferences(query="street tacos", references=10))
    assert {one["side"] for one in result.data()["references"]} == {"popular", "unpopular"}
    assert len(result.data()["references"]) == 10
    assert "invented samples: say so" in result.brief()
    assert '<data name="references">' in result.brief()
    json.dumps(result.data())


def test_drafts_come_scored_and_best_first_and_nothing_is_rendered(toolbox: Toolbox) -> None:
    steps: list[str] = []
    asked = DraftVideo(request="street tacos at night", drafts=3)
    result = draft_video.run(toolbox, asked, lambda *told: steps.append(told[2]))
    drafts, choice = result.data()["drafts"], result.data()["choice"]
    assert len(drafts) == 3
    faults = [sum("predicted popularity" not in told for told in one["complaints"]) for one in drafts]
    assert faults == sorted(faults)
    assert (choice["over"], choice["model"]) == (2, toolbox.chooser.name)
    assert "The first was picked over 2 others" in result.brief()
    assert steps == ["find references", "think about them", "draft"]
    assert drafts[0]["title"] in result.brief()


def test_a_draft_scores_the_same_alone_compared_and_explained(toolbox: Toolbox) -> None:
    texts = {"title": TACOS.title, "video_prompt": TACOS.video_prompt}
    alone = score_popularity.run(toolbox, ScorePopularity(**texts)).data()
    compared = compare_drafts.run(toolbox, CompareDrafts(drafts=[TACOS, DraftText("Taco night")])).data()["drafts"]
    explained = explain_score.run(toolbox, ExplainScore(**texts)).data()
    (same,) = (one for one in compared if one["title"] == TACOS.title)
    assert same["score"] == alone["score"]
    assert explained["score"]["percentile"] == pytest.approx(alone["score"]["percentile"])
    assert explained["words"]
    assert alone["tag"] == same["tag"] == explained["tag"] != ""


def test_a_clip_is_rendered_under_the_home_whatever_the_model_says(toolbox: Toolbox) -> None:
    frames: list[tuple[int, int]] = []
    asked = RenderVideo(title="../../etc", video_prompt=TACOS.video_prompt)
    result = render_video.run(toolbox, asked, lambda done, of, _: frames.append((done, of)))
    path = Path(result.data()["video"]["path"])
    assert path.is_file()
    assert path.parent.parent == toolbox.settings.home / "renders"
    assert Path(result.data()["cover"]["path"]).is_file()
    assert frames[-1] == (90, 90)
    assert "stand-in" in result.brief()


def test_a_made_video_is_a_run_that_can_be_found_and_shown(toolbox: Toolbox) -> None:
    made = make_video.run(toolbox, MakeVideo(request="street tacos at night", threshold=0)).data()
    runs = list_runs.run(toolbox, ListRuns(about="TACOS")).data()["runs"]
    assert [row["run_id"] for row in runs] == [made["run_id"]]
    assert runs[0]["status"] == "done"
    shown = show_run.run(toolbox, ShowRun(run_id="last")).data()
    assert shown["title"] == made["title"]
    assert shown["finished"] is True
    assert list_runs.run(toolbox, ListRuns(about="sushi")).brief() == "No run fits."
    assert list_runs.run(toolbox, ListRuns(until="2000-01-01")).runs == ()


def test_a_run_that_failed_says_how_far_it_came(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, llm="offline")
    store = RunStore.of(settings)
    run = store.start("rain", {})
    store.record(run.run_id, {"event": "node_finished", "node": "draft", "run_id": run.run_id})
    store.end(run.run_id, Status.FAILED, "the lights went out")
    brief = show_run.run(Toolbox(settings), ShowRun(run_id=run.run_id)).brief()
    assert "not finished (failed); done: draft. It failed: the lights went out" in brief


def test_every_result_reads_back_from_the_json_that_is_kept_of_it(toolbox: Toolbox) -> None:
    video = make_video.run(toolbox, MakeVideo(request="rain on a street", attempts=1))
    unfinished = toolbox.store.start("snow", {})
    texts = {"title": TACOS.title, "video_prompt": TACOS.video_prompt}
    results = [
        (find_references, find_references.run(toolbox, FindReferences(query="street tacos"))),
        (draft_video, draft_video.run(toolbox, DraftVideo(request="street tacos", drafts=2))),
        (render_video, render_video.run(toolbox, RenderVideo(**texts))),
        (score_popularity, score_popularity.run(toolbox, ScorePopularity(**texts))),
        (explain_score, explain_score.run(toolbox, ExplainScore(**texts))),
        (compare_drafts, compare_drafts.run(toolbox, CompareDrafts(drafts=[TACOS]))),
        (make_video, video),
        (list_runs, list_runs.run(toolbox, ListRuns())),
        (show_run, show_run.run(toolbox, ShowRun(run_id=video.run_id))),
        (show_run, show_run.run(toolbox, ShowRun(run_id=unfinished.run_id))),
        (add_feedback, add_feedback.run(toolbox, AddFeedback(run_id=video.run_id, comments=42, age_days=3))),
    ]
    made = MadeAd.read(AD)
    results += [(make_ad, made), (show_run, show_run.read(AD | {"finished": True}))]
    assert {tool.name for tool, _ in results} == {tool.name for tool in tools()}
    for tool, result in results:
        kept = bounded(tool.name, result.data(), result.brief())
        again = result_of(tool.name, json.loads(json.dumps(kept.data)))
        assert again is not None
        assert (type(again), again.brief()) == (type(result), result.brief())
        assert (again.summary(), again.about(), again.brings()) == (result.summary(), result.about(), result.brings())
        assert bounded(tool.name, again.data(), "").data == kept.data


def test_a_result_that_something_else_wrote_is_told_as_such(tmp_path: Path) -> None:
    toolbox = Toolbox(Settings(home=tmp_path, llm="offline"))
    run = toolbox.store.start("rain", {})
    folder = toolbox.store.folder(run.run_id)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "result.json").write_text('{"title": "Rain"}')
    with pytest.raises(DataError, match=f"the result of run {run.run_id} lacks what it should hold: "):
        show_run.run(toolbox, ShowRun(run_id="last"))


def test_progress_that_raises_stops_the_work(toolbox: Toolbox) -> None:
    def enough(done: int, total: int, note: str) -> None:
        raise StoppedError("enough")

    before = set((toolbox.settings.home / "renders").glob("*/clip.mp4"))
    for call in (
        lambda: draft_video.run(toolbox, DraftVideo(request="rain"), enough),
        lambda: render_video.run(toolbox, RenderVideo(title="rain", video_prompt="rain on a street"), enough),
    ):
        with pytest.raises(StoppedError, match="enough"):
            call()
    assert set((toolbox.settings.home / "renders").glob("*/clip.mp4")) == before


async def test_a_caller_that_is_cancelled_leaves_at_once_and_its_render_stops(toolbox: Toolbox) -> None:
    begun = asyncio.Event()
    loop = asyncio.get_running_loop()
    arguments = {"title": "rain", "video_prompt": "rain on a street"}
    before = set((toolbox.settings.home / "renders").glob("*/clip.mp4"))
    call = toolbox.call("render_video", arguments, lambda *_: loop.call_soon_threadsafe(begun.set))
    task = asyncio.create_task(call)
    await begun.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await asyncio.sleep(1.5)
    assert set((toolbox.settings.home / "renders").glob("*/clip.mp4")) == before


async def test_tools_called_by_name_take_plain_json(toolbox: Toolbox) -> None:
    result = await toolbox.call("compare_drafts", {"drafts": [{"title": "One"}, {"title": "Two", "tag": "Delicacy"}]})
    assert [one["tag"] for one in result.data["drafts"] if one["title"] == "Two"] == ["Delicacy"]


@pytest.mark.parametrize(
    ("name", "arguments", "message"),
    [
        ("fly", {}, "there is no tool 'fly'"),
        ("render_video", {"title": "x"}, "render_video cannot use video_prompt: Field required"),
        ("draft_video", {"request": "x", "colour": 1}, "draft_video cannot use colour: Extra inputs"),
        ("compare_drafts", {"drafts": "x"}, "compare_drafts cannot use drafts"),
    ],
)
def test_arguments_that_do_not_fit_are_told_as_a_mistake_of_the_caller(
    name: str, arguments: dict[str, Any], message: str
) -> None:
    with pytest.raises(RequestError, match=message):
        tool_of(name).asked(arguments)


def test_numbers_out_of_range_are_a_mistake_of_the_caller(toolbox: Toolbox) -> None:
    with pytest.raises(RequestError, match="17 is not between 1 and 16"):
        draft_video.run(toolbox, DraftVideo(request="rain", drafts=17))
    with pytest.raises(RequestError, match="'tomorrow' is no day"):
        list_runs.run(toolbox, ListRuns(since="tomorrow"))
    with pytest.raises(RequestError, match="there is no renderer 'cinema'"):
        render_video.run(toolbox, RenderVideo(title="x", video_prompt="y", renderer="cinema"))


def test_what_renders_is_estimated_before_it_is_called(toolbox: Toolbox) -> None:
    arguments = {"title": "rain", "video_prompt": "rain on a street"}
    estimate = toolbox.estimate("render_video", arguments)
    assert estimate is not None
    assert not estimate.is_dear
    assert toolbox.estimate("list_runs", {}) is None


def test_another_renderer_or_model_leaves_the_catalogue_open(toolbox: Toolbox) -> None:
    assert toolbox.using(seed=3).retriever is toolbox.retriever
    with pytest.raises(PopcornError, match="'other'"):
        _ = toolbox.using(catalogue="other").retriever
    with pytest.raises(RequestError, match="'4:3' does not fit the setting 'aspect'"):
        toolbox.using(aspect="4:3")


def test_a_result_of_ten_megabytes_with_half_characters_can_be_kept_and_sent() -> None:
    result = bounded(
        "x", {"text": "\ud800" + "a" * 10_000_000, "list": list(range(9_999))}, "\ud800\0" + "b" * 10_000_000
    )
    assert len(result.brief()) == LONGEST
    assert result.brief().startswith("?\ufffdbbb")
    assert len(result.data["text"]) == MOST_TEXT
    assert len(result.data["list"]) == 1_000
    json.dumps(result.data).encode()
