"""`popcorn ad dataset`: finished ads become questions and answers to learn from."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..errors import BudgetError, RequestError
from .display import Screen, chosen_form
from .flags import ChoosingCommand, with_flags

if TYPE_CHECKING:
    from ..settings import Settings
    from ..study.ads.ad_judge import Judge


def mount(group: typer.Typer) -> None:
    """Put the command into the group `popcorn ad`."""
    group.command(cls=ChoosingCommand)(dataset)


@with_flags("llm", "seed", "max_cost", "max_tokens", "cache", after="temporal")
def dataset(
    folder: Annotated[
        Path,
        typer.Argument(
            metavar="FOLDER", help="Finished ads, each with product.toml or product.txt beside it or in a folder above."
        ),
    ],
    out: Annotated[
        Path, typer.Option("-o", "--out", metavar="DIR", help="Where the data set is written; a new folder.")
    ],
    orders: Annotated[int, typer.Option(min=1, max=24, help="Orders of its clips in which an ad is asked about.")] = 4,
    distractors: Annotated[
        int, typer.Option(min=0, max=40, help="Clips of other videos of the product in a question, at most.")
    ] = 8,
    test_share: Annotated[float, typer.Option(min=0.0, max=0.9, help="The share of products that is held out.")] = 0.1,
    temporal: Annotated[
        int, typer.Option(min=0, max=20, help="Pictures of a clip beside its middle frame, one a second, at most.")
    ] = 5,
    json: Annotated[bool, typer.Option("--json", help="Answer with one JSON envelope.")] = False,
    quiet: Annotated[bool, typer.Option("-q", "--quiet", help="No progress and no notices.")] = False,
    **chosen: object,
) -> None:
    """Filter finished ads, split them by product, and write them as four tasks in JSONL for TRL, with a data card."""
    from ..agent.wiring.workshop import workshop_of
    from ..settings import load_settings
    from ..study.ads.dataset import Wishes, build, check_target
    from ..study.ads.finished_ads import AdReader
    from .views.ad_study import dataset_view

    screen = Screen("ad dataset", chosen_form(json=json), quiet=quiet)
    settings = load_settings(**chosen)
    place, target = folder.expanduser().absolute(), out.expanduser().absolute()
    if not place.is_dir():
        raise RequestError(f"{str(folder)!r} is no folder", hint="Name the folder that holds the finished ads.")
    check_target(target)
    workshop, judge = workshop_of(settings), _judge(settings, screen)
    reader = AdReader(settings.home / "footage", workshop.transcriber(settings), workshop.sight())
    wishes = Wishes(orders, distractors, test_share, settings.seed, temporal)
    with judge, screen.progress("reading ads") as progress:
        try:
            outcome = build(reader.ads(place), target, judge, wishes, lambda step, done, total: progress(done, total))
        except BudgetError as exc:
            exc.hint = "Allow more with --max-cost or --max-tokens; what was read and answered is kept."
            raise
    data = outcome.data()
    screen.answer(data, lambda console: console.print(dataset_view(data)))


def _judge(settings: Settings, screen: Screen) -> Judge:
    """Who judges and rewrites, said before it does."""
    from ..agent.models.providers import OFFLINE, choose
    from ..agent.wiring.workshop import workshop_of
    from ..study.ads.ad_judge import Judge

    choice = choose(settings)
    if choice.provider == OFFLINE:
        screen.notice(
            "no language model is asked: texts are judged and rewritten by rules, and the data card says so; "
            "name a model with --llm"
        )
        return Judge()
    screen.notice(
        f"{choice.spec} is asked twice about each ad: whether its text is good enough, and to rewrite it as Z"
    )
    return Judge(lambda: workshop_of(settings).chat_model(settings, command="ad dataset"), choice.spec)
