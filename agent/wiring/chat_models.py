"""The chat model of a run: a spec such as `offline` or `deepseek-r1` becomes a BaseChatModel."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from ...errors import ModelCallError, PopcornError, RequestError
from ...imports import importing_transformers
from ...settings import Settings
from ...settings_sources import user_file
from ..models.known_servers import KnownServers
from ..models.meter import Allowance, Limits, Meter
from ..models.prices import as_of, price_of
from ..models.providers import LOCAL, OFFLINE, Choice, Provider, choose, providers
from ..models.refused_parameters import Refusals

if TYPE_CHECKING:
    from langchain_core.caches import BaseCache
    from langchain_core.language_models import BaseChatModel

    from ...graphs.asking.window import Window
    from ...tools.remote.identity import ServerIdentity
    from ..models.local_weights import Weights


@dataclass(frozen=True, slots=True)
class NamedModel:
    """A chat model and the name that results give it."""

    model: BaseChatModel
    name: str
    window: Window
    """How much it takes in."""

    def seeded(self, seed: int) -> NamedModel:
        """The same model with another seed, which each of ours takes; both are counted together."""
        return replace(self, model=self.model.model_copy(update={"seed": seed}))


def open_chat_model(
    settings: Settings,
    folder: Path | None = None,
    allowance: Allowance | None = None,
    weights: Callable[[str], Weights] | None = None,
    refusals: Refusals | None = None,
    servers: KnownServers | None = None,
    command: str = "ask",
) -> NamedModel:
    """The model that `settings.llm` names; what it spends is kept in `folder`, the run's own, and held to `allowance`.

    `weights` gives those of a model on this machine by its name, where somebody keeps them; else they are read.
    `refusals` is what servers were found to refuse, and `servers` what they said of themselves, where somebody keeps
    that; else the model learns for itself. A server that nobody has asked yet is asked here, in a moment. `command` is
    the one that goes on with the run, for what is said where a limit is reached.

    Raises RequestError on an unknown provider or a limit that cannot be kept, and MissingError on a key that is not
    set.
    """
    choice = choose(settings)
    if choice.provider == OFFLINE:
        return _offline(settings)
    meter = _meter(choice, settings, folder, allowance, command)
    if choice.provider == LOCAL:
        return _local(choice, settings, meter, weights)
    return _served(choice, settings, meter, refusals or Refusals(), servers or KnownServers())


def with_chosen_model(settings: Settings) -> Settings:
    """The settings with the model that they mean today, so that a run goes on with the one it began with."""
    return settings.model_copy(update={"llm": choose(settings).spec})


def usage_of(settings: Settings, folder: Path) -> dict[str, int | float | None]:
    """What the calls of the run of `folder` took: tokens and US dollars, None where no price is known.

    Every call counts that went out, also one whose reply was of no use; a reply out of the cache took nothing.
    """
    meter = Meter(price_of(choose(settings), settings), folder=folder)
    return asdict(meter.spent) | {"cost_usd": meter.cost}


def translate_model_error(exc: Exception) -> PopcornError | None:
    """An error of a chat model that is none of ours yet; None for anything else."""
    from langchain_core.exceptions import ModelError

    if not isinstance(exc, ModelError):
        return None
    status = getattr(exc, "status_code", None)
    status_clause = f" with status {status}" if status else ""
    return ModelCallError(f"the model server answered{status_clause} instead of a reply", hint="Try again later.")


def _meter(choice: Choice, settings: Settings, folder: Path | None, allowance: Allowance | None, command: str) -> Meter:
    price = price_of(choice, settings)
    if settings.max_cost and price is None:
        raise RequestError(
            f"no price of {choice.spec!r} is known (the table is of {as_of()}), so its cost cannot be limited",
            hint=f'Put it into {user_file()}: [prices."{choice.spec}"] input = ..., output = ...; or use --max-tokens.',
        )
    return Meter(price, Limits(settings.max_cost, settings.max_tokens), folder, allowance, command)


def _offline(settings: Settings) -> NamedModel:
    from ...graphs.asking.window import Window
    from ..models.offline.chat_model import OfflineDrafter

    drafter = OfflineDrafter(seed=settings.seed)
    return NamedModel(drafter, drafter.name or "offline drafter (not a language model)", Window())


def _local(choice: Choice, settings: Settings, meter: Meter, weights: Callable[[str], Weights] | None) -> NamedModel:
    with importing_transformers():
        from ..models.local import LocalModel
        from ..models.local_weights import Weights

    read = (weights or Weights.read)(choice.model)
    model = LocalModel.of(
        choice.model, read, meter, seed=settings.seed, temperature=settings.temperature, top_p=settings.top_p
    )
    return NamedModel(model, choice.spec, model.window(settings.llm_window))


def _served(choice: Choice, settings: Settings, meter: Meter, refusals: Refusals, servers: KnownServers) -> NamedModel:
    provider = providers(settings)[choice.provider]
    server = server_of(choice, settings)
    from ..models.image_rates import rate_of, takes_images
    from ..models.served import ServedModel
    from ..models.server_errors import ServerErrors
    from ..models.silence import Patience
    from ..models.slots import slots_of
    from ..models.windows import window_of

    facts = servers.ask(server) if _has_to_say(choice, provider) else servers.known(server)
    own = provider.free or (provider.name in settings.providers and server.is_here)
    chat = ServedModel.at(
        ServerErrors(server, provider.base_variable, Patience.of(settings.llm_timeout, own=own), servers),
        meter,
        refusals,
        retries=settings.llm_retries,
        slots=slots_of(provider.name, settings.llm_concurrency, facts.slots, own=own),
        seed=settings.seed,
        temperature=settings.temperature,
        top_p=settings.top_p,
        drafts_apart=settings.drafting == "apart",
        cache=_cache(settings),
    )
    profiled = (chat.profile or {}).get("max_input_tokens") or 0
    window, rate = window_of(choice, settings, facts.window, profiled), rate_of(choice)
    if takes_images(choice, settings, (chat.profile or {}).get("image_inputs")):
        window = replace(window, pictures=rate)
    chat.longest, chat.pictures = window.tokens - window.room, rate
    return NamedModel(chat, choice.spec, window)


def server_of(choice: Choice, settings: Settings) -> ServerIdentity:
    """The server of a model. Raises RequestError for an address that is none, MissingError for a key that lacks."""
    from ...tools.remote.identity import ServerIdentity

    provider = providers(settings)[choice.provider]
    provider.check()
    table = f"[providers.{provider.name}]"
    return ServerIdentity(provider.name, provider.url, table, choice.model, provider.key(), provider.key_name)


def _has_to_say(choice: Choice, provider: Provider) -> bool:
    """Whether its server is asked about itself: not one of a provider whose models are known, and not OpenAI's."""
    from ..models.windows import known_window

    elsewhere = not provider.key_variable or provider.url != provider.base_url
    return elsewhere or (choice.provider != "openai" and not known_window(choice))


def _cache(settings: Settings) -> BaseCache | bool:
    """The reply cache, or False, which is how LangChain is told to use none."""
    if not settings.cache:
        return False
    from ..models.reply_cache import open_reply_cache

    return open_reply_cache(settings.home / "replies.sqlite")
