from __future__ import annotations

import pytest
from popcorn.graphs.create.emptiness import shows_nothing

REQUEST = "street tacos at dawn"


@pytest.mark.parametrize(
    ("shot", "why"),
    [
        ("An empty white room, nothing moves.", "shows nothing"),
        ("Nothing happens in a completely white void for three seconds.", "shows nothing"),
        ("A plain black background and a blank screen.", "shows nothing"),
        ("I'm sorry, but I cannot help with that request.", "is a refusal"),
        ("As an AI language model I am unable to film street tacos.", "is a refusal"),
        ("对不起，我不能帮助你完成这个视频的制作。", "is a refusal"),
        ("lorem ipsum dolor sit amet, consectetur adipiscing elit", "is filler"),
        ("[describe the shot here] with tacos and a street and light", "is filler"),
        ("tacos tacos tacos tacos tacos tacos tacos tacos tacos tacos", "is filler"),
        ("N/A", "is filler"),
        ("...", "is filler"),
        ("Street tacos at dawn.", "only repeats the request"),
        ("A video about street tacos at dawn", "only repeats the request"),
        ("A taco.", "is too short to show anything"),
    ],
)
def test_a_shot_of_nothing_is_a_fault_that_says_what_to_do(shot: str, why: str) -> None:
    assert shows_nothing(shot, REQUEST) == f"its shot {why}; describe what is in the picture"


@pytest.mark.parametrize(
    "shot",
    [
        "A cook's hand folds a taco over hot coals, steam in the first light.",
        "An empty kitchen at dawn; steam rises from a copper pot of biryani, a hand lifts the lid, nothing else moves.",
        "Nothing moves but the steam over a griddle as grilled meat hits it and fat spits into the flames.",
        "Macro shot of a white plate on a black background; a lime is squeezed over three tacos in slow motion.",
        "四川火锅沸腾的瞬间，红油翻滚，蒸汽升起",
        "Un cocinero dobla una tortilla sobre las brasas.",
    ],
)
def test_a_shot_that_shows_something_is_none(shot: str) -> None:
    assert shows_nothing(shot, REQUEST) == ""


@pytest.mark.parametrize(
    "shot",
    [
        "What is the best taco? Why do people eat street tacos at dawn?",
        "Street tacos at dawn are popular, have a long history and are enjoyed by many people around the world.",
        "A cinematic, high quality, 4k, masterpiece, trending video of street tacos at dawn.",
        "A taco, a taco, a taco, a taco at dawn on the street.",
        "title: Street tacos at dawn. video_prompt: street tacos. cover_prompt: street tacos at dawn.",
        '{"title": "Street tacos", "video_prompt": "street tacos at dawn"}',
    ],
)
def test_who_writes_about_a_thing_shows_nothing_of_it(shot: str) -> None:
    assert shows_nothing(shot, "street tacos at dawn")
