"""Fine-tuning: the arithmetic of the recipe, rows and disk before it begins, a tiny model from step 1 to `hf:`."""

from __future__ import annotations

import json
import shutil
import signal
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from finished_ads import product_file, subtitled_ad
from langchain_core.messages import HumanMessage, SystemMessage
from popcorn.errors import DataError, MissingError, RequestError, StoppedError, StoreError
from popcorn.study.ads.ad_judge import Judge
from popcorn.study.ads.dataset import Wishes, build
from popcorn.study.ads.finetuning.recipe import Recipe, Stage, Supplement, recipe_of
from popcorn.study.ads.finetuning.training import begin, begun, train
from popcorn.study.ads.finetuning.training_rows import row_files
from popcorn.study.ads.finished_ads import AdReader
from popcorn.study.finetuning.disk_room import DiskNeed, check_room, disk_need
from popcorn.study.finetuning.folder import check_extra, last_checkpoint, losses
from popcorn.study.finetuning.learning import Method
from popcorn.tools.footage.sight import Sight
from tiny_seeing_model import tiny_seeing_model

SCRIPTS = ("Your coffee stays hot.", "Order the steel mug today.")


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data set of one ad in one order."""
    place = tmp_path_factory.mktemp("learned")
    product_file(place / "ads")
    subtitled_ad(place / "ads" / "1.mp4", SCRIPTS, 1.2)
    read = AdReader(place / "cache", sight=Sight()).ads(place / "ads")
    return build(read, place / "data", Judge(), Wishes(orders=1, test_share=0, temporal=0)).folder


@pytest.fixture(scope="module")
def tiny(data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    rows = [json.loads(line) for path in (data / "train").glob("*.jsonl") for line in path.read_text().splitlines()]
    parts = [
        part["text"] for row in rows for message in row["messages"] for part in message["content"] if len(part) > 1
    ]
    return tiny_seeing_model(tmp_path_factory.mktemp("tiny"), parts * 3 + parts[2::3] * 20)


def recipe(tiny: Path, data: Path, **more: Any) -> Recipe:
    return Recipe(str(tiny), data, **{"batch": 1, "supplement": Supplement.WITHOUT, "keep_every": 1} | more)


def test_the_papers_two_stages_are_the_presets() -> None:
    pretrain, finetune = (Recipe("m", Path("/d"), stage) for stage in (Stage.PRETRAIN, Stage.FINETUNE))
    assert (pretrain.batch, finetune.batch) == (1_024, 256)
    assert pretrain.files == ("remix-z.jsonl", "script-z.jsonl")
    assert finetune.files == ("compound-z.jsonl",)
    assert finetune.learning_rate == 2e-5
    assert replace(finetune, supplement=Supplement.BOTH).files == ("compound.jsonl", "compound-z.jsonl")
    assert recipe_of(json.loads(json.dumps(finetune.data_of()))) == finetune


def test_a_batch_is_reached_by_accumulation_or_it_is_said_why_not() -> None:
    assert Recipe("m", Path("/d"), at_once=4).accumulation() == 64
    assert Recipe("m", Path("/d"), at_once=4).accumulation(8) == 8
    with pytest.raises(RequestError, match="a batch of 256 rows cannot be parted into 3 at once"):
        Recipe("m", Path("/d"), at_once=3).accumulation()


@pytest.mark.parametrize(
    "kept", [[], {"model": "m"}, {"model": "m", "data": "d", "stage": "x"}, {"model": "m", "x": 1}]
)
def test_a_recipe_that_is_none_is_said(kept: object) -> None:
    with pytest.raises(DataError, match="the recipe of the training"):
        recipe_of(kept)


def test_disk_is_asked_for_the_model_and_one_checkpoint_more_than_are_kept() -> None:
    full, lora = (disk_need(method, 4_000, 1_000, 4) for method in (Method.FULL, Method.LORA))
    assert full == DiskNeed(4_000, 12_000)
    assert disk_need(Method.LORA, 4_000, 10, 4) == DiskNeed(4_000, 120)
    assert lora.total == int(1.05 * (4_000 + 3 * 12_000))
    check_room(Path("/"), full, free=full.total)
    with pytest.raises(StoreError, match=r"the training writes 0.0 GiB \(model 0.0, each of 3 checkpoints 0.0\)"):
        check_room(Path("/"), full, free=full.total - 1)


def test_without_the_extra_it_is_said_what_installs_it() -> None:
    with pytest.raises(MissingError, match="not installed: no_such_library") as caught:
        check_extra(["json", "no_such_library"])
    assert caught.value.hint == 'run `pip install "llmpopcorn[finetune]"`'


def test_the_last_whole_checkpoint_is_gone_on_from(tmp_path: Path) -> None:
    for number in (2, 10, 12):
        (tmp_path / f"checkpoint-{number}").mkdir()
    assert last_checkpoint(tmp_path) is None
    for number in (2, 10):
        (tmp_path / f"checkpoint-{number}" / "trainer_state.json").write_text("{}")
    assert last_checkpoint(tmp_path) == str(tmp_path / "checkpoint-10")
    assert last_checkpoint(tmp_path / "nowhere") is None


def test_losses_are_those_of_steps() -> None:
    assert losses([{"loss": 2.0, "step": 1}, {"eval_loss": 1, "step": 1}]) == [{"step": 1, "loss": 2.0}]


def damaged(data: Path, place: Path, damage: Callable[[dict[str, Any]], object]) -> Path:
    """A copy of a data set whose row is damaged."""
    (place / "train").mkdir()
    (place / "images").symlink_to(data / "images")
    (place / "card.json").write_text("{}")
    row = json.loads((data / "train" / "compound.jsonl").read_text())
    damage(row)
    (place / "train" / "compound.jsonl").write_text(json.dumps(row) + "\n")
    return place


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (lambda row: row.pop("messages"), "a line that is no row"),
        (lambda row: row["messages"].pop(), "a row without an answer"),
        (lambda row: row["images"].pop(), "other pictures than it names"),
        (lambda row: row["images"].__setitem__(0, "../../etc/passwd"), "is not in the data set"),
    ],
)
def test_a_damaged_row_is_found_before_anything_begins(
    data: Path, tmp_path: Path, damage: Callable[[dict[str, Any]], object], message: str
) -> None:
    place = damaged(data, tmp_path, damage)
    with pytest.raises(DataError, match=message):
        row_files(place, "train", ["compound.jsonl"])


def test_a_folder_without_a_data_set_and_one_without_such_rows_are_told_apart(data: Path, tmp_path: Path) -> None:
    with pytest.raises(RequestError, match="holds no data set of ads"):
        row_files(tmp_path, "train", ["compound.jsonl"])
    assert len(row_files(data, "test", ["compound.jsonl"])) == 0
    assert len(row_files(data, "train", ["compound.jsonl", "remix.jsonl"])) == 2


def test_a_training_is_begun_once_in_a_folder(tiny: Path, data: Path, tmp_path: Path) -> None:
    wanted = recipe(tiny, data)
    begin(wanted, tmp_path / "out")
    assert begun(tmp_path / "out") == wanted
    with pytest.raises(RequestError, match="is there already"):
        begin(wanted, tmp_path / "out")
    with pytest.raises(RequestError, match="no training was begun"):
        begun(tmp_path)


def test_a_model_that_reads_no_pictures_is_refused(data: Path, tmp_path: Path) -> None:
    from transformers import LlamaConfig

    LlamaConfig().save_pretrained(tmp_path / "llama")
    begin(recipe(tmp_path / "llama", data), tmp_path / "out")
    with pytest.raises(MissingError, match="reads no pictures"):
        train(recipe(tmp_path / "llama", data), tmp_path / "out")


def weights_of(folder: Path) -> dict[str, Any]:
    from safetensors.numpy import load_file

    return dict(load_file(folder / "model.safetensors"))


@pytest.fixture(scope="module")
def learned(tiny: Path, data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model that has learned one ad by heart."""
    out = tmp_path_factory.mktemp("tuned") / "out"
    wanted = recipe(tiny, data, method=Method.FULL, learning_rate=0.01, epochs=30, keep_every=1_000)
    begin(wanted, out)
    train(wanted, out)
    return out


def test_a_training_leaves_a_whole_model_and_says_what_it_learned(learned: Path) -> None:
    kept = json.loads((learned / "training.json").read_text())
    assert (kept["steps"], kept["rows"], kept["accumulation"], kept["device"]) == (30, 1, 1, "cpu")
    assert kept["losses"][-1]["loss"] < 0.2 < 5 < kept["losses"][0]["loss"]
    assert sorted(path.name for path in learned.iterdir()) == ["model", "recipe.json", "training.json"]


def test_the_vision_encoder_stays_as_it_was_and_the_rest_is_learned(learned: Path, tiny: Path) -> None:
    before, after = weights_of(tiny), weights_of(learned / "model")
    same = {name for name in before if (before[name] == after[name]).all()}
    assert same == {name for name in before if ".vision_model." in name}


def test_what_was_learned_answers_greedily_through_hf_and_is_shown_pictures(learned: Path, data: Path) -> None:
    from popcorn.agent.models.local import LocalModel
    from popcorn.agent.models.meter import Meter
    from popcorn.graphs.asking.images import image_part

    model = LocalModel.load(str(learned / "model"), Meter())
    assert model.temperature == 0
    rate = model.window().pictures
    assert rate is not None
    assert 4 <= rate.tokens(560, 996) < 20
    row = row_files(data, "train", ["compound.jsonl"]).row(0)
    pictures = iter((data / name).read_bytes() for name in row["images"])
    asked = [part if part["type"] == "text" else image_part(next(pictures)) for part in row["messages"][1]["content"]]
    system = row["messages"][0]["content"][0]["text"]
    reply = model.invoke([SystemMessage(system), HumanMessage(asked)])
    assert reply.content == row["messages"][2]["content"][0]["text"]
    assert reply.usage_metadata["input_tokens"] > 10


def test_a_stopped_training_goes_on_from_its_checkpoint_and_is_merged(tiny: Path, data: Path, tmp_path: Path) -> None:
    wanted, out = recipe(tiny, data, epochs=4, rank=2, keep_every=1_000), tmp_path / "out"
    begin(wanted, out)
    told: list[int] = []

    def stopping(done: int, total: int) -> None:
        told.append(done)
        if done == 2:
            signal.raise_signal(signal.SIGINT)

    with pytest.raises(StoppedError, match="after step 2 of 4") as caught:
        train(wanted, out, stopping)
    assert caught.value.hint == f"Go on with: popcorn ad finetune --resume {out}"
    found = train(begun(out), out, lambda done, total: told.append(done)).data
    assert told == [1, 2, 3, 4]
    assert (found["steps"], found["learned"] < found["weights"] / 10) == (4, True)
    assert {"adapter", "model"} <= {path.name for path in out.iterdir()}
    assert weights_of(out / "model").keys() == weights_of(tiny).keys()
    assert train(begun(out), out).data == json.loads((out / "training.json").read_text())


def test_lora_stands_beside_the_language_models_layers_alone(tiny: Path) -> None:
    from popcorn.agent.models.local_weights import load_seeing_model
    from popcorn.study.finetuning.model_parts import counted, freeze_encoder, language_layers
    from torch import nn

    model, _ = load_seeing_model(str(tiny))
    names = language_layers(model)
    assert len(names) == 2 * 7
    assert all(".text_model.layers." in name for name in names)
    whole, learned = counted(model)
    assert whole - learned == 0
    frozen = freeze_encoder(model)
    assert counted(model) == (whole, whole - frozen)
    with pytest.raises(RequestError, match="no vision encoder was found in Linear"):
        freeze_encoder(nn.Linear(2, 2))
    with pytest.raises(RequestError, match="no linear layer for LoRA was found in ReLU"):
        language_layers(nn.ReLU())


def test_a_row_that_is_longer_than_the_models_window_is_said_before_the_first_step(
    tiny: Path, data: Path, tmp_path: Path
) -> None:
    small = tmp_path / "small"
    shutil.copytree(tiny, small)
    config = json.loads((small / "config.json").read_text())
    config["text_config"]["max_position_embeddings"] = 16
    (small / "config.json").write_text(json.dumps(config))
    begin(recipe(small, data), tmp_path / "out")
    with pytest.raises(DataError, match=r"the longest row has .* tokens, and .* takes in 16"):
        train(recipe(small, data), tmp_path / "out")
