"""The claim ledger: what backs a statement, what contradicts it, what nothing says."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from popcorn.tools.editing.claims.banned import banned, markets
from popcorn.tools.editing.claims.evidence import Evidence, Origin
from popcorn.tools.editing.claims.ledger import DEFAULT_LEVELS, ledger, unbacked
from popcorn.tools.editing.claims.ledger_file import sentence, write_ledger
from popcorn.tools.editing.types import Claim, ClaimKind, Level, Line, Product, Role, Verdict

MUG = Product(
    "Aurora mug",
    "Aurora",
    facts=(
        "It holds 350 ml.",
        "It keeps coffee hot for up to 6 hours.",
        "The mug weighs 240 g.",
        "It is not dishwasher certified.",
        "The lid is BPA-free.",
    ),
    price="$24.99",
    market="US",
)
CUP = Product(
    "保温杯", "极光", facts=("容量350毫升", "保温6小时", "价格优惠至99元", "终身质保"), market="CN", language="zh"
)


def _verdicts(script: str, product: Product = MUG, *evidence: Evidence) -> dict[str, Verdict]:
    return {claim.text: claim.verdict for claim in ledger([Line(1, script, Role.DEMO)], product, evidence)}


@pytest.mark.parametrize(
    ("script", "claim"),
    [
        ("It holds 350 ml", "350 ml"), ("It holds 0.35 litres", "0.35 litres"), ("hot for up to 6 hours", "6 hours"),
        ("just $24.99", "$24.99"), ("240 grams light", "240 grams"), ("a BPA-free lid", "BPA-free"),
        ("about 350 ml", "350 ml"), ("over 300 ml", "300 ml"), ("under 250 g", "250 g"),
    ],
)  # fmt: skip
def test_what_a_fact_says_is_backed_however_it_is_put(script: str, claim: str) -> None:
    assert _verdicts(script)[claim] is Verdict.BACKED


@pytest.mark.parametrize(
    ("script", "claim"),
    [
        ("It holds 500 ml", "500 ml"), ("keeps coffee hot for 8 hours", "8 hours"), ("for only $19.99", "$19.99"),
        ("The mug weighs 300 g", "300 g"), ("dishwasher certified", "certified"),
    ],
)  # fmt: skip
def test_what_a_fact_denies_is_contradicted_and_the_fact_is_named(script: str, claim: str) -> None:
    (found,) = [one for one in ledger([Line(1, script, Role.DEMO)], MUG) if one.text == claim]
    assert found.verdict is Verdict.CONTRADICTED
    assert found.source


@pytest.mark.parametrize(
    ("script", "claim"),
    [
        ("a 5-year warranty", "5-year"), ("save $5 today", "$5"), ("the best mug", "best"), ("FDA approved", "FDA"),
        ("lighter than any flask", "lighter than"), ("it relieves stress", "relieves"), ("12 colours", "12 colours"),
        ("Hot for 6 hours", "6 hours"),
    ],
)  # fmt: skip
def test_what_no_fact_says_is_missing_and_no_contradiction(script: str, claim: str) -> None:
    assert _verdicts(script)[claim] is Verdict.MISSING


@pytest.mark.parametrize(
    ("script", "claim", "kind"),
    [
        ("Half the price of any other mug", "Half the price", ClaimKind.PERCENTAGE),
        ("便宜一半", "便宜一半", ClaimKind.PERCENTAGE),
        ("Half off", "Half off", ClaimKind.PERCENTAGE), ("Buy one get one free", "Buy one get", ClaimKind.MONEY),
        ("买一送一", "买一送一", ClaimKind.MONEY), ("Loved by millions", "millions", ClaimKind.NUMBER),
        ("Hundreds of reviews", "Hundreds", ClaimKind.NUMBER), ("上万人的选择", "上万人", ClaimKind.NUMBER),
        ("Scientifically proven", "Scientifically", ClaimKind.CERTIFICATE),
        ("Recommended by doctors", "Recommended by doctors", ClaimKind.CERTIFICATE),
        ("It never breaks", "never breaks", ClaimKind.SUPERLATIVE),
        ("It doubles your energy", "doubles your", ClaimKind.COMPARISON),
        ("Keeps drinks warm all day", "Keeps drinks warm all day", ClaimKind.SUPERLATIVE),
    ],
)  # fmt: skip
def test_a_claim_without_a_numeral_is_found_too(script: str, claim: str, kind: ClaimKind) -> None:
    found = {one.text: (one.kind, one.verdict) for one in ledger([Line(1, script, Role.DEMO)], MUG)}
    assert found[claim] == (kind, Verdict.MISSING)


@pytest.mark.parametrize(
    "script",
    [
        "Say goodbye to cold coffee", "Feel free to free your hands", "Treat yourself, best friend",
        "Harvest in the forest",
        "A perfect morning with your other half", "Rather than waiting, sip", "One mug, one lid, one you",
    ],
)  # fmt: skip
def test_ordinary_talk_claims_nothing(script: str) -> None:
    assert ledger([Line(1, script, Role.HOOK)], MUG) == ()


def test_a_limit_that_was_dropped_is_named() -> None:
    (claim,) = ledger([Line(1, "Hot for 6 hours", Role.DEMO)], MUG)
    assert claim.source == 'at most 6 hours in fact 2: "It keeps coffee hot for up to 6 hours."'


def test_chinese_claims_are_read_too() -> None:
    script = "容量零点三五升，保温8小时，现在仅需99元，终身质保，销量第一，比同类更轻，有ISO认证，能降血压。"
    assert _verdicts(script, CUP) == {
        "零点三五升": Verdict.BACKED,
        "8小时": Verdict.CONTRADICTED,
        "99元": Verdict.BACKED,
        "终身质保": Verdict.BACKED,
        "第一": Verdict.MISSING,
        "比同类更": Verdict.MISSING,
        "ISO": Verdict.MISSING,
        "认证": Verdict.MISSING,
        "降血压": Verdict.BANNED,
        "销量第一": Verdict.BANNED,
    }


def test_footage_backs_and_is_named_with_its_clip_but_does_not_contradict() -> None:
    seen = Evidence(3, Origin.SEEN, "12 colours, ISO 9001")
    heard = Evidence(4, Origin.HEARD, "it weighs 300 g")
    lines = [Line(3, "12 colours. ISO. Hot and 200 g.", Role.PROOF)]
    found = {claim.text: claim for claim in ledger(lines, MUG, [seen, heard])}
    assert found["12 colours"].source == 'seen in clip 3: "12 colours, ISO 9001"'
    assert found["ISO"].verdict is Verdict.BACKED
    assert found["200 g"].verdict is Verdict.MISSING


def test_the_lines_own_clip_goes_before_others() -> None:
    both = [Evidence(1, Origin.SEEN, "12 colours"), Evidence(2, Origin.SEEN, "12 colours")]
    (claim,) = ledger([Line(2, "12 colours", Role.PROOF)], MUG, both)
    assert claim.source.startswith("seen in clip 2")


def test_an_amount_that_is_saved_does_not_back_a_price() -> None:
    product = Product("Mug", facts=("You save $20.",))
    assert _verdicts("It costs only $20", product)["$20"] is Verdict.MISSING


def test_not_only_is_no_denial() -> None:
    product = Product("鞋", facts=("抗皱耐褶",))
    assert _verdicts("不仅抗皱，还透气", product) == {"抗皱": Verdict.BACKED}


def test_levels_are_the_defaults_unless_chosen() -> None:
    script = "The best mug, 12 colours, FDA approved"
    levels = {claim.kind: claim.level for claim in ledger([Line(1, script, Role.HOOK)], MUG)}
    assert levels == {
        ClaimKind.SUPERLATIVE: Level.WARN,
        ClaimKind.NUMBER: Level.BLOCK,
        ClaimKind.CERTIFICATE: Level.BLOCK,
    }
    chosen = ledger([Line(1, script, Role.HOOK)], MUG, levels={ClaimKind.NUMBER: Level.MARK})
    assert {claim.level for claim in chosen if claim.kind is ClaimKind.NUMBER} == {Level.MARK}
    assert set(DEFAULT_LEVELS) == set(ClaimKind)


def test_only_what_nothing_backs_is_a_finding() -> None:
    claims = ledger([Line(1, "The best mug holds 350 ml in 12 colours", Role.HOOK)], MUG)
    assert [claim.text for claim in unbacked(claims)] == ["best", "12 colours"]
    assert [claim.text for claim in unbacked(claims, Level.BLOCK)] == ["12 colours"]


@pytest.mark.parametrize(
    ("market", "script", "word", "source"),
    [
        ("CN", "全国第一的杯子", "全国第一", "Advertising Law of the PRC (2021), article 9 (3)"),
        ("CN", "最划算", "最划算", "article 9 (3)"),
        ("CN", "保本理财", "保本", "article 25"),
        ("US", "An eco-friendly mug", "eco-friendly", "16 CFR 260.4"),
        ("US", "It cures colds", "cures", "21 CFR 101.93(g)"),
        ("GB", "lose 10 pounds in a week", "lose 10 pounds", "rule 15.6.6"),
        ("DE", "A climate neutral mug", "climate neutral", "Directive (EU) 2024/825"),
    ],
)
def test_words_that_a_market_bans_are_found_with_the_law(market: str, script: str, word: str, source: str) -> None:
    (found,) = banned(script, Product("Mug", market=market))
    assert found.text == word
    assert source in found.source


@pytest.mark.parametrize(
    ("market", "script"),
    [
        ("CN", "最近想喝水"), ("CN", "第一次来"), ("CN", "最佳时机"), ("US", "cured ham"), ("US", "全国第一"),
        ("", "全国第一"), ("FR", "a cured ham"), ("GB", "all the best"), ("BR", "eco-friendly"),
    ],
)  # fmt: skip
def test_other_words_and_other_markets_are_left_alone(market: str, script: str) -> None:
    assert banned(script, Product("Mug", market=market)) == []


def test_a_rule_for_cosmetics_is_for_cosmetics_only() -> None:
    assert banned("医美级的杯子", Product("杯", category="厨房", market="CN")) == []
    assert len(banned("医美级的面膜", Product("面膜", category="护肤", market="CN"))) == 1


def test_every_known_market_has_a_code() -> None:
    assert {"CN", "US", "GB", "DE"} <= set(markets())


def test_the_ledger_is_a_file_beside_the_ad(tmp_path: Path) -> None:
    lines = [Line(2, "The best mug: 350 ml", Role.HOOK)]
    path = write_ledger(ledger(lines, MUG), lines, MUG, tmp_path / "claims.json")
    data = json.loads(path.read_text())
    assert data["summary"] == {
        "claims": 2,
        "backed": 1,
        "fact missing": 1,
        "contradicted": 0,
        "banned": 0,
        "blocking": 0,
    }
    assert data["claims"][1] == {
        "text": "350 ml",
        "kind": "number",
        "verdict": "backed",
        "level": "block",
        "source": 'fact 1: "It holds 350 ml."',
        "line": 0,
        "script": "The best mug: 350 ml",
        "clip": 2,
    }


@pytest.mark.parametrize(
    ("verdict", "words"),
    [
        (Verdict.BACKED, "backed by"),
        (Verdict.MISSING, "no fact says it"),
        (Verdict.CONTRADICTED, "contradicts"),
        (Verdict.BANNED, "is banned"),
    ],
)
def test_a_claim_is_a_sentence_for_markers(verdict: Verdict, words: str) -> None:
    assert words in sentence(Claim("350 ml", 0, ClaimKind.NUMBER, verdict, Level.BLOCK, 'fact 1: "x"'))
