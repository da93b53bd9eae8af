"""Every hint that names a flag, a variable or a command leads somewhere: it is read out of the source and followed."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import popcorn
import pytest
import typer
from popcorn.cli import app
from popcorn.settings import CHOSEN_ANEW, OF_THE_WALK, Settings

ROOT = Path(str(popcorn.__file__)).parent
ROOMS = ("agent", "commands", "graphs", "study", "tools", "trust", "prompts", "web")
ASIDE = {"build.py"}
"""Programs of whoever makes a release, with options of their own."""
IN_A_RUN = ("agent/models", "agent/wiring", "graphs/asking", "graphs/create", "tools")
"""Where errors come from that a run of `ask` may end with, and is gone on with afterwards."""
OF_NO_RUN = (
    *("agent/wiring/diagnosis.py", "agent/wiring/ad_context.py", "tools/tables", "tools/popularity/registry.py"),
    *("tools/popularity/trained/material.py", "tools/editing/product.py", "tools/editing/volumes.py"),
)
"""What is said by other commands, or before there is a run."""
NO_TEXTS = {"web/theme.py", "web/plain_pages.py", "study/plots.py"}
"""Modules with style sheets, whose variables look like flags."""
NO_COMMAND = {"popcorn run X"}
"""What PostgreSQL's locks are called after."""
OF_OTHERS = {"--force-reinstall", "--no-deps", "--include", "--revision", "--voices", "--head"}
"""Options of pip, of Hugging Face's program, of espeak-ng and of Ray."""
NAMED = ("hint", "again", "money", "way_out")
"""Ends of the names of what becomes a hint later."""
NO_SETTINGS = {"POPCORN_DEBUG"}
OF_ASK = {"resume", "out", "buy_again", "json", "jsonl", "quiet"}

Hint = tuple[str, str]
"""Where it stands, and what it says, with X for what is filled in."""


def spelled(node: ast.expr, known: dict[str, str]) -> Iterator[str]:
    """What an expression may say."""
    if isinstance(node, ast.Constant):
        yield str(node.value)
    elif isinstance(node, ast.JoinedStr):
        yield from ("".join(parts) for parts in product([[*spelled(part, known)] for part in node.values]))
    elif isinstance(node, ast.FormattedValue):
        yield from spelled(node.value, known)
    elif isinstance(node, ast.IfExp):
        yield from (*spelled(node.body, known), *spelled(node.orelse, known))
    elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        yield from ("".join(parts) for parts in product([[*spelled(one, known)] for one in (node.left, node.right)]))
    else:
        yield known.get(node.id, "X") if isinstance(node, ast.Name) else "X"


def product(choices: list[list[str]]) -> Iterator[list[str]]:
    if not choices:
        yield []
        return
    for rest in product(choices[1:]):
        yield from ([one, *rest] for one in choices[0])


@cache
def modules() -> list[tuple[str, ast.Module, dict[str, str]]]:
    """Where each is, what stands in it, and its names for texts."""
    found = []
    for path in [*ROOT.glob("*.py"), *(path for room in ROOMS for path in (ROOT / room).rglob("*.py"))]:
        if path.name in ASIDE:
            continue
        tree = ast.parse(path.read_text("utf-8"))
        known = {
            target.id: str(node.value.value)
            for node in ast.walk(tree)
            if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
            for target in node.targets
            if isinstance(target, ast.Name)
        }
        found.append((path.relative_to(ROOT).as_posix(), tree, known))
    return found


@cache
def hints() -> tuple[Hint, ...]:
    """Those that name something to type."""
    found: list[Hint] = []
    for place, tree, known in modules():
        for node in ast.walk(tree):
            for keyword in node.keywords if isinstance(node, ast.Call) else []:
                if keyword.arg == "hint":
                    found += [(place, text) for text in spelled(keyword.value, known)]
            targets = node.targets if isinstance(node, ast.Assign) else []
            names = [getattr(target, "id", getattr(target, "attr", "")) for target in targets]
            if isinstance(node, ast.Assign) and any(name.casefold().endswith(NAMED) for name in names):
                found += [(place, text) for text in spelled(node.value, known)]
    return tuple(one for one in dict.fromkeys(found) if re.search(r"--[a-z]|POPCORN_|popcorn [a-z]", one[1]))


def texts() -> Iterator[Hint]:
    """All else that names a command or a flag in a sentence: cards, briefs, views, findings, notices."""
    for place, tree, known in modules():
        if place in NO_TEXTS:
            continue
        apart = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
        for node in ast.walk(tree):
            if isinstance(node, ast.JoinedStr | ast.BinOp):
                apart |= {id(part) for part in ast.walk(node) if part is not node}
            whole = isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Constant) and isinstance(node.value, str))
            if isinstance(node, ast.expr) and whole and id(node) not in apart:
                yield from (
                    (place, text) for text in spelled(node, known) if re.search(r"\bpopcorn [a-z]|\w+ --[a-z]", text)
                )


@cache
def commands() -> dict[str, Any]:
    def within(group: Any, path: str) -> Iterator[tuple[str, Any]]:
        for name, command in group.commands.items():
            yield f"{path}{name}", command
            if hasattr(command, "commands"):
                yield from within(command, f"{path}{name} ")

    return dict(within(typer.main.get_command(app), ""))


def options(command: Any) -> set[str]:
    return {name for one in command.params for name in (*one.opts, *one.secondary_opts)} | {"--help"}


def flags(text: str) -> list[str]:
    return [flag for flag in re.findall(r"(?<![\w-])--[a-z][a-z-]*[a-z](?![a-z]|-X)", text) if flag not in OF_OTHERS]


def follow(text: str) -> str:
    """Why what the hint says cannot be typed; empty where it can."""
    for name in re.findall(r"POPCORN_[A-Z0-9_]+", text):
        if name not in NO_SETTINGS and name.removeprefix("POPCORN_").lower() not in Settings.model_fields:
            return f"{name} is no setting"
    anywhere = set().union(*map(options, commands().values()))
    if strange := set(flags(text)) - anywhere:
        return f"no command has {strange}"
    for line in re.findall(r"\bpopcorn ([a-z][^;`]*?)(?=[;`]|\. |\.$|, then |$)", text):
        words = line.split()
        named = next((" ".join(words[:most]) for most in (2, 1) if " ".join(words[:most]) in commands()), "")
        if not named:
            return f"{line!r} is no command"
        if strange := set(flags(line.split(", or ")[0])) - options(commands()[named]):
            return f"{named!r} has no {strange}"
    return ""


@pytest.mark.parametrize("hint", hints(), ids=lambda hint: f"{hint[0]}: {hint[1][:60]}")
def test_what_a_hint_says_can_be_typed(hint: Hint) -> None:
    assert follow(hint[1]) == ""


def test_whatever_else_names_a_command_can_be_typed() -> None:
    wrong = {text: why for _, text in texts() if text not in NO_COMMAND and (why := follow(text))}
    assert wrong == {}


@pytest.mark.parametrize(
    "hint",
    [one for one in hints() if one[0].startswith(IN_A_RUN) and not one[0].startswith(OF_NO_RUN)],
    ids=lambda hint: f"{hint[0]}: {hint[1][:60]}",
)
def test_a_run_that_is_gone_on_with_takes_what_its_own_error_says(hint: Hint) -> None:
    of_ask = options(commands()["ask"])
    kept = OF_THE_WALK | CHOSEN_ANEW | OF_ASK
    variables = {name.removeprefix("POPCORN_").lower() for name in re.findall(r"POPCORN_[A-Z0-9_]+", hint[1])}
    typed = {flag.removeprefix("--").replace("-", "_") for flag in flags(hint[1]) if flag in of_ask}
    assert (variables - NO_SETTINGS) | typed <= kept


def test_a_hint_that_leads_nowhere_is_found() -> None:
    assert follow("Allow more with POPCORN_PATIENCE.") == "POPCORN_PATIENCE is no setting"
    assert follow("Write --models.") == "no command has {'--models'}"
    assert follow("Run: popcorn learn X.") == "'learn X' is no command"
    assert follow("Go on with: popcorn ask --resume X --fast") == "no command has {'--fast'}"
    assert follow("Go on with: popcorn ask --resume X --older-than 3") == "'ask' has no {'--older-than'}"
