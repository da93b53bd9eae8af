"""What the animatic takes from a request's words: its idea, the one thing that may be drawn, the words of the beats."""

from __future__ import annotations

import time
import tomllib
from importlib.resources import files

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from popcorn.graphs.create.request.command import take_apart
from popcorn.tools.media.characters import NO_BREAK
from popcorn.tools.media.lettering import units
from popcorn.tools.video.animatic import art, drawing
from popcorn.tools.video.animatic.beats import bare, beats_of, clean, tied
from popcorn.tools.video.animatic.colour import LEGIBLE, WHITE, apart, code, contrast, legible, luminance, parse
from popcorn.tools.video.animatic.idea import idea_of, sentence_of, told
from popcorn.tools.video.animatic.look import Look, look_of
from popcorn.tools.video.animatic.renderer import notices
from popcorn.tools.video.animatic.scene import subject_named, words_of
from popcorn.tools.video.animatic.subject import subject_of
from popcorn.tools.video.types import RenderRequest

OBJECTS = tomllib.loads(files("popcorn.tools.video.animatic").joinpath("subject.toml").read_text(encoding="utf-8"))[
    "objects"
]


def drawn(request: str) -> str:
    """The drawing for a request, its command taken off as the create graph does it."""
    return subject_named(RenderRequest("", "a wide shot", request=take_apart(request).idea)).drawing


IDEAS = [
    ("Close-up of biryani in a sealed pot; steam; slow push-in; 3 seconds.", "biryani in a sealed pot"),
    ("Wide shot, a bowl of noodles in the rain, neon light; push-in", "a bowl of noodles in the rain"),
    ("Overhead shot: a penalty shootout. In the first second, light sweeps across it.", "a penalty shootout"),
    ("Low-angle shot: the Apple event. Soft light from one side; colours teal and white.", "the Apple event"),
    ("to be or not to be", "to be or not to be"),
    ("", ""),
]


@pytest.mark.parametrize(("request_", "idea"), IDEAS)
def test_the_idea_of_a_text_is_what_it_says_first_without_its_words_for_a_camera(request_: str, idea: str) -> None:
    assert idea_of(request_) == idea


def test_a_request_that_is_read_keeps_its_sentences_and_a_prompt_for_a_camera_only_its_first() -> None:
    assert sentence_of("The last train. Nobody gets on") == "The last train. Nobody gets on"
    assert sentence_of("A cat yawns; pan; 3 seconds") == "A cat yawns"


NAMED = [
    ("a cat", "cat"),
    ("Make a video about cats", "cat"),
    ("a video about my robot", "robot"),
    ("the history of the guitar", "guitar"),
    ("how to make sushi at home", "sushi"),
    ("authentic street tacos", "taco"),
    ("a red fox at dusk", "fox"),
    ("a lazy cat, a sunny window", "cat"),
    ("ice cream on a hot day", "icecream"),
    ("un petit chat", "cat"),
    ("mein Hund", "dog"),
    ("Mach mir ein Video über meinen Hund", "dog"),
    ("我的猫", "cat"),
    ("Сделай видео про кошку", "cat"),
    ("قطة", "cat"),
    ("🐱", "cat"),
]


@pytest.mark.parametrize(("request_", "subject"), NAMED)
def test_what_the_requests_own_words_name_is_drawn(request_: str, subject: str) -> None:
    assert drawn(request_) == subject


@pytest.mark.parametrize(
    "request_",
    [
        *("The heart of Lisbon", "Penalty shootout", "cup final highlights", "apple event recap", "mouse pad review"),
        *("cat food taste test", "hot dog eating contest", "pizza delivery at night", "coffee table restoration"),
        *("Doja Cat on stage", "a Megan Fox interview", "Mr. Robot finale", "Rocket League highlights", "Firefox tips"),
        *("it's raining cats and dogs", "the cat is out of the bag", "like a fish out of water", "a piece of cake"),
        *("down the rabbit hole", "butterfly effect", "rocket science explained", "the early bird gets the worm"),
        *("my grandmother and her cat", "an astronaut riding a bike", "life without a dog", "why do cats purr"),
        *("dogs, cats and birds", "a 10 second video about cats, hamsters and parrots"),
        *("a chat with my boss", "zorro", "rocket with parmesan", "rockets over the city", "a bike on the motorway"),
        *("a dog that was hit by a car", "the kitten that died", "my dog in surgery", "cane", "papillon in the ring"),
        *("two cats", "black cat", "a dog and a cat", "burger king mascot", "robot vacuum review", "catwalk"),
        *("cat on a hot tin roof", "fox on the run", "fox in socks", "Bird by Bird", "dog in heaven"),
        *("butterflies in my stomach", "a bird in the hand", "rabbit in the headlights", "cats in the trenches"),
        *("pizza without cheese", "birds with teeth", "a cat with two heads", "un chat dans la gorge", "a cat on fire"),
        *("熊猫", "猫咖", "ネコバス", "chat noir", "caterpillar", "snow foxes", "Taylor Swift's cats"),
    ],
)
def test_a_metaphor_a_name_a_compound_or_a_second_thing_draws_nothing(request_: str) -> None:
    assert drawn(request_) == ""


@pytest.mark.parametrize(
    "request_",
    [
        *("a cat riding a hot dog", "a robot waters a cactus", "my cat learning to skateboard", "a cat on a piano"),
        *("a cat playing piano", "my dog grooming salon", "the best pizza topping", "un gato que toca el piano"),
        *("🐈 on 🎹", "a dog who is afraid of stairs", "a fox in a library", "a bird that sings", "ein Hund am Strand"),
    ],
)
def test_a_thing_whose_drawing_would_lack_what_it_does_or_where_it_is_draws_nothing(request_: str) -> None:
    assert drawn(request_) == ""


def test_the_words_of_a_draft_draw_nothing_that_the_request_does_not_name() -> None:
    draft = RenderRequest("A cat at the shootout", "A cat watches the ball", request="penalty shootout")
    assert subject_named(draft).drawing == ""
    assert notices(subject_named(draft)) == ("no drawing for 'penalty shootout': its words are set in type",)


def test_a_prompt_of_ones_own_is_its_own_request() -> None:
    assert subject_named(RenderRequest("", "A cat; pan")).drawing == "cat"
    assert notices(subject_named(RenderRequest("", "A cat; pan"))) == ()


@pytest.mark.parametrize(
    ("prompt", "named"),
    [
        ("a chinchilla on a sofa beside a cat", "a chinchilla on a sofa beside a cat"),
        ("Extreme close-up of an Eiffel tower of matches; golden light; 3 seconds", "an Eiffel tower of matches"),
        ("word " * 40, "word word word word word word word word word…"),
    ],
)
def test_a_notice_names_the_subject(prompt: str, named: str) -> None:
    assert notices(subject_named(RenderRequest("", prompt))) == (
        f"no drawing for {named!r}: its words are set in type",
    )
    assert told("") == ""


def test_a_text_without_words_misses_no_drawing() -> None:
    assert notices(subject_named(RenderRequest("", ""))) == ()


@pytest.mark.parametrize("name", OBJECTS)
def test_every_drawing_is_named_by_each_of_its_words(name: str) -> None:
    for word in OBJECTS[name]["words"].split():
        assert subject_of(word.replace("-", " ")).drawing == name, word
    for word in OBJECTS[name].get("abroad", "").split():
        assert subject_of(f"un {word.replace('-', ' ')}").drawing == name, word
        assert subject_of(f"a {word.replace('-', ' ')}").drawing == "", word


@pytest.mark.parametrize("name", OBJECTS)
def test_every_drawing_fills_its_place(name: str) -> None:
    hues = subject_of(OBJECTS[name]["words"].split()[0].replace("-", " ")).hues
    assert hues is not None
    body = "".join(part.markup for part in drawing.parts(name))
    pixels = drawing.raster(drawing.svg(1000, 1000, body, drawing.inks(hues)), 0.1)
    opaque = pixels[..., 3] > 100
    assert opaque.mean() > 0.12
    assert opaque.any(axis=1).sum() > 40
    assert len({tuple(colour) for colour in pixels[opaque][:, :3] // 32}) > 6


def test_every_drawing_belongs_to_an_object() -> None:
    assert {file.name.removesuffix(".svg") for file in files(art).iterdir() if file.name.endswith(".svg")} == set(
        OBJECTS
    )


BEATS = [
    ("Why do we love snow foxes?", "snow foxes", ("Why do we love", "snow foxes?"), {"snow", "foxes"}),
    ("Sealed pot biryani: the reveal", "biryani", ("Sealed pot biryani", "the reveal"), {"biryani"}),
    ("", "3 ways to fold a shirt", ("3 ways", "to fold a shirt"), {"3"}),
    ("50 % off everything, today only", "our sale", ("50 % off everything", "today only"), {"50"}),
    ("", "the role of food culture in anime", ("The role", "of food culture in anime"), {"food", "culture"}),
    ("一开盖就香：东北铁锅炖", "铁锅炖", ("一开盖就香", "东北铁锅炖"), set()),
    ("", "今日から始める三分間のストレッチ", ("今日から始める", "三分間のストレッチ"), set()),
    ("LEVI VS THE TITAN!!!", "Levi and the titan", ("Levi and the titan", "LEVI VS THE TITAN!!!"), {"levi"}),
    (
        "",
        "a chef preparing a full English breakfast",
        ("A chef", "preparing a full English breakfast"),
        {"english", "breakfast"},
    ),
    ("", "making colorful rainbow macarons", ("Making", "colorful rainbow macarons"), {"rainbow", "macarons"}),
    ("", "memorable TV show finales", ("Memorable TV show finales",) * 2, {"show", "finales"}),
    ("", "how a mechanical watch works", ("How a mechanical watch works",) * 2, {"watch", "works"}),
    ("", "scenes in The Lord of the Rings", ("Scenes", "in The Lord of the Rings"), {"rings"}),
    ("", "dramatic moments in Attack on Titan", ("Dramatic moments", "in Attack on Titan"), {"dramatic", "moments"}),
    ("🎬 Paris sous la pluie", "Paris sous la pluie", ("🎬 Paris sous la pluie",) * 2, {"pluie"}),
    ("", "un chat qui joue du piano", ("Un chat", "qui joue du piano"), {"piano"}),
    ("", "बिल्लियों के बारे में", ("बिल्लियों के बारे में",) * 2, set()),
    ("", "비 오는 날 떡볶이", ("비 오는 날 떡볶이",) * 2, {"날", "떡볶이"}),
    (
        "",
        "the worst plot twists in Game of Thrones",
        ("The worst plot twists", "in Game of Thrones"),
        {"thrones"},
    ),
    ("近看成都火锅", "成都火锅", ("近看", "成都火锅"), set()),
    ("Phở", "phở", ("Phở", "Phở"), set()),
    ("Yeni bir fincan kahve", "", ("Yeni bir fincan kahve", "Yeni bir fincan kahve"), set()),
    ("Quán phở", "", ("Quán phở", "Quán phở"), set()),
    ("A diver leaving the wreck at dusk", "", ("A diver", "leaving the wreck at dusk"), set()),
    (
        "When the lights fail during the last act",
        "",
        ("When the lights fail", "during the last act"),
        set(),
    ),
    ("Стоит ли ехать в Сочи осенью?", "", ("Стоит ли ехать", "в Сочи осенью?"), set()),
    (
        "A squirrel guards my neighbor's hammock all day",
        "",
        ("A squirrel", "guards my neighbor's hammock all day"),
        set(),
    ),
    (
        "",
        "a bus ride between the desert and the coast",
        ("A bus ride", "between the desert and the coast"),
        {"bus", "ride"},
    ),
    ("", "toddlers run this house", ("Toddlers", "run this house"), {"house"}),
    ("", "6 signs your tyres need air", ("6 signs", "your tyres need air"), {"6"}),
    ("Last winter the lake froze", "", ("Last winter", "the lake froze"), set()),
    ("Is a tomato a fruit or a berry after all?", "", ("Is a tomato a fruit", "or a berry after all?"), set()),
    ("", "우리 아빠 도시락", ("우리 아빠 도시락", "우리 아빠 도시락"), {"아빠", "도시락"}),
    ("", "10 000 steps a day", ("10 000 steps", "a day"), {"10", "000"}),
    ("Biryani", "how biryani is made", ("How biryani is made", "Biryani"), set()),
    ("Biryani", "biryani", ("Biryani", "Biryani"), set()),
]


@pytest.mark.parametrize(("title", "idea", "parts", "key"), BEATS)
def test_a_title_is_read_in_two_thoughts_and_then_whole(
    title: str, idea: str, parts: tuple[str, str], key: set[str]
) -> None:
    beats = beats_of(title, idea)
    assert (beats.setup, beats.subject) == parts
    assert set(beats.key) == key
    assert bare(beats.punch) == bare(title or idea)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("Cách làm bánh mì chảo ở nhà", ["Cách làm ", "bánh mì chảo ", "ở nhà"]),
        ("con mèo của tôi thích ngủ", ["con mèo ", "của tôi ", "thích ngủ"]),
        ("a cat of mine", ["a cat ", "of mine"]),
    ],
)
def test_a_phrase_of_vietnamese_stays_on_a_line(text: str, parts: list[str]) -> None:
    assert [part.replace(NO_BREAK, " ") for part in units(tied(text))] == parts


def test_a_long_text_is_read_in_three_parts_without_losing_a_word() -> None:
    text = (
        "my neighbour spent thirty years on a model of the cathedral and on the last day somebody opened all the doors"
    )
    beats = beats_of("", text)
    assert f"{beats.setup} {beats.subject} {beats.punch}".casefold() == text
    assert max(len(part) for part in (beats.setup, beats.subject, beats.punch)) < len(text) / 2


def test_a_text_too_long_to_be_read_is_cut_at_a_word() -> None:
    cut = clean("word " * 60)
    assert len(cut) <= 200
    assert cut.endswith("word…")


@settings(deadline=None)  # the first Chinese words load their dictionary
@given(st.text(max_size=240), st.text(max_size=80), st.text(max_size=80))
def test_any_text_has_an_idea_a_look_and_beats(prompt: str, title: str, request: str) -> None:
    asked = RenderRequest(title, prompt, request=request)
    beats = beats_of(title, words_of(asked))
    assert all((beats.setup, beats.subject, beats.punch))
    assert look_of(asked, (subject_named(asked).hues or ())[:1])


def test_a_hundred_thousand_words_are_read_in_no_time() -> None:
    started = time.thread_time()
    asked = RenderRequest("storm of words " * 50_000, "storm of words " * 50_000, request="storm of words " * 50_000)
    beats_of(asked.title, words_of(asked))
    look_of(asked)
    assert time.thread_time() - started < 3


def look(prompt: str, seed: int = 0) -> Look:
    return look_of(RenderRequest("", prompt, seed=seed))


@pytest.mark.parametrize(
    ("prompt", "move"),
    [
        ("a thing; slow push-in", "push"),
        ("a thing, the camera pulls back", "pull"),
        ("a thing; pan", "pan"),
        ("tilt-up from a thing", "tilt"),
        ("an orbit around a thing", "orbit"),
        ("a thing, handheld", "shake"),
        ("a thing; locked-off", "hold"),
    ],
)
def test_the_move_comes_from_the_words(prompt: str, move: str) -> None:
    assert look(prompt).move == move


def test_what_moves_in_the_picture_is_no_move_of_the_camera() -> None:
    for prompt in ("steam rising from a pan", "a pan of rice", "an orbital station"):
        assert len({look(prompt, seed).move for seed in range(12)}) > 2


def test_colour_words_reach_the_grounds() -> None:
    for word, colour in (("crimson", "#e8412c"), ("at night", "#0b0f2b"), ("emerald", "#2f6b2f")):
        for seed in range(6):
            grounds = [tone.ground for tone in (look(word, seed).setup, look(word, seed).subject)]
            assert min(apart(ground, parse(colour)) for ground in grounds) < 200, (word, seed)


def test_equal_input_looks_equal_and_a_seed_changes_what_is_left_open() -> None:
    assert look("a quiet thing") == look("a quiet thing")
    assert len({(found.move, found.setup) for found in (look("a quiet thing", seed) for seed in range(12))}) > 6


def test_words_can_be_read_on_every_ground() -> None:
    for seed in range(200):
        found = look("a thing", seed)
        for tone in (found.setup, found.subject, found.punch):
            assert min(contrast(tone.ink, tone.ground), contrast(tone.ink, tone.shade)) >= LEGIBLE
            assert min(contrast(tone.mark, tone.ground), contrast(tone.mark, tone.shade)) >= LEGIBLE
            assert contrast(legible(tone.ground, tone.mark), tone.mark) >= LEGIBLE


@pytest.mark.parametrize("name", OBJECTS)
def test_a_drawing_stands_out_from_its_grounds(name: str) -> None:
    hue = parse(OBJECTS[name]["hues"][0])
    for seed in range(20):
        found = look_of(RenderRequest("", "a thing", seed=seed), [hue])
        assert apart(found.subject.ground, hue) > 150, code(found.subject.ground)


def test_contrast_is_that_of_wcag() -> None:
    assert contrast(WHITE, (0, 0, 0)) == pytest.approx(21)
    assert contrast(WHITE, (118, 118, 118)) == pytest.approx(4.54, abs=0.01)
    assert luminance(WHITE) == pytest.approx(1)
