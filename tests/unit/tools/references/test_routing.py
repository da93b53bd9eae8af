"""Choosing tags: the probe, the votes, and the rule that adds them up."""

from __future__ import annotations

import numpy as np
import pytest
from popcorn.tools.embedding.hashing_encoder import HashingEncoder
from popcorn.tools.embedding.index import VectorIndex
from popcorn.tools.references.tag_probe import CHUNK, fit_probe
from popcorn.tools.references.tag_routing import TagRouter
from popcorn.tools.references.types import Routing


def unit(*rows: list[float]) -> np.ndarray:
    vectors = np.array(rows, dtype=np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def test_the_probe_is_ridge_regression_with_an_intercept() -> None:
    random = np.random.default_rng(3)
    vectors = unit(*random.normal(size=(40, 5)).tolist())
    codes = random.integers(-1, 3, size=40)
    probe = fit_probe(vectors, codes, 3)

    tagged = codes >= 0
    rows, members = vectors[tagged].astype(np.float64), np.eye(3)[codes[tagged]]
    centred, shares = rows - rows.mean(axis=0), members.mean(axis=0)
    penalty = (centred**2).sum() / 5
    # ridge as plain least squares: one more row for each weight, which pulls it to zero
    more_rows = np.vstack([centred, np.sqrt(penalty) * np.eye(5)])
    weights = np.linalg.lstsq(more_rows, np.vstack([members - shares, np.zeros((5, 3))]), rcond=None)[0]
    query = unit([1, 2, 3, 4, 5])[0]
    assert probe(query) == pytest.approx((query - rows.mean(axis=0)) @ weights + shares, abs=1e-6)
    assert probe(query).sum() == pytest.approx(1.0)


def test_the_probe_is_the_same_in_one_block_and_in_many() -> None:
    random = np.random.default_rng(4)
    few, codes = unit(*random.normal(size=(50, 4)).tolist()), random.integers(0, 2, size=50)
    repeats = CHUNK // 50 + 2
    many = fit_probe(np.tile(few, (repeats, 1)), np.tile(codes, repeats), 2)
    assert many(few[0]) == pytest.approx(fit_probe(few, codes, 2)(few[0]), abs=1e-6)


class FixedEncoder:
    """Gives vectors by heart."""

    name = "fixed"
    dimension = 2

    def __init__(self, **vectors: list[float]) -> None:
        self.vectors = vectors
        self.encoded = 0

    def encode(self, texts: object, progress: object = None) -> np.ndarray:
        assert isinstance(texts, (list, tuple))
        self.encoded += 1
        return unit(*[self.vectors[text] for text in texts])


def test_votes_probe_and_name_are_added_up_by_hand() -> None:
    vectors = unit([1, 0], [0.8, 0.6], [0, 1])
    encoder = FixedEncoder(a=[1, 1], b=[0, 1])
    router = TagRouter(np.array(["a", "b", "b"], dtype=object), vectors, VectorIndex.build(vectors), encoder)
    query = unit([1, 0])[0]

    # similarities 1, 0.8 and 0, so votes 1, exp(-0.2 / 0.07) and exp(-1 / 0.07)
    votes = np.array([1.0, 0.0574331 + 0.0000006]) / 1.0574337
    probe = fit_probe(vectors, np.array([0, 1, 1]), 2)(query)
    names = np.array([0.7071068, 0.0])
    # the name counts one and a half times as much as votes and probe, and the weights are means over all three
    expected = (votes + probe + 1.5 * names) / 3.5
    ranked = router.rank(query, Routing.NEIGHBOURS)
    assert [choice.tag for choice in ranked] == ["a", "b"]
    assert [choice.weight for choice in ranked] == pytest.approx(expected.tolist(), abs=1e-6)
    by_name = router.rank(query, Routing.TAG_NAME)
    assert [(choice.tag, choice.weight) for choice in by_name] == [("a", pytest.approx(0.5**0.5)), ("b", 0.0)]


def votes_of_b(*near: tuple[str, float]) -> float:
    """The votes that tag b gets where the nearest references are these: their tags, and their similarities."""
    tags = ["a", "b", ""]
    vectors = unit([1, 0], [0.6, 0.8], [0, 1])
    encoder = FixedEncoder(a=[0.8, 0.6], b=[0.6, 0.8])
    router = TagRouter(np.array(tags, dtype=object), vectors, VectorIndex.build(vectors), encoder)

    def weight(near: tuple[tuple[str, float], ...]) -> float:
        rows = np.array([[tags.index(tag) for tag, _ in near]])
        similarities = np.array([[similarity for _, similarity in near]], dtype=np.float32)
        ranked = router.rank(unit([1, 0])[0], Routing.NEIGHBOURS, (rows, similarities))
        return {choice.tag: choice.weight for choice in ranked}["b"]

    # probe and name stay the same, and the votes are one of 1 + 1 + 1.5 parts of the weight
    return 3.5 * (weight(near) - weight((("a", 1.0),)))


def test_a_reference_007_less_similar_than_the_nearest_has_one_eth_of_its_vote() -> None:
    assert votes_of_b(("a", 0.9), ("b", 0.83)) == pytest.approx(0.36788 / 1.36788, abs=1e-5)


def test_equal_references_have_equal_votes_however_far_they_are() -> None:
    for similarity in (1.0, 0.2, -1.0):
        assert votes_of_b(("a", similarity), ("b", similarity)) == pytest.approx(0.5)


def test_the_votes_are_shared_out_whole_when_the_nearest_reference_has_no_tag() -> None:
    assert votes_of_b(("", 0.9), ("b", 0.6)) == pytest.approx(1.0)
    assert votes_of_b(("", 0.9)) == pytest.approx(0.0)


def test_the_hundred_nearest_references_vote_and_no_others() -> None:
    assert votes_of_b(*[("a", 0.9)] * 99, ("b", 0.9)) == pytest.approx(0.01)
    assert votes_of_b(*[("a", 0.9)] * 99, ("b", 0.9), ("b", 0.9)) == pytest.approx(0.01)
    assert votes_of_b(*[("a", 0.9)] * 100, ("b", 0.9)) == pytest.approx(0.0)


def test_a_tag_that_none_of_the_hundred_nearest_has_is_ranked_all_the_same() -> None:
    router = a_router(["tea"] * 100 + ["yarn"], ["green tea"] * 100 + ["knitting"])
    ranked = router.rank(HashingEncoder().encode(["green tea"])[0], Routing.NEIGHBOURS)
    assert [choice.tag for choice in ranked] == ["tea", "yarn"]


def test_weights_stay_between_0_and_1() -> None:
    # the tags' rows are close together, so that the probe alone gives a query far to one side more than 2
    vectors = unit([0.985, 0.174], [0.985, -0.174])
    encoder = FixedEncoder(a=[0, 1], b=[0, -1])
    router = TagRouter(np.array(["a", "b"], dtype=object), vectors, VectorIndex.build(vectors), encoder)
    query = unit([0, 1])[0]
    assert fit_probe(vectors, np.array([0, 1]), 2)(query).tolist() == pytest.approx([2.4, -1.4], abs=0.05)
    for routing in Routing:
        assert [choice.weight for choice in router.rank(query, routing)] == [1.0, 0.0]


def test_a_prepared_router_encodes_the_names_no_more() -> None:
    vectors = unit([1, 0], [0, 1])
    encoder = FixedEncoder(a=[1, 0], b=[0, 1])
    router = TagRouter(np.array(["a", "b"], dtype=object), vectors, VectorIndex.build(vectors), encoder)
    router.prepare()
    assert encoder.encoded == 1
    for routing in Routing:
        router.rank(unit([1, 0])[0], routing)
    assert encoder.encoded == 1


def test_a_router_of_one_reference_and_one_of_none_answer() -> None:
    one = a_router(["tea"], ["green tea"])
    assert [choice.tag for choice in one.rank(HashingEncoder().encode(["tea"])[0], Routing.NEIGHBOURS)] == ["tea"]
    empty = np.empty((0, 2), dtype=np.float32)
    none = TagRouter(np.array([], dtype=object), empty, VectorIndex.build(empty), FixedEncoder())
    none.prepare()
    assert none.rank(unit([1, 0])[0], Routing.NEIGHBOURS) == ()


def a_router(tags: list[str], titles: list[str]) -> TagRouter:
    vectors = HashingEncoder().encode(titles)
    return TagRouter(np.array(tags, dtype=object), vectors, VectorIndex.build(vectors), HashingEncoder())


def test_references_without_a_tag_do_not_vote() -> None:
    router = a_router(["", "", "tea"], ["green tea", "black tea", "tea time"])
    assert router.names == ("tea",)
    assert router.codes.tolist() == [-1, -1, 0]
    (choice,) = router.rank(HashingEncoder().encode(["green tea"])[0], Routing.NEIGHBOURS)
    assert choice.tag == "tea"
    assert 0 < choice.weight <= 1


def test_a_catalogue_without_tags_ranks_none() -> None:
    router = a_router(["", ""], ["green tea", "black tea"])
    assert router.rank(HashingEncoder().encode(["tea"])[0], Routing.NEIGHBOURS) == ()


def test_equal_tags_come_in_alphabetical_order() -> None:
    names = [f"t{number}" for number in range(10, 90)]
    near, far = names[::2], names[1::2]
    encoder = FixedEncoder(**{name: [1.0, 0.0] for name in near}, **{name: [0.0, 1.0] for name in far})
    vectors = unit(*[[1.0, 0.0]] * len(names))
    router = TagRouter(np.array(names[::-1], dtype=object), vectors, VectorIndex.build(vectors), encoder)
    assert [choice.tag for choice in router.rank(unit([1, 0])[0], Routing.TAG_NAME)] == near + far


def test_the_nearest_references_outvote_a_misleading_name() -> None:
    # "Light" is the name of a tag about physics, and the word stands in many cooking titles
    tags = ["Cooking"] * 40 + ["Light"] * 40
    titles = [f"light summer salad with beans {n}" for n in range(40)] + [f"photons and prisms {n}" for n in range(40)]
    router = a_router(tags, titles)
    query = HashingEncoder().encode(["a light summer salad"])[0]
    assert router.rank(query, Routing.TAG_NAME)[0].tag == "Light"
    assert router.rank(query, Routing.NEIGHBOURS)[0].tag == "Cooking"
