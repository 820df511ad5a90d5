"""What a list of assistants can be narrowed to; everything that is said applies together."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from functools import cached_property
from typing import Any

from django.db import connections
from django.db.models import CharField, Func, Q, QuerySet
from django.db.models.expressions import RawSQL

from assistants_ui.catalog.entries import tag_key
from assistants_ui.catalog.folding import terms_of
from assistants_ui.catalog.ranking import SearchTerm, look_up, matching
from assistants_ui.catalog.states import STATES
from assistants_ui.models import CatalogEntry, CatalogTag
from assistants_ui.models.catalog import TEXT

Kind = CatalogTag.Kind
DAY = 86_400 * 1_000_000
PERIODS = {"day": 1, "week": 7, "month": 30, "quarter": 90}

# What narrows, by its name in the address; the other fields of Filters only say how.
NAMES = frozenset({"q", "model", "tool", "metadata", "files", "by", "changed", "state"})


@dataclass(frozen=True, kw_only=True)
class Filters:
    """What to look for; empty means that anything will do.

    ``q``: words and quoted phrases that all occur somewhere, also inside a word, whatever their case and accents.
    ``model`` and ``tool``: exactly this one. ``metadata``: ``key`` or ``key:value``. ``files``: ``yes`` or ``no``.
    ``by``: who made the last recorded change. ``changed``: within a ``day``, ``week``, ``month`` or ``quarter``, or
    ``never`` as far as the record tells. ``state``: one of :data:`assistants_ui.catalog.states.STATES`, some of which
    depend on who looks (``viewer``, which narrows nothing by itself). ``keys``: the entries that hold the words of
    ``q``, where they have been looked up already.
    """

    q: str = ""
    model: str = ""
    tool: str = ""
    metadata: str = ""
    files: str = ""
    by: str = ""
    changed: str = ""
    state: str = ""
    viewer: int = 0
    keys: tuple[int, ...] | None = None

    def __bool__(self) -> bool:
        return bool(self.given)

    @property
    def given(self) -> dict[str, str]:
        """The filters that are set, by name."""
        return {
            field.name: value for field in fields(self) if field.name in NAMES and (value := getattr(self, field.name))
        }

    def without(self, name: str) -> Filters:
        # Every filter that has a name is a text.
        cleared: dict[str, Any] = {name: ""}
        return replace(self, **cleared)

    @property
    def terms(self) -> list[str]:
        return terms_of(self.q)

    @cached_property
    def search_terms(self) -> list[SearchTerm]:
        """The terms with the words of the index that contain them, looked up once."""
        return look_up(self.terms)


def with_keys(workspace: str, filters: Filters, *, most: int) -> Filters | None:
    """The same filters with the words looked up once for many questions; None where more than ``most`` hold them."""
    if not filters.q:
        return filters
    keys = tuple(_matching(workspace, filters).values_list("pk", flat=True)[: most + 1])
    return replace(filters, keys=keys) if len(keys) <= most else None


def entries_of(workspace: str) -> QuerySet[CatalogEntry]:
    """Every assistant of the workspace that the catalog knows."""
    return CatalogEntry.objects.filter(workspace=workspace, is_deleted=False)


def narrowed(workspace: str, filters: Filters) -> QuerySet[CatalogEntry]:
    """The entries that fit all filters, in no order."""
    if filters.q and filters.keys is not None:
        rows = CatalogEntry.objects.filter(pk__in=filters.keys)
    else:
        rows = _matching(workspace, filters) if filters.q else entries_of(workspace)
    for name, value in filters.without("q").given.items():
        rows = _by_state(rows, value, workspace, filters.viewer) if name == "state" else NARROW[name](rows, value)
    return rows


class Unindexed(Func):
    """A column for which SQLite is not to use an index: few rows hold a word, and all are of the workspace."""

    template = "+%(expressions)s"


def _matching(workspace: str, filters: Filters) -> QuerySet[CatalogEntry]:
    found = matching(workspace, filters.search_terms)
    if found is None:
        return CatalogEntry.objects.none()
    rows = CatalogEntry.objects.filter(pk__in=RawSQL(found.text, found.params), is_deleted=False)  # noqa: S611  (all values are parameters)
    if connections[rows.db].vendor == "sqlite":
        return rows.alias(own=Unindexed("workspace", output_field=CharField())).filter(own=workspace)
    return rows.filter(workspace=workspace)


def _by_model(rows: QuerySet[CatalogEntry], value: str) -> QuerySet[CatalogEntry]:
    return rows.filter(model=value[:TEXT])


def _by_tool(rows: QuerySet[CatalogEntry], value: str) -> QuerySet[CatalogEntry]:
    return rows.filter(_has(Kind.TOOL, value))


def _by_label(rows: QuerySet[CatalogEntry], value: str) -> QuerySet[CatalogEntry]:
    key, colon, content = value.partition(":")
    if not colon:
        return rows.filter(_has(Kind.LABEL_NAME, key, key.strip()))
    # Blanks may be typed around the colon, and may belong to the label.
    return rows.filter(_has(Kind.LABEL, value, f"{key.strip()}:{content.strip()}"))


def _by_files(rows: QuerySet[CatalogEntry], value: str) -> QuerySet[CatalogEntry]:
    kinds = {"no": rows.filter(files=0), "yes": rows.filter(files__gt=0)}
    return kinds.get(value, rows.none())


def _by_author(rows: QuerySet[CatalogEntry], value: str) -> QuerySet[CatalogEntry]:
    return rows.filter(changed_by=value)


def _by_age(rows: QuerySet[CatalogEntry], value: str) -> QuerySet[CatalogEntry]:
    if value == "never":
        return rows.filter(changed_at=0)
    return rows.filter(changed_at__gte=since(value)) if value in PERIODS else rows.none()


def _by_state(rows: QuerySet[CatalogEntry], value: str, workspace: str, viewer: int) -> QuerySet[CatalogEntry]:
    return STATES[value](rows, workspace, viewer) if value in STATES else rows.none()


def _has(kind: Kind, *values: str) -> Q:
    return Q(pk__in=CatalogTag.objects.filter(kind=kind, key__in=set(map(tag_key, values))).values("entry"))


def since(period: str) -> int:
    """When a period began, in microseconds."""
    return time.time_ns() // 1000 - PERIODS[period] * DAY


NARROW: dict[str, Callable[[QuerySet[CatalogEntry], str], QuerySet[CatalogEntry]]] = {
    "model": _by_model,
    "tool": _by_tool,
    "metadata": _by_label,
    "files": _by_files,
    "by": _by_author,
    "changed": _by_age,
}
