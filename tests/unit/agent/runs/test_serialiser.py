from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

import pytest
from langchain_core.messages import AIMessage, HumanMessage
from popcorn.agent.runs.databases.serialiser import ScrubbingSerializer, without_secrets

KEY = "only-for-this-test-8f3a2b"


class Side(StrEnum):
    POPULAR = "popular"


@dataclass(frozen=True)
class Inner:
    text: str
    side: Side
    path: Path
    when: datetime


@dataclass(frozen=True)
class Outer:
    inner: list[Inner]
    counts: dict[Any, Any]


def value(secret: str) -> dict[str, Any]:
    inner = Inner(f"é {secret} 🌮", Side.POPULAR, Path("/tmp/clip.mp4"), datetime(2026, 1, 31, tzinfo=UTC))
    calls = [{"name": "score", "args": {"title": secret}, "id": "1", "type": "tool_call"}]
    return {
        "outer": Outer([inner, inner], {"a": 1, 2: [secret], Side.POPULAR: 0.5}),
        "messages": [HumanMessage(secret, id="1"), AIMessage(f"so {secret}", id="2", tool_calls=calls)],
        "plain": [None, True, 7, -1.5, b"bytes", secret],
    }


@pytest.fixture
def serde(monkeypatch: pytest.MonkeyPatch) -> ScrubbingSerializer:
    monkeypatch.setenv("SOME_TOKEN", KEY)
    return ScrubbingSerializer(allowed_msgpack_modules=[Outer, Inner, Side])


def test_a_value_of_any_class_comes_back_whole_and_without_secrets(serde: ScrubbingSerializer) -> None:
    kind, content = serde.dumps_typed(value(KEY))
    assert KEY.encode() not in content
    assert serde.loads_typed((kind, content)) == value("[hidden]")


@pytest.mark.parametrize("length", range(40, 131))
def test_a_secret_at_the_beginning_of_a_text_of_any_length_is_found(serde: ScrubbingSerializer, length: int) -> None:
    key = f"sk-proj-{'0a1b2c3d' * 4}"
    kind, content = serde.dumps_typed({"request": f"{key} ".ljust(length, ".")})
    assert key.encode() not in content
    assert serde.loads_typed((kind, content)) == {"request": "[hidden] ".ljust(length - len(key) + 8, ".")}


def test_what_holds_no_secret_is_written_as_langgraph_writes_it(serde: ScrubbingSerializer) -> None:
    plain = super(ScrubbingSerializer, serde).dumps_typed(value("tacos"))
    assert serde.dumps_typed(value("tacos")) == plain
    assert serde.loads_typed(plain) == value("tacos")


def test_bare_texts_of_a_checkpoint_are_scrubbed_and_the_rest_stays(serde: ScrubbingSerializer) -> None:
    checkpoint: Any = {"v": 4, "id": "1", "channel_values": {"request": f"tacos {KEY}", "n": 1, "list": [KEY]}}
    assert without_secrets(checkpoint) == {
        "v": 4,
        "id": "1",
        "channel_values": {"request": "tacos [hidden]", "n": 1, "list": [KEY]},
    }
