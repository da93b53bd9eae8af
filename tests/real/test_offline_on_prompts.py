"""The offline drafter on real requests: the prompts of LLMPopcorn (arXiv 2502.12945)."""

import csv
import json
import os
import re
from pathlib import Path

import pytest
from langchain_core.messages import HumanMessage
from popcorn.agent.models.offline.chat_model import OfflineDrafter
from popcorn.agent.models.offline.titles import fold
from popcorn.graphs.create.assessment import weigh
from popcorn.graphs.create.judging import Judge
from popcorn.graphs.create.request.command import take_apart
from popcorn.graphs.create.request.words import is_small, listed
from popcorn.graphs.create.state import Draft
from popcorn.prompts import fence
from popcorn.tools.embedding.encoder import open_encoder

DATA = Path(os.environ.get("POPCORN_TEST_DATA", Path(__file__).parents[3] / "shared" / "data"))
PROMPTS = DATA / "llmpopcorn_prompts"

pytestmark = pytest.mark.skipif(not PROMPTS.is_dir(), reason=f"no prompts under {DATA}: set POPCORN_TEST_DATA")

CANDIDATES = 3


@pytest.fixture(scope="module")
def drafted() -> dict[str, list[dict[str, str]]]:
    found = {}
    for name in ("concrete", "abstract"):
        with (PROMPTS / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                blocks = {"task": "draft", "request": row["prompt"], "candidates": CANDIDATES}
                message = HumanMessage("\n".join(fence(key, value) for key, value in blocks.items()))
                found[row["prompt"]] = json.loads(OfflineDrafter().invoke([message]).text)["drafts"]
    return found


def content_words(text: str) -> list[str]:
    """The words that carry meaning, folded: neither articles, prepositions nor praise."""
    words = [re.sub(r"['’]s$", "", word) for word in re.findall(r"[\w'’-]+", text.casefold())]
    return [word for word in words if not is_small(word) and word not in listed("fillers") | listed("praise")]


def stems(text: str) -> set[str]:
    """Words without endings, so that `fostering` counts as `foster`."""
    return {re.sub(r"(?:ing|ed|es|s|e)$", "", word) for word in content_words(text)}


def test_every_prompt_gives_whole_drafts(drafted: dict[str, list[dict[str, str]]]) -> None:
    faults = []
    for prompt, drafts in drafted.items():
        for draft in drafts:
            text = " ".join(draft.values())
            bad = re.findall(r"\{\w*\}|  |\b([Aa]n?) \1\b|\b(?:the the|of of|in in)\b|\.\.| ,", text)
            too_long = len(draft["title"]) > 50 or not 150 <= len(draft["video_prompt"]) <= 900
            if bad or too_long or re.search(r"\b(?:a|an|the|of|in|and|with|to|for)$", draft["title"]):
                faults.append((prompt, draft, bad))
    assert faults == []


def test_the_subject_of_the_prompt_stays_in_the_first_title(drafted: dict[str, list[dict[str, str]]]) -> None:
    shares = {}
    for prompt, drafts in drafted.items():
        wanted = stems(take_apart(prompt).idea)
        shares[prompt] = len(wanted & stems(drafts[0]["title"])) / len(wanted)
    assert {prompt: share for prompt, share in shares.items() if share < 0.3} == {}
    assert sum(shares.values()) / len(shares) > 0.8


def test_names_in_the_prompt_stay_in_the_first_title(drafted: dict[str, list[dict[str, str]]]) -> None:
    lost = {}
    for prompt, drafts in drafted.items():
        names = re.findall(r"(?<=in )(?:[A-Z][\w’]+(?: (?:of|on|x|the) )?\s?){2,}", take_apart(prompt).idea)
        missing = [name.strip() for name in names if name.strip() not in drafts[0]["title"]]
        if missing:
            lost[drafts[0]["title"]] = missing
    assert lost == {}


def test_no_two_drafts_are_alike(drafted: dict[str, list[dict[str, str]]]) -> None:
    every = [draft for drafts in drafted.values() for draft in drafts]
    assert len({fold(draft["title"]) for draft in every}) == len(every) == CANDIDATES * len(drafted)
    assert len({draft["video_prompt"] for draft in every}) == len(every)


def test_the_shots_of_one_prompt_show_different_pictures(drafted: dict[str, list[dict[str, str]]]) -> None:
    hooks = {
        prompt: {draft["video_prompt"].split("In the first second")[1] for draft in drafts}
        for prompt, drafts in drafted.items()
    }
    assert {prompt: found for prompt, found in hooks.items() if len(found) < CANDIDATES} == {}


def test_no_draft_of_the_papers_prompts_is_said_to_have_left_its_subject_or_to_show_nothing(
    drafted: dict[str, list[dict[str, str]]],
) -> None:
    encoder, found = open_encoder("all-MiniLM-L6-v2"), []
    for prompt, drafts in drafted.items():
        texts = [Draft(draft["title"], draft["video_prompt"], draft["cover_prompt"]) for draft in drafts]
        for draft, (near, _) in zip(texts, Judge(encoder, prompt, ()).judge(texts), strict=True):
            _, faults = weigh(draft, near, prompt, "", None, 0.0)
            found += [(prompt, draft.title, fault) for fault in faults]
    assert found == []
