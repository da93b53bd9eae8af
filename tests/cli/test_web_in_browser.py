"""The page of `popcorn web` in a real Chromium: first clip, own draft, stop, reload, two tabs, a killed server."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from browsers import PLAY, Browser, luminance
from live_pages import LivePage, live_page, until
from web_tabs import SCRIPT, WebTab, with_catalogue

WIDE = "W" * 40 + " " + "ب" * 40
LATE = """
const fetched = window.fetch;
window.asked = 0;
window.fetch = async (...given) => {
  if (String(given[0]).includes('queue/join') && ++window.asked === 1) {
    while (!window.released) await new Promise(done => setTimeout(done, 20));
    window.asked = 1;
  }
  return fetched(...given);
};
"""
"""A page's first question to its server, which run it shows, waits until it is released; then questions are counted."""
ARABIC = "تاكو الشارع عند الفجر في المدينة القديمة"


@pytest.fixture(scope="module")
def served(built: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LivePage]:
    program = with_catalogue(built, tmp_path_factory.mktemp("web"))
    with live_page(program.set(POPCORN_CANDIDATES="2", POPCORN_ASPECT="1:1")) as page:
        yield page


@pytest.fixture
def tab(browser: Browser, served: LivePage) -> WebTab:
    browser.look(1200)
    return WebTab(browser, served).open()


def test_the_first_clip_comes_with_its_steps_its_drafts_and_its_files_and_nothing_is_asked_of_others(
    tab: WebTab,
) -> None:
    tab.make("street tacos at dawn")
    until(lambda: "render the clip" in tab.text(".pc-steps"), "steps are shown as they happen")
    tab.finish()
    assert len(tab.all(".pc-draft")) == 2
    assert "no evidence" in tab.text(".pc-draft")
    assert len(tab.all(".pc-chosen")) == 1
    assert "stand-in" in tab.text("#run")
    assert tab.browser.driver.execute_async_script(PLAY) == "ended"
    assert {one.text.partition(" ")[0] for one in tab.all(".pc-links a")} >= {"Clip", "Cover", "Captions", "Bundle"}
    assert {url for url in tab.browser.asked() if not url.startswith((tab.page.url, "blob:"))} == set()
    assert tab.browser.complaints() == []
    tab.browser.driver.get(f"{tab.page.url}runs/{tab.run}")
    until(lambda: tab.browser.said("return document.querySelector('video').readyState") > 0, "its clip is loaded")
    assert tab.browser.complaints() == []


def test_it_fits_every_window_in_light_and_dark_and_every_field_has_a_name(tab: WebTab) -> None:
    tab.make(f"{ARABIC} {WIDE}")
    tab.finish()
    tab.browser.said("document.querySelectorAll('details').forEach(fold => fold.open = true)")
    for width in (320, 360, 768, 1200):
        for dark in (False, True):
            tab.browser.look(width, dark=dark)
            assert tab.overhang() == 0, (width, dark)
            assert contrast(tab.browser) >= 4.5, (width, dark)
    tab.has_names()
    assert tab.browser.said("return document.documentElement.lang") == "en"


def contrast(browser: Browser) -> float:
    """Of the text on what is behind it."""
    colours = browser.said(
        "const style = getComputedStyle(document.querySelector('.pc-run'));"
        "const behind = getComputedStyle(document.querySelector('gradio-app'));"
        "return [style.color, behind.backgroundColor].map(one => one.match(/\\d+/g).slice(0, 3).map(Number))"
    )
    light, dark = sorted(map(luminance, colours), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_a_draft_is_picked_edited_scored_and_rendered_and_its_title_is_no_script(tab: WebTab) -> None:
    tab.make("kittens on a sofa")
    tab.finish()
    tab.press("#pick label:nth-of-type(2)")
    second = tab.all(".pc-draft h4")[1].text
    until(lambda: tab.value("#title") == second, "its title is there")
    tab.write("#title", f"{SCRIPT} {WIDE}")
    tab.press("#score")
    until(lambda: SCRIPT in tab.text("#said"), "it is scored")
    tab.press("#why")
    until(lambda: "leaned on" in tab.text("#said"), "it is said why")
    tab.press("#render")
    until(lambda: "your draft, made by" in tab.text("#run"), "it is rendered")
    assert SCRIPT in tab.text("#run")
    assert tab.browser.driver.title == "Popcorn"
    assert tab.overhang() == 0
    tab.open(address=f"{tab.page.url}?run={tab.run}")
    until(lambda: "your draft, made by" in tab.text("#run"), "it is there after a reload")
    assert tab.browser.driver.title == "Popcorn"


def test_a_draft_that_is_edited_while_the_run_asks_is_what_it_renders(tab: WebTab) -> None:
    tab.press("#choices button")
    tab.press("#ask input")
    tab.make("a kite over the harbour")
    until(lambda: "waiting for you" in tab.phase and tab.all("#take"), "it asks")
    tab.press("#pick label:nth-of-type(2)")
    second = tab.all(".pc-draft h4")[1].text
    until(lambda: tab.value("#title") == second, "its title is there")
    tab.write("#title", "Kites that read maps")
    tab.press("#take")
    tab.finish()
    assert tab.text(".pc-title") == "Kites that read maps"
    assert "picked by a person" in tab.text(".pc-chosen")
    assert len(tab.all(".pc-draft")) == 3, "what it was before stands beside it"


def test_a_run_that_is_begun_while_the_page_still_opens_stays_on_it(tab: WebTab) -> None:
    script = {"source": LATE}
    kept = tab.browser.driver.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", script)["identifier"]
    try:
        tab.open()
        tab.make("a bridge in fog")
        tab.finish()
        tab.browser.said("window.released = true")
        until(lambda: tab.browser.said("return window.asked") == 2, "the page has its answer and follows its run")
    finally:
        tab.browser.driver.execute_cdp_cmd("Page.removeScriptToEvaluateOnNewDocument", {"identifier": kept})
    before = tab.run
    tab.press("#refine")
    until(lambda: tab.run not in (before, "None"), "its next round begins")
    tab.finish()


def test_a_run_that_is_stopped_is_stopped_and_goes_on(tab: WebTab) -> None:
    tab.make("a lighthouse in a storm", shots=5)
    tab.press("#stop")
    until(lambda: "stopped" in tab.phase, "it is stopped")
    shown = tab.page.program("trace", "show", tab.run, "--json").data
    assert shown["phase"] == "left"
    tab.press("#go-on")
    tab.finish()


def test_a_reload_and_a_second_tab_find_the_run_where_it_is(tab: WebTab) -> None:
    driver = tab.browser.driver
    tab.make("an old bicycle in the rain", shots=3)
    run = tab.run
    first = driver.current_window_handle
    driver.switch_to.new_window("tab")
    tab.open(address=f"{tab.page.url}?run={run}")
    until(lambda: run in tab.text("#live .kicker"), "the second tab shows it")
    driver.close()
    driver.switch_to.window(first)
    driver.refresh()
    until(lambda: tab.all("#request textarea"), "the page is there again")
    tab.finish()
    assert tab.run == run


def test_a_page_of_a_killed_server_says_so_and_its_run_goes_on_when_it_is_there_again(tab: WebTab) -> None:
    tab.make("a market at night", shots=5)
    run = tab.run
    until(lambda: tab.all(".pc-steps li"), "a step is done")
    tab.page.kill()
    until(lambda: "The server is gone" in tab.text("#pc-gone"), "the page says so")
    tab.page.start()
    until(lambda: not tab.all("#pc-gone") and tab.all("#go-on"), "the page is there by itself")
    assert "stopped before its end" in tab.phase
    tab.press("#go-on")
    tab.finish()
    assert tab.run == run
    assert json.loads((tab.page.home / "runs" / run / "result.json").read_text())["run_id"] == run


def test_a_run_that_there_is_not_is_a_sentence(tab: WebTab) -> None:
    tab.open(address=f"{tab.page.url}?run=20200101-000000-abcdef")
    until(lambda: "there is no run" in tab.text("#live"), "it is said")
    tab.open(address=f"{tab.page.url}?run=<script>document.title='taken'</script>")
    until(lambda: "there is no run" in tab.text("#live"), "it is said")
    assert tab.browser.driver.title == "Popcorn"


def test_a_person_signs_in_and_out(browser: Browser, own: Any) -> None:
    people = own.folder / "people.txt"
    people.parent.mkdir(parents=True, exist_ok=True)
    people.write_text("ann correct horse\n")
    browser.look(360)
    with live_page(own, "--people", str(people)) as page:
        tab, driver = WebTab(browser, page), browser.driver

        def enter(password: str) -> None:
            for name, text in {"username": "ann", "password": password}.items():
                until(lambda name=name: tab.all(f"[name={name}]"), "the form is there")[0].send_keys(text)
            tab.press("button")

        driver.get(page.url)
        enter("wrong horse")
        until(lambda: "no name with its password" in tab.text("[role=alert]"), "a wrong password is said")
        enter("correct horse")
        until(lambda: tab.all("#request textarea"), "the page is there")
        assert "You see what is yours" in tab.text(".pc-head")
        tab.press(".pc-head button")
        until(lambda: driver.current_url.endswith("/login") and tab.all("[name=password]"), "nobody is signed in")
        driver.get(page.url)
        assert driver.current_url.endswith("/login")
