"""Lines over clips by their words and their order, without a model."""

from itertools import pairwise, permutations
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from popcorn.errors import DataError
from popcorn.graphs.ad.likeness import likeness
from popcorn.graphs.ad.matching import Rooms, match
from popcorn.graphs.ad.ordering import FORWARD, ordered
from popcorn.graphs.ad.pieces import parted, pieces
from popcorn.graphs.asking.lengths import spoken_units
from popcorn.tools.editing.types import Role
from popcorn.tools.embedding.encoder import open_encoder
from popcorn.tools.embedding.hashing_encoder import HashingEncoder
from popcorn.tools.footage.types import Flaw, FootageClip, HeardWord
from popcorn.tools.media.area import Area

WHOLE = Area(0, 0, 1, 1)
NOTES = ["a parcel at the door", "a hand opens the lid", "steam over hot coffee", "a bike on a forest road"]
SCRIPT = [
    "It fits the bottle cage of your bicycle.",
    "Coffee stays hot for six hours.",
    "The lid opens with one hand.",
    "Delivered to your door.",
]


def clip(number: int, note: str = "", seconds: float = 5.0, **more: object) -> FootageClip:
    facts = {"sha256": "0" * 64, "width": 1920, "height": 1080, "fps": 30.0, "focus": WHOLE} | more
    return FootageClip(number, Path("a.mp4"), start=10.0 * number, end=10.0 * number + seconds, note=note, **facts)  # type: ignore[arg-type]


def clips_of(notes: list[str], seconds: float = 5.0) -> list[FootageClip]:
    return [clip(number, note, seconds) for number, note in enumerate(notes, 1)]


def rooms(clips: list[FootageClip], *, language: str = "en", repeats: bool = False, rate: float = 2.5) -> Rooms:
    return Rooms(language, rate, tuple(one.seconds for one in clips), repeats)


def test_each_line_goes_over_the_clip_that_its_words_mean_whatever_the_order_of_the_footage() -> None:
    clips = clips_of(NOTES)
    found = match(SCRIPT, clips, open_encoder(), rooms(clips))
    assert [line.clip for line in found.lines] == [4, 3, 2, 1]
    assert [line.script for line in found.lines] == SCRIPT
    assert min(found.likeness) > 0.2
    assert not found.findings
    assert not found.notices


def test_where_nothing_is_known_of_the_clips_the_order_of_the_text_decides_and_that_is_said() -> None:
    clips = clips_of([""] * 7)
    found = match(SCRIPT, clips, HashingEncoder(), rooms(clips))
    assert [line.clip for line in found.lines] == [1, 3, 5, 7]
    assert found.notices == ("nothing is known in words of clips 1, 3, 5, 7: the order of the text chose them",)


def test_the_first_line_is_the_hook_and_the_last_the_call_to_act() -> None:
    clips = clips_of(NOTES)
    lines = match(
        [*SCRIPT[:2], "Two-year warranty.", "Get yours for $24."], clips, HashingEncoder(), rooms(clips)
    ).lines
    assert [line.role for line in lines] == [Role.HOOK, Role.DEMO, Role.PROOF, Role.CALL_TO_ACT]


def test_no_clip_is_used_twice_unless_that_is_asked_for() -> None:
    clips = clips_of(NOTES[:2])
    with pytest.raises(DataError, match="the script has 4 lines, and the footage 2 clips") as caught:
        match(SCRIPT, clips, HashingEncoder(), rooms(clips))
    assert "--allow-repeats" in caught.value.hint
    found = match(SCRIPT, clips, HashingEncoder(), rooms(clips, repeats=True))
    assert sorted(line.clip for line in found.lines) == [1, 1, 2, 2]
    with pytest.raises(DataError, match="0 clips"):
        match(SCRIPT, [], HashingEncoder(), rooms([], repeats=True))


def test_a_line_too_long_for_any_clip_goes_on_over_a_neighbour() -> None:
    clips = clips_of(["", "", "", ""], seconds=4)
    line = "It keeps coffee hot for six hours on the road, and its lid opens with one hand."
    found = match([line], clips, HashingEncoder(), rooms(clips))
    assert [one.script for one in found.lines] == [
        "It keeps coffee hot for six hours on the road,",
        "and its lid opens with one hand.",
    ]
    assert found.lines[0].clip < found.lines[1].clip
    assert not found.findings


def test_a_long_line_without_a_mark_to_part_it_at_is_a_finding_that_says_how_much_to_take_out() -> None:
    clips = clips_of(["a lid"], seconds=2)
    found = match(["The lid opens and closes with one hand on any road"], clips, HashingEncoder(), rooms(clips))
    assert found.findings == (
        "line 1 (“The lid opens and closes with one hand on any road”) takes about 2.4 s more than clip 1 can hold"
        " (2.0 s): take out 6 words, or part it with a comma.",
    )


def test_a_long_line_prefers_a_clip_that_holds_it() -> None:
    clips = [clip(1, "a lid", 2), clip(2, "a lid", 6)]
    line = "The lid opens and closes with one hand on any road"
    assert match([line], clips, HashingEncoder(), rooms(clips)).lines[0].clip == 2


def test_an_unflawed_clip_is_preferred() -> None:
    clips = [clip(1, "a lid", flaws=(Flaw.SHAKY,)), clip(2, "a lid")]
    assert match(["The lid."], clips, HashingEncoder(), rooms(clips)).lines[0].clip == 2


def test_chinese_lines_are_told_by_the_signs_they_share_with_a_note() -> None:
    clips = clips_of(["快递送到门口", "单手打开杯盖", "热咖啡冒着热气"])
    found = match(["咖啡六小时还是热的。", "杯盖单手就能打开。"], clips, open_encoder(), rooms(clips, language="zh"))
    assert [line.clip for line in found.lines] == [3, 2]


def test_speech_counts_as_much_as_a_note() -> None:
    heard = tuple(
        HeardWord(word, at, at + 0.3) for at, word in enumerate(["so", "the", "lid", "opens", "with", "one", "hand"])
    )
    clips = [clip(1, "a table"), clip(2, words=heard)]
    found = likeness([SCRIPT[2]], clips, open_encoder())
    assert found.shape == (1, 2)
    assert found[0, 1] > 0.8 > 0.3 > found[0, 0]


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 4), st.integers(0, 2), st.integers(0, 2**32 - 1))
def test_the_order_is_the_best_of_all_orders(lines: int, more: int, seed: int) -> None:
    worth = np.random.default_rng(seed).random((lines, lines + more))

    def value(path: tuple[int, ...]) -> float:
        steps = sum(after > before for before, after in pairwise(path))
        return float(sum(worth[at, place] for at, place in enumerate(path))) + FORWARD * steps

    best = max(permutations(range(lines + more), lines), key=value)
    assert value(tuple(ordered(worth))) == pytest.approx(value(best))


def test_four_hundred_clips_and_twenty_lines_give_each_line_one_of_its_own() -> None:
    found = ordered(np.random.default_rng(0).random((20, 400)))
    assert len({*found}) == 20


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("Meet it. It holds 4.5 l, and weighs 300 g!", "en", ["Meet it.", "It holds 4.5 l,", "and weighs 300 g!"]),
        (
            "限时活动价4.69万元，1.4T，160匹马力。空间大！",
            "zh",
            ["限时活动价4.69万元，", "1.4T，", "160匹马力。", "空间大！"],
        ),
        ("Open 10:30 to 18:00.", "en", ["Open 10:30 to 18:00."]),
        ("“Hot!” she said. Yes, really hot.", "en", ["“Hot!” she said.", "Yes, really hot."]),
        ("No marks here", "en", ["No marks here"]),
        ("", "en", []),
    ],
)
def test_a_script_is_cut_at_its_punctuation(text: str, language: str, expected: list[str]) -> None:
    assert pieces(text, language) == expected


def test_pieces_beyond_a_number_are_joined_again_the_shortest_first() -> None:
    text = "Meet the mug. It is made of steel, keeps tea hot, fits a bag."
    assert pieces(text, "en", 2) == ["Meet the mug. It is made of steel,", "keeps tea hot, fits a bag."]


@settings(max_examples=100, deadline=None)
@given(st.lists(st.text("ab ,.!。，1", max_size=12), max_size=8), st.integers(1, 9))
def test_parting_loses_nothing_and_joins_what_fits(parts: list[str], most: int) -> None:
    text = " ".join(parts)
    found = parted(text, most, "en")
    assert "".join("".join(found).split()) == "".join(text.split())
    for before, after in pairwise(found):
        assert spoken_units(f"{before} {after}", "en") > most or "。" in before[-1] or "，" in before[-1]
