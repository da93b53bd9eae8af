"""What each kind of model server says of itself, in fields of its own: /v1/models first, then its engine's own route.

Sources: llama.cpp, tools/server/README.md (GET /props); vLLM and SGLang, `max_model_len` of a model's card;
docs.ollama.com (/api/ps, /api/show, context length); lmstudio.ai/docs/developer/rest (/api/v0/models, and
/api/v1/models since 0.4);
openrouter.ai/docs (models); the lists of models of Groq, Together and Mistral.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from ...tools.remote.identity import ServerIdentity
from .server_facts import ServerFacts
from .server_questions import Json, Questions, at, count

UNLOADED = 4_096
"""Tokens with which Ollama and LM Studio load a model where nobody said otherwise; Ollama cuts off the rest."""
_WINDOWS = (
    ("meta", "n_ctx"),  # llama.cpp
    ("max_model_len",),  # vLLM, SGLang
    ("top_provider", "context_length"),  # OpenRouter: of the server that it passes the call on to
    ("context_window",),  # Groq
    ("max_context_length",),  # Mistral
    ("context_length",),  # Together, OpenRouter
    ("meta", "n_ctx_train"),  # llama.cpp as it once was: the most that it can be
)
"""The window in an entry of /v1/models."""
_HOSTED = {"openai", "deepseek", "openrouter", "together", "groq"}
"""Providers that have no routes beside OpenAI's, unless they are an address of this machine."""

Engine = Callable[[Questions, str, ServerFacts], ServerFacts]
"""Asks further for a model by its name."""


def ask_server(server: ServerIdentity) -> ServerFacts:
    """What the server says of its model. Raises nothing, whatever it answers."""
    questions = Questions(server)
    listed = questions.get(f"{server.url}/models")
    if listed is None:
        return ServerFacts(lasting=not questions.absent)
    entry = _entry(listed, server.model)
    facts = _of_entry(entry)
    if server.name in _HOSTED and not server.is_here:
        return facts
    engines: dict[str, Engine] = {"llamacpp": _llama_cpp, "vllm": _named("vLLM"), "sglang": _named("SGLang")}
    return engines.get(str(entry.get("owned_by")), _unsigned)(questions, server.model, facts)


def _entry(listed: Json, model: str) -> Mapping[str, Json]:
    """The model's own entry in a list of models; the only one where a server has but one."""
    rows = listed if isinstance(listed, list) else at(listed, "data")
    entries = [row for row in rows if isinstance(row, Mapping)] if isinstance(rows, list) else []
    own = next((row for row in entries if _is(row, "id", model)), None)
    return own or (entries[0] if len(entries) == 1 else {})


def _is(row: Json, name: str, model: str) -> bool:
    """Whether the row is about the model; Ollama calls `qwen3` by its whole name `qwen3:latest`."""
    return at(row, name) in {model, f"{model}:latest"}


def _of_entry(entry: Mapping[str, Json]) -> ServerFacts:
    """What an entry of /v1/models says."""
    window, place = next(((size, place) for place in _WINDOWS if (size := count(at(entry, *place)))), (0, ()))
    parameters, calling = entry.get("supported_parameters"), at(entry, "capabilities", "function_calling")
    tools = "tools" in parameters if isinstance(parameters, list) else calling  # OpenRouter; Mistral
    source = f"{'.'.join(place)} of /v1/models" if place else ""
    return ServerFacts(window, source, tools if isinstance(tools, bool) else None)


def _named(engine: str) -> Engine:
    """One that says all that it says in /v1/models."""
    return lambda questions, model, facts: replace(facts, engine=engine)


def _llama_cpp(questions: Questions, model: str, facts: ServerFacts) -> ServerFacts:
    """GET /props: the window of one slot, how many slots there are, and what the chat template can do.

    A router of several models is not to load one for this.
    """
    props = questions.get(f"{questions.root}/props", model=model, autoload="false")
    window, tools = count(at(props, "default_generation_settings", "n_ctx")), at(props, "chat_template_caps")
    takes = at(tools, "supports_tools")
    return replace(
        facts,
        window=window or facts.window,
        source="n_ctx of /props" if window else facts.source,
        tools=takes if isinstance(takes, bool) else None,
        slots=count(at(props, "total_slots")),
        engine="llama.cpp",
        lasting=props is not None,
    )


def _unsigned(questions: Questions, model: str, facts: ServerFacts) -> ServerFacts:
    """Ollama and LM Studio do not sign their lists of models: each is known by a route that it alone has."""
    running = at(questions.get(f"{questions.root}/api/ps"), "models")
    if isinstance(running, list):
        return _ollama(questions, model, facts, running)
    listed = at(questions.get(f"{questions.root}/api/v0/models"), "data")
    if isinstance(listed, list):
        return _lm_studio(model, facts, listed)
    listed = at(questions.get(f"{questions.root}/api/v1/models"), "models")
    return _lm_studio_1(model, facts, listed) if isinstance(listed, list) else facts


def _ollama(questions: Questions, model: str, facts: ServerFacts, running: Sequence[Json]) -> ServerFacts:
    """/api/ps has the window of a model that is loaded; /api/show `num_ctx` of one that is not, and its abilities.

    The window that the model was trained for stands in `model_info`: the most that it can be.
    """
    shown = questions.post(f"{questions.root}/api/show", {"model": model})
    abilities, info = at(shown, "capabilities"), at(shown, "model_info")
    pairs = info.items() if isinstance(info, Mapping) else ()
    trained = next((count(value) for name, value in pairs if str(name).endswith(".context_length")), 0)
    loaded = next((count(at(row, "context_length")) for row in running if _is(row, "model", model)), 0)
    written = re.search(r"^num_ctx\s+(\d{1,9})\s*$", str(at(shown, "parameters") or ""), re.MULTILINE)
    window, source = UNLOADED, "what Ollama loads a model with"
    if loaded:
        window, source = loaded, "context_length of /api/ps"
    elif written:
        window, source = count(int(written[1])), "num_ctx of /api/show"
    return replace(
        facts,
        window=min(window, trained or window),
        source=source,
        tools="tools" in abilities if isinstance(abilities, list) else None,
        engine="Ollama",
        lasting=bool(loaded),
    )


def _lm_studio(model: str, facts: ServerFacts, listed: Sequence[Json]) -> ServerFacts:
    """/api/v0/models: `loaded_context_length` of a model that is loaded, and the most that it can be.

    Only newer versions list what a model can do.
    """
    entry: Json = next((row for row in listed if _is(row, "id", model)), {})
    loaded, abilities = count(at(entry, "loaded_context_length")), at(entry, "capabilities")
    facts = replace(facts, tools="tool_use" in abilities if isinstance(abilities, list) else None)
    return _in_lm_studio(facts, loaded, entry, "loaded_context_length of /api/v0/models")


def _lm_studio_1(model: str, facts: ServerFacts, listed: Sequence[Json]) -> ServerFacts:
    """/api/v1/models, since LM Studio 0.4: a model is called by its key, or by the id of one of its loaded copies."""
    for entry in listed:
        copies = at(entry, "loaded_instances")
        copies = [one for one in copies if isinstance(one, Mapping)] if isinstance(copies, list) else []
        own = [one for one in copies if _is(one, "id", model)] or copies[:1]
        if _is(entry, "key", model) or any(_is(one, "id", model) for one in copies):
            loaded = count(at(own[0], "config", "context_length")) if own else 0
            tools = at(entry, "capabilities", "trained_for_tool_use")
            facts = replace(facts, tools=tools if isinstance(tools, bool) else None)
            return _in_lm_studio(facts, loaded, entry, "context_length of /api/v1/models")
    return _in_lm_studio(facts, 0, {}, "")


def _in_lm_studio(facts: ServerFacts, loaded: int, entry: Json, source: str) -> ServerFacts:
    """The facts with the window of a model that is loaded, or with that with which it would be."""
    most = count(at(entry, "max_context_length"))
    return replace(
        facts,
        window=loaded or min(UNLOADED, most or UNLOADED),
        source=source if loaded else "what LM Studio loads a model with",
        engine="LM Studio",
        lasting=bool(loaded),
    )
