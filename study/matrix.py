"""From a study's lists to its arms and units: every combination once, and nothing that could not be run."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import product
from typing import TYPE_CHECKING

import numpy as np

from ..agent.wiring.catalogues import SAMPLE, catalogue_folder
from ..agent.wiring.predictors import predictor_name
from ..errors import MissingError, PopcornError, RequestError
from ..graphs.create.state import Mode
from .frame_agreement import opened
from .types import HUMAN, Arm, Given, Prompt, Sees, Unit

if TYPE_CHECKING:
    from ..settings import Settings
    from .study_file import StudyFile


def arms_of(study: StudyFile) -> list[Arm]:
    """Every combination of the lists, each once, in the order of the lists.

    What a mode does not know is left out of its arms: basic mode knows no references, paper mode no candidates and no
    refinement, a real title none of it.
    """
    renderers = study.renderers if study.render else [""]
    combinations = product(
        study.models,
        study.modes,
        study.references,
        study.tags,
        study.given,
        study.candidates,
        study.refine,
        renderers,
        study.predictors,
        study.sees,
    )
    return list(dict.fromkeys(_arm(*one) for one in combinations))


def _arm(
    model: str,
    mode: str,
    references: int,
    tags: int,
    given: str,
    candidates: int,
    refine: bool,
    renderer: str,
    predictor: str,
    sees: str,
) -> Arm:
    if model == HUMAN:
        return Arm(HUMAN, mode="", predictor=predictor)
    if mode == Mode.BASIC:
        references, tags, given = 0, 0, ""
    if mode == Mode.PAPER:
        candidates, refine = 1, False
    if sees == Sees.TITLE:
        renderer = ""
    return Arm(model, mode, references, tags, given, candidates, refine, renderer, predictor, sees)


def units_of(study: StudyFile, prompts: Sequence[Prompt]) -> Iterator[Unit]:
    """The units, a model's together and a prompt's renderers side by side, so that a model is loaded once.

    With shuffled references or clips a prompt has those of the next one in an order drawn by the seed: never its own.
    """
    arms = sorted(arms_of(study), key=lambda arm: study.models.index(arm.model))
    strangers = {seed: _strangers(prompts, seed) for seed in study.seeds}
    for model in study.models:
        own = [arm for arm in arms if arm.model == model]
        for seed, (at, prompt), arm in product(study.seeds, enumerate(prompts), own):
            shuffled = arm.given == Given.SHUFFLED or arm.sees == Sees.SHUFFLED
            others = strangers[seed][at].text if shuffled else ""
            yield Unit(arm, prompt, seed, others)


def taken(prompts: Sequence[Prompt], kinds: Sequence[str], most: int) -> list[Prompt]:
    """Of the prompts of these kinds the first `most` of every kind and category, in their order.

    All kinds where none is named, all prompts for 0. Raises RequestError where none is left.
    """
    counts: dict[tuple[str, str], int] = {}
    kept = []
    for prompt in prompts:
        if kinds and prompt.kind not in kinds:
            continue
        cell = (prompt.kind, prompt.category)
        counts[cell] = counts.get(cell, 0) + 1
        if not most or counts[cell] <= most:
            kept.append(prompt)
    if not kept:
        there = ", ".join(sorted({prompt.kind for prompt in prompts})) or "none"
        raise RequestError(f"there is no prompt of the kinds {', '.join(kinds)}", hint=f"The set has: {there}.")
    return kept


_SINGLE = {"shots": 1, "voice": "", "music": ""}
"""A study compares silent clips of a single shot, whatever is set for `ask`."""


def settings_of(study: StudyFile, arm: Arm, seed: int, base: Settings) -> Settings:
    """The settings of a run of this arm."""
    chosen = {
        **study.settings,
        "catalogue": study.catalogue,
        "candidates": arm.candidates,
        "attempts": study.attempts if arm.refine else 1,
        "seed": seed,
        "predictor": arm.predictor,
        "references": arm.references or base.references,
        "tags": arm.tags or base.tags,
    }
    if arm.model != HUMAN:
        chosen |= {"llm": arm.model, "mode": arm.mode}
    if arm.renderer:
        chosen["renderer"] = arm.renderer
    return type(base).model_validate({**base.model_dump(), **chosen, **_SINGLE})


def check(study: StudyFile, prompts: Sequence[Prompt], base: Settings, before: Sequence[PopcornError] = ()) -> None:
    """Raises RequestError with all that cannot be run, MissingError where nothing but keys and packages is missing.

    `before` are mistakes that were found on the way, of the prompts for instance: they are named with the others.
    """
    faults: list[PopcornError] = [*before, *(RequestError(fault) for fault in _senseless(study, prompts))]
    missing: list[PopcornError] = []
    for error in _unknown(study, base):
        (missing if isinstance(error, MissingError) else faults).append(error)
    if faults or missing:
        every = [*faults, *missing]
        if len(every) == 1:
            raise every[0]
        kind = RequestError if faults else MissingError
        hints = dict.fromkeys(_as_sentence(one.hint) for one in every if one.hint)
        raise kind("; ".join(one.message for one in every), hint=" ".join(hints) or "Mend these; nothing was begun.")


def _as_sentence(hint: str) -> str:
    """A hint that others can stand beside; a command alone is one to give."""
    if hint.startswith("popcorn "):
        return f"Give `{hint}`."
    return hint[:1].upper() + hint[1:] + ("" if hint.endswith((".", "?", "!")) else ".")


def _senseless(study: StudyFile, prompts: Sequence[Prompt]) -> Iterator[str]:
    """Sentences about combinations that say nothing."""
    modes, machines = set(study.modes), [model for model in study.models if model != HUMAN]
    if study.render and not study.renderers and machines:
        yield "no renderer is named: write renderers = [...], or render = false"
    if not study.render and study.renderers:
        yield "render = false and renderers are two answers to one question"
    if study.agreement and not study.render:
        yield "`agreement` compares a prompt with frames, and render = false makes none"
    if modes == {"basic"} and (len(study.references) > 1 or len(study.tags) > 1 or study.given != ["found"]):
        yield "basic mode knows no references: `references`, `tags` and `given` would change nothing"
    if modes == {"paper"} and (study.refine != [False] or study.candidates != [1]):
        yield "paper mode knows no candidates and no refinement"
    if "shuffled" in {*study.given, *study.sees} and len(prompts) == 1:
        yield "shuffled references and clips need two prompts at least"
    if "shuffled" in study.sees and not study.render:
        yield "`sees` names shuffled clips, and render = false makes none"
    for name in (
        "models",
        "modes",
        "references",
        "tags",
        "given",
        "sees",
        "candidates",
        "refine",
        "seeds",
        "renderers",
    ):
        values = getattr(study, name)
        if len(set(values)) < len(values):
            yield f"`{name}` names a value twice"
    low = [number for number in (*study.references, *study.tags, *study.candidates) if number < 1]
    if low or any(seed < 0 for seed in study.seeds):
        yield f"{(low or study.seeds)[0]} is too small: references, tags and candidates begin at 1, seeds at 0"


def _unknown(study: StudyFile, base: Settings) -> Iterator[PopcornError]:
    """What is wrong with the names of models, renderers, predictors and the catalogue, and with the settings."""
    from ..agent.models.providers import choose
    from ..tools.video import registry

    for model in study.models:
        if model != HUMAN:
            yield from _raised(choose, base.model_copy(update={"llm": model}))
    for renderer in study.renderers:
        yield from _raised(registry.check, renderer)
    for predictor in study.predictors:
        yield from _raised(predictor_name, base, predictor)
    yield from _raised(_look_for_catalogue, base, study.catalogue)
    if study.agreement and study.render:
        yield from _raised(opened, study.agreement)
    wrong = (
        message
        for arm in arms_of(study)
        for seed in {min(study.seeds), max(study.seeds)}
        for one in _raised(settings_of, study, arm, seed, base)
        for message in one.message.split("; ")
    )
    yield from map(RequestError, dict.fromkeys(wrong))


def _look_for_catalogue(base: Settings, name: str) -> None:
    """Raises RequestError on a name that is none, MissingError where there is no such catalogue."""
    if not catalogue_folder(base, name).is_dir() and name != SAMPLE:
        raise MissingError(f"there is no catalogue {name!r}", hint="popcorn references import")


def _raised(work: Callable[..., object], *arguments: object) -> Iterator[PopcornError]:
    """What calling it complains of."""
    from pydantic import ValidationError

    try:
        work(*arguments)
    except PopcornError as exc:
        yield exc
    except ValidationError as exc:
        yield RequestError("; ".join(f"`{'.'.join(map(str, one['loc']))}`: {one['msg']}" for one in exc.errors()))


def _strangers(prompts: Sequence[Prompt], seed: int) -> list[Prompt]:
    """For every prompt another one: its follower in a circle drawn by the seed."""
    order = np.random.default_rng(seed).permutation(len(prompts))
    follower = dict(zip(order.tolist(), np.roll(order, -1).tolist(), strict=True))
    return [prompts[follower[at]] for at in range(len(prompts))]
