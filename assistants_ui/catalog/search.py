"""One page of what fits: names first, or in the order that was asked for; cursors as in the plain list."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.db import connections, router
from django.db.models import Count, IntegerField, Q, QuerySet, Window
from django.db.models.expressions import RawSQL

from assistants_ui.catalog import ranking
from assistants_ui.catalog.filters import Filters, narrowed
from assistants_ui.models import CatalogDocument, CatalogEntry

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


@dataclass(frozen=True)
class FoundEntry:
    """What a list shows of an entry; ``document`` is the assistant as the server sent it."""

    assistant_id: str
    changed_at: int
    changed_by_name: str
    document: str


@dataclass(frozen=True)
class FoundPage:
    """One page of entries, how many fit in all, and the cursors that lead on; None where the list ends.

    ``is_restart``: the first page, since the catalog does not know the cursor.
    """

    entries: list[FoundEntry]
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
    """The page next to at most one cursor. Asks the database alone, and once for each word."""
    keys = _keys(filters, order=order, sort=sort)
    if not (before or after) and keys[0][0] == "rank" and list(filters.given) == ["q"]:
        total, found = ranking.first_keys(workspace, filters.search_terms, limit=limit + 1, descending=order != "asc")
        return _first_page(total, found, limit=limit)
    rows = narrowed(workspace, filters)
    ranked = _with_rank(rows, filters) if keys[0][0] == "rank" else rows
    cursor = before or after
    place = _place(workspace, filters, cursor, keys=keys) if cursor else None
    is_back = bool(before) and place is not None
    if is_back:
        keys = [(name, not descending) for name, descending in keys]
    if place is not None:
        ranked = ranked.filter(_beyond(keys, place))
    ordered = ranked.order_by(*(f"{'-' if descending else ''}{name}" for name, descending in keys))
    total, found = _ids_of(ordered, limit=limit + 1, everything=rows if place is not None else None)
    shown, has_more = _entries_of(found[:limit]), len(found) > limit
    onward = shown[-1].assistant_id if has_more else None
    back = shown[0].assistant_id if shown and place is not None else None
    is_restart = bool(cursor) and place is None
    if is_back:
        return FoundPage(shown[::-1], total, after=back, before=onward)
    return FoundPage(shown, total, after=onward, before=back, is_restart=is_restart)


def _first_page(total: int, found: list[int], *, limit: int) -> FoundPage:
    shown = _entries_of(found[:limit])
    return FoundPage(shown, total, after=shown[-1].assistant_id if shown and len(found) > limit else None, before=None)


def _ids_of(
    ordered: QuerySet[CatalogEntry], *, limit: int, everything: QuerySet[CatalogEntry] | None
) -> tuple[int, list[int]]:
    """How many there are, and the first of them by their keys alone: to sort whole documents would take long.

    ``everything`` is what is to be counted, where ``ordered`` is only what comes after a cursor.
    """
    if everything is not None:
        return everything.count(), list(ordered.values_list("pk", flat=True)[:limit])
    found = list(ordered.annotate(total=Window(Count("pk"))).values_list("pk", "total")[:limit])
    return (found[0][1] if found else 0), [key for key, _ in found]


def _entries_of(keys: list[int]) -> list[FoundEntry]:
    """The entries with their documents, in this order. As models they would take longer than finding them does."""
    if not keys:
        return []
    with connections[router.db_for_read(CatalogEntry)].cursor() as cursor:
        cursor.execute(_entries_sql(len(keys)), keys)
        rows = {row[0]: FoundEntry(*row[1:]) for row in cursor.fetchall()}
    return [rows[key] for key in keys if key in rows]


@lru_cache(maxsize=128)
def _entries_sql(count: int) -> str:
    return f"""
        SELECT e.id, e.assistant_id, e.changed_at, e.changed_by_name, d.document FROM {ranking.ENTRY} e
        JOIN {CatalogDocument._meta.db_table} d ON d.entry_id = e.id WHERE e.id IN ({", ".join(["%s"] * count)})"""  # noqa: S608  (names of ours; every value is a parameter)


def in_order(workspace: str, filters: Filters) -> QuerySet[CatalogEntry]:
    """Everything that fits, the newest first."""
    return narrowed(workspace, filters).order_by("-created_at", "-place")


def _keys(filters: Filters, *, order: str, sort: str) -> list[tuple[str, bool]]:
    """The columns that decide, each with whether it is descending; the last two make the order total."""
    descending = order != "asc"
    by_age = [("created_at", descending), ("place", descending)]
    if sort in SORTS:
        return [SORTS[sort], *by_age]
    return [("rank", False), *by_age] if filters.terms else by_age


def _with_rank(rows: QuerySet[CatalogEntry], filters: Filters) -> QuerySet[CatalogEntry]:
    ranked = ranking.rank(filters.search_terms)
    return rows.annotate(rank=RawSQL(ranked.text, ranked.params, output_field=IntegerField()))  # noqa: S611  (all values are parameters)


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
    for name, descending in keys:
        beyond |= same & Q(**{f"{name}__{'lt' if descending else 'gt'}": place[name]})
        same &= Q(**{name: place[name]})
    return beyond
