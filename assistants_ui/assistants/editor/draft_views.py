"""What happens around the form while somebody writes: drafts, who else is here, what to look at before saving."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from assistants_ui.assistants.editor import drafts, presence, submissions
from assistants_ui.assistants.editor.draft_middleware import preserves_draft
from assistants_ui.assistants.editor.session import FormToken
from assistants_ui.assistants.editor.text_warnings import marked, text_warnings, variables
from assistants_ui.domain.model_rules import note_on
from assistants_ui.http import DashboardRequest
from dashboard.access import Right, requires


@require_POST
@requires(Right.CHANGE)
@preserves_draft
def autosave(request: DashboardRequest, assistant_id: str = "") -> HttpResponse:
    """Save the text of an open form as a draft, and answer with what its author should know meanwhile."""
    token = FormToken.read(request.POST.get("opened", ""))
    is_dirty = "dirty" in request.POST and not (token and submissions.ended_just_now(token.op))
    if is_dirty:
        drafts.keep(request.user.pk, request.workspace.name, assistant_id, request.POST)
    if assistant_id:
        presence.touch(request.user, request.workspace.name, assistant_id, is_dirty=is_dirty)
    instructions = request.POST.get("instructions", "").replace("\r\n", "\n")
    context = {
        "saved_at": timezone.now() if is_dirty else None,
        "others": presence.others(request.user, request.workspace.name, assistant_id) if assistant_id else [],
        "findings": text_warnings(instructions),
        "marked": marked(instructions),
        "variables": variables(instructions),
    }
    return render(request, "assistants/_autosaved.html", context)


@require_POST
@requires(Right.CHANGE)
def discard(request: DashboardRequest, assistant_id: str = "") -> HttpResponse:
    """Throw one draft away, on purpose; a form that names none means the latest."""
    offered = drafts.offered(request.user, request.workspace.name, assistant_id)
    if draft := drafts.chosen(offered, request.POST.get("draft", "use")):
        draft.delete()
    if assistant_id:
        return redirect("assistant-edit", request.workspace.name, assistant_id)
    return redirect("assistant-create", request.workspace.name)


@require_safe
@requires(Right.CHANGE)
def model_note(request: DashboardRequest) -> HttpResponse:
    """What choosing a model would do to the settings beside it."""
    settings = {name: value for name, value in request.GET.items() if value}
    note = note_on(request.GET.get("model", ""), settings=settings, offered=request.service.models.list())
    return render(request, "assistants/_model_note.html", {"note": note})
