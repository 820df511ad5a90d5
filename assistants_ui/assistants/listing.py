"""The list of assistants: page by page as the server keeps it, or what the catalog finds of it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

import assistants_client as wire
from assistants_ui.assistants.model_notice import notice
from assistants_ui.assistants.row_content import Changed, RowContent
from assistants_ui.assistants.rows import rows_of
from assistants_ui.assistants.saved import operations as saved_views
from assistants_ui.bulk import jobs
from assistants_ui.catalog.entries import assistant_of
from assistants_ui.catalog.excerpts import excerpt_of, marked, reach_of
from assistants_ui.catalog.facets import Facet, facets_of, which_to_drop
from assistants_ui.catalog.filters import Filters, with_keys
from assistants_ui.catalog.personal import SHOWN_RECENT, shown_of
from assistants_ui.catalog.search import FoundEntry
from assistants_ui.domain.labels import moment
from assistants_ui.forms.lists import (
    COLUMNS,
    FILTER_LABELS,
    LIMITS,
    SORTABLE,
    ListForm,
    PageForm,
    address,
    is_descending,
)
from assistants_ui.http import DashboardRequest
from assistants_ui.workspaces import cache
from dashboard.access import Right, rights_of
from dashboard.accounts import preferences
from dashboard.audit.read.revisions import last_changes
from dashboard.bounds import SEARCH_TERMS
from dashboard.lib.texts import StrOrPromise

# More results than this are counted by each filter only when somebody asks for the filters.
MOST_COUNTED = 1000


def plain_listing(request: DashboardRequest, form: PageForm) -> dict[str, Any]:
    """One page by the server's own cursors."""
    query = form.query()
    page = request.service.assistants.page(**query)
    place = {"limit": query["limit"], "order": query["order"]}
    ids = [item.id for item in page.items]
    changes = _changes(request, ids)
    contents = [RowContent(item, changed=changes.get(name)) for name, item in zip(ids, page.items, strict=True)]
    is_first = page.is_restart or ("after" not in query and "before" not in query)
    return _shared(request, place, page=page, contents=contents, sort="") | {
        "page": page,
        "is_first": is_first,
        "is_beginning": is_first,
        "has_rows": bool(contents),
        "prefetch": _prefetch(request, place, page.after),
        "mine": _mine(request, ids) if is_first and page.items else None,
        "model_notice": notice(request) if is_first and page.items else None,
        "facets": facets_of(request.workspace.name, Filters(viewer=request.user.pk))
        if _shows_filters(request)
        else None,
        "status": request.service.catalog.ready() if _shows_filters(request) else None,
    }


def found_listing(request: DashboardRequest, form: ListForm) -> dict[str, Any]:
    """One page of what the filters leave, or of the list in an order that the server does not know."""
    query, sort = form.query(), form.sorted_by()
    filters = Filters(**form.filters(), viewer=request.user.pk)
    status = request.service.catalog.ready()
    page = request.service.catalog.page(filters, sort=sort, **query)
    place = {"limit": query["limit"], "order": query["order"], "sort": sort, **filters.given}
    terms = filters.terms
    assistants = [assistant_of(entry.document) for entry in page.entries]
    reach = reach_of(assistants)
    contents = [
        _content_of(entry, assistant, terms, reach) for entry, assistant in zip(page.entries, assistants, strict=True)
    ]
    facets = _facets(request, filters)
    is_empty = not page.total and status.is_complete
    return _shared(request, place, page=page, contents=contents, sort=sort) | {
        "page": page,
        "total": page.total,
        "export_all": address(reverse("hand-over", args=[request.workspace.name]), {"all": 1, **filters.given}),
        "change_all": address(reverse("bulk-choose", args=[request.workspace.name]), {"all": 1, **place}),
        "is_first": page.is_restart or page.before is None,
        "is_cut": status.is_walking and not status.read_at,
        "status": status,
        "facets": facets,
        "filters": _chips(request, place, filters, facets or []),
        "dropping": _dropping(request, place, filters) if is_empty else [],
        "q": filters.q,
        "is_passage": len(terms) == 1 and terms[0].count(" ") >= SEARCH_TERMS,
    }


def _facets(request: DashboardRequest, filters: Filters) -> list[Facet] | None:
    """The filters with their counts; None while words alone are typed that very many hold, until they are asked for."""
    is_asked = _shows_filters(request) or list(filters.given) != ["q"]
    counted = with_keys(request.workspace.name, filters, most=MOST_COUNTED)
    return facets_of(request.workspace.name, counted or filters) if counted or is_asked else None


def _mine(request: DashboardRequest, ids: list[str]) -> dict[str, Any]:
    """What this person works with, but for what stands in the rows below anyway: nothing is on the page twice."""
    shown = shown_of(request.user.pk, request.workspace.name)
    lists = {name: [each for each in shown[name] if each[0] not in ids] for name in ("favourites", "recent", "news")}
    return shown | lists | {"recent": lists["recent"][:SHOWN_RECENT]}


def _prefetch(request: DashboardRequest, place: dict[str, Any], after: str | None) -> str:
    """The address that reads the next page ahead; none for those who want to save data."""
    wants = after and request.headers.get("Save-Data", "").lower() != "on"
    return address(request.path, place, after=after, prefetch="1") if wants else ""


def _shows_filters(request: DashboardRequest) -> bool:
    return request.GET.get("show") == "filters"


def _shared(
    request: DashboardRequest, place: dict[str, Any], *, page: Any, contents: list[RowContent], sort: str
) -> dict[str, Any]:
    """What both lists show: the rows, where they lead on, and how they can be sorted."""
    base = reverse("assistant-list", args=[request.workspace.name])
    rows, until = rows_of(contents, base=base, is_choosable=Right.CHANGE in rights_of(request.user))
    return {
        "rows": rows,
        "until": until,
        "next": address(request.path, place, after=page.after) if page.after else None,
        "previous": address(request.path, place, before=page.before) if page.before else None,
        "first": address(request.path, place),
        "heads": {name: _head(request, place, name, label, sort=sort) for name, label in SORTABLE.items()},
        "hidden": [(name, value) for name, value in place.items() if name not in ("limit", "order") and value],
        "with_filters": address(request.path, place, show="filters"),
        "here": request.get_full_path(),
        "here_query": address("", place).removeprefix("?"),
        "table": _table(request),
        "has_changed_many": jobs.has_any(request.workspace.name),
        "is_paged": "after" in request.GET or "before" in request.GET,
        **_views(request, place),
        "limits": LIMITS,
        "limit": place["limit"],
        "order": place["order"],
        "sort": sort,
    }


def _views(request: DashboardRequest, place: dict[str, Any]) -> dict[str, Any]:
    """The saved views, and the address that saves this one unless it is one of them or the whole list."""
    query = address("", place).removeprefix("?")
    views = saved_views.listed(request.user, request.workspace.name, base=request.path, current=query)
    is_new = bool(query) and not any(view["is_current"] for view in views)
    save = reverse("saved-views", args=[request.workspace.name])
    return {"views": views, "save_view": f"{save}?{urlencode({'query': query})}" if is_new else ""}


def _table(request: DashboardRequest) -> dict[str, Any]:
    """Which columns this person wants, each by its name and head, and how high the rows are."""
    chosen = (preferences.of_session(request).get("lists") or {}).get("assistants") or {}
    hidden = [name for name in COLUMNS if name in (chosen.get("hidden") or [])]
    is_compact = bool(chosen.get("is_compact"))
    return {
        "columns": [(name, str(label), name not in hidden) for name, label in COLUMNS.items()],
        "classes": " ".join([*(f"no-{name}" for name in hidden), *(["compact"] if is_compact else [])]),
        "is_compact": is_compact,
    }


def _head(
    request: DashboardRequest, place: dict[str, Any], name: str, label: StrOrPromise, *, sort: str
) -> dict[str, str]:
    """A column's head: where a click on it leads, and how the list is sorted by it now."""
    is_current = sort.removeprefix("-") == name
    current = "" if not is_current else "descending" if is_descending(sort) else "ascending"
    onward = f"-{name}" if sort == name else "" if sort == f"-{name}" else name
    return {"label": str(label), "href": address(request.path, place, sort=onward), "sorted": current}


def _changes(request: DashboardRequest, ids: list[str]) -> dict[str, Changed]:
    """Who changed each of these last, by id; kept for as long as the page that they are on."""

    def fetch() -> dict[str, list[Any]]:
        found = last_changes("assistant", ids, workspace=request.workspace.name)
        return {name: [change.name, change.at.timestamp()] for name, change in found.items()}

    copy = cache.own(request.workspace.name, "changes of assistants", {"ids": ids}, fetch) if ids else None
    known = copy.data if copy else {}
    return {name: Changed(by, datetime.fromtimestamp(at, UTC)) for name, (by, at) in known.items()}


def _content_of(entry: FoundEntry, assistant: wire.Assistant, terms: list[str], reach: int) -> RowContent:
    at = moment(entry.changed_at // 1_000_000)
    return RowContent(
        assistant,
        changed=Changed(entry.changed_by_name, at) if at else None,
        name=marked(assistant.name or "", terms) if terms else (),
        excerpt=excerpt_of(assistant, terms, reach=reach) if terms else None,
    )


def _chips(
    request: DashboardRequest, place: dict[str, Any], filters: Filters, facets: list[Facet]
) -> list[dict[str, str]]:
    """The filters in use, in words, each with the address without it."""
    labels = {(facet.name, choice.value): choice.label for facet in facets for choice in facet.choices if choice.label}
    return [
        {
            "name": name,
            "label": str(FILTER_LABELS[name]),
            "value": value,
            "shown": labels.get((name, value), value),
            "without": address(request.path, place, **{name: None}),
        }
        for name, value in filters.given.items()
    ]


def _dropping(request: DashboardRequest, place: dict[str, Any], filters: Filters) -> list[dict[str, Any]]:
    """Where nothing fits: each filter that leaves something when it is dropped."""
    return [
        {"label": str(FILTER_LABELS[name]), "count": count, "without": address(request.path, place, **{name: None})}
        for name, count in which_to_drop(request.workspace.name, filters)
    ]
