"""Cursor pages: exact in both directions, also among equal timestamps and deleted cursors."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from django.db.models import Model, Q, QuerySet
from django.http import QueryDict

from assistants_server.http.errors import Refusal, invalid
from assistants_server.http.validation import within, wrong_type

Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True)
class Position:
    """A place in a list: where an object stands, or stood before it was deleted."""

    created_at: int
    seq: int


@dataclass(frozen=True, kw_only=True)
class ListWindow:
    """Which part of a list is asked for; ``after`` and ``before`` are ids and exclusive."""

    limit: int
    newest_first: bool
    after: str | None
    before: str | None

    @classmethod
    def of(cls, query: QueryDict, *, most: int = 100, default: int = 20) -> ListWindow:
        """Read ``limit``, ``order``, ``after`` and ``before``; raises a 400 for what they must not be."""
        order = query.get("order") or "desc"
        if order not in ("asc", "desc"):
            raise invalid(
                f"Invalid value: '{order[:64]}'. Supported values are: 'asc' and 'desc'.",
                param="order",
                code="invalid_value",
            )
        return cls(
            limit=_limit(query.get("limit"), most=most, default=default),
            newest_first=order == "desc",
            after=query.get("after") or None,
            before=query.get("before") or None,
        )


def _limit(text: str | None, *, most: int, default: int) -> int:
    if text is None:
        return default
    if not text.removeprefix("-").isdecimal() or not text.isascii() or len(text) > 20:
        raise wrong_type("limit", expected="an integer", value=text)
    within(int(text), "limit", kind="integer", minimum=1, maximum=most)
    return int(text)


@dataclass(frozen=True)
class ListPage(Generic[Row]):
    rows: list[Row]
    has_more: bool


def page(
    rows: QuerySet[Row],
    window: ListWindow,
    *,
    locate: Callable[[str], Position | None],
    unknown: Callable[[str, str], Refusal],
) -> ListPage[Row]:
    """The part of ``rows`` that ``window`` asks for, always in the asked order.

    With ``before`` alone it is the ``limit`` rows right before that object, and ``has_more``
    tells whether more stand even further back; otherwise ``has_more`` tells whether more follow.
    ``unknown(param, cursor)`` makes the refusal for a cursor that ``locate`` does not know.
    """
    if window.after is not None:
        rows = rows.filter(_beyond(_place("after", window.after, locate, unknown), older=window.newest_first))
    if window.before is not None:
        rows = rows.filter(_beyond(_place("before", window.before, locate, unknown), older=not window.newest_first))
    backward = window.before is not None and window.after is None
    descending = window.newest_first != backward
    ordered = rows.order_by("-created_at", "-seq") if descending else rows.order_by("created_at", "seq")
    found = list(ordered[: window.limit + 1])
    has_more = len(found) > window.limit
    found = found[: window.limit]
    if backward:
        found.reverse()
    return ListPage(found, has_more)


def _place(
    param: str, cursor: str, locate: Callable[[str], Position | None], unknown: Callable[[str, str], Refusal]
) -> Position:
    position = locate(cursor)
    if position is None:
        raise unknown(param, cursor)
    return position


def _beyond(position: Position, *, older: bool) -> Q:
    # The first condition repeats the second in a form that an index on created_at can use.
    at, seq = position.created_at, position.seq
    if older:
        return Q(created_at__lte=at) & (Q(created_at__lt=at) | Q(seq__lt=seq))
    return Q(created_at__gte=at) & (Q(created_at__gt=at) | Q(seq__gt=seq))
