"""One page of what fits: names first, or in the order that was asked for; cursors as in the plain list."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Case, IntegerField, Q, QuerySet, Value, When

from assistants_ui.catalog.filters import WORTH_AN_ID, Filters, narrowed
from assistants_ui.models import CatalogEntry

# What a list can be sorted by beside the time of creation, and whether the largest comes first.
SORTS = {
    "name": ("name_key", False),
    "-name": ("name_key", True),
    "model": ("model", False),
    "-model": ("model", True),
    "changed": ("changed_at", True),
    "-changed": ("changed_at", False),
    "files": ("files", True),
    "-files": ("files", False),
}
# The texts that count for finding, the best first; the instructions are what is left, and the id comes last.
BEST_FIRST = ("name_key", "description_key", "labels_key", "functions_key")


@dataclass(frozen=True)
class FoundPage:
    """One page of entries, how many fit in all, and the cursors that lead on; None where the list ends.

    ``is_restart``: the first page, since the catalog does not know the cursor.
    """

    entries: list[CatalogEntry]
    total: int
    after: str | None
    before: str | None
    is_restart: bool = False


def search(
    workspace: str,
    filters: Filters,
    *,
    limit: int,
    order: str = "desc",
    sort: str = "",
    after: str | None = None,
    before: str | None = None,
) -> FoundPage:
    """The page next to at most one cursor. Asks the database alone, two or three times."""
    rows = narrowed(workspace, filters)
    keys = _keys(filters, order=order, sort=sort)
    total = rows.count()
    ranked = _with_rank(rows, filters) if keys[0][0] == "rank" else rows
    cursor = before or after
    place = _place(workspace, filters, cursor, keys=keys) if cursor else None
    is_back = bool(before) and place is not None
    if is_back:
        keys = [(name, not falls) for name, falls in keys]
    if place is not None:
        ranked = ranked.filter(_beyond(keys, place))
    ordered = (
        ranked.select_related("stored")
        .defer("stored__text")
        .order_by(*(f"{'-' if falls else ''}{name}" for name, falls in keys))
    )
    found = list(ordered[: limit + 1])
    shown, has_more = found[:limit], len(found) > limit
    onward = shown[-1].assistant_id if has_more else None
    back = shown[0].assistant_id if shown and place is not None else None
    is_restart = bool(cursor) and place is None
    if is_back:
        return FoundPage(shown[::-1], total, after=back, before=onward)
    return FoundPage(shown, total, after=onward, before=back, is_restart=is_restart)


def in_order(workspace: str, filters: Filters) -> QuerySet[CatalogEntry]:
    """Everything that fits, the newest first."""
    return narrowed(workspace, filters).order_by("-created_at", "-place")


def _keys(filters: Filters, *, order: str, sort: str) -> list[tuple[str, bool]]:
    """The columns that decide, with whether each falls; the last two make the order total."""
    falls = order != "asc"
    by_age = [("created_at", falls), ("place", falls)]
    if sort in SORTS:
        return [SORTS[sort], *by_age]
    return [("rank", False), *by_age] if filters.terms else by_age


def _with_rank(rows: QuerySet[CatalogEntry], filters: Filters) -> QuerySet[CatalogEntry]:
    """Where the terms were found: 0 to 2 in the name, 3 to 5 further on, 6 in the instructions, 7 in the id."""
    terms = filters.terms
    whole = " ".join(terms)
    cases = [When(name_key=whole, then=Value(0)), When(name_key__startswith=whole, then=Value(1))]
    for count in range(1, len(BEST_FIRST) + 1):
        fields = BEST_FIRST[:count]
        every = Q()
        for term in terms:
            anywhere = Q()
            for field in fields:
                anywhere |= Q(**{f"{field}__contains": term})
            every &= anywhere
        cases.append(When(every, then=Value(1 + count)))
    by_id = Q(pk__in=[])
    for term in terms:
        if len(term) >= WORTH_AN_ID:
            by_id |= Q(id_key__contains=term)
    cases.append(When(by_id, then=Value(7)))
    return rows.annotate(rank=Case(*cases, default=Value(6), output_field=IntegerField()))


def _place(workspace: str, filters: Filters, cursor: str, *, keys: list[tuple[str, bool]]) -> dict[str, Any] | None:
    """Where the cursor's assistant stands in this order, even if it fits no more."""
    rows: QuerySet[CatalogEntry] = CatalogEntry.objects.filter(workspace=workspace, assistant_id=cursor)
    if keys[0][0] == "rank":
        rows = _with_rank(rows, filters)
    found: dict[str, Any] | None = rows.values(*(name for name, _ in keys)).first()
    return found


def _beyond(keys: list[tuple[str, bool]], place: dict[str, Any]) -> Q:
    """What comes after ``place`` in the order of ``keys``."""
    beyond, same = Q(), Q()
    for name, falls in keys:
        beyond |= same & Q(**{f"{name}__{'lt' if falls else 'gt'}": place[name]})
        same &= Q(**{name: place[name]})
    return beyond
