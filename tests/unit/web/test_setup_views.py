"""What the page says of the machine and of the settings: in words, with what to do, and without a key."""

from __future__ import annotations

from pathlib import Path

import pytest
from popcorn.settings import load_settings
from popcorn.web.setup_views import diagnosis, settings_view, stand_in_view, stand_ins

KEY = "sk-proj-0123456789abcdef0123456789abcdef"


@pytest.fixture(autouse=True)
def keyless(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("OPENAI_API_KEY", "DEEPSEEK_API_KEY", "OPENROUTER_API_KEY", "GROQ_API_KEY", "TOGETHER_API_KEY"):
        monkeypatch.delenv(name, raising=False)


def test_what_only_stands_in_is_said_with_what_takes_its_place(tmp_path: Path) -> None:
    usual = load_settings(home=tmp_path)
    assert [name for name, _ in stand_ins(usual)] == ["drafts", "past videos", "the picture"]
    assert "popcorn references import" in stand_in_view(usual)
    chosen = load_settings(home=tmp_path, catalogue="mine", renderer="ltx", llm="lab:some-model")
    assert stand_ins(chosen) == []
    assert "Nothing here is a stand-in" in stand_in_view(chosen)


def test_what_is_missing_stands_first_with_its_way_out(tmp_path: Path) -> None:
    shown = diagnosis(load_settings(home=tmp_path, catalogue="mine"))
    assert "1 thing that Popcorn needs is missing." in shown
    assert shown.index("popcorn references import SOURCE --name mine") < shown.index("are as they should be")


def test_no_key_and_no_password_is_on_the_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    settings = load_settings(home=tmp_path, database_url="postgresql://me:s3cretword@127.0.0.1/popcorn")
    shown = diagnosis(settings) + settings_view(settings, {"home": "flag"}) + stand_in_view(settings)
    assert not any(secret in shown for secret in (KEY, "s3cretword"))
    assert "OPENAI_API_KEY" in shown


def test_every_setting_stands_there_with_where_it_comes_from(tmp_path: Path) -> None:
    settings = load_settings(home=tmp_path)
    shown = settings_view(settings, {"home": "flag"})
    assert shown.count('<th scope="row">') == len(type(settings).model_fields)
    assert f"<bdi>{tmp_path}</bdi></td><td>flag</td>" in shown
