"""The four tasks as rows: what a question shows, what it must not show, and that answers are what `ad make` takes."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from ads import Folder
from finished_ads import LINES, known_ad
from popcorn.graphs.ad.messages import plan_question
from popcorn.graphs.ad.replies import PlanReply
from popcorn.graphs.ad.state import AdPlan, AdState
from popcorn.graphs.asking.images import ImageRate
from popcorn.graphs.asking.window import Window
from popcorn.prompts.fence import unfence
from popcorn.study.ads.finished_ads import AdClip
from popcorn.study.ads.samples import Sample, samples
from popcorn.study.ads.tasks import Question, Task, row
from popcorn.tools.footage.types import SeenText
from popcorn.tools.media.area import Area

OTHER = known_ad("mug/2.mp4", ("Watch the lid.", "Get yours now."), mark=2)
NOTES = {(ad.name, clip.place): f"note {ad.name} {clip.place}" for ad in (known_ad(), OTHER) for clip in ad.clips}


def pictures(clip: AdClip) -> list[str]:
    return [f"{clip.ad}-{clip.place}-{number}.jpg" for number in range(3)]


@pytest.fixture
def sample() -> Sample:
    return next(iter(samples(known_ad(), [OTHER])))


def text_of(made: dict[str, Any]) -> str:
    return str(made["messages"][1]["content"][0]["text"])


def answer_of(made: dict[str, Any]) -> dict[str, Any]:
    (part,) = made["messages"][2]["content"]
    return dict(json.loads(part["text"]))


@pytest.mark.parametrize("task", Task)
def test_a_row_has_three_messages_and_a_file_for_every_picture_that_it_names(sample: Sample, task: Task) -> None:
    made = row(Question(sample, task), pictures)
    assert [message["role"] for message in made["messages"]] == ["system", "user", "assistant"]
    parts = [part for message in made["messages"] for part in message["content"]]
    assert {part["type"] for part in parts} <= {"text", "image"}
    assert sum(part["type"] == "image" for part in parts) == len(made["images"])
    assert made["id"] == f"mug/1.mp4#1#{task.value}"


def test_remix_is_answered_by_the_ads_clips_in_its_order(sample: Sample) -> None:
    made = row(Question(sample, Task.REMIX), pictures)
    assert answer_of(made) == {"clips": list(sample.answer)}
    assert len(unfence(text_of(made))["clips"]) == 5
    assert unfence(text_of(made))["lines"] == 3


def test_script_prediction_shows_the_own_clips_with_their_order_and_word_counts(sample: Sample) -> None:
    made = row(Question(sample, Task.SCRIPT), pictures)
    data, lines = unfence(text_of(made)), answer_of(made)["lines"]
    assert [line["script"] for line in lines] == list(LINES)
    assert [line["clip"] for line in lines] == data["order"]
    words = {clip["clip"]: clip["words"] for clip in data["clips"]}
    assert [words[line["clip"]] for line in lines] == [3, 9, 5]


def test_segmentation_holds_the_script_without_pictures_and_answers_with_all_of_it(sample: Sample) -> None:
    made = row(Question(sample, Task.SEGMENTATION), pictures)
    asked, lines = unfence(text_of(made))["lines"], answer_of(made)["lines"]
    assert made["images"] == []
    assert [" ".join(line["subtitles"]) for line in lines] == [line["script"] for line in asked]


def test_the_compound_answer_is_one_that_ad_make_takes(sample: Sample) -> None:
    made = row(Question(sample, Task.COMPOUND), pictures)
    reply = PlanReply.model_validate(answer_of(made))
    assert [line.script for line in reply.lines] == list(LINES)
    assert [line.clip for line in reply.lines] == list(sample.answer)
    assert [line.role for line in reply.lines] == ["hook", "demo", "call to act"]


def test_the_compound_question_is_that_of_ad_make_word_for_word(sample: Sample) -> None:
    question = Question(sample, Task.COMPOUND)
    ad, footage = sample.ad, question.footage()
    plan = AdPlan(ad.product, ad.path, "en", clips=3, seconds=6.0)
    state = AdState(request="An ad", plan=plan, clips=footage)
    asked = plan_question(state, Window(10**9, pictures=ImageRate()), 2.0, Folder(footage)).messages
    made = row(question, lambda clip: ["a", "b", "c"])
    assert asked[0].content == made["messages"][0]["content"][0]["text"]
    theirs, ours = unfence(str(asked[1].content[0]["text"])), unfence(text_of(made))
    for clip in (*theirs["clips"], *ours["clips"]):
        del clip["words"]  # a voice's rate there, the people's own count here
    assert theirs == ours
    kinds = [part["type"].removesuffix("_url") for part in asked[1].content]
    assert kinds == [part["type"] for part in made["messages"][1]["content"]]


@pytest.mark.parametrize("task", [Task.REMIX, Task.SCRIPT, Task.COMPOUND])
def test_z_stands_beside_every_clip_and_nowhere_without_it(sample: Sample, task: Task) -> None:
    bare, noted = row(Question(sample, task), pictures), row(Question(sample, task, NOTES), pictures)
    assert all(clip["note"].startswith("note mug/") for clip in unfence(text_of(noted))["clips"])
    assert not any("note" in clip for clip in unfence(text_of(bare))["clips"])
    assert noted["id"] == f"{bare['id']}-z"
    assert answer_of(noted) == answer_of(bare)


def test_no_question_tells_what_is_said_or_captioned(sample: Sample) -> None:
    seen = (
        SeenText("The steel mug keeps it hot", Area(0.1, 0.8, 0.8, 0.1), 0, 9, burned=True),
        SeenText("WOW", Area(0.1, 0.1, 0.2, 0.1), 0, 9, burned=True),
        SeenText("TRAILCUP", Area(0.4, 0.4, 0.2, 0.1), 0, 9, burned=False),
    )
    ad = known_ad()
    clips = tuple(replace(clip, picture=replace(clip.picture, texts=seen)) for clip in ad.clips)
    (first, *_) = samples(replace(ad, clips=clips), [])
    for task in (Task.REMIX, Task.COMPOUND):
        text = text_of(row(Question(first, task), pictures))
        assert "steel mug keeps" not in text
        assert "WOW" not in text
        assert "TRAILCUP" in text
