"""One page of a list, and where it leads on; and lists read to their end."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Generic, Literal, TypeVar

import assistants_client as wire
from assistants_client import Call, CursorPage, WireObject
from assistants_client.pagination import Ending, PageWalk
from assistants_client.probe import ProbeVerdict, verdict_on
from assistants_ui.catalog.filling import CURSOR_REFUSED
from assistants_ui.service.gateway import Gateway
from dashboard.bounds import LIST_PAGES

Item = TypeVar("Item")
Wire = TypeVar("Wire", bound=WireObject)
Order = Literal["asc", "desc"]


@dataclass(frozen=True)
class Page(Generic[Item]):
    """One page of a list and the cursors that lead on from it; None where the list ends.

    ``is_cut``: a search stopped before it had looked through everything; ``after`` goes on from there.
    ``unreadable``: how many entries of the page are no objects at all. ``is_restart``: the first page,
    since the server does not know the cursor. ``is_repeated``: the server gave again what came before.
    ``doubled``: how many entries came twice in the page, and are shown once.
    """

    items: list[Item]
    after: str | None
    before: str | None
    is_cut: bool = False
    unreadable: int = 0
    is_restart: bool = False
    is_repeated: bool = False
    doubled: int = 0


def or_first_page(page: Callable[..., Page[Item]], *, after: str | None, before: str | None) -> Page[Item]:
    """``page(after=…, before=…)``, or the first page when the server refuses the cursor."""
    try:
        return page(after=after, before=before)
    except CURSOR_REFUSED:
        if not (after or before):
            raise
        return replace(page(after=None, before=None), is_restart=True)


def one_page(
    read: Callable[[Call[CursorPage[Wire]]], CursorPage[Wire]],
    listing: Callable[..., Call[CursorPage[Wire]]],
    *,
    limit: int,
    order: Order,
    after: str | None,
    before: str | None,
) -> Page[Wire]:
    """One page of a list, in ``order`` of creation, next to at most one cursor; ``read`` asks for it.

    The page before a cursor is asked for as the page after it in the opposite order: servers
    disagree on what ``before`` returns, none on ``after``.
    """
    opposite: Order = "asc" if order == "desc" else "desc"
    cursor = before or after
    place = {"after": cursor} if cursor else {}
    found = read(listing(limit=limit, order=opposite if before else order, **place))
    items = _beyond(found.data, cursor)
    page = Page(
        items,
        after=items[-1].id if items and found.may_have_more else None,
        before=items[0].id if items and cursor else None,
        unreadable=len(found.unreadable),
        doubled=len(found.repeated),
        is_repeated=bool(found.data) and not items,
    )
    return replace(page, items=items[::-1], after=page.before, before=page.after) if before else page


class ReadList(list[Item]):
    """The objects of a whole list. ``is_complete`` is false where the server may hold some that are not in it:
    beyond the last page that was read, or as entries that could not be read.
    """

    is_complete = True


def whole_list(gateway: Gateway, first: Call[CursorPage[Wire]], *, fresh: bool = False) -> ReadList[Wire]:
    """Everything from the page ``first`` on, each object once.

    Ends where the server says so, where it begins to repeat itself, and after the most pages that are read.
    """
    found: ReadList[Wire] = ReadList()
    walk = PageWalk(first)
    while walk.ending is None and walk.pages < LIST_PAGES:
        page = gateway.read(walk.call, fresh=fresh)
        found += walk.new_on(page)
        found.is_complete = found.is_complete and not page.unreadable
    found.is_complete = found.is_complete and walk.ending == Ending.COMPLETE
    return found


def is_gone(object_id: str, everything: Callable[[], ReadList[Wire]]) -> bool:
    """Whether an object certainly no longer exists.

    That the server answers 404 to a question about it is no proof, since the route may be what is missing.
    Its list is: read whole and without the object.
    """
    try:
        found = everything()
    except wire.APIError:
        return False
    return found.is_complete and all(item.id != object_id for item in found)


def delete_unless_gone(delete: Callable[[], object], is_gone: Callable[[], bool]) -> None:
    """Delete an object; one that certainly no longer exists counts as deleted. Any other 404 is a missing route's."""
    try:
        delete()
    except wire.NotFoundError as error:
        if not is_gone():
            error.is_route = True
            raise


def one_object(ask: Callable[[], Wire], object_id: str, everything: Callable[[], ReadList[Wire]]) -> Wire:
    """What ``ask`` reads. A 404 is told as that of a route where the list is missing too, or still names the object."""
    try:
        return ask()
    except wire.NotFoundError as error:
        try:
            error.is_route = error.is_route or any(item.id == object_id for item in everything())
        except wire.APIError as unlisted:
            error.is_route = verdict_on(unlisted) is ProbeVerdict.MISSING
        raise


def or_none(ask: Callable[[], Item]) -> Item | None:
    """What ``ask`` reads, or None where the server has no such object. A 404 that is a missing route's says nothing
    of the object, and is raised."""
    try:
        return ask()
    except wire.NotFoundError as error:
        if error.is_route:
            raise
        return None


def _beyond(items: list[Wire], cursor: str | None) -> list[Wire]:
    """What comes after the cursor's own object, which some servers give too, or nothing but what came before it."""
    ids = [item.id for item in items]
    return items[ids.index(cursor) + 1 :] if cursor in ids else items
