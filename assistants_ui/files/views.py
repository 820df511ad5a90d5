"""All files of the workspace: found, looked into, downloaded, uploaded and deleted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_safe

import assistants_client as wire
from assistants_client import StreamedResponse
from assistants_ui.domain.labels import disambiguators, label, moment
from assistants_ui.files.attachments import Destination, attach_upload
from assistants_ui.files.attachments.forms import AttachForm
from assistants_ui.files.attachments.views import attached
from assistants_ui.files.deletion import delete_each
from assistants_ui.files.forms import FileListForm, window
from assistants_ui.files.knowledge import half_finished
from assistants_ui.files.previews import image_type, preview_of
from assistants_ui.files.usage import FileUsage, uses_in
from assistants_ui.forms.lists import address
from assistants_ui.http import DashboardRequest
from assistants_ui.service.pages import ReadList
from assistants_ui.service.secondary import secondary
from dashboard.access import Right, requires
from dashboard.lib.filenames import clean_name, disguised_ending
from dashboard.lib.http import is_partial, require_form
from dashboard.lib.texts import labelled

MOST_TO_DELETE = 100
# With more stores than these, who uses what is told on each file's own page.
MOST_STORES_ASKED = 30


@require_safe
@requires(Right.READ)
def index(request: DashboardRequest) -> HttpResponse:
    query = FileListForm(request.GET).query()
    files = request.service.files.all()
    page = window(files, query)
    place = {name: value for name, value in query.items() if name in ("q", "purpose")}
    uses = uses_in(request.service, {file.id for file in page.files}) if page.files and _may_ask(request) else None
    context = {
        "rows": [row(file, uses=uses) for file in page.files],
        "total": page.total,
        "purposes": sorted({file.purpose for file in files}),
        "next": address(request.path, place, after=page.after) if page.after else None,
        "previous": address(request.path, place, before=page.before) if page.before else None,
        "first": request.path,
        "half_finished": half_finished(request.workspace.name),
        "uses_problem": uses.problem if uses else "",
        "stale_since": request.service.gateway.stale_since,
        **place,
    }
    template = "files/_results.html" if is_partial(request) else "files/index.html"
    return render(request, template, context)


def _may_ask(request: DashboardRequest) -> bool:
    nothing: ReadList[wire.VectorStore] = ReadList()
    stores = secondary(request.service.gateway, request.service.vector_stores.all, otherwise=nothing)
    return len(stores.value) <= MOST_STORES_ASKED


def row(file: wire.File, *, uses: FileUsage | None) -> dict[str, Any]:
    """What a list shows of one file. ``users`` is None where it was not asked."""
    apart = disambiguators(uses.all_stores) if uses else {}
    return {
        "file": file,
        "id": file.id,
        "name": label(file),
        "disguised": disguised_ending(label(file)),
        "created": moment(file.created_at),
        "expires": moment(file.expires_at),
        "assistants": uses.assistants(file.id) if uses else [],
        "stores": [
            {"id": store.id, "name": label(store), "apart": apart.get(store.id)}
            for store in (uses.stores(file.id) if uses else [])
        ],
        "is_used": uses.is_used(file.id) if uses else None,
        "may_have_others": uses is not None and not uses.is_complete,
    }


@require_safe
@requires(Right.READ)
def detail(request: DashboardRequest, file_id: str) -> HttpResponse:
    file = request.service.files.retrieve(file_id)
    uses = uses_in(request.service, {file.id})
    context = {
        **row(file, uses=uses),
        "unread": uses.unread,
        "uses_problem": uses.problem,
        "preview": preview_of(request.service, file, stores=uses.stores(file_id)),
        "stale_since": request.service.gateway.stale_since,
    }
    return render(request, "files/detail.html", context)


@require_safe
@requires(Right.READ)
def content(request: DashboardRequest, file_id: str) -> StreamingHttpResponse:
    """The file itself, as something to keep and never as a page of this site."""
    file = request.service.files.retrieve(file_id)
    name = label(file)
    answer = request.service.files.content(file_id)
    return _kept_apart(answer, answer.iter_bytes(), content_type="application/octet-stream", name=name)


@require_safe
@requires(Right.READ)
def image(request: DashboardRequest, file_id: str) -> StreamingHttpResponse:
    """The file to be shown in its page, if its first bytes are those of an image."""
    answer = request.service.files.content(file_id)
    pieces = answer.iter_bytes()
    first = next(pieces, b"")
    kind = image_type(first)
    if kind is None:
        answer.close()
        raise Http404(gettext("This image cannot be shown."))
    return _kept_apart(answer, chain([first], pieces), content_type=kind, name="")


def _kept_apart(
    answer: StreamedResponse[bytes], pieces: Iterable[bytes], *, content_type: str, name: str
) -> StreamingHttpResponse:
    """A stranger's bytes: nothing in them may act as part of this site. With a ``name`` they are a download."""
    response = StreamingHttpResponse(_closing(answer, pieces), content_type=content_type)
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["X-Content-Type-Options"] = "nosniff"
    if name:
        response["Content-Disposition"] = str(content_disposition_header(True, clean_name(name)))
    return response


def _closing(answer: StreamedResponse[bytes], pieces: Iterable[bytes]) -> Iterator[bytes]:
    with answer:
        yield from pieces


@require_form
@requires(Right.CHANGE)
def create(request: DashboardRequest) -> HttpResponse:
    """Upload files that nothing uses yet."""
    form = AttachForm(request.POST, request.FILES) if request.method == "POST" else AttachForm()
    form.leave_out_use()
    jobs = []
    if form.is_valid():
        jobs = [
            attach_upload(
                request.service,
                content,
                to=Destination(),
                token=form.token,
                even_if_known=form.cleaned_data["even_if_known"],
            )
            for content in form.cleaned_data["files"]
        ]
    back = reverse("file-list", args=[request.workspace.name])
    context = {"form": form, "max_upload_mb": settings.MAX_UPLOAD_MB, "back": back, "button": gettext("Upload files")}
    return attached(request, form, jobs, template="files/create.html", context=context)


@require_form
@requires(Right.CHANGE)
def delete(request: DashboardRequest) -> HttpResponse:
    """Delete the files named by ``id``, after showing what each is used by."""
    named = request.POST if request.method == "POST" else request.GET
    ids = list(dict.fromkeys(named.getlist("id")))[:MOST_TO_DELETE]
    there = {file.id: file for file in request.service.files.all(fresh=True)}
    files = [there[file_id] for file_id in ids if file_id in there]
    if not files:
        messages.info(request, gettext("Choose the files to delete first."))
        return redirect("file-list", request.workspace.name)
    if request.method == "POST":
        done = delete_each(request.service, files)
        if done.deleted:
            messages.success(request, _deleted(done.deleted))
        for file, problem in done.kept:
            messages.error(request, labelled(gettext("“%(name)s”") % {"name": label(file)}, problem))
        return redirect("file-list", request.workspace.name)
    uses = uses_in(request.service, {file.id for file in files}, fresh=True)
    rows = [row(file, uses=uses) for file in files]
    context = {"rows": rows, "used": [row for row in rows if row["is_used"]], "unread": uses.unread}
    context["is_complete"] = uses.is_complete
    return render(request, "files/delete.html", context)


def _deleted(files: list[wire.File]) -> str:
    if len(files) == 1:
        return gettext("“%(name)s” was deleted.") % {"name": label(files[0])}
    return ngettext("%(count)d file was deleted.", "%(count)d files were deleted.", len(files)) % {"count": len(files)}
