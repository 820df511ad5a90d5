"""Reading the list again, for those who want to be sure that it is as it is on the server now."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

from assistants_ui.http import DashboardRequest
from assistants_ui.service.catalog import Status
from dashboard.access import Right, requires
from dashboard.lib.http import is_partial


@require_POST
@requires(Right.READ)
def refresh(request: DashboardRequest) -> HttpResponse:
    """Begin to read the list again. What is known stays in use until all of it is read."""
    here = list_address(request, request.POST.get("next", ""))
    status = request.service.catalog.refresh()
    return _status(request, status, here=here) if is_partial(request) else redirect(here)


@require_safe
@requires(Right.READ)
def status(request: DashboardRequest) -> HttpResponse:
    """How far the reading is, after going on with it for a moment."""
    here = list_address(request, request.GET.get("next", ""))
    found = request.service.catalog.go_on()
    return _status(request, found, here=here) if is_partial(request) else redirect(here)


def _status(request: DashboardRequest, status: Status, *, here: str) -> HttpResponse:
    return render(request, "assistants/_catalog_status.html", {"status": status, "here": here})


def list_address(request: DashboardRequest, given: str) -> str:
    """The list as it was looked at; only ever a list of this workspace."""
    base = reverse("assistant-list", args=[request.workspace.name])
    is_list = given.partition("?")[0] == base and url_has_allowed_host_and_scheme(given, None)
    return given if is_list else base
