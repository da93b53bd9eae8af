"""Retrieval: which references stand on which side, and what is said when there are too few."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from popcorn.errors import DataError, RequestError
from popcorn.tools.embedding.hashing_encoder import HashingEncoder
from popcorn.tools.references.catalogue import Catalogue
from popcorn.tools.references.catalogue_build import build_catalogue
from popcorn.tools.references.pool import Pool, Sizes, sizes_of, split_by_comments
from popcorn.tools.references.retrieval import Retriever
from popcorn.tools.references.sample import read_sample
from popcorn.tools.references.types import Reference, Retrieval, RetrievalOptions, Routing, Side

FOODS = ("noodles", "dumplings", "rice", "soup", "bread", "curry", "pancakes", "tofu", "salad", "stew")
GAMES = ("chess", "tetris", "racing", "shooter", "puzzle", "arcade", "strategy", "platformer", "quest", "dungeon")


def a_reference(number: int, title: str, tag: str, comments: int | None, split: str = "") -> Reference:
    return Reference(id=f"r{number}", title=title, tag=tag, comments=comments, split=split, source="test")


def dishes(count: int = 30) -> list[Reference]:
    return [a_reference(n, f"cooking {FOODS[n % 10]} at home, part {n}", "Food", n * 3) for n in range(count)]


def matches(count: int = 30) -> list[Reference]:
    return [a_reference(100 + n, f"playing {GAMES[n % 10]} game, level {n}", "Game", n * 5 + 1) for n in range(count)]


def a_catalogue(folder: Path, references: list[Reference]) -> Catalogue:
    return build_catalogue(folder / "test", references, HashingEncoder())


def a_retriever(folder: Path, references: list[Reference]) -> Retriever:
    return Retriever(a_catalogue(folder, references), HashingEncoder(), _without_command)


class Compass:
    """Reads a text as an angle in degrees: the similarity of two texts is the cosine of the angle between them."""

    name = "compass"
    dimension = 2

    def __init__(self) -> None:
        self.read: list[str] = []

    def preload(self) -> None:
        """There is nothing to load."""

    def encode(self, texts: Sequence[str], progress: object = None) -> np.ndarray:
        self.read += texts
        angles = np.radians([float(text) for text in texts])
        return np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32)


def _without_command(request: str) -> str:
    return request.removeprefix("Make a game video about ")


@pytest.fixture(scope="module")
def far_off(tmp_path_factory: pytest.TempPathFactory) -> Retriever:
    """1,100 popular references within 44 degrees, and 110 that nobody talked about: one at 10, the rest from 60 on."""
    popular = [a_reference(n, f"{n / 25}", "0", 1000 + n) for n in range(1100)]
    quiet = [a_reference(2000 + n, f"{60 + n / 10}", "0", n) for n in range(109)]
    folder = tmp_path_factory.mktemp("compass") / "test"
    catalogue = build_catalogue(folder, [*popular, *quiet, a_reference(3000, "10", "0", 0)], Compass())
    return Retriever(catalogue, Compass())


@pytest.fixture(scope="module")
def kitchen(tmp_path_factory: pytest.TempPathFactory) -> Retriever:
    return a_retriever(tmp_path_factory.mktemp("kitchen"), dishes() + matches())


def ids(retrieval: Retrieval, side: Side) -> list[str]:
    return [found.reference.id for found in retrieval.on(side)]


def test_the_sides_are_the_nearest_of_the_bottom_share_and_of_the_rest(kitchen: Retriever) -> None:
    found = kitchen.retrieve("cooking noodles at home", RetrievalOptions(references=10))

    query = HashingEncoder().encode(["cooking noodles at home"])[0]
    near = {n: float(HashingEncoder().encode([dishes()[n].text])[0] @ query) for n in range(30)}
    assert found.query == "cooking noodles at home"
    assert [choice.tag for choice in found.tags] == ["Food"]
    for side, allowed, size in ((Side.POPULAR, range(3, 30), 9), (Side.UNPOPULAR, range(3), 1)):
        best = sorted((near[n] for n in allowed), reverse=True)[:size]
        assert [one.similarity for one in found.on(side)] == pytest.approx(best, abs=1e-5)
        chosen = [int(one.reference.id[1:]) for one in found.on(side)]
        assert set(chosen) <= set(allowed)
        assert [near[n] for n in chosen] == pytest.approx(best, abs=1e-5)
    assert found.notices == ()


def test_each_side_comes_nearest_first(kitchen: Retriever) -> None:
    found = kitchen.retrieve("play a chess game", RetrievalOptions(references=30, tags=2))
    for side in Side:
        similarities = [one.similarity for one in found.on(side)]
        assert len(similarities) > 1
        assert similarities == sorted(similarities, reverse=True)


def test_the_same_request_gives_the_same_answer_even_among_equals(tmp_path: Path) -> None:
    twins = [a_reference(n, "the very same title", "Food", 7) for n in range(40)]
    retriever = a_retriever(tmp_path, twins)
    first = retriever.retrieve("the very same title")
    assert first == retriever.retrieve("the very same title")
    assert ids(first, Side.UNPOPULAR) == ["r0"]
    assert ids(first, Side.POPULAR) == [f"r{n}" for n in range(4, 13)]


def test_a_side_that_is_rare_among_the_nearest_is_the_nearest_of_its_own_all_the_same(far_off: Retriever) -> None:
    # of 1,210 references the bottom tenth are 121: the 110 quiet ones and the 11 with the fewest comments of the rest,
    # which stand at 0 to 0.4 degrees
    found = far_off.retrieve("0", RetrievalOptions(references=140))
    unpopular = found.on(Side.UNPOPULAR)
    assert [float(one.reference.title) for one in unpopular] == [n / 25 for n in range(11)] + [10, 60, 60.1]
    assert [one.similarity for one in unpopular[-3:]] == pytest.approx([0.984808, 0.5, 0.498488], abs=1e-5)
    popular = [float(one.reference.title) for one in found.on(Side.POPULAR)]
    assert popular == [n / 25 for n in range(11, 137)]


def test_a_popular_side_that_is_rare_among_the_nearest_is_the_nearest_of_its_own_all_the_same(
    far_off: Retriever,
) -> None:
    # without the 1,100 there are 110, of which 11 are the bottom: the one at 10 and those from 60 to 60.9
    found = far_off.leaving_out(frozenset(f"r{n}" for n in range(1100))).retrieve("0", RetrievalOptions(references=10))
    assert [float(one.reference.title) for one in found.on(Side.UNPOPULAR)] == [10]
    assert [float(one.reference.title) for one in found.on(Side.POPULAR)] == [61 + n / 10 for n in range(9)]


def test_a_request_from_the_other_direction_finds_the_other_end(far_off: Retriever) -> None:
    found = far_off.retrieve("90", RetrievalOptions(references=10))
    assert [float(one.reference.title) for one in found.on(Side.UNPOPULAR)] == [70.8]
    assert [float(one.reference.title) for one in found.on(Side.POPULAR)] == [n / 25 for n in range(1099, 1090, -1)]


def test_a_reference_without_a_count_stands_on_no_side_but_helps_to_choose_the_tag(tmp_path: Path) -> None:
    silent = [a_reference(200 + n, f"knitting a warm scarf {n}", "Craft", None) for n in range(20)]
    counted = [a_reference(300 + n, f"paper boats {n}", "Craft", n) for n in range(20)]
    found = a_retriever(tmp_path, dishes() + silent + counted).retrieve("knitting a warm scarf")
    assert found.tags[0].tag == "Craft"
    assert {one.reference.title.split(" ")[0] for one in found.references} == {"paper"}


def test_excluded_references_never_come_back_and_do_not_shift_what_popular_means(tmp_path: Path) -> None:
    retriever = a_retriever(tmp_path, dishes() + matches())
    excluded = frozenset(f"r{n}" for n in range(0, 30, 2))
    found = retriever.leaving_out(excluded).retrieve("cooking noodles at home", RetrievalOptions(references=10))
    assert len(found.references) == 10
    assert not {one.reference.id for one in found.references} & excluded
    assert ids(found, Side.UNPOPULAR) == ["r1"]
    again = retriever.retrieve("cooking noodles at home", RetrievalOptions(references=10))
    assert {one.reference.id for one in again.references} & excluded


def test_too_few_of_a_tag_are_joined_by_the_next_tag_and_it_is_said(tmp_path: Path) -> None:
    few = [a_reference(500 + n, f"origami crane number {n}", "Craft", n) for n in range(4)]
    found = a_retriever(tmp_path, dishes() + matches() + few).retrieve("origami crane")
    assert found.tags[0].tag == "Craft"
    assert len(found.tags) == 2
    assert len(found.references) == 10
    assert found.notices == (f"'Craft' alone has 4 references to use: widened to {found.tags[1].tag!r}",)


def test_tags_join_until_both_sides_are_full_and_all_of_them_are_named(tmp_path: Path) -> None:
    # at 0 degrees each next tag is farther; ten references need two of the tags A to D, with five each
    references = [a_reference(10 * tag + n, f"{20 * tag}", f"{20 * tag}", n) for tag in range(5) for n in range(5)]
    retriever = Retriever(build_catalogue(tmp_path / "test", references, Compass()), Compass())
    two = retriever.retrieve("0", RetrievalOptions(references=10))
    assert [choice.tag for choice in two.tags] == ["0", "20"]
    assert two.notices == ("'0' alone has 5 references to use: widened to '20'",)
    four = retriever.retrieve("0", RetrievalOptions(references=20, tags=2))
    assert [choice.tag for choice in four.tags] == ["0", "20", "40", "60"]
    assert four.notices == ("'0', '20' alone has 10 references to use: widened to '40', '60'",)
    assert sorted({one.reference.tag for one in four.references}) == ["0", "20", "40", "60"]


def test_a_tag_with_just_enough_references_is_not_widened(tmp_path: Path) -> None:
    found = a_retriever(tmp_path, dishes(10) + matches()).retrieve("cooking at home", RetrievalOptions(references=10))
    assert [choice.tag for choice in found.tags] == ["Food"]
    assert (len(found.on(Side.POPULAR)), len(found.on(Side.UNPOPULAR))) == (9, 1)
    assert found.notices == ()


def test_a_prepared_retriever_has_only_the_request_to_encode(tmp_path: Path) -> None:
    references = [a_reference(n, f"{n}", f"{n % 3}", n) for n in range(30)]
    compass = Compass()
    retriever = Retriever(build_catalogue(tmp_path / "test", references, Compass()), compass)
    assert retriever.catalogue == "test"
    retriever.prepare()
    assert compass.read == ["0", "1", "2"]
    retriever.retrieve("7")
    assert compass.read == ["0", "1", "2", "7"]


def test_a_tag_whose_references_have_no_count_does_not_join(tmp_path: Path) -> None:
    references = [a_reference(n, "0", "0", n) for n in range(4)]
    references += [a_reference(100, "20", "20", None)]
    references += [a_reference(200 + n, "60", "60", n) for n in range(9)]
    retriever = Retriever(build_catalogue(tmp_path / "test", references, Compass()), Compass())
    found = retriever.retrieve("0", RetrievalOptions(references=10))
    assert [choice.tag for choice in found.tags] == ["0", "60"]
    assert found.notices == ("'0' alone has 4 references to use: widened to '60'",)


def test_a_catalogue_that_cannot_fill_the_set_says_how_many_there_were(tmp_path: Path) -> None:
    found = a_retriever(tmp_path, dishes(6)).retrieve("cooking noodles", RetrievalOptions(references=10))
    assert len(found.references) == 6
    assert found.notices[-1] == "6 of 10 references were found: the catalogue 'test' has no more to use"


def test_nothing_to_use_gives_nothing_and_says_so(tmp_path: Path) -> None:
    references = dishes(12)
    retriever = a_retriever(tmp_path, references)
    found = retriever.leaving_out(frozenset(one.id for one in references)).retrieve("cooking noodles")
    assert found.references == ()
    assert found.notices == (
        "the catalogue 'test' has no reference with a comment count that may be used for this request: "
        "12 are left out, since the predictor in use learned from them",
    )


def test_only_references_of_the_wanted_split_are_used(tmp_path: Path) -> None:
    references = [
        a_reference(n, f"cooking {FOODS[n % 10]} {n}", "Food", n, "valid" if n % 2 else "train") for n in range(40)
    ]
    found = a_retriever(tmp_path, references).retrieve("cooking rice", RetrievalOptions(split="valid"))
    assert {one.reference.split for one in found.references} == {"valid"}
    assert len(found.references) == 10


def test_a_catalogue_without_tags_is_searched_as_a_whole(tmp_path: Path) -> None:
    untagged = [a_reference(n, f"cooking {FOODS[n % 10]} {n}", "", n) for n in range(30)]
    found = a_retriever(tmp_path, untagged).retrieve("cooking rice")
    assert found.tags == ()
    assert len(found.references) == 10
    assert found.notices == ("the catalogue 'test' has no tags: all of its references were compared",)


def test_more_tags_than_there_are_means_all_of_them_and_it_is_said(kitchen: Retriever) -> None:
    found = kitchen.retrieve("cooking rice", RetrievalOptions(tags=5))
    assert {choice.tag for choice in found.tags} == {"Food", "Game"}
    assert found.notices == ("the catalogue 'test' has 2 tags, not 5: all were used",)


def test_counts_of_several_sources_are_called_incomparable(tmp_path: Path) -> None:
    mixed = [
        Reference(id=str(n), title=f"soup {n}", tag="Food", comments=n, source=("here", "there")[n % 2])
        for n in range(20)
    ]
    found = a_retriever(tmp_path, mixed).retrieve("soup")
    assert found.notices == ("the catalogue 'test' mixes the counts of 2 sources, which share no scale",)


def test_the_name_of_one_source_may_have_spaces(tmp_path: Path) -> None:
    one = [Reference(id=str(n), title=f"soup {n}", tag="Food", comments=n, source="my own set") for n in range(20)]
    assert a_retriever(tmp_path, one).retrieve("soup").notices == ()


def test_the_tags_of_a_request_are_those_that_its_retrieval_takes(kitchen: Retriever) -> None:
    for request in ("cooking rice", "play a chess game"):
        ranked = kitchen.choose_tags(request)
        assert len(ranked) == 2
        assert ranked == kitchen.retrieve(request, RetrievalOptions(tags=2)).tags
        assert ranked != kitchen.choose_tags(request, Routing.TAG_NAME)


def test_the_words_of_the_command_count_only_for_the_published_rule(kitchen: Retriever) -> None:
    command, subject = "Make a game video about cooking rice", "cooking rice"
    for routing in Routing:
        ranked = [kitchen.choose_tags(text, routing) for text in (command, subject)]
        found = [kitchen.retrieve(text, RetrievalOptions(tags=2, routing=routing)) for text in (command, subject)]
        assert [one.tags for one in found] == ranked
        by_name = routing is Routing.TAG_NAME
        assert (ranked[0] != ranked[1]) is by_name
        assert ([one.similarity for one in found[0].references] != [one.similarity for one in found[1].references]) is (
            by_name
        )


def test_the_published_rule_compares_the_whole_request_with_the_names_of_the_tags(kitchen: Retriever) -> None:
    assert kitchen.choose_tags("game", Routing.TAG_NAME)[0].tag == "Game"
    request = "Make a video about cooking dumplings at home"
    similarity = float(HashingEncoder().encode([request])[0] @ HashingEncoder().encode(["Food"])[0])
    weights = {choice.tag: choice.weight for choice in kitchen.choose_tags(request, Routing.TAG_NAME)}
    assert weights["Food"] == pytest.approx(max(0.0, similarity), abs=1e-6)
    assert kitchen.choose_tags(request)[0].tag == "Food"


MANY = "Ask for 1 or more; the paper uses 10, 50 and 100."
SHARE = "Give a share from 0 to below 1, e.g. 0.1."


@pytest.mark.parametrize(
    ("options", "said", "hint"),
    [
        (RetrievalOptions(references=0), "0 references were asked for", MANY),
        (RetrievalOptions(references=-3), "-3 references were asked for", MANY),
        (RetrievalOptions(tags=0), "0 tags were asked for", "Ask for 1 or more."),
        (RetrievalOptions(negative_share=1.0), "the negative share is 1.0", SHARE),
        (RetrievalOptions(negative_share=-0.1), "the negative share is -0.1", SHARE),
        (RetrievalOptions(negative_share=float("nan")), "the negative share is nan", SHARE),
    ],
)
def test_options_that_make_no_sense_are_refused(
    kitchen: Retriever, options: RetrievalOptions, said: str, hint: str
) -> None:
    with pytest.raises(RequestError) as refused:
        kitchen.retrieve("cooking rice", options)
    assert (refused.value.message, refused.value.hint) == (said, hint)


def test_one_reference_of_one_tag_may_be_asked_for_and_no_unpopular_ones(kitchen: Retriever) -> None:
    (one,) = kitchen.retrieve("cooking rice", RetrievalOptions(references=1, tags=1)).references
    assert one.side is Side.POPULAR
    none = kitchen.retrieve("cooking rice", RetrievalOptions(negative_share=0.0))
    assert (len(none.on(Side.POPULAR)), len(none.on(Side.UNPOPULAR))) == (10, 0)
    nearly_all = kitchen.retrieve("cooking rice", RetrievalOptions(negative_share=0.99))
    assert (len(nearly_all.on(Side.POPULAR)), len(nearly_all.on(Side.UNPOPULAR))) == (1, 9)


@pytest.mark.parametrize("request_text", ["", "   ", "\n\t"])
def test_an_empty_request_is_refused(kitchen: Retriever, request_text: str) -> None:
    with pytest.raises(RequestError, match="the request is empty") as refused:
        kitchen.retrieve(request_text)
    assert refused.value.message == "the request is empty"
    assert refused.value.hint == "Say in a sentence what the video should be about."


@pytest.mark.parametrize(
    "request_text", ["🍜🍜🍜", "!!!", "制作一个关于面条的视频", "make a video", "شوربة", "x" * 100_000]
)
def test_odd_requests_still_find_something(kitchen: Retriever, request_text: str) -> None:
    assert len(kitchen.retrieve(request_text).references) == 10


def test_an_encoder_that_did_not_make_the_vectors_is_refused(tmp_path: Path) -> None:
    class OtherEncoder(HashingEncoder):
        name = "other"  # type: ignore[assignment]

    catalogue = a_catalogue(tmp_path, dishes())
    with pytest.raises(DataError, match="was embedded with 'hashing', not with 'other'") as refused:
        Retriever(catalogue, OtherEncoder())
    assert refused.value.hint == "Use the encoder 'hashing', or import the catalogue again with 'other'."


@pytest.mark.parametrize(
    ("references", "share", "expected"),
    [
        (10, 0.1, Sizes(9, 1)),
        (50, 0.1, Sizes(45, 5)),
        (100, 0.1, Sizes(90, 10)),
        (5, 0.1, Sizes(4, 1)),
        (4, 0.1, Sizes(4, 0)),
        (10, 0.0, Sizes(10, 0)),
        (10, 0.5, Sizes(5, 5)),
        (1, 0.9, Sizes(1, 0)),
        (15, 0.1, Sizes(13, 2)),
        (5, 0.02, Sizes(4, 1)),
        (4, 0.02, Sizes(4, 0)),
        (40, 0.01, Sizes(39, 1)),
    ],
)
def test_k_is_split_as_published(references: int, share: float, expected: Sizes) -> None:
    assert sizes_of(references, share) == expected


def test_a_pool_of_two_has_a_side_each_and_a_pool_of_one_is_popular() -> None:
    comments = np.array([5.0, 1.0])
    both = split_by_comments(np.array([0, 1]), comments, 0.1)
    assert (both.popular.tolist(), both.unpopular.tolist()) == ([0], [1])
    alone = split_by_comments(np.array([1]), comments, 0.1)
    assert (alone.popular.tolist(), alone.unpopular.tolist()) == ([1], [])


def test_a_share_of_nothing_leaves_all_of_a_pool_popular() -> None:
    pool = split_by_comments(np.array([0, 1, 2]), np.array([5.0, 1.0, 3.0]), 0.0)
    assert (pool.popular.tolist(), pool.unpopular.tolist()) == ([1, 2, 0], [])


def test_the_bottom_share_of_a_pool_is_rounded_down_and_equal_counts_go_by_row() -> None:
    # a quarter of 11 is 2.75; rows 3 and 8 have the fewest comments, and of the equal rest row 0 comes first
    comments = np.array([7.0, 7, 7, 1, 7, 7, 7, 7, 0, 7, 7])
    pool = split_by_comments(np.arange(11), comments, 0.25)
    assert pool.unpopular.tolist() == [8, 3]
    assert pool.popular.tolist() == [0, 1, 2, 4, 5, 6, 7, 9, 10]


def test_a_pool_fills_when_both_sides_have_what_is_wanted_and_not_before() -> None:
    pool = Pool(popular=np.arange(9), unpopular=np.arange(9, 10))
    assert pool.fills(Sizes(9, 1))
    assert not pool.fills(Sizes(10, 1))
    assert not pool.fills(Sizes(9, 2))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    comments=st.lists(st.integers(0, 9), min_size=0, max_size=60),
    share=st.floats(0, 0.99),
)
def test_the_sides_share_no_row_lose_none_and_never_overlap_in_comments(comments: list[int], share: float) -> None:
    counts = np.array(comments, dtype=np.float64)
    pool = split_by_comments(np.arange(len(counts)), counts, share)
    assert sorted([*pool.popular.tolist(), *pool.unpopular.tolist()]) == list(range(len(counts)))
    if len(pool.popular) and len(pool.unpopular):
        assert counts[pool.unpopular].max() <= counts[pool.popular].min()


def test_the_contrast_reads_the_tags_pool_and_none_of_what_is_excluded(tmp_path: Path) -> None:
    asked = [a_reference(n, f"why is soup number {n} so good?", "Food", 1000 + n) for n in range(60)]
    told = [a_reference(600 + n, f"soup number {n}", "Food", n) for n in range(60)]
    retriever = a_retriever(tmp_path, asked + told + matches())
    retrieval = retriever.retrieve("soup", RetrievalOptions())
    findings = {finding.kind: finding for finding in retriever.contrast(retrieval)}
    assert (findings["question"].popular, findings["question"].unpopular) == (1.0, 0.0)
    assert (findings["question"].popular_support, findings["question"].unpopular_support) == (40, 40)
    without = retriever.leaving_out(frozenset(one.id for one in asked)).contrast(retrieval)
    assert not [finding for finding in without if finding.kind == "question"]


def test_a_pool_too_small_to_tell_anything_widens_to_all_tags_compared_tag_by_tag_and_says_so(tmp_path: Path) -> None:
    asked = [
        a_reference(700 + n, ("why does it shine?" if n % 40 >= 20 else "shine"), f"Craft {n // 40}", n)
        for n in range(160)
    ]
    retriever = a_retriever(tmp_path, dishes(12) + asked)
    retrieval = retriever.retrieve("cooking noodles at home", RetrievalOptions(references=10))
    assert [choice.tag for choice in retrieval.tags] == ["Food"]
    findings = retriever.contrast(retrieval)
    question = next(finding for finding in findings if finding.kind == "question")
    assert question.text == "a question in the title, over all tags"
    assert question.over_all_tags
    assert not question.weak
    # a third of each tag: 13 of each of the four crafts, 4 of the 12 dishes
    assert (question.popular_support, question.unpopular_support) == (56, 56)
    assert question.popular == pytest.approx(52 / 56)
    excluded = frozenset(one.id for one in asked if one.tag != "Craft 0")
    few = retriever.leaving_out(excluded).contrast(retrieval)
    assert {finding.popular_support for finding in few} == {17}


def test_sixty_references_speak_for_themselves_and_fifty_nine_do_not(tmp_path: Path) -> None:
    # a third of 60 is 20 on each side, all of them questions on the one and none on the other
    def told(count: int) -> set[tuple[bool, int]]:
        soups = [a_reference(n, "soup?" if 2 * n >= count else "soup", "Food", n) for n in range(count)]
        retriever = a_retriever(tmp_path / str(count), soups + matches(90))
        findings = retriever.contrast(retriever.retrieve("soup"))
        return {(one.over_all_tags, one.popular_support) for one in findings if one.kind == "question"}

    assert told(60) == {(False, 20)}
    # 19 of the 59 and 30 of the 90 matches
    assert told(59) == {(True, 49)}


def test_a_catalogue_without_tags_is_contrasted_as_a_whole(tmp_path: Path) -> None:
    soups = [a_reference(n, "soup?" if n >= 30 else "soup", "", n) for n in range(60)]
    retriever = a_retriever(tmp_path, soups)
    (question,) = [one for one in retriever.contrast(retriever.retrieve("soup")) if one.kind == "question"]
    assert (question.popular, question.unpopular, question.over_all_tags) == (1.0, 0.0, False)


def test_where_all_may_be_chance_the_strongest_are_offered_as_weak(tmp_path: Path) -> None:
    # of 20 on each side 10 and 4 are questions. Mixed with ten of their mean share these are log-odds of
    # 13.5 / 16.5 and 7.5 / 22.5, which are 0.90 and so 1.6 standard errors apart: p is 0.11, and 0.1 is asked of the
    # stronger of two things (the other is the length)
    def title(n: int) -> str:
        return f"soup {FOODS[n % 10]}?" if n < 4 or 40 <= n < 50 else f"soup {FOODS[n % 10]}"

    retriever = a_retriever(tmp_path, [a_reference(n, title(n), "Food", n) for n in range(60)])
    findings = retriever.contrast(retriever.retrieve("soup"))
    assert [(one.text, one.weak) for one in findings] == [("weak evidence: a question in the title", True)]


def test_a_pool_of_many_thousands_is_contrasted_by_its_nearest_four_thousand(tmp_path: Path) -> None:
    near = [a_reference(n, "soup today" if n >= 2000 else "soup", "Food", n) for n in range(4050)]
    far = [a_reference(5000 + n, "why chess?", "Food", 10_000 + n) for n in range(150)]
    known = [a_reference(6000 + n, "soup?", "Food", 20_000 + n) for n in range(150)]
    retriever = a_retriever(tmp_path, near + far + known).leaving_out(frozenset(one.id for one in known))
    findings = retriever.contrast(retriever.retrieve("Make a video about soup"))
    # a third of 4,000, and not of the 4,200 that may be used; no question is among the nearest
    assert {(one.kind, one.popular_support) for one in findings} == {("word", 1333), ("length", 1333)}


def test_the_built_in_sample_tells_something_beyond_chance_without_what_the_predictor_learned_from(
    tmp_path: Path,
) -> None:
    learned = frozenset(one.id for one in read_sample() if one.split == "train")
    retriever = a_retriever(tmp_path, read_sample()).leaving_out(learned)
    for request in ("authentic Indian biryani", "a dog that dances", "a love song at night"):
        findings = retriever.contrast(retriever.retrieve(request))
        assert len([finding for finding in findings if not finding.weak]) >= 2, request


def test_the_contrast_keeps_to_the_split_that_was_searched(tmp_path: Path) -> None:
    asked = [a_reference(n, f"why is soup {n} so good?", "Food", 1000 + n, "train") for n in range(60)]
    told = [a_reference(600 + n, f"soup {n}", "Food", n, "train") for n in range(60)]
    other = [a_reference(2000 + n, f"tea {n}", "Food", n, "valid") for n in range(90)]
    retriever = a_retriever(tmp_path, asked + told + other)
    retrieval = retriever.retrieve("soup", RetrievalOptions(split="train"))
    assert {finding.popular_support for finding in retriever.contrast(retrieval, split="train")} == {40}
    assert {finding.popular_support for finding in retriever.contrast(retrieval)} == {70}
