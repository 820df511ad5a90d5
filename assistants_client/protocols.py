"""What the resources need of a client, so that they need not import it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Protocol, TypeVar

from .call import Call
from .responses import APIResponse, AsyncStreamedResponse, StreamedResponse

T = TypeVar("T")


class Caller(Protocol):
    """`Client`, as far as its resources use it."""

    sleep: Callable[[float], None]

    @property
    def clock(self) -> Callable[[], float]: ...

    def send(self, call: Call[T]) -> T: ...

    def respond(self, call: Call[T]) -> APIResponse[T]: ...

    def open(self, call: Call[T]) -> StreamedResponse[T]: ...


class AsyncCaller(Protocol):
    """`AsyncClient`, as far as its resources use it."""

    sleep: Callable[[float], Awaitable[None]]

    @property
    def clock(self) -> Callable[[], float]: ...

    async def send(self, call: Call[T]) -> T: ...

    async def respond(self, call: Call[T]) -> APIResponse[T]: ...

    async def open(self, call: Call[T]) -> AsyncStreamedResponse[T]: ...
