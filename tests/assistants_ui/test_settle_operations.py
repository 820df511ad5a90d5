from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import httpx
import pytest
from django.core.management import call_command
from pytest_django import Settings

from assistants_client import APIError, Client
from assistants_ui.management.commands import settle_operations
from assistants_ui.management.commands.settle_operations import service_of
from assistants_ui.service import Service
from assistants_ui.workspaces.connections import EMBEDDED_BASE_URL, connected
from dashboard.audit.api import open_operations
from dashboard.audit.verify.verification import verify
from tests.assistants_ui.conftest import Tap


def answer_lost(tap: Tap, *, is_done: bool = True) -> None:
    """The answer to a change never arrives; the server does what it is asked, or has never heard of it."""

    def lose(request: httpx.Request) -> httpx.Response | None:
        if request.method == "GET":
            return None
        if is_done:
            tap.server.handle_request(request)
        raise httpx.ReadTimeout("lost", request=request)

    tap.answer = lose


def settled(capsys: pytest.CaptureFixture[str]) -> str:
    call_command("settle_operations")
    return capsys.readouterr().out


def test_it_finds_what_was_created_after_all(tap: Tap, capsys: pytest.CaptureFixture[str]) -> None:
    answer_lost(tap)
    with pytest.raises(APIError):
        service_of("main").assistants.create({"model": "gpt-4.1-mini", "name": "Lost and found"})
    assert "it was done" in settled(capsys)
    assert open_operations() == []
    assert verify().is_whole


def test_it_finds_what_was_changed_after_all(tap: Tap, server: Client, capsys: pytest.CaptureFixture[str]) -> None:
    made = server.assistants.create(model="gpt-4.1-mini", name="Before")
    service = service_of("main")
    before = service.assistants.retrieve(made.id, fresh=True)
    answer_lost(tap)
    with pytest.raises(APIError):
        service.assistants.update(before, {"name": "After"})
    assert "it was done" in settled(capsys)


def test_it_waits_while_absence_proves_nothing(tap: Tap, capsys: pytest.CaptureFixture[str]) -> None:
    answer_lost(tap, is_done=False)
    with pytest.raises(APIError):
        service_of("main").assistants.create({"model": "gpt-4.1-mini", "name": "Never there"})
    assert "cannot be told yet" in settled(capsys)
    assert len(open_operations()) == 1


def test_what_is_not_there_after_a_while_was_not_done(
    tap: Tap, server: Client, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    service = service_of("main")
    before = server.assistants.create(model="gpt-4.1-mini", name="Before")
    answer_lost(tap, is_done=False)
    with pytest.raises(APIError):
        service.assistants.create({"model": "gpt-4.1-mini", "name": "Never there"})
    with pytest.raises(APIError):
        service.assistants.update(before, {"name": "After"})
    assert settled(capsys).count("cannot be told yet") == 2

    monkeypatch.setattr(settle_operations, "LATE", timedelta(0))
    assert settled(capsys).count("it was not done") == 2
    assert open_operations() == []


class Things:
    """What acts are about: an assistant, a file in a store, and another file beside it."""

    def __init__(self, server: Client) -> None:
        self.assistant = server.assistants.create(model="gpt-4.1-mini", name="Support desk")
        self.file, self.other = (
            server.files.create(file=(f"{name}.txt", b"x"), purpose="assistants") for name in ("file", "other")
        )
        self.store = server.vector_stores.create(name="Prices", file_ids=[self.file.id])


ACTS: dict[str, Callable[[Service, Things], object]] = {
    "assistant.delete": lambda service, things: service.assistants.delete(things.assistant),
    "file.delete": lambda service, things: service.files.delete(things.file),
    "vector_store.delete": lambda service, things: service.vector_stores.delete(things.store),
    "vector_store_file.create": lambda service, things: service.vector_stores.attach(things.store.id, things.other),
    "vector_store_file.delete": lambda service, things: service.vector_stores.detach(
        things.store.id, things.file.id, label="file.txt"
    ),
    "assistant_file.create": lambda service, things: service.assistants.attach_file(things.assistant, things.file),
    "assistant_file.delete": lambda service, things: service.assistants.detach_file(
        things.assistant, things.file.id, label="file.txt"
    ),
}


@pytest.mark.parametrize("is_done", [True, False], ids=["done", "not done"])
@pytest.mark.parametrize("action", ACTS)
def test_it_finds_out_what_became_of_any_other_act(
    tap: Tap, server: Client, capsys: pytest.CaptureFixture[str], action: str, is_done: bool
) -> None:
    things = Things(server)
    version = "v1" if action.startswith("assistant_file.") else "v2"
    with (
        Client(base_url=EMBEDDED_BASE_URL, api_key="", api_version=version, transport=tap) as client,
        connected("main", client),
    ):
        if action == "assistant_file.delete":
            client.assistants.files.create(things.assistant.id, file_id=things.file.id)
        answer_lost(tap, is_done=is_done)
        with pytest.raises(APIError):
            ACTS[action](service_of("main"), things)
        told = settled(capsys)

    assert action in told
    # What is not there yet may still come; what is still there was not deleted.
    is_open = not is_done and action.endswith(".create")
    assert ("it was done" if is_done else "cannot be told yet" if is_open else "it was not done") in told
    assert len(open_operations()) == is_open


def without_route(tap: Tap, answer: Callable[[httpx.Request], httpx.Response]) -> None:
    """From now on the server finds no single object any more, while its lists go on."""
    lists = re.compile(r"/v1/(assistants|files|vector_stores|vector_stores/[^/]+/files)")
    tap.answer = lambda request: None if lists.fullmatch(request.url.path) else answer(request)


MISSING_ROUTES: dict[str, Callable[[httpx.Request], httpx.Response]] = {
    "a page": lambda request: httpx.Response(404, html="<html><title>404 Not Found</title></html>"),
    "a line": lambda request: httpx.Response(404, text="404 page not found\n"),
    "OpenAI's": lambda request: httpx.Response(404, json={"error": {"message": "Invalid URL (GET /v1/x)"}}),
    "FastAPI's": lambda request: httpx.Response(404, json={"detail": "Not Found"}),
}


@pytest.mark.parametrize("answer", MISSING_ROUTES.values(), ids=MISSING_ROUTES)
@pytest.mark.parametrize(
    "action", ["assistant.delete", "file.delete", "vector_store.delete", "vector_store_file.delete"]
)
def test_a_route_that_is_missing_is_no_proof_that_something_was_deleted(
    tap: Tap,
    server: Client,
    capsys: pytest.CaptureFixture[str],
    action: str,
    answer: Callable[[httpx.Request], httpx.Response],
) -> None:
    things = Things(server)
    answer_lost(tap, is_done=False)
    with pytest.raises(APIError):
        ACTS[action](service_of("main"), things)
    without_route(tap, answer)

    assert "it was done" not in settled(capsys)
    assert [operation.action for operation in open_operations()] == [action]

    tap.answer = lambda request: None
    assert "it was not done" in settled(capsys)


def test_a_workspace_that_is_gone_leaves_its_operations_open(
    tap: Tap, capsys: pytest.CaptureFixture[str], settings: Settings
) -> None:
    answer_lost(tap)
    with pytest.raises(APIError):
        service_of("main").assistants.create({"model": "gpt-4.1-mini", "name": "Lost"})
    settings.WORKSPACES = {"other": settings.WORKSPACES["main"]}
    assert "there is no workspace main any more" in settled(capsys)


def test_it_goes_on_when_a_server_does_not_answer(tap: Tap, capsys: pytest.CaptureFixture[str]) -> None:
    answer_lost(tap)
    with pytest.raises(APIError):
        service_of("main").assistants.create({"model": "gpt-4.1-mini", "name": "Lost"})

    def refuse(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("down", request=request)

    tap.answer = refuse
    assert "the server did not answer" in settled(capsys)
    assert len(open_operations()) == 1


def test_it_says_when_there_is_nothing_to_do(db: None, capsys: pytest.CaptureFixture[str]) -> None:
    assert settled(capsys) == "Every outcome is known.\n"
