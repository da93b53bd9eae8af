from __future__ import annotations

import pytest
from popcorn.graphs.create.judging import Nearness
from popcorn.graphs.create.state import Draft
from popcorn.graphs.create.subject import left_subject, subject_of_request
from popcorn.graphs.create.word_forms import alike

FIGHT = "Make a video of Levi Ackerman fighting the Colossal Titan"
TACOS = "street tacos at dawn"


def fault(
    request: str,
    title: str,
    shot: str,
    *,
    language: str = "",
    english: str = "",
    near: float = 0.2,
    own: float = 0.0,
    rendered: float = 0.4,
    refined: bool = False,
) -> str:
    draft = Draft(title, shot, "a cover", render_prompt=english)
    nearness = Nearness(near, near, own, rendered)
    return left_subject(subject_of_request(request), draft, language, nearness, refined=refined)


@pytest.mark.parametrize(
    ("request_text", "names", "heads"),
    [
        (FIGHT, ["Levi Ackerman", "Colossal Titan"], ()),
        (TACOS, [], ("tacos",)),
        ("Make a video about the preparation of authentic Indian biryani", [], ("biryani",)),
        ("a cat playing piano", [], ("cat",)),
        ("how to make sourdough bread", [], ("bread",)),
        ("Highlight the most shocking plot twists in Game of Thrones.", ["Game", "Thrones"], ("twists",)),
        ("my dog steals a pizza", [], ("dog", "steals")),
        ("why is the sky blue?", [], ("sky", "blue")),
        ("Street food in Bangkok", ["Bangkok"], ("food",)),
        ("Street Food Of Old Bangkok", [], ("food", "bangkok")),
        ("the parallels between Stranger Things and 1980s pop culture", ["Stranger Things"], ("parallels",)),
    ],
)
def test_names_and_the_head_noun_of_an_english_request(
    request_text: str, names: list[str], heads: tuple[str, ...]
) -> None:
    subject = subject_of_request(request_text)
    assert [name.told for name in subject.names] == names
    assert (subject.head.words if subject.head else ()) == heads


def test_a_title_may_be_an_idiom_where_its_shot_is_of_the_subject_but_not_once_it_is_refined() -> None:
    shot = "A vendor turns tacos on a steaming grill while the sun comes up."
    assert fault(TACOS, "Breakfast of champions", shot, near=0.6) == ""
    assert fault(TACOS, "Breakfast of champions", shot, near=0.6, refined=True) == (
        "its title has left the subject of the request: say 'tacos'"
    )
    assert fault(TACOS, "Tacos of champions", shot, near=0.6, refined=True) == ""
    assert "its title has left" in fault("街头的饺子", "冠军的早餐", "摊主把饺子放进蒸笼", near=0.6, refined=True)


def test_a_battle_that_lost_its_names_has_left_the_subject() -> None:
    assert fault(FIGHT, "A battle: did you notice?", "Two figures fight on a wall.", near=0.9) == (
        "its shot has left the subject of the request: say 'Levi Ackerman' and 'Colossal Titan'"
    )
    assert fault(FIGHT, "Did you notice?", "Levi Ackerman cuts through a Titan's neck.", near=0.9) == (
        "its title has left the subject of the request: say 'Levi Ackerman' or 'Colossal Titan'"
    )
    assert fault(FIGHT, "Levi does it again", "Levi Ackerman cuts through the titan's neck.") == ""


def test_the_head_noun_stands_in_title_and_shot_whatever_its_ending() -> None:
    assert fault(TACOS, "One taco, one minute", "A cook fills a taco in the first light.") == ""
    assert fault(TACOS, "One taco, one minute", "A cook fills a roll.") == (
        "its shot has left the subject of the request: say 'tacos'"
    )
    assert fault(TACOS, "You will not believe this", "A cook fills a taco.") == (
        "its title has left the subject of the request: say 'tacos'"
    )


def test_a_text_that_is_near_the_request_may_say_its_noun_in_other_words_but_not_its_names() -> None:
    assert fault("a cat on a roof", "Kitten up there", "A kitten balances on red tiles.", near=0.6) == ""
    assert "say 'Bangkok'" in fault("Street food in Bangkok", "Food!", "A cook at a food stall.", near=0.9)


def test_a_title_of_a_shot_that_is_of_the_subject_need_not_name_it() -> None:
    shot = "A vendor folds a taco while a line of nurses waits under a bulb."
    assert fault(TACOS, "Breakfast has a queue", shot, own=0.3) == ""
    assert fault(TACOS, "Nurses eat first", shot) == ""  # a word of its shot
    assert fault(TACOS, "10 dating tips", shot, own=0.05) != ""
    assert fault(FIGHT, "A battle: did you notice?", "Levi Ackerman cuts through a Titan's neck.", own=0.4) != ""


def test_a_title_in_another_language_may_take_a_word_of_its_shot() -> None:
    shot = "Разводной мост в Питере поднимается над водой, ночью тихо."
    assert fault("Питер ночью", "Мосты не спят", shot) == ""
    assert fault("Питер ночью", "Кот на крыше", shot).startswith("its title has left the subject")


def test_an_english_prompt_is_of_the_request_itself() -> None:
    spanish = {"language": "Spanish", "title": "Tacos al amanecer", "shot": "Un cocinero llena un taco."}
    lost = fault(TACOS, **spanish, english="The best way to make a house is to start building one,", rendered=0.1)  # type: ignore[arg-type]
    assert lost == "its English prompt has left the subject of the request: say 'tacos'"


def test_what_cannot_be_seen_is_shown_by_what_else_the_request_says() -> None:
    assert fault("hope after the flood", "The piano plays", "In a flood-stained room a child plays a piano.") == ""
    assert fault("hope after the flood", "A piano plays", "A child plays a piano.") != ""
    assert (
        fault(TACOS, "A taco", "A quiet street at dawn.") == "its shot has left the subject of the request: say 'tacos'"
    )


def test_three_names_are_enough_for_three_seconds() -> None:
    request = "A video with Goku, Naruto, Luffy and Ichigo in one frame"
    assert fault(request, "Goku meets Luffy", "Goku, Naruto and Luffy run in one frame.", near=0.9) == ""


@pytest.mark.parametrize(
    ("one", "other"),
    [("taco", "tacos"), ("baking", "bake"), ("mice", "mouse"),
     ("berry", "berries"), ("stop", "stopping"), ("dish", "dishes")],
)  # fmt: skip
def test_endings_make_no_other_word(one: str, other: str) -> None:
    assert alike(one, other)
    assert alike(other, one)


@pytest.mark.parametrize(
    ("one", "other"), [("cat", "car"), ("cat", "cattle"), ("bread", "breath"), ("tea", "team mate")]
)
def test_other_words_are_others(one: str, other: str) -> None:
    assert not alike(one, other)


@pytest.mark.parametrize(
    ("request_text", "about", "elsewhere"),
    [
        ("制作一个关于四川火锅的视频", "四川火锅沸腾的瞬间", "一只猫在屋顶上睡觉"),
        ("猫の動画を作って", "窓辺の猫がまばたきする", "夜の街を走る電車の光"),
        ("타코를 만드는 영상", "타코 한 접시가 식탁에", "밤거리를 달리는 기차"),
        ("Сделай видео про борщ", "Тарелка борща крупным планом", "Кошка спит на крыше дома"),
        ("اصنع فيديو عن القهوة العربية", "فنجان من قهوة ساخنة", "قطة تنام على السطح"),
        ("Haz un vídeo sobre tacos callejeros", "Unos tacos en la calle", "Un gato duerme en el tejado, attack"),
        ("Une vidéo sur les chats de Paris", "Un chat sur un toit", "Un train dans la nuit"),
    ],
)
def test_a_subject_in_another_language_is_found_by_its_words(request_text: str, about: str, elsewhere: str) -> None:
    assert not subject_of_request(request_text).english
    assert fault(request_text, about, about) == ""
    assert fault(request_text, about, elsewhere) == "its shot has left the subject of the request; come back to it"
    assert fault(request_text, elsewhere, elsewhere).startswith("its title and its shot have left the subject")


def test_a_draft_in_another_language_is_read_by_its_english_prompt_and_names_may_stand_anywhere() -> None:
    spanish = {"language": "Spanish", "title": "El amanecer de los tacos", "shot": "Un cocinero llena un taco."}
    assert fault(TACOS, **spanish, english="A cook fills a taco at dawn.") == ""  # type: ignore[arg-type]
    lost = fault(TACOS, **spanish, english="A cook fills a roll at dawn.")  # type: ignore[arg-type]
    assert lost == ""  # the Spanish shot says it
    lost = fault(TACOS, "El amanecer", "Un cocinero.", language="Spanish", english="A cook fills a roll.")
    assert lost == "its shot has left the subject of the request: say 'tacos'"
    assert fault(FIGHT, "Levi contra el Titan", "Una lucha.", language="Spanish", english="A fight on a wall.") == ""


def test_a_draft_in_english_for_a_request_in_another_language_is_left_to_the_encoder() -> None:
    assert fault("Haz un vídeo sobre perros", "Dogs at dawn", "A dog runs.", language="English") == ""
