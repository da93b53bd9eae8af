"""A conversation as Markdown: what a model wrote stays words."""

from __future__ import annotations

import re

import pytest
from langchain_core.messages import AIMessage, HumanMessage
from popcorn.agent.chat.threads import Thread
from popcorn.agent.chat.transcript import markdown

HOSTILE = [
    "# I am a heading",
    "![x](http://tracker.example/p.png)",
    "<script>alert(1)</script>",
    "<img src=x onerror=y>",
    "[click](javascript:alert(1))",
    "- a list",
    "1. a list",
    "2) a list",
    "---",
    "===",
    "> a quote",
    "`code` ```",
    "~~~",
    "    code by its spaces",
    "\tcode by a tab",
    "a | b\n--|--",
    "&lt;b&gt;",
    "**bold** _it_",
    "+ list",
    "* list",
]


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("speaker", [AIMessage, HumanMessage])
def test_no_markdown_and_no_html_of_a_message_acts(text: str, speaker: type[AIMessage | HumanMessage]) -> None:
    at = "2026-01-01T00:00:00+00:00"
    thread = Thread(id="t1", title=text, created=at, updated=at, turns=1)
    written = markdown(thread, [speaker(text)]).partition("\n\n")[2].partition("\n\n")[2]
    for line in written.splitlines():
        bare = re.sub(r"\\[!-/:-@\[-`{-~]", "x", line.removeprefix("> "))
        assert not re.search(r"[<>`*_#\[\]|~&]", bare), line
        assert not re.match(r"(?: {4}|\t)| {0,3}(?:[-+=]|\d+[.)])", bare), line
