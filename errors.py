"""Every error that Popcorn raises on purpose.

    PopcornError                 exit 1
    ├── RequestError             exit 2    what was asked cannot be understood
    ├── MissingError             exit 10   a credential, model, extra or system library is not there
    ├── BudgetError              exit 124  a time budget ran out
    ├── StoppedError             exit 130  somebody interrupted
    ├── DataError                exit 1    a file or table is not what it should be
    │   ├── NewerFormatError               it was written by a newer Popcorn
    │   └── ImportRowError                 a row of a table being imported, in strict mode
    ├── ModelReplyError          exit 1    a chat model's reply fits no schema
    ├── ModelCallError           exit 1    a chat model could not be reached or refused
    │   ├── OnlyThoughtError               its tokens were at an end before it answered
    │   ├── RefusedReplyError              it, or who serves it, would not answer what it was asked
    │   └── TooLongError                   the prompt is longer than the model can read
    ├── RenderError              exit 1    no clip could be made
    │   ├── BadClipError                   a clip was made, and it fails its checks
    │   └── ConsentError                   a clip may have been paid for: a person decides whether it is bought again
    ├── ClaimsError              exit 1    an ad claims what nothing backs, and it is not let pass
    ├── DeliveryError            exit 1    a finished ad fails the checks that it has to pass
    ├── PredictionError          exit 1    no score could be given
    └── StoreError               exit 1    something under the home cannot be read or written

A message says what happened with the facts in it; a hint says what to do about it. Neither holds a secret: what a
server repeats goes into messages.
"""

from __future__ import annotations

import errno
from collections.abc import Sequence

from .redaction import scrubbed


class PopcornError(Exception):
    """The root: `message` is one sentence with the facts, `hint` one with the way out."""

    code = "failed"
    exit_status = 1

    def __init__(self, message: str, *, hint: str = "", stage: str = "", anew: bool = False) -> None:
        self.message = scrubbed(message)
        super().__init__(self.message)
        self.hint = scrubbed(hint)
        self.stage = stage
        self.run_id = ""
        """The run it happened in, with which `--resume` goes on; empty outside a run."""
        self.anew = anew
        """True where the way out changes what a run was begun with, which `--resume` does not take."""
        self.nothing_begun = False
        """True for a render that failed before anybody began to work, or has to be paid."""
        self.reply = ""
        """What a chat model had written when it failed, or its raw reply that is of no use; for the trace."""
        self.calls: Sequence[object] = ()
        """The calls of a chat model (graphs.asking.types.ModelCall) that the step which failed had made."""

    def facts(self) -> dict[str, str]:
        """The error as envelopes and traces carry it."""
        names = ("code", "message", "hint", "stage", "run_id")
        return {name: scrubbed(str(getattr(self, name))) for name in names}


def forget_secret_causes(error: PopcornError) -> None:
    """Part the error from what is behind it, from the first cause on that holds a secret: Python prints causes too."""
    from traceback import format_exception_only

    at: BaseException = error
    while (behind := at.__cause__ or at.__context__) is not None:
        told = "".join(format_exception_only(behind))
        if scrubbed(told) != told:
            at.__cause__ = at.__context__ = None
            return
        at = behind


class RequestError(PopcornError):
    """What was asked cannot be understood: a bad option, an empty request."""

    code = "usage"
    exit_status = 2


class MissingError(PopcornError):
    """A credential, a model, an extra or a system library is not there."""

    code = "missing"
    exit_status = 10


class BudgetError(PopcornError):
    """A time budget ran out; what was done until then is kept."""

    code = "budget"
    exit_status = 124


class StoppedError(PopcornError):
    """Somebody interrupted; what was done until then is kept."""

    code = "interrupted"
    exit_status = 130


class DataError(PopcornError):
    """A file, table or index is not what it should be."""

    code = "data"


class NewerFormatError(DataError):
    """A file was written by a newer Popcorn than this one."""

    code = "newer_format"


class ImportRowError(DataError):
    """A row of a table being imported cannot be used, and the import is strict."""

    code = "import_row"


class ModelReplyError(PopcornError):
    """A chat model's reply fits no schema, even after it was shown the complaint."""

    code = "model_reply"

    def __init__(self, message: str, *, hint: str = "", stage: str = "", reply: str = "") -> None:
        """`reply` is the last raw reply, kept for the trace."""
        super().__init__(message, hint=hint, stage=stage)
        self.reply = scrubbed(reply)


class ModelCallError(PopcornError):
    """A chat model could not be reached, or it refused the call."""

    code = "model_call"


class OnlyThoughtError(ModelCallError):
    """A chat model came to the end of its tokens before it answered: it may do with more of them."""


class RefusedReplyError(ModelCallError):
    """A chat model, or a filter before or behind it, would not answer what it was asked: other words may do."""


class TooLongError(ModelCallError):
    """The prompt is longer than the chat model can read: a shorter one may do."""

    def __init__(self, message: str, *, hint: str = "", window: int = 0) -> None:
        """`window` is how many tokens the server says that it takes in, 0 where it names none."""
        super().__init__(message, hint=hint)
        self.window = window


class RenderError(PopcornError):
    """A renderer could not make a clip."""

    code = "render"


class BadClipError(RenderError):
    """A clip was made, but it fails the checks that every clip has to pass."""

    code = "bad_clip"


class ConsentError(RenderError):
    """A clip may have been paid for and did not come; it is bought again only with a person's word."""

    code = "consent"


class ClaimsError(PopcornError):
    """An ad claims what nothing backs, after its writer was told so."""

    code = "claims"


class DeliveryError(PopcornError):
    """A finished ad fails checks that it has to pass, after what could be mended was."""

    code = "delivery"


class PredictionError(PopcornError):
    """A predictor could not give a score; never replaced by a low score."""

    code = "prediction"


class StoreError(PopcornError):
    """Something under the home cannot be read or written: the run store, a run's folder, a catalogue, a predictor."""

    code = "store"


def sentences(*parts: str) -> str:
    """Several sentences as one text: a full stop between two of which the first has none; empty ones are left out."""
    filled = [part.strip() for part in parts if part.strip()]
    ended = [part if part[-1] in ".!?…" else f"{part}." for part in filled[:-1]]
    return " ".join([*ended, *filled[-1:]])


def unforeseen(exc: Exception) -> PopcornError:
    """An error that nobody raised on purpose, as a sentence; raise it `from exc`.

    A text too long for the name of a file, where one was asked for, is what a person gave.
    """
    if isinstance(exc, OSError) and exc.errno == errno.ENAMETOOLONG:
        name = str(exc.filename)
        shown = f"{name[:40]}..." if len(name) > 40 else name
        return RequestError(f"{shown!r} is too long for the name of a file", hint="Name a shorter one.")
    return PopcornError(
        f"something unforeseen went wrong: {type(exc).__name__}: {exc}",
        hint="Run it again with POPCORN_DEBUG=1 to see where, and please report it.",
    )
