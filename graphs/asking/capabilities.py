"""What is asked of a chat model beyond LangChain's BaseChatModel, and what is assumed of one that does not say."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Protocol, runtime_checkable

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel
    from langchain_core.messages import BaseMessage


SHORT_REPLIES = "short replies"
"""Stands among the forms for replies of no more tokens than the form needs: a model that thinks needs more."""
LIMITS = "limits"
"""Stands for how many items a list has and which values a text may have, in a schema."""


class RefusedForms:
    """The reply forms that servers refused while they took a weaker one, by the model's name.

    Whoever opens models owns it.
    """

    def __init__(self) -> None:
        """Nothing was refused yet."""
        self._by_name: dict[str, set[str]] = {}

    def of(self, name: str) -> frozenset[str]:
        """Those that the model called `name` is not asked for again."""
        return frozenset(self._by_name.get(name, ()))

    def add(self, name: str, forms: Iterable[str]) -> None:
        """The server of the model called `name` refused these."""
        self._by_name.setdefault(name, set()).update(forms)


@runtime_checkable
class Capabilities(Protocol):
    """What a chat model says of itself: a BaseChatModel has all of these, or is taken for one that has none."""

    @property
    def reply_forms(self) -> tuple[str, ...]:
        """The forms in which it can be asked, of json_schema, tool, json_object and text; text goes without saying."""
        ...

    @property
    def refused_forms(self) -> RefusedForms:
        """Where is kept which of them its server refused; it outlives the model."""
        ...

    @property
    def named_window(self) -> int:
        """Tokens that its server says it takes in, when it refused a longer prompt; 0 where it refused none."""
        ...

    @property
    def drafts_apart(self) -> bool:
        """Whether it should be asked for several drafts in as many calls at once."""
        ...

    @property
    def takes_tools(self) -> bool:
        """Whether tools can be bound to it."""
        ...

    def forget(self, message: BaseMessage) -> None:
        """Do not give this reply again, where replies are kept."""
        ...


class AsksInText:
    """The capabilities of a model of ours that is asked in text, one call at a time, and keeps no replies."""

    @property
    def reply_forms(self) -> tuple[str, ...]:
        """None but text."""
        return ()

    @property
    def refused_forms(self) -> RefusedForms:
        """Empty: text is never refused."""
        return RefusedForms()

    @property
    def named_window(self) -> int:
        """0: there is no server."""
        return 0

    @property
    def drafts_apart(self) -> bool:
        """No: its calls would wait for each other."""
        return False

    @property
    def takes_tools(self) -> bool:
        """No."""
        return False

    def forget(self, message: BaseMessage) -> None:
        """Nothing: no reply of it is kept."""


class Assumed(AsksInText):
    """The capabilities of a foreign model, which does not say: the same, and tools where it overrides `bind_tools`."""

    def __init__(self, model: BaseChatModel) -> None:
        """Asks the model nothing."""
        self._model = model

    @property
    def takes_tools(self) -> bool:
        """Whether its class has a `bind_tools` of its own."""
        from langchain_core.language_models import BaseChatModel

        return type(self._model).bind_tools is not BaseChatModel.bind_tools


def capabilities_of(model: BaseChatModel) -> Capabilities:
    """What the model says of itself, or what is assumed."""
    return model if isinstance(model, Capabilities) else Assumed(model)
