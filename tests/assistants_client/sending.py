"""Calls, sent by either client."""

from __future__ import annotations

from typing import Any, Protocol, TypeVar

import anyio

from assistants_client import (
    AsyncClient,
    Call,
    Client,
    RetryPolicy,
    calls,
)

from .faults import FaultServer

T = TypeVar("T")
ASSISTANT = {"id": "asst_1", "object": "assistant", "created_at": 1}
EMPTY_LIST: dict[str, Any] = {"object": "list", "data": [], "first_id": None, "last_id": None, "has_more": False}
READ = calls.assistants.list()
RETRIEVE = calls.assistants.retrieve("asst_1")
CREATE = calls.assistants.create(model="m")
UPDATE = calls.assistants.update("asst_1", name="n")


class Send(Protocol):
    """Sends one call with a client of its own. `pauses` are the seconds it was told to wait between tries."""

    pauses: list[float]

    def __call__(self, server: FaultServer, call: Call[T], **settings: Any) -> T: ...


class SyncSend:
    def __init__(self) -> None:
        self.pauses: list[float] = []

    def __call__(self, server: FaultServer, call: Call[T], **settings: Any) -> T:
        retry_policy = settings.pop("retry_policy", None) or RetryPolicy(chance=lambda: 0.5)
        with Client(
            base_url=server.base_url, retry_policy=retry_policy, sleep=self.pauses.append, **settings
        ) as client:
            return client.send(call)


class AsyncSend:
    def __init__(self) -> None:
        self.pauses: list[float] = []

    def __call__(self, server: FaultServer, call: Call[T], **settings: Any) -> T:
        retry_policy = settings.pop("retry_policy", None) or RetryPolicy(chance=lambda: 0.5)

        async def sleep(seconds: float) -> None:
            self.pauses.append(seconds)

        async def talk() -> T:
            async with AsyncClient(
                base_url=server.base_url, retry_policy=retry_policy, sleep=sleep, **settings
            ) as client:
                return await client.send(call)

        return anyio.run(talk)
