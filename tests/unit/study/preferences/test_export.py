"""Preferences out of tables, runs and studies: what is written, what is left out and said, what is on which side."""

from __future__ import annotations

import json
import tracemalloc
from collections import Counter
from collections.abc import Callable, Iterable
from itertools import chain
from pathlib import Path
from typing import Any

import pytest
from popcorn.errors import DataError, RequestError
from popcorn.graphs.create.replies import DraftReply
from popcorn.study.preferences import chat
from popcorn.study.preferences.export import Wishes, export
from popcorn.study.preferences.predicted import MOST, NO_EVIDENCE, TIED, predicted
from popcorn.study.preferences.sieve import CONTRADICTED, OUTDONE, TWICE, Sieve
from popcorn.study.preferences.tested import SAME, TIES, tried
from popcorn.study.preferences.trust import Trust, unmeasured
from popcorn.study.preferences.types import Draft, Idea, Preference, Source, preference_of
from popcorn.tools.statistics.intervals import Estimate

from .conftest import Liking

Row = Callable[..., dict[str, Any]]
Table = Callable[..., Path]
TRUST = Trust("liking", "nothing", Estimate(0.7, 0.6, 0.8, 100, 50), None, 50, 100, 100)


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def exported(file: Path, out: Path, ideas: Iterable[Idea] = (), model: Any = None, **wishes: Any) -> dict[str, Any]:
    counted: Counter[str] = Counter()
    known = [*ideas]
    found = chain(tried(file, counted), predicted(known, model or Liking(), TRUST, counted))
    return export(found, known, out, TRUST, Wishes(**({"test_share": 0.0} | wishes)), counted)


def idea(request: str, *titles: str, source: Source = Source.RUN, platform: str = "") -> Idea:
    return Idea(request, tuple(Draft(title, f"a shot of {title}", "a cover") for title in titles), source, platform)


def test_a_pair_of_a_test_is_a_row_of_trl_with_margin_source_and_trust(table: Table, row: Row, tmp_path: Path) -> None:
    file = table(row("Dull news", "Wow news!", -2.0, request="the news", story="s", test_id="t"))
    data = exported(file, tmp_path / "out")
    (found,) = lines(tmp_path / "out" / "dpo.jsonl")
    assert [message["role"] for message in found["prompt"]] == ["system", "user"]
    assert '"the news"' in found["prompt"][1]["content"]
    assert found["chosen"] == [{"role": "assistant", "content": '{"title": "Wow news!"}'}]
    assert found["rejected"] == [{"role": "assistant", "content": '{"title": "Dull news"}'}]
    assert (found["source"], found["trust"], found["z"]) == ("test", None, None)  # 2 is what a bare winner counts for
    assert found["margin"] == pytest.approx(3.76, abs=0.01)
    assert data["sources"] == {"test": {"pairs": 1, "test": 0, "evidence": 1, "measured": 0, "trust": None}}


def test_a_counted_pair_is_trusted_as_far_as_its_sign_is_sure(table: Table, row: Row, tmp_path: Path) -> None:
    exported(table(row("A", "B", 1.0), row("C", "D", 50.0)), tmp_path / "out")
    sure, clear = lines(tmp_path / "out" / "dpo.jsonl")
    assert (sure["trust"], sure["z"], sure["margin"]) == (0.8413, 1.0, pytest.approx(1.668, abs=0.01))
    assert (clear["trust"], clear["margin"]) == (1.0, 7.0)


def test_ties_and_pairs_of_one_draft_are_left_out_and_counted(table: Table, row: Row, tmp_path: Path) -> None:
    file = table(row("A", "B", 0), row("A", "A"), row("C", "D"))
    assert exported(file, tmp_path / "out")["left_out"] == {TIES: 1, SAME: 1}


def test_ties_alone_are_an_error_that_counts_them_and_leaves_no_folder(table: Table, row: Row, tmp_path: Path) -> None:
    file = table(row("A", "B", 0), row("C", "D", None, winner="tie"))
    with pytest.raises(DataError, match="no preference is left to write: 2 even: neither side drew more"):
        exported(file, tmp_path / "out")
    assert [path.name for path in tmp_path.iterdir()] == ["pairs.csv"]


def test_a_pair_that_comes_again_is_written_once_as_its_clearest(table: Table, row: Row, tmp_path: Path) -> None:
    file = table(row("A", "B", 2.5), row("B", "A", -4.0), row("A", "B", 2.5))
    assert exported(file, tmp_path / "out")["left_out"] == {TWICE: 2}
    assert [one["z"] for one in lines(tmp_path / "out" / "dpo.jsonl")] == [4.0]


def test_a_contradiction_is_left_out_on_both_sides_and_counted(table: Table, row: Row, tmp_path: Path) -> None:
    data = exported(table(row("A", "B", 2.5), row("A", "B", -4.0), row("C", "D")), tmp_path / "out")
    assert (data["left_out"], data["contradictions"]) == ({CONTRADICTED: 2}, 1)
    assert data["contradicting"] == [["A", "B"]]
    assert "contradicting, for example: `A` / `B`" in (tmp_path / "out" / "README.md").read_text(encoding="utf-8")
    assert [one["chosen"][0]["content"] for one in lines(tmp_path / "out" / "dpo.jsonl")] == ['{"title": "C"}']


def test_an_empty_title_names_its_line(table: Table, row: Row, tmp_path: Path) -> None:
    with pytest.raises(RequestError, match="line 3: there is no title_b"):
        exported(table(row("A", "B"), row("C", "  ")), tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_platforms_are_never_mixed_but_one_can_be_chosen(table: Table, row: Row, tmp_path: Path) -> None:
    file = table(row("A", "B", platform="YouTube"), row("C", "D", platform="TikTok"), row("E", "F", platform="youtube"))
    with pytest.raises(RequestError, match=r"2 platforms, .*: tiktok \(1\), youtube \(2\)") as caught:
        exported(file, tmp_path / "out")
    assert "--platform tiktok" in caught.value.hint
    data = exported(file, tmp_path / "out", platform="YouTube")
    assert (data["rows"]["dpo"], data["platforms"]) == (2, {"youtube": 2})
    assert data["left_out"] == {"pairs of another platform": 1}


def test_no_story_is_on_both_sides_whatever_ties_pairs_together(table: Table, row: Row, tmp_path: Path) -> None:
    rows = [row(f"A{n}", f"B{n}", story=f"s{n // 3}") for n in range(30)]
    rows += [row(f"B{n}", f"C{n}", request=f"r{n // 2}") for n in range(30)]
    data = exported(table(*rows), tmp_path / "out", test_share=0.3)
    train, test = (lines(tmp_path / "out" / name) for name in ("dpo.jsonl", "dpo-test.jsonl"))
    assert len(train) + len(test) == 60
    assert test
    for name in ("chosen", "rejected"):
        words = [{one["chosen"][0]["content"] for one in side} | {one["rejected"][0]["content"] for one in side}
                 for side in (train, test)]  # fmt: skip
        assert not words[0] & words[1], name
    assert (data["stories"], data["test_stories"]) == (5, 2)  # three of one story, two of one request: six of a chain
    for kind in ("dpo", "sft", "grpo"):
        asked = [{one["request"] for one in lines(tmp_path / "out" / f"{kind}{end}.jsonl")} - {""}
                 for end in ("", "-test")]  # fmt: skip
        assert not asked[0] & asked[1]


def test_the_split_does_not_hang_on_the_order_of_rows(table: Table, row: Row, tmp_path: Path) -> None:
    rows = [row(f"A{n}", f"B{n}") for n in range(20)]
    sides = []
    for name, ordered in (("one", rows), ("two", rows[::-1])):
        exported(table(*ordered, name=f"{name}.csv"), tmp_path / name, test_share=0.2)
        sides.append(sorted(one["chosen"][0]["content"] for one in lines(tmp_path / name / "dpo-test.jsonl")))
    assert sides[0] == sides[1]
    assert len(sides[0]) == 4


def test_a_single_story_is_all_learned_from(table: Table, row: Row, tmp_path: Path) -> None:
    data = exported(table(row("A", "B"), row("B", "C")), tmp_path / "out", test_share=0.5)
    assert (data["rows"]["dpo"], data["rows"]["dpo-test"], data["stories"]) == (2, 0, 1)


def test_the_only_story_with_pairs_is_learned_from_whatever_other_prompts_there_are(
    table: Table, row: Row, tmp_path: Path
) -> None:
    prompts = [idea(f"request {n}", "Alone") for n in range(20)]
    rows = exported(table(row("A", "B")), tmp_path / "out", prompts, test_share=0.5)["rows"]
    assert (rows["dpo"], rows["dpo-test"], rows["grpo"], rows["grpo-test"]) == (1, 0, 10, 10)


def test_drafts_that_lost_somewhere_are_no_winners_to_imitate(table: Table, row: Row, tmp_path: Path) -> None:
    exported(table(row("A", "B"), row("B", "C"), row("A", "C")), tmp_path / "out")
    assert [one["completion"][0]["content"] for one in lines(tmp_path / "out" / "sft.jsonl")] == ['{"title": "A"}']


def test_drafts_of_a_request_are_asked_for_as_popcorn_asks(table: Table, row: Row, tmp_path: Path) -> None:
    ideas = [idea("otters at play", "Otters play!", "Otters"), idea("bread", "Bread")]
    data = exported(table(row("A", "B")), tmp_path / "out", ideas)
    found = lines(tmp_path / "out" / "dpo.jsonl")[1]
    assert found["prompt"] == chat.draft_question("otters at play")
    assert DraftReply.model_validate_json(found["chosen"][0]["content"]).title == "Otters play!"
    assert (found["source"], found["trust"], found["trust_low"], found["trust_high"]) == ("run", 0.7, 0.6, 0.8)
    assert found["margin"] == pytest.approx(1.386, abs=0.001)
    asked = [one["request"] for one in lines(tmp_path / "out" / "grpo.jsonl")]
    assert asked == ["otters at play", "bread"]  # a request with one draft is a prompt all the same
    assert data["rows"]["grpo"] == 2


def test_what_the_model_cannot_tell_is_no_pair(table: Table, row: Row, tmp_path: Path) -> None:
    drafts = [idea("otters", "One", "Two")]
    assert exported(table(row("A", "B")), tmp_path / "tied", drafts)["left_out"] == {TIED: 1}
    blind = Liking(evidence=False)
    assert exported(table(row("A", "B")), tmp_path / "blind", drafts, blind)["left_out"] == {NO_EVIDENCE: 1}


def test_a_word_without_evidence_is_taken_when_asked_for_and_marked() -> None:
    counted: Counter[str] = Counter()
    blind, drafts = Liking(evidence=False), idea("otters", "One!", "Two")
    (found,) = predicted([drafts], blind, unmeasured(blind), counted, without_evidence=True)
    assert (found.chosen.title, found.evidence, found.trust) == ("One!", False, None)


def test_of_many_drafts_some_pairs_are_drawn_and_the_rest_counted() -> None:
    counted: Counter[str] = Counter()
    many = idea("otters", *("!" * n for n in range(1, 21)))
    assert len([*predicted([many], Liking(), unmeasured(Liking()), counted)]) == MOST
    assert counted == {f"more than {MOST} pairs of one request": 190 - MOST}


def test_a_test_goes_before_what_a_model_predicts_of_the_same_pair() -> None:
    sieve, counted = Sieve(), Counter[str]()
    won = Preference(Draft("A"), Draft("B"), Source.TEST, 0.9, request="r")
    said = Preference(Draft("B"), Draft("A"), Source.RUN, 0.99, request="r")
    for one in (said, won):
        sieve.add(one, "asked")
    found = sieve.sifted(0.0, 0, counted)
    assert found.kept.tolist() == [False, True]
    assert counted == {OUTDONE: 1, CONTRADICTED: 0, TWICE: 0}


def test_what_only_one_side_has_is_in_neither_answer() -> None:
    assert chat.parts_of((Draft("a", "shot", "cover"), Draft("b", "shot"))) == ("title", "video_prompt")
    assert chat.parts_of((Draft("a", "shot", "cover"), Draft("b", "", "cover"))) == ("title",)
    assert chat.shared_words("The otters, again", "again the bread") == "The again"
    assert "nothing is known" in chat.title_question("", known=False, shot=False)[1]["content"]


def test_a_preference_is_the_same_after_it_was_written() -> None:
    one = Preference(Draft("a"), Draft("b"), Source.STUDY, 0.7, 0.6, 0.5, 0.7, False, None, "r", "es", "p", "s", "t")
    assert preference_of(json.loads(json.dumps(one.data()))) == one


def test_a_folder_with_something_in_it_is_left_alone(table: Table, row: Row, tmp_path: Path) -> None:
    with pytest.raises(RequestError, match="is there already"):
        exported(table(row("A", "B")), tmp_path)


def test_the_card_says_counts_trust_and_what_it_is_not(table: Table, row: Row, tmp_path: Path) -> None:
    exported(table(row("A", "B"), row("C", "D", None, winner="b")), tmp_path / "out", [idea("x", "X!", "Y")])
    card = (tmp_path / "out" / "README.md").read_text(encoding="utf-8")
    assert "3 pairs to learn from and 0 held out, of 3 stories" in card
    assert "| pairs that were tried (A/B tests) | 2 | 0 | 0.999 on average; 1 name a winner alone" in card
    assert "| drafts of runs, compared by the model below | 1 | 0 | 0.700 [0.600, 0.800] |" in card
    assert "No proof that tuning on it helps" in card
    assert json.loads((tmp_path / "out" / "card.json").read_text())["reward"]["verdict"] == "agrees"


def test_memory_does_not_grow_with_the_texts_of_pairs(tmp_path: Path) -> None:
    def many(count: int) -> Iterable[Preference]:
        for n in range(count):
            yield Preference(Draft(f"A{n} {'x' * 500}"), Draft(f"B{n} {'y' * 500}"), Source.TEST, 0.9)

    peaks = []
    for count in (100, 1_100):
        tracemalloc.start()
        export(many(count), (), tmp_path / str(count), unmeasured(Liking()))
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] - peaks[0] < 1_000 * 600  # numbers alone: texts, prompts and rows would be 6,000 bytes a pair
