"""A language model as a judge of pairs: which of two titles draws more, asked in both orders.

A model that is asked to choose favours a place, the first or the second, whatever stands there (Zheng et al., "Judging
LLM-as-a-Judge with MT-Bench and Chatbot Arena", NeurIPS 2023, section 3.4): so every pair is asked twice, and orders
that disagree are a tie. Two answers that agree are two successes of two, and P is what Laplace's rule of succession
makes of them, 3/4; nothing is calibrated, and there is evidence for no pair.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from pydantic import BaseModel

from ..agent.models.prices import price_of
from ..agent.models.providers import OFFLINE, choose
from ..agent.wiring.chat_models import open_chat_model
from ..errors import ModelReplyError, RequestError
from ..graphs.asking.ask import ask
from ..graphs.asking.types import ModelCall
from ..graphs.asking.window import ReplyRoom, estimated_tokens
from ..prompts import fence, load
from ..tools.popularity.choice.model import check_words, comparison
from ..tools.popularity.choice.pairs import reading
from ..tools.popularity.choice.types import Comparison, Pair

if TYPE_CHECKING:
    from langchain_core.messages import BaseMessage

    from ..agent.wiring.chat_models import NamedModel
    from ..settings import Settings
    from ..tools.popularity.types import Subject

AT_ONCE = 8
"""Questions under way at the same time."""
REPLY = 32
"""Tokens of a reply: one key and one word, with room for spaces."""
AGREED = 3 / 4
"""P for the title that both orders name: (2 + 1) / (2 + 2)."""
Progress = Callable[[int], None]


class Verdict(BaseModel):
    """The judge's reply."""

    draws_more: Literal["first", "second"]


@dataclass(frozen=True, slots=True)
class JudgeCost:
    """What judging will take, before it does."""

    model: str
    calls: int
    """Two a pair; a reply that does not fit is asked for once more."""
    tokens: int
    """In and out, about: a token for every three bytes."""
    cost_usd: float | None
    """None where no price is known."""

    def __str__(self) -> str:
        """In a sentence for people."""
        price = "at a price that nobody knows" if self.cost_usd is None else f"for ${self.cost_usd:.2f}"
        return f"{self.model} is asked {self.calls:,} times, about {self.tokens:,} tokens {price}"


class ModelJudge:
    """Judges pairs by asking a language model; a ChoiceModel."""

    def __init__(self, settings: Settings, spec: str) -> None:
        """`spec` names the model as --llm does. Opens nothing yet. Raises RequestError for the offline drafter."""
        chosen = settings.model_copy(update={"llm": spec, "temperature": 0.0})
        self._choice, self._settings = choose(chosen), chosen
        self._progress: Progress = lambda _: None
        if self._choice.provider == OFFLINE:
            raise RequestError(
                "the offline drafter is no language model and cannot judge titles",
                hint="Name a model with --llm, e.g. ollama:qwen3:8b, or give --predictor.",
            )
        self.judged = 0
        """Pairs that have both replies."""
        self.disagreed = 0
        """Pairs whose two orders named different titles."""
        self.unusable = 0
        """Pairs of which a reply could not be used; they are ties too."""

    def watched_by(self, progress: Progress) -> None:
        """From now on `progress` is told how many pairs are done."""
        self._progress = progress

    @property
    def name(self) -> str:
        """The model's, with what it is asked as."""
        return f"{self._choice.spec} as judge"

    @property
    def learned_from(self) -> str:
        """What nobody outside knows."""
        return "texts that its makers chose: whether these very tests were among them is not known"

    def cost(self, pairs: Sequence[Pair]) -> JudgeCost:
        """What comparing these will take. Asks nothing."""
        into = sum(estimated_tokens(str(message.content)) for pair in pairs for message in _both(pair))
        out = 2 * len(pairs) * REPLY
        price = price_of(self._choice, self._settings)
        money = None if price is None else (into * price.input + out * price.output) / 1e6
        return JudgeCost(self._choice.spec, 2 * len(pairs), into + out, money)

    def compare(self, pairs: Sequence[Pair]) -> list[Comparison]:
        """One comparison a pair, in order. Raises PredictionError for a draft without words, and what calls raise."""
        check_words([[_text(pair.a), _text(pair.b)] for pair in pairs])
        votes = asyncio.run(self._votes(pairs))
        missing = (f"{self._choice.spec} was asked, and nobody has measured it on drafts of one idea",)
        return [comparison(probability, 0.0, missing) for probability in map(self._probability, votes)]

    async def _votes(self, pairs: Sequence[Pair]) -> list[tuple[str, str]]:
        """The two replies of each pair, the pair as it is and then turned round; empty for one of no use."""
        named = open_chat_model(self._settings)  # its connections belong to this event loop
        free = asyncio.Semaphore(AT_ONCE)

        async def one(pair: Pair) -> tuple[str, str]:
            async with free:
                straight, turned = [await _asked(named, message) for message in _both(pair)]
            self.judged += 1
            self._progress(self.judged)
            return straight, turned

        try:
            async with asyncio.TaskGroup() as group:
                tasks = [group.create_task(one(pair)) for pair in pairs]
        except BaseExceptionGroup as failures:
            raise failures.exceptions[0] from None
        return [task.result() for task in tasks]

    def _probability(self, votes: tuple[str, str]) -> float:
        straight, turned = votes
        if not (straight and turned):
            self.unusable += 1
            return 0.5
        if straight == turned:  # the same place, so not the same title
            self.disagreed += 1
            return 0.5
        return AGREED if straight == "first" else 1 - AGREED


def _both(pair: Pair) -> tuple[BaseMessage, BaseMessage]:
    """The question in both orders."""
    return _question(_text(pair.a), _text(pair.b)), _question(_text(pair.b), _text(pair.a))


def _question(first: str, second: str) -> BaseMessage:
    from langchain_core.messages import HumanMessage

    return HumanMessage(load("judge").render({"data": fence("titles", {"first": first, "second": second})}))


def _text(side: Subject) -> str:
    return reading(side, prompts=True)


async def _asked(named: NamedModel, message: BaseMessage) -> str:
    """`first` or `second`; empty where the model gave no reply that can be used."""
    template = load("judge")
    call = ModelCall("judge", named.name, f"{template.name}@{template.digest}", reply="")
    try:
        verdict, _ = await ask(named.model, [message], Verdict, call, room=ReplyRoom(named.window, REPLY))
    except ModelReplyError:
        return ""
    return verdict.draws_more
