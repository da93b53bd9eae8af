from __future__ import annotations

import pytest
from popcorn.study.ads.answers import Answer, read_answer
from popcorn.study.ads.subtitle_rules import STATED, VARIANTS, Broken, broken_rules
from popcorn.study.ads.word_counts import VARIANTS as WAYS
from popcorn.study.ads.word_counts import Target, targets, word_count
from popcorn.tools.editing.subtitles import segments


def answer(**fields: object) -> Answer:
    return read_answer({"ad": 1, "model": "m", **fields})[0]


def four(language: str) -> float:
    return 4.0 if language.startswith("zh") else 2.0


def test_the_target_of_a_clip_is_what_a_voice_says_in_it_without_its_silence() -> None:
    assert targets([3.0, 1.0, 0.1], 4.0) == [10, 2, 2]  # 4 * 2.65, 4 * 0.65, 4 * 0.5
    assert targets([0.5], 1.0) == [1]


def test_wcd_is_the_words_of_the_script_beside_the_target_of_its_clips() -> None:
    found = word_count(answer(script=["现在只要4.69万元！", "快来看看吧。"], seconds=[3.0, 2.0], language="zh"), four)
    assert found is not None
    assert (found.written, found.target, found.of) == (14, 16, Target.SECONDS)
    assert found.difference == 2


def test_without_seconds_the_reference_script_is_the_target() -> None:
    found = word_count(answer(script=["Six words are too many here"], reference_script=["four words are enough"]), four)
    assert found is not None
    assert (found.difference, found.of) == (2, Target.REFERENCE)


def test_an_empty_script_misses_its_whole_target_and_an_absent_one_is_not_judged() -> None:
    assert word_count(answer(script=[], seconds=[3.0], language="zh"), four).difference == 10  # type: ignore[union-attr]
    assert word_count(answer(order=[1], reference_order=[1], seconds=[3.0]), four) is None
    assert word_count(answer(script=["nothing to compare it with"]), four) is None


def test_other_ways_to_count_words_by_hand() -> None:
    one = answer(script=["好，好好", "看"], seconds=[3.0, 1.0], language="zh")
    count = word_count(one, four)
    assert count is not None
    ways = {name: way(one, count, four) for name, way in WAYS.items()}
    assert ways == {
        "the mean over clips": (7 + 1) / 2,
        "no silence around lines": abs(4 - 16),
        "punctuation counts": abs(5 - 12),
        "units of the subtitles' rule": None,
    }


@pytest.mark.parametrize(
    ("script", "subtitles", "broken"),
    [
        (["现在买最划算，快来吧。"], [["现在买最划算", "快来吧"]], Broken()),
        (["现在买最划算，快来吧。"], [["现在买最划算，快来吧。"]], Broken()),
        (["一二三四五六七八九十一二三四"], [["一二三四五六七八九十一二三四"]], Broken(wide=1)),
        (["你好世界"], [["你好", "世界"]], Broken(crowded=1)),
        (["这个世界真的非常美丽动人"], [["这个世", "界真的非常美丽动人"]], Broken(divided=1)),
        (["hello dear world, this is it"], [["hello dear world,", "this is it"]], Broken()),
        (["an extraordinary performance"], [["an extraordinary perf", "ormance"]], Broken(divided=1)),
        (["你好"], [], Broken(none=True)),
        (["你好", "再见"], [["你好"], []], Broken(none=True)),
        (["1.5升水"], [["1.", "5升水"]], Broken(crowded=1, divided=1)),
    ],
)
def test_what_breaks_the_rules_of_subtitles(script: list[str], subtitles: list[list[str]], broken: Broken) -> None:
    found = broken_rules(answer(script=script, subtitles=subtitles))
    assert found == broken
    assert found is not None
    assert found.right == float(broken == Broken())


@pytest.mark.parametrize(
    "line",
    [
        "全新體驗，馬上開始！",
        "🎉今天全场5折，快来🛒抢购吧！",
        "Donaudampfschifffahrtsgesellschaftskapitän kommt heute vorbei",
        "It costs $24.99, ships in 2 days... and it's light!",
        "ｆｕｌｌ　ｗｉｄｔｈ，全角１２３",
        "いつでもどこでも、すぐに使えます。",
    ],
)
def test_subtitles_of_our_own_cutting_keep_the_rules(line: str) -> None:
    found = broken_rules(answer(script=[line], subtitles=[list(segments(line))]))
    assert found == Broken()


def test_subtitles_without_a_script_are_judged_by_their_own_words() -> None:
    assert broken_rules(answer(subtitles=[["现在买最划算", "快来吧"]])) == Broken()
    assert broken_rules(answer(subtitles=["one flat list", "of a line"])) == Broken()
    assert broken_rules(answer(subtitles=[["这个世", "界真美丽"]])) == Broken(divided=1)


def test_other_weights_change_what_is_too_wide() -> None:
    one = answer(script=["价格2024年12月31日前有效"], subtitles=[["价格2024年12月31日前有效"]])
    rules = {"stated": STATED, **VARIANTS}
    right = {name: broken_rules(one, rule) == Broken() for name, rule in rules.items()}
    assert right == {
        "stated": True,
        "punctuation weighs nothing": True,
        "a digit weighs 1": False,
        "no exceptions for long words": True,
    }
