"""Prompt files as people write them: quotes, newlines, emoji, duplicates, length."""

from __future__ import annotations

from pathlib import Path

import pytest
from popcorn.errors import DataError, RequestError
from popcorn.study.matrix import taken
from popcorn.study.prompt_sets import prompts_in, read_prompts
from popcorn.study.types import Prompt

HEAD = "kind,category,prompt\n"


def test_quotes_apostrophes_commas_and_emoji_are_text_like_any_other() -> None:
    texts = [
        'She said "run", and ran',
        "A dog's first day; it's shy",
        "🎬 spicy 北京 tacos 👨‍👩‍👧",
        "50 % off, {today}",
    ]
    table = HEAD + "".join('concrete,Food,"' + text.replace('"', '""') + '"\n' for text in texts)
    assert [prompt.text for prompt in prompts_in(table, "t")] == texts


def test_newlines_and_doubled_spaces_inside_a_prompt_become_one_space() -> None:
    (prompt,) = prompts_in(HEAD + 'abstract,Life,"first line\r\nsecond   line\n"\n', "t")
    assert prompt == Prompt("first line second line", "abstract", "Life")


def test_a_prompt_of_5000_characters_is_read_and_one_more_is_told() -> None:
    assert len(prompts_in(HEAD + f"c,F,{'x' * 5000}\n", "t")[0].text) == 5000
    with pytest.raises(DataError, match="line 2 has 5,001 characters, and a prompt at most 5,000"):
        prompts_in(HEAD + f"c,F,{'x' * 5001}\n", "t")


def test_prompts_that_differ_in_case_spaces_or_unicode_form_alone_are_one() -> None:
    with pytest.raises(DataError) as caught:
        prompts_in(HEAD + "c,F,Café tacos\nc,F,other\nc,F,cafe\u0301  TACOS\nc,F,\n", "t")
    assert "line 4 repeats the prompt of line 2" in caught.value.message
    assert "line 5 has no prompt" in caught.value.message


def test_a_hundred_bad_lines_are_ten_and_a_number() -> None:
    with pytest.raises(DataError, match="and 90 more"):
        prompts_in(HEAD + "c,F,\n" * 100, "t")


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ("", "has no column `prompt`"),
        ("a,b\n1,2\n", "has no column `prompt`"),
        (HEAD, "holds no prompt"),
        (HEAD + "c,F,x,y\n", "line 2 has more fields than the header"),
        (HEAD + 'c,F,"x\n', "line 2: a quote that is not closed"),
        (HEAD + 'c,F,"x"y\n', "line 2"),
    ],
)
def test_a_table_that_is_none_is_a_sentence(table: str, said: str) -> None:
    with pytest.raises(DataError, match=said):
        prompts_in(table, "t")


def test_a_file_may_have_a_byte_order_mark_and_columns_in_any_order_and_case(tmp_path: Path) -> None:
    (tmp_path / "p.csv").write_text("\ufeffPrompt, Kind\nx,concrete\n", "utf-8")
    assert read_prompts("p.csv", tmp_path) == [Prompt("x", "concrete")]


def test_a_file_that_is_not_there_is_a_sentence_and_one_in_another_encoding_is_read(tmp_path: Path) -> None:
    with pytest.raises(RequestError, match="No such file"):
        read_prompts("none.csv", tmp_path)
    (tmp_path / "l.csv").write_bytes(b"prompt\ncaf\xe9\n")
    assert read_prompts("l.csv", tmp_path) == [Prompt("caf\u00e9")]


def test_a_prompts_id_is_that_of_its_text_alone() -> None:
    assert Prompt("x", "concrete", "Food").id == Prompt("x").id != Prompt("y").id


def test_the_first_of_every_kind_and_category_are_taken() -> None:
    prompts = [Prompt(f"{kind}{at}", kind, "F") for at in range(3) for kind in ("concrete", "abstract")]
    assert [one.text for one in taken(prompts, [], 1)] == ["concrete0", "abstract0"]
    assert [one.text for one in taken(prompts, ["abstract"], 2)] == ["abstract0", "abstract1"]
    assert taken(prompts, [], 0) == prompts
    with pytest.raises(RequestError, match="no prompt of the kinds odd"):
        taken(prompts, ["odd"], 0)
