"""Which titles a predictor can judge, and why it cannot judge others."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import pytest
from popcorn.tools.embedding.hashing_encoder import HashingEncoder
from popcorn.tools.popularity.domain import (
    FEWEST_TITLES,
    LONGEST,
    REFUSED,
    Domain,
    doubt_of_form,
    fit_domain,
    language_of,
)
from popcorn.tools.popularity.made_up import EACH, made_up
from popcorn.tools.popularity.other_titles import KNOWN, moments_of, read_moments, save_moments, shipped_moments
from popcorn.tools.popularity.other_titles import REFUSED as OTHERS
from popcorn.tools.popularity.title_look import COUNTS
from pydantic import TypeAdapter

TOPICS = ("bread", "chess", "otters", "noodles", "skating", "origami", "volcanoes", "violins", "foxes", "lighthouses")
WAYS = ("How to love {} in a week", "Why nobody talks about {}", "A quiet day with {} and my brother", "We tried {}!")
PLACES = ("Paris", "New York", "Kyoto", "Lima", "the old town", "our garden", "Anna's kitchen", "the rain")


def known_titles(count: int = 900) -> list[str]:
    chance = np.random.default_rng(0)
    return [
        f"{WAYS[chance.integers(4)].format(TOPICS[chance.integers(10)])} in {PLACES[chance.integers(8)]} {n}"
        for n in range(count)
    ]


@pytest.fixture(scope="module")
def domain() -> Domain:
    return fit_domain(known_titles(), HashingEncoder().encode)


@pytest.mark.parametrize(
    ("title", "doubt"),
    [
        ("", "it has no title"),
        ("_", "it is mostly signs"),
        (".", "it is mostly signs"),
        ("🍜🔥💯", "it is mostly signs"),
        ("83 7192 44 1", "it is mostly signs"),
        ("lol", "it is a single word"),
        ("a", "it is a single word"),
        ("Street tacos", "it has only two words"),
        ("BTS BTS BTS BTS BTS", "it repeats itself"),
        ("tacos Tacos TACOS!", "it repeats itself"),
        ("word " + "another one " * 1 + "x" * 120, "it is longer than 120 characters"),
        ("Street tacos at dawn", ""),
        ("It's my grandmother's soup", ""),
        ("外婆的饺子", ""),
        ("ร้านก๋วยเตี๋ยวกลางคืน", ""),
    ],
)
def test_a_form_that_no_title_has_is_named(title: str, doubt: str) -> None:
    assert doubt_of_form(title, 3, LONGEST) == doubt


@pytest.mark.parametrize(
    ("title", "code"),
    [
        ("La recette secrète de ma grand-mère", "fr"),
        ("Warum Katzen Angst vor Gurken haben", "de"),
        ("外婆的秘密饺子食谱", "zh"),
        ("Почему кошки боятся огурцов", "ru"),
        ("Why cats are afraid of cucumbers", "en"),
        ("Incubus - Loneliest", ""),
        ("BTS (방탄소년단) - Airplane pt.2 @BTS COMEBACK SHOW", ""),
        ("\udcff\ud800 no text at all", "en"),
        ("\udcff", ""),
    ],
)
def test_a_language_is_named_where_it_is_sure(title: str, code: str) -> None:
    assert language_of(title) == code


def test_a_title_in_another_language_than_the_known_ones_is_not_judged(domain: Domain) -> None:
    assert domain.languages == ("en",)
    assert domain.doubts("La recette secrète de ma grand-mère", None) == ("it is not in English",)
    assert domain.doubts("Why nobody talks about my grandmother's bread", None) == ()
    french = fit_domain(["La recette secrète de ma grand-mère", "Pourquoi les chats ont peur"], HashingEncoder().encode)
    assert french.doubts("Why cats are afraid of cucumbers", None) == ("it is not in French",)
    assert Domain().doubts("La recette secrète de ma grand-mère", None) == (), "nothing is known of its titles"


def test_made_up_texts_are_refused_and_about_as_many_titles_as_it_says(domain: Domain) -> None:
    def refused(texts: list[str]) -> float:
        vectors = HashingEncoder().encode(texts)
        return float(np.mean([bool(domain.doubts(text, one)) for text, one in zip(texts, vectors, strict=True)]))

    assert refused(made_up(known_titles(), seed=1)) > 0.9
    assert refused([title.replace("week", "month") for title in known_titles()]) < 3 * REFUSED
    vector = HashingEncoder().encode(["gnwlx ptr aavoq hhke zz"])[0]
    assert domain.doubts("gnwlx ptr aavoq hhke zz", vector) == ("it does not read like a title",)


def test_names_alone_have_to_look_more_like_a_title(domain: Domain) -> None:
    title, look = "Why nobody talks about bread in Paris", domain.look
    assert look is not None
    vector = HashingEncoder().encode([title])[0]
    doubtful = replace(domain, look=replace(look, least=look.of(title, vector) - 1))
    assert doubtful.doubts(title, vector) == ()
    assert doubtful.doubts(title, vector, all_names=True) == ("names are piled up",)
    parted = "Why nobody talks | bread in Paris"
    assert doubtful.doubts(parted, vector, all_names=True) != ("names are piled up",)


def test_of_few_titles_nothing_is_learned_but_their_language() -> None:
    few = fit_domain(known_titles(FEWEST_TITLES - 1), HashingEncoder().encode)
    assert few == Domain(("en",), 2, LONGEST)


def test_what_a_title_is_comes_back_from_json_as_it_was(domain: Domain) -> None:
    assert TypeAdapter(Domain).validate_json(json.dumps(asdict(domain)), strict=True) == domain


def test_titles_as_long_as_the_known_ones_are_judged() -> None:
    captions = [title + " and so on" * 30 for title in known_titles(100)]
    longer = fit_domain(captions, HashingEncoder().encode)
    assert longer.longest >= 300
    assert longer.doubts(captions[0], None) == ()
    assert longer.doubts(" ".join(f"{n} words" for n in range(100)), None) != ()


def test_titles_as_short_as_the_known_ones_are_judged() -> None:
    shorter = fit_domain([*known_titles(100), *["Slow bread"] * 3], HashingEncoder().encode)
    assert shorter.fewest == 2
    assert shorter.doubts("Fast bread", None) == ()
    assert shorter.doubts("Bread", None) == ("it is a single word",)
    shortest = fit_domain([*known_titles(100), *["Bread"] * 3], HashingEncoder().encode)
    assert shortest.doubts("Otters", None) == ()


def test_made_up_texts_are_the_same_every_time_and_of_eight_kinds() -> None:
    texts = made_up(known_titles(50), seed=3)
    assert len(texts) == 8 * EACH
    assert texts == made_up(known_titles(50), seed=3) != made_up(known_titles(50), seed=4)
    assert not set(texts) & set(known_titles(50))


def test_titles_of_another_platform_are_known_for_such_and_own_ones_are_not() -> None:
    encode = HashingEncoder().encode
    foreign = [
        f"{n} REASONS You Will Never Believe What {topic.title()} Did Next" for n in range(90) for topic in TOPICS
    ]
    moments = moments_of("web-headlines", foreign, encode(foreign))
    titles = known_titles()
    domain = fit_domain(titles, encode, others=[moments])
    assert [other.platform for other in domain.others] == ["web-headlines"]
    assert domain.others[0].known > KNOWN

    look = domain.look
    assert look is not None
    lenient = replace(domain, look=replace(look, least=-1e9))

    def refused(texts: list[str]) -> list[str]:
        vectors = encode(texts)
        return [said[0] for text, one in zip(texts, vectors, strict=True) if (said := lenient.doubts(text, one))]

    told = refused([title.replace("Did Next", "Said Then") for title in foreign])
    assert told.count("it reads like web headlines, and unlike the titles that were learned from") > 0.9 * len(foreign)
    assert len(refused([title.replace("week", "month") for title in titles])) < 3 * (REFUSED + OTHERS) * len(titles)
    assert TypeAdapter(Domain).validate_json(json.dumps(asdict(domain)), strict=True) == domain


def test_titles_that_are_no_other_kind_are_not_told_apart() -> None:
    encode = HashingEncoder().encode
    titles = known_titles()
    alike = moments_of("youtube", titles, encode(titles))
    assert fit_domain(titles, encode, others=[alike]).others == ()


def test_what_ships_says_what_titles_of_its_platforms_look_like() -> None:
    youtube, headlines = shipped_moments()
    assert (youtube.platform, headlines.platform) == ("youtube", "web-headlines")
    few, many = (float(np.exp(one.mean[0]) - 1) for one in (youtube, headlines))
    assert 5 < few < 10 < many < 20, "words of a title"
    assert youtube.mean.shape == (COUNTS + 384,)
    first, again, other = youtube.drawn(50, 0), youtube.drawn(50, 0), youtube.drawn(50, 1)
    np.testing.assert_array_equal(first, again)
    assert not np.array_equal(first, other)
    np.testing.assert_allclose(youtube.drawn(4_000, 0).mean(axis=0), youtube.mean, atol=0.3)


def test_moments_come_back_as_they_were_kept(tmp_path: Path) -> None:
    moments = moments_of("youtube", known_titles(), HashingEncoder().encode(known_titles()))
    save_moments(tmp_path, moments)
    found = read_moments(tmp_path, "youtube")
    for name in ("mean", "directions", "rest"):
        np.testing.assert_allclose(getattr(found, name), getattr(moments, name), rtol=1e-3, atol=1e-3)
