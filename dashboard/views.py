"""The first page."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from dashboard.access import Right, requires


@require_safe
@requires(Right.READ)
def home(request: HttpRequest) -> HttpResponse:
    """Lead to the list of the first workspace."""
    return redirect("assistant-list", workspace=next(iter(settings.WORKSPACES)))
