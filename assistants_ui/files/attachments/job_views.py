"""Half-finished jobs: finishing them, undoing them, and watching those under way."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from assistants_ui.files import attachments
from assistants_ui.files.attachments.forms import TOKEN
from assistants_ui.files.attachments.views import upload_results
from assistants_ui.http import DashboardRequest
from assistants_ui.messages import undo_of_job
from assistants_ui.models import AttachmentJob
from dashboard.access import Right, requires
from dashboard.accounts.return_address import page_of_this_site
from dashboard.lib.stored_texts import reword
from dashboard.lib.texts import labelled


@require_POST
@requires(Right.CHANGE)
def finish(request: DashboardRequest, job_id: str) -> HttpResponse:
    job = attachments.finish(request.service, _found(request, job_id))
    return _respond(request, job, done=gettext("“%(name)s” was attached.") % {"name": job.name})


@require_POST
@requires(Right.CHANGE)
def remove(request: DashboardRequest, job_id: str) -> HttpResponse:
    job = attachments.remove(request.service, _found(request, job_id))
    return _respond(request, job, done=gettext("“%(name)s” was removed.") % {"name": job.name})


@require_POST
@requires(Right.CHANGE)
def cancel(request: DashboardRequest, token: str) -> HttpResponse:
    """Stop one file of an upload that a script runs; the answer is its result."""
    job = attachments.cancel(request.service, token=_checked(token))
    if not request.htmx:
        return redirect("file-list", request.workspace.name)
    return upload_results(request, [job])


@require_safe
@requires(Right.CHANGE)
def progress(request: DashboardRequest, token: str) -> HttpResponse:
    """How far the dashboard is with handing the file on to the server: a progress bar, or nothing yet."""
    job = AttachmentJob.objects.filter(workspace=request.workspace.name, token=_checked(token)).first()
    return render(request, "files/_progress.html", {"job": job})


def _checked(name: str) -> str:
    """The name of a job or a click from an address; nothing else ever reaches the database."""
    if not TOKEN.fullmatch(name):
        raise Http404(gettext("There is nothing at this address."))
    return name


def _found(request: DashboardRequest, job_id: str) -> AttachmentJob:
    job = AttachmentJob.objects.filter(workspace=request.workspace.name, pk=_checked(job_id)).first()
    if job is None:
        raise Http404(gettext("There is nothing unfinished at this address."))
    return job


def _respond(request: DashboardRequest, job: AttachmentJob, *, done: str) -> HttpResponse:
    if request.htmx:
        return upload_results(request, [job])
    if job.problem:
        messages.warning(request, labelled(gettext("“%(name)s”") % {"name": job.name}, reword(job.problem)))
    elif job.is_busy:
        messages.info(request, gettext("“%(name)s” is on its way just now.") % {"name": job.name})
    else:
        messages.success(request, done, extra_tags=undo_of_job(request.service, job))
    return redirect(_page_behind(request, job))


def _page_behind(request: DashboardRequest, job: AttachmentJob) -> str:
    """The page the person pressed the button on, since what the file was for may be gone; or else that."""
    behind = page_of_this_site(request, address=request.headers.get("Referer", ""))
    if behind != "/":
        return behind
    if job.assistant_id:
        return reverse("assistant-detail", args=[request.workspace.name, job.assistant_id])
    if job.store_id:
        return reverse("vector-store-detail", args=[request.workspace.name, job.store_id])
    return reverse("file-list", args=[request.workspace.name])
