"""The pages for what goes wrong before or outside a view's own story."""

from __future__ import annotations

import logging
import sys
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import DisallowedHost
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext

from dashboard import languages
from dashboard.audit.api import AuditUnavailable, Target, actor_of, record_refusal
from dashboard.lib.http import is_partial
from dashboard.lib.request_ids import request_id
from dashboard.lib.uploads import UploadRefused

log = logging.getLogger(__name__)


def problem_page(
    request: HttpRequest, status: int, title: str, text: str, *, context: dict[str, Any] | None = None
) -> HttpResponse:
    """A page, or for htmx the part that goes into the page's message region, telling one problem."""
    template = "errors/_problem.html" if is_partial(request) else "errors/problem.html"
    response = render(
        request, template, {"title": title, "text": text, "status": status} | (context or {}), status=status
    )
    if is_partial(request):
        response["HX-Retarget"] = "#problem"
        response["HX-Reswap"] = "innerHTML show:window:top"
    return response


@login_not_required
def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    if isinstance(exception, UploadRefused):
        return problem_page(request, exception.status, gettext("This was not uploaded"), exception.text)
    if isinstance(exception, DisallowedHost):
        return wrong_host(request)
    return problem_page(
        request, 400, gettext("We could not read that request"), gettext("Go back, check what was sent, and try again.")
    )


def wrong_host(request: HttpRequest) -> HttpResponse:
    """The answer to a request for a host that is not this site; for programs, in their own form."""
    text = gettext("This site is at %(site_url)s.") % {"site_url": settings.SITE_URL}
    if request.path_info.startswith(("/v1", "/openai")):
        error = {"message": text, "type": "invalid_request_error", "param": None, "code": None}
        return JsonResponse({"error": error}, status=400)
    page = render_to_string(
        "errors/problem.html", {"title": gettext("This is not the address of this site"), "text": text}
    )
    return HttpResponse(page, status=400)


@login_not_required
def permission_denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return problem_page(
        request,
        403,
        gettext("Your role does not allow this"),
        gettext("Nothing was changed. An administrator can give you another role on the Team page."),
    )


@login_not_required
def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    # An address that leads to no view has not come by the person's choice.
    languages.activate_chosen(request)
    return problem_page(
        request,
        404,
        gettext("There is no page at this address"),
        gettext("It may have moved, or the link is incomplete."),
    )


@login_not_required
def server_error(request: HttpRequest) -> HttpResponseBase:
    # An address for programs says its fault in its own form.
    if api_fault := getattr(request, "api_fault", None):
        response: HttpResponseBase = api_fault()
        return response
    if isinstance(sys.exc_info()[1], OperationalError | InterfaceError):
        title, status = gettext("The dashboard's database isn't answering"), 503
        text = gettext("What you typed is still in your browser: go back to see it, and try again in a moment.")
    else:
        title, status = gettext("Something went wrong on our side"), 500
        text = gettext(
            "What you typed is still in your browser: go back to see it. If it keeps happening, "
            "tell whoever runs this site that it is in the log as request %(request_id)s."
        ) % {"request_id": request_id(request)}
    # Rendered without the request: who is signed in is a question to the database, which may be what is wrong.
    page = render_to_string("errors/problem.html", {"title": title, "text": text, "status": status})
    return HttpResponse(page, status=status)


@login_not_required
def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    record_forgery(request)
    return problem_page(
        request,
        403,
        gettext("This page was open for too long"),
        gettext("Nothing was changed. Go back, copy what you typed, reload the page, and save again."),
    )


def record_forgery(request: HttpRequest) -> None:
    """Keep that a form came without its token. It is refused whether or not that can be recorded."""
    if not request.user.is_authenticated:
        return
    page = Target(type="page", label=request.path[:200])
    try:
        record_refusal(action="security.csrf_refused", actor=actor_of(request), target=page)
    except AuditUnavailable:
        log.exception("A refused form could not be recorded.")
