"""Lists of servers that lose cursors, repeat themselves, or send entries that are no objects."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

from assistants_client import BadRequestError, Client
from tests.assistants_ui.conftest import Tap
from tests.assistants_ui.pages import read
from tests.conftest import Person

LISTS = {"assistants": "/w/main/assistants/", "vector_stores": "/w/main/vector-stores/"}


def entries(count: int, *, kind: str) -> list[Any]:
    made = {"object": kind[:-1], "created_at": 1_700_000_000, "model": "gpt-4.1-mini", "metadata": {}, "tools": []}
    return [made | {"id": f"{kind}_{number}", "name": f"Entry {number}"} for number in range(count)]


def listing(data: list[Any], *, has_more: bool) -> httpx.Response:
    return httpx.Response(200, json={"object": "list", "data": data, "has_more": has_more})


def answers(tap: Tap, kind: str, data: list[Any], *, has_more: bool = False) -> None:
    """Whatever the cursor, the list ``kind`` is this page."""
    tap.answer = lambda request: (
        listing(data, has_more=has_more) if request.url.path == f"/v1/{kind}" and request.method == "GET" else None
    )


@pytest.mark.parametrize("place", ["after", "before"])
@pytest.mark.parametrize("kind", LISTS)
def test_a_refused_cursor_leads_to_the_first_page(bob: Person, tap: Tap, kind: str, place: str) -> None:
    def answer(request: httpx.Request) -> httpx.Response | None:
        if request.url.path != f"/v1/{kind}":
            return None
        if "after" in request.url.params:
            return httpx.Response(404, json={"error": {"message": "No such object."}})
        return listing(entries(2, kind=kind), has_more=False)

    tap.answer = answer
    response = bob.get(f"{LISTS[kind]}?{place}=gone")
    assert response.status_code == 200
    page = read(response)
    assert "The place in the list that this address names is no longer there. This is the first page." in page.text
    assert "Entry 0" in page.text


def test_a_search_behind_a_refused_cursor_begins_anew(bob: Person, server: Client) -> None:
    server.assistants.create(model="gpt-4.1-mini", name="Returns desk")
    page = read(bob.get("/w/main/assistants/?q=returns&after=nonsense"))
    assert "This is the first page." in page.text
    assert "Returns desk" in page.links


def test_a_list_that_is_refused_without_a_cursor_is_no_restart(bob: Person, tap: Tap) -> None:
    tap.answer = lambda request: httpx.Response(400, json={"error": {"message": "Limit is too large."}})
    response = bob.get("/w/main/assistants/?limit=100")
    assert response.status_code == 422
    assert "It said: Limit is too large." in read(response).text
    assert "Nothing was changed" not in read(response).text


@pytest.mark.parametrize("kind", LISTS)
def test_a_server_that_ignores_the_cursor_is_said_to_repeat_itself(bob: Person, tap: Tap, kind: str) -> None:
    answers(tap, kind, entries(3, kind=kind), has_more=True)
    first = bob.get(f"{LISTS[kind]}?limit=3")
    assert "repeated itself" not in read(first).text
    second = read(bob.get(f"{LISTS[kind]}?limit=3&after={kind}_2"))
    assert "This list is incomplete: the assistant service repeated itself instead of going on." in second.text
    assert "Next page" not in second.text


def test_a_search_on_such_a_server_says_so_too(bob: Person, tap: Tap) -> None:
    answers(tap, "assistants", entries(100, kind="assistants"), has_more=True)
    page = read(bob.get("/w/main/assistants/?q=nowhere"))
    assert "repeated itself" in page.text
    # Once more, and from three earlier places, since the object at the cursor may have been deleted.
    assert len(tap.requests) == 2 + 3


def test_a_server_that_gives_the_cursors_object_again_is_read_on(bob: Person, tap: Tap) -> None:
    answers(tap, "assistants", entries(3, kind="assistants"))
    page = read(bob.get("/w/main/assistants/?after=assistants_0"))
    assert "Entry 0" not in page.text
    assert "Entry 1" in page.text


@pytest.mark.parametrize("kind", LISTS)
@pytest.mark.parametrize(
    ("damage", "note"),
    [
        ([None], "1 entry of this page can't be read: the assistant service sent it damaged."),
        (["text", {"id": "a/b"}], "2 entries of this page can't be read: the assistant service sent them damaged."),
    ],
)
def test_a_damaged_entry_is_told_and_hides_no_other(
    bob: Person, tap: Tap, kind: str, damage: list[Any], note: str
) -> None:
    answers(tap, kind, [*damage, *entries(2, kind=kind)])
    page = read(bob.get(LISTS[kind]))
    assert note in page.text
    assert "Entry 1" in page.text


@pytest.mark.parametrize("kind", LISTS)
def test_a_list_of_damaged_entries_is_not_called_empty(bob: Person, tap: Tap, kind: str) -> None:
    answers(tap, kind, [None, "text"])
    page = read(bob.get(LISTS[kind]))
    assert "2 entries of this page can't be read" in page.text
    assert " yet" not in page.text


def test_one_assistant_that_is_nested_too_deeply_hides_no_other(bob: Person, tap: Tap) -> None:
    deep = {"id": "deep", "object": "assistant", "a": "DEEP"}
    listed = {"object": "list", "has_more": False, "data": [deep, *entries(2, kind="assistants")]}
    body = json.dumps(listed).replace('"DEEP"', "[" * 99 + "]" * 99)
    tap.answer = lambda request: (
        httpx.Response(200, text=body, headers={"Content-Type": "application/json"})
        if request.url.path == "/v1/assistants"
        else None
    )
    page = read(bob.get(LISTS["assistants"]))
    assert "1 entry of this page can't be read" in page.text
    assert "Entry 1" in page.text


def nested(depth: int) -> dict[str, Any]:
    """A function whose parameters are this deep."""
    parameters: dict[str, Any] = {}
    for _ in range(depth - 1):
        parameters = {"a": parameters}
    return {"type": "function", "function": {"name": "look_up", "parameters": parameters}}


def test_what_the_server_takes_can_be_listed_and_opened(bob: Person, server: Client) -> None:
    made = server.assistants.create(model="gpt-4.1-mini", name="Deep", tools=[nested(60)])
    assert read(bob.get(LISTS["assistants"])).links["Deep"] == f"/w/main/assistants/{made.id}/"
    assert "Deep" in read(bob.get(f"/w/main/assistants/{made.id}/")).text
    with pytest.raises(BadRequestError, match="nested more than 64 levels deep"):
        server.assistants.create(model="gpt-4.1-mini", name="Too deep", tools=[nested(61)])


ENTRY: dict[str, Any] = {"id": "thing_1", "name": "Entry 1", "filename": "Entry 1", "model": "gpt-4.1-mini"}
ENTRY |= {
    "created_at": 1_700_000_000,
    "object": "thing",
    "metadata": {},
    "tools": [],
    "bytes": 3,
    "purpose": "assistants",
}
TWICE = "1 entry is in the list twice"


def without(*names: str, **others: Any) -> dict[str, Any]:
    return {name: value for name, value in (ENTRY | others).items() if name not in names}


ODD_LISTS: dict[str, tuple[Any, str]] = {
    "data is null": ({"object": "list", "data": None}, ""),
    "data is null, and more is said to follow": ({"data": None, "has_more": True, "last_id": "x"}, ""),
    "an empty bare list": ([], ""),
    "a bare list": ([ENTRY], "Entry 1"),
    "only data": ({"data": [ENTRY]}, "Entry 1"),
    "null for what leads on": ({"data": [ENTRY], "has_more": None, "first_id": None, "last_id": None}, "Entry 1"),
    "text for has_more": ({"data": [ENTRY], "has_more": "false"}, "Entry 1"),
    "cursors of something else": ({"data": [ENTRY], "first_id": "no", "last_id": 7, "has_more": False}, "Entry 1"),
    "created in the place of created_at": ([without("created_at", created=1_700_000_000)], "Entry 1"),
    "a time with a fraction": ([ENTRY | {"created_at": 1_700_000_000.7}], "Entry 1"),
    "a time as a text": ([ENTRY | {"created_at": "2024-01-01T00:00:00Z"}], "Entry 1"),
    "no time at all": ([without("created_at")], "Entry 1"),
    "a time in milliseconds": ([ENTRY | {"created_at": 1_700_000_000_000}], "Entry 1"),
    "a number for its id": ([ENTRY | {"id": 7}], "Entry 1"),
    "a long number for its id": ([ENTRY | {"id": 2**60}], "Entry 1"),
    "an id twice": ([ENTRY, ENTRY], "Entry 1"),
    "an id as a number and as a text": ([ENTRY | {"id": 7}, ENTRY | {"id": "7"}], "Entry 1"),
    "an entry that is null": ([None, ENTRY], "Entry 1"),
    "entries within a list": ([[ENTRY], ENTRY], "Entry 1"),
    "no object": ([without("object")], "Entry 1"),
    "another object": ([ENTRY | {"object": 5}], "Entry 1"),
    "null for what lists and mappings should be": (
        [ENTRY | {"tools": None, "metadata": None, "tool_resources": None, "file_counts": None}],
        "Entry 1",
    ),
    "lists for mappings, as PHP writes them": ([ENTRY | {"metadata": [], "tool_resources": []}], "Entry 1"),
    "null for a name": ([ENTRY | {"name": None, "filename": None}], "thing_1"),
    "a number for a name": ([ENTRY | {"name": 5, "filename": 5}], "thing_1"),
    "an error that is null": ({"data": [ENTRY], "error": None}, "Entry 1"),
}


@pytest.mark.parametrize("case", ODD_LISTS)
def test_an_odd_list_is_shown(bob: Person, tap: Tap, case: str) -> None:
    body, said = ODD_LISTS[case]
    for kind in ("assistants", "files", "vector_stores"):
        tap.answer = lambda request, kind=kind: (  # type: ignore[misc]  # bound to this turn of the loop
            httpx.Response(200, json=body) if request.url.path == f"/v1/{kind}" else None
        )
        response = bob.get(f"/w/main/{kind.replace('_', '-')}/")
        assert response.status_code == 200, kind
        page = read(response).text
        assert said in page, kind
        if "twice" in case or "as a number and" in case:
            assert page.count("Entry 1") == 1, kind
