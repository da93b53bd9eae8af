"""What a model server says of itself: its window, its tools, its slots. What nobody said is 0 or None."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ServerFacts:
    """What a server says of one of its models."""

    window: int = 0
    """Tokens that the model takes in as it is served, prompt and reply together; 0 where nobody said."""
    source: str = ""
    """Where the server said so, e.g. `max_model_len of /v1/models`."""
    tools: bool | None = None
    """Whether it can call tools; None where nobody said."""
    slots: int = 0
    """Calls that it answers at the same time; 0 where nobody said."""
    engine: str = ""
    """The program that serves, where it tells: llama.cpp, Ollama, vLLM, LM Studio."""
    lasting: bool = True
    """False for a server that was not there, or says more once the model is loaded: it is asked again later."""
