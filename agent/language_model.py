"""The chat model of a run: a spec such as `offline` or `openai:gpt-4o` becomes a BaseChatModel."""

from __future__ import annotations

import difflib
import os
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..errors import MissingError, ModelCallError, PopcornError, RequestError
from ..settings import Settings

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

OPENAI_KEY = "OPENAI_API_KEY"


@dataclass(frozen=True, slots=True)
class NamedModel:
    """A chat model and the name that results give it."""

    model: BaseChatModel
    name: str


def open_chat_model(settings: Settings) -> NamedModel:
    """The model that `settings.llm` names.

    Raises RequestError on an unknown provider and MissingError on a key that is not set.
    """
    provider, _, model = settings.llm.partition(":")
    if provider not in _PROVIDERS:
        near = difflib.get_close_matches(provider, _PROVIDERS, n=1, cutoff=0.75)
        known = " and ".join(sorted(_PROVIDERS))
        hint = f"Did you mean {near[0]!r}?" if near else f"Known are {known}, e.g. --llm openai:gpt-4o."
        raise RequestError(f"there is no model provider {provider!r}", hint=hint)
    return _PROVIDERS[provider](model, settings)


def translate_model_error(exc: Exception) -> PopcornError | None:
    """An error of a chat model's client as one of ours; None for anything else."""
    from langchain_core import exceptions as known

    if not isinstance(exc, known.ModelError):
        return None
    if isinstance(exc, known.ModelAuthenticationError | known.ModelPermissionDeniedError):
        return MissingError("the model server refused the key", hint=f"Check {OPENAI_KEY}, or use --llm offline.")
    if isinstance(exc, known.ModelNotFoundError):
        return MissingError("the model server does not know this model", hint="Check the name after --llm openai:")
    if isinstance(exc, known.ModelConnectionError | known.ModelTimeoutError):
        return ModelCallError(
            "the model server cannot be reached", hint="Check the network and OPENAI_BASE_URL, or use --llm offline."
        )
    status = getattr(exc, "status_code", None)
    told = f" with status {status}" if status else ""
    return ModelCallError(f"the model server answered{told} instead of a reply", hint="Try again later.")


def _offline(model: str, settings: Settings) -> NamedModel:
    if model:
        raise RequestError(f"`offline` has no model {model!r}", hint="Write --llm offline.")
    from .offline.chat_model import OfflineDrafter

    drafter = OfflineDrafter(seed=settings.seed)
    return NamedModel(drafter, drafter.name or "offline drafter (not a language model)")


def _openai(model: str, settings: Settings) -> NamedModel:
    if not model:
        raise RequestError("`openai` needs a model", hint="Write e.g. --llm openai:gpt-4o.")
    if not os.environ.get(OPENAI_KEY):
        raise MissingError(
            f"{OPENAI_KEY} is not set", hint=f"Set {OPENAI_KEY}, or use --llm offline, which needs no key."
        )
    from langchain_openai import ChatOpenAI

    from .reply_cache import open_reply_cache

    chat = ChatOpenAI(
        model=model,
        seed=settings.seed,
        max_retries=3,
        timeout=120,
        cache=open_reply_cache(settings.home / "replies.sqlite"),
    )
    return NamedModel(chat, settings.llm)


_PROVIDERS: dict[str, Callable[[str, Settings], NamedModel]] = {"offline": _offline, "openai": _openai}
