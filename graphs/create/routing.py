"""Where the graph goes next: pure functions of the state."""

from __future__ import annotations

from typing import Literal

from .policy import best_of, may_refine
from .state import CreateState, Mode
from .story import attempt_to_make, is_put_together, rendered_shots


def after_start(state: CreateState) -> Literal["retrieve_references", "draft"]:
    """Basic mode knows no references."""
    return "draft" if state.plan.mode is Mode.BASIC else "retrieve_references"


def after_retrieval(state: CreateState) -> Literal["reason", "draft"]:
    """Paper mode reasons and drafts in one model call."""
    return "draft" if state.plan.mode is Mode.PAPER else "reason"


def after_choice(state: CreateState) -> Literal["speak", "render", "score"]:
    """Make the clip first where every attempt is rendered; else refine on drafts and render only the best."""
    return _making(state) if state.plan.render_each else "score"


def after_render(state: CreateState) -> Literal["render", "assemble", "score", "finish"]:
    """The next shot, then all of them are put together; a clip that is whole is scored, or ends the run."""
    attempt = attempt_to_make(state)
    if not is_put_together(state.plan, attempt.draft):
        return after_assembly(state)
    shots = max(1, len(attempt.draft.shots))
    return "render" if len(rendered_shots(state, attempt)) < shots else "assemble"


def after_assembly(state: CreateState) -> Literal["score", "finish"]:
    """A clip of an attempt that is not scored yet is scored; the best attempt's clip ends the run."""
    return "score" if state.pending else "finish"


def after_score(state: CreateState) -> Literal["refine", "speak", "render", "finish"]:
    """Refine while the policy says so, then see that the best attempt has a clip."""
    return "refine" if may_refine(state.attempts, state.plan) else _to_the_end(state)


def after_refinement(state: CreateState) -> Literal["choose", "speak", "render", "finish"]:
    """What was drafted is judged; where nothing was, the best attempt before it ends the run."""
    return "choose" if state.candidates else _to_the_end(state)


def _to_the_end(state: CreateState) -> Literal["speak", "render", "finish"]:
    rendered = {render.attempt for render in state.renders}
    return "finish" if best_of(state.attempts).number in rendered else _making(state)


def _making(state: CreateState) -> Literal["speak", "render"]:
    """The first step of a clip: its line, where somebody speaks."""
    return "speak" if state.plan.voice else "render"
