"""A study's report in a real Chromium: readable in light, dark and on a phone, and it asks nobody."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from browsers import Browser, luminance
from popcorn.study.report import report_data
from popcorn.study.report_page import page
from popcorn.study.types import Arm, Prompt, Row, Unit, row_of

HOSTILE = "</style><script>document.title='taken'</script><img src=http://192.0.2.1/x>"


def rows() -> Iterator[Row]:
    """Two modes under two renderers and two seeds; one of the models has a hostile name."""
    for model in ("offline", HOSTILE):
        for mode, shown in (("basic", {}), ("enhanced", {"references": 10, "tags": 1, "given": "found"})):
            for renderer in ("animatic", "ltx"):
                for at in range(24):
                    prompt = Prompt(f"p{at // 2}", "abstract")
                    unit = Unit(Arm(model, mode, renderer=renderer, **shown), prompt, at % 2)
                    score = 5 + (at * 7 % 5) / 3 + len(mode) / 9 + len(renderer) / 20
                    yield row_of(unit, {}, title="t", log2_comments=score, evidence=at % 3 > 0, render_seconds=2.0)


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    lists: dict[str, Any] = {
        "name": "carried", "question": HOSTILE, "predictors": ["default"], "models": ["offline", HOSTILE],
        "modes": ["basic", "enhanced"], "references": [10], "tags": [1], "given": ["found"], "candidates": [1],
        "refine": [False], "renderers": ["animatic", "ltx"], "seeds": [0, 1],
    }  # fmt: skip
    facts = {"of_units": {"catalogue": "c"}, "about": {"python": "3"}}
    file = tmp_path_factory.mktemp("report") / "report.html"
    file.write_text(page(report_data({"study": lists, "popcorn": "0", "facts": facts}, list(rows()))), "utf-8")
    return file


def test_it_asks_nobody_and_complains_of_nothing(browser: Browser, report: Path) -> None:
    browser.open(report)
    assert browser.complaints() == []
    assert browser.asked() <= {report.as_uri()}


def test_what_somebody_wrote_is_text_and_nothing_else(browser: Browser, report: Path) -> None:
    browser.open(report)
    assert (
        browser.said("return document.scripts.length + document.querySelectorAll('img, iframe, a, image').length") == 0
    )
    assert browser.said("return document.title") == "carried: a study"
    assert "<script>" in browser.said("return document.body.innerText")


def test_tables_and_plots_are_there(browser: Browser, report: Path) -> None:
    browser.open(report)
    told = browser.said("return document.body.innerText")
    for wanted in ("It is not engagement", "Does the mode's win carry over?", "Do win rates hold over seeds?", "Holm"):
        assert wanted in told
    heights = browser.said("return [...document.querySelectorAll('figure svg')].map(one => one.clientHeight)")
    assert len(heights) >= 4
    assert min(heights) > 50


@pytest.mark.parametrize("width", [320, 390, 768, 1200])
def test_nothing_sticks_out_of_any_window(browser: Browser, report: Path, width: int) -> None:
    browser.open(report)
    browser.look(width)
    assert browser.said("const all = document.documentElement; return all.scrollWidth - all.clientWidth") == 0


def test_the_letters_of_a_plot_can_be_read_on_a_phone(browser: Browser, report: Path) -> None:
    browser.open(report)
    browser.look(320)
    heights = browser.said(
        "return [...document.querySelectorAll('figure svg text')].map(one => one.getBoundingClientRect().height)"
    )
    assert min(heights) > 9


@pytest.mark.parametrize("dark", [False, True])
def test_text_and_plots_stand_out_from_their_ground_in_light_and_dark(
    browser: Browser, report: Path, dark: bool
) -> None:
    browser.open(report)
    browser.look(1200, dark=dark)
    colours = browser.said(
        """
        const rgb = text => text.match(/\\d+/g).slice(0, 3).map(Number);
        const ground = rgb(getComputedStyle(document.body).backgroundColor);
        const found = ['h1', 'p.note', 'th', 'td', 'figure svg text', '.limits li'];
        const colour = one => getComputedStyle(one)[one instanceof SVGElement ? 'fill' : 'color'];
        return [ground, ...found.map(name => rgb(colour(document.querySelector(name))))];
        """
    )
    ground, *texts = map(luminance, colours)
    assert (ground < 0.1) == dark
    assert min((max(ground, text) + 0.05) / (min(ground, text) + 0.05) for text in texts) > 4.5
