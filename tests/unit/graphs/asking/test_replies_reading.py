from __future__ import annotations

import asyncio
import json
import time
from collections import Counter
from typing import Any

import pytest
from hypothesis import given, seed, settings
from hypothesis import strategies as st
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, BaseMessage, HumanMessage
from langchain_core.outputs import ChatGeneration, ChatResult
from popcorn.errors import ModelReplyError
from popcorn.graphs.asking.ask import ask
from popcorn.graphs.asking.reply_reading import LONGEST, loops, read, without_thinking
from popcorn.graphs.asking.types import ModelCall
from popcorn.graphs.create.replies import DraftsReply, PaperReply, ReasoningReply
from popcorn.prompts.examples import example_of, example_steps

DAWN = {"title": "Tacos at dawn", "video_prompt": "A taco in close-up.", "cover_prompt": "A taco."}
DUSK = DAWN | {"title": "Tacos at dusk"}
CALL = ModelCall("draft", "some model", "draft@0", reply="")
BOTH = json.dumps({"drafts": [DAWN, DUSK]})


def titles(text: str) -> list[str]:
    return [draft.title for draft in read(text, DraftsReply).drafts]


@pytest.mark.parametrize(
    "text",
    [
        f"<think>I could answer {json.dumps(DUSK)}.</think>{json.dumps(DAWN)}",
        f"I could answer {json.dumps(DUSK)}.</think>\n\n{json.dumps(DAWN)}",
        f"{json.dumps(DAWN)}<thinking>or {json.dumps(DUSK)}",
        '{"drafts": [{"title": "Tacos at dawn", "video_prompt": "A taco", "cover_prompt": "A taco",},],}',
        "{“drafts”: [{“title”: “Tacos at dawn”, “video_prompt”: “Don’t stop”, “cover_prompt”: “A taco”}]}",
        "{'drafts': [{'title': 'Tacos at dawn', 'video_prompt': 'Mum's taco', 'cover_prompt': 'A \\'taco\\''}]}",
        '{"drafts": [ // 1\n{"title": "Tacos at dawn", # s\n"video_prompt": /* n */ "A", "cover_prompt": "A"}]}',
        '{drafts: [{title: "Tacos at dawn", video_prompt: "A", cover_prompt: "A", hot: True}]}',
        '{"drafts": [{"title": "Tacos at dawn"\n "video_prompt": "A"\n "cover_prompt": "A"}]}',
        '{"Drafts": [{"Title": "Tacos at dawn", "videoPrompt": "A", "cover-prompt": "A"}]}',
        '{"candidates": [{"TITLE": "Tacos at dawn", "Video Prompt": "A", "cover": "A"}]}',
        json.dumps([DAWN]),
        json.dumps(DAWN),
        json.dumps({"drafts": DAWN}),
        json.dumps({"result": {"drafts": [DAWN]}}),
        f"[see below]\n{json.dumps(DAWN)}\n[the end]",
    ],
)
def test_the_same_draft_is_read_however_it_is_written(text: str) -> None:
    assert titles(text) == ["Tacos at dawn"]


def test_a_line_break_and_quotes_inside_a_string_are_kept_as_text() -> None:
    prompt = "A taco\n  in close-up, \\u00e9\\ud83c\\udf2e"
    text = f'{{"title": "The "best" tacos", "video_prompt": "{prompt}", "cover_prompt": "A"}}'
    (draft,) = read(text, DraftsReply).drafts
    assert (draft.title, draft.video_prompt) == ('The "best" tacos', "A taco in close-up, é🌮")


@pytest.mark.parametrize("end", range(BOTH.index("}") + 1, len(BOTH) - 1))
def test_of_a_reply_that_was_cut_off_the_whole_candidates_are_taken(end: int) -> None:
    expected = ["Tacos at dawn", "Tacos at dusk"] if end >= BOTH.rindex("}]") + 1 else ["Tacos at dawn"]
    assert titles(BOTH[:end]) == expected


@pytest.mark.parametrize("end", range(BOTH.index("}") + 1))
def test_a_candidate_that_was_cut_off_is_none(end: int) -> None:
    with pytest.raises(ValueError, match=r"."):
        titles(BOTH[:end])


def test_of_a_good_object_and_a_malformed_one_the_later_wins() -> None:
    assert titles(f"{json.dumps(DAWN)} or rather {json.dumps(DUSK)[:-1]},}}") == ["Tacos at dusk"]


def test_of_two_fitting_objects_the_one_that_fits_wins_though_a_remark_follows() -> None:
    assert titles(f'{json.dumps(DAWN)} {{"confidence": 0.9}}') == ["Tacos at dawn"]


def test_the_complaint_is_about_the_object_that_came_nearest() -> None:
    with pytest.raises(ValueError, match=r"^title: String should have at most 50 characters"):
        read(f'{json.dumps(DAWN | {"title": "x" * 51})} {{"confidence": 0.9}}', DraftsReply)


def test_a_reasoning_that_maps_steps_to_texts_is_read_as_steps() -> None:
    (one, two) = read('{"Reasoning": {"examine": "Both.", "refine": "More."}}', ReasoningReply).reasoning
    assert (one.step, one.text, two.step) == ("examine", "Both.", "refine")


def test_what_says_the_same_over_and_over_is_a_loop_and_an_answer_of_some_length_is_none() -> None:
    steps = "\n".join(example_steps().values()) + example_of()["video_prompt"]
    assert loops("the classic is a classic, " * 60)
    assert not loops("the classic is a classic, " * 10), "too short to tell"
    assert not loops(steps)
    assert len(steps) > 600


def test_a_flat_answer_is_read_as_steps_and_one_draft() -> None:
    flat = {"1. Examine": "Both.", "re-evaluate": "Plain.", "refine": "More.", **DAWN}
    reply = read(json.dumps(flat), PaperReply)
    assert [one.step for one in reply.reasoning] == ["1. Examine", "re-evaluate", "refine"]
    assert [one.title for one in reply.drafts] == ["Tacos at dawn"]
    with pytest.raises(ValueError, match=r"^reasoning: Field required"):
        read(json.dumps(DAWN | {"note": "hello"}), PaperReply)


@pytest.mark.parametrize(("lacking", "complaint"), [("cover_prompt", "cover_prompt: Field"), ("title", "title: Field")])
def test_what_a_flat_draft_lacks_is_named(lacking: str, complaint: str) -> None:
    with pytest.raises(ValueError, match=f"^{complaint} required"):
        read(json.dumps({name: text for name, text in DAWN.items() if name != lacking}), DraftsReply)


def test_the_draft_beside_the_reasoning_is_read_though_it_is_in_no_list() -> None:
    reply = read(json.dumps({"reasoning": [{"step": "examine", "text": "Both."}], **DAWN}), PaperReply)
    assert (reply.drafts[0].title, reply.reasoning[0].step) == ("Tacos at dawn", "examine")


def test_thinking_without_end_leaves_no_answer() -> None:
    assert without_thinking("before <think>what if") == "before "


def test_a_reply_beyond_every_length_is_refused_unread() -> None:
    with pytest.raises(ValueError, match="longer than 100,000 characters"):
        read("x" * LONGEST + json.dumps(DAWN), DraftsReply)


PIECES = [
    "{",
    "}",
    "[",
    "]",
    '"',
    "'",
    "“",
    ":",
    ",",
    "\\",
    "//",
    "/*",
    "#",
    "`",
    "\n",
    " ",
    "1",
    "a",
    '{"a":',
    '"a":1',
]


@pytest.mark.parametrize(
    "piece", [*PIECES, '{"a":{}"a"', '{"', "{'", '{"a":xyz', "[[]", "</think>", "<think>", '["b",']
)
def test_the_longest_nonsense_is_read_in_a_moment(piece: str) -> None:
    text = ('{"drafts": [' + piece * LONGEST)[:LONGEST]
    started = time.thread_time()
    with pytest.raises(ValueError, match=r"."):
        read(text, DraftsReply)
    assert time.thread_time() - started < 3


class Parrot(BaseChatModel):
    """Says the same to everything."""

    says: str = ""

    @property
    def _llm_type(self) -> str:
        return "parrot"

    def _generate(self, messages: list[BaseMessage], stop: Any = None, run_manager: Any = None, **_: Any) -> ChatResult:
        return ChatResult(generations=[ChatGeneration(message=AIMessage(self.says))])


@st.composite
def malformed(draw: st.DrawFn) -> str:
    """A good reply with some of its characters lost, doubled or replaced, cut off anywhere, or mere noise."""
    text = draw(
        st.sampled_from(
            [BOTH, json.dumps(DAWN), f"```json\n{BOTH}\n```", BOTH.replace('"', "'"), f"<think>so</think>{BOTH}"]
        )
        | st.lists(st.sampled_from(PIECES), max_size=60).map("".join)
    )
    for _ in range(draw(st.integers(1, 6))):
        place, width = draw(st.integers(0, len(text))), draw(st.integers(0, 12))
        text = text[:place] + draw(st.sampled_from([*PIECES, ""]) | st.text(max_size=5)) + text[place + width :]
    return text[: draw(st.integers(0, len(text)))] if draw(st.booleans()) else text


def test_whatever_a_model_says_is_a_valid_draft_or_the_named_error() -> None:
    outcomes: Counter[str] = Counter()

    @seed(20260)
    @settings(max_examples=2_000, deadline=None, database=None)
    @given(malformed())
    def ends_well(text: str) -> None:
        try:
            reply, _ = loop.run(ask(Parrot(says=text), [HumanMessage("draft")], DraftsReply, CALL))
        except ModelReplyError as error:
            outcomes[f"named {error.stage} {error.reply == text}"] += 1
        else:
            outcomes[f"valid {DraftsReply.model_validate_json(reply.model_dump_json()) == reply}"] += 1

    with asyncio.Runner() as loop:
        ends_well()
    assert set(outcomes) == {"named draft True", "valid True"}
    assert outcomes.total() >= 2_000
    assert min(outcomes.values()) > 200
