"""What people write about keys, and what only looks a little like one."""

from __future__ import annotations

import pytest
from popcorn.redaction import scrubbed

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
    ],
)
def test_a_title_stays_a_title(told: str) -> None:
    assert scrubbed(told) == told
