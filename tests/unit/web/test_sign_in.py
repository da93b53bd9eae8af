"""Names with passwords: what is kept of them, and how long a door stays shut."""

from __future__ import annotations

from popcorn.web.people import People
from popcorn.web.sign_in import SignIns


def test_a_token_is_whose_it_is_until_they_leave_or_a_week_is_over() -> None:
    now = [0.0]
    sign_ins = SignIns(People({"ann": "correct horse"}), lambda: now[0])
    assert sign_ins.enter("ann", "wrong horse", "a") is None
    assert sign_ins.enter("bo", "correct horse", "a") is None
    token = sign_ins.enter("ann", "correct horse", "a")
    other = sign_ins.enter("ann", "correct horse", "a")
    assert token is not None
    assert other is not None
    assert (sign_ins.name_of(token), sign_ins.name_of("guess"), sign_ins.name_of("")) == ("ann", None, None)
    sign_ins.leave(token)
    assert (sign_ins.name_of(token), sign_ins.name_of(other)) == (None, "ann")
    now[0] = 8 * 24 * 3600.0
    assert sign_ins.name_of(other) is None


def test_ten_wrong_passwords_from_one_address_close_the_door_to_it_for_a_minute() -> None:
    now = [0.0]
    sign_ins = SignIns(People({"ann": "correct horse"}), lambda: now[0])
    for _ in range(10):
        assert not sign_ins.is_tired("a")
        sign_ins.enter("ann", "guess", "a")
    assert sign_ins.is_tired("a")
    assert not sign_ins.is_tired("b")
    now[0] = 61.0
    assert not sign_ins.is_tired("a")


def test_a_password_is_kept_as_a_salted_hash() -> None:
    people = People({"ann": "correct horse", "bo": "correct horse"})
    kept = repr(vars(people))
    assert "correct horse" not in kept
    assert len({secret.digest for secret in people._secrets.values()}) == 2
    assert people.know("ann", "correct horse")
    assert not People({}).sign_in
