"""One clip that a server was asked for, and how far that came."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum


class Stage(StrEnum):
    """How far a purchase came."""

    UNSENT = "unsent"
    """The server has begun nothing: it refused, or was never reached."""
    ASKED = "asked"
    """It was sent, and nobody knows what became of it."""
    BEGUN = "begun"
    """The server gave a job for it."""
    DELIVERED = "delivered"
    """Its clip came."""
    ENDED = "ended"
    """Its job came to nothing."""


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")


@dataclass(frozen=True, slots=True)
class Purchase:
    """One clip that a server was asked for."""

    renderer: str
    server: str
    model: str
    price: float | None
    """US dollars; None where nobody said, 0 where it is free."""
    account: str = ""
    """Who buys: the id of a run, or empty."""
    wanted_by: str = ""
    """Who wanted the same clip later, and found this purchase."""
    own: bool = False
    """Nobody has to be paid as far as is known: it is free, or the server is on this machine and no price was said."""
    key: str = field(default_factory=lambda: secrets.token_hex(16))
    """The Idempotency-Key: the same whenever the same is asked again."""
    asked: str = field(default_factory=_now)
    """When it was first sent, ISO 8601."""
    stage: Stage = Stage.UNSENT
    job: str = ""
    """The server's id; empty where none is known."""
    end: str = ""
    """What became of the job, in words that follow its id; empty before its end."""
    makes: float | None = None
    """The length in seconds that the server said it makes; None where it did not say."""
    told: bool = False
    """A person was told that it may have been paid for in vain."""
    agreed: bool = False
    """A person who was told of it has said that another one may be bought in place of this one."""

    def __post_init__(self) -> None:
        """JSON gives the stage back as a text."""
        object.__setattr__(self, "stage", Stage(self.stage))

    @property
    def id(self) -> str:
        """Tells it from every other one, also from one that was sent with the same key."""
        return f"{self.key} {self.asked}"

    @property
    def when(self) -> datetime:
        """The moment it was first sent."""
        return datetime.fromisoformat(self.asked)

    @property
    def is_open(self) -> bool:
        """Whether a server may be at work on it, or hold a clip that was not fetched."""
        return self.stage in {Stage.ASKED, Stage.BEGUN}

    @property
    def is_delivered(self) -> bool:
        """Whether its clip came."""
        return self.stage is Stage.DELIVERED

    @property
    def is_doubtful(self) -> bool:
        """Whether another one needs a person's word, since this one may have been paid for and gave no clip."""
        return self.stage in {Stage.ASKED, Stage.ENDED} and self.price != 0

    @property
    def cost(self) -> float:
        """US dollars that it may have cost, as far as a price is known."""
        return 0.0 if self.stage is Stage.UNSENT else self.price or 0.0

    @property
    def summary(self) -> str:
        """What is known of it, as a clause."""
        at = f"{self.when.astimezone():%Y-%m-%d %H:%M}"
        if self.stage is Stage.ASKED:
            return f"{self.renderer} was asked for this clip at {at}, and whether it began is not known"
        if self.stage is Stage.BEGUN:
            return f"the job {self.job} for this clip was begun at {at} and is gone on with"
        return f"the job {self.job} for this clip, begun at {at} by {self.renderer}, {self.end}"

    @property
    def goes_on(self) -> str:
        """What a server may be at work on while nobody waits, as a clause."""
        if self.stage is Stage.BEGUN:
            return f"the job {self.job} stays at {self.server}, and {self.costs}"
        return f"{self.server} may have begun a job, and {self.costs}"

    @property
    def way_off(self) -> str:
        """How a person cancels it, as a sentence; empty where there is nothing to cancel."""
        return f"To cancel it: popcorn render --call-off {self.job}" if self.stage is Stage.BEGUN else ""

    @property
    def costs(self) -> str:
        """What it may have cost, as a clause."""
        return "it may cost money" if self.price is None else f"it may cost ${self.price:g}"
