"""How a person wants the pages: theme, time zone, keys."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.template import Context, Template
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from dashboard.accounts.models import Preferences
from tests.conftest import PASSWORD, Person

CHOICE = {"theme": "dark", "time_zone": "Asia/Kolkata", "uses_keys": "on"}


def account(person: Person) -> str:
    return person.get("/account/").content.decode()


def test_a_choice_holds_in_this_session_and_in_the_next(alice: Person, bob: Person) -> None:
    alice.post("/account/preferences/", CHOICE)
    assert 'data-theme="dark">' in account(alice)
    assert " IST." in account(alice)
    elsewhere = Client()
    elsewhere.post("/login/", {"username": "alice", "password": PASSWORD})
    assert 'data-theme="dark"' in elsewhere.get("/account/").content.decode()
    assert "data-theme" not in account(bob)


def test_keys_are_switched_off(alice: Person) -> None:
    assert "data-keys" in account(alice)
    alice.post("/account/preferences/", {})
    assert "data-keys" not in account(alice)


def test_a_choice_that_nobody_offers_changes_nothing(alice: Person) -> None:
    alice.post("/account/preferences/", CHOICE)
    alice.post("/account/preferences/", {"theme": "<script>", "time_zone": "../../etc/passwd", "uses_keys": "on"})
    row = Preferences.objects.get(user=User.objects.get(username="alice"))
    assert (row.theme, row.time_zone) == ("dark", "Asia/Kolkata")


@pytest.mark.parametrize(
    ("cookie", "name"),
    [
        ("Europe%2FBerlin", " CET."),
        ("", " UTC."),
        ("Nowhere", " UTC."),
        ("..%2F..%2Fetc%2Fpasswd", " UTC."),
    ],
)
def test_times_are_those_of_the_browser(alice: Person, monkeypatch: pytest.MonkeyPatch, cookie: str, name: str) -> None:
    monkeypatch.setattr(timezone, "now", lambda: datetime(2026, 11, 29, 6, 0, tzinfo=UTC))
    alice.cookies["time_zone"] = cookie
    assert name in account(alice)
    # The next request of this thread is somebody else's.
    assert timezone.get_current_timezone_name() == "UTC"


def test_an_exact_time_names_its_zone() -> None:
    moment = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
    with timezone.override(ZoneInfo("Europe/Berlin")):
        html = Template("{% ago moment %} {{ moment|exactly }}").render(Context({"moment": moment}))
    assert 'title="21 November 2026, 13:00:00 CET"' in html
    assert 'datetime="2026-11-21T12:00:00+00:00"' in html


def test_no_page_asks_the_database_for_them(alice: Person) -> None:
    alice.post("/account/preferences/", CHOICE)
    with CaptureQueriesContext(connection) as queries:
        alice.get("/w/main/assistants/")
    assert not [query for query in queries if "team_preferences" in query["sql"]]


def test_the_first_steps_are_put_away_for_good(alice: Person, bob: Person) -> None:
    assert "New here?" in alice.get("/w/main/assistants/").content.decode()
    # Who may not edit is not told to.
    assert "New here?" not in bob.get("/w/main/assistants/").content.decode()
    alice.post("/account/begun/", {})
    assert "New here?" not in alice.get("/w/main/assistants/").content.decode()
    alice.post("/account/preferences/", CHOICE)
    again = Client()
    again.post("/login/", {"username": "alice", "password": PASSWORD})
    assert "New here?" not in again.get("/w/main/assistants/").content.decode()
