"""What a run may choose: marked once in settings.py, and the same at every door."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from enum import Enum
from pathlib import Path
from typing import Any, Literal, get_args, get_origin, get_type_hints

import pytest
import typer
from popcorn.agent.doors import python_ads, python_api
from popcorn.agent.doors.langgraph_ads import AdNames
from popcorn.agent.doors.langgraph_server import Names
from popcorn.agent.runs.create_machine import plan_of
from popcorn.agent.runs.machines import machine_of
from popcorn.agent.runs.routes import ROUTES
from popcorn.agent.runs.run_store import Kind
from popcorn.choices import AD_SETTINGS, AdChoices, AspectName, Choice, Choices, FitName, ModeName, RoutingName
from popcorn.cli import app
from popcorn.commands.flags import FLAGS, explained, with_flags
from popcorn.graphs.create.state import Mode, Plan
from popcorn.settings import CHOSEN_ANEW, OF_ADS, OF_THE_WALK, Settings, load_settings
from popcorn.tools.references.types import Routing
from popcorn.tools.video.types import Aspect, Fit

MARKS = {
    name: mark for name, field in Settings.model_fields.items() for mark in field.metadata if isinstance(mark, Choice)
}
CHOSEN = {name: Settings.model_fields[name] for name in MARKS}
TYPES = {name: field.annotation for name, field in CHOSEN.items()}
ANOTHER_MEANING = {
    "chat": {"max_cost", "max_tokens"},  # the caps of a conversation, not those of a run
    "mcp": {"max_cost"},
    "web": {"max_cost"},  # of all that is begun on the page
    "doctor": {"llm"},  # the one to try
    "ad make": {"aspect", "voice", "music"},  # an ad's own
    "ad bench import": {"voice"},  # whose pace the lengths of lines are told by
    "ad bench report": {"voice"},
    "ad bench run": {"voice"},
    "ad finetune": {"seed"},  # of the training
    "feedback add": {"platform"},  # where it was published
    "feedback import": {"platform"},
    "feedback report": {"platform", "predictor"},  # whose videos are told of
    "feedback recalibrate": {"platform", "predictor"},
    "study export-preferences": {"platform", "predictor", "seed"},  # which pairs, and what compares them
    "study finetune": {"seed", "predictor"},  # of the training, and what rewards
    "predictor train": {"seed", "platform"},  # of the training, and of the pairs it learns from
    "study validate": {"predictor", "llm"},  # a choice model too, and one that judges
    "predictor compare": {"platform"},  # the model's own where nobody says
    "predictor score": {"catalogue"},  # that `neighbours` is fitted to
    "predictor explain": {"catalogue"},
    "render": {"renderer"},  # several, to compare
}
"""Flags with a choice's name that are another thing, and say so in words of their own."""


def commands(group: Any = None, path: str = "") -> Iterator[tuple[str, Any]]:
    for name, command in (group or typer.main.get_command(app)).commands.items():
        if hasattr(command, "commands"):
            yield from commands(command, f"{path}{name} ")
        else:
            yield f"{path}{name}", command


COMMANDS = dict(commands())


def setting_of(option: Any) -> str:
    """The choice that an option stands for; empty for none."""
    name = option.name.removeprefix("no_")
    return name if name in CHOSEN else ""


def test_the_types_of_the_choices_are_those_of_the_settings() -> None:
    assert get_type_hints(Choices) == TYPES


def test_python_takes_each_choice_and_the_home() -> None:
    assert get_type_hints(python_api.Choices) == TYPES | {"home": Path}


def test_an_ad_chooses_by_the_flags_of_its_command_at_every_door() -> None:
    taken = get_type_hints(AdChoices)
    types = {name: field.annotation for name, field in Settings.model_fields.items()}
    assert {AD_SETTINGS.get(name, name): kind for name, kind in taken.items()} == {
        AD_SETTINGS.get(name, name): types[AD_SETTINGS.get(name, name)] for name in taken
    }
    assert {AD_SETTINGS.get(name, name) for name in taken} >= OF_ADS - {"ad_transcriber"}
    flags = {option.name for option in COMMANDS["ad make"].params}
    assert {name for name in taken if name != "cache"} <= flags
    assert get_type_hints(python_ads.AdChoices) == taken | {"home": Path}
    limits = {name for name, mark in MARKS.items() if not mark.served} | {"claims"}
    assert get_type_hints(AdNames) == {name: kind | None for name, kind in taken.items() if name not in limits}


def test_a_run_that_is_gone_on_with_takes_limits_and_what_errors_tell_people_to_change() -> None:
    anew = CHOSEN_ANEW | (OF_THE_WALK & set(CHOSEN))
    assert get_type_hints(python_api.ResumedChoices) == {name: TYPES[name] for name in anew} | {"home": Path}


def test_a_client_of_the_server_names_each_choice_that_is_not_for_the_servers_owner() -> None:
    served = {name: TYPES[name] | None for name, mark in MARKS.items() if mark.served}
    assert get_type_hints(Names) == served
    assert {getattr(Names(), name) for name in served} == {None}, "the server's own setting stands where none is given"


def test_no_client_of_the_server_sets_a_limit_or_loads_weights() -> None:
    assert {name for name, mark in MARKS.items() if not mark.served} == {
        "cover", "image", "music", "max_seconds", "max_cost", "max_tokens", "cache",
    }  # fmt: skip


def test_a_fork_knows_of_each_choice_until_which_node_it_acts() -> None:
    create = ROUTES[Kind.CREATE]
    assert {*create.acts_until, *create.from_the_start, *OF_THE_WALK} >= set(CHOSEN)
    assert {*ROUTES[Kind.AD].acts_until} >= OF_ADS
    for route in ROUTES.values():
        assert {*route.acts_until, *route.from_the_start} <= set(Settings.model_fields) - OF_THE_WALK
        assert set(route.acts_until.values()) <= set(route.ranks)


def test_a_fork_knows_the_nodes_of_each_graph() -> None:
    for kind, route in ROUTES.items():
        assert set(route.ranks) == set(machine_of(kind).build().nodes) - {"__start__"}


def test_a_plan_has_the_names_and_defaults_of_the_choices() -> None:
    planned = {field.name: field.default for field in fields(Plan) if field.name != "render_each"}
    assert planned == {name: CHOSEN[name].default for name in planned}


def test_a_plan_is_what_was_chosen_in_the_types_of_the_graph(tmp_path: Path) -> None:
    chosen = {
        "mode": "basic", "references": 7, "tags": 2, "negative_share": 0.2, "routing": "tag-name", "candidates": 2,
        "attempts": 5, "threshold": 70, "platform": "youtube",
        "aspect": "1:1", "fit": "pad", "seed": 9, "language": " Spanish ", "shots": 2, "voice": "auto", "music": "calm",
    }  # fmt: skip
    settings = load_settings(home=tmp_path, render="each", **chosen)
    plan = plan_of(settings, needs_frames=False)
    assert plan == Plan(
        Mode.BASIC, 7, 2, 0.2, Routing.TAG_NAME, 2, 5, 70.0, "youtube", Aspect.SQUARE, Fit.PAD, render_each=True,
        shots=2, voice="auto", music="calm", seed=9, language="Spanish",
    )  # fmt: skip
    assert {name: type(getattr(plan, name)) for name in chosen} == {name: get_type_hints(Plan)[name] for name in chosen}
    best = load_settings(home=tmp_path, render="best", **chosen)
    assert [plan_of(best, needs_frames=needs).render_each for needs in (False, True)] == [False, True]


@pytest.mark.parametrize(
    ("words", "kinds"), [(AspectName, Aspect), (FitName, Fit), (ModeName, Mode), (RoutingName, Routing)]
)
def test_the_words_of_a_choice_are_those_that_the_code_below_knows(words: Any, kinds: type[Enum]) -> None:
    assert list(get_args(words)) == [kind.value for kind in kinds]


def test_ask_has_a_flag_for_each_choice() -> None:
    assert {setting_of(option) for option in COMMANDS["ask"].params} - {""} == set(CHOSEN)


def typed(*words: str) -> dict[str, object]:
    """What a command that takes every choice is given when `words` are typed."""
    given: dict[str, object] = {}
    program = typer.Typer()

    @program.command()
    @with_flags(*FLAGS, panel=None)
    def take(**chosen: object) -> None:
        given.update(chosen)

    program(list(words), standalone_mode=False)
    return given


def test_what_was_not_typed_is_not_chosen() -> None:
    assert typed() == {}


@pytest.mark.parametrize("name", CHOSEN)
def test_a_flag_gives_the_setting_a_value_of_its_type(name: str) -> None:
    kind: Any = TYPES[name]
    flag = name.replace("_", "-")
    if kind is bool:
        value = not CHOSEN[name].default
        assert typed(f"--{flag}" if value else f"--no-{flag}") == {name: value}
    else:
        value = get_args(kind)[-1] if get_origin(kind) is Literal else kind(7)
        chosen = typed(f"--{flag}", str(value))
        assert chosen == {name: value}
        assert type(chosen[name]) is type(value)


@pytest.mark.parametrize("path", COMMANDS)
def test_the_help_of_each_command_says_what_the_settings_say(
    path: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", "240")
    command = COMMANDS[path]
    shared = [option for option in command.params if setting_of(option) not in {"", *ANOTHER_MEANING.get(path, ())}]
    told = command.get_help(command.context_class(command, info_name=path)) + capsys.readouterr().out
    for option in shared:
        off = FLAGS[setting_of(option)].off
        assert (off or explained(setting_of(option))) in told


def test_an_explanation_is_the_settings_description_with_its_values() -> None:
    assert explained("seed") == "Makes drafts and clips repeatable."
    assert explained("aspect") == "The clip's shape: 9:16, 16:9, 1:1 or 4:5."
    assert explained("render") == "Which attempts are rendered: best or each."
