"""The way in: help, version, and what is not loaded on the way there."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import popcorn as package
import pytest

HEAVY = (
    "torch",
    "sentence_transformers",
    "transformers",
    "diffusers",
    "langgraph",
    "faiss",
    "skia",
    "av",
    "pyarrow",
    "ray",
)
COMMANDS = ("ask", "references", "render", "doctor", "config")


def loaded_by(program: Any, *arguments: str) -> set[str]:
    """The top-level modules that a command imports, read from the interpreter's own import log."""
    finished = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "popcorn", *arguments],
        env=program.environment,
        cwd=program.home.parent,
        capture_output=True,
        text=True,
        check=True,
    )
    names = (line.rpartition("|")[2].strip() for line in finished.stderr.splitlines() if "import time:" in line)
    return {name.partition(".")[0] for name in names}


def test_help_names_every_command(fresh: Any) -> None:
    outcome = fresh.cold()("--help")
    assert outcome.status == 0
    assert [name for name in COMMANDS if name not in outcome.stdout] == []
    assert outcome.stderr == ""


@pytest.mark.parametrize("command", COMMANDS)
def test_each_command_explains_itself(fresh: Any, command: str) -> None:
    outcome = fresh.cold()(command, "--help")
    assert outcome.status == 0
    assert "Usage" in outcome.stdout
    assert command in outcome.stdout


def test_the_options_that_scripts_rely_on_are_in_the_help_of_ask(fresh: Any) -> None:
    text = fresh.set(COLUMNS="200").cold()("ask", "--help").stdout
    options = "-o -n -k --tags --mode --llm --renderer --predictor --catalogue --aspect"
    options += " --threshold --attempts --seed --resume --json --jsonl"
    assert [option for option in options.split() if option not in text] == []


@pytest.mark.parametrize(
    "arguments", [("--help",), ("--version",), ("ask", "--help"), ("references", "--help")], ids=" ".join
)
def test_nothing_heavy_is_loaded_on_the_way_to_help(fresh: Any, arguments: tuple[str, ...]) -> None:
    loaded = loaded_by(fresh, *arguments)
    assert "popcorn" in loaded, "the import log was not read"
    assert loaded & set(HEAVY) == set()


@pytest.mark.parametrize(
    "arguments",
    [("references", "search", "street tacos"), ("ask", "street tacos"), ("chat", "find references for tacos")],
    ids=lambda arguments: arguments[0],
)
def test_no_answer_without_a_network_waits_for_the_libraries_of_other_models(
    fresh: Any, arguments: tuple[str, ...]
) -> None:
    loaded = loaded_by(fresh.set(POPCORN_ENCODER="all-MiniLM-L6-v2"), *arguments)
    assert "tokenizers" in loaded, "nothing was encoded"
    assert loaded & {"sentence_transformers", "transformers", "sklearn", "torch"} == set()


def test_the_version_is_that_of_the_package(fresh: Any) -> None:
    outcome = fresh.cold()("--version")
    assert outcome.status == 0
    assert package.__version__ in outcome.stdout


def test_the_installed_command_and_the_module_are_the_same_program(fresh: Any) -> None:
    script = Path(sys.executable).with_name("popcorn")
    finished = subprocess.run([script, "--version"], env=fresh.environment, capture_output=True, text=True, check=True)
    assert finished.stdout == fresh.cold()("--version").stdout


def test_running_cli_py_as_a_file_says_how_to_run_it() -> None:
    place = Path(package.__file__).with_name("cli.py")
    finished = subprocess.run([sys.executable, place, "--help"], capture_output=True, text=True, check=False)
    assert finished.returncode != 0
    assert "python -m popcorn" in finished.stderr
    assert "Traceback" not in finished.stderr
