"""One click, one object: pressing twice, going back, or losing the answer never makes a second assistant."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import httpx
import pytest

from assistants_client import Client
from dashboard.audit import api as audit
from tests.assistants_ui.conftest import Tap
from tests.assistants_ui.pages import editor_form, read
from tests.conftest import Person

NEW = "/w/main/assistants/new/"


@pytest.fixture
def form(alice: Person, tap: Tap) -> dict[str, Any]:
    return editor_form(alice.get(NEW)) | {"name": "Desk", "model": "gpt-4.1-mini", "instructions": "Be kind."}


def lose_the_answer(tap: Tap) -> None:
    """The server does what it is asked, and its answer never arrives."""

    def answer(request: httpx.Request) -> httpx.Response | None:
        if request.method != "POST":
            return None
        tap.server.handle_request(request).close()
        return httpx.Response(502, html="<html>Bad gateway</html>")

    tap.answer = answer


def lose_the_request(tap: Tap) -> None:
    """The request gets lost on its way to the server, and nobody can tell."""
    tap.answer = lambda request: (
        httpx.Response(502, html="<html>Bad gateway</html>") if request.method == "POST" else None
    )


def test_sending_the_form_twice_makes_one(alice: Person, server: Client, form: dict[str, Any]) -> None:
    first, second = alice.post(NEW, form), alice.post(NEW, form)
    assert first["Location"] == second["Location"]
    assert len(server.assistants.list().data) == 1


def test_going_back_and_changing_it_makes_no_second_one_and_keeps_the_words(
    alice: Person, server: Client, form: dict[str, Any]
) -> None:
    alice.post(NEW, form)
    response = alice.post(NEW, form | {"instructions": "Be kind and brief."})
    assert len(server.assistants.list().data) == 1
    page = alice.get(response["Location"])
    assert "created already" in read(page).text
    assert editor_form(page)["instructions"] == "Be kind and brief."
    [assistant] = server.assistants.list().data
    alice.post(f"/w/main/assistants/{assistant.id}/edit/", editor_form(page))
    assert server.assistants.retrieve(assistant.id).instructions == "Be kind and brief."


def test_two_forms_make_two(alice: Person, server: Client, form: dict[str, Any]) -> None:
    alice.post(NEW, form)
    alice.post(NEW, form | {"opened": editor_form(alice.get(NEW))["opened"]})
    assert len(server.assistants.list().data) == 2


def test_a_refused_one_may_be_sent_again(alice: Person, server: Client, tap: Tap, form: dict[str, Any]) -> None:
    tap.answer = lambda request: (
        httpx.Response(400, json={"error": {"message": "No."}}) if request.method == "POST" else None
    )
    assert alice.post(NEW, form).status_code == 422
    tap.answer = lambda request: None
    assert alice.post(NEW, form).status_code == 302
    assert len(server.assistants.list().data) == 1


def test_a_lost_answer_is_found_out_at_once(alice: Person, server: Client, tap: Tap, form: dict[str, Any]) -> None:
    lose_the_answer(tap)
    response = alice.post(NEW, form)
    [created] = server.assistants.list().data
    assert response["Location"] == f"/w/main/assistants/{created.id}/"
    assert audit.unknown_count() == 0


def test_a_lost_request_is_said_to_be_unknown_until_it_is_created_again(
    alice: Person, server: Client, tap: Tap, form: dict[str, Any]
) -> None:
    lose_the_request(tap)
    response = alice.post(NEW, form)
    page = read(response)
    assert response.status_code == 502
    assert "heard no clear answer" in page.text
    assert editor_form(response)["instructions"] == "Be kind."
    tap.answer = lambda request: None
    tap.clear()
    checked = alice.post(NEW, editor_form(response) | {"check": "1"})
    assert "it is not there" in read(checked).text
    assert tap.written == []
    saved = alice.post(NEW, editor_form(checked))
    assert "it is not there" in read(saved).text
    assert tap.written == []
    assert alice.post(NEW, editor_form(saved) | {"again": "1"}).status_code == 302
    assert len(server.assistants.list().data) == 1


def test_check_now_finds_what_appeared_late(alice: Person, server: Client, tap: Tap, form: dict[str, Any]) -> None:
    lose_the_request(tap)
    response = alice.post(NEW, form)
    tap.answer = lambda request: None
    late = server.assistants.create(name="Desk", model="gpt-4.1-mini", instructions="Be kind.")
    checked = alice.post(NEW, editor_form(response) | {"check": "1"})
    assert checked["Location"] == f"/w/main/assistants/{late.id}/"
    assert audit.unknown_count() == 0


def test_one_that_somebody_else_made_is_not_claimed_twice(
    alice: Person, server: Client, tap: Tap, form: dict[str, Any]
) -> None:
    alice.post(NEW, form)
    lose_the_request(tap)
    other = form | {"opened": editor_form(alice.get(NEW))["opened"]}
    assert "heard no clear answer" in read(alice.post(NEW, other)).text


def test_a_change_whose_answer_was_lost_is_found_out_at_once(
    alice: Person, server: Client, tap: Tap, form: dict[str, Any]
) -> None:
    alice.post(NEW, form)
    [assistant] = server.assistants.list().data
    address = f"/w/main/assistants/{assistant.id}/edit/"
    opened = editor_form(alice.get(address))
    lose_the_answer(tap)
    response = alice.post(address, opened | {"name": "Returns"})
    assert response.status_code == 302
    assert server.assistants.retrieve(assistant.id).name == "Returns"
    assert audit.unknown_count() == 0


def test_a_change_that_got_lost_can_be_checked_and_saved_again(
    alice: Person, server: Client, tap: Tap, form: dict[str, Any]
) -> None:
    alice.post(NEW, form)
    [assistant] = server.assistants.list().data
    address = f"/w/main/assistants/{assistant.id}/edit/"
    opened = editor_form(alice.get(address))
    lose_the_request(tap)
    response = alice.post(address, opened | {"name": "Returns"})
    assert "heard no clear answer" in read(response).text
    tap.answer = lambda request: None
    checked = alice.post(address, editor_form(response) | {"check": "1"})
    assert "has not been made" in read(checked).text
    assert alice.post(address, editor_form(checked)).status_code == 302
    assert server.assistants.retrieve(assistant.id).name == "Returns"


def test_a_change_that_is_found_made_later_is_recorded_as_made(
    alice: Person, server: Client, tap: Tap, form: dict[str, Any]
) -> None:
    alice.post(NEW, form)
    [assistant] = server.assistants.list().data
    address = f"/w/main/assistants/{assistant.id}/edit/"
    opened = editor_form(alice.get(address))

    def die_after_it(request: httpx.Request) -> httpx.Response | None:
        if request.method == "POST":
            tap.server.handle_request(request).close()
            tap.answer = lambda request: httpx.Response(502, html="<html>Bad gateway</html>")
            return httpx.Response(502, html="<html>Bad gateway</html>")
        return None

    tap.answer = die_after_it
    response = alice.post(address, opened | {"name": "Returns"})
    assert "heard no clear answer" in read(response).text
    assert audit.unknown_count() == 1

    tap.answer = lambda request: None
    checked = alice.post(address, editor_form(response) | {"check": "1"})
    assert "The assistant is already as you want it." in read(alice.get(checked["Location"])).text
    assert audit.open_operations(older_than=timedelta(0)) == []
