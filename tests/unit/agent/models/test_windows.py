"""How large a model's window is taken to be, and what counts the tokens in it."""

from __future__ import annotations

import hashlib
import inspect
import tomllib
from importlib.resources import files
from pathlib import Path

import pytest
import tiktoken_ext.openai_public
from popcorn.agent.models.meter import Price
from popcorn.agent.models.prices import as_of, price_of
from popcorn.agent.models.providers import choose, presets
from popcorn.agent.models.windows import TABLE_URL, TABLES, at_hand
from popcorn.agent.wiring.chat_models import open_chat_model
from popcorn.graphs.asking.window import Window, estimated_tokens
from popcorn.settings import load_settings
from popcorn.settings_tables import PriceSettings


@pytest.fixture(autouse=True)
def _keys(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("OPENAI", "DEEPSEEK", "OPENROUTER", "TOGETHER", "GROQ"):
        monkeypatch.setenv(f"{name}_API_KEY", "sk-only-for-this-test")
    monkeypatch.setenv("TIKTOKEN_CACHE_DIR", str(tmp_path / "tables"))


def window(home: Path, llm: str, tokens: int = 0) -> Window:
    return open_chat_model(load_settings(home=home, llm=llm, llm_window=tokens, cache=False)).window


@pytest.mark.parametrize("preset", ["llama-3.3-70b", "qwen-2.5-72b", "gpt-4o", "deepseek-v3", "deepseek-r1"])
def test_the_window_of_every_model_of_the_paper_is_known_wherever_it_is_served(tmp_path: Path, preset: str) -> None:
    for spec in presets()[preset]:
        assert not window(tmp_path, spec).assumed, spec


def test_every_window_has_a_page_or_says_that_it_was_not_checked() -> None:
    rows = tomllib.loads(files("popcorn.agent.models").joinpath("windows.toml").read_text("utf-8"))["window"]
    assert [row["specs"] for row in rows if not _sourced(row["source"])] == []


def test_a_provider_stands_for_its_models_and_a_setting_goes_before(tmp_path: Path) -> None:
    assert window(tmp_path, "ollama:any-model") == Window(4_096, limits=True)
    assert window(tmp_path, "ollama:any-model", 65_536) == Window(65_536, limits=True)


def test_what_nobody_knows_is_assumed_and_called_so(tmp_path: Path) -> None:
    assert window(tmp_path, "vllm:some-model") == Window(assumed=True, limits=True)


def test_without_a_table_on_this_machine_tokens_are_estimated(tmp_path: Path) -> None:
    found = window(tmp_path, "openai:gpt-4o")
    assert found == Window(128_000, estimated_tokens, limits=True, pictures=found.pictures)
    assert found.pictures is not None


def test_a_damaged_table_is_not_used_and_left_where_it_is(tmp_path: Path) -> None:
    name = hashlib.sha1(TABLE_URL.format(name="o200k_base").encode(), usedforsecurity=False).hexdigest()
    (tmp_path / "tables").mkdir()
    (tmp_path / "tables" / name).write_bytes(b"damaged")
    assert not at_hand("o200k_base")
    assert window(tmp_path, "openai:gpt-4o").count is estimated_tokens
    assert (tmp_path / "tables" / name).read_bytes() == b"damaged"


@pytest.mark.parametrize("table", list(TABLES))
def test_the_tables_are_known_as_tiktoken_knows_them(table: str) -> None:
    source = inspect.getsource(getattr(tiktoken_ext.openai_public, table))
    assert TABLE_URL.format(name=table) in source
    assert TABLES[table] in source


def test_every_price_has_a_source_and_the_table_a_day() -> None:
    table = tomllib.loads(files("popcorn.agent.models").joinpath("prices.toml").read_text("utf-8"))
    assert table["as_of"].isoformat() == as_of()
    assert [spec for spec, row in table["prices"].items() if not row["source"]] == []


def test_a_model_without_a_price_has_no_cost_rather_than_none_at_all(tmp_path: Path) -> None:
    chosen = load_settings(home=tmp_path, llm="together:deepseek-ai/DeepSeek-R1")
    assert price_of(choose(chosen), chosen) is None
    priced = chosen.model_copy(update={"prices": {chosen.llm: PriceSettings(input=3, output=7)}})
    assert price_of(choose(priced), priced) == Price(3, 7)


def _sourced(source: str) -> bool:
    return source.startswith("https://") or "; not checked" in source
