"""What a folder that nobody trusts may choose, setting by setting."""

from __future__ import annotations

from typing import Any

import pytest
from popcorn.graphs.ad import policy
from popcorn.settings import Settings
from popcorn.settings_tables import RendererSettings
from popcorn.tools.video import registry
from popcorn.trust import untrusted_settings
from popcorn.trust.untrusted_settings import CHOICES, WITHHELD, Ignored, sift

KNOWN = set(Settings.model_fields)
DEFAULTS = {name: field.default for name, field in Settings.model_fields.items()}


def kept(values: dict[str, Any], own: dict[str, Any] | None = None) -> dict[str, Any]:
    return sift(values, own or {}, KNOWN)[0]


def test_for_every_setting_it_is_decided_whether_a_stranger_may_set_it() -> None:
    assert set(CHOICES) | set(WITHHELD) == KNOWN, "decide in untrusted_settings: CHOICES or WITHHELD"
    assert set(CHOICES).isdisjoint(WITHHELD)


def test_a_setting_that_nobody_decided_about_is_ignored() -> None:
    values = {"after_render": "curl evil.example"}
    row = Ignored("after_render", '"curl evil.example"', "is for a trusted file alone")
    assert sift(values, {}, KNOWN | {"after_render"}) == ({}, (row,))


@pytest.mark.parametrize("name", sorted(WITHHELD))
@pytest.mark.parametrize("spell", [str, str.upper, str.title])
def test_what_is_withheld_is_withheld_however_it_is_spelled(name: str, spell: Any) -> None:
    values, ignored = sift({spell(name): "/etc/x"}, {}, KNOWN)
    assert values == {}
    assert [one.setting for one in ignored] == [name]


@pytest.mark.parametrize("name", sorted(set(CHOICES) - {"max_seconds", "max_cost", "max_tokens"}))
def test_a_default_may_be_chosen_again(name: str) -> None:
    values = {name: DEFAULTS[name]}
    assert kept(values, DEFAULTS) == values


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("llm", "openai:gpt-4o"),
        ("llm", "openrouter:deepseek/deepseek-chat"),
        ("llm", "deepseek-r1"),
        ("renderer", "api:org/Model-1.3B"),
        ("renderer", "ltx"),
        ("catalogue", "my-tacos"),
        ("encoder", "hashing"),
        ("aspect", "1:1"),
    ],
)
def test_a_stranger_chooses_by_name(name: str, value: str) -> None:
    assert kept({name: value}) == {name: value}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("llm", "hf:/etc"),
        ("llm", "hf:models/theirs"),
        ("renderer", "ltx=/etc"),
        ("renderer", "ltx=org/weights"),
        ("predictor", "/etc/passwd"),
        ("predictor", "../../x"),
        ("catalogue", ".."),
        ("catalogue", "a/b"),
        ("encoder", "/etc"),
        ("encoder", "someone/model"),
    ],
)
def test_a_stranger_names_no_folder_and_no_weights(name: str, value: str) -> None:
    assert kept({name: value}) == {}
    assert kept({name: value}, {name: value}) == {name: value}, "it is what the user has set up"


@pytest.mark.parametrize(
    ("value", "own", "may"),
    [
        (3, 5, True),
        (5, 5, True),
        (5.01, 5, False),
        (0, 5, False),
        (-1, 5, False),
        (float("inf"), 5, False),
        (float("nan"), 5, False),
        ("1", 5, False),
        ("1000", 0, False),
        (True, 5, False),
        (7, 0, True),
        (7, None, True),
        (7, "5", False),
        (3, "5", True),
    ],
)
@pytest.mark.parametrize("name", ["max_cost", "max_tokens", "max_seconds"])
def test_a_limit_may_be_drawn_tighter_and_never_looser(name: str, value: Any, own: Any, may: bool) -> None:
    assert kept({name: value}, {name: own}) == ({name: value} if may else {})


MORE = [
    ("attempts", 3, 20),
    ("candidates", 3, 16),
    ("shots", 1, 5),
    ("references", 10, 1000),
    ("ad_clips", 6, 20),
    ("ad_seconds", 15.0, 180.0),
    ("render", "best", "each"),
    ("drafting", "together", "apart"),
    ("cache", True, False),
]
"""Settings that multiply what is bought: less of it, and more."""


@pytest.mark.parametrize(("name", "less", "more"), MORE)
@pytest.mark.parametrize("spell", [str, str.upper])
def test_how_much_is_bought_may_be_lowered_and_never_raised(name: str, less: Any, more: Any, spell: Any) -> None:
    assert kept({spell(name): less}, {name: more}) == {spell(name): less}
    assert kept({spell(name): less}, {name: less}) == {spell(name): less}
    values, (ignored,) = sift({spell(name): more}, {name: less}, KNOWN)
    assert (values, ignored.setting) == ({}, name)
    assert ignored.why.startswith("buys more than your own settings do: ")


@pytest.mark.parametrize(("name", "less", "more"), MORE)
def test_nothing_more_is_bought_where_nobody_knows_what_the_user_would(name: str, less: Any, more: Any) -> None:
    assert kept({name: more}) == {}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("attempts", "20"),
        ("attempts", True),
        ("attempts", float("nan")),
        ("attempts", float("inf")),
        ("cache", "off"),
        ("cache", 0),
        ("ad_clips", "20"),
        ("ad_seconds", 0),
        ("ad_clips", 0),
    ],
)
def test_another_spelling_of_more_is_ignored_too(name: str, value: Any) -> None:
    assert kept({name: value}, {"attempts": 3, "cache": True, "ad_clips": 4, "ad_seconds": 10}) == {}


def test_where_the_footage_decides_a_stranger_asks_for_no_longer_ad_than_it_would() -> None:
    own = {"ad_clips": 0, "ad_seconds": 0}
    assert kept({"ad_clips": 7, "ad_seconds": 20}, own) == {"ad_clips": 7, "ad_seconds": 20}
    assert kept({"ad_clips": 8, "ad_seconds": 20.5}, own) == {}
    usual = (round(policy.USUAL / policy.A_LINE), policy.USUAL)
    assert usual == (untrusted_settings._AD_CLIPS, untrusted_settings._AD_SECONDS)


def test_steps_of_a_server_are_bought_and_not_for_a_stranger_to_choose() -> None:
    tables = {"api": {"steps": 1000}, "api:m": {"steps": 1000, "guidance": 5}, "ltx": {"steps": 30}}
    values, ignored = sift({"renderers": tables}, DEFAULTS, KNOWN)
    assert values == {"renderers": {"api:m": {"guidance": 5}, "ltx": {"steps": 30}}}
    assert {one.why for one in ignored} == {"says how much is asked of a server of yours"}
    assert set(registry.SERVED) == {untrusted_settings.SERVED}


def test_of_a_renderer_a_stranger_sets_how_well_it_works_and_not_for_whom() -> None:
    table = dict.fromkeys(RendererSettings.model_fields, "x")
    values, ignored = sift({"renderers": {"api": table, "ltx": {"steps": 4}, "odd": "x"}}, {}, KNOWN)
    assert values == {
        "renderers": {
            "api": {"guidance": "x", "memory": "x", "step_cache": "x"},
            "ltx": {"steps": 4},
        }
    }
    names = ("steps", "model", "revision", "base_url", "key_variable", "price", "compile", "timeout")
    assert {one.setting for one in ignored} == {f"renderers.api.{name}" for name in names} | {"renderers.odd"}


def test_each_single_value_of_a_table_is_told_with_why() -> None:
    table = {"zz": {"base_url": "http://h/v1", "key_variable": "AWS_SECRET_ACCESS_KEY", "free": True}}
    assert sift({"providers": table}, {}, KNOWN)[1] == (
        Ignored("providers.zz.base_url", '"http://h/v1"', "names a server"),
        Ignored(
            "providers.zz.key_variable",
            '"AWS_SECRET_ACCESS_KEY"',
            "names a variable whose value is sent as a key",
        ),
        Ignored("providers.zz.free", "true", "says what things cost, and so when a limit is reached"),
    )


def test_what_a_stranger_wrote_cannot_act_on_the_terminal_that_shows_it() -> None:
    rows = sift(
        {
            "providers": {
                "a\x1b[2J\nb": {"base_url": "http://u:hunter2@h/v1?k=hunter2", "model": "\x9b31m" + "x" * 999}
            },
            "database_url": "postgresql://u:hunter2@h/db",
            "cover": ["https://u:hunter2@h/"],
        },
        {},
        KNOWN,
    )[1]
    text = "".join(f"{one.setting}{one.value}" for one in rows)
    assert text.isascii()
    assert text.isprintable()
    assert "hunter2" not in text
    assert max(len(one.value) for one in rows) <= 200


def test_a_name_that_is_no_setting_is_left_to_be_told() -> None:
    assert sift({"treshold": 1}, {}, KNOWN) == ({"treshold": 1}, ())


@pytest.mark.parametrize("spell", [str.upper, str.title])
@pytest.mark.parametrize("name", ["max_seconds", "max_cost", "max_tokens"])
def test_a_limit_of_the_users_own_holds_however_they_spell_it(name: str, spell: Any) -> None:
    assert kept({name: 2_000}, {spell(name): 1_000}) == {}
    assert kept({name: 500}, {spell(name): 1_000}) == {name: 500}
