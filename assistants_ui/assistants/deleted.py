"""The page at the address of an assistant that was deleted: by whom, when, and the way back."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render

from assistants_ui.http import DashboardRequest
from dashboard.access import Right, rights_of
from dashboard.audit.api import Target
from dashboard.audit.read import revisions
from dashboard.lib.http import is_partial


def deleted_page(request: DashboardRequest) -> HttpResponse | None:
    """What the record knows of the assistant that this address names; None where it tells of no deletion.

    Only for somebody who asks to see a page: a change that met a deleted assistant says so in its own words.
    """
    assistant_id = request.resolver_match.kwargs.get("assistant_id") if request.resolver_match else None
    if not assistant_id or request.method != "GET" or is_partial(request) or Right.READ not in rights_of(request.user):
        return None
    target = Target(type="assistant", id=assistant_id)
    last = revisions.latest_of(target, workspace=request.workspace.name)
    if last is None or not last.is_deletion:
        return None
    context = {
        "assistant_id": assistant_id,
        "label": last.line.target_name,
        "line": last.line,
        "came_back_as": revisions.brought_back_as(target, workspace=request.workspace.name, since=last.seq),
    }
    return render(request, "assistants/deleted.html", context, status=404)
