"""What people see of a conversation that is over: in a terminal, and in a file."""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import Any

import pytest
from langchain_core.messages import AIMessage, AnyMessage, HumanMessage, ToolMessage
from popcorn.agent.chat.threads import Thread
from popcorn.agent.chat.transcript import markdown, write
from popcorn.commands.terminal.conversation_views import conversation_view, result_view, threads_view
from popcorn.commands.views.consoles import Whole
from popcorn.errors import RequestError
from rich.console import RenderableType

PATH = "/home/somebody/.local/share/popcorn/renders/20260101-000000-abcdef/clip.mp4"
SCORE = {
    "percentile": 71.6, "percentile_low": 30.0, "percentile_high": 90.0, "evidence": True,
    "against": "872 videos", "predictor": "p", "basis": ["title"], "illustrative": False,
    "comments": 1024.0, "log2_comments": 10.0, "interval": {"low": 8.0, "high": 13.0, "coverage": 0.8},
}  # fmt: skip
VIDEO = {
    "path": PATH, "width": 1080, "height": 1920, "seconds": 3.0, "renderer": "animatic", "demo": True, "silent": True,
    "fps": 30.0, "frames": 90, "codec": "h264", "sha256": "0" * 64,
}  # fmt: skip
CLIP = {"title": "Tacos?", "video_prompt": "a stall", "video": VIDEO, "cover": {"path": "/tmp/c.jpg"}}
THREAD = Thread("20260101-000000-abcdef", "2026-01-01T12:30:00+00:00", "2026-01-02T12:30:00+00:00", "tacos", 2)


def draft(title: str, percentile: float = 71.6, shot: str = "a stall at night") -> dict[str, Any]:
    return {"title": title, "video_prompt": shot, "tag": "Food", "score": SCORE | {"percentile": percentile}}


def tool(name: str, text: str, data: Any = None, status: Any = "success") -> ToolMessage:
    return ToolMessage(text, tool_call_id="1", name=name, artifact=data, status=status)


SAID: list[AnyMessage] = [
    HumanMessage("two hooks"),
    AIMessage("", tool_calls=[{"id": "1", "name": "draft_video", "args": {}}]),
    tool("draft_video", "2 drafts. <data name=drafts>[]</data>", {"drafts": [draft("Tacos *now*"), draft("B", 40.0)]}),
    AIMessage("The first is the best."),
    tool("render_video", "Rendered. The person sees where it is kept.", CLIP),
    tool("score_popularity", "the title is empty", None, "error"),
]


def shown(what: RenderableType, width: int = 80) -> str:
    out = io.StringIO()
    Whole(file=out, width=width, color_system=None, highlight=False).print(what)
    return out.getvalue()


def test_what_tools_gave_is_shown_as_people_read_it() -> None:
    assert [line.rstrip() for line in shown(conversation_view(SAID)).splitlines()] == [
        "",
        "> two hooks",
        "  draft: against 872 videos",
        "  1 Tacos *now*  the 72nd of 100",
        "  2 B  the 40th of 100",
        "The first is the best.",
        "  render: 1080x1920, 3 s, made by animatic (a drawn stand-in)",
        "  Tacos?",
        f"  {PATH}",
        "  ! score: the title is empty",
    ]


def test_a_path_is_never_broken_by_us() -> None:
    for view in (conversation_view(SAID), result_view("render_video", CLIP)):
        assert f"  {PATH}\n" in shown(view, 40)
    rest = shown(result_view("draft_video", {"drafts": [draft("Tacos")]}), 40).splitlines()
    assert max(map(len, rest)) <= 40


def test_a_conversation_as_markdown_has_lists_paths_and_dates_and_no_data() -> None:
    text = markdown(THREAD, SAID)
    assert re.search(r"A conversation of [123] (January|December) 202[56], \d\d:\d\d, 2 turns; `popcorn chat", text)
    assert "1. **Tacos \\*now\\***, the 72nd of 100\n   a stall at night\n2. **B**, the 40th of 100\n\n" in text
    assert f"Clip: `{PATH}`" in text
    assert "*score failed: the title is empty*" in text
    assert "<data" not in text
    assert "<details" not in text


def test_what_an_older_version_kept_is_a_line() -> None:
    assert "draft: 2 drafts" in shown(conversation_view([tool("draft_video", "2 drafts\nof old", {"other": 1})]))


@pytest.mark.parametrize("name", ["t.pdf", "t", "t.mp4"])
def test_a_file_that_is_neither_markdown_nor_json_is_refused(name: str, tmp_path: Path) -> None:
    with pytest.raises(RequestError, match="would be neither Markdown nor JSON"):
        write(tmp_path / name, THREAD, SAID)
    assert list(tmp_path.iterdir()) == []
    write(tmp_path / "t.MD", THREAD, SAID)


def test_lists_of_conversations_say_how_long_they_are() -> None:
    assert "20260101-000000-abcdef" in shown(threads_view([THREAD]))
    assert "  2 turns" in shown(threads_view([THREAD]))
