"""Choosing what to do to many assistants, seeing it before, and following it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.db.models import Count, QuerySet
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_POST, require_safe

from assistants_ui.bulk import jobs
from assistants_ui.bulk.changes import DELETE, UNDO, ManyChange
from assistants_ui.bulk.forms import ManyChangeForm
from assistants_ui.catalog.entries import storable
from assistants_ui.catalog.filters import Filters, entries_of
from assistants_ui.catalog.folding import phrase_of
from assistants_ui.catalog.search import in_order
from assistants_ui.domain.model_rules import in_groups, note_on
from assistants_ui.forms.fields import reason_in
from assistants_ui.forms.lists import ListForm
from assistants_ui.http import DashboardRequest
from assistants_ui.models import BulkItem, BulkJob, CatalogEntry
from assistants_ui.service.catalog import assistant_of
from dashboard.access import Right, requires
from dashboard.audit.read.comparison import compare
from dashboard.lib.http import is_partial, require_form
from dashboard.lib.matching import Budget

SHOWN = 100


@require_form
@requires(Right.CHANGE)
def choose(request: DashboardRequest) -> HttpResponse:
    """What to do to the assistants named by ``id``, or to all that the list's filters leave."""
    request.service.catalog.ready()
    rows, query = _chosen(request)
    number = rows.count()
    if not number:
        messages.info(request, gettext("Choose the assistants to change first."))
        return redirect("assistant-list", request.workspace.name)
    form = ManyChangeForm(request.POST if request.method == "POST" else None, initial=_wish(request))
    if request.method == "POST" and form.is_valid():
        chosen = rows.select_related("stored")[: jobs.MOST].iterator(jobs.PIECE)
        job, stays = jobs.prepare(
            request.workspace.name,
            request.user,
            form.change(),
            map(assistant_of, chosen),
            came_from=_came_from(request),
        )
        _tell(request, stays)
        return redirect("bulk-job", request.workspace.name, job.pk)
    context = {
        "form": form,
        "number": number,
        "taken": min(number, jobs.MOST),
        "most": jobs.MOST,
        "names": [assistant_of(entry).name or entry.assistant_id for entry in rows.select_related("stored")[:5]],
        "query": query,
        "back": _came_from(request),
        "recent": _recent(request),
        "status": request.service.catalog.status(),
        "models": in_groups(request.service.models.list()),
    }
    return render(request, "bulk/choose.html", context, status=422 if form.is_bound and form.errors else 200)


def _wish(request: DashboardRequest) -> dict[str, Any]:
    """What the address says of the change: its kind and model, and the words that the list was searched for."""
    phrase = phrase_of(_list_form(request).filters().get("q", ""))
    wish = {"kind": request.GET.get("kind"), "model": request.GET.get("to"), "find": phrase}
    # As the search found them.
    return wish | {"any_case": bool(phrase)}


def _tell(request: DashboardRequest, stays: Mapping[jobs.SkipReason, int]) -> None:
    """Say how many of the chosen would not be changed."""
    if same := stays.get(jobs.SkipReason.SAME):
        text = ngettext("%(count)d of them would stay as it is.", "%(count)d of them would stay as they are.", same)
        messages.info(request, text % {"count": same})
    if too_long := stays.get(jobs.SkipReason.TOO_LONG):
        text = ngettext(
            "%(count)d of them would become longer than instructions may be, and is left as it is.",
            "%(count)d of them would become longer than instructions may be, and are left as they are.",
            too_long,
        )
        messages.warning(request, text % {"count": too_long})


def _chosen(request: DashboardRequest) -> tuple[QuerySet[CatalogEntry], str]:
    """The entries that the address names, and the part of the address that names them."""
    filters = Filters(**ListForm(request.GET).filters(), viewer=request.user.pk)
    came_from = _came_from(request)
    if "all" in request.GET:
        return in_order(request.workspace.name, filters), f"all=1&{came_from}"
    ids = [storable(name) for name in request.GET.getlist("id")[: jobs.MOST]]
    rows = entries_of(request.workspace.name).filter(assistant_id__in=ids).order_by("-created_at", "-place")
    return rows, urlencode([("from", came_from)] * bool(came_from) + [("id", name) for name in ids])


def _came_from(request: DashboardRequest) -> str:
    """The filters, length and order of the list from which somebody comes, as an address of the list writes them."""
    return _list_form(request).place()


def _list_form(request: DashboardRequest) -> ListForm:
    return ListForm(request.GET if "all" in request.GET else QueryDict(request.GET.get("from", "")))


@require_safe
@requires(Right.CHANGE)
def recent(request: DashboardRequest) -> HttpResponse:
    """The last changes of many: what, when and by whom; each leads to where it can be undone."""
    return render(request, "bulk/recent.html", {"recent": _recent(request)})


def _recent(request: DashboardRequest) -> list[tuple[BulkJob, str]]:
    return [(job, ManyChange.from_json(job.change).title) for job in jobs.recent(request.workspace.name)]


@require_form
@requires(Right.CHANGE)
def job(request: DashboardRequest, job_id: str) -> HttpResponse:
    """What it would change, or how far it is; POST begins it or goes on with it."""
    found = get_object_or_404(BulkJob, pk=job_id, workspace=request.workspace.name)
    if request.method == "POST":
        if not found.is_begun:
            left_out = [storable(name) for name in request.POST.getlist("leave_out")]
            jobs.begin(found, left_out=left_out, why=reason_in(request.POST))
            found.refresh_from_db()
        jobs.go_on(request.service, found, seconds=jobs.SECONDS)
        if not is_partial(request):
            return redirect("bulk-job", request.workspace.name, found.pk)
    template = "bulk/_progress.html" if is_partial(request) else "bulk/job.html"
    return render(request, template, _context(found) | _about_model(request, found))


def _about_model(request: DashboardRequest, job: BulkJob) -> dict[str, Any]:
    """Before the model of many is changed: until when it is offered, and which settings it takes from how many."""
    change = ManyChange.from_json(job.change)
    if job.is_begun or not change.model:
        return {}
    return {
        "note": note_on(change.model, settings={}, offered=request.service.models.list()),
        "cleared": jobs.cleared_settings(job),
    }


@require_POST
@requires(Right.CHANGE)
def undo(request: DashboardRequest, job_id: str) -> HttpResponse:
    """Show what taking it back would change."""
    found = get_object_or_404(BulkJob, pk=job_id, workspace=request.workspace.name)
    return redirect("bulk-job", request.workspace.name, jobs.prepare_undo(found, request.user).pk)


def _context(job: BulkJob) -> dict[str, Any]:
    """What the page of a job shows."""
    counts = {row["state"]: row["number"] for row in job.items.order_by().values("state").annotate(number=Count("id"))}
    change = ManyChange.from_json(job.change)
    waiting = counts.get(BulkItem.State.WAITING, 0)
    items = job.items.exclude(state=BulkItem.State.DONE) if job.is_begun and not waiting else job.items.all()
    budget = Budget()
    return {
        "job": job,
        "title": change.title,
        "why": change.why,
        "is_delete": change.kind == DELETE,
        "is_undo": change.kind == UNDO,
        "number": sum(counts.values()),
        "waiting": waiting,
        "is_over": job.is_begun and not waiting,
        "done": counts.get(BulkItem.State.DONE, 0),
        "outcomes": [(state.label, counts[state]) for state in BulkItem.State if counts.get(state)],
        "items": [
            # The texts themselves are let go: a hundred of them may be long.
            {"item": item, "changes": [] if job.is_begun else _changes(texts, budget)}
            for item, texts in zip(
                items.defer("before", "after")[:SHOWN], items[:SHOWN].iterator(jobs.PIECE), strict=True
            )
        ],
        "shown": SHOWN,
    }


def _is_small(item: BulkItem) -> bool:
    """Whether it has a change to show; what is deleted is shown by its name."""
    return set(item.new) == set(item.old) and bool(item.new)


def _changes(item: BulkItem, budget: Budget) -> list[Any]:
    """What is different, as long as the page has room for it."""
    if budget.characters <= 0 or not _is_small(item):
        return []
    return list(compare(item.old, item.new, names={}, budget=budget))
