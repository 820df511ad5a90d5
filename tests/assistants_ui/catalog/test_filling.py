"""The catalog of a remote server, which others change and which may be odd."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from importlib import import_module
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
from django.apps import apps
from django.conf import settings as site
from django.db import connection
from hypothesis import HealthCheck, given
from hypothesis import settings as rules
from hypothesis import strategies as st

from assistants_client import Client
from assistants_ui.catalog import filling, text_index
from assistants_ui.catalog.filters import entries_of
from assistants_ui.models import CatalogEntry, CatalogState, CatalogWord
from assistants_ui.service import catalog as service_catalog
from assistants_ui.workspaces.connections import connected
from dashboard.bounds import TIDIED_WORDS
from tests.assistants_ui.catalog.far_end import FarEnd, answer, body
from tests.assistants_ui.pages import read
from tests.conftest import Person

LIST = "/w/main/assistants/"


@pytest.fixture
def far_end(db: None, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[FarEnd]:
    """25 assistants of a remote server, read ten at a time."""
    monkeypatch.setattr(filling, "PAGE", 10)
    remote = replace(site.WORKSPACES["main"], base_url="https://far.example/v1")
    settings.WORKSPACES = {**site.WORKSPACES, "main": remote}
    server = FarEnd(25)
    with connected("main", client_of(server)):
        yield server


def client_of(server: FarEnd) -> Client:
    """One that tries again without waiting."""
    return Client(base_url="https://far.example/v1", api_key="k", transport=server, sleep=lambda seconds: None)


def walk(server: FarEnd) -> CatalogState:
    """A whole walk, with nobody in between."""
    with client_of(server) as client:
        filling.begin("main")
        state = filling.advance("main", client.send, seconds=60)
    assert not state.is_walking
    return state


def known() -> list[str]:
    return sorted(entries_of("main").values_list("assistant_id", flat=True))


def test_each_page_is_read_once(far_end: FarEnd) -> None:
    assert walk(far_end).is_complete
    assert far_end.sent == ["GET /v1/assistants"] * 3
    assert known() == sorted(far_end.assistants)


@pytest.mark.skipif("connection.vendor != 'postgresql'", reason="SQLite's indexes are put in order in its own words")
def test_no_search_has_to_read_through_what_a_walk_left_beside_the_index(far_end: FarEnd) -> None:
    walk(far_end)
    with connection.cursor() as cursor:
        for index in ("catalog_words", "catalog_letters"):
            cursor.execute("SELECT gin_clean_pending_list(%s::regclass)", [index])
            assert cursor.fetchone() == (0,), index


def test_it_goes_on_where_it_was_interrupted(far_end: FarEnd) -> None:
    with client_of(far_end) as client:
        filling.begin("main")
        for _ in range(3):
            filling.advance("main", client.send, seconds=0)
    assert far_end.pages == 3
    assert filling.state_of("main").is_complete


def test_a_server_that_dies_in_between_costs_no_page_twice(far_end: FarEnd, bob: Person) -> None:
    far_end.between = lambda page: setattr(far_end, "is_down", page == 2)
    far_end.page = lambda rows, query: (
        httpx.Response(503, json={"error": {"message": "down"}}) if far_end.is_down else None
    )
    page = read(bob.get(f"{LIST}?q=Assistant"))
    assert "10 assistants" in page.text
    assert "this is not everything yet" in page.text
    far_end.is_down, far_end.between = False, lambda page: None
    assert "25 assistants" in read(bob.get(f"{LIST}?q=Assistant")).text
    assert far_end.pages == 4


@pytest.mark.parametrize("at_once", [TIDIED_WORDS, 2])
def test_words_that_nobody_holds_any_more_are_forgotten(
    far_end: FarEnd, monkeypatch: pytest.MonkeyPatch, at_once: int
) -> None:
    monkeypatch.setattr(text_index, "TIDIED_WORDS", at_once)
    far_end.assistants["asst_005"]["name"] = "Onceonly"
    far_end.assistants["asst_006"]["name"] = "Neverhere"
    walk(far_end)
    del far_end.assistants["asst_005"]
    far_end.assistants["asst_006"]["name"] = "Kept now"
    walk(far_end)

    def words(part: str) -> list[str]:
        return list(CatalogWord.objects.filter(word__contains=part).values_list("word", flat=True))

    assert (words("onceonly"), words("neverhere"), words("asst_005")) == ([], [], [])
    assert (words("kept"), words("asst_006")) == (["kept"], ["asst_006"])


def test_what_others_make_and_delete_meanwhile_is_met(far_end: FarEnd) -> None:
    def change(page: int) -> None:
        if page == 2:
            # The object that the cursor names, one that was read, one that was not, and a new one.
            for number in (9, 3, 15):
                del far_end.assistants[f"asst_{number:03}"]
            far_end.assistants["asst_new"] = body(99, id="asst_new")

    far_end.between = change
    walk(far_end)
    far_end.between = lambda page: None
    assert set(far_end.assistants) <= set(known())
    state = walk(far_end)
    assert state.is_complete
    assert known() == sorted(far_end.assistants)


def test_a_walk_leaves_alone_what_was_saved_while_its_page_was_on_the_way(far_end: FarEnd, alice: Person) -> None:
    walk(far_end)

    def save(page: int) -> None:
        far_end.between = lambda page: None
        stale = [dict(item) for item in far_end.rows(httpx.QueryParams(order="asc"))]
        form = {"name": "Renamed", "model": "gpt-4.1-mini"}
        where = f"{LIST}asst_001/edit/"
        opened = next(one for one in read(alice.get(where)).forms if "instructions" in one)
        assert alice.post(where, opened | form).status_code == 302
        alice.post(
            f"{LIST}asst_002/delete/",
            next(f for f in read(alice.get(f"{LIST}asst_002/delete/")).forms if "opened" in f),
        )
        far_end.page = lambda rows, query: answer(stale, has_more=False)

    far_end.between = save
    walk(far_end)
    names = dict(entries_of("main").values_list("assistant_id", "name_key"))
    assert names["asst_001"] == "renamed"
    assert "asst_002" not in names


Page = Callable[[FarEnd], Callable[[list[dict[str, Any]], httpx.QueryParams], httpx.Response | None]]
ODD: dict[str, tuple[Page, str]] = {
    "repeats the first page": (lambda far: lambda rows, query: answer(rows[:10], has_more=True), "repeated"),
    "goes in a circle": (
        lambda far: lambda rows, query: answer(rows[(far.pages % 2) * 5 :][:10], has_more=True),
        "repeated",
    ),
    "never ends": (
        lambda far: lambda rows, query: answer([body(far.pages * 10 + n) for n in range(10)], has_more=True),
        "endless",
    ),
    "sends what is no object": (lambda far: lambda rows, query: answer([*rows, None], has_more=False), "unreadable"),
    "knows no cursor": (
        lambda far: (
            lambda rows, query: (
                httpx.Response(400, json={"error": {"message": "cursor"}}) if query.get("after") else None
            )
        ),
        "cursor",
    ),
}


@pytest.mark.parametrize("name", ODD)
def test_an_odd_list_comes_to_an_end_and_is_said_to_be_incomplete(
    far_end: FarEnd, bob: Person, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setattr(filling, "MOST_PAGES", 20)
    odd, problem = ODD[name]
    far_end.page = odd(far_end)
    state = walk(far_end)
    assert (state.is_complete, state.problem) == (False, problem)
    assert far_end.pages <= 20
    assert "This may not be everything" in read(bob.get(f"{LIST}?q=Assistant")).text
    assert len(known()) == len(set(known()))


@pytest.mark.parametrize("has_more", [None, False])
def test_a_server_without_pages_is_complete(far_end: FarEnd, has_more: bool | None) -> None:
    far_end.page = lambda rows, query: answer(rows, has_more=has_more)
    assert walk(far_end).is_complete
    assert known() == sorted(far_end.assistants)


@rules(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(skipped=st.sets(st.integers(0, 24)), deleted=st.sets(st.integers(0, 24)), newest_first=st.booleans())
def test_what_a_second_walk_does_not_list_is_dropped_only_when_it_is_gone(
    far_end: FarEnd, skipped: set[int], deleted: set[int], newest_first: bool
) -> None:
    CatalogEntry.objects.all().delete()
    CatalogState.objects.all().delete()
    far_end.assistants = {item["id"]: item for item in map(body, range(25))}
    far_end.page = lambda rows, query: None
    walk(far_end)
    for number in deleted:
        del far_end.assistants[f"asst_{number:03}"]
    hidden = {f"asst_{number:03}" for number in skipped}

    def page(rows: list[dict[str, Any]], query: httpx.QueryParams) -> httpx.Response:
        listed = [item for item in (rows[::-1] if newest_first else rows) if item["id"] not in hidden]
        after = [item["id"] for item in listed].index(query["after"]) + 1 if "after" in query else 0
        return answer(listed[after : after + 10], has_more=len(listed) > after + 10)

    far_end.page = page
    walk(far_end)
    assert known() == sorted(far_end.assistants)


@pytest.mark.parametrize(
    "missing",
    [
        httpx.Response(404, html="<html><title>404 Not Found</title></html>"),
        httpx.Response(404, text="404 page not found\n"),
        httpx.Response(404, json={"error": {"message": "Invalid URL (GET /v1/assistants/x)"}}),
    ],
    ids=["a page", "a line", "OpenAI's"],
)
def test_what_is_not_listed_stays_where_it_cannot_be_asked_for(
    far_end: FarEnd, bob: Person, monkeypatch: pytest.MonkeyPatch, missing: httpx.Response
) -> None:
    walk(far_end)
    monkeypatch.setattr(far_end, "one", lambda method, name, request: missing)
    far_end.page = lambda rows, query: answer(rows[2:], has_more=False)
    state = walk(far_end)
    assert (state.is_complete, state.problem) == (False, "unasked")
    assert known() == sorted(far_end.assistants)
    assert "cannot be asked for a single one" in read(bob.get(f"{LIST}?q=Assistant")).text

    monkeypatch.undo()
    assert walk(far_end).is_complete
    assert known() == sorted(far_end.assistants)


def test_own_changes_are_found_at_once_and_without_a_question(far_end: FarEnd, alice: Person) -> None:
    walk(far_end)
    where = f"{LIST}asst_004/edit/"
    opened = next(one for one in read(alice.get(where)).forms if "instructions" in one)
    alice.post(where, opened | {"instructions": "Answer in Größenordnungen."})
    far_end.sent.clear()
    page = read(alice.get(f"{LIST}?q=grossenordnung"))
    assert "Assistant 4" in page.links
    assert "1 assistant" in page.text
    assert "Alice" in page.text
    assert far_end.sent == []


def test_a_change_without_an_answer_makes_it_uncertain_until_it_is_read_again(far_end: FarEnd, alice: Person) -> None:
    walk(far_end)
    opened = next(one for one in read(alice.get(f"{LIST}new/")).forms if "instructions" in one)

    def lose(request: httpx.Request) -> httpx.Response:
        raise httpx.ReadTimeout("no answer", request=request)

    handle, far_end.handle_request = far_end.handle_request, lose  # type: ignore[method-assign]
    alice.post(f"{LIST}new/", opened | {"name": "Lost", "model": "gpt-4.1-mini"})
    far_end.handle_request = handle  # type: ignore[method-assign]
    assert "it is unknown whether a change" in read(alice.get(f"{LIST}?q=Assistant")).text
    page = read(alice.post(f"{LIST}refresh/", {"next": f"{LIST}?q=Assistant"}, follow=True))
    assert "it is unknown" not in page.text


def test_it_is_read_again_when_somebody_asks(far_end: FarEnd, bob: Person) -> None:
    walk(far_end)
    far_end.assistants["asst_005"]["name"] = "Renamed elsewhere"
    assert "Renamed elsewhere" not in read(bob.get(f"{LIST}?q=elsewhere")).links
    page = bob.post(f"{LIST}refresh/", {"next": f"{LIST}?q=elsewhere"}, follow=True)
    assert "Renamed elsewhere" in read(page).links
    assert "Read from the server" in read(page).text


@pytest.mark.parametrize("address", ["https://evil.example/", "//evil.example", "/audit/", ""])
def test_refreshing_leads_to_the_list_alone(far_end: FarEnd, bob: Person, address: str) -> None:
    assert bob.post(f"{LIST}refresh/", {"next": address}).headers["Location"] == LIST


def test_after_an_upgrade_nothing_is_complete_until_it_was_read_again(far_end: FarEnd, bob: Person) -> None:
    walk(far_end)
    upgrade = import_module("assistants_ui.migrations.0015_catalog_emptied")
    upgrade.empty(apps, SimpleNamespace(connection=connection))
    assert (filling.state_of("main").is_complete, known()) == (False, [])
    far_end.sent.clear()
    assert "25 assistants" in read(bob.get(f"{LIST}?q=Assistant")).text
    assert far_end.sent == ["GET /v1/assistants"] * 3


def test_deleting_names_the_oldest_of_many_users(far_end: FarEnd, alice: Person) -> None:
    far_end.objects["vector_stores"] = {"id": "vs_1", "object": "vector_store", "name": "Prices", "created_at": 1}
    for number in (7, 0):
        far_end.assistants[f"asst_{number:03}"]["tool_resources"] = {"file_search": {"vector_store_ids": ["vs_1"]}}
    page = read(alice.get("/w/main/vector-stores/vs_1/delete/"))
    users = [name for name, href in page.links.items() if href.startswith(f"{LIST}asst_")]
    assert users == ["Assistant 0", "Assistant 7"]
    assert "We could not read every assistant" not in page.text


def test_a_delete_cannot_rule_out_users_until_the_list_was_read(
    far_end: FarEnd, alice: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service_catalog, "SECONDS_BEFORE_DELETING", 0)
    far_end.objects["vector_stores"] = {"id": "vs_1", "object": "vector_store", "name": "Prices", "created_at": 1}
    assert "We could not read every assistant" in read(alice.get("/w/main/vector-stores/vs_1/delete/")).text
    for _ in range(2):
        page = read(alice.get("/w/main/vector-stores/vs_1/delete/"))
    assert "No assistant searches in it." in page.text
