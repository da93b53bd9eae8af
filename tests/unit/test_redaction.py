"""What is taken for a secret, and what is not: titles, hashtags, ids, digests and pictures stay as they are."""

from __future__ import annotations

import base64
import hashlib
import json
import subprocess
import sys
import time
from datetime import datetime
from importlib.resources import files
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as some
from popcorn.redaction import Scrubber, Stream, know, scrubbed, scrubbed_value
from popcorn.secret_shapes import HIDDEN

LOT = "abcdefgh12345678"
"""Stands for what was drawn by lot."""


@pytest.mark.parametrize(
    "told",
    [
        f"sk-proj-{LOT}{LOT}",
        f"my key is sk-ant-api03-{LOT}-{LOT}-AA, make a video about tacos",
        f"用这个密钥sk-{LOT}做一个视频",
        f'{{"error": "wrong key\\nsk-{LOT} is not known"}}',
        f"ghp_{LOT}{LOT}abcd",
        f"github_pat_11{LOT}_{LOT}",
        "AKIAABCDEFGH12345678",
        f"hf_{LOT}ABCD",
        f"gsk_{LOT}",
        f"xoxb-12345678-{LOT}",
        f"AIzaSy{LOT}{LOT}x",
        f"glpat-{LOT}abcd",
        f"SG.{LOT}.{LOT}",
        f"eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.{LOT}",
        f"-----BEGIN RSA PRIVATE KEY-----\n{LOT}\n-----END RSA PRIVATE KEY----- and more",
        f"-----BEGIN PRIVATE KEY-----\\n{LOT}",
        f"Authorization: Bearer {LOT}",
        f"Bearer {LOT}",
        '{"authorization": "Basic dXNlcjpwYXNz"}',
        "Proxy-Authorization: Basic dXNlcjpwYXNz",
        "Basic dXNlcjpwYXNz",
        f"x-api-key={LOT}",
        f"x-api-key: {LOT}",
        f"{{'Cookie': 'session={LOT}'}}",
        f"Set-Cookie: s={LOT}; Path=/",
        f"postgresql://popcorn:{LOT}@db/runs",
        f"redis://:{LOT}@db",
        f"'/home/me/https:/me:{LOT}@example.org/v1' is not there",
        f"https://{LOT}@example.org/v1",
        f"https://example.org/v1?api_key={LOT}&x=1",
        f"https://example.org/v1?key={LOT}",
        f"https://example.org/clip.mp4?X-Amz-Signature={LOT}",
        f"OPENAI_API_KEY={LOT}",
        f"AWS_SECRET_ACCESS_KEY={LOT}/+abcd",
        "PGPASSWORD=hunter2",
        "my password: hunter2!",
        "'password': 'letmein'",
        f"secret: {LOT}",
        f"token: {LOT}",
        f'{{\\"api_key\\": \\"{LOT}\\"}}',
    ],
)
def test_what_looks_like_a_credential_is_taken_out(told: str) -> None:
    clean = Scrubber().text(told)
    assert HIDDEN in clean
    assert not any(secret in clean for secret in (LOT, "dXNlcjpwYXNz", "hunter2", "letmein", "EFGH1234"))


ORDINARY = (
    "the key to a good taco is salsa",
    "The Secret: how nobody tells you",
    "Secret ingredient: cardamom",
    "Cookie: the best recipe",
    "Bearer Mountains in autumn",
    "a bearer of good news",
    "Basic tacos for beginners",
    "Basic chocolate cake",
    "Password: the movie",
    "password protected PDFs",
    "Authorization: denied",
    "API key: how to get one",
    "Token: ring",
    "token counts: 1,204 in, 300 out",
    "max_tokens=100000",
    "sk-learn-tutorial-for-beginners-2024",
    "task-oriented-desk-setups",
    "hf_user_20240101_first_video",
    '{"drafts": [{"title": "Ask-me-anything tacos"}]}',
    '{"key_variable": "OPENAI_API_KEY"}',
    '{"max_token": 100000, "signature": false, "secret": [1234]}',
    "https://example.org/watch?v=abc",
    "http://127.0.0.1:9101/x/v1",
    "https://www.tiktok.com/@somebody/video/7230000000000000000",
    "somebody@example.org",
    "#AIGenerated #StreetTacos #foodtok",
    "20260131-235959-0a1b2c",
    "call-0123456789ab",
    "chat-20260131-235959-0a1b2c-12",
    "popcorn trace show 20260131-235959-0a1b2c",
    "秘密: 这个配方",
    "비밀번호 없이 만드는 타코",
)


@pytest.mark.parametrize("told", ORDINARY)
def test_ordinary_words_stay_as_they_are(told: str) -> None:
    assert Scrubber(["a-secret-of-somebodys"]).text(told) == told


def test_no_title_of_the_sample_is_changed() -> None:
    lines = (files("popcorn.tools.references") / "sample.jsonl").read_text("utf-8").splitlines()
    assert len(lines) > 20
    assert [scrubbed_value(json.loads(line)) for line in lines] == [json.loads(line) for line in lines]


WORDS = some.lists(some.sampled_from([*" ".join(ORDINARY).split(), "key", "sk-", "=", ":", "é", "🌮"]), max_size=12)


@given(WORDS.map(" ".join))
@example("Basic authorization: tacos")
def test_scrubbing_twice_is_scrubbing_once(text: str) -> None:
    clean = Scrubber().text(text)
    assert Scrubber().text(clean) == clean


@given(some.binary(max_size=4_000))
def test_digests_and_pictures_stay_as_they_are(content: bytes) -> None:
    digest, picture = hashlib.sha256(content).hexdigest(), base64.b64encode(content).decode()
    for text in (digest, f"data:image/jpeg;base64,{picture}", f'{{"sha256": "{digest}", "bytes": {len(content)}}}'):
        assert Scrubber().text(text) == text


@given(some.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1)), some.binary(min_size=3, max_size=3))  # noqa: DTZ001
def test_ids_of_runs_and_threads_stay_as_they_are(when: datetime, lot: bytes) -> None:
    run_id = f"{when:%Y%m%d-%H%M%S}-{lot.hex()}"
    for text in (run_id, f"--resume {run_id}", f"runs/{run_id}/clip.mp4", f"chat-{run_id}-3", f"{run_id}: done"):
        assert Scrubber().text(text) == text


def test_a_picture_that_holds_a_known_value_by_chance_stays_a_picture() -> None:
    text = f"data:image/png;base64,{LOT} but {LOT}"
    assert Scrubber([LOT]).text(text) == f"data:image/png;base64,{LOT} but {HIDDEN}"


def test_the_values_of_variables_that_are_named_like_secrets_are_known() -> None:
    names = (
        "OPENAI_API_KEY",
        "MY_TOKEN",
        "AWS_SECRET_ACCESS_KEY",
        "KEY_2",
        "API_KEY_PROD",
        "PGPASSWORD",
        "DB_PASSWORD",
    )
    environment = {name: f"value-of-{name.lower()}" for name in names} | {
        "EDITOR": "emacs-nox",
        "MAX_TOKENS": "1000000",
    }
    clean = Scrubber.of(environment).value([*environment.values()])
    assert clean == [HIDDEN] * len(names) + ["emacs-nox", "1000000"]


def test_a_variable_that_settings_call_that_of_a_key_is_known_by_any_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VIDEO_SERVER", "only-for-this-test")
    know(["VIDEO_SERVER"])
    assert scrubbed("it said only-for-this-test") == f"it said {HIDDEN}"
    monkeypatch.setenv("VIDEO_SERVER", "another-for-this-test")
    assert scrubbed("it said another-for-this-test") == f"it said {HIDDEN}"


def test_a_password_in_an_address_is_known_wherever_it_stands_alone() -> None:
    scrub = Scrubber.of({"POPCORN_DATABASE_URL": "postgresql://popcorn:p%40ss-of-the-test@db/runs"})
    assert scrub.text("password authentication failed: p@ss-of-the-test") == (
        f"password authentication failed: {HIDDEN}"
    )


def test_words_numbers_stand_ins_and_files_are_no_secrets(tmp_path: Path) -> None:
    (tmp_path / "key.pem").write_text("")
    values = {"A_KEY": "ollama", "B_KEY": "EMPTY", "C_KEY": "not-needed", "D_KEY": "12345678", "E_KEY": "Biryani"}
    texts = [*values.values(), str(tmp_path / "key.pem")]
    environment = values | {"F_KEY": texts[-1], "POPCORN_C2PA_KEY": "keys/of/mine.pem"}
    assert Scrubber.of(environment).value([*texts, "keys/of/mine.pem"]) == [*texts, "keys/of/mine.pem"]


def test_a_known_secret_is_found_as_json_python_and_addresses_write_it() -> None:
    secret = 'a"very/odd\\secret+of=ours'
    for told in (secret, json.dumps({"told": secret}), repr([secret]), "q=a%22very%2Fodd%5Csecret%2Bof%3Dours"):
        assert "secret" not in Scrubber([secret]).text(told)


@pytest.mark.parametrize(
    "secret", ["0f3a9c77d1e24b5586aa90c2f1b3d4e5", "kq7-ZpR2+vT/9wLm.x4Yb==", f"correct {LOT} staple"]
)
def test_a_long_known_secret_is_found_in_headers_in_dumps_and_in_any_case(secret: str) -> None:
    scrubber = Scrubber([secret])
    written = [secret.upper(), secret.lower(), secret.title(), secret.encode().hex(), secret.encode().hex().upper()]
    for before in ("", ":", "me:", "user:"):
        for after in ("", "\n", "; x"):
            whole = f"{before}{secret}{after}".encode()
            written += [base64.b64encode(whole).decode(), base64.urlsafe_b64encode(whole).decode().rstrip("=")]
    for form in written:
        clean = scrubber.text(f"Authorization: Basic {form} was refused")
        assert HIDDEN in clean, form
        assert len(clean) < len("Authorization: Basic was refused") + len(HIDDEN) + 12, form


def test_a_short_known_secret_is_no_word_in_another_case() -> None:
    assert Scrubber(["Tacos2go"]).text("TACOS2GO and tacos2go, not Tacos2go") == f"TACOS2GO and tacos2go, not {HIDDEN}"


def test_a_known_secret_that_was_cut_at_the_end_of_a_text_is_found() -> None:
    secret = "only-for-this-test-0123"
    assert Scrubber([secret]).text("wrong key: only-for-this-t…") == f"wrong key: {HIDDEN}…"
    assert Scrubber([secret]).text("this is only-for") == "this is only-for"


def test_names_that_say_it_hide_what_stands_under_them() -> None:
    told = {"password": "letmein", "nested": [{"client_secret": "a b c", "input_tokens": 7, "token": None}]}
    assert scrubbed_value(told) == {
        "password": HIDDEN,
        "nested": [{"client_secret": HIDDEN, "input_tokens": 7, "token": None}],
    }


@pytest.mark.parametrize("size", [1, 2, 3, 7, 50])
def test_a_stream_gives_the_same_as_the_whole_text_and_no_part_of_a_secret(size: int) -> None:
    text = (
        f"Tacos at dawn.\nThe key sk-{LOT} is wrong, and Bearer {LOT} too. password={LOT} 用这个密钥sk-{LOT}做\n"
        f"-----BEGIN PRIVATE KEY-----\n{LOT}\n-----END PRIVATE KEY-----\nThat is all."
    )
    stream = Stream()
    pieces = [stream.feed(text[start : start + size]) for start in range(0, len(text), size)] + [stream.end()]
    assert LOT not in "".join(pieces)
    assert LOT[:8] not in "".join(pieces)
    assert "".join(pieces).startswith(f"Tacos at dawn.\nThe key {HIDDEN} is wrong, and Bearer {HIDDEN} too.")
    assert "".join(pieces).endswith("That is all.")


@pytest.mark.parametrize("size", [1, 5])
def test_a_stream_of_ordinary_words_is_given_whole(size: int) -> None:
    text = "Tacos at dawn,\nin three shots:  😀 夜市の屋台で。\n\n- one\n- two "
    stream = Stream()
    assert "".join([*(stream.feed(text[at : at + size]) for at in range(0, len(text), size)), stream.end()]) == text


@pytest.mark.parametrize("size", [3, 11])
def test_a_long_stream_gives_the_same_as_the_whole_text(size: int) -> None:
    text = f"Tacos at dawn, {{'a': [1]}}, sk-{LOT} and Bearer {LOT}; " * 40 + "x" * 5_000 + f" end sk-{LOT}"
    stream = Stream()
    pieces = [stream.feed(text[at : at + size]) for at in range(0, len(text), size)] + [stream.end()]
    assert "".join(pieces) == Scrubber().text(text)


def test_a_private_key_in_a_long_stream_is_hidden_to_its_end() -> None:
    lines = "\n".join([LOT * 4] * 60)
    text = f"Here:\n-----BEGIN RSA PRIVATE KEY-----\n{lines}\n-----END RSA PRIVATE KEY-----\nThat was it."
    stream = Stream()
    given = "".join([stream.feed(text[at : at + 7]) for at in range(0, len(text), 7)] + [stream.end()])
    assert LOT not in given
    assert given.startswith("Here:\n")
    assert given.endswith("\nThat was it.")


def test_a_stream_takes_time_in_proportion_to_its_length() -> None:
    stream, began = Stream(), time.monotonic()
    for _ in range(20_000):
        stream.feed('{"a":')
    stream.feed(" ")
    for _ in range(10_000):
        stream.feed("word ")
    assert time.monotonic() - began < 120


def test_scrubbing_takes_linear_time_on_chosen_nonsense() -> None:
    parts = (
        *("authorization:", "://a:", "x-api-key= ", "Bearer ", "key_", "-----BEGIN PRIVATE KEY-----", "sk-", "eyJ"),
        *("a-", "basic ", "token", "?a_", "sk-a-", "cookie: ", "api-", "password", "a", "=", '"token": "', "1a"),
        *("my key is ", "curl -u a", "xoxb-", "sk\u2011", "hooks.slack.com/services/", "key=", "password is "),
    )
    began = time.monotonic()
    for part in parts:
        Scrubber([LOT]).text(part * (200_000 // len(part)))
    assert time.monotonic() - began < 60


@pytest.mark.parametrize("value", ["~nobody-of-that-name!secret", f"/{LOT * 20}", f"/{LOT}\0{LOT}"])
def test_a_secret_that_begins_like_a_path_is_a_secret_and_stops_nothing(value: str) -> None:
    assert Scrubber([value]).text(f"so {value} is") == f"so {HIDDEN} is"


def test_a_secret_that_begins_like_a_path_into_a_closed_folder_stops_nothing(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    (tmp_path / "closed").mkdir(mode=0)
    code = (
        "import os, sys\nfrom popcorn.redaction import Scrubber\n"
        "if os.geteuid() == 0:\n    os.chdir('/')\n    os.seteuid(65534)\n"
        "print(Scrubber([sys.argv[1]]).text(f'so {sys.argv[1]} is'))"
    )
    run = [sys.executable, "-c", code, str(tmp_path / "closed" / LOT)]
    told = subprocess.run(run, capture_output=True, text=True, check=True)
    assert told.stdout == f"so {HIDDEN} is\n"
