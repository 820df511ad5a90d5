"""Attaching files to an assistant and taking them away."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

import assistants_client as wire
from assistants_ui.domain.labels import label
from assistants_ui.files.attachments import Destination, attach_existing, attach_upload, steps
from assistants_ui.files.attachments.forms import AttachForm
from assistants_ui.files.knowledge import Use, knowledge_of
from assistants_ui.http import DashboardRequest
from assistants_ui.messages import KNOWLEDGE, undo_of_job, undo_of_request
from assistants_ui.models import AttachmentJob
from dashboard.access import Right, requires
from dashboard.lib.http import require_form


@require_form
@requires(Right.CHANGE)
def attach(request: DashboardRequest, assistant_id: str) -> HttpResponse:
    """Attach files, new ones and such that are here already; one that fails does not stop the others."""
    assistant = request.service.assistants.retrieve(assistant_id)
    there = request.service.files.names_or_why_not().value
    offered = [(file.id, label(file)) for file in there.values()]
    is_sent = request.method == "POST"
    form = AttachForm(request.POST, request.FILES, offered=offered) if is_sent else AttachForm(offered=offered)
    jobs: list[AttachmentJob] = []
    if form.is_valid():
        destination = Destination(assistant_id=assistant_id, use=Use(form.cleaned_data["use"]))
        jobs = _attach_all(request, form, to=destination, there=there)
    return attached(
        request, form, jobs, template="assistants/files.html", context=_page_context(request, assistant, form=form)
    )


def _attach_all(
    request: DashboardRequest, form: AttachForm, *, to: Destination, there: dict[str, wire.File]
) -> list[AttachmentJob]:
    values = form.cleaned_data
    sent = [
        attach_upload(request.service, content, to=to, token=form.token, even_if_known=values["even_if_known"])
        for content in values["files"]
    ]
    picked = [
        attach_existing(request.service, there[file_id], to=to, token=form.token)
        for file_id in values["file_id"]
        if file_id in there
    ]
    return [*sent, *picked]


def attached(
    request: DashboardRequest,
    form: AttachForm,
    jobs: list[AttachmentJob],
    *,
    template: str,
    context: dict[str, Any],
) -> HttpResponse:
    """How the attaching ended: for the script the result of each file, otherwise the next page.

    A script that will lead to the next page itself says ``leaves``, so that this one tells what was attached.
    """
    problems = [*form.non_field_errors(), *form.file_input().errors, *form.problems]
    is_well = form.is_bound and form.is_valid() and not problems and all(job.is_done for job in jobs)
    if not request.htmx or "leaves" in request.POST:
        place = KNOWLEDGE if "knowledge" in context else ""
        for job in jobs:
            if job.is_done:
                undo = undo_of_job(request.service, job, place=place)
                messages.success(request, job.success, extra_tags=undo)
    if request.htmx:
        return upload_results(request, jobs, problems=problems, status=200 if is_well else 422)
    if is_well:
        return redirect(context["back"])
    unfinished = [job for job in jobs if not job.is_done]
    failed = form.is_bound and (problems or unfinished)
    return render(
        request, template, {**context, "unfinished": unfinished, "problems": problems}, status=422 if failed else 200
    )


def upload_results(
    request: DashboardRequest, jobs: list[AttachmentJob], *, problems: list[str] | None = None, status: int = 200
) -> HttpResponse:
    """What became of each file, for the script that sent it."""
    results = [(job, undo_of_job(request.service, job)) for job in jobs]
    return render(
        request, "files/_upload_results.html", {"upload_results": results, "problems": problems or []}, status=status
    )


def _page_context(request: DashboardRequest, assistant: wire.Assistant, *, form: AttachForm) -> dict[str, Any]:
    return {
        "assistant": assistant,
        "label": label(assistant),
        "form": form,
        "knowledge": knowledge_of(request.service, assistant),
        "max_upload_mb": settings.MAX_UPLOAD_MB,
        "back": reverse("assistant-detail", args=[request.workspace.name, assistant.id]) + f"#{KNOWLEDGE}",
    }


@require_safe
@requires(Right.READ)
def knowledge(request: DashboardRequest, assistant_id: str) -> HttpResponse:
    """The lists of the Knowledge section by themselves, for a page that waits until files are searchable."""
    if not request.htmx:
        return redirect("assistant-detail", request.workspace.name, assistant_id)
    assistant = request.service.assistants.retrieve(assistant_id)
    context = {
        "assistant": assistant,
        "knowledge": knowledge_of(request.service, assistant, fresh=True),
        "looks": looks_so_far(request),
    }
    return render(request, "assistants/_attached.html", context)


def looks_so_far(request: DashboardRequest) -> int:
    """How often this page has asked whether its files are read by now."""
    given = request.GET.get("looks", "")
    return int(given) if given.isdecimal() and len(given) < 4 else 0


@require_POST
@requires(Right.CHANGE)
def detach(request: DashboardRequest, assistant_id: str, file_id: str) -> HttpResponse:
    """Take the file away from this assistant; the file itself and its other uses stay."""
    assistant = request.service.assistants.retrieve(assistant_id, fresh=True)
    use = request.POST.get("use", "")
    if use not in set(Use):
        raise Http404(gettext("A file is attached for search or for code."))
    file = knowledge_of(request.service, assistant).find(file_id, Use(use))
    if file is None:
        raise Http404(gettext("This file is not attached here."))
    name = file.name or file.id
    job = AttachmentJob(
        workspace=request.workspace.name, assistant_id=assistant_id, file_id=file_id, name=name, use=use
    )
    steps.take_away(steps.Attachment(service=request.service, job=job))
    text = gettext("“%(name)s” was removed from this assistant. The file itself is kept.") % {"name": name}
    messages.success(request, text, extra_tags=undo_of_request(request.service, file.id, assistant_id))
    return redirect("assistant-detail", request.workspace.name, assistant_id)


@require_POST
@requires(Right.CHANGE)
def forget_store(request: DashboardRequest, assistant_id: str, store_id: str) -> HttpResponse:
    """Take a store that cannot be searched any more out of the assistant; the store itself is left alone."""
    steps.forget_store(request.service, assistant_id, store_id)
    messages.success(request, gettext("The vector store was removed from this assistant."))
    return redirect("assistant-detail", request.workspace.name, assistant_id)
