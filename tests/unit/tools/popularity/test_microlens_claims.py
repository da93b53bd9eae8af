"""The README's figures on MicroLens are those that the log has, with their intervals."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[4]


def figures(row: str) -> list[tuple[str, ...]]:
    """Value, low and high of nMSE, SRC and MAE in a row of the log's table."""
    return re.findall(r"(\d\.\d+) \[(\d\.\d+), (\d\.\d+)\]", row)


def test_the_fifth_that_a_rule_held_out_has_the_same_figures_in_readme_and_log() -> None:
    readme = " ".join((ROOT / "README.md").read_text(encoding="utf-8").split())
    log = (ROOT / "docs" / "log.md").read_text(encoding="utf-8")
    section = log.split("MicroLens, an encoder tuned on titles", 1)[1].split("\n## ", 1)[0]
    assert "(3,567 videos, which chose nothing; text and tag, no frames)" in readme
    assert "(3,567, which chose nothing)" in section
    for row in re.findall(r"^\| \*\*(?:the blend with it|refitted on all but the fifth)\*\*.*$", section, re.MULTILINE):
        assert len(figures(row)) == 3
        for value, low, high in figures(row):
            assert f"{value} [{_short(low)}, {_short(high)}]" in readme, row


def _short(number: str) -> str:
    """An end of an interval as the README writes it: `.70` for 0.696, `1.12` for 1.120."""
    return f"{float(number):.2f}".removeprefix("0")


def test_the_test_part_has_the_same_figures_wherever_it_is_named() -> None:
    texts = [(ROOT / name).read_text(encoding="utf-8") for name in ("README.md", "docs/log.md")]
    values = [set(re.findall(r"0\.736|0\.502|1\.153", text)) for text in texts]
    assert values == [{"0.736", "0.502", "1.153"}] * 2
