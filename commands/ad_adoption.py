"""Commands of `popcorn ad` that follow the making: show ads side by side, keep which were taken, and count."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ..errors import RequestError
from .display import Screen, chosen_form

if TYPE_CHECKING:
    from ..agent.runs.showings import Showings

JSON = Annotated[bool, typer.Option("--json", help="Answer with one JSON envelope.")]
_RUNS = Annotated[
    list[str], typer.Argument(metavar="RUN...", help="Runs of `popcorn ad make`, or the beginnings of their ids.")
]
_TAKEN = Annotated[
    list[str] | None, typer.Argument(metavar="AD...", help="The ads that you would publish: letters, or runs.")
]


def mount(group: typer.Typer) -> None:
    """Put the commands into the group `popcorn ad`."""
    group.command()(show)
    group.command()(adopt)
    group.command()(adoption)
    group.command(name="test-plan")(plan_test)


def show(
    runs: _RUNS,
    out: Annotated[
        Path | None, typer.Option("-o", "--out", metavar="FILE", help="Write a page that plays them, in one file.")
    ] = None,
    link: Annotated[bool, typer.Option("--link", help="Keep the clips beside the page, not inside.")] = False,
    json: JSON = False,
) -> None:
    """Show ads for one product side by side, in random order and without their strategy."""
    from ..agent.trace.showing_page import export_showing
    from .out_file import check_target
    from .views.adoption import showing_view

    if link and out is None:
        raise RequestError("--link belongs to a page, and none is asked for", hint="Add -o page.html.")
    check_target(out)
    screen = Screen("ad show", chosen_form(json=json))
    ads = _ads(runs)
    showing = _showings().keep(list(ads.values()))
    written = export_showing(showing, ads, out, link=link) if out else []
    data = {
        "showing_id": showing.showing_id,
        "product": showing.ads[0].product,
        "ads": [{"letter": ad.letter, "run_id": ad.run_id} for ad in showing.ads],
        "files": [str(path) for path in written],
    }
    screen.answer(
        data,
        lambda console: (
            console.print(*map(str, written), sep="\n", soft_wrap=True, highlight=False)
            if written
            else console.print(showing_view(showing, ads))
        ),
    )
    screen.aside(f"keep the answer with: popcorn ad adopt --showing {showing.showing_id} {showing.ads[0].letter}")


def adopt(
    ads: _TAKEN = None,
    showing: Annotated[
        str, typer.Option(metavar="ID", help="The showing; the last one that had these ads without it.")
    ] = "",
    none: Annotated[bool, typer.Option("--none", help="None of them was good enough.")] = False,
    json: JSON = False,
) -> None:
    """Keep which of the ads that were shown you take; a second answer replaces the first."""
    names = list(dict.fromkeys(name.upper() if len(name) == 1 else name for name in ads or ()))
    if none == bool(names):
        raise RequestError(
            "an answer names the ads that are taken, or says --none", hint="Write: popcorn ad adopt A C, or --none."
        )
    if none and not showing:
        raise RequestError("--none does not say of which showing", hint="Add --showing ID; it stands on the page.")
    kept = _showings()
    found = kept.find(showing) if showing else kept.latest_of(names)
    answered = kept.take(found, names)
    letters = [ad.letter for ad in answered.ads if ad.run_id in (answered.taken or ())]
    data = {"showing_id": answered.showing_id, "taken": sorted(answered.taken or ()), "letters": letters}
    sentence = f"showing {answered.showing_id}: took {', '.join(letters) or 'none'} of {len(answered.ads)}"
    Screen("ad adopt", chosen_form(json=json)).answer(data, lambda console: console.print(sentence))


def adoption(json: JSON = False) -> None:
    """How often the ads of each strategy are taken, and how sure the difference is."""
    from ..agent.trace.adoption import adoption_data, adoption_of, told
    from .views.adoption import adoption_view

    found = adoption_of(_showings().all())
    screen = Screen("ad adoption", chosen_form(json=json))
    lines = told(found)
    screen.answer(
        adoption_data(found) | {"told": lines},
        lambda console: console.print(*([adoption_view(found)] if found.rates else []), *lines, sep="\n"),
    )


def plan_test(
    arms: Annotated[int, typer.Option("--variants", min=2, max=12, help="How many ads are tested at once.")] = 2,
    rate: Annotated[float, typer.Option(help="The rate without a lift: 0.02 for 2 clicks in 100 impressions.")] = 0.02,
    lift: Annotated[float, typer.Option(help="The least lift that matters: 0.2 for a fifth more.")] = 0.2,
    power: Annotated[float, typer.Option(help="How often such a lift is to be found.")] = 0.8,
    json: JSON = False,
) -> None:
    """How many impressions an A/B test of ads needs before it tells them apart."""
    from ..tools.statistics.sample_size import impressions_per_arm

    try:
        each = impressions_per_arm(rate, lift, arms=arms, power=power)
    except ValueError as exc:
        raise RequestError(str(exc), hint="Write rates as shares: --rate 0.02 --lift 0.2 --power 0.8.") from exc
    data = {"variants": arms, "rate": rate, "lift": lift, "power": power, "confidence": 0.95}
    data |= {"impressions_each": each, "impressions": each * arms}
    sentence = (
        f"{each:,} impressions for each of {arms} ads, {each * arms:,} in all: then a lift from {rate:.2%} to "
        f"{rate * (1 + lift):.2%} is found in {power:.0%} of all tests, and one that is not there in 5%"
    )
    more = "Show each ad to other people at the same time, decide on the number before, and do not stop early."
    Screen("ad test-plan", chosen_form(json=json)).answer(data, lambda console: console.print(sentence, more, sep="\n"))


def _showings() -> Showings:
    from ..agent.runs.showings import Showings
    from ..settings import load_settings

    return Showings(load_settings().home)


def _ads(names: list[str]) -> dict[str, dict[str, Any]]:
    """The data of finished ads by run."""
    from ..agent.runs.run_store import RunStore
    from ..agent.trace.finished_ads import finished_ads
    from ..settings import load_settings

    return finished_ads(RunStore.of(load_settings()), names)
