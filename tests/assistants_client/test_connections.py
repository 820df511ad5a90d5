"""Which connections calls go over, and how many."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import anyio
import pytest

from assistants_client import (
    APIConnectionError,
    APITimeoutError,
    AsyncClient,
    Client,
    Outcome,
    Reason,
)
from assistants_client.sockets import MAX_CONNECTIONS
from tests.assistants_client.sending import ASSISTANT, CREATE, EMPTY_LIST, READ, RETRIEVE, Send

from . import faults
from .faults import fault_server, gives


def test_a_name_that_does_not_exist_is_not_sent(send: Send) -> None:
    with fault_server(gives(ASSISTANT)) as server:
        server.base_url = "http://no-such-host.invalid/v1"
        with pytest.raises(APIConnectionError) as caught:
            send(server, CREATE)
    assert (caught.value.reason, caught.value.outcome) == (Reason.DNS, Outcome.NOT_SENT)


def test_a_server_without_tls_is_not_sent_anything(send: Send) -> None:
    with fault_server(gives(ASSISTANT)) as server:
        server.base_url = server.base_url.replace("http:", "https:")
        with pytest.raises(APIConnectionError) as caught:
            send(server, CREATE)
        assert caught.value.outcome is Outcome.NOT_SENT
        assert server.requests == []


def test_a_proxy_of_the_environment_is_not_used(send: Send, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9")
    with fault_server(gives(ASSISTANT)) as server:
        assert send(server, RETRIEVE).id == "asst_1"


def test_a_proxy_of_the_settings_is_used(send: Send) -> None:
    with fault_server(gives(ASSISTANT)) as proxy, fault_server(gives({})) as server:
        server.base_url = "http://behind.test/v1"
        assert send(server, RETRIEVE, proxy=proxy.base_url.removesuffix("/v1")).id == "asst_1"
        assert proxy.requests[0].target == "http://behind.test/v1/assistants/asst_1"


def test_a_thousand_calls_share_one_connection() -> None:
    with fault_server(gives(EMPTY_LIST)) as server, Client(base_url=server.base_url) as client:
        for _ in range(1000):
            client.assistants.list()
        assert len(server.requests) == 1000
        assert server.connections == 1


def test_a_busy_pool_sends_nothing() -> None:
    with (
        fault_server(faults.is_silent) as server,
        Client(base_url=server.base_url, sleep=lambda seconds: None) as client,
    ):
        with ThreadPoolExecutor(MAX_CONNECTIONS) as others:
            waiting = [others.submit(client.send, READ) for _ in range(MAX_CONNECTIONS)]
            server.wait_for(MAX_CONNECTIONS)
            with pytest.raises(APITimeoutError) as caught:
                client.send(CREATE.with_options(timeout=0.05))
            server.over.set()
            assert all(isinstance(each.exception(), APIConnectionError) for each in waiting)
        assert (caught.value.reason, caught.value.outcome) == (Reason.POOL, Outcome.NOT_SENT)
        assert "POST" not in server.methods


def test_many_threads_share_the_connections() -> None:
    with fault_server(gives(EMPTY_LIST)) as server, Client(base_url=server.base_url) as client:
        with ThreadPoolExecutor(16) as threads:
            assert len([*threads.map(client.send, [READ] * 400)]) == 400
        assert len(server.requests) == 400
        assert server.connections <= MAX_CONNECTIONS


def test_many_tasks_share_the_connections() -> None:
    async def talk(address: str) -> int:
        async with AsyncClient(base_url=address) as client, anyio.create_task_group() as tasks:
            for _ in range(40):
                tasks.start_soon(client.send, READ)
        return 40

    with fault_server(gives(EMPTY_LIST)) as server:
        assert anyio.run(talk, server.base_url) == len(server.requests)
        assert server.connections <= MAX_CONNECTIONS
