"""Attaching files to an assistant and taking them away."""

from __future__ import annotations

from functools import partial

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from assistants_ui.forms.knowledge import AttachForm
from assistants_ui.http import DashboardRequest
from assistants_ui.knowledge import Use, knowledge_of
from assistants_ui.knowledge import attach as attach_file
from assistants_ui.knowledge import detach as detach_file
from dashboard.team.roles import Right, requires


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Right.CHANGE)
def attach(request: DashboardRequest, assistant_id: str) -> HttpResponse:
    """Upload one or several files and attach each; one that fails does not stop the others."""
    form = AttachForm(request.POST, request.FILES) if request.method == "POST" else AttachForm()
    if form.is_valid():
        use = Use(form.cleaned_data["use"])
        for upload in form.cleaned_data["files"]:
            action = partial(attach_file, request.service, assistant_id, name=upload.name, content=upload.file, use=use)
            file = form.submit(upload.name, action)
            if file:
                messages.success(request, f"“{file.filename}” was attached.")
        if not form.errors:
            return redirect("assistant-detail", request.workspace.name, assistant_id)
    assistant = request.service.assistants.retrieve(assistant_id)
    context = {
        "assistant": assistant,
        "label": assistant.name or f"Untitled {assistant.id}",
        "form": form,
        "knowledge": knowledge_of(request.service, assistant),
        "max_upload_mb": settings.MAX_UPLOAD_MB,
    }
    return render(request, "assistants/files.html", context, status=422 if form.errors else 200)


@require_POST
@requires(Right.CHANGE)
def detach(request: DashboardRequest, assistant_id: str, file_id: str) -> HttpResponse:
    """Take the file away from this assistant; the file itself and its other uses stay."""
    assistant = request.service.assistants.retrieve(assistant_id, fresh=True)
    use = request.POST.get("use", "")
    if use not in set(Use):
        raise Http404("A file is attached for search or for code.")
    file = knowledge_of(request.service, assistant).find(file_id, Use(use))
    if file is None:
        raise Http404("This file is not attached here.")
    detach_file(request.service, assistant_id, file)
    messages.success(request, f"“{file.name or file.id}” was removed from this assistant. The file itself is kept.")
    return redirect("assistant-detail", request.workspace.name, assistant_id)
