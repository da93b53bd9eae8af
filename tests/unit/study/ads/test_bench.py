from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from popcorn.errors import RequestError
from popcorn.settings import load_settings
from popcorn.study.ads.baselines.simple import AsShown, RandomOrder
from popcorn.study.ads.bench import Wishes, bench, rate_of
from popcorn.study.ads.bench_files import page, write_report
from popcorn.study.ads.bench_text import markdown
from popcorn.study.ads.judges.by_rule import RuleJudge
from popcorn.study.ads.judges.judging import Judging


def line(ad: int, model: str, order: list[int], **more: object) -> dict[str, Any]:
    return {"ad": ad, "product": f"p{ad // 2}", "model": model, "reference_order": [1, 2, 3], "order": order, **more}


def two_models(folder: Path, ads: int = 20) -> Path:
    """`good` has every order right, `bad` has one position right in each."""
    lines = [line(ad, "good", [1, 2, 3]) for ad in range(ads)] + [line(ad, "bad", [1, 3, 2]) for ad in range(ads)]
    file = folder / "answers.jsonl"
    file.write_text("".join(json.dumps(one) + "\n" for one in lines), "utf-8")
    return file


def wishes(**more: Any) -> Wishes:
    return Wishes(lambda language: 4.0, **more)


def test_models_stand_beside_each_other_with_paired_differences(tmp_path: Path) -> None:
    data = bench([two_models(tmp_path)], wishes())
    good, bad = data["models"]
    assert (good["model"], good["n_order"], good["sra"], good["positions"], good["tau"]) == ("good", 20, 1, 1, 1)
    assert (bad["model"], bad["sra"], bad["positions"], bad["tau"]) == ("bad", 0, 0.333333, 0.333333)
    assert (good["n_selection"], good["selection_exact"], good["ssa"], good["wcd"]) == (0, None, None, None)
    assert (data["ads"], data["products"]) == (20, 10)
    pair = next(one for one in data["pairs"] if one["measure"] == "positions")
    assert (pair["a"], pair["b"], pair["told_apart"]) == ("good", "bad", True)
    assert pair["difference"]["mean"] == pytest.approx(2 / 3, abs=1e-6)


def test_chance_is_that_of_a_random_order(tmp_path: Path) -> None:
    good, bad = bench([two_models(tmp_path)], wishes())["models"]
    assert good["over_chance"]["sra"]["mean"] == pytest.approx(1 - 1 / 6, abs=1e-6)
    assert bad["over_chance"]["positions"]["mean"] == pytest.approx(0, abs=1e-6)
    assert (good["beats_chance"]["positions"], bad["beats_chance"]["positions"]) == (True, False)


def test_an_order_that_was_chosen_among_more_clips_has_their_chance(tmp_path: Path) -> None:
    file = tmp_path / "a.jsonl"
    file.write_text(json.dumps(line(1, "m", [1, 2, 3], order_from=5)), "utf-8")
    (model,) = bench([file], wishes())["models"]
    assert model["over_chance"]["positions"]["mean"] == pytest.approx(1 - 1 / 5)
    assert model["over_chance"]["sra"]["mean"] == pytest.approx(1 - 1 / 60, abs=1e-6)


def test_few_products_tell_nothing_apart(tmp_path: Path) -> None:
    data = bench([two_models(tmp_path, ads=8)], wishes())
    assert data["products"] == 4
    assert not any(one["told_apart"] for one in data["pairs"])
    assert not any(value for model in data["models"] for value in model["beats_chance"].values())


def test_a_share_of_nothing_keeps_an_interval(tmp_path: Path) -> None:
    _, bad = bench([two_models(tmp_path)], wishes())["models"]
    assert bad["intervals"]["sra"]["high"] == pytest.approx(0.278, abs=1e-3)  # Wilson's of 0 in 10


def test_other_conventions_are_shown_where_they_matter(tmp_path: Path) -> None:
    file = tmp_path / "a.jsonl"
    lines = [line(1, "m", []), line(2, "m", [3, 2, 1], clips=["tree", "house", "tree"]), line(3, "m", [1, 2, 3, 3])]
    file.write_text("".join(json.dumps(one) + "\n" for one in lines), "utf-8")
    (model,) = bench([file], wishes())["models"]
    found = {(one["measure"], one["convention"]): (one["value"], one["n"]) for one in model["other_conventions"]}
    assert model["positions"] == pytest.approx((0 + 1 / 3 + 1) / 3, abs=1e-6)
    assert found["positions", "empty answers left out"] == (pytest.approx(2 / 3, abs=1e-6), 2)
    assert found["positions", "permutations alone"] == (pytest.approx(1 / 3, abs=1e-6), 1)
    assert found["positions", "no permutation, nothing right"] == (pytest.approx(1 / 9, abs=1e-6), 3)
    assert found["sra", "two clips of one frame are one"] == (1.0, 1)


def test_baselines_answer_each_ad_once_where_its_lines_are_known(tmp_path: Path) -> None:
    file = tmp_path / "a.jsonl"
    lines = [line(ad, model, [1, 2, 3], reference_script=["a", "b", "c"]) for ad in (1, 2) for model in ("m", "n")]
    file.write_text("".join(json.dumps(one) + "\n" for one in [*lines, line(3, "m", [1, 2, 3])]), "utf-8")
    data = bench([file], wishes(baselines=(RandomOrder(), AsShown())))
    counts = {model["model"]: model["n_order"] for model in data["models"]}
    assert counts == {"m": 3, "n": 2, "baseline: random": 2, "baseline: as shown": 2}


def test_judgements_stand_beside_published_ones(tmp_path: Path) -> None:
    file = tmp_path / "a.jsonl"
    scripts = (["Why wait?", "And it keeps tea hot.", "Order now!"], ["Hot tea.", "Hot tea.", "Hot tea."], [])
    file.write_text(
        "".join(
            json.dumps({"ad": ad, "model": "m", "script": script, "facts": ["hot"], "judged": {"quality": 9 - ad}})
            + "\n"
            for ad, script in enumerate(scripts)
        ),
        "utf-8",
    )
    data = bench([file], wishes(judging=Judging(RuleJudge())))
    (model,) = data["models"]
    assert model["coh"] == pytest.approx(2 / 3, abs=1e-6)
    assert data["judge"]["judge"] == "by rule"
    assert [(one["measure"], one["items"]) for one in data["judge"]["measures"]] == [
        ("fact", 3),
        ("coh", 3),
        ("logic", 3),
    ]
    coh = next(one for one in data["published_judgements"] if one["ours"] == "coh")
    assert (coh["theirs"], coh["n"]) == ("quality", 3)
    assert coh["overall"]["rho"] == pytest.approx(0.866, abs=1e-3)
    assert any("judged by rules" in sentence for sentence in data["cannot_say"])


def test_the_page_needs_nothing_else_and_escapes_what_it_shows(tmp_path: Path) -> None:
    file = tmp_path / "a.jsonl"
    lines = [line(ad, "<script>alert(1)</script> | x", [1, 2, 3]) for ad in range(3)]
    file.write_text("".join(json.dumps(one) + "\n" for one in lines), "utf-8")
    data = bench([file], wishes())
    shown = page(data)
    assert "<script>alert" not in shown
    assert not any(word in shown for word in ("src=", "<link", "@import", "url(h", "<script"))
    assert "default-src 'none'" in shown
    text = markdown(data)
    assert "&lt;script>alert(1)&lt;/script> \\| x" in text
    assert "VC-LLM's figures are of its own benchmark" in text
    assert "| GPT-4o | SRA | 0.0281 |" in text
    written = write_report(data, tmp_path / "deep" / "report")
    assert [path.name for path in written] == ["report.md", "report.html"]


def test_the_same_answers_make_the_same_report(tmp_path: Path) -> None:
    file = two_models(tmp_path)
    assert markdown(bench([file], wishes())) == markdown(bench([file], wishes()))
    assert page(bench([file], wishes())) == page(bench([file], wishes()))


def test_word_counts_are_measured_by_the_voice_that_would_speak() -> None:
    rate = rate_of(load_settings())
    assert (rate("en"), rate("zh")) == (pytest.approx(2.6, abs=0.5), pytest.approx(4.4, abs=0.5))
    with pytest.raises(RequestError, match="there is no voice 'nobody'"):
        rate_of(load_settings(voice="nobody"))


def test_names_in_any_script_are_drawn_without_a_warning(tmp_path: Path) -> None:
    file = tmp_path / "a.jsonl"
    lines = [line(ad, name, [1, 2, 3]) for ad in range(4) for name in ("通义千问", "🎉 モデル")]
    file.write_text("".join(json.dumps(one) + "\n" for one in lines), "utf-8")
    assert "通义千问" in page(bench([file], wishes()))


def test_numbers_of_any_size_are_read_or_counted(tmp_path: Path) -> None:
    file = tmp_path / "a.jsonl"
    huge = "1" + "0" * 400
    orders = f'"reference_order": [1, {huge}], "order": [{huge}, 1e999]'
    file.write_text(
        f'{{"ad": {huge}, "model": "m", {orders}, "judged": {{"q": {huge}}}}}\n'
        f'{{"ad": 2, "model": "m", "script": ["a"], "seconds": [{huge}]}}\n',
        "utf-8",
    )
    data = bench([file], wishes())
    assert data["models"][0]["n_order"] == 1
    assert data["lines"]["parts_left_out"] == {"seconds is no list of numbers": 1}
