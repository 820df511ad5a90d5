"""Walks all pages of a list, and comes to an end whatever the server says."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Generator, Iterator
from enum import StrEnum
from typing import Any, Generic, TypeVar

from .call import Call
from .types import CursorPage, WireObject

ItemT = TypeVar("ItemT", bound=WireObject)

MOST_PAGES = 1000


class Ending(StrEnum):
    """Why a walk over all pages ended."""

    COMPLETE = "complete"
    REPEATED = "repeated"
    """The server gave what it had given before, though it said that there was more."""
    TOO_MANY = "too_many"
    """There were more than 1,000 pages."""


def following(call: Call[CursorPage[ItemT]], page: CursorPage[ItemT]) -> Call[CursorPage[ItemT]] | None:
    """The call for the page after this one, or None when this is the last or the list has no pages."""
    if not call.paged or not page.may_have_more or page.last_id is None:
        return None
    return call.at_cursor(after=page.last_id)


def preceding(call: Call[CursorPage[ItemT]], page: CursorPage[ItemT]) -> Call[CursorPage[ItemT]] | None:
    """The call for the page before this one. Servers read `before` in two ways; the first page is certain."""
    if not call.paged or page.first_id is None or not page.data:
        return None
    return call.at_cursor(before=page.first_id)


class PageWalk(Generic[ItemT]):
    """What has been seen on the way through the pages of one list: `pages` so far."""

    def __init__(self, call: Call[CursorPage[ItemT]]) -> None:
        self._seen: set[str] = set()
        self.pages = 0
        self.call = call
        self.ending: Ending | None = None

    def new_on(self, page: CursorPage[ItemT]) -> list[ItemT]:
        """The objects not seen before; then `call` is the next page's, or `ending` is set."""
        self.pages += 1
        fresh = {item.id: item for item in page.data if item.id not in self._seen}
        self._seen.update(fresh)
        upcoming = following(self.call, page)
        if upcoming is None:
            self.ending = Ending.COMPLETE
        elif not fresh:
            # A server without paging, which leaves `has_more` out and repeats itself, is complete too.
            self.ending = Ending.REPEATED if page.has_more else Ending.COMPLETE
        elif self.pages >= MOST_PAGES:
            self.ending = Ending.TOO_MANY
        else:
            self.call = upcoming
        return list(fresh.values())


class Pager(Generic[ItemT]):
    """Iterates over the objects of all pages, each once. `ending` then tells why it stopped."""

    def __init__(
        self,
        send: Callable[[Call[CursorPage[ItemT]]], CursorPage[ItemT]],
        call: Call[CursorPage[ItemT]],
        *,
        first: CursorPage[ItemT] | None = None,
    ) -> None:
        self._send = send
        self._call = call
        self._first = first
        self.ending: Ending | None = None

    def __iter__(self) -> Iterator[ItemT]:
        walk = PageWalk(self._call)
        page = self._first
        while walk.ending is None:
            yield from walk.new_on(self._send(walk.call) if page is None else page)
            page = None
        self.ending = walk.ending


class AsyncPager(Generic[ItemT]):
    """The same with `async for`; awaiting it gives the first page."""

    def __init__(
        self,
        send: Callable[[Call[CursorPage[ItemT]]], Awaitable[CursorPage[ItemT]]],
        call: Call[CursorPage[ItemT]],
        *,
        first: CursorPage[ItemT] | None = None,
    ) -> None:
        self._send = send
        self._call = call
        self._first = first
        self.ending: Ending | None = None

    async def __aiter__(self) -> AsyncIterator[ItemT]:
        walk = PageWalk(self._call)
        page = self._first
        while walk.ending is None:
            for item in walk.new_on(await self._send(walk.call) if page is None else page):
                yield item
            page = None
        self.ending = walk.ending

    def __await__(self) -> Generator[Any, None, AsyncPage[ItemT]]:
        return self._page().__await__()

    async def _page(self) -> AsyncPage[ItemT]:
        return AsyncPage(self._send, self._call, await self._send(self._call))


class SyncPage(CursorPage[ItemT]):
    """A page that can fetch its neighbours; iterating goes on over all pages that follow."""

    __slots__ = ("_call", "_send")

    def __init__(
        self,
        send: Callable[[Call[CursorPage[ItemT]]], CursorPage[ItemT]],
        call: Call[CursorPage[ItemT]],
        page: CursorPage[ItemT],
    ) -> None:
        self._copy(page)
        self._send = send
        self._call = call

    def next_page(self) -> SyncPage[ItemT] | None:
        return self._fetched(following(self._call, self))

    def previous_page(self) -> SyncPage[ItemT] | None:
        return self._fetched(preceding(self._call, self))

    def __iter__(self) -> Iterator[ItemT]:
        return iter(Pager(self._send, self._call, first=self))

    def _fetched(self, call: Call[CursorPage[ItemT]] | None) -> SyncPage[ItemT] | None:
        return None if call is None else SyncPage(self._send, call, self._send(call))


class AsyncPage(CursorPage[ItemT]):
    """The same for the async client: `await page.next_page()`, `async for item in page`."""

    __slots__ = ("_call", "_send")

    def __init__(
        self,
        send: Callable[[Call[CursorPage[ItemT]]], Awaitable[CursorPage[ItemT]]],
        call: Call[CursorPage[ItemT]],
        page: CursorPage[ItemT],
    ) -> None:
        self._copy(page)
        self._send = send
        self._call = call

    async def next_page(self) -> AsyncPage[ItemT] | None:
        return await self._fetched(following(self._call, self))

    async def previous_page(self) -> AsyncPage[ItemT] | None:
        return await self._fetched(preceding(self._call, self))

    def __aiter__(self) -> AsyncIterator[ItemT]:
        return AsyncPager(self._send, self._call, first=self).__aiter__()

    async def _fetched(self, call: Call[CursorPage[ItemT]] | None) -> AsyncPage[ItemT] | None:
        return None if call is None else AsyncPage(self._send, call, await self._send(call))
