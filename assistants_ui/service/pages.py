"""One page of a list, and where it leads on; and lists read to their end."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, Literal, TypeVar

from assistants_ui.service.doors import Doors
from assistants_ui.wire import Call, CursorPage, WireObject

Item = TypeVar("Item")
Wire = TypeVar("Wire", bound=WireObject)
Order = Literal["asc", "desc"]

# Beyond this many pages a list is cut: no workspace is so large, but a server may repeat itself for ever.
MOST_PAGES = 50


@dataclass(frozen=True)
class Page(Generic[Item]):
    """One page of a list and the cursors that lead on from it; None where the list ends.

    ``is_cut``: a search stopped before it had looked through everything; ``after`` goes on from there.
    """

    items: list[Item]
    after: str | None
    before: str | None
    is_cut: bool = False


def one_page(
    doors: Doors,
    listing: Callable[..., Call[CursorPage[Wire]]],
    *,
    limit: int,
    order: Order,
    after: str | None,
    before: str | None,
    fresh: bool = False,
) -> Page[Wire]:
    """One page of a list, in ``order`` of creation, next to at most one cursor.

    The page before a cursor is asked for as the page after it in the opposite order: servers
    disagree on what ``before`` returns, none on ``after``.
    """
    if before:
        opposite: Order = "asc" if order == "desc" else "desc"
        found = doors.read(listing(limit=limit, order=opposite, after=before), fresh=fresh)
        items = found.data[::-1]
        return Page(items, _last_id(items), _first_id(items) if found.may_have_more else None)
    cursor = {"after": after} if after else {}
    found = doors.read(listing(limit=limit, order=order, **cursor), fresh=fresh)
    return Page(
        found.data, _last_id(found.data) if found.may_have_more else None, _first_id(found.data) if after else None
    )


def whole_list(doors: Doors, first: Call[CursorPage[Wire]], *, fresh: bool = False) -> list[Wire]:
    """Everything from the page ``first`` on, each object once.

    Ends where the server says so, and also where it begins to repeat itself.
    """
    found: dict[str, Wire] = {}
    call: Call[Any] = first
    for _ in range(MOST_PAGES):
        page: CursorPage[Wire] = doors.read(call, fresh=fresh)
        new = {item.id: item for item in page.data if item.id not in found}
        found.update(new)
        # A server that leaves ``has_more`` out has said enough with a page that is not full.
        is_full = len(page.data) >= int(first.query.get("limit", 0))
        if not new or not page.may_have_more or not (page.has_more or is_full):
            break
        call = first.at_cursor(after=page.last_id or "")
    return list(found.values())


def _first_id(items: list[Wire]) -> str | None:
    return items[0].id if items else None


def _last_id(items: list[Wire]) -> str | None:
    return items[-1].id if items else None
