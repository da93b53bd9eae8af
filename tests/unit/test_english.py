"""English words: what is searched for in LemmInflect's tables is what the library reads of them."""

from __future__ import annotations

from copy import deepcopy

import pytest
from popcorn.english import lemminflect


@pytest.mark.parametrize("kind", ["lemmas", "forms"])
def test_every_word_of_a_table_is_found_as_the_library_reads_it(kind: str) -> None:
    from lemminflect.codecs.InflectionLUCodec import InflectionLUCodec
    from lemminflect.codecs.LemmaLUCodec import LemmaLUCodec

    library = lemminflect()
    if kind == "lemmas":
        table, whole = library.Lemmatizer().lemma_dict, LemmaLUCodec.load(library.Lemmatizer().lemma_lu_fn)
    else:
        table, whole = library.Inflections().infl_dict, InflectionLUCodec.load(library.Inflections().infl_lu_fn)
    assert len(whole) > 30_000
    assert {word: table.get(word, {}) for word in whole} == whole


@pytest.mark.parametrize("word", ["", "zzzzz", "run,verb", "run,", "\n", "'", "tacos al pastor", "\ud83d", "日本"])
def test_what_is_no_word_of_a_table_is_not_there(word: str) -> None:
    library = lemminflect()
    for table in (library.Lemmatizer().lemma_dict, library.Inflections().infl_dict):
        assert table.get(word, {"NOUN": ("none",)}) == {"NOUN": ("none",)}


def test_nobody_changes_a_table_by_changing_what_it_gave() -> None:
    library = lemminflect()
    first = deepcopy(library.getAllInflections("be"))
    library.getAllInflections("be").clear()
    assert library.getAllInflections("be") == first
    assert library.getAllLemmas("ran") == {"VERB": ("run",)}
    assert library.getInflection("bake", "VBG") == ("baking",)
