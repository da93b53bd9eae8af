"""What is bought of others' servers: one account of it for every command, run and session of a home, and its caps."""

from __future__ import annotations

import logging
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from ...errors import BudgetError, RequestError, StoreError
from ...settings import Settings
from ...settings_sources import user_file

if TYPE_CHECKING:
    from ...tools.video.purchase import Purchase
    from ...tools.video.purchase_terms import Check, Terms
    from ...tools.video.purchases import Purchases
    from ...tools.video.types import Estimate, RenderRequest


_log = logging.getLogger(__name__)


def purchases_of(settings: Settings) -> Purchases:
    """Everything that may have been bought under the home."""
    from ...tools.video.purchases import Purchases

    return Purchases(settings.home / "paid")


def terms_of(settings: Settings, account: str = "", *, again: bool = False, anew: bool = False) -> Terms:
    """On what terms clips are bought for an account, such as a run: its purchases are held to `max_cost`.

    Without an account it is what is bought from now on that is held to it.
    """
    from ...tools.video.purchase_terms import Terms, unlimited

    check = _capped(settings, account) if settings.max_cost else unlimited
    return Terms(purchases_of(settings), account, again, anew, check)


def _capped(settings: Settings, account: str) -> Check:
    """Raises BudgetError where models and clips together would cost more than they may."""
    since = None if account else datetime.now(UTC)

    def check(price: float | None) -> None:
        from .chat_models import usage_of

        if price is None:
            raise RequestError(
                f"no price of {settings.renderer!r} is known, so its cost cannot be limited",
                hint=f"Say what a clip costs: price = DOLLARS under [renderers.{settings.renderer.partition(':')[0]}] "
                f"in {user_file()}.",
            )
        models = (usage_of(settings, settings.home / "runs" / account)["cost_usd"] or 0.0) if account else 0.0
        spent, most = models + purchases_of(settings).cost(account, since), settings.max_cost
        if price and spent + price > most:
            needed = f"--max-cost {spent + price:.4g}"
            raise BudgetError(
                f"the clip would cost ${price:g}, and "
                f"{'the run' if account else 'what was begun with it'} may have cost ${spent:.4f} of ${most:g}",
                hint=f"Go on with: popcorn ask --resume {account} {needed}"
                if account
                else f"Allow more with {needed}.",
            )

    return check


def goes_on(settings: Settings, account: str = "", since: datetime | None = None) -> str:
    """What somebody may have to pay for although nobody waits for it, in clauses; empty for nothing."""
    latest = purchases_of(settings).latest(account, since).values()
    return "; ".join(one.goes_on for one in latest if one.is_open and not one.own)


def is_at_stake(settings: Settings, account: str) -> bool:
    """Whether the account has a clip that may have to be paid for, or was, and did not come."""
    latest = purchases_of(settings).latest(account).values()
    return any((one.is_open or one.is_doubtful) and not one.own for one in latest)


def ways_off(settings: Settings, account: str = "", since: datetime | None = None) -> str:
    """How what goes on is cancelled, in sentences."""
    latest = purchases_of(settings).latest(account, since).values()
    return " ".join(one.way_off for one in latest if one.is_open and not one.own and one.way_off)


def remind(settings: Settings, account: str = "") -> None:
    """Say in the log what servers may be at work on for others than `account`: what is bought now comes besides.

    Of the last day, and only where the renderer in the settings buys at all.
    """
    from ...tools.video import registry

    if not registry.is_served(settings.renderer):
        return
    lately = purchases_of(settings).latest(since=datetime.now(UTC) - timedelta(days=1)).values()
    others = [one for one in lately if one.is_open and not one.own and account not in {one.account, one.wanted_by}]
    if others:
        stays, ways = "; ".join(one.goes_on for one in others), " ".join(one.way_off for one in others if one.way_off)
        _log.warning("%s: what is bought now is bought besides. %s", stays, ways)


def left(settings: Settings, since: datetime) -> tuple[str, str]:
    """What a session leaves behind that was begun since, as clauses, and how that is called off, as sentences."""
    try:
        stays = goes_on(settings, since=since)
        return f"{stays}; the same clip is fetched from there" if stays else "", ways_off(settings, since=since)
    except StoreError as exc:  # it ends all the same
        return exc.message, exc.hint


def call_off(settings: Settings, job: str) -> Purchase:
    """Cancel a job that was bought; how its purchase stands then, which may have been delivered meanwhile.

    Raises RequestError where no purchase has it, and what its server says.
    """
    from ...tools.video.purchase_terms import Buyer
    from ...tools.video.registry import load

    purchases = purchases_of(settings)
    open_purchases = {digest: one for digest, one in purchases.latest().items() if one.job == job and one.is_open}
    if not open_purchases:
        going = ", ".join(one.job for one in purchases.latest().values() if one.job and one.is_open)
        raise RequestError(
            f"no job {job!r} goes on that was begun from here",
            hint=f"There {'are' if ',' in going else 'is'}: {going}." if going else "No job goes on.",
        )
    digest, purchase = next(iter(open_purchases.items()))
    renderer = load(purchase.renderer, settings.renderers)
    if isinstance(renderer, Buyer):
        renderer.call_off(job, purchase.server)
    return purchases.end(digest, purchase, "was called off")


def tell(settings: Settings, estimate: Estimate) -> None:
    """A person is told of what the estimate doubts: what they say from now on is about that."""
    if estimate.doubts:
        purchases_of(settings).tell(estimate.doubts)


def agree(settings: Settings, request: RenderRequest) -> None:
    """A person has said that this clip may be bought again in place of the purchase that they were told of."""
    from ...tools.video.purchase_terms import Buyer
    from ...tools.video.registry import load

    renderer = load(settings.renderer, settings.renderers)
    if isinstance(renderer, Buyer):
        purchases_of(settings).agree(renderer.digest(request))


def agree_to_all(settings: Settings, account: str) -> None:
    """Likewise every clip of a run."""
    purchases = purchases_of(settings)
    for digest in purchases.latest(account):
        purchases.agree(digest)


def going_on(estimate: Estimate, settings: Settings, account: str) -> Estimate:
    """What it takes to go on with a run: what is there already costs no more, and what is in doubt is said."""
    from dataclasses import replace

    latest = purchases_of(settings).latest(account).values()
    paid = sum(one.cost for one in latest if one.job and one.is_open)
    doubted = [one for one in latest if one.is_doubtful and not one.agreed]
    doubt, doubts = "; ".join(one.summary for one in doubted), tuple(one.id for one in doubted)
    cost = None if estimate.cost_usd is None else max(0.0, estimate.cost_usd - paid)
    return replace(estimate, cost_usd=cost, doubt=doubt, doubts=doubts)
