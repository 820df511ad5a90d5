"""What somebody changed past the dashboard is noticed, on an assistant's page and on the list, and never mistaken."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from typing import Any

import httpx
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from assistants_client import Client
from assistants_ui.workspaces import cache
from dashboard.audit import api as audit
from dashboard.audit.models import Record
from tests.assistants_ui.conftest import Tap
from tests.assistants_ui.pages import read
from tests.conftest import Person
from tests.dashboard.audit.logs import MARIA
from tests.dashboard.audit.test_operations import the_record_fails

LIST = "/w/main/assistants/"


@pytest.fixture
def made(alice: Person, tap: Tap) -> list[str]:
    """The ids of six assistants that alice made here."""
    ids = []
    for number in range(6):
        response = alice.post(f"{LIST}new/", {"name": f"Desk {number}", "model": "gpt-4.1-mini", "instructions": "Hi."})
        ids.append(str(response["Location"]).rstrip("/").rpartition("/")[2])
    alice.get(LIST)
    tap.clear()
    return ids


def noticed() -> list[str]:
    rows = Record.objects.filter(action="assistant.changed_outside").order_by("seq")
    return list(rows.values_list("target_id", flat=True))


def from_the_server(person: Person, **query: str) -> Any:
    """The list as the server answers it now."""
    cache.forget("main")
    return person.get(LIST, query)


@pytest.mark.parametrize("query", [{}, {"q": "Desk"}], ids=["the list", "a search"])
def test_the_list_notices_it_when_it_comes_from_the_server(
    bob: Person, server: Client, made: list[str], query: dict[str, str]
) -> None:
    server.assistants.update(made[0], instructions="Be rude.")
    bob.get(LIST)
    assert noticed() == []
    from_the_server(bob, **query)
    from_the_server(bob, **query)
    assert noticed() == [made[0]]
    history = read(bob.get(f"{LIST}{made[0]}/history/")).text
    assert "Someone outside this dashboard changed the instructions (1 line)" in history


def test_a_page_without_a_change_costs_two_questions_to_the_record_and_none_to_the_server(
    bob: Person, server: Client, tap: Tap, made: list[str]
) -> None:
    def questions(ask: Callable[[], Any]) -> int:
        with CaptureQueriesContext(connection) as asked:
            ask()
        return sum("audit_event" in query["sql"] for query in asked)

    assert questions(lambda: from_the_server(bob)) == 2
    assert tap.sent == ["GET /v1/assistants"]
    assert questions(lambda: bob.get(LIST)) == 0
    for number in range(10):
        server.assistants.create(model="gpt-4.1-mini", name=f"Stranger {number}")
    assert questions(lambda: from_the_server(bob)) == 2


def test_many_changes_are_looked_at_a_few_at_a_time(bob: Person, server: Client, tap: Tap, made: list[str]) -> None:
    for assistant_id in made:
        server.assistants.update(assistant_id, instructions="Be rude.")
    tap.clear()
    from_the_server(bob)
    assert len(noticed()) == 3
    assert len(tap.sent) == 1 + 3
    from_the_server(bob)
    assert sorted(noticed()) == sorted(made)


def test_a_list_that_lags_behind_accuses_nobody(alice: Person, tap: Tap, made: list[str]) -> None:
    def lagging(request: httpx.Request) -> httpx.Response | None:
        if request.method != "GET" or request.url.path != "/v1/assistants":
            return None
        answer = tap.server.handle_request(request)
        answer.read()
        page = answer.json()
        for item in page["data"]:
            item["instructions"] = "What it was an hour ago."
        return httpx.Response(200, json=page)

    tap.answer = lagging
    for _ in range(3):
        from_the_server(alice)
    assert noticed() == []
    # Each suspicion was looked into once and not again.
    assert len([sent for sent in tap.sent if sent != "GET /v1/assistants"]) == 6


def test_the_list_is_shown_when_it_cannot_be_recorded(bob: Person, server: Client, made: list[str]) -> None:
    server.assistants.update(made[0], instructions="Be rude.")
    with the_record_fails(from_row=1):
        response = from_the_server(bob)
    assert response.status_code == 200
    assert "Desk 0" in read(response).links
    assert noticed() == []
    from_the_server(bob)
    assert noticed() == [made[0]]


def test_the_list_is_shown_when_the_second_question_is_not_answered(
    bob: Person, server: Client, tap: Tap, made: list[str]
) -> None:
    server.assistants.update(made[0], instructions="Be rude.")
    tap.answer = lambda request: httpx.Response(500) if request.url.path.endswith(made[0]) else None
    assert "Desk 0" in read(from_the_server(bob)).links
    tap.answer = lambda request: None
    from_the_server(bob)
    assert noticed() == [made[0]]


@pytest.mark.parametrize("page", ["the list", "its page"])
def test_a_colleagues_change_on_its_way_is_not_a_strangers(
    bob: Person, server: Client, made: list[str], page: str
) -> None:
    target = audit.Target(type="assistant", id=made[0], label="Desk 0")
    with audit.operation(action="assistant.update", actor=MARIA, workspace="main", target=target) as operation:
        changed = server.assistants.update(made[0], instructions="Be brief.")
        from_the_server(bob) if page == "the list" else bob.get(f"{LIST}{made[0]}/")
        operation.succeeded(after=changed.raw)
    assert noticed() == []


@pytest.mark.parametrize("page", ["the list", "its page"])
def test_nor_is_one_that_ends_while_it_is_looked_into(bob: Person, server: Client, made: list[str], page: str) -> None:
    target = audit.Target(type="assistant", id=made[0], label="Desk 0")
    colleague = ExitStack()
    operation = colleague.enter_context(
        audit.operation(action="assistant.update", actor=MARIA, workspace="main", target=target)
    )
    operation.succeeded(after=server.assistants.update(made[0], instructions="Be brief.").raw)

    def end_first(execute: Any, sql: str, *rest: Any) -> Any:
        """The colleague's change is recorded just before somebody asks whether one is still open."""
        if sql.startswith("SELECT") and "audit_openoperation" in sql:
            colleague.close()
        return execute(sql, *rest)

    with connection.execute_wrapper(end_first):
        from_the_server(bob) if page == "the list" else bob.get(f"{LIST}{made[0]}/")
    assert noticed() == []
