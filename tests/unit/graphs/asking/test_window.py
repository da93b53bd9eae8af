from __future__ import annotations

import pytest
from popcorn.graphs.asking.window import DESCRIPTIONS, Window, estimated_tokens, shortened
from popcorn.graphs.create.messages import draft_messages, reason_messages
from popcorn.graphs.create.state import CreateState, Mode, Plan
from popcorn.prompts import load, unfence
from popcorn.tools.references.types import Reference, Retrieval, RetrievedReference, Side

REQUEST = "Make a video about biryani"


def state_of(k: int, *, mode: Mode = Mode.ENHANCED, request: str = REQUEST) -> CreateState:
    text = "A cook lifts the lid of a clay pot and steam rises. " * 20
    found = tuple(
        RetrievedReference(
            Reference(str(n), f"Street food {n}", text, tag="Food", comments=n),
            Side.UNPOPULAR if n % 10 == 9 else Side.POPULAR,
            1 - n / 200,
        )
        for n in range(k)
    )
    return CreateState(request=request, plan=Plan(mode=mode), retrieval=Retrieval("biryani", (), found))


def shown(state: CreateState, window: Window) -> tuple[dict[str, list[dict[str, str]]], str, list[str]]:
    """The references in the prompt, the whole prompt and the notices."""
    question = reason_messages(state, window)
    text = "".join(str(message.content) for message in question.messages)
    return unfence(text).get("references", {"popular": [], "unpopular": []}), text, question.notices  # type: ignore[return-value]


def test_what_fits_is_shown_whole_and_nothing_is_said_about_it() -> None:
    references, _, notices = shown(state_of(10), Window())
    assert notices == []
    assert [len(references["popular"]), len(references["unpopular"])] == [9, 1]
    assert 200 < len(references["popular"][0]["description"]) <= DESCRIPTIONS[0]


@pytest.mark.parametrize("tokens", [2_000, 4_000, 8_000, 16_000, 32_000, 64_000])
def test_a_hundred_references_leave_room_for_the_reply_in_any_window(tokens: int) -> None:
    _, text, _ = shown(state_of(100), Window(tokens))
    assert estimated_tokens(text) <= Window(tokens).room < tokens
    assert unfence(text)["request"] == REQUEST


def test_descriptions_get_shorter_before_a_reference_is_dropped() -> None:
    references, _, notices = shown(state_of(100), Window(12_000))
    assert len(references["popular"]) + len(references["unpopular"]) == 100
    assert notices == [
        "the 100 references do not fit the model's window (12,000 tokens, by estimate): "
        "their descriptions were cut to 150 characters"
    ]
    assert 0 < max(len(one["description"]) for one in references["popular"]) <= 150


def test_the_least_alike_are_dropped_first_and_said_to_be() -> None:
    references, _, (notice,) = shown(state_of(100), Window(2_000))
    kept = [one["title"] for one in references["popular"] + references["unpopular"]]
    assert 0 < len(kept) < 100
    assert set(kept) == {f"Street food {n}" for n in range(len(kept))}
    assert notice.endswith(f"their descriptions were left out, and the {100 - len(kept)} least alike with them")


def test_one_more_reference_would_not_have_fitted() -> None:
    window = Window(2_000)
    references, text, _ = shown(state_of(100), window)
    one = references["popular"][0]
    assert window.room - estimated_tokens(text) < 2 * estimated_tokens(str(one))


def test_the_request_is_never_dropped() -> None:
    references, text, (notice,) = shown(state_of(100, request="r" * 4_000), Window(1_000))
    assert references == {"popular": [], "unpopular": []}
    assert unfence(text)["request"] == "r" * 4_000
    assert "the 100 least alike" in notice


def test_a_tokenizer_of_the_models_own_is_used_and_called_no_estimate() -> None:
    _, _, (notice,) = shown(state_of(100), Window(16_000, count=len))
    assert "(16,000 tokens)" in notice


def test_paper_mode_fits_its_references_too() -> None:
    question = draft_messages(state_of(100, mode=Mode.PAPER), Window(8_000))
    assert question.notices
    assert estimated_tokens("".join(str(message.content) for message in question.messages)) <= Window(8_000).room


def test_what_never_changes_stands_in_front_of_what_does() -> None:
    one, other = (reason_messages(state_of(3, request=request), Window()) for request in ("tacos", "a cat"))
    assert one.messages[0] == other.messages[0]
    unchanging = load("reason").render({"data": ""}, {"references", "popular"}).rstrip()
    assert str(one.messages[1].content).startswith(unchanging)
    assert str(other.messages[1].content).startswith(unchanging)


@pytest.mark.parametrize(
    ("text", "limit", "expected"),
    [
        ("short", 10, "short"),
        ("whole words only please", 16, "whole words…"),
        ("x" * 30, 10, "x" * 9 + "…"),
        ("two\n  lines", 20, "two lines"),
        ("a\u202eb\u200bc\U000e0041", 10, "abc"),
        ("", 10, ""),
    ],
)
def test_a_text_is_shortened_by_whole_words(text: str, limit: int, expected: str) -> None:
    assert shortened(text, limit) == expected
    assert len(shortened(text, limit)) <= limit


def test_the_estimate_counts_other_scripts_dearer_than_english() -> None:
    assert estimated_tokens("abcabc") == 2
    assert estimated_tokens("清晨的阳") == 4
    assert estimated_tokens("\ud800") == 1
