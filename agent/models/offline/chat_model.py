"""The offline drafter as a LangChain chat model."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from langchain_core.callbacks import CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, BaseMessage
from langchain_core.outputs import ChatGeneration, ChatResult

from ....graphs.asking.capabilities import AsksInText
from ....prompts.fence import JSONValue
from .ad.brief import AdTask, read_ad_brief
from .ad.planner import write_plan, write_script
from .brief import Brief, Task, read_brief, told_data
from .drafts import write_drafts
from .reasoning import write_reasoning
from .shaping import DRAFTER

NAME = DRAFTER

INTRODUCTION = (
    f"I am the {NAME}. I cannot chat: I build titles and shot descriptions for 3-second vertical videos from a "
    'request by fixed rules. Ask through `popcorn ask "your idea"`, or choose a language model with --llm to talk.'
)


class OfflineDrafter(AsksInText, BaseChatModel):
    """A deterministic drafter that lets everything run without a key; no language model stands behind it.

    It reads the facts told with the system and human messages (`task`, `candidates`, `invented`) and the fenced data
    blocks in them (`request`, `references`, `contrast`, `reasoning`, `tried`), and answers with one JSON object:
    `{"reasoning": [{"step", "text"}]}` for the task reason, `{"drafts": [{"title", "video_prompt", "cover_prompt"}]}`
    for draft and refine, both for paper. For ads it reads those of `ad.brief` and answers with
    `{"lines": [{"clip", "script", "role"}]}` or `{"script"}`. Without a task it says what it is. No tokens are counted,
    since none are used.

    Raises ModelCallError when a data block is malformed.
    """

    seed: int = 0

    @property
    def _llm_type(self) -> str:
        return "offline-drafter"

    @property
    def _identifying_params(self) -> Mapping[str, Any]:
        return {"model_name": NAME, "seed": self.seed}

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        content = self._content(told_data(messages))
        message = AIMessage(content=content, response_metadata={"model_name": NAME, "finish_reason": "stop"})
        return ChatResult(generations=[ChatGeneration(message=message)])

    def _content(self, data: Mapping[str, JSONValue]) -> str:
        if ad := read_ad_brief(data):
            write = write_plan if ad.task is AdTask.PLAN else write_script
            return json.dumps(write(ad, self.seed), ensure_ascii=False)
        brief = read_brief(data)
        return INTRODUCTION if brief is None else json.dumps(self._answer(brief), ensure_ascii=False)

    def _answer(self, brief: Brief) -> dict[str, JSONValue]:
        answer: dict[str, JSONValue] = {}
        if brief.task in (Task.REASON, Task.PAPER):
            answer["reasoning"] = [{**step} for step in write_reasoning(brief, self.seed)]
        if brief.task is not Task.REASON:
            answer["drafts"] = [*write_drafts(brief, self.seed)]
        return answer
