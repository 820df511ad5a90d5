"""Addresses that no page links to: whatever stands in them, the site says that there is no such page."""

from __future__ import annotations

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

from tests.conftest import Person


def places(resolver: URLResolver, before: str = "") -> list[str]:
    """Every address of the site that holds a text, with a text that no database stores in its place."""
    found: list[str] = []
    for pattern in resolver.url_patterns:
        route = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            found += places(pattern, route)
        elif isinstance(pattern, URLPattern) and "<str:" in route:
            found.append(route)
    return found


ROUTES = places(get_resolver())


def filled(route: str) -> str:
    for name, converter in (("str", "a%00b"), ("int", "1"), ("slug", "main")):
        while (begin := route.find(f"<{name}:")) >= 0:
            route = (
                route[:begin]
                + ("main" if "workspace" in route[begin : route.index(">", begin)] else converter)
                + route[route.index(">", begin) + 1 :]
            )
    return f"/{route}"


@pytest.mark.django_db
@pytest.mark.parametrize("route", ROUTES)
def test_a_text_that_no_database_stores_is_nobodys_address(dora: Person, route: str) -> None:
    for send in (dora.get, dora.post):
        assert send(filled(route)).status_code < 500


def test_there_are_such_addresses() -> None:
    assert len(ROUTES) > 40
