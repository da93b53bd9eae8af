from __future__ import annotations

import numpy as np
import pytest
from popcorn.graphs.create.assessment import weigh
from popcorn.graphs.create.judging import Judge, Nearness
from popcorn.graphs.create.state import Draft
from popcorn.graphs.create.talk import MOST_TALK, apart
from popcorn.tools.embedding.encoder import open_encoder
from popcorn.tools.embedding.types import Encoder

REQUEST = "a kingfisher at the river"
SAID = "its shot is text about its subject and shows no picture; describe what is in the picture"


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    return open_encoder("all-MiniLM-L6-v2")


def near(shot: str, by: Encoder) -> Nearness:
    ((found, _),) = Judge(by, REQUEST, ()).judge([Draft("Blue", shot, "")])
    return found


def faults(shot: str, by: Encoder) -> tuple[str, ...]:
    return weigh(Draft("Blue", shot, ""), near(shot, by), REQUEST, "", None, 0.0)[1]


@pytest.mark.parametrize(
    "shot",
    [
        "A kingfisher is a small bird that lives near rivers and feeds mainly on fish.",
        "Kingfishers are important for the ecosystem, because they indicate the quality of the water.",
        "When photographing a kingfisher, always use a fast shutter and be patient.",
        "That is a nice concept, and there are plenty of ways to develop the kingfisher further.",
    ],
)
def test_text_about_a_subject_is_no_picture_of_it(shot: str, encoder: Encoder) -> None:
    assert SAID in faults(shot, encoder)


@pytest.mark.parametrize(
    "shot",
    [
        "A kingfisher dives, the river bursts, it rises with a minnow in its beak.",
        "300mm, branch in focus, river blurred: a kingfisher tilts its head and drops out of frame.",
    ],
)
def test_a_picture_is_none(shot: str, encoder: Encoder) -> None:
    assert faults(shot, encoder) == ()


def test_other_encoders_and_other_languages_are_not_judged_by_it(encoder: Encoder) -> None:
    assert near("A kingfisher is a small bird.", open_encoder("hashing")).talk == 0.0
    assert near("Der Eisvogel ist ein kleiner Vogel, der an Flüssen lebt.", encoder).talk == 0.0
    assert near("A kingfisher is a small bird that lives near rivers.", encoder).talk > MOST_TALK


def test_of_a_shot_that_is_its_request_nothing_is_left() -> None:
    one = np.array([1.0, 0.0], dtype=np.float32)
    assert apart(one, one).tolist() == [0.0, 0.0]
    assert apart(np.array([0.6, 0.8], dtype=np.float32), one).tolist() == pytest.approx([0.0, 1.0])


@pytest.mark.parametrize(
    "shot",
    [
        "Con mucho gusto, este párrafo trata de un martín pescador en el río.",
        "Der Eisvogel ist ein kleiner Vogel, der an klaren Flüssen lebt und Fische frisst.",
        "翠鸟是一种生活在河边的小鸟，以鱼为食。",
        "カワセミの文章です。ご確認ください。",
    ],
)
def test_who_answers_or_defines_in_another_language_shows_nothing_either(shot: str, encoder: Encoder) -> None:
    assert faults(shot, encoder)
