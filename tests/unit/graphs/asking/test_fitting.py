from __future__ import annotations

import pytest
from popcorn.graphs.asking.fitting import LIMITS
from popcorn.graphs.asking.window import Window, estimated_tokens
from popcorn.graphs.create.material import HANDED_ON
from popcorn.graphs.create.messages import draft_messages, reason_messages
from popcorn.graphs.create.replies import STEPS
from popcorn.graphs.create.state import CreateState, Plan, Thought
from popcorn.prompts import unfence
from popcorn.tools.references.types import ContrastFinding

REQUEST = "Make a video about biryani"
SENTENCE = "A cook lifts the lid of a clay pot and steam rises. "


def state_of(words: int, request: str = REQUEST) -> CreateState:
    """A run whose reasoning and contrast say much."""
    thoughts = [Thought(step, SENTENCE * words) for step in STEPS]
    findings = [
        ContrastFinding("hook", SENTENCE * words, popular=0.5, unpopular=0.1, popular_support=9, unpopular_support=1)
    ] * 5
    return CreateState(request=request, plan=Plan(candidates=3), reasoning=thoughts, contrast=findings)


def asked(state: CreateState, tokens: int) -> tuple[dict[str, object], int, list[str]]:
    """The blocks of a draft's prompt, the tokens of the whole and the notices."""
    question = draft_messages(state, Window(tokens))
    text = "".join(str(message.content) for message in question.messages)
    return dict(unfence(text)), estimated_tokens(text), question.notices


def test_what_fits_is_left_as_it_is() -> None:
    blocks, _, notices = asked(state_of(5), 32_000)
    assert notices == []
    assert blocks["reasoning"] == dict.fromkeys(HANDED_ON, (SENTENCE * 5).strip())
    assert blocks["contrast"] == {"videos": "9 and 1", "hook": [[SENTENCE * 5, 0.5, 0.1]] * 5}


@pytest.mark.parametrize("tokens", [1_500, 3_000, 6_000, 12_000])
def test_long_reasoning_leaves_room_for_the_reply_in_any_window(tokens: int) -> None:
    blocks, size, (notice,) = asked(state_of(400), tokens)
    assert size <= Window(tokens).room
    assert blocks["request"] == REQUEST
    assert notice.startswith(f"what draft builds on does not fit the model's window ({tokens:,} tokens, by estimate): ")


def test_texts_get_shorter_before_a_block_is_left_out() -> None:
    blocks, _, (notice,) = asked(state_of(400), 12_000)
    lengths = {len(figure[0]) for figure in blocks["contrast"]["hook"]}  # type: ignore[call-overload]  # parsed JSON
    assert 0 < max(lengths) <= LIMITS[0]
    assert len(blocks["contrast"]["hook"]) == 5  # type: ignore[call-overload]  # parsed JSON
    assert notice.endswith(f"texts were cut to {LIMITS[0]} characters")


def test_the_reasoning_is_left_out_last_and_the_request_never() -> None:
    without_contrast, _, (notice,) = asked(state_of(400), 1_080)
    assert "contrast" not in without_contrast
    assert "reasoning" in without_contrast
    assert notice.endswith("and without contrast")
    bare, _, (notice,) = asked(state_of(400, "r" * 4_000), 1_130)
    assert bare == {"request": "r" * 4_000}
    assert notice.endswith("and without contrast, reasoning")


def test_an_assumed_window_is_called_one() -> None:
    (notice,) = draft_messages(state_of(2_000), Window(assumed=True)).notices
    assert "(32,000 tokens, assumed: set llm_window, by estimate)" in notice


def test_a_contrast_that_is_too_long_leaves_room_for_references_too() -> None:
    question = reason_messages(state_of(2_000), Window(4_000))
    assert estimated_tokens("".join(str(message.content) for message in question.messages)) <= Window(4_000).room
