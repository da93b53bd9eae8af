"""`popcorn references`: import a catalogue, search it, and see what it holds."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace as changed
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ..errors import RequestError, StoppedError, sentences
from .display import INVENTED, Form, Screen, chosen_form
from .flags import ENCODING, ChoosingCommand, with_flags

if TYPE_CHECKING:
    from ..settings import Settings
    from ..tools.embedding.types import Encoder
    from ..tools.references.catalogue import Catalogue
    from ..tools.references.importers.import_options import ImportOptions
    from ..tools.references.importers.import_report import ImportReport
    from ..tools.references.reference_spool import DiskStore
    from ..tools.references.types import Reference

references = typer.Typer(
    name="references", help="The past videos that drafts learn from: import, search, see.", no_args_is_help=True
)

JSON = Annotated[bool, typer.Option("--json", help="Answer with one JSON envelope.")]
QUIET = Annotated[bool, typer.Option("-q", "--quiet", help="No progress and no notices.")]


@references.command("import")
def import_(
    source: Annotated[
        str,
        typer.Argument(
            help="A MicroLens folder, a file (CSV, JSON, JSON Lines, Parquet, Excel; .gz and .zip too), "
            "hf:OWNER/NAME (e.g. hf:junchenfu/microlens_rag) for a dataset of the Hugging Face hub, or `sample`."
        ),
    ],
    name: Annotated[str, typer.Option(help="What to call the catalogue.")] = "",
    mapped: Annotated[
        list[str] | None,
        typer.Option(
            "--map",
            metavar="FIELD=COLUMN",
            help="Which column holds a field: a name (title=caption), a number (title=2), a path in JSON "
            "(comments=stats.commentCount), the first or all of a list (tag=tags, tag=tags[]).",
        ),
    ] = None,
    preset: Annotated[
        str,
        typer.Option(
            help="The export that SOURCE is, e.g. youtube-studio, which stands for several --map; `auto` takes the one "
            "that its header is recognised as."
        ),
    ] = "",
    header: Annotated[
        bool | None,
        typer.Option("--header/--no-header", help="Whether the first line names the columns; seen without it."),
    ] = None,
    encoding: ENCODING = "",
    allow_unread: Annotated[
        bool, typer.Option("--allow-unread", help="Import although most values of a column of counts are none.")
    ] = False,
    replace: Annotated[
        bool, typer.Option("--replace", help="Replace the catalogue even if it came from another source.")
    ] = False,
    strict: Annotated[bool, typer.Option("--strict", help="Fail on the first row that is not whole.")] = False,
    encoder: Annotated[str | None, typer.Option(help="The text encoder: a name or a folder.")] = None,
    json: JSON = False,
    quiet: QUIET = False,
) -> None:
    """Read references from SOURCE and embed them as a catalogue; what is already embedded is kept."""
    from ..agent.wiring.catalogues import SAMPLE, catalogue_folder
    from ..settings import load_settings
    from ..tools.embedding.encoder import open_encoder
    from ..tools.references.catalogue_manifest import check_same_source, standing_manifest
    from ..tools.references.importers.import_options import ImportOptions
    from ..tools.references.importers.import_report import ImportReport
    from ..tools.references.importers.sources import check_mapping, place_of
    from .views.catalogue import import_view

    screen = Screen("references import", chosen_form(json=json), quiet=quiet)
    name = name or (SAMPLE if source == SAMPLE else "")
    if not name:
        raise RequestError("the catalogue has no name", hint="Add --name NAME.")
    if (name == SAMPLE) != (source == SAMPLE):
        raise RequestError(f"the name {SAMPLE!r} belongs to the built-in references", hint="Choose another --name.")
    settings = load_settings(encoder=encoder)
    folder, mapping = catalogue_folder(settings, name), check_mapping(mapped or [])
    source_path, standing = place_of(source), standing_manifest(folder)
    if standing and not replace:
        check_same_source(standing, source_path)
    started, report = time.perf_counter(), ImportReport(source, strict=strict)
    options = ImportOptions(encoding, preset, header, allow_unread)
    with _work(folder) as store:
        rows = _read(source, mapping, report, options, store, screen)
        read, chosen = time.perf_counter(), open_encoder(settings.encoder)
        catalogue, built = _build(folder, rows, chosen, source_path, screen, replace=replace)
    data = {
        "name": name,
        "rows": len(catalogue),
        "encoder": catalogue.manifest.encoder,
        "illustrative": catalogue.illustrative,
        "built": built,
        "replaced": standing.rows if standing and built else 0,
        "seconds": {"reading": round(read - started, 2), "building": round(time.perf_counter() - read, 2)},
        "report": report.as_data(),
    }
    screen.answer(data, lambda console: console.print(import_view(data)))


@references.command(cls=ChoosingCommand)
@with_flags("catalogue", "references", "tags", "routing", "negative_share", after="file")
def search(
    query: Annotated[str, typer.Argument(help="What to look for; `-` reads it from standard input.")] = "",
    file: Annotated[
        Path | None, typer.Option(help="Many queries: one a line, or the column `prompt` of a table.")
    ] = None,
    encoding: ENCODING = "",
    split: Annotated[str, typer.Option(help="Only references of this split: train, valid or test.")] = "",
    json: JSON = False,
    jsonl: Annotated[bool, typer.Option("--jsonl", help="Answer with one JSON object a query.")] = False,
    quiet: QUIET = False,
    **chosen: object,
) -> None:
    """Find popular and unpopular references for a query, its tags, and what sets the two sides apart."""
    from ..agent.wiring.workshop import workshop_of
    from ..settings import load_settings
    from ..tools.references.retrieval import check
    from ..tools.references.retrieval_data import retrieval_data
    from ..tools.references.search_queries import read_queries
    from ..tools.references.types import RetrievalOptions, Routing
    from .views.catalogue import search_view

    screen = Screen("references search", chosen_form(json=json, jsonl=jsonl), quiet=quiet)
    settings = load_settings(**chosen)
    options = RetrievalOptions(
        settings.references, settings.tags, settings.negative_share, Routing(settings.routing), split
    )
    check(options)
    queries = read_queries(sys.stdin.read() if query == "-" else query, file, encoding)
    workshop = workshop_of(settings)
    opened = _open(settings, screen)
    _check_split(opened, split)
    evidence = workshop.evidence(settings)
    results = []
    with screen.progress("search") as progress:
        for done, text in enumerate(queries, start=1):
            retrieval = evidence.retrieve(text, options)
            results.append(retrieval_data(retrieval, evidence.contrast(retrieval, split)))
            progress(done, len(queries))
            if screen.form is Form.JSONL:
                screen.line(results.pop())
    if screen.form is not Form.JSONL:
        data: dict[str, Any] = {"catalogue": opened.name, "illustrative": opened.illustrative}
        data |= results[0] if file is None else {"results": results}
        screen.answer(data, lambda console: console.print(search_view(results)))
    if opened.illustrative:
        screen.notice(INVENTED)


@references.command(cls=ChoosingCommand)
@with_flags("catalogue")
def stats(json: JSON = False, quiet: QUIET = False, **chosen: object) -> None:
    """Show what a catalogue holds: rows, tags, comments, splits, where it came from."""
    from ..settings import load_settings
    from ..tools.references.catalogue_stats import catalogue_stats
    from .views.catalogue import stats_view

    screen = Screen("references stats", chosen_form(json=json), quiet=quiet)
    opened = _open(load_settings(**chosen), screen)
    data = catalogue_stats(opened)
    screen.answer(data, lambda console: console.print(stats_view(data)))
    if opened.illustrative:
        screen.notice(INVENTED)


@contextmanager
def _work(folder: Path) -> Iterator[DiskStore]:
    """Where rows lie between the table and the catalogue at `folder`: beside it, since there has to be room anyway."""
    from ..tools.references.reference_spool import DiskStore, remove_abandoned

    remove_abandoned(folder)
    store = DiskStore.beside(folder)
    try:
        yield store
    finally:
        store.close()


def _read(
    source: str,
    mapping: Mapping[str, str],
    report: ImportReport,
    options: ImportOptions,
    store: DiskStore,
    screen: Screen,
) -> Sequence[Reference]:
    """The rows of SOURCE; who sits at a terminal is asked whether it is the export that it looks like."""
    from ..tools.references.importers.presets import PresetQuestionError
    from ..tools.references.importers.sources import read_source

    try:
        return read_source(source, mapping, report, options, store)
    except PresetQuestionError as exc:
        if screen.form is not Form.TEXT or screen.quiet or not (sys.stdin.isatty() and sys.stderr.isatty()):
            raise
        screen.notice(sentences(exc.message, exc.hint))
        if not typer.confirm(f"Is it that ({exc.preset})?", err=True):
            raise
        return read_source(source, mapping, report, changed(options, preset=exc.preset), store)


def _check_split(catalogue: Catalogue, split: str) -> None:
    known = sorted(set(catalogue.splits) - {""})
    if split and split not in known:
        hint = f"It has {', '.join(known)}." if known else "It has no splits; leave --split out."
        raise RequestError(f"the catalogue {catalogue.name!r} has no split {split!r}", hint=hint)


def _build(
    folder: Path, rows: Sequence[Reference], encoder: Encoder, place: str, screen: Screen, *, replace: bool
) -> tuple[Catalogue, bool]:
    """The catalogue of these rows, and whether it had to be built."""
    from ..tools.references.catalogue_build import build_catalogue

    embedded = 0
    with screen.progress(f"embed {folder.name}") as progress:

        def watch(done: int, total: int) -> None:
            nonlocal embedded
            embedded = done
            progress(done, total)

        try:
            return build_catalogue(folder, rows, encoder, watch, place, replace_other=replace), embedded > 0
        except KeyboardInterrupt as exc:
            raise StoppedError(
                f"the import was stopped with {embedded:,} of {len(rows):,} references embedded",
                hint="Give the same command again: it goes on where it stopped.",
            ) from exc


def _open(settings: Settings, screen: Screen) -> Catalogue:
    """The catalogue in the settings; the sample is built when it is first used."""
    from ..agent.wiring.workshop import workshop_of

    with screen.progress("embed the sample") as progress:
        return workshop_of(settings).catalogue(settings, progress=progress)
