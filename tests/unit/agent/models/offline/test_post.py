"""The words of a post by rule: a caption for people, hashtags of the subject and of the references, an alt text."""

from __future__ import annotations

import pytest
from popcorn.agent.models.offline.hashtags import LEAST, MOST, hashtags
from popcorn.agent.models.offline.post import Shown, post_of

SHOT = "Wide shot: steam over rice. Slow push-in. No text in the picture."


@pytest.mark.parametrize(
    ("request_", "tags"),
    [
        ("Make a video about authentic Indian biryani", ["#Biryani", "#IndianBiryani", "#AuthenticIndianBiryani"]),
        ("street food stalls in Hanoi", ["#StreetFood", "#Hanoi", "#StreetFoodStalls"]),
        ("Create a video showcasing a dog learning to surf", ["#Dog", "#Surf", "#ShortVideo"]),
        ("how to fold a dumpling", ["#Dumpling", "#ShortVideo", "#Shorts"]),
        ("Why do cats purr?", ["#Cats", "#ShortVideo", "#Shorts"]),
        ("my morning routine", ["#MorningRoutine", "#ShortVideo", "#Shorts"]),
        ("snow falls on a bridge", ["#SnowFalls", "#Bridge", "#ShortVideo"]),
        ("Golden Gate Bridge at dawn", ["#GoldenGateBridge", "#Dawn", "#ShortVideo"]),
        ("Haz un vídeo sobre tacos callejeros en Oaxaca", ["#Tacos", "#TacosCallejeros", "#Oaxaca"]),
        ("做一个关于地道印度香饭的视频", ["#地道印度香饭", "#香饭", "#印度", "#地道"]),
        ("夜の京都の屋台", ["#夜の京都の屋台", "#京都", "#屋台"]),
        ("my kitten's first snow", ["#Snow", "#FirstSnow", "#KittensFirstSnow"]),
        ("7 !!!", ["#ShortVideo", "#Shorts"]),
        ("", ["#ShortVideo", "#Shorts"]),
    ],
)
def test_hashtags_name_the_subject(request_: str, tags: list[str]) -> None:
    assert hashtags(request_) == tags


def test_hashtags_of_the_references_come_where_they_name_the_subject_or_several_use_them() -> None:
    texts = ["Wow #Food #BiryaniLovers", "#food #foryou #2024", "#food, #once!", "#" + "x" * 40]
    assert hashtags("authentic Indian biryani", texts, ["Delicacy"], ai_generated=True) == [
        "#Biryani", "#IndianBiryani", "#AuthenticIndianBiryani", "#BiryaniLovers", "#food", "#Delicacy", "#AIGenerated",
    ]  # fmt: skip


def test_there_are_three_to_eight_and_the_ai_label_is_never_crowded_out() -> None:
    texts = ["#taco1 #taco2 #taco3 #taco4 #taco5"] * 3
    many = hashtags("street tacos, mole sauce and corn tortillas in Oaxaca", texts, ["Food"], ai_generated=True)
    assert len(many) == MOST
    assert many[-1] == "#AIGenerated"
    assert len({one.casefold() for one in many}) == MOST
    assert len(hashtags("cats", ai_generated=True)) == LEAST


@pytest.mark.parametrize(
    ("request_", "title", "caption"),
    [
        ("street food in Hanoi", "Dawn at the stalls", "Dawn at the stalls\nStreet food in Hanoi, in 3 seconds."),
        ("a video about cats", "Cats", "Cats, in 3 seconds."),
        ("Why do cats purr?", "The secret motor", "The secret motor\nWhy do cats purr?"),
        ("Haz un vídeo sobre tacos callejeros en Oaxaca", "Tacos", "Tacos\nTacos callejeros en Oaxaca, en 3 segundos."),
        ("做一个关于地道印度香饭的视频", "香饭的秘密", "香饭的秘密\n3秒看地道印度香饭。"),
        ("", "iPhone tricks", "iPhone tricks, in 3 seconds."),
        ("", "", ""),
    ],
)
def test_a_caption_is_in_words_for_people_and_not_the_render_prompt(request_: str, title: str, caption: str) -> None:
    post = post_of(request_, Shown(title, SHOT, 3.04))
    assert post.caption == caption
    assert post.alt_text == SHOT


def test_an_alt_text_says_of_a_drawing_what_it_is_and_which_title_stands_in_it() -> None:
    post = post_of("a cat on a sofa", Shown("Nap time", SHOT, 3, drawn=True))
    assert post.alt_text == "A simple animated drawing: a cat on a sofa. The title in the picture reads “Nap time”."


def test_an_alt_text_is_no_longer_than_screen_readers_say_in_one_go() -> None:
    assert len(post_of("cats", Shown("T", "word " * 200, 3)).alt_text) <= 250
