"""Keys that are said to be keys are taken out of a text, and titles that look a little like keys are left in it."""

from __future__ import annotations

import pytest
from popcorn.redaction import Stream, scrubbed

HEX = "4f9a81b0c27d0a55d4f9a81b0c27d0a5"


@pytest.mark.parametrize(
    "told",
    [
        f"my api key is {HEX}, make a video about tacos",
        f"API key {HEX}",
        f"OPENAI_API_KEY {HEX}",
        f"key={HEX}",
        f"fal key 550e8400-e29b-41d4-a716-446655440000:{HEX}",
        f"https://hooks.slack.com/services/T00000000/B00000000/{HEX[:24]}",
        f"curl -u chef:{HEX} https://example.org",
        f"hvs.CAESIJ{HEX}",
        f"dckr_pat_{HEX}",
        f"sgp_{HEX}",
        f"hvb.AAAAAQ{HEX}",
        f"my token is: {HEX}.",
        f"the keys are {HEX}",
        f"api‑key {HEX}",
        f"curl --user 'chef:{HEX}' https://example.org",
        f"https://discord.com/api/webhooks/1234567890/{HEX}",
        f"xoxb–123456789012–{HEX}",
        f"tacos 550e8400-e29b-41d4-a716-446655440000:{HEX} at night",  # fal's key has no beginning, but a form
        f"SK{HEX} of Twilio",
        f"wandb_v1_{HEX}",
        f"secret_{HEX}",
        f"1//0{HEX}-{HEX}",
        f"sk‑proj‑{HEX}",  # as word processors write hyphens
    ],
)
def test_a_key_that_is_said_to_be_one_is_taken_out(told: str) -> None:
    assert HEX[:24] not in scrubbed(told)


@pytest.mark.parametrize(
    "told",
    [
        "xoxo-forever-and-always",
        "#xoxo-gossip-girl-forever",
        "xoxo-from-lisbon-with-love",
        "sk-8terboys2024forever-tour",
        "Secret: 7ingredients, one pan",
        "My secret: COVID19 dumplings",
        "Token: 50cents for a ride",
        "the key is patience – and salsa",
        "The key https://www.tiktok.com/@somebody/video/7230000000000000000",
        "the password is tacos",
        "the key 20260131-235959-0a1b2c",
        "secret_of_the_best_tacos_in_town_2026",
        "clip 550e8400-e29b-41d4-a716-446655440000: tacos",
        "the key is runs/20260131-235959-0a1b2c/clip.mp4",
        "curl your hair -u know how: a tutorial",
    ],
)
def test_a_title_stays_a_title(told: str) -> None:
    assert scrubbed(told) == told


def test_a_password_that_is_said_to_be_one_is_taken_out() -> None:
    assert scrubbed("my password is hunter2!, make tacos") == "my password is [hidden]!, make tacos"


@pytest.mark.parametrize("size", [1, 3])
def test_a_stream_holds_back_what_is_said_to_be_a_key(size: int) -> None:
    text, stream = f"Your api key is {HEX}, and sk‑proj‑{HEX} another.", Stream()
    pieces = [stream.feed(text[at : at + size]) for at in range(0, len(text), size)] + [stream.end()]
    assert "".join(pieces) == "Your api key is [hidden], and [hidden] another."
