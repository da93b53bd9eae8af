"""The workshop: what is opened once, what is opened anew, and what is given up."""

from __future__ import annotations

import gc
import weakref
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from popcorn.agent.wiring.shared_models import Shared
from popcorn.agent.wiring.workshop import Workshop, workshop_of
from popcorn.errors import MissingError, StoppedError
from popcorn.settings import Settings, load_settings
from popcorn.settings_tables import RendererSettings
from popcorn.tools.embedding.hashing_encoder import HashingEncoder
from popcorn.tools.popularity.registry import use
from popcorn.tools.popularity.trained.fitting import fit
from popcorn.tools.popularity.trained.manifest import Origin
from popcorn.tools.popularity.trained.material import Material
from popcorn.tools.popularity.trained.recipe import Recipe, Silent
from popcorn.tools.popularity.trained.store import save_predictor
from popcorn.tools.references.catalogue_build import build_catalogue
from popcorn.tools.references.types import Reference, RetrievalOptions
from popcorn.tools.video.types import RenderRequest

OPTIONS = RetrievalOptions(references=5)


def dishes(count: int, first: int = 0) -> list[Reference]:
    rows = range(first, first + count)
    return [Reference(f"r{row}", f"noodles number {row}", tag="Food", comments=row + 1, source="test") for row in rows]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A home with a catalogue of dishes, and the predictor that is fitted to it."""
    build(tmp_path / "home", "dishes", dishes(120))
    chosen: dict[str, Any] = {"catalogue": "dishes", "encoder": "hashing", "predictor": "neighbours", "llm": "offline"}
    return load_settings(home=tmp_path / "home", **chosen)


def build(home: Path, name: str, references: list[Reference]) -> None:
    build_catalogue(home / "catalogues" / name, references, HashingEncoder())


def train(home: Path, seen: range) -> None:
    """A small predictor called `mine` that has seen these dishes."""
    rows = [*seen, *(row for row in range(120) if row not in seen)]
    titles = tuple(f"noodles number {row}" for row in rows)
    vectors = HashingEncoder().encode(titles)
    material = Material(
        Origin("dishes", "", "test", "hashing"),
        ids=tuple(f"r{row}" for row in rows),
        titles=titles,
        tags=("Food",) * len(rows),
        labels=np.log2(np.array(rows) + 1.0),
        text=vectors,
        retrieval=vectors,
        splits=("train",) * len(seen) + ("valid",) * (len(rows) - len(seen)),
    )
    recipe = Recipe.quick("popcorn", 0).changed(1, 1)
    save_predictor(home / "predictors" / "mine", fit("mine", material, recipe, None, Silent()).fitted)


def everything(workshop: Workshop, settings: Settings) -> None:
    workshop.retrieve(settings, "noodles", OPTIONS)
    workshop.predictor(settings)
    workshop.renderer(settings)


def ids(workshop: Workshop, settings: Settings) -> set[str]:
    found = workshop.retrieve(settings, "noodles", RetrievalOptions(references=500)).retrieval
    return {one.reference.id for one in found.references}


def test_each_thing_is_opened_once_however_many_threads_ask(settings: Settings) -> None:
    workshop = Workshop()
    with ThreadPoolExecutor(8) as pool:
        for asked in [pool.submit(everything, workshop, settings) for _ in range(24)]:
            asked.result()
    assert workshop.opened == {
        "catalogue dishes": 1, "encoder hashing": 1, "predictor neighbours": 1, "renderer animatic": 1,
    }  # fmt: skip


def test_a_process_has_one_workshop_for_a_home(settings: Settings, tmp_path: Path) -> None:
    assert workshop_of(settings) is workshop_of(settings.model_copy(update={"catalogue": "other"}))
    assert workshop_of(settings) is not workshop_of(settings.model_copy(update={"home": tmp_path / "elsewhere"}))


def test_a_catalogue_that_was_built_again_is_noticed_with_all_that_hangs_on_it(settings: Settings) -> None:
    workshop = Workshop()
    everything(workshop, settings)
    before, predictor = ids(workshop, settings), workshop.predictor(settings)[0]
    build(settings.home, "dishes", dishes(150, first=1000))
    after = ids(workshop, settings)
    assert after
    assert not before & after
    assert workshop.predictor(settings)[0].bank_digest != predictor.bank_digest
    assert workshop.opened["catalogue dishes"] == workshop.opened["predictor neighbours"] == 2
    assert workshop.opened["encoder hashing"] == 1


def test_a_catalogue_whose_files_were_touched_is_checked_again(settings: Settings) -> None:
    workshop = Workshop()
    workshop.catalogue(settings)
    (rows,) = (settings.home / "catalogues" / "dishes").rglob("rows.parquet")
    content = rows.read_bytes()
    rows.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    with pytest.raises(Exception, match=r"the file 'rows\.parquet' of catalogue 'dishes' is damaged"):
        workshop.catalogue(settings)


def test_a_predictor_that_was_trained_again_is_noticed_and_so_is_what_it_has_seen(settings: Settings) -> None:
    workshop = Workshop()
    train(settings.home, range(60))
    mine = settings.model_copy(update={"predictor": "mine"})
    predictor, _ = workshop.predictor(mine)
    assert ids(workshop, mine) == {f"r{row}" for row in range(60, 120)}
    assert workshop.predictor(mine)[0] is predictor
    train(settings.home, range(20, 110))
    assert ids(workshop, mine) == {f"r{row}" for row in [*range(20), *range(110, 120)]}
    assert workshop.predictor(mine)[0].bank_digest != predictor.bank_digest
    assert workshop.opened["predictor mine"] == 2
    assert workshop.opened["catalogue dishes"] == 1


def test_the_predictor_in_use_may_change_while_a_process_lives(settings: Settings) -> None:
    workshop = Workshop()
    train(settings.home, range(60))
    usual = settings.model_copy(update={"predictor": "default"})
    assert workshop.predictor(usual)[0].name == "youtube-trending"
    assert ids(workshop, usual) == {f"r{row}" for row in range(120)}
    use(settings.home / "predictors", "mine")
    assert workshop.predictor(usual)[0].name == "mine"
    assert ids(workshop, usual) == {f"r{row}" for row in range(60, 120)}


def test_what_was_missing_is_found_once_it_is_there(settings: Settings) -> None:
    workshop, other = Workshop(), settings.model_copy(update={"catalogue": "other"})
    with pytest.raises(MissingError, match="there is no catalogue 'other'"):
        workshop.retrieve(other, "noodles", OPTIONS)
    build(settings.home, "other", dishes(60))
    assert ids(workshop, other)


def test_the_last_few_of_a_kind_are_kept_and_the_rest_given_up(settings: Settings) -> None:
    workshop, names = Workshop(most=2), ["one", "two", "three"]
    given_up: list[weakref.ref[Any]] = []
    for name in names:
        build(settings.home, name, dishes(60))
        chosen = settings.model_copy(update={"catalogue": name})
        everything(workshop, chosen)
        given_up.append(weakref.ref(workshop.catalogue(chosen)))
    gc.collect()
    assert [one() is None for one in given_up] == [True, False, False]
    everything(workshop, settings.model_copy(update={"catalogue": "three"}))
    everything(workshop, settings.model_copy(update={"catalogue": "one"}))
    assert [workshop.opened[f"catalogue {name}"] for name in names] == [2, 1, 1]


def test_a_predictor_that_is_fitted_to_catalogues_is_kept_for_each_that_is_used_by_turns(settings: Settings) -> None:
    workshop, other = Workshop(), settings.model_copy(update={"catalogue": "other"})
    build(settings.home, "other", dishes(60))
    digests = [workshop.predictor(chosen)[0].bank_digest for chosen in (settings, other, settings, other)]
    assert digests[:2] == digests[2:]
    assert digests[0] != digests[1]
    assert workshop.opened["predictor neighbours"] == 2


def test_an_encoder_is_one_under_all_of_its_names() -> None:
    workshop = Workshop()
    encoders = {workshop.encoder(name) for name in ("all-MiniLM-L6-v2", "sentence-transformers/all-MiniLM-L6-v2")}
    assert len(encoders) == 1
    assert workshop.opened == {"encoder all-MiniLM-L6-v2": 1}


def test_titles_are_known_of_what_a_predictor_learned_from_while_its_catalogue_is_there(settings: Settings) -> None:
    workshop = Workshop()
    predictor, _ = workshop.predictor(settings)
    assert workshop.titles(settings, predictor, ["r1", "gone"]) == {"r1": "noodles number 1"}
    shipped, _ = workshop.predictor(settings, "youtube-trending")
    assert workshop.titles(settings, shipped, ["r1"]) == {}


def test_one_pipeline_stays_loaded_for_all_workshops_that_share_a_device(tmp_path: Path) -> None:
    pytest.importorskip("diffusers")
    from tiny_pipelines import tiny_weights

    def stop(done: int, total: int) -> None:
        raise StoppedError("loaded")

    shared, request = Shared(), RenderRequest("T", "A pot opens.", seconds=0.1)
    mine = {"ltx": RendererSettings(model=str(tiny_weights("ltx")), steps=1)}
    for home in ("a", "a", "b"):
        chosen = load_settings(home=tmp_path / home, renderer="ltx", renderers=mine, clips_gb=0)
        with pytest.raises(StoppedError, match="loaded"):
            Workshop(shared=shared).renderer(chosen).render(request, tmp_path / "clip.mp4", stop)
    assert shared.keeper().loads == 1
