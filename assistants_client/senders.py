"""What a resource sends its calls through: it decides what the resource's methods give back."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any

from .call import Call
from .pagination import AsyncPager, SyncPage
from .protocols import AsyncCaller, Caller
from .responses import AsyncOpening
from .streaming import AsyncEventStream, EventStream


class Sender(ABC):
    """Sends calls: what a resource's methods give back depends on it."""

    @abstractmethod
    def send(self, call: Call[Any]) -> Any:
        """Send the call, and give back what this kind of client promises."""

    def page(self, call: Call[Any]) -> Any:
        return self.send(call)

    def content(self, call: Call[Any]) -> Any:
        return self.send(call)

    def events(self, call: Call[Any]) -> Any:
        return self.send(call)


class Sync(Sender):
    """Gives the result itself."""

    def __init__(self, client: Caller) -> None:
        self.client = client

    def send(self, call: Call[Any]) -> Any:
        return self.client.send(call)

    def page(self, call: Call[Any]) -> Any:
        return SyncPage(self.client.send, call, self.client.send(call))

    def content(self, call: Call[Any]) -> Any:
        return self.client.open(call)

    def events(self, call: Call[Any]) -> Any:
        return EventStream(self.client.open(call))


class Async(Sender):
    """Gives the result to be awaited."""

    def __init__(self, client: AsyncCaller) -> None:
        self.client = client

    def send(self, call: Call[Any]) -> Any:
        return self.client.send(call)

    def page(self, call: Call[Any]) -> Any:
        return AsyncPager(self.client.send, call)

    def content(self, call: Call[Any]) -> Any:
        return AsyncOpening(self.client.open(call))

    def events(self, call: Call[Any]) -> Any:
        return AsyncEventStream(AsyncOpening(self.client.open(call)))


class Raw(Sender):
    """Gives the result with the status and headers it came with."""

    def __init__(self, client: Caller) -> None:
        self.client = client

    def send(self, call: Call[Any]) -> Any:
        return self.client.respond(call)


class AsyncRaw(Sender):
    """Gives that to be awaited."""

    def __init__(self, client: AsyncCaller) -> None:
        self.client = client

    def send(self, call: Call[Any]) -> Any:
        return self.client.respond(call)


class Streaming(Sender):
    """Gives the answer with its body unread."""

    def __init__(self, client: Caller) -> None:
        self.client = client

    def send(self, call: Call[Any]) -> Any:
        return self.client.open(call)


class AsyncStreaming(Sender):
    """Gives that for `async with`."""

    def __init__(self, client: AsyncCaller) -> None:
        self.client = client

    def send(self, call: Call[Any]) -> Any:
        return AsyncOpening(self.client.open(call))
