from __future__ import annotations

from pathlib import Path

import pytest
from popcorn.errors import DataError, PopcornError, RequestError
from popcorn.tools.references.search_queries import read_queries


def test_a_query_loses_its_control_characters() -> None:
    assert read_queries(" street\x1b[2J\nfood ", None) == ["street [2J food"]


@pytest.mark.parametrize(
    ("content", "queries"),
    [
        ("noodles\n\n  a cat, sleeping\n", ["noodles", "a cat, sleeping"]),
        ('kind,Prompt\nx,"noodles, ""by hand"""\ny,"two\nlines"\nz,\n', ['noodles, "by hand"', "two lines"]),
        (b"\xef\xbb\xbfprompt\r\nnoodles\r\n", ["noodles"]),
    ],
)
def test_a_file_gives_its_queries_in_order(tmp_path: Path, content: str | bytes, queries: list[str]) -> None:
    path = tmp_path / "queries.txt"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    assert read_queries("", path) == queries


@pytest.mark.parametrize(
    ("query", "name", "content", "kind", "complaint"),
    [
        ("", None, "", RequestError, "the query is empty"),
        ("\x00\u2028", None, "", RequestError, "the query is empty"),
        ("a", "q.txt", "b\n", RequestError, "two ways to say the same"),
        ("", "q.txt", "\n \n", RequestError, "holds no query"),
        ("", "q.csv", "a,b\n1,2\n", DataError, "has no column 'prompt', but 'a', 'b'"),
        ("", "q.csv", "prompt,b\n1,2\n3\n", DataError, "line 3 of .* has 1 values, the header 2"),
        ("", "q.txt", None, DataError, "cannot be read: No such file"),
    ],
)
def test_what_holds_no_queries_is_an_error(
    tmp_path: Path, query: str, name: str | None, content: str | None, kind: type[PopcornError], complaint: str
) -> None:
    path = tmp_path / name if name else None
    if path and content is not None:
        path.write_text(content)
    with pytest.raises(kind, match=complaint):
        read_queries(query, path)
