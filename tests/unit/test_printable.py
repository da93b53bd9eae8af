"""Text on its way to a terminal."""

from __future__ import annotations

import io
import json
import re
import unicodedata

import pytest
from popcorn.commands.views.consoles import Plain
from popcorn.commands.views.printable import adapt, printable, printable_json
from rich.console import Group
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

HOSTILE = "\x1b[2J\x1b]0;gone\x07\x9b31m\x85\u2028\u2029\u202e\u2066\u200e\ufeff\r\x08\x7f\x00\U000f0000"


def test_what_acts_on_a_terminal_is_an_escape_and_the_rest_stays() -> None:
    assert printable("a\x1b[2Jb\tc\r\nd\u202ee") == "a\\x1b[2Jb\tc\nd\\u202ee"
    kept = "naïve 猫 کتاب\u200cها 👩\u200d🍳 ❤\ufe0f 🏴\U000e0067\U000e0062"
    assert printable(kept) == kept


def test_no_control_and_no_mark_of_direction_is_let_through() -> None:
    turns = {"LRE", "LRO", "RLE", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}
    for character in map(chr, range(0x11000)):
        acts = unicodedata.category(character) in {"Cc", "Zl", "Zp", "Cs"} and character not in "\t\n"
        if acts or unicodedata.bidirectional(character) in turns:
            assert character not in printable(f"a{character}b"), hex(ord(character))


def test_json_means_the_same_afterwards() -> None:
    value = {"title": HOSTILE + "猫"}
    text = printable_json(json.dumps(value, ensure_ascii=False))
    assert json.loads(text) == value
    assert "\x9b" not in text
    assert "\u202e" not in text


@pytest.mark.parametrize("terminal", [True, False])
def test_a_console_lets_nothing_through_but_its_own_colours(terminal: bool) -> None:
    out = io.StringIO()
    console = Plain(file=out, force_terminal=terminal, color_system="standard" if terminal else None, width=200)
    table = Table("head" + HOSTILE)
    table.add_row(HOSTILE)
    console.print(Group(Text(HOSTILE, style="bold"), Panel(HOSTILE, title=HOSTILE), table), HOSTILE)
    written = out.getvalue()
    for character in HOSTILE.replace("\x1b", ""):
        assert character not in written or character.isprintable()
    without_colours = re.sub(r"\x1b\[[0-9;]*m", "", written)
    assert "\x1b" not in without_colours
    assert ("\x1b" in written) is terminal


def test_a_stream_that_lacks_a_sign_gets_another_or_its_number() -> None:
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, "latin-1")
    adapt(stream)
    stream.write("▲ café … 猫")
    stream.flush()
    assert raw.getvalue() == "^ café ... \\u732b".encode("latin-1")


def test_sentences_do_not_run_into_each_other() -> None:
    from popcorn.errors import sentences

    assert sentences("Free some room", "", "Then go on with: popcorn ask --resume x") == (
        "Free some room. Then go on with: popcorn ask --resume x"
    )
    assert sentences("Done.", "Again") == "Done. Again"
    assert sentences("", " ") == ""
