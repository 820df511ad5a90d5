"""Binds descriptions of calls to what sends them, with the types that come out."""

from __future__ import annotations

import functools
from collections.abc import Callable, Coroutine
from typing import Any, Generic, ParamSpec, Protocol, Self, TypeVar, overload

from . import chunked, polling
from .call import Call, Omit, omit
from .pagination import AsyncPager, SyncPage
from .protocols import AsyncCaller, Caller
from .responses import APIResponse, AsyncOpening, StreamedResponse
from .senders import Async, AsyncRaw, AsyncStreaming, Raw, Sender, Streaming, Sync
from .streaming import AsyncEventStream, EventStream
from .types import CursorPage, Run, Upload, WireObject

P = ParamSpec("P")
T = TypeVar("T")
ResultT = TypeVar("ResultT", covariant=True)
ItemT = TypeVar("ItemT", bound=WireObject)
SenderT = TypeVar("SenderT", bound="Sender")
SyncT = TypeVar("SyncT")
AsyncT = TypeVar("AsyncT")


class Resource(Generic[SenderT]):
    """Methods that share a sender."""

    def __init__(self, sender: SenderT) -> None:
        self.sender = sender


class DescribedMethod(Generic[P, T]):
    """A description of a call, as a method of a resource. Each kind is bound to the sender in its own way."""

    def __init__(self, describe: Callable[P, Call[T]]) -> None:
        self._describe = describe


class Method(DescribedMethod[P, T]):
    """A description of a call that is answered by one object."""

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
        return self if instance is None else _bound(self._describe, instance.sender.send)


class ListMethod(DescribedMethod[P, CursorPage[ItemT]]):
    """A description of a list, whose pages lead to their neighbours; sync and async ones in their own way."""

    @overload
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
        return self if instance is None else _bound(self._describe, instance.sender.page)


class ContentMethod(DescribedMethod[P, bytes]):
    """A description of a download, which is handed out unread: it may be larger than memory."""

    @overload
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
        return self if instance is None else _bound(self._describe, instance.sender.content)


class EventsMethod(DescribedMethod[P, Run]):
    """A description of a call that is answered by events."""

    @overload
    def __get__(self, instance: None, owner: Any) -> Self: ...
    @overload
    def __get__(self, instance: Resource[Sync], owner: Any) -> Callable[P, EventStream]: ...
    @overload
    def __get__(self, instance: Resource[Async], owner: Any) -> Callable[P, AsyncEventStream]: ...
    @overload
    def __get__(self, instance: Resource[Any], owner: Any) -> Callable[P, Any]: ...
    def __get__(self, instance: Resource[Any] | None, owner: Any) -> Any:
        return self if instance is None else _bound(self._describe, instance.sender.events)


class PollMethod(DescribedMethod[P, Run]):
    """A description of a call that makes or continues a run, and the wait for the run's end.

    The method takes `poll_interval_ms` besides; without it the server's own proposal counts.
    """

    @overload
    def __get__(self, instance: None, owner: Any) -> Self: ...
    @overload
    def __get__(self, instance: Resource[Sync], owner: Any) -> Callable[..., Run]: ...
    @overload
    def __get__(self, instance: Resource[Async], owner: Any) -> Callable[..., Coroutine[Any, Any, Run]]: ...
    def __get__(self, instance: Resource[Any] | None, owner: Any) -> Any:
        if instance is None:
            return self
        client = instance.sender.client
        send: Callable[..., Any] = (
            polling.send_and_poll_async if isinstance(instance.sender, Async) else polling.send_and_poll
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
        send: Callable[..., Any] = chunked.send_async if isinstance(instance.sender, Async) else chunked.send
        return functools.partial(send, instance.sender.client)


class Variant(Generic[SyncT, AsyncT]):
    """The same resource with another sender, one for each client."""

    def __init__(self, sync_sender: Callable[[Caller], Sender], async_sender: Callable[[AsyncCaller], Sender]) -> None:
        self._sync_sender = sync_sender
        self._async_sender = async_sender

    @overload
    def __get__(self, instance: None, owner: Any) -> Self: ...
    @overload
    def __get__(self, instance: Resource[Sync], owner: Any) -> SyncT: ...
    @overload
    def __get__(self, instance: Resource[Async], owner: Any) -> AsyncT: ...
    def __get__(self, instance: Resource[Any] | None, owner: Any) -> Any:
        if instance is None:
            return self
        sender = instance.sender
        return owner(
            self._sync_sender(sender.client) if isinstance(sender, Sync) else self._async_sender(sender.client)
        )


def _bound(describe: Callable[P, Call[T]], send: Callable[[Call[T]], Any]) -> Callable[P, Any]:
    @functools.wraps(describe)
    def method(*args: P.args, **kwargs: P.kwargs) -> Any:
        return send(describe(*args, **kwargs))

    return method
