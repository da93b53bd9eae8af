"""What servers were found to refuse: asked of a real one on loopback once in a process, whatever is opened anew."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from langchain_core.messages import HumanMessage, SystemMessage
from popcorn.agent.wiring.workshop import Workshops
from popcorn.graphs.asking.ask import ask
from popcorn.graphs.asking.types import ModelCall
from popcorn.graphs.create.replies import DraftsReply
from popcorn.settings import Settings, load_settings

TALK = [SystemMessage("Draft."), HumanMessage("street tacos")]


@pytest.fixture(autouse=True)
def _apart(server: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("DEEPSEEK_BASE_URL", server.url)
    monkeypatch.setenv("DEEPSEEK_API_KEY", "sk-only-for-this-test")


def settings(home: Path) -> Settings:
    return load_settings(home=home, llm="deepseek:some-model", llm_retries=0, cache=False, seed=5)


async def test_a_refused_parameter_is_left_away_by_every_model_that_a_process_opens(
    server: Any, answer: Any, tmp_path: Path
) -> None:
    server.always = answer(text="yes", refuses="seed")
    process = Workshops()
    for home in ("a", "a", "b"):
        chosen = settings(tmp_path / home)
        await process.of(chosen.home).chat_model(chosen, tmp_path / "run").model.ainvoke(TALK)
    assert ["seed" in asked for asked in server.asked] == [True, False, False, False]


async def test_a_refused_form_is_asked_for_once_in_a_process(server: Any, answer: Any, tmp_path: Path) -> None:
    server.always = answer(refuses="response_format")
    process = Workshops()
    for home in ("a", "b"):
        chosen = settings(tmp_path / home)
        named = process.of(chosen.home).chat_model(chosen)
        server.asked.clear()
        await ask(named.model, TALK, DraftsReply, ModelCall("draft", named.name, "draft@0", reply=""))
    assert ["response_format" in asked for asked in server.asked] == [False]


async def test_workshops_that_share_nothing_ask_for_themselves(server: Any, answer: Any, tmp_path: Path) -> None:
    server.always = answer(text="yes", refuses="seed")
    chosen = settings(tmp_path)
    for process in (Workshops(), Workshops()):
        await process.of(chosen.home).chat_model(chosen).model.ainvoke(TALK)
    assert ["seed" in asked for asked in server.asked] == [True, False, True, False]
