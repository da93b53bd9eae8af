"""The house itself: what is packaged, who imports whom, and what start-up may load."""

from __future__ import annotations

import ast
import graphlib
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import grimp
import pytest

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
PACKAGES = PROJECT["tool"]["setuptools"]["packages"]
NOT_PACKAGED = {"tests", "benchmarks", "docs", "build", "dist"}
HEAVY = ("torch", "diffusers", "transformers", "sentence_transformers", "faiss", "langgraph", "langchain_core", "av")


def folders_with_code() -> set[str]:
    inits = (path.parent.relative_to(ROOT) for path in ROOT.rglob("__init__.py"))
    inside = (path for path in inits if not path.parts or path.parts[0] not in NOT_PACKAGED)
    shown = (path.parts for path in inside if not any(part.startswith(".") for part in path.parts))
    return {".".join(("popcorn", *parts)) for parts in shown}


def test_every_folder_with_code_is_listed_as_a_package() -> None:
    assert sorted(PACKAGES) == sorted(folders_with_code())


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """The names in a wheel that was built from a copy of the checkout."""
    place = tmp_path_factory.mktemp("wheel")
    skipped = shutil.ignore_patterns(".*", "build", "dist", "*.egg-info", "tests", "benchmarks", "docs", "__pycache__")
    shutil.copytree(ROOT, place / "copy", ignore=skipped)
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(place), str(place / "copy")]
    subprocess.run(command, check=True, capture_output=True, text=True)
    (built,) = place.glob("*.whl")
    with zipfile.ZipFile(built) as archive:
        return archive.namelist()


def test_a_wheel_holds_every_package_under_one_name_and_nothing_else(wheel: list[str]) -> None:
    assert {name.split("/")[0] for name in wheel if ".dist-info" not in name} == {"popcorn"}
    packed = {".".join(Path(name).parent.parts) for name in wheel if name.endswith("__init__.py")}
    assert packed == set(PACKAGES)


def test_a_wheel_holds_the_data_files(wheel: list[str]) -> None:
    folders = [ROOT.joinpath(*name.split(".")[1:]) for name in PACKAGES if "." in name]
    files = (path for folder in folders for path in folder.iterdir() if path.is_file())
    data = {path for path in files if path.suffix not in {".py", ".pyc"} and not path.name.startswith(".")}
    assert len(data) > 50
    assert {f"popcorn/{path.relative_to(ROOT).as_posix()}" for path in data} <= set(wheel)
    assert {"popcorn/prompts/draft.md", "popcorn/tools/references/sample.jsonl", "popcorn/py.typed"} <= set(wheel)


WRITING = {
    "mkdir",
    "write_text",
    "write_bytes",
    "touch",
    "hardlink_to",
    "fsync",
    "umask",
    "chmod",
    "fchmod",
    "FileLock",
}
BY_HAND = {
    "files.py": "the one way to write",
    "home.py": "closes what an older Popcorn made",
    "study/preferences/export.py": "writes rows into a folder that files.py made, which is put in its place whole",
    "study/results.py": "writes on in a file that files.py made",
    "tools/media/fonts_data/build.py": "makes what the wheel holds",
    "tools/popularity/features/journal.py": "writes on in files that files.py made",
    "tools/references/catalogue_vectors.py": "writes on in files that files.py made",
}


def writes_by_hand(path: Path) -> bool:
    """Whether a module makes files, folders or locks itself, whose mode is then the umask's."""
    calls = [node.func for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call)]
    of_files = [one for one in calls if isinstance(one, ast.Attribute) and getattr(one.value, "id", "") == "files"]
    named = [one for one in calls if one not in of_files]
    names = {one.attr if isinstance(one, ast.Attribute) else getattr(one, "id", "") for one in named}
    opened = re.search(r"open\([^)]*[\"'][wax]b?\+?[\"']", path.read_text())
    return bool(names & WRITING) or (opened is not None and "av.open(" not in opened[0])


def test_whoever_writes_writes_through_files() -> None:
    packages = [ROOT.joinpath(*name.split(".")[1:]) for name in PACKAGES]
    modules = [path for folder in packages for path in folder.glob("*.py")]
    found = {path.relative_to(ROOT).as_posix() for path in modules if writes_by_hand(path)}
    assert found <= set(BY_HAND)


def test_help_loads_nothing_heavy() -> None:
    code = (
        "import sys; sys.argv = ['popcorn', '--help']\n"
        "from popcorn.cli import main\n"
        "try:\n    main()\nexcept SystemExit as exc:\n    assert not exc.code\n"
        f"print('LOADED', [name for name in {HEAVY!r} if name in sys.modules])"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "LOADED []" in ran.stdout


def test_importing_popcorn_loads_nothing_of_it() -> None:
    code = "import sys, popcorn; print([name for name in sys.modules if name.startswith('popcorn.')])"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"


def test_the_import_contracts_hold() -> None:
    tool = Path(sys.executable).parent / "lint-imports"
    command = [str(tool), "--config", str(ROOT / "pyproject.toml"), "--no-cache"]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout


def test_every_direct_dependency_is_pinned() -> None:
    project = PROJECT["project"]
    wanted = project["dependencies"] + project["optional-dependencies"]["test"] + PROJECT["build-system"]["requires"]
    names = {re.split(r"[<>=!\[ ]", line)[0] for line in wanted}
    lines = (ROOT / "constraints.txt").read_text().splitlines()
    pinned = {line.split("==")[0] for line in lines if "==" in line and not line.startswith("#")}
    assert names <= pinned
    assert "torch==2.13.0" in lines


def test_the_readme_holds_the_two_set_up_commands() -> None:
    lines = [line for line in (ROOT / "README.md").read_text().splitlines() if line.startswith("python3 -m venv ")]
    assert lines == [
        "python3 -m venv .venv && .venv/bin/python -m pip install -c constraints.txt . && .venv/bin/popcorn ask"
        ' "Make a video about the preparation of authentic Indian biryani"',
        "python3 -m venv .venv && .venv/bin/python -m pip install -c constraints.txt '.[test]'"
        " && .venv/bin/python -m pytest -n auto --dist loadfile",
    ]


def test_cli_run_as_a_file_says_how_it_is_run() -> None:
    ran = subprocess.run([sys.executable, str(ROOT / "cli.py")], capture_output=True, text=True, check=False)
    assert ran.returncode == 1
    assert "python -m popcorn" in ran.stderr


def imports_of(graph: grimp.ImportGraph) -> dict[str, set[str]]:
    """Module to the modules of ours that it imports: at its top, in its functions, and for types."""
    return {module: graph.find_modules_directly_imported_by(module) for module in graph.modules}


def test_no_two_modules_need_each_other() -> None:
    graph = grimp.build_graph("popcorn", cache_dir=None)
    needed = imports_of(graph)
    needed["popcorn"] = set()  # the public names, each imported when it is first asked for
    try:
        graphlib.TopologicalSorter(needed).prepare()
    except graphlib.CycleError as exc:
        pytest.fail(f"a circle: {' -> '.join(exc.args[1])}")


def test_the_drawing_in_the_architecture_is_that_of_the_code() -> None:
    drawn = subprocess.run([sys.executable, ROOT / "docs" / "rooms.py"], capture_output=True, text=True, check=True)
    page = (ROOT / "docs" / "architecture.md").read_text()
    assert f"```mermaid\n{drawn.stdout}```" in page, "python docs/rooms.py prints what belongs there"


def test_the_architecture_names_files_that_are_there() -> None:
    page = (ROOT / "docs" / "architecture.md").read_text()
    named = set(re.findall(r"`((?:[a-z_]+/)+[a-z_]+\.(?:py|md|toml|xz))`", page))
    assert len(named) > 10
    assert [name for name in sorted(named) if not (ROOT / name).is_file()] == []
