"""A list that was put together once is shown again only while its reader would see the same."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import Settings

from assistants_client import Assistant, Client
from assistants_ui.assistants import finished, listing
from assistants_ui.workspaces import cache
from tests.assistants_ui.conftest import Tap
from tests.assistants_ui.pages import read
from tests.conftest import Person

LIST = "/w/main/assistants/"


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The address of each page whose rows were looked up anew."""
    addresses: list[str] = []
    shared = listing._shared

    def noted(request: Any, *args: Any, **named: Any) -> dict[str, Any]:
        addresses.append(request.get_full_path())
        return shared(request, *args, **named)

    monkeypatch.setattr(listing, "_shared", noted)
    return addresses


def test_it_is_put_together_once_for_each_reader(
    alice: Person, bob: Person, assistant: Assistant, made: list[str]
) -> None:
    for person in (alice, alice, bob, bob, alice):
        assert assistant.name in read(person.get(LIST)).links
    assert made == [LIST, LIST]
    # Who may change nothing chooses nothing.
    assert "Change the chosen" in alice.get(LIST).content.decode()
    assert "Change the chosen" not in bob.get(LIST).content.decode()


def test_a_role_that_was_taken_away_is_gone_from_the_next_page(alice: Person, assistant: Assistant) -> None:
    assert 'name="id"' in alice.get(LIST).content.decode()
    alice.user.groups.set(Group.objects.filter(name="Viewers"))
    assert 'name="id"' not in alice.get(LIST).content.decode()


def test_each_language_and_time_zone_has_its_own(alice: Person, assistant: Assistant, made: list[str]) -> None:
    texts = [
        alice.get(LIST, headers={"Accept-Language": language, "Cookie": f"{_session(alice)}; time_zone={zone}"})
        for language, zone in (("en", "UTC"), ("de", "UTC"), ("en", "Asia/Tokyo"))
    ]
    english, german, tokyo = (one.content.decode() for one in texts)
    assert ("Created" in english, "Angelegt" in german) == (True, True)
    assert ("UTC" in english, "JST" in tokyo) == (True, True)
    assert len(made) == 3


def test_ages_move(alice: Person, assistant: Assistant, made: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    at = timezone.now()
    assert "just now" in read(alice.get(LIST)).text
    for seconds, age in ((20, "just now"), (70, "1 minute ago"), (130, "2 minutes ago")):
        monkeypatch.setattr(timezone, "now", lambda seconds=seconds: at + timedelta(seconds=seconds))
        assert age in read(alice.get(LIST)).text
    assert len(made) == 3


def test_what_a_reader_does_is_in_their_next_page(alice: Person, assistant: Assistant, made: list[str]) -> None:
    def results() -> str:
        return alice.get(LIST).content.decode()

    results()
    alice.post(f"{LIST}columns/", {"columns": ["model"]})
    assert "no-labels" in results()
    alice.post(f"{LIST}views/", {"query": "model=gpt-4.1-mini", "name": "Mine alone"})
    assert "Mine alone" in results()
    alice.get(f"{LIST}{assistant.id}/")
    form = next(one for one in read(alice.get(f"{LIST}{assistant.id}/edit/")).forms if "instructions" in one)
    alice.post(f"{LIST}{assistant.id}/edit/", form | {"name": "Renamed"})
    assert "Renamed" in results()
    assert len(made) == 4


def test_the_first_steps_are_shown_until_they_are_hidden_however_long_the_list(alice: Person, server: Client) -> None:
    for number in range(11):
        server.assistants.create(model="gpt-4.1-mini", name=f"Desk {number}")
    page = read(alice.get(LIST)).text
    assert "New here?" in page
    assert "Open one from the list below" in page
    first = read(alice.get(f"{LIST}?limit=10"))
    assert "New here?" in first.text
    assert "New here?" not in read(alice.get(first.links["Next page"])).text
    for same in ("?show=filters", "?q=", "?sort=nonsense"):
        assert "New here?" in read(alice.get(f"{LIST}{same}")).text
    assert "New here?" not in read(alice.get(f"{LIST}?q=desk")).text
    alice.post("/account/begun/")
    assert "New here?" not in read(alice.get(f"{LIST}?limit=10")).text


def test_each_page_carries_the_token_of_its_request(alice: Person, assistant: Assistant) -> None:
    pages = [alice.get(LIST).content.decode() for _ in range(2)]
    tokens = [set(re.findall(r'name="csrfmiddlewaretoken" value="(\w+)"', page)) for page in pages]
    assert all(tokens)
    assert tokens[0].isdisjoint(tokens[1])
    assert finished.TOKEN not in "".join(pages)
    assert finished.MESSAGES not in "".join(pages)


def _prefers(person: Person, **chosen: str) -> None:
    kept = {"theme": "", "language": "", "time_zone": "", "uses_keys": "on"}
    assert person.post("/account/preferences/", kept | chosen).status_code == 302
    person.get("/account/")  # which shows that it was saved


def _renamed(person: Person) -> None:
    User.objects.filter(pk=person.user.pk).update(first_name="Another name")


DIFFERENCES: dict[str, tuple[Callable[[Person], object], dict[str, str]]] = {
    "a browser's language": (lambda _: None, {"Accept-Language": "de"}),
    "a chosen language": (lambda person: _prefers(person, language="fr"), {}),
    "a theme": (lambda person: _prefers(person, theme="dark"), {}),
    "no keys": (lambda person: _prefers(person, uses_keys=""), {}),
    "a time zone": (lambda person: _prefers(person, time_zone="Asia/Tokyo"), {}),
    "another name": (_renamed, {}),
    "fewer rights": (lambda person: person.user.groups.set(Group.objects.filter(name="Viewers")), {}),
    "more rights": (lambda person: person.user.groups.add(Group.objects.get(name="Administrators")), {}),
    "the first steps put away": (lambda person: person.post("/account/begun/"), {}),
    "htmx": (lambda _: None, {"HX-Request": "true"}),
    "another workspace": (lambda person: None, {"workspace": "second"}),
    "another person": (lambda _: None, {"person": "bob"}),
}


@pytest.mark.parametrize("difference", DIFFERENCES)
def test_nobody_gets_what_was_finished_for_another_state(
    alice: Person, bob: Person, assistant: Assistant, settings: Settings, difference: str
) -> None:
    settings.WORKSPACES = {**settings.WORKSPACES, "second": replace(settings.WORKSPACES["main"], name="second")}
    act, headers = DIFFERENCES[difference]
    reader = {"bob": bob}.get(headers.pop("person", ""), alice)
    address = LIST.replace("main", headers.pop("workspace", "main"))

    def shown(person: Person, address: str, **headers: str) -> str:
        return re.sub(r"[A-Za-z0-9]{64}", "token", person.get(address, headers=headers).content.decode())

    before = shown(alice, LIST)
    act(reader)
    kept = shown(reader, address, **headers)
    finished.forget()
    anew = shown(reader, address, **headers)

    assert kept != before
    assert kept == anew


def test_a_message_is_shown_once_and_with_a_page_that_was_finished(
    alice: Person, assistant: Assistant, made: list[str]
) -> None:
    _prefers(alice)
    alice.get(LIST)
    kept = {"theme": "", "language": "", "time_zone": "", "uses_keys": "on"}
    pages = []
    for _ in range(2):
        pages.append(alice.get(LIST).content.decode())
        alice.post("/account/preferences/", kept)
    pages += [alice.get(LIST).content.decode() for _ in range(2)]
    assert [page.count("Your choices were saved.") for page in pages] == [0, 1, 1, 0]
    assert len(made) == 1


def test_a_change_by_a_program_and_a_copy_that_is_no_longer_fresh_end_it(
    alice: Person, server: Client, tap: Tap, settings: Any, made: list[str]
) -> None:
    server.assistants.create(model="gpt-4.1-mini", name="First")
    alice.get(LIST)
    server.assistants.create(model="gpt-4.1-mini", name="Second")
    # Told when the transaction ends, which a test's does not.
    cache.forget("main")
    assert "Second" in read(alice.get(LIST)).links
    settings.CACHE_SECONDS = 0
    asked = len(tap.sent)
    alice.get(LIST)
    assert len(tap.sent) == asked + 1
    settings.CACHE_SECONDS = 30
    assert len(made) == 3


def test_what_is_held_has_a_budget(
    alice: Person, assistant: Assistant, monkeypatch: pytest.MonkeyPatch, made: list[str]
) -> None:
    finished.forget()
    size = len(alice.get(LIST).content)
    finished.forget()
    monkeypatch.setattr(finished, "BYTES", size * 5 // 2)
    for limit in (10, 50, 100):
        alice.get(f"{LIST}?limit={limit}")
    made.clear()
    for limit in (100, 50, 10):
        alice.get(f"{LIST}?limit={limit}")
    assert made == [f"{LIST}?limit=10"]


@pytest.mark.parametrize("query", ["", "?q=assistant", "?sort=name", "?tool=file_search"])
def test_how_much_is_asked_of_the_database_does_not_grow_with_the_rows(
    alice: Person, server: Client, query: str
) -> None:
    def asked() -> int:
        cache.forget("main")
        alice.get(f"{LIST}{query}")
        with CaptureQueriesContext(connection) as captured:
            alice.get(f"{LIST}{query}")
        return len(captured)

    made = 0
    counts = []
    for number in (3, 17):
        for _ in range(number - made):
            server.assistants.create(model="gpt-4.1", name="An assistant", tools=[{"type": "file_search"}])
        made = number
        counts.append(asked())
    assert counts[0] == counts[1]


def test_with_the_cache_down_nothing_is_kept(
    alice: Person, assistant: Assistant, made: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cache, "_guarded", lambda action, on_failure=None: on_failure)
    alice.get(LIST)
    alice.get(LIST)
    assert len(made) == 2


def _session(person: Person) -> str:
    return person.cookies.output(attrs=[], header="", sep=";").strip()
