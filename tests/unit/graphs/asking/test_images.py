"""Pictures in messages, and the tokens that they are read as."""

from __future__ import annotations

import pytest
from ads import jpeg
from langchain_core.messages import HumanMessage
from popcorn.agent.models.image_rates import rate_of, takes_images
from popcorn.agent.models.providers import Choice
from popcorn.graphs.asking.images import ImageRate, image_part, size_of, without_images
from popcorn.settings import Settings


@pytest.mark.parametrize(
    ("rate", "size", "tokens"),
    [
        (ImageRate(85, 170), (512, 512), 255),  # one tile, as gpt-4o bills it
        (ImageRate(85, 170), (996, 560), 765),
        (ImageRate(2833, 5667), (128, 64), 8500),  # gpt-4o-mini; 8,512 were measured with five words
        (ImageRate(0, 1601, 560), (559, 559), 1601),  # together
        (ImageRate(), (996, 560), 1445),
    ],
)
def test_tokens_of_a_picture_by_its_tiles(rate: ImageRate, size: tuple[int, int], tokens: int) -> None:
    assert rate.tokens(*size) == tokens


def test_pictures_of_messages_are_counted_and_can_be_left_away() -> None:
    content = [{"type": "text", "text": "Clip 1:"}, image_part(jpeg(996, 560)), image_part(jpeg(560, 315))]
    message = HumanMessage(content)  # type: ignore[arg-type]
    assert size_of(jpeg(996, 560)) == (996, 560)
    assert ImageRate(85, 170).of([message, HumanMessage("words")]) == 765 + 425
    (plain,) = without_images([message])
    assert plain.content == "Clip 1:"


def test_models_are_known_by_the_longest_spec() -> None:
    assert rate_of(Choice("openai", "gpt-4o-mini")).base == 2833
    assert rate_of(Choice("together", "Qwen/Qwen2.5-VL-72B-Instruct")).side == 560
    assert rate_of(Choice("mine", "some-model")) == ImageRate()


def test_pictures_are_shown_to_models_that_are_known_to_read_them_or_said_to() -> None:
    ours, theirs = Choice("openai", "gpt-4o"), Choice("mine", "some-model")
    assert takes_images(ours, Settings(), profiled=True)
    assert not takes_images(ours, Settings(), profiled=False)
    assert not takes_images(theirs, Settings(), profiled=True), "the profile is of OpenAI's own models"
    assert takes_images(theirs, Settings(llm_images="yes"), profiled=None)
    assert not takes_images(ours, Settings(llm_images="no"), profiled=True)
