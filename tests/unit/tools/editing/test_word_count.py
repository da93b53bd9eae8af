"""How many words fit a clip."""

from __future__ import annotations

from pathlib import Path

from popcorn.tools.editing.voices.registry import open_voice
from popcorn.tools.editing.word_count import WordCount, count_units, word_count


def test_the_target_is_what_the_voice_speaks_in_nine_tenths_of_the_clip(tmp_path: Path) -> None:
    voice = open_voice("hibari-tts", "en", tmp_path)
    assert word_count(4.0, voice, "en") == WordCount(10, 8, 11, "words")  # 4 s * 0.9 * 2.87


def test_a_moment_still_holds_a_word(tmp_path: Path) -> None:
    assert word_count(0.1, open_voice("none", "en", tmp_path), "en").target == 1


def test_chinese_is_counted_in_characters() -> None:
    assert (
        count_units("极光Aurora保温杯，350毫升。", "zh") == 11
    )  # 极光, Aurora as one, 保温杯, and each sign of 350毫升
    assert count_units("It's a 350 ml mug!", "en") == 5


def test_limits_are_inclusive() -> None:
    count = WordCount(10, 8, 11, "words")
    assert [count.fits(number) for number in (7, 8, 11, 12)] == [False, True, True, False]
