from __future__ import annotations

from typing import Any

import pytest

from assistants_client import Client
from assistants_ui.catalog import filling
from assistants_ui.service import catalog as service_catalog
from tests.assistants_ui.conftest import Tap
from tests.assistants_ui.pages import read
from tests.conftest import Person

LIST = "/w/main/assistants/"


@pytest.fixture
def shelf(server: Client) -> Client:
    """Thirty assistants, every third about returns, one of them a reader of 100% odd names."""
    for number in range(30):
        server.assistants.create(
            model="gpt-4.1" if number % 2 else "gpt-4.1-mini",
            name=f"Assistant no.{number:02}",
            instructions="You handle RETURNS of parcels." if number % 3 == 0 else "You write letters.",
            tools=[{"type": "code_interpreter"}] if number == 7 else [],
            metadata={"team": "legal"} if number in {1, 4} else {},
        )
    server.assistants.create(model="gpt-4.1", name="100%_odd\\name", description="مساعد الدعم")
    return server


def names(response: Any) -> list[str]:
    return [label for label in read(response).links if label.startswith(("Assistant ", "100%"))]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=returns+PARCELS&limit=50", [f"Assistant no.{number:02}" for number in range(27, -1, -3)]),
        ("q=sistant+no.07", ["Assistant no.07"]),
        ("q=%25_odd%5C", ["100%_odd\\name"]),
        ("q=%D9%85%D8%B3%D8%A7%D8%B9%D8%AF", ["100%_odd\\name"]),
        ("tool=code_interpreter", ["Assistant no.07"]),
        ("metadata=team", ["Assistant no.04", "Assistant no.01"]),
        ("metadata=team:legal&model=gpt-4.1", ["Assistant no.01"]),
        ("metadata=team:sales", []),
        ("q=nothing+like+this", []),
    ],
)
def test_it_works(bob: Person, shelf: Client, query: str, found: list[str]) -> None:
    assert names(bob.get(f"{LIST}?{query}")) == found


def test_it_says_when_nothing_matches_and_leads_back(bob: Person, shelf: Client) -> None:
    page = read(bob.get(f"{LIST}?q=nothing"))
    assert "No assistants match" in page.text
    assert page.links["Show all assistants"] == LIST


def test_matches_have_pages_by_cursor_in_both_directions(bob: Person, shelf: Client) -> None:
    expected = [f"Assistant no.{number:02}" for number in range(27, -1, -3)]
    first = bob.get(f"{LIST}?q=returns&limit=4")
    assert names(first) == expected[:4]
    second = bob.get(read(first).links["Next page"])
    assert names(second) == expected[4:8]
    third = bob.get(read(second).links["Next page"])
    assert names(third) == expected[8:]
    assert "Next page" not in read(third).links
    back = bob.get(read(third).links["Previous page"])
    assert names(back) == expected[4:8]
    start = bob.get(read(back).links["Previous page"])
    assert names(start) == expected[:4]
    assert "Previous page" not in read(start).links


def test_typing_on_asks_the_server_nothing_more(bob: Person, shelf: Client, tap: Tap) -> None:
    bob.get(f"{LIST}?q=r")
    asked = len(tap.requests)
    for query in ("re", "ret", "returns"):
        bob.get(f"{LIST}?q={query}", headers={"HX-Request": "true"})
    assert asked == len(tap.requests) == 1


def test_a_search_through_a_long_list_goes_on_from_there(
    bob: Person, shelf: Client, tap: Tap, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(filling, "PAGE", 10)
    monkeypatch.setattr(service_catalog, "SECONDS_PER_PAGE", 0)
    first = read(bob.get(f"{LIST}?q=100%25"))
    assert "Nothing found so far" in first.text
    second = read(bob.get(first.links["Keep searching"]))
    assert "20 assistants have been searched" in second.text
    read(bob.get(second.links["Keep searching"]))
    assert "100%_odd\\name" in read(bob.get(second.links["Keep searching"])).links
    assert [request.url.params.get("limit") for request in tap.requests] == ["10"] * 4


def test_a_filter_can_be_taken_away(bob: Person, shelf: Client) -> None:
    page = read(bob.get(f"{LIST}?q=returns&model=gpt-4.1"))
    assert page.links["“returns”"] == f"{LIST}?model=gpt-4.1"
    assert page.links["Model: gpt-4.1"] == f"{LIST}?q=returns"
