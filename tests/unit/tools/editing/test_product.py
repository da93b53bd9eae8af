"""Product files: what is read, and what is refused in a sentence."""

from __future__ import annotations

from pathlib import Path

import pytest
from popcorn.errors import DataError
from popcorn.tools.editing.product import LARGEST, contradictions, gaps, read_product
from popcorn.tools.editing.types import Product

WHOLE = """
name = "Aurora mug"
brand = "Aurora"
category = "kitchen"
price = "$24.99"
market = "US"
language = "en"
facts = ["It holds 350 ml.", "It keeps coffee hot for 6 hours."]
"""


def _file(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "product.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_whole_file_is_a_product(tmp_path: Path) -> None:
    assert read_product(_file(tmp_path, WHOLE)) == Product(
        name="Aurora mug",
        brand="Aurora",
        category="kitchen",
        facts=("It holds 350 ml.", "It keeps coffee hot for 6 hours."),
        price="$24.99",
        market="US",
        language="en",
    )


def test_a_name_and_a_fact_are_enough_and_what_is_missing_is_told(tmp_path: Path) -> None:
    product = read_product(_file(tmp_path, 'name = "杯"\nfacts = ["容量350毫升"]'))
    assert product.facts == ("容量350毫升",)
    assert [gap.key for gap in gaps(product)] == ["price", "market", "brand", "language"]


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        ('name = "x"', "has no facts", "facts ="),
        ('name = "x"\nfacts = []', "has no facts", "facts ="),
        ('facts = ["a"]', "has no name", "name ="),
        ('nam = "x"\nfacts = ["a"]', "unknown key 'nam'", "Did you mean 'name'?"),
        ('name = "x"\nfact = ["a"]', "unknown key 'fact'", "Did you mean 'facts'?"),
        ('name = "x"\nprice = 24.99\nfacts = ["a"]', "price in 'product.toml' is a number", 'price = "$24.99"'),
        ('name = "x"\nfacts = "a"', "is a text, not a list", "facts ="),
        ('name = "x"\nfacts = ["a", 3]', "fact 2 in 'product.toml' is a number", "quotes"),
        ('name = "x"\nfacts = ["a", " "]', "fact 2 in 'product.toml' is empty", "Remove it"),
        ('name = "x"\nfacts = ["a"]\nmarket = "UK"', "ISO 3166 calls 'GB'", "GB"),
        ('name = "x"\nfacts = ["a"]\nmarket = "usa"', "no ISO 3166 code", "US"),
        ('name = "x"\nfacts = ["a"]\nlanguage = "Klingonese"', "unknown language", "English"),
        ("name = ", "is no TOML", "name ="),
        (f'name = "x"\nfacts = ["{"a" * 2000}"]', "has 2,000 characters", "1,000"),
        ('name = "x"\nfacts = [' + '"a",' * 600 + "]", "has 600 facts", "500"),
    ],
)
def test_what_is_wrong_is_said_with_a_way_out(text: str, message: str, hint: str, tmp_path: Path) -> None:
    with pytest.raises(DataError) as raised:
        read_product(_file(tmp_path, text))
    assert message in raised.value.message
    assert hint in raised.value.hint


def test_a_huge_file_is_not_read(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="at most 1,048,576"):
        read_product(_file(tmp_path, "#" * (LARGEST + 1)))


def test_a_file_that_is_not_there_or_no_text_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="cannot be read: No such file"):
        read_product(tmp_path / "none.toml")
    (tmp_path / "product.toml").write_bytes(b'name = "\xff\xfe"')
    with pytest.raises(DataError, match="no text in UTF-8"):
        read_product(tmp_path / "product.toml")


@pytest.mark.parametrize(
    ("facts", "price"),
    [
        (("It costs only $19.99.",), "$24.99"),
        (("It holds 350 ml.", "It holds 0.5 l."), ""),
        (("The battery lasts 10 hours.", "The battery lasts 12 hours."), ""),
        (("容量350毫升", "容量500毫升"), ""),
        (("到手价99元",), "129元"),
    ],
)
def test_facts_that_cannot_both_be_true_are_found(facts: tuple[str, ...], price: str) -> None:
    assert len(contradictions(Product("Mug", facts=facts, price=price))) == 1


@pytest.mark.parametrize(
    ("facts", "price"),
    [
        (("It costs only $24.99.", "You save $5."), "$24.99"),
        (("It was $29.99.",), "$24.99"),
        (("It holds 350 ml.", "It holds 0.35 litres."), ""),
        (("The cup holds 350 ml.", "The lid holds 20 ml."), ""),
        (("The battery lasts over 10 hours.", "The battery lasts 12 hours."), ""),
        (("补贴高达2万元", "到手价99元"), "99元"),
    ],
)
def test_facts_that_can_both_be_true_are_none(facts: tuple[str, ...], price: str) -> None:
    assert contradictions(Product("Mug", facts=facts, price=price)) == ()


def test_a_file_that_contradicts_itself_is_refused_with_both_places(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r'price says "\$24.99", fact 2 "\$19.99"'):
        read_product(_file(tmp_path, WHOLE.replace("It keeps coffee hot for 6 hours.", "It costs only $19.99.")))


@pytest.mark.parametrize(
    ("name", "brand", "called"),
    [
        ("Mug", "", "Mug"), ("Mug", "Aurora", "Aurora Mug"),
        ("Aurora Mug", "Aurora", "Aurora Mug"), ("AURORA Mug", "Aurora", "AURORA Mug"),
    ],
)  # fmt: skip
def test_a_brand_that_stands_in_the_name_is_not_said_twice(name: str, brand: str, called: str) -> None:
    assert Product(name, brand).called == called
