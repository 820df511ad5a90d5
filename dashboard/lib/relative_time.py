"""Times as people say them."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils import dateformat, formats, timezone

from dashboard.lib.counting import counted

STEPS = [
    (timedelta(days=365), "year"),
    (timedelta(days=30), "month"),
    (timedelta(days=7), "week"),
    (timedelta(days=1), "day"),
    (timedelta(hours=1), "hour"),
    (timedelta(minutes=1), "minute"),
]


def relative_time(moment: datetime, *, now: datetime) -> str:
    """``3 minutes ago``, ``in 2 days`` or ``just now``: the largest whole unit, rounded down."""
    distance = abs(now - moment)
    for unit, name in STEPS:
        number = distance // unit
        if number:
            words = counted(number, name)
            return f"{words} ago" if moment <= now else f"in {words}"
    return "just now" if moment <= now else "in a moment"


def exact_time(moment: datetime) -> str:
    """``21 November 2026, 13:00:00 CET``: in the reader's zone and language, with the zone's name."""
    return dateformat.format(timezone.localtime(moment), formats.get_format("EXACT_FORMAT"))
