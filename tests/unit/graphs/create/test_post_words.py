"""The words of a post as a model wrote them: a caption for people, hashtags that can be typed."""

from __future__ import annotations

import pytest
from popcorn.graphs.create.post_words import caption_fault, caption_of, sound_hashtags
from popcorn.graphs.create.state import Draft, Shot

REQUEST = "street tacos at dawn"
DRAFT = Draft(
    "Tacos before sunrise", "Close-up of a griddle at dawn: a hand folds three tacos while steam drifts.", "c"
)


def draft(caption: str) -> Draft:
    return Draft(DRAFT.title, DRAFT.video_prompt, "c", caption=caption)


@pytest.mark.parametrize(
    ("caption", "fault"),
    [
        ("", ""),
        ("First in the queue, or the last one asleep?", ""),
        ("A hand folds three tacos while steam drifts.", "it repeats the video prompt"),
        ("A cinematic close-up of tacos.", "it directs a camera"),
        ("x" * 301, "it has 301 characters"),
        ("As an AI language model I cannot write a caption.", "it talks about itself or the question"),
        ("Los primeros tacos del día saben mejor que todos los demás, ¿o no?", "it is in Spanish"),
    ],
)
def test_a_caption_is_for_people_and_in_the_language_of_the_post(caption: str, fault: str) -> None:
    assert caption_fault(draft(caption), "Make a video about street tacos at dawn in the old market", "") == fault


def test_a_caption_of_a_story_repeats_none_of_its_shots() -> None:
    shots = (Shot("Wide view of a square at dawn."), Shot("A cook fans the coals until they glow red."))
    story = Draft("Tacos", "all", "c", shots=shots, caption="A cook fans the coals until they glow.")
    assert caption_fault(story, REQUEST, "") == "it repeats the video prompt"
    assert caption_of(story, REQUEST, "") == ""


def test_hashtags_at_the_end_of_a_caption_stand_in_their_own_place() -> None:
    assert caption_of(draft("Who is up first? #tacos #dawn"), REQUEST, "") == "Who is up first?"


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        (["#tacos", "streetfood", "#Tacos", "#dawn"], ("#tacos", "#streetfood", "#dawn")),
        (["#tacos", "two words", "#2024"], ()),
        ([f"#tag{number}" for number in range(12)], tuple(f"#tag{number}" for number in range(8))),
        (["#猫咪", "#钟表匠", "#萌宠"], ("#猫咪", "#钟表匠", "#萌宠")),
        ([], ()),
    ],
)
def test_three_to_eight_hashtags_that_can_be_typed_or_none(written: list[str], kept: tuple[str, ...]) -> None:
    assert sound_hashtags(written) == kept
