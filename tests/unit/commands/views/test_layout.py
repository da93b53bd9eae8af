"""Bars and paths at any width."""

from __future__ import annotations

import io

import pytest
from popcorn.agent.toolbox.layout import BAR, Bar, Indented, path_line
from popcorn.commands.views.consoles import Whole
from rich.console import Group, RenderableType


def shown(what: RenderableType, width: int) -> list[str]:
    out = io.StringIO()
    Whole(file=out, width=width, color_system=None).print(what)
    return out.getvalue().splitlines()


@pytest.mark.parametrize("width", [12, 24, 40, 80, 200])
def test_a_bar_is_as_wide_as_there_is_room_and_on_one_line(width: int) -> None:
    (bar, below) = shown(Indented(Bar(75, 60)), width)
    assert (len(bar), below) == (2 + min(BAR, width - 2), "")
    assert bar.index("│") - 2 == round(0.6 * (len(bar) - 2))


def test_a_bar_with_words_leaves_them_room() -> None:
    (bar,) = shown(Bar(50, 60, 24, " above 50 %", marked=False), 30)
    assert bar == "━" * 10 + "─" * 9 + " above 50 %"


def test_a_path_stays_whole_in_an_indent_in_an_indent() -> None:
    path = "/home/somebody/" + "x" * 80
    lines = shown(Indented(Group(Indented(path_line(path), below=0)), below=0), 40)
    assert lines == [f"    {path}"]
