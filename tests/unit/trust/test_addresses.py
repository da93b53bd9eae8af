"""Addresses of servers, and what must not stand in them."""

from __future__ import annotations

import pytest
from popcorn.trust.addresses import fault_of, without_credentials


@pytest.mark.parametrize(
    "address", ["http://127.0.0.1:8000/v1", "https://models.example.org/v1/", "http://[::1]:8000", "HTTPS://h/a%20b"]
)
def test_a_scheme_a_host_and_a_path_are_an_address(address: str) -> None:
    assert fault_of(address) == ""


@pytest.mark.parametrize(
    ("address", "fault"),
    [
        ("http://user:hunter2@host/v1", "holds a user or a password"),
        ("http://hunter2@host/v1", "holds a user or a password"),
        ("http://@host/v1", "holds a user or a password"),
        ("http://host/v1?api_key=hunter2", "has a query or a fragment"),
        ("http://host/v1?", "has a query or a fragment"),
        ("http://host/v1#hunter2", "has a query or a fragment"),
        ("http://host/v1\nhunter2", "cannot be seen"),
        ("http://host /hunter2", "spaces"),
        ("ftp://host/hunter2", "does not begin with http"),
        ("host:8000/hunter2", "does not begin with http"),
        ("http:///hunter2", "host or port is none"),
        ("http://host:0/hunter2", "host or port is none"),
        ("http://host:99999/hunter2", "host or port is none"),
        ("http://[::1/hunter2", "host or port is none"),
    ],
)
def test_what_is_more_or_less_than_that_is_told_without_being_repeated(address: str, fault: str) -> None:
    assert fault in fault_of(address)
    assert "hunter2" not in fault_of(address)


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("http://user:hunter2@host:81/v1?key=hunter2#hunter2", "http://host:81/v1"),
        ("https://u@[::1]/v1", "https://[::1]/v1"),
        ("http://h:hunter2/", "***"),
        ("postgresql://u:hunter2@db/x", "postgresql://db/x"),
    ],
)
def test_an_address_is_shown_without_what_opens_it(address: str, shown: str) -> None:
    assert without_credentials(address) == shown
