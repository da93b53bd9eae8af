"""The card of a finished run: what it says of the score and of the choice, and what it never says."""

from __future__ import annotations

import io
from typing import Any

import pytest
from popcorn.agent.toolbox.run_card import card
from popcorn.commands.views.consoles import Whole
from popcorn.tools.popularity.standing import OUT_OF_THE_BOX

SCORE = {
    "log2_comments": 10.0, "comments": 1024.0, "percentile": 62.3, "percentile_low": 25.0, "percentile_high": 90.0,
    "against": "748 trending YouTube videos", "predictor": "mine", "evidence": True, "no_evidence": [],
    "interval": {"low": 8.0, "high": 12.0, "coverage": 0.8}, "basis": ["title", "text"], "illustrative": False,
    "learned_from": "6,709 videos", "unknown_tag": "",
}  # fmt: skip
BLIND = SCORE | {"evidence": False, "no_evidence": ["it is for short-video"], "predictor": "youtube-trending"}
CHOICE = {"over": 4, "probability": 0.68, "tied": False, "model": "headlines", "evidence": True, "no_evidence": []}
ATTEMPT = {"title": "Tacos", "video_prompt": "A taco.", "score": SCORE, "complaints": []}
RUN: dict[str, Any] = {
    "run_id": "r", "title": "Tacos", "video_prompt": "A taco.", "score": SCORE, "choice": CHOICE, "accepted": True,
    "threshold": 50.0, "attempts": [ATTEMPT], "references": [], "contrast": [], "tags": [], "notices": [],
    "models": {"chat": "m"}, "cover": {"path": "cover.jpg"},
    "video": {
        "path": "clip.mp4", "width": 9, "height": 16, "seconds": 3.0, "fps": 30.0, "codec": "h264", "silent": True,
        "renderer": "toy", "demo": False,
    },
}  # fmt: skip


def shown(**changes: Any) -> str:
    out = io.StringIO()
    Whole(file=out, width=400, color_system=None, highlight=False).print(card(RUN | changes))
    return out.getvalue()


def test_a_card_says_where_a_draft_stands_and_over_how_many_it_was_picked() -> None:
    text = shown()
    assert "best guess: the 62nd of 100 such videos, likely between the 25th and the 90th: accepted" in text
    assert "against 748 trending YouTube videos, from the least to the most commented" in text
    assert "about 1,024 comments at the time of those videos; 80% of such got 256 to 4,096" in text
    assert "picked over 4 others; right in about 7 of 10 such choices" in text


def test_a_draft_below_the_threshold_says_so_and_so_does_one_with_a_fault() -> None:
    assert "below the threshold of 70" in shown(threshold=70.0, accepted=False)
    assert "not accepted: something speaks against it" in shown(accepted=False)


@pytest.mark.parametrize("accepted", [True, False])
def test_without_evidence_the_reasons_stand_in_place_of_every_number(accepted: bool) -> None:
    blind = CHOICE | {"probability": None, "tied": True, "evidence": False, "no_evidence": ["nobody measured it"]}
    two = [{**ATTEMPT, "score": BLIND, "title": title} for title in ("Tacos", "Rolls")]
    text = shown(score=BLIND, choice=blind, accepted=accepted, attempts=two)
    assert "no evidence how it would do: it is for short-video" in text
    assert ("accepted: nothing speaks against it" in text) is accepted
    assert "picked over 4 others by relevance: no evidence which draws more" in text
    assert "nobody measured it" in text
    assert text.count(" no evidence  ") == 2, "one a row of the attempts"
    for never in ("62", "of 100", "1,024", "of 10", "threshold", "%"):
        assert never not in text, never


def test_out_of_the_box_the_lack_of_evidence_is_said_once_with_what_would_change_it() -> None:
    blind = CHOICE | {"probability": None, "tied": True, "evidence": False, "no_evidence": ["nobody measured it"]}
    text = shown(score=BLIND, choice=blind, notices=[OUT_OF_THE_BOX])
    assert text.count("no evidence") == text.count(OUT_OF_THE_BOX) == 1
    assert "picked over 4 others by relevance" in text
    assert "nobody measured it" not in text


def test_what_would_change_it_is_said_in_one_line_with_both_commands() -> None:
    assert "\n" not in OUT_OF_THE_BOX
    for told in (
        "short videos", "trending YouTube titles", "web headlines", "15 minutes",
        "popcorn references import FILE --name mine", "popcorn predictor train --data mine --name mine",
    ):  # fmt: skip
        assert told in OUT_OF_THE_BOX


def test_a_run_of_an_older_popcorn_is_shown_with_what_its_number_was() -> None:
    older = {name: value for name, value in SCORE.items() if "evidence" not in name and "percentile_" not in name}
    run = {name: value for name, value in RUN.items() if name != "choice"} | {"score": older}
    out = io.StringIO()
    Whole(file=out, width=400, color_system=None, highlight=False).print(card(run))
    assert "an older Popcorn scored it" in out.getvalue()
    assert "62" not in out.getvalue()
    assert "picked" not in out.getvalue()


RIVALS = [
    {"title": "Rolls", "score": SCORE | {"percentile": 41.0}, "faults": 1},
    {"title": "Noodles", "score": None, "faults": 0},
]


def test_all_drafts_of_a_round_stand_side_by_side_with_their_scores() -> None:
    lines = [line.split() for line in shown(attempts=[ATTEMPT | {"rivals": RIVALS}]).splitlines()]
    assert ["the", "62nd", "of", "100", "Tacos"] in lines
    assert ["the", "41st", "of", "100", "Rolls", "(1", "fault)"] in lines
    assert not any("Noodles" in line for line in lines), "an older run knew no score of it"


def test_a_title_stands_whole_on_a_screen_of_forty_columns() -> None:
    title = "A very long caravan of camels crossing the dunes"
    out = io.StringIO()
    Whole(file=out, width=40, color_system=None, highlight=False).print(card(RUN | {"title": title}))
    head = out.getvalue().partition("score")[0]
    assert title in " ".join(head.replace("│", " ").split())
    assert "…" not in head


def test_a_draft_that_a_person_picked_is_said_to_be() -> None:
    person = CHOICE | {"probability": None, "evidence": False, "model": "a person", "no_evidence": ["x"]}
    assert "picked over 4 others by a person" in shown(choice=person)
