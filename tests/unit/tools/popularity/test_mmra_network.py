"""The network: the published one against its formulas written out, and Popcorn's own when modalities are missing."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import fields, replace
from typing import Any

import pytest
import torch
from popcorn.errors import DataError
from popcorn.tools.popularity import MMRA, Batch, MMRAConfig
from torch import Tensor

SMALL = MMRAConfig("reference", frames=4, dimension=12, neighbours=5)
FULL = MMRAConfig("reference")
POPCORN = MMRAConfig("popcorn", frames=4, dimension=12, frame_dimension=9, neighbours=5, hidden=16, tags=3)


class Published:
    """The published network as its paper writes it: nothing joined, nothing skipped."""

    def __init__(self, weights: dict[str, Tensor], size: int, alpha: float) -> None:
        self.weights, self.size, self.alpha = weights, size, alpha

    def __call__(self, given: Batch) -> Tensor:
        shares = torch.softmax(given.similarity, dim=1)
        retrieved = (given.retrieved_frames, given.retrieved_text, given.retrieved_labels)
        around_frames, around_text, around_label = (self.mean_of(one, shares) for one in retrieved)
        v, t = self.branch("", given.frames, given.text)
        v2, t2 = self.branch("retrieval_", around_frames, around_text.unsqueeze(1))
        label = torch.relu(self.linear("label_embedding_linear", around_label.unsqueeze(1)))
        parts = [t, v, t2, v2, v * v2, v * t2, t * v2, t * t2, v * label, t * label]
        found = torch.cat(parts, dim=2)
        found = torch.relu(self.linear("prediction_module.0", found))
        found = torch.relu(self.linear("prediction_module.2", found))
        return self.linear("prediction_module.4", found).squeeze(2)

    def linear(self, name: str, value: Tensor) -> Tensor:
        return value @ self.weights[f"{name}.weight"].T + self.weights[f"{name}.bias"]

    @staticmethod
    def mean_of(values: Tensor, shares: Tensor) -> Tensor:
        total = torch.zeros_like(values[:, 0])
        for k in range(values.shape[1]):
            share = shares[:, k].reshape(-1, *[1] * (values.dim() - 2))
            total = total + share * values[:, k]
        return total

    def branch(self, side: str, frames: Tensor, text: Tensor) -> tuple[Tensor, Tensor]:
        seen = torch.tanh(self.linear(f"{side}visual_embedding", frames))
        read = torch.tanh(self.linear(f"{side}textual_embedding", text))
        scores = seen @ read.transpose(1, 2) / self.size
        attention = torch.softmax(scores, dim=1)
        turned = torch.softmax(scores.transpose(1, 2), dim=1)
        positive_text, negative_text = attention @ text, -self.alpha * (attention @ text)
        positive_frames, negative_frames = turned @ frames, -self.alpha * (turned @ frames)
        starred_text = self.both(f"{side}dual_attention_linear_1", positive_text, negative_text)
        starred_frames = self.both(f"{side}dual_attention_linear_2", positive_frames, negative_frames)
        fused_frames = self.both(f"{side}cross_modal_linear_1", frames, starred_text)
        fused_text = self.both(f"{side}cross_modal_linear_2", text, starred_frames)
        return (
            self.pooled(f"{side}uni_modal_linear_1", fused_frames),
            self.pooled(f"{side}uni_modal_linear_2", fused_text),
        )

    def both(self, name: str, first: Tensor, second: Tensor) -> Tensor:
        return torch.tanh(self.linear(name, torch.cat([first, second], dim=2)))

    def pooled(self, name: str, values: Tensor) -> Tensor:
        weights = torch.softmax(self.linear(name, values) / self.size, dim=1)
        return (weights * values).sum(dim=1, keepdim=True)


def published_shapes(size: int) -> dict[str, tuple[int, ...]]:
    """The parameters of the published code, written down by hand."""
    layers = {"label_embedding_linear": (size, 1)}
    for side in ("", "retrieval_"):
        layers |= {f"{side}visual_embedding": (size, size), f"{side}textual_embedding": (size, size)}
        for number in (1, 2):
            layers[f"{side}dual_attention_linear_{number}"] = (size, 2 * size)
            layers[f"{side}cross_modal_linear_{number}"] = (size, 2 * size)
            layers[f"{side}uni_modal_linear_{number}"] = (1, size)
    layers |= {
        "prediction_module.0": (800, 10 * size),
        "prediction_module.2": (200, 800),
        "prediction_module.4": (1, 200),
    }
    shapes: dict[str, tuple[int, ...]] = {}
    for name, (out, given) in layers.items():
        shapes |= {f"{name}.weight": (out, given), f"{name}.bias": (out,)}
    return shapes


def ramp(size: int) -> dict[str, Tensor]:
    """Weights that rise from layer to layer and element to element, small enough that tanh bends but does not clip."""
    filled = {}
    for place, (name, shape) in enumerate(sorted(published_shapes(size).items())):
        count = int(torch.tensor(shape).prod())
        rise = torch.linspace(-1, 1.1, count).roll(7 * place)
        filled[name] = (rise / shape[-1] ** 0.5).reshape(shape) + 0.001 * place / shape[-1]
    return filled


def drawn(size: int, seed: int) -> dict[str, Tensor]:
    chance = torch.Generator().manual_seed(seed)
    return {
        name: torch.randn(shape, generator=chance) * 1.5 / shape[-1] ** 0.5
        for name, shape in published_shapes(size).items()
    }


def inputs(config: MMRAConfig, clips: int = 3, seed: int = 0) -> Batch:
    """Frames and text of every video; no tags."""
    chance = torch.Generator().manual_seed(seed)
    count, frames, size, near = clips, config.frames, config.dimension, config.neighbours
    seen = config.frame_size
    return Batch(
        frames=torch.randn(count, frames, seen, generator=chance),
        text=torch.randn(count, 1, size, generator=chance),
        similarity=torch.rand(count, near, generator=chance),
        retrieved_frames=torch.randn(count, near, frames, seen, generator=chance),
        retrieved_text=torch.randn(count, near, size, generator=chance),
        retrieved_labels=torch.rand(count, near, 1, generator=chance) * 12,
    )


def part_of(given: Batch, choose: Callable[[Tensor], Tensor]) -> Batch:
    """The batch with another choice of every tensor that it has."""
    tensors = {field.name: getattr(given, field.name) for field in fields(given)}
    return Batch(**{name: None if tensor is None else choose(tensor) for name, tensor in tensors.items()})


def with_mean_frames(given: Batch) -> Batch:
    """The batch with every frame as the mean of its video's frames."""
    assert given.frames is not None
    return replace(given, frames=given.frames.mean(dim=1, keepdim=True).expand_as(given.frames))


def loaded(config: MMRAConfig, weights: dict[str, Tensor]) -> MMRA:
    network = MMRA(config)
    network.load_reference_state_dict(weights)
    return network.eval()


# the published network


@pytest.mark.parametrize("config", [SMALL, FULL, replace(SMALL, frames=1, neighbours=1)], ids=["small", "full", "one"])
@pytest.mark.parametrize("filling", ["ramp", "random"])
def test_it_computes_what_the_published_formulas_say(config: MMRAConfig, filling: str) -> None:
    weights = ramp(config.dimension) if filling == "ramp" else drawn(config.dimension, 1)
    given = inputs(config)
    with torch.no_grad():
        found = loaded(config, weights)(given)
        expected = Published(weights, config.dimension, config.alpha)(given)
    assert found.shape == (3, 1)
    assert float(expected.std()) > 1e-3, "the check would pass for a network that says the same of everything"
    torch.testing.assert_close(found, expected, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("alpha", [0.0, 0.25, 1.0])
def test_the_weight_of_the_negative_attention_can_be_chosen(alpha: float) -> None:
    config, weights = replace(SMALL, alpha=alpha), drawn(SMALL.dimension, 2)
    given = inputs(config)
    with torch.no_grad():
        found = loaded(config, weights)(given)
        torch.testing.assert_close(found, Published(weights, 12, alpha)(given), rtol=1e-5, atol=1e-5)
        assert not torch.allclose(found, Published(weights, 12, 0.6)(given), atol=1e-4)


def test_its_defaults_are_the_published_sizes() -> None:
    facts = (FULL.variant, FULL.frames, FULL.dimension, FULL.neighbours, FULL.alpha)
    assert facts == ("reference", 10, 768, 10, 0.6)
    assert MMRA().config == FULL


def test_it_has_the_published_parameters_and_no_other() -> None:
    shapes = published_shapes(12)
    loaded(SMALL, {name: torch.zeros(shape) for name, shape in shapes.items()})
    own = sum(parameter.numel() for parameter in MMRA(SMALL).parameters())
    assert own == sum(int(torch.tensor(shape).prod()) for shape in shapes.values())


def test_published_weights_can_be_an_ordered_mapping_of_half_or_double_precision() -> None:
    weights = ramp(12)
    given = inputs(SMALL)
    with torch.no_grad():
        single = loaded(SMALL, weights)(given)
        double = loaded(SMALL, {name: value.double() for name, value in weights.items()})(given)
    assert double.dtype == torch.float32
    torch.testing.assert_close(single, double)


def test_loaded_weights_are_a_copy() -> None:
    weights = ramp(12)
    network = loaded(SMALL, weights)
    given = inputs(SMALL)
    with torch.no_grad():
        before = network(given)
        for value in weights.values():
            value.zero_()
        assert torch.equal(network(given), before)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"visual_embedding.weight": None}, "visual_embedding.weight is missing"),
        ({"visual_embeding.weight": torch.zeros(12, 12)}, "visual_embeding.weight is unknown"),
        (
            {"retrieval_dual_attention_linear_2.weight": torch.zeros(12, 12)},
            "retrieval_dual_attention_linear_2.weight has the shape (12, 12) instead of (12, 24)",
        ),
        ({"prediction_module.4.bias": torch.zeros(())}, "prediction_module.4.bias has the shape ()"),
    ],
)
def test_weights_that_do_not_fit_are_refused_by_name_and_change_nothing(change: dict[str, Any], message: str) -> None:
    network = loaded(SMALL, ramp(12))
    given = inputs(SMALL)
    before = network(given)
    wrong = {name: value for name, value in (drawn(12, 3) | change).items() if value is not None}
    with pytest.raises(DataError, match=re.escape(message)):
        network.load_reference_state_dict(wrong)
    assert torch.equal(network(given), before)


def test_weights_of_the_published_size_are_refused_by_a_network_of_another_with_no_flood_of_names() -> None:
    with pytest.raises(DataError, match="not the weights of the published MMRA") as refused:
        MMRA(SMALL).load_reference_state_dict({})
    assert "is missing" in str(refused.value)
    assert len(str(refused.value)) < 500


def test_the_other_variant_does_not_take_the_published_weights() -> None:
    with pytest.raises(DataError, match="only the reference variant") as refused:
        MMRA(POPCORN).load_reference_state_dict(ramp(12))
    assert refused.value.hint


def test_gradients_reach_every_parameter_that_the_formulas_let_them_reach() -> None:
    """All but those of uni_modal_linear_2: a softmax over one element is 1 whatever they are."""
    network = loaded(SMALL, drawn(12, 4)).train()
    given = inputs(SMALL)
    frames = given.frames
    assert frames is not None
    frames.requires_grad_()
    network(given).sum().backward()
    idle = {name for name, value in network.named_parameters() if value.grad is None or not value.grad.abs().max() > 0}
    assert {name.rsplit("uni_modal_linear_", 1)[-1] for name in idle} <= {"2.weight", "2.bias", "1.bias"}
    assert frames.grad is not None
    assert float(frames.grad.abs().max()) > 0


def test_its_gradients_are_those_of_the_formulas() -> None:
    weights = {name: value.requires_grad_() for name, value in drawn(12, 5).items()}
    network = loaded(SMALL, weights)
    given = inputs(SMALL)
    Published(weights, 12, 0.6)(given).sum().backward()
    network(given).sum().backward()
    for name, value in network.named_parameters():
        expected = weights[name.removeprefix("network.")].grad
        found = torch.zeros_like(value) if value.grad is None else value.grad
        expected = torch.zeros_like(value) if expected is None else expected
        torch.testing.assert_close(found, expected, rtol=1e-4, atol=1e-5, msg=name)


def test_retrieved_videos_can_come_in_any_order_and_frames_cannot_be_left_out() -> None:
    network = loaded(SMALL, drawn(12, 6))
    given = inputs(SMALL)
    order = torch.tensor([3, 1, 4, 0, 2])
    retrieved = ("similarity", "retrieved_frames", "retrieved_text", "retrieved_labels")
    turned = replace(given, **{name: getattr(given, name)[:, order] for name in retrieved})
    torch.testing.assert_close(network(turned), network(given), rtol=1e-5, atol=1e-5)
    for name in ("frames", "text", "retrieved_frames", "retrieved_text"):
        with pytest.raises(DataError, match="needs frames and text") as refused:
            network(replace(given, **{name: None}))
        assert "popcorn" in refused.value.hint


@pytest.mark.parametrize("seed", [0, 1])
def test_the_published_attention_cannot_attend_at_the_start(seed: int) -> None:
    """Why there is another variant: dividing by D leaves ten frames all but equal."""
    torch.manual_seed(seed)
    config = replace(FULL, dimension=128)
    network = MMRA(config).eval()
    given = inputs(config, clips=2, seed=seed)
    with torch.no_grad():
        assert (network(given) - network(with_mean_frames(given))).abs().max() < 0.1


# configurations


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"variant": "paper"}, "variant='paper'"),
        ({"dimension": 0}, "dimension=0"),
        ({"frames": -1}, "frames=-1"),
        ({"neighbours": 0}, "neighbours=0"),
        ({"dimension": 12.5}, "dimension=12.5"),
        ({"frame_dimension": 9}, "frame_dimension=9"),
        ({"frame_dimension": -9, "variant": "popcorn"}, "frame_dimension=-9"),
        ({"tags": -1, "variant": "popcorn"}, "tags=-1"),
        ({"alpha": float("nan")}, "alpha=nan"),
        ({"dropout": 1.5, "variant": "popcorn"}, "dropout=1.5"),
        ({"modality_dropout": -0.1, "variant": "popcorn"}, "modality_dropout=-0.1"),
    ],
)
def test_a_configuration_that_makes_no_network_is_refused_with_what_is_wrong(
    changes: dict[str, Any], named: str
) -> None:
    with pytest.raises(DataError, match=re.escape(named)):
        replace(SMALL, **changes)


# popcorn


def the_network(config: MMRAConfig = POPCORN, seed: int = 0) -> MMRA:
    """One that was pushed off its start, so that everything counts."""
    torch.manual_seed(seed)
    network = MMRA(config).eval()
    with torch.no_grad():
        for parameter in network.parameters():
            parameter.add_(0.1 * torch.randn_like(parameter))
    return network


def tags(clips: int = 3) -> dict[str, Tensor]:
    return {"tags": torch.arange(clips) % 3, "retrieved_tags": torch.arange(clips * 5).reshape(clips, 5) % 3}


def test_every_modality_changes_what_it_says_and_may_be_missing() -> None:
    network, bare = the_network(), inputs(POPCORN)
    given = replace(bare, **tags())
    with torch.no_grad():
        said = {
            "all": network(given),
            "no tags": network(bare),
            "no frames": network(replace(given, frames=None)),
            "no text": network(replace(given, text=None)),
            "neither": network(replace(given, frames=None, text=None)),
            "nothing but labels": network(Batch(similarity=bare.similarity, retrieved_labels=bare.retrieved_labels)),
        }
    for value in said.values():
        assert value.shape == (3, 1)
        assert bool(torch.isfinite(value).all())
    values = list(said.values())
    for place, one in enumerate(values):
        for other in values[place + 1 :]:
            assert not torch.allclose(one, other, atol=1e-6)


def test_a_modality_that_is_marked_as_unknown_counts_as_much_as_one_that_is_not_given() -> None:
    network, given = the_network(), replace(inputs(POPCORN), **tags())
    with torch.no_grad():
        for name in ("frames", "text"):
            expected = network(replace(given, **{name: None}))
            unknown = replace(given, **{f"{name}_known": torch.zeros(3)})
            torch.testing.assert_close(network(unknown), expected, rtol=1e-5, atol=1e-5)
            other = replace(unknown, **{name: torch.full_like(getattr(given, name), 3.0)})
            torch.testing.assert_close(network(other), expected, rtol=1e-5, atol=1e-5)


def test_a_batch_in_which_some_lack_something_says_of_each_what_it_says_of_it_alone() -> None:
    network = the_network()
    given = replace(
        inputs(POPCORN, clips=6),
        frames_known=torch.tensor([1.0, 0, 1, 0, 1, 0]),
        text_known=torch.tensor([1.0, 1, 0, 0, 1, 0]),
        tags=torch.tensor([0, 1, 2, -1, 3, 99]),
        retrieved_tags=torch.arange(30).reshape(6, 5) % 4 - 1,
        retrieved_frames_known=(torch.arange(30).reshape(6, 5) % 2).float(),
    )
    with torch.no_grad():
        together = network(given)
        for row in range(6):
            alone = network(part_of(given, lambda part, row=row: part[row : row + 1]))
            torch.testing.assert_close(alone[0], together[row], rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("code", [-1, -7, 3, 1000])
def test_an_unknown_tag_counts_as_none(code: int) -> None:
    network, given = the_network(), replace(inputs(POPCORN), retrieved_tags=tags()["retrieved_tags"])
    with torch.no_grad():
        expected = network(given)
        found = network(replace(given, tags=torch.full((3,), code)))
        torch.testing.assert_close(found, expected)


def test_two_videos_whose_tag_is_unknown_do_not_have_the_same_tag() -> None:
    torch.manual_seed(0)
    network, given = MMRA(POPCORN).eval(), replace(inputs(POPCORN), tags=torch.full((3,), -1))
    unknown = torch.full((3, 5), -1)
    half = torch.where(torch.arange(5) < 2, -1, 0).expand(3, 5)
    with torch.no_grad():
        found = network(replace(given, retrieved_tags=half))
        torch.testing.assert_close(found, network(replace(given, retrieved_tags=unknown)))


def test_a_batch_moves_to_another_device_with_every_tensor_that_it_has() -> None:
    given = replace(inputs(POPCORN), tags=tags()["tags"], text=None)
    moved = given.to(torch.device("meta"))
    for field in fields(given):
        before, after = getattr(given, field.name), getattr(moved, field.name)
        if before is None:
            assert after is None
        else:
            assert (after.device.type, after.shape, after.dtype) == ("meta", before.shape, before.dtype)


def test_untrained_it_predicts_what_its_neighbours_got_the_nearest_counting_most() -> None:
    torch.manual_seed(0)
    network = MMRA(POPCORN).eval()
    similarity = torch.tensor([[0.9, 0.5, 0.4, 0.2, 0.1]] * 3)
    labels = torch.tensor([[[10.0], [6.0], [5.0], [4.0], [0.0]]] * 3)
    with torch.no_grad():
        found = network(replace(inputs(POPCORN), similarity=similarity, retrieved_labels=labels))
    assert bool((found > 8.5).all())
    assert bool((found <= 10).all())


def test_untrained_it_leans_to_neighbours_of_the_same_tag() -> None:
    torch.manual_seed(0)
    network = MMRA(POPCORN).eval()
    labels = torch.tensor([[[10.0], [10.0], [0.0], [0.0], [0.0]]] * 3)
    near = torch.tensor([[0, 0, 1, 1, 1]] * 3)
    given = replace(inputs(POPCORN), similarity=torch.full((3, 5), 0.5), retrieved_labels=labels, retrieved_tags=near)
    with torch.no_grad():
        first = network(replace(given, tags=torch.zeros(3, dtype=torch.long)))
        second = network(replace(given, tags=torch.ones(3, dtype=torch.long)))
    assert bool((first > 4.5).all())
    assert bool((second < 3.5).all())


def test_one_neighbour_is_enough() -> None:
    config = replace(POPCORN, neighbours=1)
    torch.manual_seed(0)
    network, given = MMRA(config).train(), inputs(config)
    found = network(given)
    torch.testing.assert_close(found.detach().squeeze(), given.retrieved_labels.squeeze(), rtol=1e-4, atol=1e-4)
    found.sum().backward()
    for name, parameter in network.named_parameters():
        assert parameter.grad is None or bool(torch.isfinite(parameter.grad).all()), name


def test_attention_over_frames_can_attend() -> None:
    """Frames that the text asks for outweigh the others, unlike in the published network."""
    network, given = the_network(), inputs(POPCORN)
    assert given.frames is not None
    given = replace(given, frames=given.frames * 5)
    with torch.no_grad():
        assert (network(given) - network(with_mean_frames(given))).abs().max() > 1e-3


def test_neighbours_that_all_got_the_same_give_finite_gradients() -> None:
    network = the_network().train()
    given = inputs(POPCORN)
    level = torch.full_like(given.retrieved_labels, 7.0)
    network(replace(given, retrieved_labels=level, **tags())).sum().backward()
    for name, parameter in network.named_parameters():
        assert parameter.grad is None or bool(torch.isfinite(parameter.grad).all()), name


def test_training_hides_modalities_by_chance_and_prediction_does_not() -> None:
    network, given = the_network(replace(POPCORN, dropout=0.0, modality_dropout=0.5)), inputs(POPCORN)
    with torch.no_grad():
        assert torch.equal(network(given), network(given))
        network.train()
        torch.manual_seed(1)
        first, second = network(given), network(given)
    assert not torch.equal(first, second)


def test_its_learned_stand_ins_learn() -> None:
    network, given = the_network().train(), inputs(POPCORN)
    network(replace(given, frames=None, text=None)).sum().backward()
    gradients = {name.rsplit(".", 1)[-1]: value.grad for name, value in network.named_parameters()}
    for name in ("no_frames", "no_text"):
        assert gradients[name] is not None
        assert float(gradients[name].abs().max()) > 0


def test_the_same_seed_makes_the_same_network() -> None:
    first, second, other = (the_network(seed=seed).state_dict() for seed in (3, 3, 4))
    assert all(torch.equal(first[name], second[name]) for name in first)
    assert not all(torch.equal(first[name], other[name]) for name in first)
