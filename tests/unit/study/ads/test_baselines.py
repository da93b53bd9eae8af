from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest
from popcorn.errors import DataError, RequestError
from popcorn.study.ads.answers import read_answer
from popcorn.study.ads.baselines.planner import OfflinePlanner
from popcorn.study.ads.baselines.role_model import RoleModel, kinds_of, read_labelled
from popcorn.study.ads.baselines.simple import AsShown, FactOrder, RandomOrder
from popcorn.study.ads.baselines.table import baselines
from popcorn.study.ads.baselines.types import OrderTask, task_of

FACTS = ("keeps coffee hot for 6 hours", "holds 350 ml", "the lid closes tight")
TASK = OrderTask(
    "1",
    "mug",
    ("1", "2", "3", "4"),
    (
        "Order now: tap the link below!",
        "The lid closes tight.",
        "Tired of cold coffee?",
        "It keeps coffee hot for 6 hours.",
    ),
    FACTS,
    "Trailcup",
    "en",
)


def labelled() -> list[list[frozenset[str]]]:
    """Ads that open with a question, show, and call at the end."""
    ad = [
        frozenset({"设问"}),
        frozenset({"卖点展示"}),
        frozenset({"卖点展示"}),
        frozenset({"呼吁引导", "品牌名称强化"}),
    ]
    return [ad] * 40


def test_the_task_holds_lines_by_clip_and_nothing_of_the_order() -> None:
    line = {"ad": 1, "model": "m", "reference_order": [2, 10, 1], "order": [], "reference_script": ["a", "b", "c"]}
    task = task_of(read_answer(line)[0])
    assert task is not None
    assert (task.clips, task.lines) == (("1", "2", "10"), ("c", "a", "b"))


@pytest.mark.parametrize("script", [[], ["a", "b"], ["a", "b", "c", "d"]])
def test_lines_that_belong_to_no_clip_make_no_task(script: list[str]) -> None:
    line = {"ad": 1, "model": "m", "reference_order": [2, 3, 1], "order": [], "reference_script": script}
    assert task_of(read_answer(line)[0]) is None


def test_chance_is_drawn_by_seed_and_ad() -> None:
    assert RandomOrder(1).order(TASK) == RandomOrder(1).order(TASK)
    assert sorted(RandomOrder(2).order(TASK)) == sorted(TASK.clips)
    assert AsShown().order(TASK) == ["1", "2", "3", "4"]


def test_lines_follow_the_facts() -> None:
    order = FactOrder().order(TASK)
    assert order.index("4") < order.index("2")
    assert FactOrder().order(OrderTask("1", "mug", ("1",), ("a",))) == []


def test_roles_learned_from_labels_put_the_question_first_and_the_call_last() -> None:
    order = RoleModel(labelled()).order(TASK)
    assert (order[0], order[-1]) == ("3", "1")


def test_without_labels_of_a_kind_its_lines_stay_where_they_are_shown() -> None:
    model = RoleModel([[frozenset({"别的"})] * 4] * 10)
    assert model.order(TASK) == ["1", "2", "3", "4"]


def test_what_a_line_is_for_is_read_off_its_words() -> None:
    task = OrderTask("1", "逸动", (), (), ("空间大",), "长安", "zh")
    assert set(kinds_of("长安逸动空间大，", task)) == {"brand", "fact"}
    assert "call" in set(kinds_of("赶紧点击下方链接吧。", task))
    assert "question" in set(kinds_of("你还在高价买汽车吗？", task))
    assert "offer" in set(kinds_of("限时优惠4.69万元", task))


def test_the_offline_planner_orders_every_clip_once() -> None:
    assert sorted(OfflinePlanner().order(TASK)) == sorted(TASK.clips)


@pytest.mark.parametrize("packed", [False, True])
def test_labelled_ads_are_read_packed_or_not(tmp_path: Path, packed: bool) -> None:
    content = json.dumps({"a": [{"segment": [0, 1], "labels": ["设问"]}, {"labels": ["呼吁引导"]}]}).encode()
    file = tmp_path / "labelled"
    file.write_bytes(gzip.compress(content, mtime=0) if packed else content)
    assert read_labelled(file) == [[frozenset({"设问"}), frozenset({"呼吁引导"})]]
    assert [one.name for one in baselines(file)][3] == "baseline: roles learned from labelled ads"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"{}", "has no label that a role is known by"),
        (b"[1, 2]", "is no file of labelled ads"),
        (b'{"a": [{"labels": 3}]}', "is no file of labelled ads"),
        (b"nonsense", "is no file of labelled ads"),
        (b"\x1f\x8bxx", "damaged gzip file"),
        (b'{"a": [{"labels": ["x"]}]}', "has no label that a role is known by"),
    ],
)
def test_a_file_without_labels_is_an_error_in_a_sentence(tmp_path: Path, content: bytes, said: str) -> None:
    file = tmp_path / "labelled.json"
    file.write_bytes(content)
    with pytest.raises(DataError, match=said):
        read_labelled(file)


def test_labelled_ads_that_are_not_there_are_named(tmp_path: Path) -> None:
    with pytest.raises(RequestError, match="cannot be read"):
        read_labelled(tmp_path / "nothing.json")
