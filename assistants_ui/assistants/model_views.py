"""The models that the assistants of a workspace use: until when each is offered, and what to change it to."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from assistants_ui.assistants.model_notice import MODELS
from assistants_ui.catalog import model_watch
from assistants_ui.http import DashboardRequest
from assistants_ui.workspaces import cache
from dashboard.access import Right, requires
from dashboard.lib.http import is_partial


@require_safe
@requires(Right.READ)
def models(request: DashboardRequest) -> HttpResponse:
    """Every model in use, after asking the server for its models; htmx asks so that the next page can say more."""
    status = request.service.catalog.ready()
    model_watch.note_offered(request.workspace.name, request.service.models.list())
    cache.drop(request.workspace.name, MODELS, {})
    if is_partial(request):
        return HttpResponse(status=204)
    context = {
        "models": model_watch.in_use(request.workspace.name),
        "status": status,
        "stale_since": request.service.gateway.stale_since,
    }
    return render(request, "assistants/models.html", context)
