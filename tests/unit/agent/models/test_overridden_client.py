"""What `ServedModel` and its base override of langchain-openai that is private there: nobody promised that it stays."""

from __future__ import annotations

import inspect
from importlib.metadata import version

import pytest
from langchain_openai import ChatOpenAI
from popcorn.agent.models.served import ServedModel
from popcorn.agent.models.served_replies import ReadReplies

READ_IN = "1.7.3"
"""The version of langchain-openai that the overridden methods were read in, with what calls them."""
GENERATING = "self, messages: 'list[BaseMessage]', stop: 'list[str] | None' = None, run_manager: "
SIGNATURES = {
    "_agenerate": f"({GENERATING}'AsyncCallbackManagerForLLMRun | None' = None, **kwargs: 'Any') -> 'ChatResult'",
    "_astream": "(self, *args: 'Any', **kwargs: 'Any') -> 'AsyncIterator[ChatGenerationChunk]'",
    "_convert_chunk_to_generation_chunk": (
        "(self, chunk: 'dict', default_chunk_class: 'type', base_generation_info: 'dict | None') "
        "-> 'ChatGenerationChunk | None'"
    ),
    "_create_chat_result": (
        "(self, response: 'dict | openai.BaseModel', generation_info: 'dict | None' = None) -> 'ChatResult'"
    ),
    "_generate": f"({GENERATING}'CallbackManagerForLLMRun | None' = None, **kwargs: 'Any') -> 'ChatResult'",
    "_get_invocation_params": "(self, stop: 'list[str] | None' = None, **kwargs: 'Any') -> 'dict[str, Any]'",
    "_get_request_payload": (
        "(self, input_: 'LanguageModelInput', *, stop: 'list[str] | None' = None, **kwargs: 'Any') -> 'dict'"
    ),
    "_identifying_params": "(self) -> 'dict[str, Any]'",
    "_stream": "(self, *args: 'Any', **kwargs: 'Any') -> 'Iterator[ChatGenerationChunk]'",
}
WAY_OUT = (
    f"It was read in {READ_IN}: read the method and its callers in langchain_openai/chat_models/base.py again, mend "
    "agent/models/served.py, then write the version and the signatures down here."
)


def test_the_client_is_the_version_that_was_read() -> None:
    installed = version("langchain-openai")
    assert installed == READ_IN, (
        f"langchain-openai {installed} is installed, whose private methods are overridden. {WAY_OUT}"
    )


@pytest.mark.parametrize("name", SIGNATURES)
def test_a_private_method_of_the_client_takes_and_gives_what_it_did(name: str) -> None:
    method = inspect.getattr_static(ChatOpenAI, name, None)
    assert method is not None, f"ChatOpenAI.{name} is gone, and what overrides it is never called. {WAY_OUT}"
    signature = str(inspect.signature(method.fget if isinstance(method, property) else method))
    assert signature == SIGNATURES[name], f"ChatOpenAI.{name} has become {signature}. {WAY_OUT}"


def test_every_private_method_that_is_overridden_was_read() -> None:
    overridden = {
        name
        for name, value in (vars(ReadReplies) | vars(ServedModel)).items()
        if name.startswith("_")
        and not name.startswith("__")
        and (inspect.isfunction(value) or isinstance(value, property))
        if hasattr(ChatOpenAI, name)
    }
    assert overridden == set(SIGNATURES)
