"""Binds descriptions of calls to ways of sending them, with the types that come out."""

from __future__ import annotations

import functools
from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Any, Generic, ParamSpec, Protocol, Self, TypeVar, overload

from . import chunked, polling
from .call import Call, Omit, omit
from .pagination import AsyncPager, SyncPage
from .responses import APIResponse, AsyncOpening, StreamedResponse
from .streaming import AsyncEventStream, EventStream
from .types import CursorPage, Run, Upload, WireObject

if TYPE_CHECKING:
    from .async_client import AsyncClient
    from .client import Client

P = ParamSpec("P")
T = TypeVar("T")
ResultT = TypeVar("ResultT", covariant=True)
ItemT = TypeVar("ItemT", bound=WireObject)
WayT = TypeVar("WayT", bound="Way")
SyncT = TypeVar("SyncT")
AsyncT = TypeVar("AsyncT")


class Way:
    """A way of sending calls: what a resource's methods give back depends on it."""

    def one(self, call: Call[Any]) -> Any:
        raise NotImplementedError  # every way answers this for itself

    def page(self, call: Call[Any]) -> Any:
        return self.one(call)

    def content(self, call: Call[Any]) -> Any:
        return self.one(call)

    def events(self, call: Call[Any]) -> Any:
        return self.one(call)


class Sync(Way):
    """Gives the result itself."""

    def __init__(self, client: Client) -> None:
        self.client = client

    def one(self, call: Call[Any]) -> Any:
        return self.client.send(call)

    def page(self, call: Call[Any]) -> Any:
        return SyncPage(self.client.send, call, self.client.send(call))

    def content(self, call: Call[Any]) -> Any:
        return self.client.open(call)

    def events(self, call: Call[Any]) -> Any:
        return EventStream(self.client.open(call))


class Async(Way):
    """Gives the result to be awaited."""

    def __init__(self, client: AsyncClient) -> None:
        self.client = client

    def one(self, call: Call[Any]) -> Any:
        return self.client.send(call)

    def page(self, call: Call[Any]) -> Any:
        return AsyncPager(self.client.send, call)

    def content(self, call: Call[Any]) -> Any:
        return AsyncOpening(self.client.open(call))

    def events(self, call: Call[Any]) -> Any:
        return AsyncEventStream(AsyncOpening(self.client.open(call)))


class Raw(Way):
    """Gives the result with the status and headers it came with."""

    def __init__(self, client: Client) -> None:
        self.client = client

    def one(self, call: Call[Any]) -> Any:
        return self.client.respond(call)


class AsyncRaw(Way):
    """Gives that to be awaited."""

    def __init__(self, client: AsyncClient) -> None:
        self.client = client

    def one(self, call: Call[Any]) -> Any:
        return self.client.respond(call)


class Streaming(Way):
    """Gives the answer with its body unread."""

    def __init__(self, client: Client) -> None:
        self.client = client

    def one(self, call: Call[Any]) -> Any:
        return self.client.open(call)


class AsyncStreaming(Way):
    """Gives that for `async with`."""

    def __init__(self, client: AsyncClient) -> None:
        self.client = client

    def one(self, call: Call[Any]) -> Any:
        return AsyncOpening(self.client.open(call))


class Resource(Generic[WayT]):
    """Methods that share a way of being sent."""

    def __init__(self, way: WayT) -> None:
        self.way = way


class Method(Generic[P, T]):
    """A description of a call, as a method of a resource."""

    def __init__(self, describe: Callable[P, Call[T]]) -> None:
        self._describe = describe

    @overload
    def __get__(self, instance: None, owner: Any) -> Self: ...
    @overload
    def __get__(self, instance: Resource[Sync], owner: Any) -> Callable[P, T]: ...
    @overload
    def __get__(self, instance: Resource[Async], owner: Any) -> Callable[P, Coroutine[Any, Any, T]]: ...
    @overload
    def __get__(self, instance: Resource[Raw], owner: Any) -> Callable[P, APIResponse[T]]: ...
    @overload
    def __get__(self, instance: Resource[AsyncRaw], owner: Any) -> Callable[P, Coroutine[Any, Any, APIResponse[T]]]: ...
    @overload
    def __get__(self, instance: Resource[Streaming], owner: Any) -> Callable[P, StreamedResponse[T]]: ...
    @overload
    def __get__(self, instance: Resource[AsyncStreaming], owner: Any) -> Callable[P, AsyncOpening[T]]: ...
    def __get__(self, instance: Resource[Any] | None, owner: Any) -> Any:
        return self if instance is None else _bound(self._describe, instance.way.one)


class ListMethod(Method[P, CursorPage[ItemT]]):
    """A description of a list, whose pages lead to their neighbours."""

    @overload  # type: ignore[override]  # sync and async give richer pages than the plain result
    def __get__(self, instance: None, owner: Any) -> Self: ...
    @overload
    def __get__(self, instance: Resource[Sync], owner: Any) -> Callable[P, SyncPage[ItemT]]: ...
    @overload
    def __get__(self, instance: Resource[Async], owner: Any) -> Callable[P, AsyncPager[ItemT]]: ...
    @overload
    def __get__(self, instance: Resource[Raw], owner: Any) -> Callable[P, APIResponse[CursorPage[ItemT]]]: ...
    @overload
    def __get__(
        self, instance: Resource[AsyncRaw], owner: Any
    ) -> Callable[P, Coroutine[Any, Any, APIResponse[CursorPage[ItemT]]]]: ...
    @overload
    def __get__(
        self, instance: Resource[Streaming], owner: Any
    ) -> Callable[P, StreamedResponse[CursorPage[ItemT]]]: ...
    @overload
    def __get__(
        self, instance: Resource[AsyncStreaming], owner: Any
    ) -> Callable[P, AsyncOpening[CursorPage[ItemT]]]: ...
    def __get__(self, instance: Resource[Any] | None, owner: Any) -> Any:
        return self if instance is None else _bound(self._describe, instance.way.page)


class ContentMethod(Method[P, bytes]):
    """A description of a download, which is handed out unread."""

    @overload  # type: ignore[override]  # a download may be larger than memory, so no way gives it whole
    def __get__(self, instance: None, owner: Any) -> Self: ...
    @overload
    def __get__(self, instance: Resource[Sync], owner: Any) -> Callable[P, StreamedResponse[bytes]]: ...
    @overload
    def __get__(self, instance: Resource[Async], owner: Any) -> Callable[P, AsyncOpening[bytes]]: ...
    @overload
    def __get__(self, instance: Resource[Raw], owner: Any) -> Callable[P, APIResponse[bytes]]: ...
    @overload
    def __get__(
        self, instance: Resource[AsyncRaw], owner: Any
    ) -> Callable[P, Coroutine[Any, Any, APIResponse[bytes]]]: ...
    @overload
    def __get__(self, instance: Resource[Streaming], owner: Any) -> Callable[P, StreamedResponse[bytes]]: ...
    @overload
    def __get__(self, instance: Resource[AsyncStreaming], owner: Any) -> Callable[P, AsyncOpening[bytes]]: ...
    def __get__(self, instance: Resource[Any] | None, owner: Any) -> Any:
        return self if instance is None else _bound(self._describe, instance.way.content)


class EventsMethod(Method[P, Run]):
    """A description of a call that is answered by events."""

    @overload  # type: ignore[override]  # what comes is a stream, not the run at its end
    def __get__(self, instance: None, owner: Any) -> Self: ...
    @overload
    def __get__(self, instance: Resource[Sync], owner: Any) -> Callable[P, EventStream]: ...
    @overload
    def __get__(self, instance: Resource[Async], owner: Any) -> Callable[P, AsyncEventStream]: ...
    @overload
    def __get__(self, instance: Resource[Any], owner: Any) -> Callable[P, Any]: ...
    def __get__(self, instance: Resource[Any] | None, owner: Any) -> Any:
        return self if instance is None else _bound(self._describe, instance.way.events)


class PollMethod(Generic[P]):
    """A description of a call that makes or continues a run, and the wait for the run's end.

    The method takes `poll_interval_ms` besides; without it the server's own proposal counts.
    """

    def __init__(self, describe: Callable[P, Call[Run]]) -> None:
        self._describe = describe

    @overload
    def __get__(self, instance: None, owner: Any) -> Self: ...
    @overload
    def __get__(self, instance: Resource[Sync], owner: Any) -> Callable[..., Run]: ...
    @overload
    def __get__(self, instance: Resource[Async], owner: Any) -> Callable[..., Coroutine[Any, Any, Run]]: ...
    def __get__(self, instance: Resource[Any] | None, owner: Any) -> Any:
        if instance is None:
            return self
        client = instance.way.client
        send: Callable[..., Any] = (
            polling.send_and_poll_async if isinstance(instance.way, Async) else polling.send_and_poll
        )

        @functools.wraps(self._describe)
        def method(*args: Any, poll_interval_ms: float | None = None, **kwargs: Any) -> Any:
            return send(client, self._describe(*args, **kwargs), poll_interval_ms=poll_interval_ms)

        return method


class SendInParts(Protocol[ResultT]):
    """Sends a file of any size and gives the completed upload.

    A file in memory needs its `filename` and its size in `bytes`; `md5` is the checksum that it must have.
    """

    def __call__(
        self,
        *,
        file: chunked.FileInParts,
        mime_type: str,
        purpose: str,
        filename: str | None = None,
        bytes: int | None = None,  # noqa: A002 - the SDK's name
        part_size: int | None = None,
        md5: str | Omit = omit,
    ) -> ResultT: ...


class PartsMethod:
    """The sending of a file in parts, as a method of a resource."""

    @overload
    def __get__(self, instance: None, owner: Any) -> Self: ...
    @overload
    def __get__(self, instance: Resource[Sync], owner: Any) -> SendInParts[Upload]: ...
    @overload
    def __get__(self, instance: Resource[Async], owner: Any) -> SendInParts[Coroutine[Any, Any, Upload]]: ...
    def __get__(self, instance: Resource[Any] | None, owner: Any) -> Any:
        if instance is None:
            return self
        send: Callable[..., Any] = chunked.send_async if isinstance(instance.way, Async) else chunked.send
        return functools.partial(send, instance.way.client)


class Variant(Generic[SyncT, AsyncT]):
    """The same resource with another way of sending, of which there is one for each client."""

    def __init__(self, sync_way: Callable[[Client], Way], async_way: Callable[[AsyncClient], Way]) -> None:
        self._sync_way = sync_way
        self._async_way = async_way

    @overload
    def __get__(self, instance: None, owner: Any) -> Self: ...
    @overload
    def __get__(self, instance: Resource[Sync], owner: Any) -> SyncT: ...
    @overload
    def __get__(self, instance: Resource[Async], owner: Any) -> AsyncT: ...
    def __get__(self, instance: Resource[Any] | None, owner: Any) -> Any:
        if instance is None:
            return self
        way = instance.way
        return owner(self._sync_way(way.client) if isinstance(way, Sync) else self._async_way(way.client))


def _bound(describe: Callable[P, Call[T]], send: Callable[[Call[T]], Any]) -> Callable[P, Any]:
    @functools.wraps(describe)
    def method(*args: P.args, **kwargs: P.kwargs) -> Any:
        return send(describe(*args, **kwargs))

    return method
