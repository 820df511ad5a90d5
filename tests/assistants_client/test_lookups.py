"""A server is found by its name within the time that a connection may take."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from assistants_client import APIConnectionError, APITimeoutError, Client, Outcome, Reason
from tests.assistants_client.faults import fault_server, gives

ASSISTANT = {"id": "asst_1", "object": "assistant"}


@pytest.fixture
def silent_names(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A name server that says nothing until the test is over."""
    over = threading.Event()

    def look_up(*_: Any, **__: Any) -> Any:
        over.wait(20)
        raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")

    monkeypatch.setattr("assistants_client.sockets.CONNECT_SECONDS", 0.05)
    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    yield
    over.set()


def names(monkeypatch: pytest.MonkeyPatch, *numbers: str) -> None:
    """A name server that knows one host, by these numbers."""
    lookup = socket.getaddrinfo

    def look_up(host: str, *rest: Any, **options: Any) -> Any:
        asked = numbers if host == "server.test" else [host]
        return [place for number in asked for place in lookup(number, *rest, **options)]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)


@pytest.mark.usefixtures("silent_names")
def test_a_name_server_that_says_nothing_does_not_hold_a_call_up() -> None:
    with Client(base_url="http://server.test/v1") as client, pytest.raises(APITimeoutError) as caught:
        client.assistants.create(model="m")

    assert caught.value.reason is Reason.CONNECT_TIMEOUT
    assert caught.value.outcome is Outcome.NOT_SENT


def test_the_next_address_is_tried_when_nobody_is_at_the_first(monkeypatch: pytest.MonkeyPatch) -> None:
    names(monkeypatch, "127.0.0.2", "127.0.0.1")
    with fault_server(gives(ASSISTANT)) as server:
        server.base_url = server.base_url.replace("127.0.0.1", "server.test")
        with Client(base_url=server.base_url) as client:
            assert client.assistants.retrieve("asst_1").id == "asst_1"
        assert server.requests[0].headers["host"].startswith("server.test:")


@pytest.mark.parametrize("host", ["server.invalid", "a." + 70 * "b"])
def test_a_name_that_nobody_has_is_told(monkeypatch: pytest.MonkeyPatch, host: str) -> None:
    if host == "server.invalid":
        monkeypatch.setattr(socket, "getaddrinfo", refuse)
    with Client(base_url=f"http://{host}/v1") as client, pytest.raises(APIConnectionError) as caught:
        client.assistants.create(model="m")

    assert caught.value.reason is Reason.DNS
    assert caught.value.outcome is Outcome.NOT_SENT


def refuse(*_: Any, **__: Any) -> Any:
    raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
