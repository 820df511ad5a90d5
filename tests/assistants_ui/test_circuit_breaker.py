from __future__ import annotations

import logging
import socket
import threading
from collections.abc import Iterator
from contextlib import nullcontext

import pytest

from assistants_client import APIConnectionError, AuthenticationError, NotFoundError, Outcome
from assistants_ui.files.attachments.upload import UploadCancelledError
from assistants_ui.workspaces.circuit_breaker import COOLDOWN_SECONDS, FAILURES, CircuitBreaker
from assistants_ui.workspaces.connections import connect, connected
from dashboard.environment import WorkspaceSettings
from tests.assistants_ui.pages import read
from tests.conftest import Person


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


class Server:
    """Something to call, that counts and answers, refuses or stays silent."""

    def __init__(self) -> None:
        self.called = 0
        self.error: Exception | None = None

    def __call__(self) -> str:
        self.called += 1
        if self.error:
            raise self.error
        return "answer"


SILENCE = APIConnectionError("no answer", outcome=Outcome.UNKNOWN)


def fail(guard: CircuitBreaker, server: Server, *, times: int) -> None:
    server.error = SILENCE
    for _ in range(times):
        with pytest.raises(APIConnectionError):
            guard.run(server)


def test_it_lets_answers_and_refusals_through() -> None:
    guard, server = CircuitBreaker(name="main", max_concurrency=1), Server()
    assert guard.run(server) == "answer"
    server.error = NotFoundError("gone", status_code=404)
    for _ in range(FAILURES + 1):
        with pytest.raises(NotFoundError):
            guard.run(server)


def test_it_leaves_a_silent_server_alone_for_a_while() -> None:
    clock, server = Clock(), Server()
    guard = CircuitBreaker(name="main", max_concurrency=1, clock=clock)
    fail(guard, server, times=FAILURES)
    with pytest.raises(APIConnectionError) as caught:
        guard.run(server)
    assert caught.value.outcome == Outcome.NOT_SENT
    assert server.called == FAILURES
    clock.now += COOLDOWN_SECONDS
    server.error = None
    assert guard.run(server) == "answer"
    assert guard.run(server) == "answer"


def test_what_we_break_off_ourselves_is_no_answer_of_the_server() -> None:
    guard, server = CircuitBreaker(name="main", max_concurrency=1), Server()
    fail(guard, server, times=FAILURES - 1)
    server.error = UploadCancelledError()
    with pytest.raises(UploadCancelledError):
        guard.run(server)
    fail(guard, server, times=1)
    with pytest.raises(APIConnectionError) as caught:
        guard.run(server)
    assert caught.value.outcome == Outcome.NOT_SENT
    assert server.called == FAILURES + 1


def test_one_answer_in_between_starts_the_count_again() -> None:
    guard, server = CircuitBreaker(name="main", max_concurrency=1), Server()
    fail(guard, server, times=FAILURES - 1)
    server.error = None
    guard.run(server)
    fail(guard, server, times=FAILURES - 1)
    server.error = None
    assert guard.run(server) == "answer"


def test_only_one_tries_after_the_rest() -> None:
    clock, server = Clock(), Server()
    guard = CircuitBreaker(name="main", max_concurrency=2, clock=clock)
    fail(guard, server, times=FAILURES)
    clock.now += COOLDOWN_SECONDS

    def try_while_another_tries() -> str:
        with pytest.raises(APIConnectionError):
            guard.run(server)
        return "answer"

    assert guard.run(try_while_another_tries) == "answer"
    assert server.called == FAILURES


def test_it_holds_back_more_calls_than_it_has_seats(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("assistants_ui.workspaces.circuit_breaker.SLOT_SECONDS", 0.01)
    guard, server = CircuitBreaker(name="main", max_concurrency=1), Server()
    sitting, may_leave = threading.Event(), threading.Event()

    def slow() -> str:
        sitting.set()
        may_leave.wait(5)
        return "answer"

    thread = threading.Thread(target=guard.run, args=[slow])
    thread.start()
    sitting.wait(5)
    with pytest.raises(APIConnectionError) as caught:
        guard.run(server)
    may_leave.set()
    thread.join()
    assert caught.value.outcome == Outcome.NOT_SENT
    assert server.called == 0
    assert guard.run(server) == "answer"


def test_it_tells_the_operator_in_the_log_what_is_wrong_and_when_it_is_over(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, logger="assistants_ui.workspaces.circuit_breaker")
    clock, server = Clock(), Server()
    guard = CircuitBreaker(name="main", max_concurrency=1, clock=clock)
    fail(guard, server, times=FAILURES)
    with pytest.raises(APIConnectionError):
        guard.run(server)
    clock.now += COOLDOWN_SECONDS
    for error in (
        AuthenticationError("sk-secret", status_code=401, request_id="req_7"),
        NotFoundError("gone", status_code=404),
        None,
    ):
        server.error = error
        with nullcontext() if error is None else pytest.raises(type(error)):
            guard.run(server)

    assert [record.getMessage() for record in caplog.records] == [
        *["The server of workspace main does not answer: no answer"] * FAILURES,
        "The server of workspace main answers again",
        "The server of workspace main answered with AuthenticationError, status 401, its request req_7",
    ]


@pytest.fixture
def dead(db: None) -> Iterator[None]:
    """The workspace ``main`` points at a port where nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{probe.getsockname()[1]}/v1"
    client = connect(WorkspaceSettings(name="main", label="Main", base_url=url, api_key="sk-x"))
    with connected("main", client):
        yield
    client.close()


@pytest.mark.usefixtures("dead")
def test_with_a_dead_server_the_other_pages_work(dora: Person) -> None:
    for _ in range(FAILURES + 1):
        response = dora.get("/w/main/assistants/")
        assert response.status_code == 503
        assert "isn't answering" in read(response).text
    for path in ("/audit/", "/team/", "/account/", "/healthz", "/readyz"):
        assert dora.get(path).status_code == 200
