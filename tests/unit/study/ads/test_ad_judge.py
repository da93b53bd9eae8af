"""A model as the judge of ads: what it is asked, what its answers do, and what stands in where they are of no use."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from finished_ads import LINES, known_ad
from langchain_core.language_models.fake_chat_models import GenericFakeChatModel
from langchain_core.messages import AIMessage, BaseMessage
from langchain_core.outputs import ChatResult
from popcorn.agent.wiring.chat_models import NamedModel
from popcorn.graphs.asking.capabilities import AsksInText
from popcorn.graphs.asking.window import Window
from popcorn.study.ads.ad_judge import Judge, Judged

FINE = {"fluent": True, "typos": False, "relevant": True, "why": ""}
NOTES = {"notes": ["cold again", "steel; 6 hours of heat", "how to order"]}


class Scripted(AsksInText, GenericFakeChatModel):
    """Answers with prepared replies, and keeps what it was asked."""

    asked: list[str] = []  # noqa: RUF012  # pydantic copies it for each model

    def _generate(self, messages: list[BaseMessage], *args: Any, **more: Any) -> ChatResult:
        self.asked.append(str(messages[-1].content))
        return super()._generate(messages, *args, **more)


def judged(*replies: object, scripts: tuple[str, ...] = LINES) -> tuple[Judged, Scripted]:
    def said() -> Iterator[AIMessage]:
        for reply in replies:
            yield AIMessage(reply if isinstance(reply, str) else json.dumps(reply))

    model = Scripted(messages=said())
    with Judge(lambda: NamedModel(model, "scripted", Window()), "scripted") as judge:
        (found,) = judge.judge([known_ad(scripts=scripts)])
    return found, model


def test_an_ad_that_a_model_likes_is_taken_with_the_notes_that_it_writes() -> None:
    found, model = judged(FINE, NOTES)
    assert found == Judged((), tuple(NOTES["notes"]), "scripted")
    assert '"facts": ["It keeps coffee hot for 6 hours."' in model.asked[0]
    assert json.dumps(list(LINES))[1:-1] in model.asked[1]


def test_what_a_model_finds_wrong_is_a_fault_with_its_reason_and_its_name() -> None:
    found, _ = judged(FINE | {"typos": True, "relevant": False, "why": "`coffe`"})
    assert [(fault.reason, fault.detail, fault.by) for fault in found.faults] == [
        ("typos", "`coffe`", "scripted"),
        ("not relevant", "`coffe`", "scripted"),
    ]


def test_numbers_speak_before_a_model_is_asked() -> None:
    found, model = judged(scripts=("One clip about the steel mug.",))
    assert [(fault.reason, fault.by) for fault in found.faults] == [("too few clips", "rule")]
    assert model.asked == []


def test_a_note_without_the_lines_number_gives_way_to_the_rules() -> None:
    found, _ = judged(FINE, {"notes": ["cold again", "stays hot", "how to order"]})
    assert found.notes == ("cold again", "The steel mug keeps it hot for 6 hours", "how to order")
    assert found.mended == 1


def test_a_judgement_of_no_use_leaves_the_ad_out_and_notes_of_no_use_are_the_rules() -> None:
    found, _ = judged("I like it", "very much")
    assert [fault.reason for fault in found.faults] == ["not judged"]
    found, _ = judged(FINE, {"notes": ["one"]}, {"notes": ["one"]})
    assert (found.faults, found.notes_by, len(found.notes)) == ((), "rule", 3)
