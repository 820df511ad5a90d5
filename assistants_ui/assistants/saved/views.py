"""Keeping, renaming, sharing and deleting views of the list."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from assistants_ui.assistants.saved import operations
from assistants_ui.assistants.saved.forms import SavedViewForm
from assistants_ui.catalog.facets import facets_of
from assistants_ui.catalog.filters import Filters
from assistants_ui.forms.lists import FILTER_LABELS, SORTABLE, ListForm, is_descending
from assistants_ui.http import DashboardRequest
from assistants_ui.models import SavedView
from dashboard.access import Right, requires, rights_of
from dashboard.bounds import VIEW_CHARACTERS
from dashboard.lib.http import require_form


@require_form
@requires(Right.READ)
def index(request: DashboardRequest) -> HttpResponse:
    """The views that this person may use; POST keeps the one that ``query`` describes."""
    form = SavedViewForm(request.POST if request.method == "POST" else None)
    query = operations.query_of((request.POST if request.method == "POST" else request.GET).get("query", ""))
    if request.method == "POST" and len(query) > VIEW_CHARACTERS:
        messages.error(request, gettext("This search is too long to be kept."))
        return redirect("saved-views", request.workspace.name)
    if request.method == "POST" and form.is_valid():
        is_shared = form.cleaned_data["is_shared"] and Right.CHANGE in rights_of(request.user)
        view = operations.create(
            request.service, request.user, name=form.cleaned_data["name"], query=query, is_shared=is_shared
        )
        if view is None:
            messages.error(request, gettext("You have as many views as one person may have. Delete one first."))
            return redirect("saved-views", request.workspace.name)
        return redirect(_address(request, query))
    views = [
        (view, operations.may_change(request.user, view), _address(request, view.query))
        for view in operations.seen_by(request.user, request.workspace.name).select_related("user")
    ]
    context = {"views": views, "form": form, "query": query, "has_new": bool(query)}
    context |= {"described": _described(request, query)}
    return render(request, "saved_views/index.html", context, status=422 if form.errors else 200)


def _described(request: DashboardRequest, query: str) -> list[tuple[str, str]]:
    """The search, the filters and the order that an address of the list holds, in words."""
    form = ListForm(QueryDict(query))
    filters = Filters(**form.filters(), viewer=request.user.pk)
    facets = facets_of(request.workspace.name, filters) if filters.given else []
    labels = {(facet.name, choice.value): choice.label for facet in facets for choice in facet.choices if choice.label}
    names = {**FILTER_LABELS, "q": gettext("Search")}
    found = [(str(names[name]), labels.get((name, value), value)) for name, value in filters.given.items()]
    if sort := form.sorted_by():
        column = SORTABLE[sort.removeprefix("-")]
        words = gettext("%(column)s, descending") if is_descending(sort) else gettext("%(column)s, ascending")
        found.append((gettext("Sorted by"), words % {"column": column}))
    place = form.query()
    if place["order"] == "asc":
        found.append((gettext("Order"), gettext("Oldest first")))
    if place["limit"] != 20:
        found.append((gettext("Rows"), str(place["limit"])))
    return found


@require_POST
@requires(Right.READ)
def edit(request: DashboardRequest, view_id: int) -> HttpResponse:
    """Rename a view, share it with the team or not."""
    view = _changeable(request, view_id)
    form = SavedViewForm(request.POST)
    if not form.is_valid():
        messages.error(request, gettext("Enter a name for the view."))
        return redirect("saved-views", request.workspace.name)
    is_shared = form.cleaned_data["is_shared"]
    if is_shared and Right.CHANGE not in rights_of(request.user):
        is_shared = view.is_shared
    operations.update(request.service, view, name=form.cleaned_data["name"], is_shared=is_shared)
    messages.success(request, gettext("The view was saved."))
    return redirect("saved-views", request.workspace.name)


@require_POST
@requires(Right.READ)
def delete(request: DashboardRequest, view_id: int) -> HttpResponse:
    """Delete a view; no assistant changes by that."""
    operations.delete(request.service, _changeable(request, view_id))
    messages.success(request, gettext("The view was deleted."))
    return redirect("saved-views", request.workspace.name)


def _changeable(request: DashboardRequest, view_id: int) -> SavedView:
    view = operations.seen_by(request.user, request.workspace.name).filter(pk=view_id).first()
    if view is None or not operations.may_change(request.user, view):
        raise Http404(gettext("There is no such view that you may change."))
    return view


def _address(request: DashboardRequest, query: str) -> str:
    base = reverse("assistant-list", args=[request.workspace.name])
    return f"{base}?{query}" if query else base
