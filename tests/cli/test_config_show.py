"""`popcorn config show`: the settings with what each is."""

from __future__ import annotations

from typing import Any

from popcorn.settings import Settings


def test_every_setting_is_shown_with_what_it_is_within_eighty_columns(fresh: Any) -> None:
    lines = fresh.set(COLUMNS="80", POPCORN_HOME=str(fresh.home))("config", "show").stdout.splitlines()
    for name, field in Settings.model_fields.items():
        (at,) = [number for number, line in enumerate(lines) if line.split(" ")[0] == name]
        assert lines[at + 1].strip().removesuffix("…") in (field.description or "")
        assert len(lines[at + 1]) <= 80
    assert "llm               auto" in lines
    assert "top_p             unset" in lines
    assert "overlay           false" in lines


def test_where_a_setting_is_from_stands_behind_it(fresh: Any) -> None:
    lines = fresh.set(POPCORN_THRESHOLD="41")("config", "show", "--origin").stdout.splitlines()
    assert "threshold         41.0  environment" in lines
    assert "top_p             unset  default" in lines
