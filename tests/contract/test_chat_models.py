"""What every chat model that Popcorn drives must keep to; run on each that needs no key."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, HumanMessage, SystemMessage
from langchain_core.outputs import ChatGeneration, ChatResult
from popcorn.agent.chat.router.speaker import OfflineRouter
from popcorn.agent.models.meter import Meter
from popcorn.agent.models.offline.chat_model import OfflineDrafter
from popcorn.agent.wiring.chat_models import open_chat_model
from popcorn.errors import ModelCallError
from popcorn.graphs.asking.capabilities import Capabilities, capabilities_of
from popcorn.graphs.asking.reply_forms import forms_of
from popcorn.prompts import fence
from popcorn.settings import load_settings

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


def local(template: str) -> BaseChatModel:
    """A local model with a real tokenizer, and no weights: it is asked nothing."""
    pytest.importorskip("transformers")
    from popcorn.agent.models.local import LocalModel
    from popcorn.agent.models.local_weights import Weights
    from tokenizers import Tokenizer, models
    from transformers import PreTrainedTokenizerFast

    tokenizer = PreTrainedTokenizerFast(tokenizer_object=Tokenizer(models.WordLevel({"tacos": 0}, "tacos")))
    tokenizer.chat_template = template
    return LocalModel.of("tiny", Weights(None, tokenizer), Meter())


OURS: dict[str, Callable[[Path], BaseChatModel]] = {
    "offline drafter": lambda home: OfflineDrafter(),
    "offline router": lambda home: OfflineRouter(),
    "local": lambda home: local("{{ messages }}"),
    "local with tools": lambda home: local("{{ tools }}{{ messages }}"),
    "served": lambda home: open_chat_model(load_settings(home=home, llm="deepseek:some-model")).model,
    "served, one reply": lambda home: (
        open_chat_model(load_settings(home=home, llm="deepseek:some-model", drafting="together", cache=False)).model
    ),
}


@pytest.fixture(params=sorted(OURS))
def ours(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> BaseChatModel:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("DEEPSEEK_API_KEY", "sk-only-for-this-test")
    return OURS[request.param](tmp_path)


def look_up(place: str) -> str:
    """How warm it is at a place."""
    return place


def test_every_model_of_ours_says_what_it_can(ours: BaseChatModel) -> None:
    assert isinstance(ours, Capabilities)
    assert capabilities_of(ours) is ours
    assert set(ours.reply_forms) <= {"json_schema", "tool", "json_object", "text"}
    assert {type(ours.drafts_apart), type(ours.takes_tools)} == {bool}


def test_the_same_model_with_another_seed_can_the_same(ours: BaseChatModel) -> None:
    one, other = capabilities_of(ours), capabilities_of(ours.model_copy(update={"seed": 3}))
    assert isinstance(other, BaseChatModel)
    names = ("reply_forms", "drafts_apart", "takes_tools")
    assert [getattr(other, name) for name in names] == [getattr(one, name) for name in names]


def test_tools_can_be_bound_where_it_says_so_and_nowhere_else(ours: BaseChatModel) -> None:
    if capabilities_of(ours).takes_tools:
        ours.bind_tools([look_up])
    else:
        with pytest.raises((NotImplementedError, ModelCallError)):
            ours.bind_tools([look_up])


def test_plain_text_is_left_when_every_form_was_refused(ours: BaseChatModel) -> None:
    capabilities_of(ours).refused_forms.add("m", capabilities_of(ours).reply_forms)
    assert forms_of(ours, "m") == ["text"]


def test_a_reply_that_was_never_given_is_forgotten_without_ado(ours: BaseChatModel) -> None:
    capabilities_of(ours).forget(AIMessage("never said"))


class Foreign(BaseChatModel):
    """A chat model that knows nothing of Popcorn, as a user of the Python package may bring one."""

    @property
    def _llm_type(self) -> str:
        return "foreign"

    def _generate(self, messages: Any, stop: Any = None, run_manager: Any = None, **kwargs: Any) -> ChatResult:
        return ChatResult(generations=[ChatGeneration(message=AIMessage("tacos"))])


class ForeignWithTools(Foreign):
    """The same, with tools, and with a part of what a model of ours says, which is not believed."""

    reply_forms: tuple[str, ...] = ("json_schema",)
    drafts_apart: bool = True

    def bind_tools(self, tools: Any, **kwargs: Any) -> Any:
        return self


def test_a_foreign_model_is_asked_in_text_for_all_drafts_at_once() -> None:
    for model, tools in ((Foreign(), False), (ForeignWithTools(), True)):
        known = capabilities_of(model)
        assert (known.reply_forms, known.drafts_apart, known.takes_tools) == ((), False, tools)
        assert forms_of(model, "foreign") == ["text"]
        known.forget(AIMessage("tacos"))
