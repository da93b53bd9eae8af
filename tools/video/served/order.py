"""What is bought for one clip, and whether it may be: its latest purchase, kept on the disk at every step."""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from secrets import token_hex
from typing import Any

from ....errors import ConsentError, RenderError, StoreError
from ...remote.refusals import LostJobError
from ..purchase import Purchase, Stage
from ..purchase_terms import Terms

_log = logging.getLogger(__name__)
AGAIN = "--buy-again"
"""The flag with which a person says that another one may be bought."""


class Order:
    """The purchases of one clip during one render."""

    def __init__(self, new: Purchase, digest: str, terms: Terms) -> None:
        """`new` is what would be bought."""
        self._new, self._digest, self._terms = new, digest, terms
        self._kept = terms.purchases.last(digest)
        self._agreed = new.price == 0 or (self._kept is not None and self._may_be_replaced(self._kept))
        self.bought = False
        """Whether something may have been begun in this render."""
        if self._kept is not None and terms.account not in {"", self._kept.account}:
            self._note(wanted_by=terms.account)

    def _may_be_replaced(self, kept: Purchase) -> bool:
        """Whether a person has said so; a word that was given before they were told of this purchase is none."""
        return kept.agreed or (self._terms.again and kept.told)

    @property
    def purchase(self) -> Purchase:
        """The latest one, or what would be the first."""
        return self._kept or self._new

    @property
    def stage(self) -> Stage:
        """How far the latest purchase came."""
        return self.purchase.stage

    @property
    def others(self) -> frozenset[str]:
        """The jobs at the server that belong to other purchases than the latest."""
        return self._terms.purchases.jobs(self.purchase.server) - {self.purchase.job}

    @property
    def wants_new(self) -> bool:
        """Whether a new job is to be begun without a look at an old one; a file that was not put away is used first."""
        if self.stage is Stage.ENDED:
            return self._agreed
        anew = self._terms.anew and not self._terms.purchases.holds(self._digest)
        return self.stage is Stage.UNSENT or (self.stage is Stage.DELIVERED and anew)

    def open(self) -> None:
        """Have a purchase that can be sent. Raises what the terms raise, StoreError where it cannot be kept."""
        self._terms.check(self._new.price)
        if self._kept is None or self.stage is not Stage.UNSENT:
            self._terms.purchases.let_go(self._digest)
            self._kept = replace(self._new, key=self._key())
            self._terms.purchases.add(self._digest, self._kept)
        self._agreed = self._new.price == 0

    def _key(self) -> str:
        """The same where the same is sent once more, with a person's word: a server that heeds it begins no second job.

        Not a third time: such a server may also remember an error.
        """
        before = self._terms.purchases.of(self._digest)
        again = self.stage is Stage.ASKED and sum(one.key == self.purchase.key for one in before) == 1
        return self.purchase.key if again else self._new.key

    def change_key(self) -> None:
        """Something else is sent than before, so it is another intent."""
        self._keep(key=token_hex(16))

    def sending(self, sent: bool) -> None:
        """It is about to be sent, or known that nothing was begun. Raises StoreError where that cannot be kept."""
        self.bought = sent
        if sent:
            self._keep(stage=Stage.ASKED, asked=datetime.now(UTC).isoformat(timespec="milliseconds"))
        else:
            self._note(stage=Stage.UNSENT)

    def begun(self, job: str) -> None:
        """The server gave a job."""
        self._note(stage=Stage.BEGUN, job=job)

    def held(self, into: Path) -> bool:
        """Bring the file that came before and was not put away; whether there is one."""
        came = self.stage in {Stage.BEGUN, Stage.DELIVERED} and not self.wants_new
        return came and self._terms.purchases.held(self._digest, into)

    def came(self, file: Path, makes: float | None) -> None:
        """The file is here, of a clip that the server said would last `makes` seconds."""
        self._note(makes=makes)
        self._terms.purchases.hold(self._digest, file)

    def delivered(self) -> None:
        """The clip is here."""
        self._note(stage=Stage.DELIVERED)

    def put_away(self) -> None:
        """The clip stands where it was wanted."""
        self._terms.purchases.let_go(self._digest)

    def ended(self, end: str) -> None:
        """The job comes to nothing."""
        self.put_away()
        self._note(stage=Stage.ENDED, end=end)

    def lost(self, exc: LostJobError) -> None:
        """The job that was begun before will give no clip. Raises ConsentError unless another one may be bought."""
        before = self.purchase
        self.ended(before.end or exc.end)
        gone = "the clip came before, and its file is not here any more" if before.stage is Stage.DELIVERED else ""
        self.need_consent(before.summary if before.end else "; ".join(filter(None, (gone, exc.message))))

    def need_consent(self, why: str) -> None:
        """Raises ConsentError, for the reason `why`, unless a person has agreed to another one."""
        if not self._agreed:
            raise self.refused(why)

    def tell(self) -> None:
        """A person hears that the purchase may have been in vain."""
        self._note(told=True)

    def refused(self, why: str) -> RenderError:
        """The error for a clip that is not bought again without a word; from now on they have been told of it."""
        self.tell()
        one = self.purchase
        if one.price == 0:
            return RenderError(why, hint="It costs nothing: the same command begins another one.")
        more = "another one may cost money too" if one.price is None else f"another one may cost ${one.price:g} more"
        if one.stage is Stage.ASKED:
            what = f"{one.renderer} may have begun a clip, and {one.costs}: {why}"
            look = f"Look at {one.server}: the same command takes a job up that is listed there"
            return ConsentError(what, hint=f"{look}; {more}, and is begun only with {AGAIN}.")
        return ConsentError(f"{why}; {one.costs}", hint=f"Nothing was begun anew: {more}, and is begun with {AGAIN}.")

    @property
    def left(self) -> str:
        """What somebody may have to pay for although nobody waits any more, as a clause; empty for nothing."""
        return self._kept.goes_on if self._kept is not None and self._kept.is_open and not self._kept.own else ""

    def _keep(self, **changes: Any) -> None:
        before, self._kept = self.purchase, replace(self.purchase, **changes)
        self._terms.purchases.change(self._digest, before, self._kept)

    def _note(self, **changes: Any) -> None:
        """Where it cannot be kept the work goes on: that it was asked for is kept, which is the careful side."""
        try:
            self._keep(**changes)
        except StoreError as exc:
            _log.warning("%s", exc.message)
