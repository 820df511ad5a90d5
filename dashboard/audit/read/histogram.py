"""The picture of activity: how many things happened in each hour or day, as bars to click on."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

from django.db.models import Count
from django.db.models.functions import Substr
from django.utils.translation import gettext

from dashboard.audit.read.filters import LogFilters
from dashboard.audit.record.types import RecordKind
from dashboard.lib.relative_time import day_and_month

HOURS = 48
DAYS = 60
WIDTH, HEIGHT, GAP = 960, 72, 2


@dataclass(frozen=True, kw_only=True)
class Bar:
    """One hour or day: where it is drawn, what it says, and the address that filters by it."""

    label: str
    count: int
    query: str
    x: float
    y: float
    width: float
    height: float
    is_chosen: bool


@dataclass(frozen=True, kw_only=True)
class Histogram:
    """Bars from left to right, and what they span."""

    bars: list[Bar]
    unit: str
    first: str
    last: str
    width: int = WIDTH
    height: int = HEIGHT

    @property
    def is_empty(self) -> bool:
        return not any(bar.count for bar in self.bars)


def histogram(filters: LogFilters, *, now: datetime | None = None) -> Histogram:
    """The last 48 hours, or the hours around a chosen one, or the days of a chosen range (at most 60).

    When nothing that fits happened in the last 48 hours, the last 60 days.
    """
    end = now or datetime.now(UTC)
    if filters.since or filters.until or len(filters.hour) == len("2026-11-21"):
        return _days(filters, end=end)
    if filters.hour:
        chosen = datetime.strptime(filters.hour, "%Y-%m-%dT%H").replace(tzinfo=UTC)
        end = chosen + timedelta(hours=HOURS // 2) if end - chosen >= timedelta(hours=HOURS) else end
    keys = [f"{end - timedelta(hours=number):%Y-%m-%dT%H}" for number in reversed(range(HOURS))]
    hours = _drawn(filters, keys=keys, unit=gettext("hour"))
    return hours if filters.hour or not hours.is_empty else _days(filters, end=end)


def _days(filters: LogFilters, *, end: datetime) -> Histogram:
    last = filters.until or end.date()
    if filters.hour:
        last = min(last, date.fromisoformat(filters.hour[:10]) + timedelta(days=DAYS // 2))
    first = max(filters.since or date.min, last - min(timedelta(days=DAYS - 1), last - date.min))
    keys = [(first + timedelta(days=number)).isoformat() for number in range((last - first).days + 1)]
    return _drawn(filters, keys=keys, unit=gettext("day"))


def _drawn(filters: LogFilters, *, keys: list[str], unit: str) -> Histogram:
    counts = _counts(filters, keys)
    most = max(counts.values(), default=0)
    step = WIDTH / max(len(keys), 1)
    bars = []
    for number, key in enumerate(keys):
        count = counts.get(key, 0)
        # A bar that is there must be seen and hit, however small it is beside the largest.
        height = round(max(HEIGHT * count / most, 4), 1) if count else 0.0
        bars.append(
            Bar(
                label=gettext("%(when)s: %(count)d") % {"when": _label(key), "count": count},
                count=count,
                query=filters.query(hour="" if filters.hour == key else key),
                x=round(number * step, 1),
                y=HEIGHT - height,
                width=round(step - GAP, 1),
                height=height,
                is_chosen=filters.hour == key,
            )
        )
    first, last = (_label(keys[0]), _label(keys[-1])) if keys else ("", "")
    return Histogram(bars=bars, unit=unit, first=first, last=last)


def _counts(filters: LogFilters, keys: list[str]) -> dict[str, int]:
    if not keys:
        return {}
    rows = replace(filters, hour="").rows().exclude(kind=RecordKind.INTENT.value)
    rows = rows.filter(at__gte=keys[0], at__lt=f"{keys[-1]}~").order_by()
    counted = rows.annotate(bar=Substr("at", 1, len(keys[0]))).values_list("bar").annotate(number=Count("seq"))
    return dict(counted)


def _label(key: str) -> str:
    if len(key) == len("2026-11-21"):
        return day_and_month(date.fromisoformat(key))
    start = datetime.strptime(key, "%Y-%m-%dT%H").replace(tzinfo=UTC)
    return gettext("%(day)s, %(time)s UTC") % {"day": day_and_month(start), "time": f"{start:%H:00}"}
