"""What every chat model that Popcorn drives must keep to; run on each that needs no key."""

import asyncio
from collections.abc import Callable

import pytest
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, HumanMessage, SystemMessage
from popcorn.agent.models.offline.chat_model import OfflineDrafter
from popcorn.prompts import fence

MODELS: dict[str, Callable[[], BaseChatModel]] = {"offline": OfflineDrafter}
BRIEF = "\n".join([fence("task", "paper"), fence("request", "street tacos"), fence("candidates", 2)])


@pytest.fixture(params=sorted(MODELS))
def model(request: pytest.FixtureRequest) -> BaseChatModel:
    return MODELS[request.param]()


def test_a_reply_is_a_message_with_text_and_the_models_name(model: BaseChatModel) -> None:
    reply = model.invoke([SystemMessage("Draft."), HumanMessage(BRIEF)])
    assert isinstance(reply, AIMessage)
    assert reply.text.strip()
    assert reply.response_metadata["model_name"]


def test_content_blocks_are_read_like_plain_text(model: BaseChatModel) -> None:
    blocks = HumanMessage(content=[{"type": "text", "text": BRIEF}])
    assert model.invoke([blocks]).text == model.invoke([HumanMessage(BRIEF)]).text


def test_an_earlier_reply_in_the_conversation_is_no_brief(model: BaseChatModel) -> None:
    talk = [HumanMessage("hello"), AIMessage(BRIEF), HumanMessage("and?")]
    assert model.invoke(talk).text == model.invoke("hello").text


def test_asynchronous_and_batched_calls_give_the_same_reply(model: BaseChatModel) -> None:
    once = model.invoke(BRIEF).text
    assert asyncio.run(model.ainvoke(BRIEF)).text == once
    assert [reply.text for reply in model.batch([BRIEF, BRIEF])] == [once, once]


def test_streaming_ends_with_the_whole_reply(model: BaseChatModel) -> None:
    assert "".join(chunk.text for chunk in model.stream(BRIEF)) == model.invoke(BRIEF).text
