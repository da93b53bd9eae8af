"""What each node sends: nothing but what holds for its run, and as little as says it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from popcorn.graphs.asking.reply_reading import read
from popcorn.graphs.asking.types import BRIEF
from popcorn.graphs.asking.window import Window, estimated_tokens
from popcorn.graphs.create.material import LONGEST_STEP, condensed, shown_references
from popcorn.graphs.create.messages import Question, Wanted, draft_messages, reason_messages
from popcorn.graphs.create.replies import STEPS, PaperReply
from popcorn.graphs.create.state import CreateState, Mode, Plan, Thought
from popcorn.prompts import load, unfence
from popcorn.tools.references.types import ContrastFinding, Reference, Retrieval, RetrievedReference, Side

REQUEST = "street tacos at dawn"
SENTENCE = "The popular videos open on hands at work and hold the outcome back to the end. "
PLAIN = """Draft the video.

- `title`: one line, at most 50 characters, that names the request's subject and gives a reason to stop and to answer;
- `video_prompt`: one paragraph for a text-to-video model, a single shot of three seconds: what is in the picture, how \
near, what happens in the first second, light, colours, camera move; no cuts, no text in the picture;
- `cover_prompt`: one sentence for the still picture that stands for the video.
- `caption`: one or two sentences that people read beside the posted video: a thought or a question, nothing about \
camera or light;
- `hashtags`: three to eight that people use for the subject.

All of it is in the language of the request.

The request:
<data name="request">
"a clockmaker and his cat"
</data>
"""
EXAMPLE = """{"title": "The clockmaker's cat stops time every noon", "video_prompt": "Extreme close-up of brass clock \
hands in warm window light: a grey paw slides in and pins the minute hand, dust glitters, slow push-in.", \
"cover_prompt": "A grey paw on a brass clock hand in golden light.", "caption": "He winds it, she stops it. Would you \
scold her?", "hashtags": ["#cats", "#clockmaker", "#catsofinstagram", "#workshop"]}"""
NOW = """Take this angle, as far as the request lends itself to it: the moment just before something happens.

The request:
<data name="request">
"street tacos at dawn"
</data>
"""


def reference(number: int, side: Side, *, upper: bool | None, comments: int = 100, **more: Any) -> RetrievedReference:
    text = "A cook lifts the lid of a clay pot in morning light while a queue waits."
    one = Reference(str(number), f"Number {number} that people talk about", text, tag="Food", comments=comments)
    return RetrievedReference(replace(one, **more), side, 0.5, upper)


POPULAR = [reference(number, Side.POPULAR, upper=number < 5) for number in range(9)]
UNPOPULAR = [reference(9, Side.UNPOPULAR, upper=False)]


def state_of(*references: RetrievedReference, **more: Any) -> CreateState:
    return CreateState(request=REQUEST, retrieval=Retrieval(REQUEST, (), references), **more)


def text_of(question: Question) -> str:
    """All but the system's message."""
    return "\n".join(str(one.content) for one in question.messages[1:])


def test_a_plain_draft_is_asked_for_like_this() -> None:
    question = draft_messages(CreateState(request=REQUEST), Window(), Wanted(number=1))
    assert [one.type for one in question.messages] == ["system", "human", "ai", "human"]
    assert [str(one.content) for one in question.messages[1:]] == [PLAIN, EXAMPLE, NOW]


def test_all_that_calls_for_drafts_share_stands_before_the_angle() -> None:
    thoughts = [Thought(step, SENTENCE) for step in STEPS]
    one, other = (
        text_of(draft_messages(CreateState(request=REQUEST, reasoning=thoughts), Window(), Wanted(number=number)))
        for number in (1, 2)
    )
    shared = one.partition("Take this angle")[0]
    assert other.startswith(shared)
    assert "hold the outcome back" in shared


def test_paper_mode_shows_a_whole_answer_reasoning_and_draft() -> None:
    question = draft_messages(CreateState(request=REQUEST, plan=Plan(mode=Mode.PAPER)), Window())
    reply = read(str(question.messages[2].content), PaperReply)
    assert [one.step for one in reply.reasoning] == [*STEPS]
    assert len(reply.drafts) == 1


def test_the_facts_of_a_question_are_told_beside_it_and_not_in_it() -> None:
    question = draft_messages(CreateState(request=REQUEST), Window())
    assert question.messages[-1].additional_kwargs == {BRIEF: {"task": "draft", "candidates": 3, "invented": False}}
    assert set(unfence(text_of(question))) == {"request"}


@pytest.mark.parametrize(
    ("request_", "language", "said"),
    [
        (REQUEST, "", "All of it is in the language of the request."),
        ("un mercado de flores al amanecer en la ciudad", "", "All of it is in Spanish."),
        (REQUEST, "English", "All of it is in English."),
        (REQUEST, "es-MX", "All but `render_prompt` is in Spanish."),
        (REQUEST, "Klingon <b>", 'All but `render_prompt` is in "Klingon \\u003cb\\u003e".'),
    ],
)
def test_the_language_is_said_as_it_is_and_no_other_case_is_told_of(request_: str, language: str, said: str) -> None:
    text = text_of(draft_messages(CreateState(request=request_, plan=Plan(language=language)), Window()))
    assert said in text
    assert text.count("ll of it is in") + text.count("All but `render_prompt` is in") == 1
    assert ("`render_prompt`: the video prompt in English." in text) is said.startswith("All but")
    assert ('"render_prompt": "Extreme' in text) is said.startswith("All but")


def test_an_example_is_in_the_language_of_the_draft() -> None:
    text = text_of(draft_messages(CreateState(request=REQUEST, plan=Plan(language="German")), Window()))
    assert "Die Katze des Uhrmachers" in text


def test_only_what_drew_as_many_comments_as_the_middle_of_the_catalogue_is_shown_as_popular() -> None:
    question = reason_messages(state_of(*POPULAR, *UNPOPULAR), Window())
    shown: Any = unfence(text_of(question))["references"]
    assert [len(shown["popular"]), len(shown["unpopular"])] == [5, 1]
    assert "The references stand on two sides" in text_of(question)
    assert question.notices == []


def test_a_side_with_nothing_to_show_is_said_and_not_spoken_of() -> None:
    question = reason_messages(state_of(*POPULAR[5:], *UNPOPULAR), Window())
    assert set(unfence(text_of(question))["references"]) == {"unpopular"}  # type: ignore[arg-type]  # parsed JSON
    assert "The references drew few comments; none that drew many is at hand." in text_of(question)
    assert question.notices == [
        "the model is shown no popular reference: all near ones drew fewer comments than half of the catalogue"
    ]
    bare = reason_messages(state_of(*POPULAR[5:]), Window())
    assert "references" not in unfence(text_of(bare))
    assert "No reference is at hand: rely on the request." in text_of(bare)


def test_paper_mode_and_runs_of_older_releases_keep_to_the_published_rule() -> None:
    paper = state_of(*POPULAR, *UNPOPULAR, plan=Plan(mode=Mode.PAPER))
    older = state_of(*(replace(one, upper=None) for one in [*POPULAR, *UNPOPULAR]))
    for state in (paper, older):
        assert len(shown_references(state)[0]) == 10


def test_made_up_counts_are_called_that_once_and_a_common_tag_is_not_repeated() -> None:
    invented = [reference(number, Side.POPULAR, upper=True, illustrative=True) for number in range(3)]
    question = reason_messages(state_of(*invented), Window())
    assert text_of(question).count("Their counts are made-up samples.") == 1
    assert question.messages[-1].additional_kwargs[BRIEF]["invented"] is True
    assert not {"illustrative", '"tag"'} & {*text_of(question).replace(":", " ").split()}
    mixed = [*invented, reference(4, Side.POPULAR, upper=True, tag="Travel")]
    shown: Any = unfence(text_of(reason_messages(state_of(*mixed), Window())))["references"]
    assert {one["tag"] for one in shown["popular"]} == {"Food", "Travel"}


def test_figures_are_shown_kind_by_kind_and_words_last_and_few() -> None:
    words = [ContrastFinding("word", f'the word "{n}", over all tags', 0.1234, 0.2, 9, 9, True) for n in range(5)]
    hook = ContrastFinding("hook", "first person, over all tags", 0.2684, 0.1, 127, 127, True)
    question = reason_messages(state_of(*POPULAR, contrast=[*words, hook]), Window())
    assert unfence(text_of(question))["contrast"] == {
        "videos": "127 and 127 of all tags",
        "hook": [["first person", 0.27, 0.1]],
        "word": [[f'the word "{n}"', 0.12, 0.2] for n in range(3)],
    }


def test_the_reasoning_is_handed_on_condensed_by_whole_sentences() -> None:
    kept = condensed([Thought(step, SENTENCE * 20) for step in STEPS])
    assert list(kept) == ["examine", "brainstorm", "refine"]
    assert all(0 < len(str(text)) <= LONGEST_STEP and str(text).endswith("end.") for text in kept.values())
    others = condensed([Thought(str(number), "x" * 900) for number in range(5)])
    assert list(others) == ["0", "1", "4"]
    assert all(len(str(text)) <= LONGEST_STEP for text in others.values())


def test_a_plain_ask_sends_at_most_so_much() -> None:
    """Of the prompts alone, by the estimate that counts a token for every three bytes."""
    state = state_of(*POPULAR, *UNPOPULAR, reasoning=[Thought(step, SENTENCE * 2) for step in STEPS])
    asked = [reason_messages(state, Window())]
    asked += [draft_messages(state, Window(), Wanted(number=number)) for number in (1, 2, 3)]
    assert sum(estimated_tokens(str(one.content)) for question in asked for one in question.messages) < 4_150


def test_every_condition_of_a_template_is_one_that_a_run_can_have() -> None:
    known = {"both", "popular", "unpopular", "bare", "references", "invented", "contrast", "reasoning", "compared"}
    known |= {"one", "several", "more", "apart", "translated", "language", "spoken", "own", "scored", "unscored"}
    known |= {"single", "story", "voiced", "posted"}
    for name in ("reason", "draft", "refine", "paper"):
        assert load(name).conditions <= known
