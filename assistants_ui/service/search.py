"""TextWarning assistants by what people remember of them.

The protocol cannot search, so the list is walked, a hundred at a time and through the cache, until
a page is full. Cursors work as in the plain list, because a match is an item of that list.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields, replace
from itertools import islice

import assistants_client as wire
from assistants_client import CursorPage, calls
from assistants_client.pagination import Ending, PageWalk
from assistants_ui.service.pages import Order, Page

PAGE = 100
# A request looks through this many at most; the person may let it go on from there.
MOST_AT_ONCE = 2000


@dataclass(frozen=True, kw_only=True)
class Filters:
    """What to look for; empty means that anything will do.

    ``q``: words that all stand somewhere in the name, description, instructions or id, whatever their
    case. ``model`` and ``tool``: exactly this model, this kind of tool. ``metadata``: ``key`` or ``key:value``.
    """

    q: str = ""
    model: str = ""
    tool: str = ""
    metadata: str = ""

    def __bool__(self) -> bool:
        return any(getattr(self, field.name) for field in fields(self))

    def match(self, assistant: wire.Assistant) -> bool:
        if self.model and assistant.model != self.model:
            return False
        if self.tool and all(tool.get("type") != self.tool for tool in assistant.tools):
            return False
        if self.metadata and not self._has_metadata(assistant):
            return False
        return not self.q or self._holds_every_word(assistant)

    def _has_metadata(self, assistant: wire.Assistant) -> bool:
        key, colon, value = self.metadata.partition(":")
        found = assistant.metadata.get(key.strip())
        return found is not None and (not colon or str(found) == value.strip())

    def _holds_every_word(self, assistant: wire.Assistant) -> bool:
        parts = (assistant.name, assistant.description, assistant.instructions, assistant.id)
        text = "\n".join(part for part in parts if part).casefold()
        return all(word in text for word in self.q.casefold().split())


Read = Callable[[wire.Call[CursorPage[wire.Assistant]]], CursorPage[wire.Assistant]]


def search(
    read: Read, filters: Filters, *, limit: int, order: Order, after: str | None = None, before: str | None = None
) -> Page[wire.Assistant]:
    """One page of matches next to at most one cursor, in ``order`` of creation."""
    opposite: Order = "asc" if order == "desc" else "desc"
    walk = _walk(order=opposite if before else order, after=before or after)
    walked = _items(read, walk)
    found: list[wire.Assistant] = []
    last: wire.Assistant | None = None
    for last in islice(walked, MOST_AT_ONCE):
        if filters.match(last):
            found.append(last)
        if len(found) > limit:
            break
    items = found[:limit]
    is_cut = len(found) <= limit and next(walked, None) is not None
    edge = items[-1] if len(found) > limit else last if is_cut else None
    onward = edge.id if edge else None
    nearest = items[0].id if items else before
    is_repeated = walk.ending == Ending.REPEATED
    page = Page(items, after=onward, before=nearest if after else None, is_cut=is_cut, is_repeated=is_repeated)
    return replace(page, items=items[::-1], after=nearest, before=onward) if before else page


def _walk(*, order: Order, after: str | None) -> PageWalk[wire.Assistant]:
    first = calls.assistants.list(limit=PAGE, order=order)
    return PageWalk(first.at_cursor(after=after) if after else first)


def _items(read: Read, walk: PageWalk[wire.Assistant]) -> Iterator[wire.Assistant]:
    while walk.ending is None:
        yield from walk.new_on(read(walk.call))
