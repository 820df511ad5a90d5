"""Binds each request to its workspace, and turns what its service raises into a page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext

import assistants_client as wire
from assistants_ui.assistants.deleted import deleted_page
from assistants_ui.domain.labels import field_names
from assistants_ui.http import DashboardRequest
from assistants_ui.messages import undo_tags
from assistants_ui.service import Service
from assistants_ui.workspaces import problems
from assistants_ui.workspaces.connections import workspace_client
from assistants_ui.workspaces.locks import LockTimeout
from dashboard.audit.api import AuditUnavailable, OutcomeNotRecorded, actor_of
from dashboard.audit.read import revisions
from dashboard.audit.verify.verification import UnverifiedRowError
from dashboard.errors import problem_page
from dashboard.lib.request_ids import request_id

# Below the number of connections that the client keeps to one server, so that others get through.
QUESTIONS_AT_ONCE = 6
# Servers and proxies take them for steps in a path, so the client sends no such id.
RESOLVED_AWAY = frozenset({".", ".."})


def can_be_id(value: Any) -> bool:
    """Whether a part of an address can be somebody's id; no database stores the character NUL."""
    return value not in RESOLVED_AWAY and "\0" not in str(value)


def tell_side_effects(request: HttpRequest, service: Service) -> None:
    """Say what the server changed beyond what it was asked, with a button that brings it back."""
    for effect in service.gateway.side_effects:
        emptied, changed = field_names(effect.emptied), field_names(effect.changed)
        if effect.emptied and effect.changed:
            text = gettext("The server also emptied %(emptied)s and changed %(changed)s. Nobody asked it to.")
        elif effect.emptied:
            text = gettext("The server also emptied %(emptied)s. Nobody asked it to.")
        else:
            text = gettext("The server also changed %(changed)s. Nobody asked it to.")
        workspace = service.gateway.workspace
        last = revisions.latest_of(effect.target, workspace=workspace)
        undo = ""
        if last is not None and effect.target.type == "assistant":
            undo = reverse("assistant-undo", args=[workspace, effect.target.id, last.seq])
        elif last is not None:
            undo = undo_tags(workspace, seq=last.seq)
        messages.warning(request, text % {"emptied": emptied, "changed": changed}, extra_tags=undo)


class WorkspaceMiddleware:
    """Gives every view below ``/w/<workspace>/`` its ``request.workspace`` and ``request.service``."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if isinstance(service := getattr(request, "service", None), Service):
            tell_side_effects(request, service)
        return response

    def process_view(
        self,
        request: DashboardRequest,
        view: Callable[..., HttpResponse],
        args: tuple[Any, ...],
        kwargs: dict[str, Any],
    ) -> None:
        if "workspace" not in kwargs:
            return
        workspace = settings.WORKSPACES.get(kwargs.pop("workspace"))
        if workspace is None:
            raise Http404(gettext("There is no such workspace."))
        if not all(map(can_be_id, kwargs.values())):
            raise Http404(gettext("Nothing has such an id."))
        request.workspace = workspace
        request.service = Service(
            client=workspace_client(workspace.name),
            workspace=workspace.name,
            api_version=workspace.api_version,
            actor=actor_of(request),
            request_id=request_id(request),
            # The embedded server answers in this thread, on its database connection.
            at_once=1 if workspace.is_embedded else QUESTIONS_AT_ONCE,
        )

    def process_exception(self, request: DashboardRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, wire.NotFoundError) and (page := deleted_page(request)):
            return page
        if isinstance(exception, wire.APIError):
            problem = problems.explain(exception, writing=request.method == "POST")
        elif isinstance(exception, problems.StillUnknown):
            problem = problems.STILL_UNKNOWN
        elif isinstance(exception, UnverifiedRowError):
            problem = problems.UNPROVEN
        elif isinstance(exception, LockTimeout):
            problem = problems.LOCK_TIMEOUT
        elif isinstance(exception, AuditUnavailable | OutcomeNotRecorded):
            problem = problems.explain_record(exception)
        else:
            return None
        retry = request.get_full_path() if request.method == "GET" else None
        context = {"details": problem.details, "retry": retry}
        return problem_page(request, problem.status, str(problem.title), str(problem.text), context=context)
