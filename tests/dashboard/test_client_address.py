from __future__ import annotations

from pathlib import Path

import httpx
import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from pytest_django import Settings

from dashboard.middleware import ClientAddressMiddleware
from tests.instance import Instance


def seen(forwarded: str | None, *, remote: str = "10.0.0.1") -> str:
    """The address that the site sees."""
    found: list[str] = []

    def view(request: HttpRequest) -> HttpResponse:
        found.append(request.META["REMOTE_ADDR"])
        return HttpResponse()

    headers = {} if forwarded is None else {"X-Forwarded-For": forwarded}
    ClientAddressMiddleware(view)(RequestFactory().get("/", REMOTE_ADDR=remote, headers=headers))
    return found[0]


def test_it_believes_no_header_without_a_proxy() -> None:
    assert seen("203.0.113.7") == "10.0.0.1"


@pytest.mark.parametrize(
    ("proxies", "forwarded", "address"),
    [
        (1, "203.0.113.7", "203.0.113.7"),
        (1, "1.2.3.4, 203.0.113.7", "203.0.113.7"),
        (2, "1.2.3.4, 203.0.113.7, 10.0.0.9", "203.0.113.7"),
        (1, "2001:db8::7", "2001:db8::7"),
        (1, None, ""),
        (2, "203.0.113.7", "10.0.0.1"),
        (1, "<script>", ""),
        (1, "203.0.113.7:443", ""),
        (1, "fe80::1%eth0", "fe80::1"),
        (1, f"fe80::1%{'<b>' * 2000}", "fe80::1"),
    ],
)
def test_it_takes_what_the_outermost_trusted_proxy_saw(
    settings: Settings, proxies: int, forwarded: str | None, address: str
) -> None:
    settings.TRUSTED_PROXIES = proxies

    assert seen(forwarded) == address


def test_a_local_socket_has_no_address() -> None:
    assert seen(None, remote="") == ""


def test_a_neighbour_on_the_same_cable_has_an_address() -> None:
    assert seen(None, remote="fe80::1%eth0") == "fe80::1"


@pytest.mark.services_do_not_matter
@pytest.mark.parametrize(("proxies", "status"), [("0", 301), ("1", 200)])
def test_who_says_that_a_call_came_over_https_is_believed_only_as_a_trusted_proxy(
    tmp_path: Path, proxies: str, status: int
) -> None:
    """Both Django and the server of the site read ``X-Forwarded-Proto``, so only a served request tells."""
    site = Instance(tmp_path, SITE_URL="https://assistants.example.com", TRUSTED_PROXIES=proxies)
    try:
        headers = {"Host": "assistants.example.com", "X-Forwarded-Proto": "https", "X-Forwarded-For": "192.0.2.1"}
        assert httpx.get(f"{site.address}/login/", headers=headers).status_code == status
    finally:
        site.stop()
