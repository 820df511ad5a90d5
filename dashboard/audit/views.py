"""The pages of a reviewer."""

from __future__ import annotations

import json

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from dashboard.audit.models import Event
from dashboard.team.roles import Right, requires


@require_safe
@requires(Right.AUDIT)
def index(request: HttpRequest) -> HttpResponse:
    """The newest rows."""
    events = Event.objects.defer("body")[:50]
    return render(request, "audit/list.html", {"events": [json.loads(event.head) for event in events]})


@require_safe
@requires(Right.AUDIT)
def detail(request: HttpRequest, seq: int) -> HttpResponse:
    """One row."""
    event = get_object_or_404(Event, seq=seq)
    return render(request, "audit/list.html", {"events": [json.loads(event.head)]})


export = index
verify = index
