"""The models that the assistants of a workspace use: until when each is offered, and what to change it to."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from assistants_ui.assistants.model_notice import MODELS, models_to_change
from assistants_ui.catalog import model_watch
from assistants_ui.http import DashboardRequest
from assistants_ui.workspaces import cache
from dashboard.access import Right, requires
from dashboard.lib.http import is_partial


@require_safe
@requires(Right.READ)
def models(request: DashboardRequest) -> HttpResponse:
    """Every model in use; for htmx only the notice about those to change, after asking the server for its models."""
    status = request.service.catalog.ready()
    model_watch.note_offered(request.workspace.name, request.service.models.list())
    cache.drop(request.workspace.name, MODELS, {})
    used = model_watch.in_use(request.workspace.name)
    if is_partial(request):
        told = models_to_change(used, is_current=not status.is_walking)
        return render(request, "assistants/_model_notice.html", {"watch": told})
    context = {"models": used, "status": status, "stale_since": request.service.gateway.stale_since}
    return render(request, "assistants/models.html", context)
