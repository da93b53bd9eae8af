"""What every feature profile has to do, run on each; the paper's with real network classes of tiny size."""

from __future__ import annotations

import shutil
from pathlib import Path

import av
import numpy as np
import pytest
import torch
from PIL import Image
from popcorn.errors import DataError, MissingError, RequestError
from popcorn.tools.embedding.bundled_encoder import bundled_folder
from popcorn.tools.embedding.encoder import open_encoder
from popcorn.tools.media.sampling import sample
from popcorn.tools.popularity.features.profiles import open_profile
from popcorn.tools.popularity.features.types import Profile
from safetensors.torch import load_file, save_file
from tiny_features import save_models
from transformers import AutoModel, AutoTokenizer, BlipForConditionalGeneration, BlipImageProcessorPil, ViTModel

NAMES = ("light", "paper")
TEXTS = [
    "Street food at night",
    "",
    "🍜🔥",
    "مرحبا بالعالم",
    "how somebody kneads, folds and rests a dough " * 40,
    "line one\nline two",
    "\udcff a byte that is not UTF-8",
]


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Folders of random networks by role, each of its own size; the bundled sentence encoder stands for UAE."""
    return save_models(tmp_path_factory.mktemp("models"))


@pytest.fixture(scope="module", params=NAMES)
def profile(request: pytest.FixtureRequest, tiny: dict[str, str]) -> Profile:
    return open_profile(request.param, **tiny if request.param == "paper" else {})


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two seconds in which a bright square crosses a coloured ramp."""
    path = tmp_path_factory.mktemp("clips") / "square.mp4"
    ramp = np.linspace(0, 200, 96, dtype=np.uint8)
    with av.open(str(path), "w") as container:
        stream = container.add_stream("mpeg4", rate=20)
        stream.width, stream.height, stream.pix_fmt = 96, 64, "yuv420p"
        for number in range(40):
            picture = np.zeros((64, 96, 3), np.uint8)
            picture[..., 0], picture[..., 2] = ramp, ramp[::-1]
            picture[20:40, 2 * number : 2 * number + 16] = 250
            container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        container.mux(stream.encode(None))
    return path


def test_a_clip_has_finite_features_of_the_shape_that_was_promised(profile: Profile, clip: Path) -> None:
    reading, shape = profile.frames(clip), profile.shape
    assert reading.features.shape == (shape.frames, shape.frame_dimension) == (10, shape.frame_dimension)
    assert reading.features.dtype == np.float32
    assert np.isfinite(reading.features).all()
    assert len(reading.captions) in (0, 10)
    assert reading.notes == ()


def test_a_clip_has_the_same_features_every_time(profile: Profile, clip: Path) -> None:
    one, two = profile.frames(clip), profile.frames(clip)
    assert np.array_equal(one.features, two.features)
    assert one.captions == two.captions


def test_moments_that_look_different_have_different_features(profile: Profile, clip: Path) -> None:
    assert len(np.unique(profile.frames(clip).features, axis=0)) == 10


def test_what_is_no_clip_is_refused_with_its_path(profile: Profile, tmp_path: Path) -> None:
    (tmp_path / "words.mp4").write_text("not a video")
    for path in (tmp_path / "words.mp4", tmp_path / "absent.mp4"):
        with pytest.raises(DataError, match=path.name):
            profile.frames(path)


def test_texts_become_finite_rows_and_none_becomes_no_row(profile: Profile) -> None:
    vectors = profile.texts(TEXTS)
    assert (vectors.shape, vectors.dtype) == ((len(TEXTS), profile.shape.text_dimension), np.float32)
    assert np.isfinite(vectors).all()
    assert profile.texts([]).shape == (0, profile.shape.text_dimension)


def test_a_text_has_the_same_features_alone_and_among_others(profile: Profile) -> None:
    together = profile.texts(TEXTS)
    alone = np.concatenate([profile.texts([text]) for text in TEXTS])
    np.testing.assert_allclose(together, alone, atol=1e-5)


def test_retrieval_vectors_are_unit_rows_that_heed_the_captions(profile: Profile) -> None:
    plain = profile.retrieval(TEXTS, [()] * len(TEXTS))
    told = profile.retrieval(TEXTS, [("a dog on a beach",)] * len(TEXTS))
    assert plain.shape == (len(TEXTS), profile.shape.retrieval_dimension)
    np.testing.assert_allclose(np.linalg.norm(plain, axis=1), 1, atol=1e-5)
    assert np.abs(plain[:3] - told[:3]).max() > 0.01


def test_the_caller_may_change_what_it_was_given(profile: Profile) -> None:
    first = profile.texts(["one"])
    kept = first.copy()
    first[:] = 0
    assert np.array_equal(profile.texts(["one"]), kept)


def test_a_profile_says_which_models_made_its_features(profile: Profile) -> None:
    facts = profile.describe()
    assert {"frames", "text", "retrieval"} <= set(facts)
    assert facts == profile.describe()


def test_the_paper_searches_by_texts_behind_the_prompt_that_is_made_for_it(tiny: dict[str, str]) -> None:
    found = open_profile("paper", **tiny).retrieval(["tacos"], [("a man", "a grill")])
    prompt = "Represent this sentence for searching relevant passages: "
    expected = open_encoder(tiny["retrieval"]).encode([f"{prompt}tacos a man a grill"])
    np.testing.assert_allclose(found, expected, atol=1e-6)


def test_an_unknown_profile_or_role_is_refused_with_the_choice() -> None:
    with pytest.raises(RequestError, match="no feature profile 'heavy'") as caught:
        open_profile("heavy")
    assert caught.value.hint == "Choose one of: light, paper."
    with pytest.raises(RequestError, match="'light' has no model for 'captions'"):
        open_profile("light", captions="x")


def test_frames_are_the_cls_vectors_of_the_pictures_as_pillow_prepares_them(tiny: dict[str, str], clip: Path) -> None:
    model = ViTModel.from_pretrained(tiny["frames"], add_pooling_layer=False).eval()
    taken = sample(clip, 10, to_the_ends=True).samples
    pictures = [Image.fromarray(one.picture).resize((32, 32), Image.Resampling.BILINEAR) for one in taken]
    pixels = torch.tensor(np.stack([np.asarray(one) for one in pictures]) / 127.5 - 1).permute(0, 3, 1, 2).float()
    with torch.no_grad():
        expected = model(pixels).last_hidden_state[:, 0].numpy()
    np.testing.assert_allclose(open_profile("paper", **tiny).frames(clip).features, expected, atol=1e-4)


def test_texts_are_the_middle_between_cls_and_the_mean_of_the_tokens(tiny: dict[str, str]) -> None:
    tokenizer, model = AutoTokenizer.from_pretrained(tiny["text"]), AutoModel.from_pretrained(tiny["text"]).eval()
    texts = ["street food", "a street at night at night"]
    expected = []
    for text in texts:
        with torch.no_grad():
            states = model(**tokenizer(text, return_tensors="pt")).last_hidden_state[0]
        expected.append(((states[0] + states.mean(dim=0)) / 2).numpy())
    np.testing.assert_allclose(open_profile("paper", **tiny).texts(texts), expected, atol=1e-5)


def test_captions_are_the_likeliest_words_for_each_picture(tiny: dict[str, str], clip: Path) -> None:
    said = open_profile("paper", **tiny).frames(clip).captions
    model = BlipForConditionalGeneration.from_pretrained(tiny["captions"]).eval()
    prepare = BlipImageProcessorPil.from_pretrained(tiny["captions"])
    tokenizer = AutoTokenizer.from_pretrained(tiny["captions"])
    for place in (0, 9):
        pixels = prepare(images=Image.fromarray(sample(clip, 10).samples[place].picture), return_tensors="pt")
        tokens = model.generate(**pixels, do_sample=False, max_length=20)
        assert said[place] == tokenizer.decode(tokens[0], skip_special_tokens=True).strip()
    assert any(said)


def test_a_copied_model_is_the_same_and_a_changed_one_another(tiny: dict[str, str], tmp_path: Path) -> None:
    copied = tmp_path / "text"
    shutil.copytree(tiny["text"], copied)
    facts = open_profile("paper", **tiny | {"text": str(copied)}).describe()
    assert facts == open_profile("paper", **tiny).describe()
    config = copied / "config.json"
    config.write_text(config.read_text() + "\n")
    changed = open_profile("paper", **tiny | {"text": str(copied)}).describe()
    assert {role for role in facts if facts[role] != changed[role]} == {"text"}


def test_an_encoder_in_a_folder_is_known_by_its_files_not_by_its_place(tmp_path: Path) -> None:
    for place in ("one", "two"):
        shutil.copytree(bundled_folder(), tmp_path / place / "encoder")
    facts = [open_profile("light", text=str(tmp_path / place / "encoder")).describe() for place in ("one", "two")]
    assert facts[0] == facts[1]
    assert str(tmp_path) not in "".join(facts[0].values())
    with (tmp_path / "two" / "encoder" / "config.json").open("a") as file:
        file.write("\n")
    assert open_profile("light", text=str(tmp_path / "two" / "encoder")).describe() != facts[0]


def test_a_model_without_safetensors_is_never_unpickled(tiny: dict[str, str], tmp_path: Path) -> None:
    pickled = tmp_path / "pickled"
    shutil.copytree(tiny["text"], pickled)
    weights = AutoModel.from_pretrained(pickled).state_dict()
    (pickled / "model.safetensors").unlink()
    torch.save(weights, pickled / "pytorch_model.bin")
    with pytest.raises(MissingError, match="pickled' has no weights as safetensors"):
        open_profile("paper", **tiny | {"text": str(pickled)}).texts(["a"])


def test_a_damaged_model_stops_everything_instead_of_failing_each_clip(
    tiny: dict[str, str], tmp_path: Path, clip: Path
) -> None:
    damaged = tmp_path / "damaged"
    shutil.copytree(tiny["frames"], damaged)
    (damaged / "model.safetensors").write_bytes(b"\x10")
    with pytest.raises(MissingError, match="'damaged' cannot be loaded"):
        open_profile("paper", **tiny | {"frames": str(damaged)}).frames(clip)


def test_a_model_of_another_kind_is_refused_instead_of_filled_with_random_weights(
    tiny: dict[str, str], tmp_path: Path
) -> None:
    lacking = tmp_path / "lacking"
    shutil.copytree(tiny["text"], lacking)
    weights = load_file(lacking / "model.safetensors")
    weights.pop("embeddings.word_embeddings.weight")
    save_file(weights, lacking / "model.safetensors", {"format": "pt"})
    with pytest.raises(MissingError, match=r"'lacking' has no weights for 'embeddings.word_embeddings.weight'"):
        open_profile("paper", **tiny | {"text": str(lacking)}).texts(["a"])
    with pytest.raises(MissingError, match="'frames' for 'text' is of the kind vit"):
        open_profile("paper", **tiny | {"text": tiny["frames"]}).texts(["a"])


@pytest.mark.parametrize("role", ["frames", "text", "captions", "retrieval"])
def test_a_model_that_was_not_fetched_whole_is_told_when_the_models_are_loaded(
    tiny: dict[str, str], tmp_path: Path, role: str
) -> None:
    cut = tmp_path / "cut"
    shutil.copytree(tiny[role], cut)
    whole = (cut / "model.safetensors").read_bytes()
    (cut / "model.safetensors").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(MissingError, match="'cut' cannot be loaded"):
        open_profile("paper", **tiny | {role: str(cut)}).load()


@pytest.mark.parametrize("role", ["text", "captions", "retrieval"])
def test_a_model_without_its_tokenizer_is_refused_since_all_texts_would_be_the_same(
    tiny: dict[str, str], tmp_path: Path, role: str
) -> None:
    mute = tmp_path / "mute"
    shutil.copytree(tiny[role], mute)
    for name in ("tokenizer.json", "tokenizer_config.json", "vocab.txt", "special_tokens_map.json"):
        (mute / name).unlink(missing_ok=True)
    with pytest.raises(MissingError, match="'mute'"):
        open_profile("paper", **tiny | {role: str(mute)}).load()


def test_the_sizes_of_frames_and_texts_are_told_without_loading_what_retrieves(
    tiny: dict[str, str], tmp_path: Path
) -> None:
    cut = tmp_path / "cut"
    shutil.copytree(tiny["retrieval"], cut)
    (cut / "model.safetensors").write_bytes(b"\x10")
    assert open_profile("paper", **tiny | {"retrieval": str(cut)}).frame_and_text == (32, 24)


def test_a_damaged_model_of_texts_is_told_by_its_folder_where_the_shape_needs_it(
    tiny: dict[str, str], tmp_path: Path
) -> None:
    cut = tmp_path / "cut"
    shutil.copytree(tiny["retrieval"], cut)
    (cut / "model.safetensors").write_bytes(b"\x10")
    with pytest.raises(MissingError, match="'cut' cannot be loaded"):
        _ = open_profile("paper", **tiny | {"retrieval": str(cut)}).shape


def test_models_that_load_are_tried_without_a_word(profile: Profile) -> None:
    profile.load()
    assert profile.frame_and_text == (profile.shape.frame_dimension, profile.shape.text_dimension)


def test_models_that_cannot_be_had_are_named(tiny: dict[str, str], tmp_path: Path) -> None:
    for absent in (str(tmp_path / "absent"), "./absent", " "):
        with pytest.raises(MissingError, match="no such folder"):
            open_profile("paper", **tiny | {"frames": absent}).describe()
    with pytest.raises(MissingError, match="no folder 'not a name/x/y', and the model cannot be had"):
        open_profile("paper", **tiny | {"frames": "not a name/x/y"}).describe()
