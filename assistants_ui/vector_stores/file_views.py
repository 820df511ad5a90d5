"""The files of one vector store: adding some, watching them being read, taking them out."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_POST, require_safe

from assistants_ui.domain.labels import label
from assistants_ui.files.attachments import Destination, attach_upload
from assistants_ui.files.attachments.forms import AttachForm
from assistants_ui.files.attachments.views import attached, looks_so_far
from assistants_ui.http import DashboardRequest
from assistants_ui.messages import undo_of_request
from assistants_ui.vector_stores.views import entries
from dashboard.access import Right, requires
from dashboard.lib.http import require_form


@require_form
@requires(Right.CHANGE)
def add(request: DashboardRequest, store_id: str) -> HttpResponse:
    """Put files into the store: new ones each by itself, such that are here already together, as one batch."""
    store = request.service.vector_stores.retrieve(store_id)
    inside = {entry.id for entry, *_ in entries(request, store_id)["entries"]}
    there = request.service.files.names_or_why_not().value
    offered = [(file.id, label(file)) for file in there.values() if file.id not in inside]
    is_sent = request.method == "POST"
    form = AttachForm(request.POST, request.FILES, offered=offered) if is_sent else AttachForm(offered=offered)
    form.leave_out_use()
    back = reverse("vector-store-detail", args=[request.workspace.name, store_id])
    jobs = []
    if form.is_valid():
        values = form.cleaned_data
        destination = Destination(store_id=store_id)
        jobs = [
            attach_upload(
                request.service,
                content,
                to=destination,
                token=form.token,
                even_if_known=values["even_if_known"],
            )
            for content in values["files"]
        ]
        if values["file_id"]:
            batch = request.service.vector_stores.attach_batch(store, values["file_id"])
            back = reverse("vector-store-batch", args=[request.workspace.name, store_id, batch.id])
            added = len(values["file_id"])
            text = ngettext("One file was added.", "%(count)d files were added.", added)
            messages.success(request, text % {"count": added}, extra_tags=undo_of_request(request.service, batch.id))
    context = {
        "store": store,
        "name": label(store),
        "form": form,
        "max_upload_mb": settings.MAX_UPLOAD_MB,
        "back": back,
    }
    return attached(request, form, jobs, template="vector_stores/add.html", context=context)


@require_POST
@requires(Right.CHANGE)
def take_out(request: DashboardRequest, store_id: str, file_id: str) -> HttpResponse:
    """Take one file out of the store; the file itself and its other uses stay."""
    file = request.service.files.names_or_why_not().value.get(file_id)
    name = label(file) if file else file_id
    request.service.vector_stores.detach(store_id, file_id, label=name)
    undo = undo_of_request(request.service, file_id)
    messages.success(
        request,
        gettext("“%(name)s” was taken out of this store. The file itself is kept.") % {"name": name},
        extra_tags=undo,
    )
    return redirect("vector-store-detail", request.workspace.name, store_id)


@require_safe
@requires(Right.READ)
def listing(request: DashboardRequest, store_id: str) -> HttpResponse:
    """The files by themselves, for a page that waits until they are searchable."""
    if not request.htmx:
        return redirect("vector-store-detail", request.workspace.name, store_id)
    store = request.service.vector_stores.retrieve(store_id, fresh=True)
    context = {
        "id": store.id,
        **entries(request, store_id, fresh=True),
        "is_being_read": store.file_counts.in_progress,
        "looks": looks_so_far(request),
    }
    return render(request, "vector_stores/_files.html", context)


@require_safe
@requires(Right.READ)
def batch(request: DashboardRequest, store_id: str, batch_id: str) -> HttpResponse:
    """How far the server is with reading several files that were added together."""
    store = request.service.vector_stores.retrieve(store_id)
    found = request.service.vector_stores.batch(store_id, batch_id)
    counts = found.file_counts
    context = {
        "store": store,
        "name": label(store),
        "batch": found,
        "counts": counts,
        "read": counts.completed + counts.failed + counts.cancelled,
        "looks": looks_so_far(request),
    }
    return render(request, "vector_stores/_batch.html" if request.htmx else "vector_stores/batch.html", context)


@require_POST
@requires(Right.CHANGE)
def cancel_batch(request: DashboardRequest, store_id: str, batch_id: str) -> HttpResponse:
    request.service.vector_stores.cancel_batch(store_id, batch_id)
    messages.success(request, gettext("The rest of the files will not be read. Those that were read stay searchable."))
    return redirect("vector-store-batch", request.workspace.name, store_id, batch_id)
