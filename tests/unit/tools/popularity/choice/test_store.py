from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from choice_models import WORDS, Silent, labelled, words_alone
from popcorn.errors import DataError
from popcorn.tools.popularity.choice.fitting import Origin, fit
from popcorn.tools.popularity.choice.layers import states_of
from popcorn.tools.popularity.choice.manifest import FORMAT
from popcorn.tools.popularity.choice.pairs import pair_set
from popcorn.tools.popularity.choice.store import open_choice, save_choice

TEXTS = ["You won't believe what otters can do now", "A report about otters was published"]


def test_a_model_that_learned_levels_says_the_same_after_it_was_kept(tmp_path: Path) -> None:
    told = [replace(one, levels=(one.z / 5, -one.z / 5)) for one in labelled()]
    recipe = replace(WORDS, layers=(50.0,), levels=(10.0, 30.0))
    fitted = fit("mine", pair_set(told), Origin("pairs of the tests"), recipe, Silent())
    assert [name for name, _ in fitted.blend.weights] == ["layers", "levels", "words"]
    assert "strength of levels" in dict(fitted.facts.recipe)
    save_choice(tmp_path, fitted)
    kept, states = open_choice(tmp_path), states_of(TEXTS)
    assert kept.levels is not None
    np.testing.assert_allclose(kept.utilities(TEXTS, states), fitted.utilities(TEXTS, states), atol=1e-3)


def test_what_was_saved_before_there_were_levels_is_read_as_a_model_without(tmp_path: Path) -> None:
    save_choice(tmp_path, words_alone())
    manifest = json.loads((tmp_path / "manifest.json").read_text(encoding="utf-8"))
    assert manifest.pop("levels") is False
    assert manifest["format"] == FORMAT
    (tmp_path / "manifest.json").write_text(json.dumps(manifest | {"format": 1}), encoding="utf-8")
    assert open_choice(tmp_path).levels is None


def test_levels_that_are_missing_in_the_file_are_damage(tmp_path: Path) -> None:
    save_choice(tmp_path, words_alone())
    manifest = json.loads((tmp_path / "manifest.json").read_text(encoding="utf-8"))
    (tmp_path / "manifest.json").write_text(json.dumps(manifest | {"levels": True}), encoding="utf-8")
    with pytest.raises(DataError, match="is damaged"):
        open_choice(tmp_path)
