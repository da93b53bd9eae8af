"""A clip of several shots: what each is asked for, which comes next, and which parts it is judged by."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ...tools.video.types import RenderRequest
from .policy import best_of
from .request.command import take_apart
from .state import Attempt, CreateState, Draft, Plan, ShotClip


def shots_of(draft: Draft) -> tuple[Draft, ...]:
    """The shots as drafts of their own, with the title and cover of the whole; the draft itself where it has one."""
    if not draft.shots:
        return (draft,)
    return tuple(
        replace(draft, video_prompt=shot.video_prompt, render_prompt=shot.render_prompt, shots=())
        for shot in draft.shots
    )


def joined_prompt(shots: Sequence[str]) -> str:
    """The prompts of a story as one text."""
    return " ".join(shots)


def is_put_together(plan: Plan, draft: Draft) -> bool:
    """Whether the clip is made of parts: of several shots, or of picture and sound."""
    return bool(len(draft.shots) > 1 or plan.voice or plan.music)


def attempt_to_make(state: CreateState) -> Attempt:
    """Whose clip is made: that of the pending attempt, or of the best one when all are scored."""
    return state.pending or best_of(state.attempts)


def rendered_shots(state: CreateState, attempt: Attempt) -> list[ShotClip]:
    """The shots of an attempt that are there, in order."""
    found = {one.shot: one for one in state.shots if one.attempt == attempt.number}
    return [found[number] for number in sorted(found)]


def render_requests(state: CreateState, attempt: Attempt) -> list[RenderRequest]:
    """What a renderer is asked for, a request a shot.

    The title belongs to the first one, which opens the clip: a renderer that draws words sets those of the shot itself
    in the others.
    """
    plan, draft = state.plan, attempt.draft
    idea = take_apart(state.request).idea
    story = f"{draft.title}\n{draft.video_prompt}" if draft.shots else ""
    return [
        RenderRequest(
            title=draft.title if not number else "",
            video_prompt=shot.render_prompt or shot.video_prompt,
            cover_prompt=shot.cover_prompt if not number else "",
            aspect=plan.aspect,
            seed=plan.seed,
            fit=plan.fit,
            request=idea,
            story=story,
        )
        for number, shot in enumerate(shots_of(draft))
    ]
