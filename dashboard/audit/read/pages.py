"""One page of lines between two cursors, found in bounded time however long the log is."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Max

from dashboard.audit.models import Record
from dashboard.audit.read.entries import LogEntry, log_entries
from dashboard.audit.read.filters import LogFilters

SIZE = 50
# Free text looks into every row's full text, so it looks back this many rows and then asks.
REACH = 50_000


@dataclass(frozen=True, kw_only=True)
class LogPage:
    """Lines, newest first. ``older`` and ``newer`` are the cursors on; None where there is nothing.

    ``searched_back_to`` is the row at which a text search paused: ``older`` then goes on from there.
    """

    lines: list[LogEntry]
    older: int | None
    newer: int | None
    searched_back_to: int | None = None


def page_of(filters: LogFilters, *, before: int | None = None, after: int | None = None) -> LogPage:
    """The lines older than ``before``, or the oldest ones newer than ``after``, or the newest."""
    rows = filters.lines().defer("body")
    if after is not None:
        newer_first = list(rows.filter(seq__gt=after).order_by("seq")[: SIZE + 1])
        shown = newer_first[:SIZE][::-1]
        return LogPage(
            lines=log_entries(shown), older=after + 1, newer=shown[0].seq if len(newer_first) > SIZE else None
        )
    if before is not None:
        rows = rows.filter(seq__lt=before)
    floor = 0
    if filters.q:
        top = before or (Record.objects.aggregate(last=Max("seq"))["last"] or 0) + 1
        floor = max(top - REACH, 0)
        rows = rows.filter(seq__gte=floor)
    found = list(rows[: SIZE + 1])
    shown = found[:SIZE]
    newer = (shown[0].seq if shown else (before or 1) - 1) if before is not None else None
    if len(found) > SIZE:
        return LogPage(lines=log_entries(shown), older=shown[-1].seq, newer=newer)
    paused = floor if floor > 1 else None
    return LogPage(lines=log_entries(shown), older=paused, newer=newer, searched_back_to=paused)
