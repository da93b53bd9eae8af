"""Who serves language models, and which one of them a spec such as `deepseek-r1` or `groq:llama` means."""

from __future__ import annotations

import os
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from ...errors import MissingError, RequestError
from ...names import did_you_mean
from ...settings import Settings
from ...trust.addresses import fault_of

AUTO, OFFLINE, LOCAL = "auto", "offline", "hf"


@dataclass(frozen=True, slots=True)
class Provider:
    """A server that speaks OpenAI's chat completions."""

    name: str
    base_url: str
    key_variable: str = ""
    """The environment variable that holds the key; empty when no key is needed."""
    model: str = ""
    """What is asked when nobody chose a model; empty for none."""
    free: bool = False
    """Runs on hardware of one's own: tokens cost nothing."""

    @property
    def base_variable(self) -> str:
        """The environment variable that names another address."""
        return f"{self.name.upper().replace('-', '_')}_BASE_URL"

    @property
    def key_name(self) -> str:
        """The environment variable that a key is taken from where there is one: a server of one's own may want it."""
        return self.key_variable or f"{self.name.upper().replace('-', '_')}_API_KEY"

    @property
    def url(self) -> str:
        """Where it is asked."""
        return os.environ.get(self.base_variable) or self.base_url

    def check(self) -> None:
        """Raise RequestError when its address is none."""
        if fault := fault_of(self.url):
            raise RequestError(
                f"what is given is no address of {self.name}: {fault}",
                hint=f"Write {self.base_variable} or base_url like http://127.0.0.1:8000/v1",
            )

    @property
    def ready(self) -> bool:
        """Whether it can be asked, as far as that can be seen from here."""
        return not self.key_variable or bool(os.environ.get(self.key_variable, "").strip())

    def key(self) -> str:
        """The key, empty when none is needed and none is set. Raises MissingError."""
        if not self.ready:
            raise MissingError(
                f"{self.key_variable} is not set",
                hint=f"Set {self.key_variable}, or use --llm offline, which needs no key.",
            )
        key = os.environ.get(self.key_name, "").strip()
        if not (key.isascii() and key.isprintable()):
            raise MissingError(
                f"{self.key_name} holds characters that no key has",
                hint="Copy the key again, without what is around it.",
            )
        return key


@dataclass(frozen=True, slots=True)
class Choice:
    """What a spec means: a provider's name (or `offline`, `hf`) and the model there."""

    provider: str
    model: str = ""

    @property
    def spec(self) -> str:
        """The same in one word."""
        return f"{self.provider}:{self.model}" if self.model else self.provider


def providers(settings: Settings) -> dict[str, Provider]:
    """All that are known: those of the settings first, then the built-in ones in their order."""
    own = {
        name: Provider(name, given.base_url, given.key_variable, given.model, given.free)
        for name, given in settings.providers.items()
    }
    return own | {name: one for name, one in _built_in().items() if name not in own}


def choose(settings: Settings) -> Choice:
    """What `settings.llm` means here and now. Raises RequestError, or MissingError when a preset has no key."""
    spec = settings.llm
    if spec == AUTO:
        return _automatic(settings)
    if spec in presets():
        return _preset(spec, settings)
    provider, _, model = spec.partition(":")
    choice = Choice(provider, model)
    if provider == OFFLINE:
        if model:
            raise RequestError(f"`offline` has no model {model!r}", hint="Write --llm offline.")
    elif provider != LOCAL and provider not in providers(settings):
        raise _unknown(spec, provider, settings)
    elif not model:
        raise RequestError(f"`{provider}` needs a model", hint=f"Write e.g. --llm {_example(provider, settings)}.")
    return choice


@cache
def presets() -> dict[str, list[str]]:
    """The models of the paper, each with the specs that serve it."""
    return tomllib.loads(files(__package__).joinpath("presets.toml").read_text("utf-8"))


@cache
def _built_in() -> dict[str, Provider]:
    table = tomllib.loads(files(__package__).joinpath("providers.toml").read_text("utf-8"))
    return {name: Provider(name, **row) for name, row in table.items()}


def _automatic(settings: Settings) -> Choice:
    for one in providers(settings).values():
        if one.key_variable and one.model and one.ready:
            return Choice(one.name, one.model)
    return Choice(OFFLINE)


def _preset(name: str, settings: Settings) -> Choice:
    known = providers(settings)
    served = [Choice(*spec.split(":", 1)) for spec in presets()[name]]
    for choice in served:
        if known[choice.provider].ready:
            return choice
    keys = " or ".join(known[choice.provider].key_variable for choice in served)
    raise MissingError(
        f"no key is set for a provider of {name}",
        hint=f"Set {keys}, name a server of your own with --llm ollama:MODEL, or use --llm offline.",
    )


def _example(provider: str, settings: Settings) -> str:
    known = providers(settings).get(provider)
    model = known.model if known and known.model else "MODEL"
    return f"{provider}:{'/path/to/a/model' if provider == LOCAL else model}"


def _unknown(spec: str, provider: str, settings: Settings) -> RequestError:
    names = [OFFLINE, *providers(settings), LOCAL]
    listed = f"Known are {', '.join(names)} and the presets {', '.join(presets())}; e.g. --llm openai:gpt-4o."
    hint = did_you_mean(provider, [*names, *presets()], listed, cutoff=0.75)
    return RequestError(f"there is no model provider {provider!r}", hint=hint)
