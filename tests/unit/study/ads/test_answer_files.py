from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest
from popcorn.errors import DataError, RequestError
from popcorn.study.ads.answer_files import Reading, read_answers
from popcorn.study.ads.answers import Answer

ORDER = {"ad": 1, "model": "m", "product": "cup", "reference_order": [1, 2], "order": [2, 1]}


def read(folder: Path, *lines: object, raw: bytes | None = None) -> tuple[list[Answer], Reading]:
    file, reading = folder / "answers.jsonl", Reading()
    texts = [line if isinstance(line, str) else json.dumps(line) for line in lines]
    file.write_bytes("\n".join(texts).encode() if raw is None else raw)
    return list(read_answers([file], reading)), reading


def test_a_line_is_read_whole(tmp_path: Path) -> None:
    given: dict[str, Any] = {
        **ORDER,
        "reference_selection": ["1", "2"],
        "selection": "1,2",
        "script": ["one", None, "two"],
        "reference_script": "one\ntwo",
        "subtitles": [["one"], [], ["two"]],
        "seconds": [1, "2.5"],
        "clips": ["tree", "house"],
        "candidates": 4,
        "judged": {"quality": 28, "note": "good"},
        "more": {"of": "nothing"},
    }
    (answer,), reading = read(tmp_path, given)
    assert answer == Answer(
        "1", "m", "cup", ("2", "1"), ("1", "2"), ("1", "2"), ("1", "2"), ("one", "", "two"), ("one", "two"),
        (("one",), (), ("two",)), (1.0, 2.5), ("tree", "house"), 4, judged={"quality": 28.0},
    )  # fmt: skip
    assert (reading.lines, dict(reading.refused), dict(reading.faults)) == (1, {}, {})


def test_absent_and_null_are_not_judged_and_empty_is_an_answer(tmp_path: Path) -> None:
    line = {"ad": 1, "model": "m", "reference_order": [1, 2], "reference_selection": [1], "selection": []}
    (answer,), _ = read(tmp_path, {**line, "order": None})
    assert (answer.order, answer.selection) == (None, ())
    (answer,), _ = read(tmp_path, {**line, "order": ""})
    assert answer.order == ()


def test_every_bad_line_is_counted_with_its_reason(tmp_path: Path) -> None:
    answers, reading = read(
        tmp_path, ORDER, "", "{", "[1, 2]", "nonsense", {"model": "m", "order": [1]}, {"ad": 1, "order": [1]},
        {"ad": 2, "model": "m"}, {"ad": 2, "model": "m", "order": [1]}, {**ORDER, "ad": 3, "order": {"a": 1}},
        {**ORDER, "ad": 4, "seconds": [-1]}, {**ORDER, "ad": True}, {**ORDER, "ad": 5, "script": 7}, "[" * 100_000,
    )  # fmt: skip
    assert [answer.ad for answer in answers] == ["1", "4", "5"]
    assert reading.refused == {
        "no JSON": 3,
        "no JSON object": 1,
        "no ad": 2,
        "no model": 1,
        "no answer: none of order, selection, script, subtitles": 1,
        "order without a reference": 1,
        "order is an object, and has to be a list of clips": 1,
    }
    assert reading.faults == {"seconds has one that is no length": 1, "script is no list of texts": 1}
    assert (reading.lines, reading.blank) == (13, 1)
    assert reading.shown[0] == (str(tmp_path / "answers.jsonl"), 3, "no JSON")


def test_tasks_may_come_in_lines_of_their_own_and_the_first_answer_counts(tmp_path: Path) -> None:
    selection = {"ad": 1, "model": "m", "product": "cup", "reference_selection": [1], "selection": [1]}
    answers, reading = read(tmp_path, ORDER, selection, ORDER, {**ORDER, "order": [1, 2]}, {**ORDER, "model": "n"})
    assert [(answer.model, answer.order, answer.selection) for answer in answers] == [
        ("m", ("2", "1"), None),
        ("m", None, ("1",)),
        ("n", ("2", "1"), None),
    ]
    assert reading.repeated == 1
    assert dict(reading.refused) == {
        "a second answer of the same model to the same task of the same ad; the first one counts": 1
    }


@pytest.mark.parametrize("begin", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r\n\r\n"])
def test_marks_and_ends_of_lines_do_not_matter(tmp_path: Path, begin: bytes, end: bytes) -> None:
    lines = [json.dumps({**ORDER, "ad": number}).encode() for number in (1, 2)]
    answers, reading = read(tmp_path, raw=begin + end.join(lines) + end)
    assert (len(answers), sum(reading.refused.values())) == (2, 0)


def test_a_packed_file_and_a_json_list_are_read_too(tmp_path: Path) -> None:
    assert len(read(tmp_path, raw=gzip.compress(json.dumps(ORDER).encode()))[0]) == 1
    assert len(read(tmp_path, raw=json.dumps([ORDER, {**ORDER, "ad": 2}], indent=1).encode())[0]) == 2


def test_a_line_in_another_encoding_is_counted_and_the_others_are_read(tmp_path: Path) -> None:
    answers, reading = read(tmp_path, raw=json.dumps(ORDER).encode() + b'\n{"ad": "\xff"}\n')
    assert (len(answers), dict(reading.refused)) == (1, {"not in UTF-8": 1})


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"", "no answer that can be used"),
        (b"x\ny\n", r"no JSON \(2\)"),
        (json.dumps(ORDER).encode("utf-16"), "is in UTF-16"),
        (b"\x1f\x8b" + b"x" * 50, "damaged gzip file"),
        (b'[{"ad": 1}, {', "begins like a JSON list"),
    ],
)
def test_a_file_without_an_answer_is_an_error_in_a_sentence(tmp_path: Path, raw: bytes, said: str) -> None:
    with pytest.raises(DataError, match=said):
        read(tmp_path, raw=raw)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(RequestError, match=r"nothing.jsonl' cannot be read"):
        list(read_answers([tmp_path / "nothing.jsonl"], Reading()))
