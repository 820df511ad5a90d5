"""In which language a page comes, and what speaks English to everybody."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.http import StreamingHttpResponse
from django.template import Context, Template
from django.test import Client, override_settings
from django.utils import translation
from django.utils.translation import gettext

from dashboard.accounts.models import Preferences
from dashboard.audit.models import Record
from dashboard.languages import name_language
from tests.conftest import PASSWORD, Person

SKIP = {"en": "Skip to content", "de": "Zum Inhalt springen", "fr": "Aller au contenu"}


def language_of(page: bytes) -> str:
    """The language that the page names, which is also the one it is in."""
    text = page.decode()
    language = text.split('<html lang="')[1][:2]
    assert f">{SKIP[language]}</a>" in text
    return language


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("", "en"),
        ("de", "de"),
        ("de-AT,en;q=0.5", "de"),
        ("fr-CA;q=0.8, de;q=0.9", "de"),
        ("ja,fr;q=0.3", "fr"),
        ("ja", "en"),
        ("*,de;q=0.1", "en"),
        ("en-US,en;q=0.9,de;q=0.8", "en"),
        ("../../etc/passwd", "en"),
        ("de" * 5000, "en"),
    ],
)
def test_a_stranger_reads_what_their_browser_asks_for(header: str, language: str) -> None:
    answer = Client().get("/login/", headers={"Accept-Language": header})
    assert language_of(answer.content) == language
    assert answer["Content-Language"] == language
    assert "Accept-Language" in answer["Vary"]
    # The next request of this thread is somebody else's.
    assert translation.get_language() == settings.LANGUAGE_CODE


def test_what_the_account_says_wins(alice: Person, bob: Person) -> None:
    alice.post("/account/preferences/", {"language": "fr"})
    german = {"Accept-Language": "de"}
    assert language_of(alice.get("/account/", headers=german).content) == "fr"
    assert language_of(alice.get("/no-such-page/", headers=german).content) == "fr"
    assert language_of(bob.get("/account/", headers=german).content) == "de"
    # In each session to come, and not before it is known who reads.
    elsewhere = Client(headers=german)
    assert language_of(elsewhere.get("/login/").content) == "de"
    elsewhere.post("/login/", {"username": "alice", "password": PASSWORD})
    assert language_of(elsewhere.get("/account/").content) == "fr"


def test_back_to_the_browser_and_nothing_that_is_not_offered(alice: Person) -> None:
    alice.post("/account/preferences/", {"language": "de"})
    alice.post("/account/preferences/", {"language": "tlh"})
    assert Preferences.objects.get(user=User.objects.get(username="alice")).language == "de"
    alice.post("/account/preferences/", {"language": ""})
    assert language_of(alice.get("/account/").content) == "en"


def test_programs_are_answered_in_english(alice: Person) -> None:
    for address in ("/v1/assistants", "/v1/no-such-thing", "/healthz", "/readyz"):
        told = [Client().get(address, headers={"Accept-Language": language}) for language in ("en", "de")]
        assert told[0].content == told[1].content
        assert "Content-Language" not in told[1]


def test_what_is_sent_later_is_in_the_language_of_its_page() -> None:
    with translation.override("de"):
        answer = StreamingHttpResponse((gettext("Skip to content") for _ in range(2)), content_type="text/html")
        name_language(answer, "de")
    pieces = iter(answer)
    assert next(pieces).decode() == SKIP["de"]
    # Whoever shares the thread meanwhile keeps their own.
    assert translation.get_language() == settings.LANGUAGE_CODE
    assert [piece.decode() for piece in pieces] == [SKIP["de"]]


def test_the_audit_log_does_not_depend_on_who_reads(alice: Person, bob: Person) -> None:
    written = []
    for language in ("en", "de"):
        before = Record.objects.count()
        asked = {"Accept-Language": language}
        bob.post("/w/main/assistants/new/", {"name": "Mine"}, headers=asked)
        alice.post("/w/main/assistants/new/", {"name": "Ours", "model": "gpt-4o"}, headers=asked)
        alice.post("/account/", {"name": "Alice", "email": f"{language}@example.com"}, headers=asked)
        rows = Record.objects.order_by("seq")[before:]
        written.append(
            [
                (row.action, row.kind, row.outcome, [shape(json.loads(text)) for text in (row.head, row.body) if text])
                for row in rows
            ]
        )
    assert written[0]
    assert written[0] == written[1]


def shape(value: Any) -> Any:
    """The words of a row, without what is new each time: ids, times and the address that differs."""
    if isinstance(value, dict):
        return {key: shape(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [shape(inner) for inner in value]
    return (
        re.sub(r"asst_\w+|[0-9a-f]{32}|\d{4}-\d\d-\d\dT\S+|\w+@example.com", "…", value)
        if isinstance(value, str)
        else type(value)
    )


@pytest.mark.parametrize(
    ("language", "numbers"), [("en", "1,234,567 1.5"), ("de", "1.234.567 1,5"), ("fr", "1\u202f234\u202f567 1,5")]
)
def test_numbers_are_written_as_the_reader_does(language: str, numbers: str) -> None:
    with translation.override(language):
        assert Template("{{ a|number }} {{ b }}").render(Context({"a": 1234567, "b": 1.5})) == numbers


@override_settings(LANGUAGES=[("ar", "العربية"), ("en", "English")])
@pytest.mark.django_db
def test_a_language_written_from_the_right_turns_the_page() -> None:
    page = Client().get("/login/", headers={"Accept-Language": "ar"}).content.decode()
    assert '<html lang="ar" dir="rtl"' in page
    assert '<html lang="en" dir="ltr"' in Client().get("/login/").content.decode()
