"""The request as the pages about assistants see it."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from assistants_ui.service import Service
from dashboard.environment import WorkspaceSettings


class DashboardRequest(HttpRequest):
    """What the middleware has put on every request below ``/w/<workspace>/``."""

    user: User
    htmx: HtmxDetails
    workspace: WorkspaceSettings
    service: Service
