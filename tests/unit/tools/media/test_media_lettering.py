"""Fonts and lettering: every script has its glyphs, its shapes and its direction."""

from __future__ import annotations

import json
import unicodedata

import numpy as np
import pytest
from popcorn.tools.media import fonts
from popcorn.tools.media.bidi import is_right_to_left, levels, reorder
from popcorn.tools.media.characters import clusters, left_out
from popcorn.tools.media.lettering import paint, shape, units, wrap
from popcorn.tools.media.line_breaks import cut

SCRIPTS = {
    "Latin": "Ünïcödé straße",
    "Cyrillic": "Привет",
    "Greek": "Κόσμε",
    "Arabic": "مرحبا",
    "Hebrew": "שלום",
    "Devanagari": "क्षत्रिय",
    "Bengali": "বাংলা",
    "Tamil": "தமிழ்",
    "Thai": "สวัสดี",
    "Chinese": "东北铁锅炖",
    "Traditional Chinese": "鐵鍋燉",
    "Japanese": "こんにちは東京",
    "Korean": "안녕하세요",
    "Georgian": "ქართული",
    "Ethiopic": "አማርኛ",
    "emoji": "🔥🎬🍿",
}


@pytest.mark.parametrize("text", SCRIPTS.values(), ids=SCRIPTS.keys())
def test_every_script_is_drawn_from_fonts_that_ship(text: str) -> None:
    assert fonts.missing(text) == []
    faces = {fonts.face_for(cluster) for cluster in clusters(text)}
    assert all(face is not None and face.file.parent == fonts.FONTS for face in faces)
    pixels, _ = paint(shape(text, 60), (255, 255, 255))
    assert (pixels[..., 3] > 128).sum() > 300


def test_coverage_says_what_the_files_say() -> None:
    from fontTools.ttLib import TTFont

    listed = json.loads((fonts.FONTS / "coverage.json").read_text(encoding="utf-8"))
    assert set(listed) == {file.name for file in fonts.FONTS.glob("*.[ot]tf")}
    for name in ("Arabic.ttf", "Thai.ttf", "Display.ttf"):
        points = {point for first, last in listed[name] for point in range(first, last + 1)}
        assert points == set(TTFont(fonts.FONTS / name).getBestCmap())


def test_the_fonts_fit_into_fifteen_megabytes_and_carry_their_licence() -> None:
    assert sum(file.stat().st_size for file in fonts.FONTS.glob("*.[ot]tf")) < 15e6
    assert "SIL OPEN FONT LICENSE Version 1.1" in (fonts.FONTS / "OFL.txt").read_text(encoding="utf-8")


def test_what_no_font_has_is_named_with_a_package() -> None:
    lacking = fonts.missing("abc \U00012000 def")
    if fonts.face_for("\U00012000") is None:
        assert [(entry.script, entry.characters) for entry in lacking] == [("CUNEIFORM", "\U00012000")]
        assert "fonts-noto" in lacking[0].packages
    else:
        assert lacking == []


def test_the_text_engine_shapes() -> None:
    assert fonts.shapes_text()
    joined, apart = shape("بيت", 80).width, sum(shape(letter, 80).width for letter in "بيت")
    assert joined < apart * 0.9


def test_emoji_come_in_colour_and_letters_do_not() -> None:
    emoji, _ = paint(shape("🔥", 80), (255, 255, 255))
    letter, _ = paint(shape("A", 80), (255, 255, 255))
    seen = emoji[emoji[..., 3] > 200][:, :3].astype(int)
    assert (seen.max(axis=1) - seen.min(axis=1)).mean() > 60
    assert (letter[..., :3] == 255).all()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("👨‍👩‍👧 ok", ["👨", "👩", "👧", " ", "o", "k"]),
        ("👍🏽", ["👍", "🏽"]),
        ("🇫🇷🇯🇵", ["🇫🇷", "🇯🇵"]),
        ("❤️1️⃣", ["❤️", "1️⃣"]),
        ("é", ["é"]),
        ("a\x00\x07\tb", ["a", " ", "b"]),
    ],
)
def test_clusters_are_what_people_call_characters(text: str, expected: list[str]) -> None:
    assert clusters(text) == expected


def test_the_first_strong_character_gives_the_direction() -> None:
    assert is_right_to_left("123 שלום abc")
    assert not is_right_to_left("2024 abc שלום")
    assert not is_right_to_left("!!! 42 🔥")


def test_levels_and_order_follow_the_bidirectional_algorithm() -> None:
    assert levels("ab אב 12 cd", right_to_left=False) == [0, 0, 0, 1, 1, 1, 2, 2, 0, 0, 0]
    assert levels("אב 12", right_to_left=True) == [1, 1, 1, 2, 2]
    assert reorder([0, 1, 2, 1, 0]) == [0, 3, 2, 1, 4]
    assert reorder([1, 2, 1]) == [2, 1, 0]


def test_mixed_directions_stand_in_visual_order() -> None:
    line = shape("וידאו 3 שניות", 60)
    assert [run.text.strip() for run in line.runs if run.text.strip()] == ["שניות", "3", "וידאו"]
    assert [run.x for run in line.runs] == sorted(run.x for run in line.runs)


@pytest.mark.parametrize(
    "text",
    [
        "Sealed pot biryani: the 3-second reveal",
        "一开盖就香：东北铁锅炖的秘密，你学会了吗？",
        "مرحبا بالعالم وصفة جديدة كل يوم",
        "W" * 80,
    ],
)
def test_wrapped_lines_fit_and_lose_nothing(text: str) -> None:
    lines = wrap(text, 90, 600)
    assert len(lines) > 1
    assert all(line.width <= 600 for line in lines)
    assert "".join("".join(line.text for line in lines).split()) == "".join(text.split())


def test_no_line_starts_with_a_closing_sign() -> None:
    lines = wrap("一二三四五六，七八九十。一二三四五六，七八九十。", 100, 640)
    assert all(not unicodedata.category(line.text[0]).startswith("P") for line in lines)


def test_two_lines_are_evened_out() -> None:
    first, second = wrap("one two three four five six sev", 60, shape("one two three four five six", 60).width + 2)
    assert min(first.width, second.width) / max(first.width, second.width) > 0.6


def test_controls_and_nothing_give_an_empty_line() -> None:
    assert shape("\x00\x01", 40).width == 0
    assert wrap("", 40, 300) == []
    pixels, _ = paint(shape("", 40), (0, 0, 0))
    assert not np.any(pixels[..., 3])


UNITS = [
    ("Quoi ? Vraiment !", ["Quoi ? ", "Vraiment !"]),
    ("50 % off", ["50 % ", "off"]),
    ("東京の寿司屋で食べる朝ごはん", ["東京の", "寿司屋で", "食べる", "朝ごはん"]),
    ("アイスクリームを作る", ["アイスクリームを", "作る"]),
    ("铁锅炖的，香！", ["铁锅", "炖的，", "香！"]),
    ("「東京」へ", ["「東京」へ"]),
    ("为什么天是蓝的", ["为什么", "天是", "蓝的"]),
    ("老北京胡同里的糖葫芦", ["老", "北京", "胡同里的", "糖葫芦"]),
    ("3 a.m. fridge", ["3 a.m. ", "fridge"]),
    ("10个城市", ["10个", "城市"]),
    ("ทะเลตอนเช้า", ["ทะเล", "ตอนเช้า"]),
    ("วิธีทำผัดไทยง่ายๆ (ง่าย)", ["วิธีทำ", "ผัดไทย", "ง่ายๆ ", "(ง่าย)"]),
    ("ข้าวเหนียวมะม่วง 2026 ที่ Bangkok", ["ข้าวเหนียว", "มะม่วง ", "2026 ", "ที่ ", "Bangkok"]),
    ("ເຂົ້າໜຽວ", ["ເຂົ້າໜຽວ"]),
    ("ผีตาโขน", ["ผีตาโขน"]),
    ("김치찌개 끓이는 법", ["김치찌개 ", "끓이는 ", "법"]),
    ("家でたい焼きを食べる", ["家でたい焼きを", "食べる"]),
    ("赤ワインとケーキ屋の朝", ["赤ワインと", "ケーキ屋の", "朝"]),
    ("台風の前の夜の人", ["台風の前の", "夜の人"]),
    ("外婆煮咖啡", ["外婆", "煮咖啡"]),
    ("周末学Python", ["周末", "学Python"]),
    ("การทำงานที่บ้าน", ["การทำงาน", "ที่", "บ้าน"]),
]


@pytest.mark.parametrize(("text", "expected"), UNITS)
def test_what_belongs_together_stays_on_a_line(text: str, expected: list[str]) -> None:
    assert units(text) == expected


@pytest.mark.parametrize(
    ("word", "most", "expected"),
    [
        ("supercalifragilistic", 9, (7, "-")),
        ("достопримечательность", 6, (3, "-")),
        ("example.com/very/long", 13, (12, "")),
        ("WWWWWWWW", 5, (5, "")),
        ("アイスクリーム", 4, (4, "")),
    ],
)
def test_a_word_too_long_for_a_line_is_parted_where_it_reads_well(
    word: str, most: int, expected: tuple[int, str]
) -> None:
    assert cut(word, most) == expected


@pytest.mark.parametrize(
    ("sequence", "parts"),
    [
        ("\U0001f468\u200d\U0001f469\u200d\U0001f467", ["\U0001f468", "\U0001f469", "\U0001f467"]),
        ("\U0001f3f3\ufe0f\u200d\U0001f308", ["\U0001f3f3\ufe0f", "\U0001f308"]),
        ("\u2764\ufe0f\u200d\U0001f525", ["\u2764\ufe0f", "\U0001f525"]),
        ("\U0001f1eb\U0001f1f7", ["\U0001f1eb\U0001f1f7"]),
        ("1\ufe0f\u20e3", ["1\ufe0f\u20e3"]),
        ("\u2764\ufe0f", ["\u2764\ufe0f"]),
    ],
)
def test_a_sequence_of_emoji_has_its_own_picture_or_all_of_its_parts(sequence: str, parts: list[str]) -> None:
    assert clusters(sequence) == parts
    assert clusters(f"a{sequence}b") == ["a", *parts, "b"]
    assert clusters("".join(clusters(sequence))) == parts
    assert left_out(sequence) == []


def test_a_flag_of_tags_is_its_own_picture() -> None:
    wales = "\U0001f3f4\U000e0067\U000e0062\U000e0077\U000e006c\U000e0073\U000e007f"
    assert clusters(wales) == [wales]
    assert left_out(wales) == []


def test_a_skin_tone_that_no_font_has_is_told() -> None:
    assert left_out("nice \U0001f44d\U0001f3ff") == ["\U0001f44d\U0001f3ff"]
    assert left_out("nice \U0001f44d and text") == []
