"""The same question at every door: whoever looks for references gets the same ones, in the same order."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from mcp import Client, StdioServerParameters
from popcorn import acreate_video, afind_references
from popcorn.agent.chat.conversation import Conversation, Terms
from popcorn.agent.chat.events import ToolEnded
from popcorn.agent.chat.threads import Threads
from popcorn.agent.doors.langgraph_server import Names, ServedInput, create_graph
from popcorn.agent.runs.checkpoints import open_checkpoints
from popcorn.agent.toolbox.toolbox import Toolbox
from popcorn.agent.wiring.workshop import workshop_of
from popcorn.settings import load_settings
from popcorn.tools.references.retrieval_data import retrieval_data
from popcorn.tools.references.types import RetrievalOptions

QUESTION = "street tacos at night"
Answer = list[tuple[str, str]]
"""Ids and sides, in order."""


@dataclass(frozen=True)
class House:
    """A home with the sample, as programs and this process see it."""

    program: Any
    predictor: str

    @property
    def home(self) -> Path:
        return Path(self.program.home)


@pytest.fixture(params=["neighbours", "youtube-trending"])
def house(request: pytest.FixtureRequest, popcorn: Any, monkeypatch: pytest.MonkeyPatch) -> House:
    chosen = {"POPCORN_PREDICTOR": request.param, "POPCORN_LLM": "offline", "POPCORN_ASPECT": "1:1"}
    program = popcorn.set(**chosen)
    for name, value in program.environment.items():
        if name.startswith("POPCORN_"):
            monkeypatch.setenv(name, value)
    program.folder.mkdir(parents=True)
    return House(program, request.param)


def answer(references: list[dict[str, Any]]) -> Answer:
    return [(one["id"], one["side"]) for one in references]


async def search(house: House) -> Answer:
    return answer(house.program("references", "search", QUESTION, "--json").data["references"])


async def search_of_a_file(house: House) -> Answer:
    (house.program.folder / "queries.txt").write_text(f"knitting\n{QUESTION}\n")
    outcome = house.program("references", "search", "--file", "queries.txt", "--jsonl")
    return answer(outcome.events[1]["references"])


async def python(house: House) -> Answer:
    return answer(retrieval_data(await afind_references(QUESTION), ())["references"])


async def toolbox(house: House) -> Answer:
    result = await Toolbox(load_settings()).call("find_references", {"query": QUESTION})
    return answer(result.data["references"])


async def mcp(house: House) -> Answer:
    place = {"env": house.program.environment, "cwd": house.program.folder}
    server = StdioServerParameters(command=sys.executable, args=["-m", "popcorn", "mcp"], **place)
    async with Client(server) as client:
        result = await client.call_tool("find_references", {"query": QUESTION})
    return answer((result.structured_content or {})["references"])


async def run(house: House) -> Answer:
    video = await acreate_video(QUESTION, attempts=1, threshold=0)
    return answer(list(video.data["references"]))


async def langgraph_server(house: House) -> Answer:
    served = await create_graph().ainvoke(ServedInput(request=QUESTION), context=Names(attempts=1, threshold=0))
    return answer(served["result"]["references"])


async def chat(house: House) -> Answer:
    settings, threads = load_settings(), Threads(house.home)
    async with open_checkpoints(house.home / "popcorn.sqlite", ()) as saver:
        conversation = Conversation(Toolbox(settings), threads.new(), threads, saver, Terms())
        events = [event async for event in conversation.say(f"what works for {QUESTION}?")]
    (ended,) = [event for event in events if isinstance(event, ToolEnded)]
    return answer(list(ended.data["references"]))


DOORS: list[Callable[[House], Coroutine[Any, Any, Answer]]] = [
    search, search_of_a_file, python, toolbox, mcp, run, langgraph_server, chat,
]  # fmt: skip


async def test_every_door_answers_alike_and_with_nothing_that_the_predictor_learned_from(house: House) -> None:
    answers = {door.__name__: await door(house) for door in DOORS}
    expected = answers["search"]
    assert answers == dict.fromkeys(answers, expected)
    assert [side for _, side in expected] == ["popular"] * 9 + ["unpopular"]
    settings = load_settings()
    predictor, _ = workshop_of(settings).predictor(settings)
    assert not {known for known, _ in expected} & predictor.trained_ids("sample")


def test_a_split_that_the_predictor_learned_from_has_nothing_to_give_and_it_is_said_why(house: House) -> None:
    data = house.program("references", "search", QUESTION, "--split", "train", "--json").data
    if house.predictor == "neighbours":
        assert data["references"] == []
        assert "are left out, since the predictor in use learned from them" in data["notices"][-1]
    else:
        assert {one["split"] for one in data["references"]} == {"train"}


def test_a_search_by_split_gives_what_the_function_gives(house: House) -> None:
    settings = load_settings()
    found = workshop_of(settings).retrieve(settings, QUESTION, RetrievalOptions(5, split="valid"))
    data = house.program("references", "search", QUESTION, "-k", "5", "--split", "valid", "--json").data
    told = json.loads(json.dumps(retrieval_data(found.retrieval, found.contrast)))
    assert {name: data[name] for name in told} == told
