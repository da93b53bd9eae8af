"""The tabs Ads, Runs, Talk and Setup in a real Chromium, and their functions for programs: one server, one browser."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from browsers import PLAY, Browser
from live_pages import LivePage, live_page, until
from small_ads import footage
from web_tabs import SCRIPT, WebTab, with_catalogue

PAID = {"api:film": {"base_url": "http://127.0.0.1:9/v1", "price": 0.5}}
KEY = "sk-mine-0123456789abcdef0123456789abcdef"


@pytest.fixture(scope="module")
def served(built: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LivePage]:
    """A page over a home with a catalogue and a run; a video server that costs money is known, and a key is set."""
    program = with_catalogue(built, tmp_path_factory.mktemp("rooms"))
    assert program("ask", "street tacos at noon", "--aspect", "1:1", "-n", "1", "-q").status == 0
    with live_page(program.set(POPCORN_RENDERERS=json.dumps(PAID), MINE_API_KEY=KEY, POPCORN_ASPECT="1:1")) as page:
        yield page


@pytest.fixture(scope="module")
def clips(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    place = tmp_path_factory.mktemp("clips")
    return [footage(place / f"{number} it's “clip” تاكو 🌮.mp4", hue=80 * number) for number in range(2)]


@pytest.fixture
def page(browser: Browser, served: LivePage) -> WebTab:
    browser.look(1200)
    return WebTab(browser, served)


def test_a_first_clip_comes_in_one_click_and_what_stands_in_is_said(page: WebTab) -> None:
    page.open("Setup")
    until(lambda: "Everything that is needed is there" in page.text("#setup-findings"), "it is looked at")
    assert "titles and shots come from rules" in page.text("#setup-stand-ins")
    assert KEY not in page.browser.driver.page_source
    page.press("#setup-first")
    until(lambda: "Done." in page.text("#setup-progress"), "the clip is made")
    until(lambda: page.all("#setup-clip video"), "the clip is there")
    assert page.browser.driver.execute_async_script(PLAY) == "ended"
    page.press("#setup-settings-room button")
    until(lambda: "1:1" in page.text("#setup-settings"), "the settings are there")
    assert "environment" in page.text("#setup-settings")
    page.has_names()
    page.fits()
    page.is_untouched()


def test_an_ad_comes_of_facts_and_dropped_clips_and_awkward_files_are_left_out_with_their_reasons(
    page: WebTab, clips: list[Path], tmp_path: Path
) -> None:
    awkward = awkward_files(tmp_path)
    assert len(awkward) + len(clips) == 22
    page.open("Ads")
    until(lambda: "No ad yet" in page.text("#ads-result"), "what to do is said")
    page.write("#ads-name", f"Steel Mug {SCRIPT}")
    page.write("#ads-facts", f"It holds 350 ml.\nIt is steel. {SCRIPT}")
    page.drop("#ads-footage", [*clips, *awkward])
    until(lambda: len(page.all("#ads-dropped li")) == 22, "every file is told of")
    assert len(page.all("#ads-dropped .pc-good")) == 2
    assert "left out: it is empty" in page.text("#ads-dropped")
    page.choose("#ads-voice", "none")
    page.choose("#ads-aspect", "1:1")
    page.press("#ads-takes")
    until(lambda: "2 of 2 can be used" in page.text("#ads-estimate"), "what it takes is said")
    assert "Nothing was made or spent" in page.text("#ads-estimate")
    page.press("#ads-start")
    until(lambda: "read the footage" in page.text("#ads-progress"), "steps are shown as they happen")
    assert page.text("#ads-stop") == "Stop"
    page.browser.driver.refresh()  # it opens the tab and finds the ad where it is
    until(lambda: "Done." in page.text("#ads-progress"), "the ad is made")
    until(lambda: page.all("#ads-result video"), "the ad is there")
    assert 'fact 1: "It holds 350 ml."' in page.text(".pc-claims")
    assert SCRIPT.partition(">")[0] in page.text("#ads-result")
    page.has_names()
    page.fits()
    page.is_untouched()


def awkward_files(place: Path) -> list[Path]:
    """Twenty files that are no footage, by names that nobody should give."""
    names = {
        "empty.mp4": b"", "text.mp4": b"no video", "page.mp4": b"<script>document.title='taken'</script>",
        f"{'n' * 200}.mp4": b"x", "🔥👩‍🍳.mp4": b"x", "\u202egpj.mp4": b"x", "it's \"quoted\" & <b>.mp4": b"x",
        "<img src=x onerror=document.title='taken'>.mp4": b"x", "..%2f..%2fetc.mp4": b"x", "back\\slash.mp4": b"x",
        "cut.mp4": b"\0\0\0\x20ftypisom\0\0\2\0isomiso2mp41\0\0\0\x08moov", "a b\tc.mov": b"x", "-rf.mp4": b"x",
        "~.mp4": b"x", "list.m3u8": b"#EXTM3U\n/etc/passwd\n", "notes.txt": b"hello", "program.exe": b"MZ",
        "tree.zip": b"PK\x03\x04", "picture.png": b"\x89PNG", "${x} {{y}}.mp4": b"x",
    }  # fmt: skip
    for name, content in names.items():
        (place / name).write_bytes(content)
    return [place / name for name in names]


def test_runs_are_searched_opened_compared_forked_and_deleted(page: WebTab) -> None:
    page.open("Runs")
    until(lambda: page.all("#runs-list input"), "runs are listed")
    page.write("#runs-words", "nothing like this")
    page.press("#runs-search")
    until(lambda: "No run has" in page.text("#runs-told"), "nothing is found")
    page.write("#runs-words", "tacos NOON")
    page.press("#runs-search")
    until(lambda: len(page.all("#runs-list input")) == 1, "one is found")
    page.press("#runs-list input")
    until(lambda: page.all("#runs-trace iframe[sandbox]"), "its trace is there")
    assert "Open it in the tab Make" in page.text("#runs-clip")
    page.press("#runs-forking button")
    page.choose("#runs-step", "render")
    page.write("#runs-changes", "nonsense")
    page.press("#runs-fork")
    until(lambda: "names no value" in page.text(".toast-body"), "a bad line is told of")
    page.write("#runs-changes", "seed=3")
    page.press("#runs-fork")
    until(lambda: "Done." in page.text("#runs-progress"), "the fork is walked")
    until(lambda: "a fork" in page.text("#runs-list"), "it is listed")
    assert "Agreed" not in page.text("body"), "consent is given by a button that says what it takes"
    page.press("#runs-list input")
    until(lambda: page.all("#runs-trace iframe") and page.text("#runs-clip"), "it is open")
    page.press("#runs-comparing button")
    page.choose("#runs-other", "done, no evidence")
    page.press("#runs-compare")
    until(lambda: "seed" in page.text("#runs-difference"), "what differs is there")
    page.has_names()
    page.fits()
    page.browser.look(1200)
    page.press("#runs-delete")
    until(lambda: "cannot be brought back" in page.text("#runs-question"), "it is asked first")
    page.press("#runs-delete-yes")
    until(lambda: "a fork" not in page.text("#runs-list") and not page.all("#runs-trace iframe"), "it is gone")
    page.is_untouched()


def test_a_conversation_asks_before_what_costs_is_found_again_and_deleted(page: WebTab) -> None:
    page.open("Talk")
    page.write("#talk-line", f"three hooks about street tacos {SCRIPT}\n")
    until(lambda: page.all("#talk-past .pc-card"), "there are drafts")
    page.write("#talk-line", "render the first with api:film\n")
    until(lambda: "$0.50" in page.text("#talk-question"), "it asks")
    page.open("Talk", page.browser.driver.current_url)
    until(lambda: "$0.50" in page.text("#talk-question"), "a reload finds the question")
    page.press("#talk-no")
    until(lambda: "declined this call" in page.text("#talk-past") and not page.all("#talk-no"), "it is declined")
    assert SCRIPT in page.text("#talk-past")
    assert " of 100 clips" in page.text("#talk-caps")
    page.has_names()
    page.fits()
    page.browser.look(1200)
    page.turn("Runs")
    page.turn("Conversations")
    page.press("#talks-list input")
    until(lambda: "declined this call" in page.text("#talks-said"), "it is read again")
    page.press("#talks-delete")
    page.press("#talks-delete-yes")
    until(lambda: "No conversation yet" in page.text("#talks-told"), "it is gone")
    page.turn("Studies")
    until(lambda: "popcorn study run" in page.text("#studies-told"), "what to do is said")
    page.is_untouched()


def test_programs_call_the_same_functions(served: LivePage, clips: list[Path]) -> None:
    from gradio_client import Client, handle_file

    client = Client(served.url, verbose=False, analytics_enabled=False)
    assert "Everything that is needed" in client.predict(api_name="/setup_look")[0]
    lines = client.predict("", 0, api_name="/runs_search")[0]["choices"]
    clip, trace, _ = client.predict(lines[0][1], api_name="/runs_open")
    assert "<iframe" in trace
    assert "/media/runs/" in clip
    for strange in ("../../etc", "20260101-000000-abcdef", "<script>"):
        with pytest.raises(Exception, match="there is no run"):
            client.predict(strange, api_name="/runs_delete")
    told = client.predict([handle_file(str(path)) for path in clips], api_name="/ads_look")
    assert told.count("320×240, 3.0 s") == 2
    with pytest.raises(Exception, match="no facts"):
        client.predict("Mug", "", "", "", "", "", [], None, script="", api_name="/ads_make")
    files = [handle_file(str(path)) for path in clips]
    asked = ["Mug", "", "", "", "", "It holds 350 ml.", files]
    told = client.predict(*asked, None, script="", crops="scene=1:left", api_name="/ads_takes")
    assert "of 2 can be used" in told
    assert "none: no language model is asked" in told
    for wrong, why in ({"music": "../../x"}, "no mood"), ({"crops": "left"}, "is not understood"):
        with pytest.raises(Exception, match=why):
            client.predict(*asked, None, script="", **wrong, api_name="/ads_make")
    thread, _ = client.predict("", "hello", api_name="/talk_say")
    assert "offline router" in client.predict(thread, api_name="/talk_follow")[0]
    client.predict(thread, "help", api_name="/talk_say")
    helped = client.predict(thread, api_name="/talk_follow")[0]
    assert "three hooks about" in helped
    assert "/model" not in helped, "the page has no commands of a terminal"
    client.predict(thread, api_name="/talks_delete")
    client.close()
