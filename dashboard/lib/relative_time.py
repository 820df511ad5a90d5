"""Times as people say them, in the reader's language."""

from __future__ import annotations

from datetime import date, datetime, timedelta, tzinfo
from functools import lru_cache

from django.utils import dateformat, formats, timezone
from django.utils.translation import get_language, gettext, ngettext_lazy

# Of each unit what is said of the past, and of the future.
STEPS = [
    (
        timedelta(days=365),
        ngettext_lazy("%(number)d year ago", "%(number)d years ago", "number"),
        ngettext_lazy("in %(number)d year", "in %(number)d years", "number"),
    ),
    (
        timedelta(days=30),
        ngettext_lazy("%(number)d month ago", "%(number)d months ago", "number"),
        ngettext_lazy("in %(number)d month", "in %(number)d months", "number"),
    ),
    (
        timedelta(days=7),
        ngettext_lazy("%(number)d week ago", "%(number)d weeks ago", "number"),
        ngettext_lazy("in %(number)d week", "in %(number)d weeks", "number"),
    ),
    (
        timedelta(days=1),
        ngettext_lazy("%(number)d day ago", "%(number)d days ago", "number"),
        ngettext_lazy("in %(number)d day", "in %(number)d days", "number"),
    ),
    (
        timedelta(hours=1),
        ngettext_lazy("%(number)d hour ago", "%(number)d hours ago", "number"),
        ngettext_lazy("in %(number)d hour", "in %(number)d hours", "number"),
    ),
    (
        timedelta(minutes=1),
        ngettext_lazy("%(number)d minute ago", "%(number)d minutes ago", "number"),
        ngettext_lazy("in %(number)d minute", "in %(number)d minutes", "number"),
    ),
]
UNITS = [int(unit.total_seconds()) for unit, _, _ in STEPS]


def relative_time(moment: datetime, *, now: datetime, language: str | None = None) -> str:
    """``3 minutes ago``, ``in 2 days`` or ``just now``: the largest whole unit, rounded down.

    ``language`` is the one that is active; who tells many times looks it up once.
    """
    language = language or get_language()
    distance = abs(now - moment)
    # Counted in seconds, since a list tells a hundred times and dividing durations takes several times as long.
    seconds = distance.days * 86_400 + distance.seconds
    for step, unit in enumerate(UNITS):
        if seconds >= unit:
            return _relative(step, seconds // unit, moment <= now, language)
    return _relative(len(UNITS), 0, moment <= now, language)


@lru_cache(maxsize=1024)
def _relative(step: int, number: int, is_past: bool, language: str | None) -> str:
    if step == len(STEPS):
        return gettext("just now") if is_past else gettext("in a moment")
    _, past, future = STEPS[step]
    return str((past if is_past else future) % {"number": number})


def next_change(moment: datetime, *, now: datetime) -> datetime:
    """When :func:`relative_time` will say something else of ``moment``."""
    if moment > now:
        return now
    distance = now - moment
    larger = timedelta.max
    for unit, _, _ in STEPS:
        number = distance // unit
        if number:
            return moment + min((number + 1) * unit, larger)
        larger = unit
    return moment + larger


def exact_time(moment: datetime, *, zone: tzinfo | None = None, language: str | None = None) -> str:
    """``21 November 2026, 13:00:00 CET``: with the zone's name, by default in the reader's zone and language."""
    local = timezone.localtime(moment, zone)
    clock = local.time().isoformat("seconds")
    return f"{_whole_day(local.date(), language or get_language())}, {clock} {local.tzname()}"


def short_time(moment: datetime) -> str:
    """``21 Nov 2026, 13:00 CET``: in the reader's zone, with its name."""
    return dateformat.format(timezone.localtime(moment), formats.get_format("SHORT_EXACT_FORMAT"))


def day_and_month(day: date) -> str:
    """``21 November``."""
    return dateformat.format(day, formats.get_format("MONTH_DAY_FORMAT"))


def whole_day(day: date) -> str:
    """``21 November 2026``."""
    return _whole_day(day, get_language())


@lru_cache(maxsize=1024)
def _whole_day(day: date, language: str | None) -> str:
    return dateformat.format(day, formats.get_format("DATE_FORMAT"))
