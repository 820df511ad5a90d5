"""Vector stores: what assistants search in."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from assistants_ui import wire
from assistants_ui.forms.lists import ListForm, address
from assistants_ui.http import DashboardRequest
from assistants_ui.knowledge import half_finished
from assistants_ui.views.files import moment
from assistants_ui.where_used import uses_of_stores
from dashboard.team.roles import Right, requires


@require_safe
@requires(Right.READ)
def index(request: DashboardRequest) -> HttpResponse:
    query = ListForm(request.GET).query()
    page = request.service.vector_stores.page(**query)
    users = uses_of_stores(request.service.assistants.all()) if page.items else {}
    place = {"limit": query["limit"], "order": query["order"]}
    context = {
        "rows": [row(store, users=users.get(store.id, [])) for store in page.items],
        "next": address(request.path, place, after=page.after) if page.after else None,
        "previous": address(request.path, place, before=page.before) if page.before else None,
        "first": address(request.path, place),
        "is_first": "after" not in query and "before" not in query,
        "stale_since": request.service.doors.stale_since,
    }
    template = (
        "vector_stores/_results.html" if request.htmx and not request.htmx.boosted else "vector_stores/index.html"
    )
    return render(request, template, context)


def row(store: wire.VectorStore, *, users: list[wire.Assistant]) -> dict[str, Any]:
    """What a list shows of one store."""
    return {
        "id": store.id,
        "name": label(store),
        "status": store.status,
        "counts": store.file_counts,
        "bytes": store.usage_bytes,
        "users": users,
        "created": moment(store.created_at),
        "last_active": moment(store.last_active_at),
        "expires": moment(store.expires_at),
    }


def label(store: wire.VectorStore) -> str:
    """What people call the store: its name, or the id of one that has none."""
    return store.name or f"Untitled {store.id}"


@require_safe
@requires(Right.READ)
def detail(request: DashboardRequest, store_id: str) -> HttpResponse:
    store = request.service.vector_stores.retrieve(store_id)
    names = request.service.files.names()
    users = uses_of_stores(request.service.assistants.all()).get(store.id, [])
    context = {
        **row(store, users=users),
        "store": store,
        "metadata": store.metadata.items(),
        "files": [(entry, names.get(entry.id)) for entry in request.service.vector_stores.files(store_id)],
        "half_finished": half_finished(request.workspace.name, store_id=store.id),
        "stale_since": request.service.doors.stale_since,
    }
    return render(request, "vector_stores/detail.html", context)
