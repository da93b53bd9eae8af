"""The tools as language models and MCP clients see them: what they were before stays as it was."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from langchain_core.utils.function_calling import convert_to_openai_tool
from popcorn.agent.chat.langchain_tools import tools_of
from popcorn.agent.doors.mcp_server import listed_tools
from popcorn.agent.toolbox import tools as package
from popcorn.agent.toolbox.sendable_result import Progress
from popcorn.agent.toolbox.table import NAMES, known_tool, label, result_of, tool_of, tools
from popcorn.graphs.create import tool_names
from popcorn.prompts import load

KNOWN: list[dict[str, Any]] = json.loads((Path(__file__).parents[3] / "fixtures" / "tools.json").read_text("utf-8"))


async def _nobody_calls(name: str, arguments: dict[str, Any], progress: Progress) -> None:
    raise AssertionError(name)


@pytest.mark.parametrize("known", KNOWN, ids=lambda known: known["name"])
def test_a_client_that_knew_a_tool_finds_it_as_it_was(known: dict[str, Any]) -> None:
    (listed,) = (one for one in listed_tools() if one.name == known["name"])
    assert listed.description == known["description"]
    assert listed.input_schema == known["input_schema"]
    assert listed.annotations is not None
    assert listed.annotations.read_only_hint == known["read_only"]


@pytest.mark.parametrize("known", KNOWN, ids=lambda known: known["name"])
def test_a_model_is_told_of_a_tool_what_it_was_told_before(known: dict[str, Any]) -> None:
    (offered,) = (one for one in tools_of(_nobody_calls) if one.name == known["name"])
    assert convert_to_openai_tool(offered)["function"] == known["function"]


def test_every_module_of_tools_is_in_the_table_under_its_own_name() -> None:
    modules = {path.stem for path in Path(str(package.__file__)).parent.glob("*.py")} - {"__init__"}
    assert modules == set(NAMES)
    assert [tool.name for tool in tools()] == list(NAMES)


def test_the_graph_and_the_instructions_name_only_tools_that_there_are() -> None:
    shared = {value for name, value in vars(tool_names).items() if name.isupper()}
    named = set(re.findall(r"\b[a-z]+_[a-z]+\b", load("chat").text)) - {"video_prompt"}
    assert len(shared) == 4
    assert "make_video" in named
    assert (shared | named) - set(NAMES) == set()


def test_what_asks_a_person_renders_and_spends_or_writes_down_what_they_said() -> None:
    assert [tool.name for tool in tools() if tool.asks] == ["render_video", "make_video", "make_ad", "add_feedback"]
    assert [tool.name for tool in tools() if tool.spends] == ["draft_video", "render_video", "make_video", "make_ad"]


def test_a_tool_that_is_gone_keeps_its_name_and_gives_no_result() -> None:
    assert known_tool("os") is None
    assert label("paint_picture") == "paint_picture"
    assert label("list_runs") == tool_of("list_runs").label == "look for runs"
    assert result_of("paint_picture", {"runs": []}) is None
    assert result_of("list_runs", {"other": 1}) is None
    assert result_of("list_runs", None) is None
