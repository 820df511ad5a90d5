"""Vector stores: what assistants search in."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

import assistants_client as wire
from assistants_ui.domain.labels import disambiguators, label, moment
from assistants_ui.files.attachments.steps import marks_in
from assistants_ui.files.knowledge import extraction_of, half_finished
from assistants_ui.files.usage import StoreUsers, store_users
from assistants_ui.forms.lists import ListForm, address
from assistants_ui.http import DashboardRequest
from assistants_ui.messages import undo_of_request
from assistants_ui.service.files import FileNames
from assistants_ui.service.pages import ReadList
from assistants_ui.service.secondary import Secondary, secondary
from assistants_ui.vector_stores.forms import SearchForm, VectorStoreForm
from assistants_ui.vector_stores.search import passages
from dashboard.access import Right, requires
from dashboard.lib.http import is_partial, require_form


@require_safe
@requires(Right.READ)
def index(request: DashboardRequest) -> HttpResponse:
    query = ListForm(request.GET).query()
    page = request.service.vector_stores.page(**query)
    users = known_users(request, [store.id for store in page.items]) if page.items else StoreUsers({}, is_complete=True)
    place = {"limit": query["limit"], "order": query["order"]}
    apart = disambiguators(page.items)
    context = {
        "rows": [{**row(store, users=users), "apart": apart.get(store.id)} for store in page.items],
        "next": address(request.path, place, after=page.after) if page.after else None,
        "previous": address(request.path, place, before=page.before) if page.before else None,
        "first": address(request.path, place),
        "is_first": page.is_restart or ("after" not in query and "before" not in query),
        "page": page,
        "stale_since": request.service.gateway.stale_since,
    }
    template = "vector_stores/_results.html" if is_partial(request) else "vector_stores/index.html"
    return render(request, template, context)


def known_users(request: DashboardRequest, ids: list[str], *, fresh: bool = False) -> StoreUsers:
    """Who searches these stores, as far as that can be read."""
    unknown = StoreUsers({}, is_complete=False)
    return secondary(
        request.service.gateway, lambda: store_users(request.service, ids, fresh=fresh), otherwise=unknown
    ).value


def row(store: wire.VectorStore, *, users: StoreUsers) -> dict[str, Any]:
    """What a list shows of one store."""
    return {
        "id": store.id,
        "name": label(store),
        "status": store.status,
        "counts": store.file_counts,
        "bytes": store.usage_bytes,
        "users": users.of(store.id),
        "may_have_others": not users.is_complete,
        "created": moment(store.created_at),
        "last_active": moment(store.last_active_at),
        "expires": moment(store.expires_at),
    }


@require_safe
@requires(Right.READ)
def detail(request: DashboardRequest, store_id: str) -> HttpResponse:
    """One store, and with ``q`` the passages that it finds."""
    store = request.service.vector_stores.retrieve(store_id)
    question = SearchForm(request.GET).question
    users = known_users(request, [store.id])
    marks = marks_in(store.metadata)
    context = {
        **row(store, users=users),
        "store": store,
        "metadata": [(key, value) for key, value in store.metadata.items() if key not in marks],
        "is_made_here": bool(marks),
        "question": question,
        "found": passages(request.service, store.id, question) if question else None,
        **entries(request, store.id),
        "half_finished": half_finished(request.workspace.name, store_id=store.id),
        "stale_since": request.service.gateway.stale_since,
    }
    template = "vector_stores/_passages.html" if request.htmx and question else "vector_stores/detail.html"
    return render(request, template, context)


def entries(request: DashboardRequest, store_id: str, *, fresh: bool = False) -> dict[str, Any]:
    """What a list shows of the files of a store: each with what is known of it, and why something is not."""
    nothing: ReadList[wire.VectorStoreFile] = ReadList()
    found = secondary(
        request.service.gateway,
        lambda: request.service.vector_stores.files(store_id, fresh=fresh),
        otherwise=nothing,
    )
    names = request.service.files.names_or_why_not() if found.value else Secondary(FileNames())
    return {
        "entries": [(entry, names.value.get(entry.id), extraction_of(entry)) for entry in found.value],
        "entries_problem": found.problem,
        "names_problem": names.problem,
        "all_names_known": names.value.is_complete,
    }


@require_form
@requires(Right.CHANGE)
def create(request: DashboardRequest) -> HttpResponse:
    form = VectorStoreForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        store = form.submit(lambda: request.service.vector_stores.create(form.changes()))
        if store:
            messages.success(
                request, gettext("“%(store)s” was created. Now add the files to search in.") % {"store": label(store)}
            )
            return redirect("vector-store-detail", request.workspace.name, store.id)
    return _form_page(request, form, cancel=reverse("vector-store-list", args=[request.workspace.name]))


@require_form
@requires(Right.CHANGE)
def edit(request: DashboardRequest, store_id: str) -> HttpResponse:
    store = request.service.vector_stores.retrieve(store_id, fresh=True)
    back = reverse("vector-store-detail", args=[request.workspace.name, store.id])
    form = VectorStoreForm(request.POST if request.method == "POST" else None, base=store)
    if request.method == "POST" and form.is_valid():
        changes = form.changes()
        if not changes:
            messages.info(request, gettext("Nothing was changed, so nothing was saved."))
            return redirect(back)
        if form.submit(lambda: request.service.vector_stores.update(store, changes)):
            messages.success(
                request, gettext("Vector store saved."), extra_tags=undo_of_request(request.service, store.id)
            )
            return redirect(back)
    return _form_page(request, form, cancel=back, store=store, name=label(store))


def _form_page(request: DashboardRequest, form: VectorStoreForm, **context: Any) -> HttpResponse:
    status = 200
    if form.is_bound:
        status = form.problem.status if form.problem else 422
    return render(request, "vector_stores/form.html", {"form": form, **context}, status=status)


@require_form
@requires(Right.CHANGE)
def delete(request: DashboardRequest, store_id: str) -> HttpResponse:
    """Delete the store after showing who searches in it; its files stay."""
    store = request.service.vector_stores.retrieve(store_id, fresh=True)
    if request.method == "POST":
        request.service.vector_stores.delete(store)
        messages.success(
            request, gettext("“%(store)s” was deleted. Its files are still there.") % {"store": label(store)}
        )
        return redirect("vector-store-list", request.workspace.name)
    users = known_users(request, [store.id], fresh=True)
    return render(request, "vector_stores/delete.html", row(store, users=users))
