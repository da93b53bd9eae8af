"""How errors and remarks are set in a terminal and elsewhere."""

from __future__ import annotations

import io

from popcorn.commands.views.consoles import complain, show_sentence
from popcorn.errors import MissingError
from rich.console import Console

ERROR = MissingError(
    "the renderer 'ltx' needs diffusers, accelerate and imageio", hint="pip install 'llmpopcorn[video]'"
)


def said(width: int, *, terminal: bool) -> list[str]:
    out = io.StringIO()
    complain(Console(file=out, width=width, force_terminal=terminal, color_system=None), ERROR)
    return out.getvalue().splitlines()


def test_an_error_in_a_terminal_breaks_between_words_under_its_own_beginning() -> None:
    assert said(36, terminal=True) == [
        "error the renderer 'ltx' needs",
        "      diffusers, accelerate and",
        "      imageio",
        "      pip install",
        "      'llmpopcorn[video]'",
    ]


def test_an_error_off_a_terminal_is_a_line_and_its_hint_another() -> None:
    assert said(36, terminal=False) == [f"error {ERROR.message}", f"      {ERROR.hint}"]


def test_a_path_that_is_longer_than_the_terminal_stays_whole() -> None:
    out = io.StringIO()
    path = "/home/somebody/videos/" + "a" * 60
    show_sentence(Console(file=out, width=40, force_terminal=True, color_system=None), f"look at {path} again", "!")
    assert out.getvalue().splitlines() == ["! look at", f"  {path}", "  again"]


def test_wide_signs_count_twice() -> None:
    out = io.StringIO()
    show_sentence(Console(file=out, width=24, force_terminal=True, color_system=None), "寿司寿司寿司 寿司寿司寿司 寿司")
    assert out.getvalue().splitlines() == ["寿司寿司寿司", "寿司寿司寿司 寿司"]
