"""`popcorn web` without a browser: who may come in, what is shown, how it ends, and its functions for programs."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from live_pages import LivePage, live_page
from ports import free_port

TACOS = "street tacos at dawn"
QUICK = {"aspect": "1:1", "candidates": 2}


@pytest.fixture(scope="module")
def served(built: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LivePage]:
    """A page over a home with a catalogue and nobody's runs; a key lies in the environment."""
    import shutil

    place = tmp_path_factory.mktemp("web")
    shutil.copytree(built.home / "catalogues", place / "home" / "catalogues")
    program = replace(built, home=place / "home", folder=place / "folder")
    program.settings_file.write_text("seed = 7\n")
    with live_page(program.set(MINE_API_KEY="sk-mine-0123456789abcdef0123456789")) as page:
        yield page


@pytest.fixture(scope="module")
def client(served: LivePage) -> Iterator[Any]:
    with _client(served) as opened:
        yield opened


def _client(page: LivePage, **facts: Any) -> Any:
    from contextlib import contextmanager

    from gradio_client import Client

    @contextmanager
    def opened() -> Iterator[Any]:
        client = Client(page.url, verbose=False, analytics_enabled=False, **facts)
        yield client
        client.close()

    return opened()


def made(client: Any, request: str = TACOS, **choices: Any) -> str:
    run, question, wish = client.predict(request, **QUICK | choices, api_name="/make")
    assert (question, wish) == ("", "")
    return str(run)


def over(client: Any, run: str) -> dict[str, Any]:
    """The run as the page tells it once it is over."""
    end = time.monotonic() + 120
    while time.monotonic() < end:
        told: dict[str, Any] = client.predict(run, api_name="/run")
        if told["stage"] in {"done", "failed", "stopped"}:
            return told
        time.sleep(0.2)
    raise AssertionError(f"{run} does not end")


def test_a_program_makes_a_clip_by_the_functions_of_the_page_and_the_command_line_finds_it(
    served: LivePage, client: Any
) -> None:
    run = made(client)
    told = over(client, run)
    assert (told["phase"], told["error"], len(told["drafts"])) == ("done", "", 2)
    assert [one["chosen"] for one in told["drafts"]].count(True) == 1
    assert {one["stands"] for one in told["drafts"]} == {"no evidence"}
    clip = served.ask("GET", told["clip"])
    assert (clip.status, clip.headers["content-type"], clip.body[4:8]) == (200, "video/mp4", b"ftyp")
    assert served.program("trace", "show", run, "--json").data["phase"] == "done"
    bundle = served.ask("GET", f"/bundle/{run}.zip")
    assert (bundle.status, bundle.body[:2]) == (200, b"PK")
    page = served.ask("GET", f"/runs/{run}")
    assert page.status == 200
    assert "sandbox" in page.headers["content-security-policy"]
    assert str(served.home) not in json.dumps(told)


def test_what_a_clip_takes_is_said_before_it_is_made(client: Any) -> None:
    takes = client.predict(TACOS, **QUICK, api_name="/make_takes")
    assert "Its clips would take: about" in takes
    assert "free. Nothing is begun yet." in takes
    with pytest.raises(Exception, match="there is no request"):
        client.predict("", api_name="/make_takes")


def test_two_runs_wait_for_one_another_and_each_knows_its_place(client: Any) -> None:
    first, second, third = (made(client, f"{TACOS} {number}") for number in range(3))
    place = client.predict(third, api_name="/run")["place"]
    assert place > client.predict(first, api_name="/run")["place"]
    client.predict(second, api_name="/stop")
    assert over(client, second)["phase"] == "left"
    assert over(client, first)["phase"] == "done"
    assert over(client, third)["phase"] == "done"
    assert made_again(client, second) == "done"


def made_again(client: Any, run: str) -> str:
    assert client.predict(run, api_name="/resume")[0] == run
    return str(over(client, run)["phase"])


def test_a_draft_is_edited_scored_explained_and_rendered(served: LivePage, client: Any) -> None:
    run = made(client, "kittens on a sofa")
    draft = over(client, run)["drafts"][0]
    assert "no evidence" in client.predict(run, "Kittens that judge you", draft["video_prompt"], api_name="/score")
    why = client.predict(run, "Kittens that judge you", draft["video_prompt"], api_name="/why")
    assert "leaned on" in why
    assert "It is no evidence for this draft" in why
    assert "videos whose titles are not kept" in why
    hostile = "<script>alert(1)</script> Kittens"
    client.predict(run, hostile, draft["video_prompt"], api_name="/render")
    end = time.monotonic() + 120
    while not (edited := client.predict(run, api_name="/run")["edited"]) and time.monotonic() < end:
        time.sleep(0.2)
    assert served.ask("GET", edited[0]).body[4:8] == b"ftyp"
    assert "<script>" not in client.predict("", hostile, draft["video_prompt"], api_name="/score")


def test_refining_once_more_is_a_run_of_its_own_with_other_drafts(client: Any) -> None:
    run = made(client, "a lighthouse in a storm")
    before = {one["title"] for one in over(client, run)["drafts"]}
    other = client.predict(run, api_name="/refine")[0]
    assert other != run
    after = over(client, other)
    assert after["phase"] == "done"
    assert {one["title"] for one in after["drafts"]} - before


def test_a_person_picks_the_draft_that_is_rendered(client: Any) -> None:
    run = made(client, "an old bicycle", ask=True)
    end = time.monotonic() + 120
    while not (told := client.predict(run, api_name="/run"))["asks"] and time.monotonic() < end:
        time.sleep(0.1)
    other = made(client, "a second thing meanwhile")
    assert over(client, other)["phase"] == "done"
    client.predict(run, "2", api_name="/take")
    after = over(client, run)
    assert after["phase"] == "done"
    assert after["result"]["title"] == told["drafts"][1]["title"]
    assert after["result"]["choice"]["model"] == "a person"


def test_a_draft_that_is_edited_while_the_run_waits_is_the_one_that_is_rendered(client: Any) -> None:
    run = made(client, "a paper lantern", ask=True)
    end = time.monotonic() + 120
    while not (told := client.predict(run, api_name="/run"))["asks"] and time.monotonic() < end:
        time.sleep(0.1)
    first, second = told["drafts"]
    client.predict(run, "2", "Lanterns that swim", "A paper lantern drifts on a dark river.", api_name="/take")
    after = over(client, run)
    assert (after["phase"], after["result"]["title"]) == ("done", "Lanterns that swim")
    assert after["result"]["video_prompt"] == "A paper lantern drifts on a dark river."
    assert {one["title"] for one in after["drafts"]} == {first["title"], second["title"], "Lanterns that swim"}
    assert all(one["stands"] == "no evidence" for one in after["drafts"]), "the edited one is judged as well"
    assert (after["result"]["choice"]["model"], after["result"]["choice"]["over"]) == ("a person", 2)


def test_a_picture_of_ones_own_is_moved_and_what_is_no_picture_is_a_sentence(
    served: LivePage, client: Any, tmp_path: Path
) -> None:
    from gradio_client import handle_file
    from PIL import Image

    picture = tmp_path / "my cat <b>.png"
    slope = Image.linear_gradient("L")
    Image.merge("RGB", (slope, slope.rotate(90), Image.radial_gradient("L"))).resize((900, 900)).save(picture)
    told = over(client, made(client, "a cat that sleeps", picture=handle_file(picture)))
    assert (told["phase"], told["error"]) == ("done", "")
    assert told["result"]["video"]["renderer"] == "photograph"
    for name, content in {"bomb.png": b"\x89PNG\r\n\x1a\n" + b"\0" * 100, "page.svg": b"<svg/>", "x.png": b""}.items():
        (tmp_path / name).write_bytes(content)
        with pytest.raises(Exception, match=r"picture|Invalid file type") as caught:
            made(client, picture=handle_file(tmp_path / name))
        assert str(served.home) not in str(caught.value)


@pytest.mark.parametrize(
    ("request_", "choices", "said"),
    [
        ("", {}, "there is no request"),
        ("x" * 5_000, {}, "5,000 characters"),
        (TACOS, {"renderer": "ltx=/etc"}, "folder"),
        (TACOS, {"llm": "hf:/etc"}, "folder"),
        (TACOS, {"candidates": 99}, "candidates"),
        (TACOS, {"aspect": "5:3"}, "5:3"),
        (TACOS, {"mode": "mine"}, "mine"),
    ],
)
def test_what_cannot_be_made_is_said_in_a_sentence(
    client: Any, request_: str, choices: dict[str, Any], said: str
) -> None:
    with pytest.raises(Exception, match=said):
        made(client, request_, **choices)


def test_a_run_that_fails_says_why_and_what_to_do(client: Any) -> None:
    told = over(client, made(client, catalogue="absent"))
    assert told["phase"] == "failed"
    assert "there is no catalogue 'absent'" in told["error"]


def test_a_host_of_another_name_is_not_answered(served: LivePage) -> None:
    for host in ("evil.example", f"evil.example:{served.port}", "127.0.0.1.evil.example", "", "[::2]:80"):
        assert served.ask("GET", "/", Host=host).status == 421
    for host in (f"127.0.0.1:{served.port}", f"localhost:{served.port}", "localhost"):
        assert served.ask("GET", "/alive", Host=host).status == 200


def test_a_page_of_somebody_else_cannot_begin_anything(served: LivePage) -> None:
    call = json.dumps({"data": [TACOS], "fn_index": 0, "session_hash": "abc"}).encode()
    foreign = ({"Origin": "http://evil.example"}, {"Origin": "null"}, {"Sec_Fetch_Site": "cross-site"})
    foreign += ({"Sec_Fetch_Site": "same-site"}, {"Origin": "http://127.0.0.1:1"})
    for path in ("/gradio_api/queue/join", "/gradio_api/call/make", "/gradio_api/upload", "/sign-out", "/login"):
        for headers in foreign:
            answer = served.ask("POST", path, call, Content_Type="text/plain", **headers)
            assert answer.status == 403, (path, headers)
            assert "access-control-allow-origin" not in answer.headers


def test_no_file_of_the_machine_is_shown(served: LivePage) -> None:
    outside = ["/etc/passwd", str(served.program.settings_file), str(served.home / "popcorn.sqlite")]
    outside += [str(served.home / "catalogues" / "sample" / "manifest.json")]
    for file in outside:
        for route in (
            "/gradio_api/file=",
            "/gradio_api/file/",
            "/file=",
            "/media/",
            "/media/..",
            "/static/",
            "/assets/",
        ):
            for path in (file, quote(file, safe=""), file.replace("/", "%2f")):
                assert served.ask("GET", f"{route}{path}").status in {403, 404}, (route, path)
    for path in (
        "/media/popcorn.sqlite",
        "/media/runs/../popcorn.sqlite",
        "/media/runs/%2e%2e/popcorn.sqlite",
        "/media/",
    ):
        assert served.ask("GET", path).status == 404
    (served.home / "runs").mkdir(exist_ok=True)
    (served.home / "runs" / "link.txt").symlink_to("/etc/passwd")
    assert served.ask("GET", "/media/runs/link.txt").status == 404
    for path in ("/gradio_api/proxy=http://127.0.0.1:1/", "/gradio_api/token", "/monitoring", "/docs", "/openapi.json"):
        assert served.ask("GET", path).status == 404


def test_keys_and_places_are_not_in_the_page(served: LivePage) -> None:
    for path in ("/", "/config", "/gradio_api/info"):
        text = served.ask("GET", path).body.decode()
        assert "sk-mine" not in text
        assert str(served.home) not in text


def test_answers_let_nothing_be_loaded_from_elsewhere(served: LivePage) -> None:
    page = served.ask("GET", "/")
    policy = page.headers["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "http" not in policy
    assert page.headers["x-frame-options"] == "DENY"
    assert "fonts.googleapis" not in page.body.decode()


def test_what_is_too_large_is_not_taken(served: LivePage) -> None:
    assert served.ask("POST", "/gradio_api/queue/join", Content_Length=str(9 << 20)).status == 413
    assert served.ask("POST", "/gradio_api/upload", Content_Length=str(3 << 30)).status == 413


def test_a_port_in_use_and_an_address_without_a_password_are_sentences(popcorn: Any) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        outcome = popcorn("web", "--port", str(port), "--no-open")
        assert (outcome.status, outcome.stdout) == (2, "")
        assert f"port {port} of 127.0.0.1 is in use" in outcome.stderr
        assert "being made" not in outcome.stderr
        people = popcorn.folder / "people"
        people.write_text("ann correct horse\n")
        every = ("--host", "0.0.0.0", "--name", "studio.local", "--people", people)  # noqa: S104 - what is tested
        outcome = popcorn("web", "--port", str(port), "--no-open", *every)
        assert f"open http://127.0.0.1:{port}, or name another one with --port {port + 1}" in " ".join(
            outcome.stderr.split()
        )
    outcome = popcorn("web", "--host", "192.0.2.1", "--no-open")
    assert outcome.status == 2
    assert "asks for no password" in outcome.stderr
    outcome = popcorn("web", "--people", "absent.txt")
    assert outcome.status == 2
    assert "absent.txt" in outcome.stderr


def test_people_sign_in_and_keep_apart_what_is_theirs(own: Any) -> None:
    people = own.folder / "people.txt"
    people.parent.mkdir(parents=True, exist_ok=True)
    people.write_text("# name and password\nann correct horse\nbo battery-staple\n")
    table = own.folder / "mine.csv"
    table.write_text("title,comments\n" + "".join(f"Kite number {one} over the bay,{one}\n" for one in range(40)))
    assert own("references", "import", table, "--name", "kites").status == 0
    with live_page(own, "--people", str(people)) as page:
        assert page.ask("GET", "/").headers["location"] == "/login"
        for path in ("/config", "/gradio_api/info", "/media/runs/x/clip.mp4"):
            assert page.ask("GET", path).status == 401
        form = {"Content_Type": "application/x-www-form-urlencoded"}
        wrong = urlencode({"username": "ann", "password": "wrong horse"}).encode()
        assert page.ask("POST", "/login", wrong, **form).status == 401
        right = urlencode({"username": "bo", "password": "battery-staple"}).encode()
        cookie = page.ask("POST", "/login", right, Accept="text/html", **form).headers["set-cookie"]
        assert "HttpOnly" in cookie
        assert "SameSite=strict" in cookie
        with _client(page, auth=("ann", "correct horse")) as ann, _client(page, auth=("bo", "battery-staple")) as bo:
            run = made(ann)
            clip = over(ann, run)["clip"]
            shared = over(ann, made(ann, "kites over the bay", catalogue="kites"))
            assert (shared["phase"], shared["error"]) == ("done", ""), "the server's catalogue can be used"
            with pytest.raises(Exception, match="there is no run"):
                bo.predict(run, api_name="/run")
        session = cookie.partition(";")[0]
        assert page.ask("GET", clip, Cookie=session).status == 404
        assert (page.home / "people" / "ann" / "runs" / run / "clip.mp4").is_file()
        assert "correct horse" not in page.ask("GET", "/", Cookie=session).body.decode()
        assert page.ask("POST", "/sign-out", Cookie=session).status == 303
        assert page.ask("GET", "/config", Cookie=session).status == 401


def _endpoints(client: Any) -> set[str]:
    return set(client.view_api(return_format="dict", print_info=False)["named_endpoints"])


def test_the_file_for_a_hosted_machine_serves_the_same_page(own: Any, client: Any) -> None:
    app = Path(__file__).parents[2] / "docs" / "space" / "app.py"
    own.folder.mkdir(parents=True, exist_ok=True)
    without = subprocess.run([sys.executable, app], env=own.environment, capture_output=True, text=True, check=False)
    assert (without.returncode, "Set the secret PEOPLE" in without.stderr) == (1, True)
    port = free_port()
    variables = own.environment | {
        "PEOPLE": "ann correct horse",
        "PORT": str(port),
        "SPACE_HOST": "ann-popcorn.hf.space",
    }
    with subprocess.Popen([sys.executable, app], env=variables, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline().startswith("listening on")
            page = LivePage(own, port=port)
            assert page.ask("GET", "/", Host="ann-popcorn.hf.space").headers["location"] == "/login"
            assert page.ask("GET", "/", Host="other.hf.space").status == 421
            with _client(page, auth=("ann", "correct horse")) as visitor:
                hosted = _endpoints(visitor)
        finally:
            process.kill()
    assert hosted == _endpoints(client)


def test_ctrl_c_ends_it_and_what_was_under_way_goes_on_from_the_command_line(own: Any) -> None:
    with live_page(own) as page, _client(page) as client:
        run = made(client, "a slow sunrise")
        while client.predict(run, api_name="/run")["stage"] != "working":
            time.sleep(0.05)
        status, said = page.interrupt()
    assert status == 130
    assert "Traceback" not in said
    assert own("trace", "show", run, "--json").data["phase"] == "left"
    assert own("ask", "--resume", run, "--json").data["run_id"] == run


def test_ctrl_c_in_the_middle_of_an_answer_is_one_sentence_and_the_conversation_goes_on(own: Any) -> None:
    with live_page(own) as page:
        with _client(page) as client:
            thread, _ = client.predict("", "make a video about street tacos", api_name="/talk_say")
            answer = client.submit(thread, api_name="/talk_follow")
            end = time.monotonic() + 60
            while "make the video" not in str(answer.outputs()[-1:]) and time.monotonic() < end:
                time.sleep(0.05)
            status, said = page.interrupt()
        assert status == 130
        assert "Traceback" not in said
        assert "uvicorn" not in said
        assert [line for line in said.splitlines() if line.startswith("error")] == ["error stopped"]
        page.start()
        with _client(page) as client:
            client.predict(thread, "three hooks about kites", api_name="/talk_say")
            told = client.predict(thread, api_name="/talk_follow")[0]
    assert "make a video about street tacos" in told
    assert "three hooks about kites" in told


def test_a_file_of_people_that_does_not_fit_is_said_by_its_line(tmp_path: Path) -> None:
    from popcorn.errors import RequestError
    from popcorn.web.people import People

    file = tmp_path / "people"
    for text, said in {
        "ann": "fewer than 8",
        "../x password-1": "begins with no name",
        "ann password-1\nANN password-2": "once more",
        "# nobody\n": "names nobody",
    }.items():
        file.write_text(text)
        with pytest.raises(RequestError, match=said):
            People.read(file)
