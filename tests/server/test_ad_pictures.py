"""The pictures of clips on their way to a model behind a server: counted before, refused, and lied about."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from ads import MUG, Folder, ad_context, clip
from popcorn.agent.wiring.chat_models import open_chat_model
from popcorn.errors import BudgetError, ModelReplyError
from popcorn.graphs.ad.build import build_ad_graph
from popcorn.graphs.ad.context import AdContext
from popcorn.graphs.ad.state import AdInput, AdPlan, AdState
from popcorn.settings import Settings
from popcorn.settings_tables import ProviderSettings

LINES = {
    "lines": [
        {"clip": 1, "script": "Meet the Steel Mug.", "subtitles": ["Meet the Steel Mug."], "role": "hook"},
        {"clip": 2, "script": "It is made of steel.", "subtitles": ["It is made of steel."], "role": "demo"},
    ]
}


def context(server: Any, folder: Path, **settings: Any) -> AdContext:
    """With the model behind the server, which is said to read pictures."""
    provider = ProviderSettings(base_url=server.url, model="some-model", free=False)
    chosen = {
        "home": folder,
        "llm": "mine:some-model",
        "providers": {"mine": provider},
        "llm_images": "yes",
        "cache": False,
    }
    chosen |= {"prices": {"mine:some-model": {"input": 2.0, "output": 8.0}}, "llm_retries": 0}
    named = open_chat_model(Settings(**chosen | settings), folder)
    footage = Folder([clip(number) for number in range(1, 4)])
    made = ad_context(folder, chat_model=named.model, chat_model_name=named.name, footage=footage)
    return replace(made, window=named.window)


async def walked(made: AdContext) -> AdState:
    plan = AdPlan(product=MUG, footage=Path("/footage"), clips=2)
    return AdState(**await build_ad_graph().ainvoke(AdInput(request="An ad", plan=plan), context=made))


def images(asked: dict[str, Any]) -> list[str]:
    parts = [part for message in asked["messages"] for part in message["content"] if isinstance(part, dict)]
    return [part["image_url"]["url"] for part in parts if part["type"] == "image_url"]


async def test_a_model_behind_a_server_sees_the_frames_of_each_clip(server: Any, answer: Any, tmp_path: Path) -> None:
    server.always = answer(text=json.dumps(LINES))
    state = await walked(context(server, tmp_path))
    assert len(images(server.asked[0])) == 3 * 5
    assert all(url.startswith("data:image/jpeg;base64,") for url in images(server.asked[0]))
    assert [line.clip for line in state.lines] == [1, 2]


async def test_a_server_that_refuses_pictures_is_asked_in_words_and_that_is_said(
    server: Any, answer: Any, tmp_path: Path
) -> None:
    refused = answer(status=400, body=b'{"error": {"message": "this model does not take image_url"}}')
    server.answers = [refused] * 4  # each form that a model is asked in
    server.always = answer(text=json.dumps(LINES))
    state = await walked(context(server, tmp_path))
    assert [bool(images(asked)) for asked in server.asked] == [True] * 4 + [False]
    assert images(server.asked[-1]) == []
    assert any("refused pictures" in notice for notice in state.notices)


async def test_pictures_count_before_anything_is_sent(server: Any, answer: Any, tmp_path: Path) -> None:
    server.always = answer(text=json.dumps(LINES))
    with pytest.raises(BudgetError, match="the next call"):
        await walked(context(server, tmp_path, max_tokens=6_000))  # the words alone would fit
    assert server.asked == []
    with pytest.raises(BudgetError, match="the next call costs more"):
        await walked(context(server, tmp_path, max_cost=0.01))
    assert server.asked == []


async def test_a_server_that_does_not_count_is_counted_with_its_pictures(
    server: Any, answer: Any, tmp_path: Path
) -> None:
    server.always = answer(text=json.dumps(LINES), usage={})
    await walked(context(server, tmp_path))
    used = json.loads((tmp_path / "usage.json").read_text())
    assert used["input_tokens"] > 3 * (1_445 + 4 * 765)


async def test_a_server_that_lies_about_clips_is_not_believed(server: Any, answer: Any, tmp_path: Path) -> None:
    lie = json.loads(json.dumps(LINES))
    lie["lines"][0]["clip"] = 77
    server.always = answer(text=json.dumps(lie))
    with pytest.raises(ModelReplyError, match="there is no clip 77"):
        await walked(context(server, tmp_path))
