from __future__ import annotations

from dataclasses import replace

import pytest
from popcorn.graphs.create.echoed_prompts import INSTRUCTED_RUN
from popcorn.graphs.create.state import Draft, Thought
from popcorn.graphs.create.wording import echoes, is_hopeless, no_answer, sound_steps, wording_faults
from popcorn.languages import code_of, name_of
from popcorn.prompts import load

REQUEST = "street tacos at dawn"
GOOD = Draft(
    "The taco that sells out before sunrise",
    "A cook folds a taco over glowing coals, steam in the first light, slow push-in, no cuts, no text in the picture.",
    "A taco with lime on a steel plate at dawn.",
)
ITSELF = "talks about itself or the question; describe what is in the picture"
INSTRUCTED = "repeats the instructions; write something of your own"
COMMANDED = "its title is the request, with its command; say what the video is of"
SAME = "its title is the request; write one that says more"
AGAIN = "says the same again and again; say it once"


def test_a_good_draft_has_no_fault() -> None:
    assert wording_faults(GOOD, REQUEST, "") == wording_faults(GOOD, REQUEST, "English") == ()


@pytest.mark.parametrize(
    ("title", "request_", "fault"),
    [
        ("Make a video about Indian biryani", "Make a video about Indian biryani.", COMMANDED),
        ("HAZ UN VÍDEO SOBRE PERROS", "Haz un vídeo sobre perros", COMMANDED),
        ("Indian biryani", "Make a video about Indian biryani", ""),
        ("Street tacos at dawn", REQUEST, SAME),
        ("“STREET TACOS, at dawn!” 🌮", REQUEST, SAME),
        ("Why do cats hate cucumbers?", "Why do cats hate cucumbers?", SAME),
        ("Why cats hate cucumbers", "Why do cats hate cucumbers?", ""),
        ("Street tacos at dawn: who is up?", REQUEST, ""),
        (
            "Two old friends meet after 40 years and they dance",
            "two old friends meet after 40 years and they dance",
            "",
        ),
    ],
)
def test_a_title_that_is_the_request_is_a_fault_where_it_could_say_more(title: str, request_: str, fault: str) -> None:
    assert echoes(title, request_) is bool(fault)
    assert wording_faults(replace(GOOD, title=title), request_, "") == ((fault,) if fault else ())


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("This is a challenging question. While I appreciate the effort, I cannot say more.", ITSELF),
        ("I am not in a position to give you any answers.", ITSELF),
        ("As an AI, I see tacos.", ITSELF),
        ("This is the answer to how tacos are made at dawn.", ITSELF),
        ("Sure, here is a video prompt with tacos.", ITSELF),
        ("The user wants tacos on a street.", ITSELF),
        ("The request is not allowed to have a long video of tacos.", ITSELF),
        ("The request", ITSELF),
        ("The complaint is about tacos, but it was very short.", ITSELF),
        ("Its shot has left the subject of the request: say 'tacos'", ITSELF),
        ("Tacos steam; it is text about its subject and shows no picture; describe what is in the picture", ITSELF),
        ("A detail so near that it takes a second to be recognised", INSTRUCTED),
        ("Tacos: a skill that looks impossible until it is seen", INSTRUCTED),
        ("One paragraph for a text-to-video model, what is in the picture, how near, what happens first", INSTRUCTED),
        ("Tacos turn. The light is soft. The light is soft. The light is soft.", AGAIN),
        ("A taco is turned, steam goes up and, steam goes up and, steam goes up and", AGAIN),
    ],
)
def test_what_is_no_answer_is_a_fault_in_whichever_text_it_stands(text: str, why: str) -> None:
    assert no_answer(text, REQUEST) == why
    for name, part in (("title", "title"), ("cover", "cover_prompt"), ("English prompt", "render_prompt")):
        assert f"its {name} {why}" in wording_faults(replace(GOOD, **{part: text}), REQUEST, "")
    assert is_hopeless(replace(GOOD, video_prompt=text), REQUEST)


@pytest.mark.parametrize(
    "text",
    [
        "I'm just a baker at four in the morning",
        "How it used to be done: bread by hand",
        "It's a simple task, until the lid comes off",
        "A single three-second shot, no cuts, no text in the picture, readable with the sound off: coals glow.",
        "A radio host writes on the request form beside tacos",
        "Steam, smoke, steam; a hand turns tacos, another hand squeezes a lime, the first hand folds.",
    ],
)
def test_what_people_write_is_an_answer(text: str) -> None:
    assert no_answer(text, REQUEST) == ""


def test_a_shot_that_only_repeats_its_title_is_told_so() -> None:
    told = replace(GOOD, title="Tacos in the first light", video_prompt="The first light in tacos.")
    assert wording_faults(told, REQUEST, "") == ("its shot only repeats its title; describe what is in the picture",)


def test_words_that_the_request_has_itself_are_no_fault() -> None:
    line = load("angles").text.splitlines()[1]
    assert no_answer(line, "tacos") == INSTRUCTED
    assert no_answer(f"Tacos in the street and {line}", f"tacos, {line}") == ""
    assert len(line.split()) > INSTRUCTED_RUN


def test_a_draft_in_another_language_than_it_was_asked_for_in_is_told_so() -> None:
    spanish = Draft(
        "Los tacos que se acaban antes del amanecer",
        "Una cocinera dobla una tortilla sobre las brasas mientras el vapor sube con la primera luz del día.",
        "Un taco con limón sobre un plato de acero.",
        "A cook folds a tortilla over coals.",
    )
    assert wording_faults(spanish, REQUEST, "Spanish") == wording_faults(spanish, REQUEST, "es-MX") == ()
    mixed = replace(spanish, video_prompt=GOOD.video_prompt, render_prompt=spanish.video_prompt)
    assert wording_faults(mixed, REQUEST, "Spanish") == (
        "its shot is in English, not in Spanish",
        "its English prompt is in Spanish",
    )
    assert wording_faults(mixed, REQUEST, "Klingon") == ("its English prompt is in Spanish",)


@pytest.mark.parametrize(
    ("language", "code"),
    [
        ("Spanish", "es"),
        ("español", "es"),
        ("zh-TW", "zh"),
        ("Brazilian Portuguese", "pt"),
        ("Hebrew", "iw"),
        ("x", ""),
    ],
)
def test_languages_go_by_name_and_by_code(language: str, code: str) -> None:
    assert code_of(language) == code


def test_a_language_has_an_english_name() -> None:
    assert (name_of("es"), name_of("xx")) == ("Spanish", "xx")


def test_steps_that_are_said_already_or_are_no_thought_are_not_handed_on() -> None:
    steps = [
        Thought("examine", "The popular ones show hands at work."),
        Thought("examine", "The unpopular ones show a shop window."),
        Thought("brainstorm", "The popular ones show hands at work."),
        Thought("outline", "As an AI I cannot know."),
        Thought("check", "It shows hands. It shows hands. It shows hands."),
        Thought("refine", "Begin with the coals, then the hand."),
    ]
    kept, fault = sound_steps(steps, REQUEST)
    assert (kept, fault) == ([steps[0], steps[-1]], "the step 'examine' stands there twice; write each step once")
    assert sound_steps([steps[0], steps[-1]], REQUEST) == ([steps[0], steps[-1]], "")


@pytest.mark.parametrize(
    "shot",
    [
        "As a helpful system I was built to respond to text about street tacos, and I have no eyes to see them.",
        "It would be irresponsible of me to describe street tacos without more details from you.",
        "Note: the assistant response should contain a description of street tacos in one paragraph.",
        "Claro, aquí tienes una propuesta sobre tacos. Espero que te sirva.",
        "Soy un asistente virtual y mi tarea es escribir sobre tacos.",
        "作为一个人工智能助手，我无法亲眼看到塔可，但我可以帮你写一段文字。",
        "您的问题是关于塔可的，我会尽力回答。",
        "ご質問のタコスについて、お手伝いできません。",
        "Votre demande porte sur les tacos, je ne peux pas les montrer.",
        "This content about street tacos is not something that can be produced here.",
        "Happy to assist! The following passage covers street tacos as you wished.",
        "Step 1: decide the theme. Step 2: outline street tacos. Step 3: check completeness.",
        "You asked for street tacos. Let us think step by step about what they could be.",
        "没问题！下面给你写一段塔可的文字，如需修改随时说。",
    ],
)
def test_who_answers_in_a_shot_shows_nothing_in_whichever_language(shot: str) -> None:
    assert is_hopeless(replace(GOOD, video_prompt=shot), REQUEST)


def test_nobody_speaks_in_a_shot_but_in_quotes_in_their_own_view_or_where_the_request_does() -> None:
    said = "its shot speaks in the first person; describe what is in the picture"
    walk = "I walk my dog past a taco cart while the grill smokes."
    assert said in wording_faults(replace(GOOD, video_prompt=walk), REQUEST, "")
    for shot, request in (
        (f"POV: {walk}", REQUEST),
        (walk, "my dog and the taco cart"),
        ("A taco cook in smoke; a sign says “I love you”.", REQUEST),
    ):
        assert said not in wording_faults(replace(GOOD, video_prompt=shot), request, "")


def test_a_shot_in_another_language_than_a_request_in_plain_english_is_told_so() -> None:
    french = "Une pluie fine tombe sur les toits de Paris pendant que les gens courent."
    said = "its shot is in French, the request in English"
    assert said in wording_faults(replace(GOOD, video_prompt=french), "people running through the rain in the city", "")
    assert said not in wording_faults(replace(GOOD, video_prompt=french), "la pluie sur les toits de Paris", "")
    assert said not in wording_faults(replace(GOOD, video_prompt=french), "people running in the rain", "French")
