from __future__ import annotations

import httpx
import pytest
from django.core.management import call_command

from assistants_ui.management.commands.settle_operations import service_of
from assistants_ui.wire import APIError, Client
from dashboard.audit import open_operations
from dashboard.audit.verification import verify
from tests.assistants_ui.conftest import Tap


def answer_lost(tap: Tap) -> None:
    """The server does what it is asked, and the answer never arrives."""

    def lose(request: httpx.Request) -> httpx.Response | None:
        if request.method == "GET":
            return None
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
    def lose(request: httpx.Request) -> httpx.Response | None:
        if request.method == "GET":
            return None
        raise httpx.ReadTimeout("lost", request=request)

    tap.answer = lose
    with pytest.raises(APIError):
        service_of("main").assistants.create({"model": "gpt-4.1-mini", "name": "Never there"})
    assert "cannot be told yet" in settled(capsys)
    assert len(open_operations()) == 1


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
