"""Training of a network: repeatable, stopped in time, and going on after a kill as if nothing had happened."""

from __future__ import annotations

import json
import logging
import math
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from popcorn.errors import DataError
from popcorn.tools.popularity.mmra.aggregation import aggregate_videos
from popcorn.tools.popularity.mmra.config import MMRAConfig
from popcorn.tools.popularity.mmra.model import MMRA
from popcorn.tools.popularity.mmra.plan import Epoch, TrainingPlan
from popcorn.tools.popularity.mmra.training import TrainingData, best_epoch, predictions, train
from popcorn.tools.popularity.mmra.videos import Nearest, Videos, find_nearest

SIZE = 16
POPCORN = MMRAConfig("popcorn", frames=3, dimension=SIZE, neighbours=6, hidden=12, tags=2)
REFERENCE = MMRAConfig("reference", frames=3, dimension=SIZE, neighbours=6)
PLAN = TrainingPlan(4, 4, 32, 1e-3, weight_decay=0.1, rank_weight=0.2, anneal=True, seed=5)


def the_videos(rows: int = 160, seed: int = 0) -> Videos:
    """Frames, texts and tags that say something about the label."""
    chance = np.random.default_rng(seed)
    labels = chance.uniform(0, 10, rows)
    text = chance.normal(size=(rows, SIZE)) + labels[:, None] * np.linspace(-0.3, 0.3, SIZE)
    retrieval = text / np.linalg.norm(text, axis=1, keepdims=True)
    frames = chance.normal(size=(rows, 3, SIZE)) + labels[:, None, None] * 0.1
    return Videos(
        text=text.astype(np.float32),
        retrieval=retrieval.astype(np.float32),
        labels=labels,
        tags=(labels > 5).astype(np.int64),
        frames=frames.astype(np.float16),
    )


def the_data(config: MMRAConfig = POPCORN, place: Path | None = None, seed: int = 0) -> TrainingData:
    videos = the_videos(seed=seed)
    rows, valid = np.arange(120, dtype=np.int64), np.arange(120, 160, dtype=np.int64)
    near = [
        find_nearest(videos, rows, videos.retrieval[one], videos.tags[one], config.neighbours, itself=one)
        for one in (rows, valid)
    ]
    if config.variant == "popcorn":
        return TrainingData(videos, rows, valid, *near)
    assert place is not None
    sums = [aggregate_videos(videos, one, place / f"{number}.npy") for number, one in enumerate(near)]
    return TrainingData(videos, rows, valid, *near, *sums)


def the_network(config: MMRAConfig = POPCORN, seed: int = 0) -> MMRA:
    torch.manual_seed(seed)
    return MMRA(config)


def trained(
    plan: TrainingPlan = PLAN, checkpoint: Path | None = None, data: TrainingData | None = None, seed: int = 0
) -> tuple[dict[str, torch.Tensor], list[Epoch]]:
    """The weights that a training ends with, and its epochs without their times."""
    network = the_network(seed=seed)
    epochs = train(network, data or the_data(), plan, checkpoint)
    return network.state_dict(), [replace(epoch, seconds=0) for epoch in epochs]


def assert_same(first: dict[str, torch.Tensor], second: dict[str, torch.Tensor]) -> None:
    assert first.keys() == second.keys()
    assert [name for name in first if not torch.equal(first[name], second[name])] == []


def differs(first: dict[str, torch.Tensor], second: dict[str, torch.Tensor]) -> bool:
    return any(not torch.equal(first[name], second[name]) for name in first)


# learning


def test_it_learns_what_there_is_to_learn() -> None:
    network, data = the_network(), the_data()
    epochs = train(network, data, TrainingPlan(30, 30, 32, 3e-3, seed=1))
    assert best_epoch(epochs).valid.nmse < 0.5
    assert best_epoch(epochs).valid.src > 0.7
    again = predictions(network, data, data.valid, data.near_valid)
    found = np.mean((again - data.videos.labels[data.valid]) ** 2) / data.videos.labels[data.valid].var()
    assert found == pytest.approx(best_epoch(epochs).valid.nmse, rel=1e-5), "it does not end with its best epoch"


def test_the_reference_learns_too_and_its_sums_say_what_its_neighbours_say(tmp_path: Path) -> None:
    data, network = the_data(REFERENCE, tmp_path), the_network(REFERENCE)
    quick = predictions(network, data, data.valid, data.near_valid)
    slow = predictions(
        network, replace(data, aggregated_train=None, aggregated_valid=None), data.valid, data.near_valid
    )
    assert quick == pytest.approx(slow, abs=5e-3)  # the sums of the frames are kept as float16
    epochs = train(network, data, TrainingPlan(25, 25, 32, 1e-3, shuffle=False, seed=1))
    assert epochs[-1].loss < epochs[0].loss
    assert best_epoch(epochs).valid.nmse < 0.8


def test_videos_without_frames_cannot_be_summed_up(tmp_path: Path) -> None:
    videos = replace(the_videos(), frames=None)
    near = Nearest(np.zeros((4, 2), np.int32), np.zeros((4, 2), np.float32))
    with pytest.raises(DataError, match="needs frames"):
        aggregate_videos(videos, near, tmp_path / "sums.npy")


def test_the_plans_are_those_that_are_promised() -> None:
    published = TrainingPlan.of("reference", 3)
    facts = (published.learning_rate, published.batch, published.epochs, published.patience, published.weight_decay)
    assert facts == (1e-5, 64, 100, 21, 0)
    assert (published.bank, published.shuffle, published.rank_weight) == ("train+valid", False, 0)
    own = TrainingPlan.of("popcorn", 3)
    assert (own.bank, own.shuffle, own.seed) == ("train", True, 3)


# stopping


def test_it_stops_when_nothing_got_better_for_as_long_as_it_has_patience() -> None:
    """A rate of nought: the first epoch is the best, and the second to fourth are as good, which is not better."""
    _, epochs = trained(TrainingPlan(50, 3, 32, 0.0, seed=0))
    assert [epoch.number for epoch in epochs] == [1, 2, 3, 4]
    assert best_epoch(epochs).number == 1


def test_it_stops_at_its_last_epoch_however_much_patience_is_left() -> None:
    _, epochs = trained(TrainingPlan(2, 50, 32, 1e-3, seed=0))
    assert [epoch.number for epoch in epochs] == [1, 2]


def test_it_keeps_the_weights_of_the_epoch_with_the_least_mae_and_nmse() -> None:
    plan = TrainingPlan(8, 8, 32, 0.3, seed=2)  # a rate that throws it about
    _, epochs = trained(plan)
    best = best_epoch(epochs)
    costs = [epoch.valid.mae + epoch.valid.nmse for epoch in epochs]
    assert costs[best.number - 1] == min(costs)
    assert best.number < len(epochs), "the last epoch is the best: nothing is shown"
    shorter, _ = trained(replace(plan, epochs=best.number))
    whole, _ = trained(plan)
    assert_same(whole, shorter)


# the same again


def test_the_same_seed_gives_the_same_weights_and_the_same_course() -> None:
    (first, course), (second, again) = trained(), trained()
    assert_same(first, second)
    assert course == again


def test_another_seed_gives_others() -> None:
    assert differs(trained()[0], trained(replace(PLAN, seed=6))[0])


def test_what_chance_was_used_for_before_does_not_matter() -> None:
    first, _ = trained()
    network, data = the_network(), the_data()
    torch.rand(1000)
    np.random.default_rng().random(10)
    train(network, data, PLAN)
    assert_same(first, network.state_dict())


# interruptions

SCRIPT = """
import sys, signal, os
sys.path.insert(0, {tests!r})
import importlib.util
spec = importlib.util.spec_from_file_location("training_tests", {here!r})
module = importlib.util.module_from_spec(spec); spec.loader.exec_module(module)
def kill(epoch):
    print(epoch.number, flush=True)
    if epoch.number == {last}:
        os.kill(os.getpid(), signal.SIGKILL)
from pathlib import Path
module.train(module.the_network(), module.the_data(), module.PLAN, Path({file!r}), kill)
"""


def killed_after(epoch: int, file: Path) -> None:
    """A process that trains and is killed when the epoch is over."""
    script = SCRIPT.format(tests=str(Path(__file__).parent), here=__file__, last=epoch, file=str(file))
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=600, check=False)
    assert done.returncode == -signal.SIGKILL, done.stderr
    assert done.stdout.split() == [str(number) for number in range(1, epoch + 1)]


def test_a_training_that_was_killed_ends_bit_for_bit_as_one_that_was_not(tmp_path: Path) -> None:
    file = tmp_path / "network.safetensors"
    killed_after(2, file)
    assert file.exists()
    told: list[int] = []
    network = the_network(seed=77)  # its first weights do not matter: the checkpoint's take their place
    epochs = train(network, the_data(), PLAN, file, lambda epoch: told.append(epoch.number))
    whole, course = trained()
    assert_same(network.state_dict(), whole)
    assert [replace(epoch, seconds=0) for epoch in epochs] == course
    assert told == [3, 4], "epochs that were over were gone through again"


@pytest.mark.parametrize("stop", [1, 3])
def test_a_training_that_was_stopped_inside_an_epoch_goes_on_from_the_last_whole_one(tmp_path: Path, stop: int) -> None:
    file = tmp_path / "network.safetensors"

    def interrupt(epoch: Epoch) -> None:
        if epoch.number == stop:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        train(the_network(), the_data(), PLAN, file, interrupt)
    assert_same(trained(checkpoint=file)[0], trained()[0])


def test_a_finished_training_is_not_gone_through_again(tmp_path: Path) -> None:
    file, told = tmp_path / "network.safetensors", list[int]()
    first, _ = trained(checkpoint=file)
    network = the_network(seed=4)
    train(network, the_data(), PLAN, file, lambda epoch: told.append(epoch.number))
    assert told == []
    assert_same(network.state_dict(), first)


@pytest.mark.parametrize(
    "other",
    [{"seed": 6}, {"learning_rate": 2e-3}, {"batch": 16}, {"epochs": 5}, {"rank_weight": 0.0}, {"weight_decay": 0.0}],
    ids=lambda change: next(iter(change)),
)
def test_a_checkpoint_of_another_plan_is_not_used(tmp_path: Path, other: dict[str, Any]) -> None:
    file, plan = tmp_path / "network.safetensors", replace(PLAN, **other)
    trained(replace(PLAN, epochs=2), file)
    trained(PLAN, file)
    found, epochs = trained(plan, file)
    expected, course = trained(plan)
    assert_same(found, expected)
    assert epochs == course


def test_a_checkpoint_of_another_network_is_not_used(tmp_path: Path) -> None:
    file, data = tmp_path / "network.safetensors", the_data()
    trained(PLAN, file)
    wider = replace(POPCORN, hidden=20)
    network, expected = the_network(wider), the_network(wider)
    train(network, data, PLAN, file)
    train(expected, data, PLAN)
    assert_same(network.state_dict(), expected.state_dict())


def test_a_checkpoint_of_other_videos_is_not_used(tmp_path: Path) -> None:
    """The same plan and sizes, another catalogue of the same name: what was learned from the old one must not stay."""
    file, other = tmp_path / "network.safetensors", the_data(seed=9)
    trained(PLAN, file)
    assert_same(trained(PLAN, file, other)[0], trained(PLAN, None, other)[0])


@pytest.mark.parametrize("damage", ["cut", "empty", "noise", "text", "no facts", "no network", "future", "not JSON"])
def test_a_damaged_checkpoint_starts_the_training_anew(
    tmp_path: Path, damage: str, caplog: pytest.LogCaptureFixture
) -> None:
    from safetensors import safe_open
    from safetensors.torch import load_file, save_file

    file = tmp_path / "network.safetensors"
    trained(PLAN, file)
    whole, tensors = file.read_bytes(), load_file(file)
    with safe_open(file, framework="pt") as opened:
        facts = json.loads(opened.metadata()["facts"])
    if damage == "no network":
        kept = {name: value for name, value in tensors.items() if not name.startswith("network.")}
        save_file(kept, file, {"facts": json.dumps(facts)})
    elif damage == "no facts":
        save_file(tensors, file, {})
    elif damage == "future":
        save_file(tensors, file, {"facts": json.dumps(facts | {"format": 99})})
    elif damage == "not JSON":
        save_file(tensors, file, {"facts": "{"})
    else:
        contents = {"cut": whole[: len(whole) // 2], "empty": b"", "noise": whole[::-1], "text": b"torch"}
        file.write_bytes(contents[damage])
    with caplog.at_level(logging.WARNING):
        found, _ = trained(PLAN, file)
    assert_same(found, trained()[0])
    if damage in ("cut", "empty", "noise", "text"):
        assert str(file) in caplog.text
    assert_same(trained(PLAN, file)[0], found)
    assert [path.name for path in tmp_path.iterdir()] == [file.name], "temporary files are left"


def test_a_checkpoint_holds_tensors_and_json_and_nothing_pickled(tmp_path: Path) -> None:
    file = tmp_path / "network.safetensors"
    trained(PLAN, file)
    length = int.from_bytes(file.read_bytes()[:8], "little")
    header = json.loads(file.read_bytes()[8 : 8 + length])
    facts = json.loads(header["__metadata__"]["facts"])
    assert facts["plan"]["seed"] == PLAN.seed
    assert len(facts["epochs"]) == PLAN.epochs


# neighbours


def test_no_video_is_its_own_neighbour_nor_one_of_its_group() -> None:
    videos = the_videos()
    everything = np.arange(160, dtype=np.int64)
    groups = everything // 4
    near = find_nearest(videos, everything, videos.retrieval, videos.tags, 10, itself=everything, groups=groups)
    assert near.rows.shape == near.similarities.shape == (160, 10)
    assert near.rows.dtype == np.int32
    assert not (groups[near.rows] == groups[:, None]).any()


def test_neighbours_are_the_nearest_of_the_bank_in_order() -> None:
    videos = the_videos()
    bank, asked = np.arange(0, 160, 2, dtype=np.int64), np.arange(1, 160, 2, dtype=np.int64)
    near = find_nearest(videos, bank, videos.retrieval[asked], videos.tags[asked], 7)
    similarity = videos.retrieval[asked] @ videos.retrieval[bank].T
    expected = np.argsort(-similarity, axis=1)[:, :7]
    assert (near.rows == bank[expected]).all()
    assert near.similarities == pytest.approx(np.take_along_axis(similarity, expected, axis=1), abs=1e-5)


def test_a_bank_smaller_than_what_is_asked_for_repeats_its_best() -> None:
    videos = the_videos()
    bank = np.array([3, 5, 8], dtype=np.int64)
    near = find_nearest(videos, bank, videos.retrieval[:10], videos.tags[:10], 6)
    assert near.rows.shape == (10, 6)
    assert set(near.rows.ravel().tolist()) <= {3, 5, 8}
    own = find_nearest(videos, bank, videos.retrieval[bank], videos.tags[bank], 6, itself=bank)
    assert not (own.rows == bank[:, None]).any()
    network = the_network().eval()
    data = TrainingData(videos, bank, bank, own, own)
    assert np.isfinite(predictions(network, data, bank, own)).all()


def test_a_bonus_for_the_tag_brings_its_videos_forward_and_leaves_the_similarities_alone() -> None:
    videos = the_videos()
    bank, asked = np.arange(100, dtype=np.int64), np.arange(100, 160, dtype=np.int64)
    plain, leaning = (
        find_nearest(videos, bank, videos.retrieval[asked], videos.tags[asked], 10, tag_bonus=bonus)
        for bonus in (0.0, 0.5)
    )
    same = [float((videos.tags[near.rows] == videos.tags[asked][:, None]).mean()) for near in (plain, leaning)]
    assert same[1] > same[0]
    real = (videos.retrieval[leaning.rows] * videos.retrieval[asked][:, None]).sum(axis=2)
    assert leaning.similarities == pytest.approx(real, abs=1e-4)


def test_arrays_that_do_not_belong_together_are_refused() -> None:
    with pytest.raises(DataError, match="160 videos have labels, but 'tags' has 3 rows"):
        replace(the_videos(), tags=np.zeros(3, np.int64))


def test_a_training_on_two_videos_ends_with_finite_weights() -> None:
    data = the_data()
    two = replace(data, train=data.train[:2], near_train=data.near_train.take(np.array([0, 1])))
    found, epochs = trained(replace(PLAN, rank_weight=1.0), data=two)
    assert all(bool(torch.isfinite(value).all()) for value in found.values())
    assert all(math.isfinite(epoch.loss) for epoch in epochs)
