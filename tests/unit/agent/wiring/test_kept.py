from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor, wait

import pytest
from popcorn.agent.wiring.once_cache import OnceCache


def current(_: object) -> bool:
    return True


def test_what_is_kept_is_made_once_and_again_when_it_is_not_current() -> None:
    kept, made = OnceCache[str](2), iter(["first", "second"])
    assert [kept.get("a", current, lambda: next(made)) for _ in range(3)] == ["first"] * 3
    assert kept.get("a", lambda thing: thing != "first", lambda: next(made)) == "second"


def test_the_one_unused_for_longest_goes_first() -> None:
    kept, made = OnceCache[str](2), list[str]()

    def ask(key: str) -> None:
        kept.get(key, current, lambda: made.append(key) or key)  # type: ignore[func-returns-value]

    for key in "abacab":
        ask(key)
    assert made == ["a", "b", "c", "b"]
    assert len(kept) == 2


def test_what_goes_is_given_up_before_the_next_is_made() -> None:
    kept = OnceCache[str](1)
    kept.get("a", current, lambda: "a")
    assert kept.get("b", current, lambda: str(len(kept))) == "0"


def test_what_cannot_be_made_is_asked_for_again() -> None:
    kept = OnceCache[str](2)

    def fails() -> str:
        raise ValueError("not yet")

    with pytest.raises(ValueError, match="not yet"):
        kept.get("a", current, fails)
    assert kept.get("a", current, lambda: "now") == "now"


def test_threads_that_want_the_same_wait_for_it_and_others_do_not() -> None:
    kept, begun, go_on, made = OnceCache[str](3), threading.Event(), threading.Event(), list[str]()

    def slow() -> str:
        begun.set()
        assert go_on.wait(60)
        made.append("slow")
        return "slow"

    with ThreadPoolExecutor() as pool:
        waiting = [pool.submit(kept.get, "slow", current, slow) for _ in range(3)]
        assert begun.wait(60)
        assert kept.get("quick", current, lambda: "quick") == "quick"
        assert not any(one.done() for one in waiting)
        go_on.set()
        assert [one.result(60) for one in waiting] == ["slow"] * 3
    assert made == ["slow"]


def test_where_one_is_kept_no_second_one_is_made_beside_it() -> None:
    kept, begun, go_on = OnceCache[str](1), threading.Event(), threading.Event()

    def large() -> str:
        begun.set()
        assert go_on.wait(60)
        return "large"

    with ThreadPoolExecutor() as pool:
        first = pool.submit(kept.get, "a", current, large)
        assert begun.wait(60)
        second = pool.submit(kept.get, "b", current, lambda: "after" if go_on.is_set() else "beside")
        wait([second], 0.2)  # it has the time to be wrong
        go_on.set()
        assert (first.result(60), second.result(60), len(kept)) == ("large", "after", 1)
