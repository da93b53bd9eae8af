"""`popcorn predictor`: training, using, scoring, explaining and evaluating, and what goes wrong with each."""

from __future__ import annotations

import csv
import json
import random
import shutil
import signal
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

TOPICS = ("tea", "chess", "otters", "bread", "skating", "origami", "volcano", "violin")
WAYS = ("slow", "quick", "loud", "quiet", "old", "new")
TRAIN = ("predictor", "train", "--data", "mine", "--quick", "--json")
SCORED = "video_id,log2_comments"


def rows(count: int = 240, seed: int = 0) -> list[tuple[str, str, str, str]]:
    """Id, title, comments and tag: the topic decides the comments."""
    chance = random.Random(seed)  # noqa: S311, nothing secret
    found = []
    for number in range(count):
        topic = chance.randrange(8)
        title = f"{TOPICS[topic]} {chance.choice(WAYS)} clip {number}"
        found.append(
            (f"v{number}", title, str(round(2 ** (topic + 1 + chance.gauss(0, 0.4)))), "Life" if topic < 4 else "Art")
        )
    return found


def imported(program: Any, name: str, table: Iterable[tuple[str, ...]], header: str = "key,headline,n,kind") -> None:
    file = program.folder / f"{name}.csv"
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("w", newline="", encoding="utf-8") as opened:
        opened.write(header + "\n")
        csv.writer(opened).writerows(table)
    mapped = [
        f"{ours}={theirs}" for ours, theirs in zip(("id", "title", "comments", "tag"), header.split(","), strict=False)
    ]
    arguments = [part for one in mapped for part in ("--map", one)]
    outcome = program("references", "import", file, "--name", name, *arguments, "--json")
    assert outcome.status == 0, str(outcome)


@pytest.fixture(scope="module")
def shelf(built: Any, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A home with the catalogue `mine` and the predictor `small` trained on it; shared, so not to be damaged."""
    place = tmp_path_factory.mktemp("shelf")
    program = replace(
        built,
        home=place / "home",
        folder=place / "folder",
        variables={"POPCORN_ENCODER": "hashing", "OMP_NUM_THREADS": "1"},
    )
    imported(program, "mine", rows())
    return program


@pytest.fixture(scope="module")
def training(shelf: Any) -> Any:
    """`popcorn predictor train`, as it went."""
    return shelf(*TRAIN, "--name", "small")


@pytest.fixture
def ours(shelf: Any, training: Any, tmp_path: Path) -> Any:
    """The program in the shared home, in an empty working directory."""
    assert training.status == 0, str(training)
    return replace(shelf, folder=tmp_path / "folder")


@pytest.fixture
def own_shelf(ours: Any, tmp_path: Path) -> Any:
    """The same in a copy that a test may damage."""
    shutil.copytree(ours.home, tmp_path / "home")
    return replace(ours, home=tmp_path / "home")


def strictly(text: str) -> Any:
    """Parsed as JSON has it: NaN and Infinity are no JSON."""

    def refuse(word: str) -> Any:
        raise AssertionError(f"{word} is no JSON")

    return json.loads(text, parse_constant=refuse)


def table(folder: Path, content: str | bytes, name: str = "drafts.csv") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / name
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    return file


def refused(outcome: Any, status: int, code: str, message: str) -> str:
    """Check an error envelope with a hint and return that."""
    assert "Traceback" not in outcome.stderr, str(outcome)
    assert (outcome.status, outcome.error["code"]) == (status, code), str(outcome)
    assert message in outcome.error["message"], str(outcome)
    assert outcome.error["hint"], str(outcome)
    return str(outcome.error["hint"])


# training


def test_a_training_says_what_it_made(shelf: Any, training: Any) -> None:
    data = training.data
    strictly(training.stdout)
    assert (data["name"], data["variant"], data["catalogue"], data["encoder"]) == (
        "small",
        "popcorn",
        "mine",
        "hashing",
    )
    assert sum(data["rows"].values()) == 240
    assert data["measures"][-1]["nmse"] < 0.5
    assert [epoch["number"] for epoch in data["epochs"][0]] == [1, 2, 3]
    assert "epoch 3" in training.stderr
    assert "popcorn predictor use small" in training.stderr
    made = {path.name.partition("-")[0]: path for path in (shelf.home / "predictors" / "small").iterdir()}
    assert set(made) == {"manifest.json", "mmra", "card.md", "curve.svg"}
    assert made["mmra"].suffix == ".safetensors"
    assert "# Predictor 'small'" in made["card.md"].read_text()
    assert "<svg" in made["curve.svg"].read_text()
    strictly(made["manifest.json"].read_text())


def test_the_same_seed_trains_the_same_predictor_to_the_byte(ours: Any, tmp_path: Path) -> None:
    assert ours.cold()(*TRAIN, "--name", "twin", "--seed", "0").status == 0
    first, second = ((ours.home / "predictors" / name / "manifest.json") for name in ("small", "twin"))
    sums = [json.loads(file.read_text())["file_sha256"] for file in (first, second)]
    assert sums[0] == sums[1]


LONG = ("predictor", "train", "--data", "mine", "--quick", "--networks", "4", "--json")


def stopped(program: Any, name: str, line: str, sign: signal.Signals) -> tuple[int, str, str]:
    """Start a training, send it `sign` when it says `line`; its status, stdout and the rest of stderr."""
    with program.start(*LONG, "--name", name) as process:
        said = ""
        for said in process.stderr:
            if line in said:
                process.send_signal(sign)
                break
        assert line in said, "it was over before"
        stdout, rest = process.communicate(timeout=600)
    return process.returncode, stdout, rest


def file_sum(program: Any, name: str) -> str:
    return str(json.loads((program.home / "predictors" / name / "manifest.json").read_text())["file_sha256"])


def test_a_training_that_was_killed_goes_on_and_ends_as_one_that_was_not(own_shelf: Any) -> None:
    status, _, rest = stopped(own_shelf, "cut", "network 3 of 4", signal.SIGKILL)
    assert status == -signal.SIGKILL, rest
    assert "cut" not in [row["name"] for row in own_shelf("predictor", "info", "--json").data["predictors"]]
    again = own_shelf(*LONG, "--name", "cut")
    assert again.status == 0, str(again)
    assert again.stderr.count("epoch 1:") <= 2, str(again)
    assert own_shelf(*LONG, "--name", "whole").status == 0
    assert file_sum(own_shelf, "cut") == file_sum(own_shelf, "whole")
    assert not list((own_shelf.home / "predictors" / ".training").glob("*/*"))


def test_an_interrupted_training_ends_with_130_and_says_how_to_go_on(own_shelf: Any) -> None:
    status, stdout, rest = stopped(own_shelf, "cut", "network 2 of 4", signal.SIGINT)
    assert status == 130, rest
    assert "Traceback" not in rest
    error = json.loads(stdout)["error"]
    assert error["code"] == "interrupted"
    assert "same command" in error["hint"] or "goes on" in error["hint"] or "predictor train" in error["hint"], error


def test_two_trainings_of_one_name_do_not_mix(own_shelf: Any) -> None:
    with own_shelf.start(*LONG, "--name", "both") as process:
        for line in process.stderr:
            if "network 1 of 4" in line:
                process.send_signal(signal.SIGSTOP)
                break
        hint = refused(own_shelf(*TRAIN, "--name", "both"), 2, "usage", "'both' is being trained by another process")
        assert "--name" in hint
        process.kill()
    assert own_shelf(*TRAIN, "--name", "both").status == 0


@pytest.mark.parametrize(
    ("arguments", "status", "code", "message"),
    [
        (("--data", "nowhere", "--name", "x"), 10, "missing", "'nowhere'"),
        (("--data", "mine", "--name", "neighbours"), 2, "usage", "'neighbours' is taken"),
        (("--data", "mine", "--name", "default"), 2, "usage", "'default' is taken"),
        (("--data", "mine", "--name", "youtube-trending"), 2, "usage", "'youtube-trending' is taken"),
        (("--data", "mine", "--name", "../out"), 2, "usage", "'../out' is no name"),
        (("--data", "mine", "--name", "x", "--variant", "paper"), 2, "usage", "--variant"),
        (("--data", "mine", "--name", "x", "--profile", "heavy"), 2, "usage", "--profile"),
        (("--data", "mine", "--name", "x", "--videos", "no-such-folder"), 2, "usage", "no-such-folder"),
        (("--data", "mine", "--name", "x", "--variant", "reference"), 2, "usage", "needs frames"),
    ],
    ids=lambda value: "-".join(value).strip("-") if isinstance(value, tuple) else None,
)
def test_a_training_that_cannot_be_says_why(
    ours: Any, arguments: tuple[str, ...], status: int, code: str, message: str
) -> None:
    outcome = ours("predictor", "train", *arguments, "--quick", "--json")
    refused(outcome, status, code, message)
    assert not (ours.home / "predictors" / "x").exists()


@pytest.fixture(scope="module")
def poor(shelf: Any, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A home with catalogues that nothing can be learned from."""
    place = tmp_path_factory.mktemp("poor")
    program = replace(shelf, home=place / "home", folder=place / "folder")
    imported(program, "three", rows(3))
    imported(program, "silent", [(key, title, "0", tag) for key, title, _, tag in rows(120)])
    imported(program, "uncounted", [(key, title) for key, title, _, _ in rows(120)], header="key,headline")
    return program


@pytest.mark.parametrize(
    ("catalogue", "message"),
    [
        ("three", "3 videos have a comment count to learn from"),
        ("uncounted", "0 videos have a comment count to learn from"),
    ],
)
def test_a_catalogue_with_nothing_to_learn_is_refused_with_its_numbers(poor: Any, catalogue: str, message: str) -> None:
    outcome = poor("predictor", "train", "--data", catalogue, "--name", "x", "--quick", "--json")
    strictly(outcome.stdout)
    refused(outcome, 1, "prediction", message)
    assert not (poor.home / "predictors" / "x").exists()


def test_a_catalogue_whose_videos_all_got_the_same_is_refused_or_the_answer_says_so(poor: Any) -> None:
    outcome = poor("predictor", "train", "--data", "silent", "--name", "alike", "--quick", "--json")
    strictly(outcome.stdout)
    envelope = outcome.envelope
    told = str(envelope["data"]["notes"]) if envelope["ok"] else envelope["error"]["message"]
    assert "unforeseen" not in told
    assert "same" in told or "equal" in told or "alike" in told, str(outcome)


# which there are


def test_all_predictors_are_listed_with_the_one_in_use(ours: Any) -> None:
    listed = {row["name"]: row for row in ours("predictor", "info", "--json").data["predictors"]}
    assert {"youtube-trending", "neighbours", "small"} <= set(listed)
    assert [name for name, row in listed.items() if row["in_use"]] == ["youtube-trending"]
    assert listed["small"]["measures"]["nmse"] < 0.5
    assert listed["youtube-trending"]["kind"] == "retrieval network beside words, text only"
    shown = ours("predictor", "info")
    assert all(name in shown.stdout for name in listed)
    assert "retrieval network beside words, text only" in shown.stdout


def test_a_predictor_tells_what_it_is(ours: Any, training: Any) -> None:
    data = ours("predictor", "info", "small", "--json").data
    assert data == {name: value for name, value in training.data.items() if name != "epochs"}
    shipped = ours("predictor", "info", "youtube-trending", "--json").data
    assert shipped["illustrative"] is False
    assert shipped["rows"]["train"] > 5000
    refused(ours("predictor", "info", "smal", "--json"), 2, "usage", "there is no predictor 'smal'")
    refused(ours("predictor", "info", "neighbours", "--json"), 2, "usage", "'neighbours'")


def test_the_one_in_use_scores_everything_from_then_on(own_shelf: Any) -> None:
    command = ("predictor", "score", "--title", "violin loud clip", "--tag", "Art", "--json")
    hint = refused(own_shelf("predictor", "use", "smal", "--json"), 2, "usage", "there is no predictor 'smal'")
    assert "small" in hint
    assert own_shelf("predictor", "use", "small", "--json").data == {"in_use": "small"}
    assert own_shelf(*command).data["predictor"] == "small"
    asked = own_shelf(
        "ask", "a film about violins", "--catalogue", "mine", "--aspect", "1:1", "--attempts", "1", "--json"
    )
    assert asked.data["score"]["predictor"] == asked.data["models"]["predictor"] == "small"
    told = own_shelf.set(POPCORN_PREDICTOR="neighbours")("predictor", "use", "small")
    assert "'neighbours'" in told.stderr
    shutil.rmtree(own_shelf.home / "predictors" / "small")
    refused(own_shelf(*command), 2, "usage", "there is no predictor 'small'")
    assert own_shelf("predictor", "use", "youtube-trending").status == 0


# one draft


def test_a_score_says_all_it_takes_to_read_it(ours: Any) -> None:
    data = ours(
        "predictor", "score", "--predictor", "small", "--title", "violin loud clip", "--tag", "Art", "--json"
    ).data
    assert data["log2_comments"] > 5
    assert data["comments"] == pytest.approx(2 ** data["log2_comments"])
    assert (data["evidence"], data["percentile"], data["interval"]) == (False, None, None)
    assert data["no_evidence"], "so few videos tell nobody where a draft stands"
    assert (data["predictor"], data["basis"], data["illustrative"]) == ("small", ["title", "tag"], False)
    assert "mine" in data["against"]
    shown = ours("predictor", "score", "--predictor", "small", "--title", "violin loud clip", "--tag", "Cars")
    assert "no evidence how it would do: " in shown.stdout
    assert "it read the title; it knows no tag 'Cars'" in shown.stdout
    assert "Cars" not in shown.stderr


@pytest.mark.parametrize(
    ("arguments", "status", "code", "message"),
    [
        (("--tag", "Cars"), 1, "prediction", "without title and text"),
        (("--title", "x", "--video", "missing.mp4"), 10, "missing", "missing.mp4"),
        (("--title", "x", "--out", "scores.csv"), 2, "usage", "--out belongs to --batch"),
        (("--title", "x", "--batch", "drafts.csv"), 2, "usage", "--batch"),
        (("--title", "x", "--predictor", "smalll"), 2, "usage", "there is no predictor 'smalll'"),
        (("--title", "x", "--predictor", "../small"), 2, "usage", "there is no predictor '../small'"),
        (("--title", "x", "--predictor", "neighbours", "--catalogue", "nowhere"), 10, "missing", "'nowhere'"),
    ],
    ids=lambda value: "_".join(value) if isinstance(value, tuple) else None,
)
def test_a_score_that_cannot_be_given_is_an_error(
    ours: Any, arguments: tuple[str, ...], status: int, code: str, message: str
) -> None:
    if "--predictor" not in arguments:
        arguments = (*arguments, "--predictor", "small")
    outcome = ours("predictor", "score", *arguments, "--json")
    refused(outcome, status, code, message)


def test_an_explanation_names_past_videos_parts_and_words(ours: Any) -> None:
    command = ("predictor", "explain", "--predictor", "small", "--title", "loud violin clip", "--tag", "Art")
    data = ours(*command, "--json").data
    assert data["score"]["predictor"] == "small"
    assert {one["without"] for one in data["without"]} == {"text", "tag", "retrieval"}
    words = {one["without"]: one["change"] for one in data["words"]}
    assert max(words, key=lambda word: words[word]) == "violin"
    assert sum(member["weight"] for member in data["members"]) == pytest.approx(1, abs=0.4)
    titles = {key: title for key, title, _, _ in rows()}
    for one in data["neighbours"]:
        assert one["title"] == titles[one["id"]]
        assert 0 < one["share"] <= 1
    shown = ours(*command)
    assert "without the word" in shown.stdout
    assert max(map(len, shown.stdout.splitlines())) <= 80


# many drafts

DRAFTS = 'video_id,title,tag\nb,violin loud clip,Art\na,tea slow clip,Life\nc,"chess, old\nand new",Life\nd,,Art\n'


def test_a_table_of_drafts_becomes_a_table_of_scores_in_its_order(ours: Any) -> None:
    file = table(ours.folder, DRAFTS)
    outcome = ours("predictor", "score", "--predictor", "small", "--batch", file, "--out", "sub/scores.csv", "--json")
    assert (outcome.data["rows"], outcome.data["out"]) == (4, "sub/scores.csv")
    text = (ours.folder / "sub" / "scores.csv").read_text(encoding="utf-8")
    assert text.startswith(SCORED + ",")
    found = list(csv.DictReader(text.splitlines()))
    assert [row["video_id"] for row in found] == ["b", "a", "c", "d"]
    scores = [float(row["log2_comments"]) for row in found]
    assert scores[0] > scores[1] + 2
    assert found[3]["basis"] == "tag"
    plain = ours("predictor", "score", "--predictor", "small", "--batch", file, "--json").data
    assert [one["log2_comments"] for one in plain["scores"]] == pytest.approx(scores, abs=1e-3)
    assert [path.name for path in (ours.folder / "sub").iterdir()] == ["scores.csv"]


def test_a_table_may_have_a_byte_order_mark_other_columns_and_windows_line_ends(ours: Any) -> None:
    content = "\ufeffextra,title,video_id,prompt\r\n1,violin,7,a long shot\r\n2,你好 🍜,8,\r\n"
    file = table(ours.folder, content)
    data = ours("predictor", "score", "--predictor", "small", "--batch", file, "--json").data
    assert [one["video_id"] for one in data["scores"]] == ["7", "8"]
    assert data["scores"][0]["basis"] == ["title", "text"]
    assert data["without_evidence"] == 2, "so few videos tell nobody where a draft stands"


@pytest.mark.parametrize(
    ("content", "status", "message"),
    [
        ("", 2, "has no column 'video_id'"),
        ("video_id,title\n", 2, "has no rows"),
        ("id,title\n1,tea\n", 2, "has no column 'video_id'; it has 'id', 'title'"),
        ("video_id,tag\n1,Art\n", 2, "has no column 'title'"),
        ("video_id,title\n1,tea\n2,chess\n1,bread\n", 2, "the id '1' in the lines 2 and 4"),
        ("video_id,title\n1,tea\n ,chess\n", 2, "line 3: the row has no video_id"),
        ("video_id,title,tag\n1,tea,Life\n2,che", 2, "line 3"),
        ("video_id,title\n1,tea, with milk\n", 2, "line 2"),
        ('video_id,title\n1,"tea', 1, "drafts.csv"),
        (b"\x00\x01\x02PK", 1, "drafts.csv"),
        ("video_id,title,tag\n1,tea,Life\n2,,Cars\n", 1, "'2'"),
        ("video_id,title,video\n1,tea,missing.mp4\n", 10, "missing.mp4"),
    ],
    ids=[
        *("empty", "no rows", "no id column", "no title column", "twice", "no id", "cut", "too many fields"),
        *("open quote", "binary", "nothing known", "no video"),
    ],
)
def test_a_table_that_cannot_be_scored_is_refused_with_the_place_and_writes_nothing(
    ours: Any, content: str | bytes, status: int, message: str
) -> None:
    file = table(ours.folder, content)
    command = ("predictor", "score", "--predictor", "small", "--batch", file, "--out", "scores.csv", "--json")
    outcome = ours(*command)
    assert "Traceback" not in outcome.stderr, str(outcome)
    assert (outcome.status, outcome.envelope["ok"]) == (status, False), str(outcome)
    assert message in outcome.error["message"], str(outcome)
    assert [path.name for path in ours.folder.iterdir()] == ["drafts.csv"]


def test_a_table_in_another_encoding_is_scored_and_that_is_told(ours: Any) -> None:
    file = table(ours.folder, "video_id,title\n1,Café am Morgen für müde Köche\n".encode("cp1252"))
    guessed = ours("predictor", "score", "--predictor", "small", "--batch", file, "--out", "scores.csv", "--json")
    assert guessed.status == 0, str(guessed)
    assert "is not in UTF-8 and was read as windows-1252" in guessed.stderr.replace("\n", " ")
    named = ours("predictor", "score", "--predictor", "small", "--batch", file, "--encoding", "utf-8", "--json")
    assert (named.status, named.envelope["ok"]) == (1, False), str(named)


def test_a_table_that_is_not_there_and_scores_that_cannot_be_written_are_errors(ours: Any) -> None:
    command = ("predictor", "score", "--predictor", "small", "--json", "--batch")
    refused(ours(*command, "missing.csv"), 2, "usage", "'missing.csv' cannot be read")
    refused(ours(*command, ours.home), 2, "usage", "cannot be read")
    file = table(ours.folder, "video_id,title\n1,tea\n")
    refused(ours(*command, file, "--out", file / "scores.csv"), 1, "store", "cannot be written")


# evaluation


def test_an_evaluation_shows_it_beside_baselines_and_controls(ours: Any) -> None:
    outcome = ours("predictor", "evaluate", "small", "--reference-averaging", "--json")
    data = outcome.data
    strictly(outcome.stdout)
    lines = {line["name"]: line for line in data["lines"]}
    assert list(lines) == ["small", "mean", "tag mean", "50 nearest", "ridge", "SVR", "shuffled text"]
    assert (data["predictor"], data["catalogue"], data["split"]) == ("small", "mine", "test")
    assert lines["small"]["nmse"] < lines["tag mean"]["nmse"] < lines["mean"]["nmse"]
    assert lines["shuffled text"]["nmse"] > lines["small"]["nmse"] + 0.2
    for line in lines.values():
        assert line["intervals"]["mae"][0] <= line["mae"] <= line["intervals"]["mae"][1]
        assert set(line["reference_averaging"]) == {"nmse", "src", "mae"}


def test_an_evaluation_can_be_of_another_part_without_baselines_and_is_readable(ours: Any) -> None:
    command = ("predictor", "evaluate", "small", "--no-baselines", "--split")
    shown = ours(*command, "valid")
    assert shown.status == 0, str(shown)
    assert "part valid" in shown.stdout
    assert "ridge" not in shown.stdout
    assert max(map(len, shown.stdout.splitlines())) <= 80
    refused(ours(*command, "tests", "--json"), 1, "prediction", "'tests'")
    refused(ours("predictor", "evaluate", "neighbours", "--json"), 2, "usage", "'neighbours'")


# damage


def manifest_of(program: Any) -> Path:
    return Path(program.home) / "predictors" / "small" / "manifest.json"


def test_a_damaged_or_newer_predictor_is_an_error_and_the_list_still_stands(own_shelf: Any) -> None:
    command = ("predictor", "score", "--predictor", "small", "--title", "violin", "--json")
    (weights,) = manifest_of(own_shelf).parent.glob("*.safetensors")
    whole = weights.read_bytes()
    weights.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    assert "predictor train" in refused(own_shelf(*command), 1, "data", "damaged")
    weights.write_bytes(whole)
    text = manifest_of(own_shelf).read_text()
    manifest_of(own_shelf).write_text(text[: len(text) // 2])
    assert "predictor train" in refused(own_shelf(*command), 1, "data", "damaged")
    names = [row["name"] for row in own_shelf("predictor", "info", "--json").data["predictors"]]
    assert "small" in names
    manifest_of(own_shelf).write_text(json.dumps(json.loads(text) | {"format": 99}))
    assert "Upgrade" in refused(own_shelf(*command), 1, "newer_format", "has format 99")
    assert (
        own_shelf(
            "predictor", "score", "--predictor", "neighbours", "--catalogue", "mine", "--title", "violin", "--json"
        ).status
        == 0
    )


def test_a_bank_that_was_made_with_another_encoder_is_asked_through_its_own(own_shelf: Any) -> None:
    other = own_shelf.set(POPCORN_ENCODER="all-MiniLM-L6-v2")
    command = ("predictor", "score", "--predictor", "small", "--title", "violin loud", "--json")
    assert other(*command).data["log2_comments"] == own_shelf(*command).data["log2_comments"]


# published weights


@pytest.mark.parametrize(
    ("content", "message", "hint"),
    [
        (None, "there is no file", "safetensors"),
        (b"\x80\x02}q\x00.", "is no safetensors file", "save_file"),
        (b"", "is no safetensors file", "copied whole"),
        (b"PK\x03\x04 a zip file of torch.save", "is no safetensors file", "save_file"),
    ],
    ids=["missing", "pickle", "empty", "torch.save"],
)
def test_published_weights_that_are_no_safetensors_file_are_refused_with_the_way_to_convert_them(
    ours: Any, content: bytes | None, message: str, hint: str
) -> None:
    file = ours.folder / "model.pth"
    if content is not None:
        table(ours.folder, content, "model.pth")
    (ours.folder / "videos").mkdir(parents=True)
    command = ("predictor", "import-reference", file, "--data", "mine", "--videos", "videos", "--json")
    outcome = ours(*command, "--name", "published")
    assert "Traceback" not in outcome.stderr
    assert outcome.status == (10 if content is None else 1), str(outcome)
    assert message in outcome.error["message"]
    assert hint in outcome.error["hint"]
    assert not (ours.home / "predictors" / "published").exists()
    refused(ours(*command, "--name", "default"), 2, "usage", "taken")


def test_weights_that_are_not_the_published_ones_are_refused_by_name(ours: Any) -> None:
    import torch
    from safetensors.torch import save_file

    folder = ours.folder
    (folder / "videos").mkdir(parents=True)
    save_file(
        {"label_embedding_linear.weight": torch.zeros(12, 1), "extra": torch.zeros(1)}, folder / "few.safetensors"
    )
    command = ("--data", "mine", "--videos", "videos", "--name", "published", "--json")
    few = ours("predictor", "import-reference", "few.safetensors", *command)
    assert (few.status, few.error["code"]) == (1, "data"), str(few)
    assert "extra is unknown" in few.error["message"] or "is missing" in few.error["message"]


# ask


def test_ask_uses_the_shipped_predictor_by_default_and_says_what_it_is(popcorn: Any) -> None:
    data = popcorn("ask", "street food at night", "--seed", "7", "--aspect", "1:1", "--attempts", "1", "--json").data
    score = data["score"]
    assert score["predictor"] == data["models"]["predictor"] == "youtube-trending"
    assert "trending YouTube videos" in score["against"]
    assert "frames" not in score["basis"]
    assert score["illustrative"] is False


def test_a_person_reads_what_the_shipped_predictor_was_trained_on(popcorn: Any) -> None:
    outcome = popcorn("ask", "street food at night", "--seed", "7", "--aspect", "1:1", "--attempts", "1")
    assert outcome.status == 0, str(outcome)
    told = " ".join((outcome.stdout + outcome.stderr).split())
    assert "trending YouTube videos" in told
    for fact in ("6,709", "2017", "2018", "text only"):
        assert fact in told, fact


def test_ask_can_still_use_the_neighbours_of_the_catalogue(popcorn: Any) -> None:
    command = ("ask", "street food at night", "--seed", "7", "--aspect", "1:1", "--attempts", "1", "--json")
    data = popcorn(*command, "--predictor", "neighbours").data
    assert data["score"]["predictor"] == data["models"]["predictor"] == "neighbours"
    assert data["score"]["illustrative"] is True
    refused(popcorn(*command, "--predictor", "neighbors"), 2, "usage", "there is no predictor 'neighbors'")
