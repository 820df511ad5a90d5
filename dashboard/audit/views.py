"""The pages of a reviewer."""

from __future__ import annotations

from pathlib import Path

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_safe

from dashboard.access import Right, requires
from dashboard.audit.export import verify_export
from dashboard.audit.export.export_progress import ExportProgress
from dashboard.audit.export.exports import csv_lines, json_lines, prepared
from dashboard.audit.models import Record
from dashboard.audit.read.filters import FilterForm, choices
from dashboard.audit.read.histogram import histogram
from dashboard.audit.read.operation_detail import operation_detail
from dashboard.audit.read.pages import page_of
from dashboard.audit.record.operations import record
from dashboard.audit.record.reconciliation import open_operations, unknown_count
from dashboard.audit.record.types import Target, actor_of
from dashboard.audit.verify import progress
from dashboard.audit.verify.verification import current_head
from dashboard.lib.http import is_partial, require_form

# How often a page looks for an export that has not begun.
MOST_LOOKS = 60
LOG = Target(type="audit_log", label=gettext_noop("Audit log"))


@require_safe
@requires(Right.AUDIT)
def index(request: HttpRequest) -> HttpResponse:
    """The log, newest first, with every filter in the address."""
    filters = FilterForm(request.GET).filters()
    context = {
        "page": page_of(filters, before=cursor(request, "before"), after=cursor(request, "after")),
        "filters": filters,
        "choices": choices(filters),
        "histogram": histogram(filters),
        "unknown": unknown_count(),
        "head": current_head(),
        "is_first": "before" not in request.GET and "after" not in request.GET,
        "is_partial": is_partial(request),
    }
    template = "audit/_results.html" if is_partial(request) else "audit/list.html"
    return render(request, template, context)


@require_safe
@requires(Right.AUDIT)
def detail(request: HttpRequest, seq: int) -> HttpResponse:
    """One act: who, what, before and after, and the rows that prove it."""
    return render(request, "audit/detail.html", {"story": operation_detail(get_object_or_404(Record, seq=seq))})


@require_safe
@requires(Right.AUDIT)
def unknown(request: HttpRequest) -> HttpResponse:
    """The operations whose end nobody knows yet; for htmx, only how many they are."""
    if is_partial(request):
        return render(request, "audit/_unknown.html", {"unknown": unknown_count()})
    return render(request, "audit/unknown.html", {"operations": open_operations()[::-1]})


@require_form
@requires(Right.AUDIT)
def export(request: HttpRequest) -> HttpResponse | StreamingHttpResponse:
    """Choose a format, then get the rows of the current filter as a file. The export is recorded."""
    filters = FilterForm(request.GET).filters()
    actor = actor_of(request)
    if request.method != "POST":
        context = {"export": prepared(filters, by=actor.name), "filters": filters, "token": ExportProgress.new_token()}
        return render(request, "audit/export.html", context)
    progress_of_export = ExportProgress(who=actor.id, token=request.POST.get("token", ""))
    progress_of_export.forget()
    file = prepared(filters, by=actor.name)
    is_csv = request.POST.get("format") == "csv"
    detail = {"format": "csv" if is_csv else "jsonl", "rows": file.rows, "filters": filters.query(), "head": file.head}
    record(action="audit.export", actor=actor, target=LOG, detail=detail)
    lines = csv_lines if is_csv else json_lines
    response = StreamingHttpResponse(
        progress_of_export.send(lambda on_progress: lines(file, on_progress=on_progress), of=file.rows),
        content_type="text/csv; charset=utf-8" if is_csv else "application/jsonl",
    )
    name = f"audit-{timezone.now():%Y-%m-%d-%H%M}.{'csv' if is_csv else 'jsonl'}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    if not is_csv:
        response["Content-Length"] = str(file.jsonl_bytes)
    return response


@require_safe
@requires(Right.AUDIT)
def exporting(request: HttpRequest, token: str) -> HttpResponse:
    """How far the export is that was started with this token; for htmx, a part that looks again by itself."""
    looks = cursor(request, "looks") or 0
    sending = ExportProgress(who=actor_of(request).id, token=token).look()
    context = {"sending": sending, "token": token, "looks": looks, "waits": looks < MOST_LOOKS}
    template = "audit/_exporting.html" if is_partial(request) else "audit/exporting.html"
    return render(request, template, context)


@require_safe
@requires(Right.AUDIT)
def verifier(request: HttpRequest) -> HttpResponse:
    """The script that verifies an exported file on any machine with Python."""
    response = HttpResponse(Path(verify_export.__file__).read_bytes(), content_type="text/x-python; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="verify_export.py"'
    return response


@require_form
@requires(Right.AUDIT)
def verify(request: HttpRequest) -> HttpResponse:
    """Verify the chain, a slice a request, until it is done; the result is recorded."""
    if request.method != "POST":
        return render(request, "audit/verify.html", {"head": current_head(), "form": progress.HeadForm()})
    form = progress.HeadForm(request.POST)
    template = "audit/_verified.html" if is_partial(request) else "audit/verify.html"
    if not form.is_valid():
        return render(request, template, {"head": current_head(), "form": form}, status=422)
    walk, last = form.next_slice()
    context = {"walk": walk, "last": last, "form": form, "state": progress.packed(walk), "head": current_head()}
    if walk.done:
        detail = {"whole": walk.is_whole, "holds": walk.holds, "head": walk.head, "rows": walk.rows}
        record(action="audit.verify", actor=actor_of(request), target=LOG, detail=detail)
    return render(request, template, context)


def cursor(request: HttpRequest, name: str) -> int | None:
    """A cursor of the address; one that is no number, or no row could have, is none."""
    text = request.GET.get(name, "")
    return int(text) if text.isdecimal() and len(text) <= 18 else None
