from __future__ import annotations

from pathlib import Path

from popcorn.graphs.create import routing
from popcorn.graphs.create.build import build_create_graph
from popcorn.graphs.create.state import Attempt, CreateState, Draft, Mode, Plan, Render
from popcorn.tools.popularity.types import Interval, Score
from popcorn.tools.video.types import Clip


def attempt(number: int, rank: float) -> Attempt:
    score = Score(4.0, 16.0, "100 videos", "neighbours", True, rank, 20.0, 90.0, Interval(2.0, 6.0, 0.8))
    complaints = () if rank >= 60 else ("too low",)
    return Attempt(number, Draft("t", "p", "c"), score, 0.9, None, complaints, accepted=not complaints)


def rendered(number: int) -> Render:
    clip = Clip(Path("clip.mp4"), "animatic", 3.0, 1080, 1920, 30.0, 90, "h264", "0" * 64)
    return Render(number, clip, Path("cover.jpg"))


def state(**values: object) -> CreateState:
    return CreateState(request="tacos", **values)  # type: ignore[arg-type]


def test_basic_mode_starts_with_the_draft() -> None:
    assert routing.after_start(state(plan=Plan(mode=Mode.BASIC))) == "draft"
    assert routing.after_start(state()) == "retrieve_references"


def test_paper_mode_reasons_inside_the_draft() -> None:
    assert routing.after_retrieval(state(plan=Plan(mode=Mode.PAPER))) == "draft"
    assert routing.after_retrieval(state()) == "reason"


def test_a_choice_is_rendered_first_only_when_every_attempt_is() -> None:
    assert routing.after_choice(state(plan=Plan(render_each=True))) == "render"
    assert routing.after_choice(state()) == "score"


def test_a_clip_of_a_pending_attempt_is_scored() -> None:
    assert routing.after_render(state(pending=attempt(1, 10))) == "score"
    assert routing.after_render(state(attempts=[attempt(1, 80)])) == "finish"


def test_a_low_score_is_refined_while_attempts_are_left() -> None:
    assert routing.after_score(state(attempts=[attempt(1, 10)])) == "refine"
    tried = [attempt(1, 10), attempt(2, 20), attempt(3, 30)]
    assert routing.after_score(state(attempts=tried)) == "render"


def test_the_best_attempt_is_rendered_before_the_end_and_only_once() -> None:
    assert routing.after_score(state(attempts=[attempt(1, 80)])) == "render"
    assert routing.after_score(state(attempts=[attempt(1, 80)], renders=[rendered(1)])) == "finish"


def test_a_refinement_without_drafts_ends_with_the_best_attempt_before_it() -> None:
    tried = [attempt(1, 10), attempt(2, 20)]
    assert routing.after_refinement(state(attempts=tried, candidates=[Draft("t", "p", "c")])) == "choose"
    assert routing.after_refinement(state(attempts=tried)) == "render"
    assert routing.after_refinement(state(attempts=tried, renders=[rendered(1), rendered(2)])) == "finish"


def test_the_graph_has_the_drawn_nodes_and_edges() -> None:
    graph = build_create_graph().get_graph()
    edges = {(edge.source, edge.target) for edge in graph.edges}
    assert edges == {
        ("__start__", "retrieve_references"),
        ("__start__", "draft"),
        ("retrieve_references", "reason"),
        ("retrieve_references", "draft"),
        ("reason", "draft"),
        ("draft", "choose"),
        ("choose", "speak"),
        ("choose", "render"),
        ("choose", "score"),
        ("speak", "render"),
        ("render", "render"),
        ("render", "assemble"),
        ("render", "score"),
        ("render", "finish"),
        ("assemble", "score"),
        ("assemble", "finish"),
        ("score", "refine"),
        ("score", "speak"),
        ("score", "render"),
        ("score", "finish"),
        ("refine", "choose"),
        ("refine", "speak"),
        ("refine", "render"),
        ("refine", "finish"),
        ("finish", "__end__"),
    }
