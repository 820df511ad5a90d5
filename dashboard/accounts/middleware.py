"""The gate in front of every view: signed in, and holding the right that the view asks for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, cast
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.auth.models import AnonymousUser, User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, resolve_url
from django.utils.functional import SimpleLazyObject

from dashboard.access import Right, rights_of
from dashboard.accounts import sessions
from dashboard.accounts.audit_log import action_of_page
from dashboard.accounts.return_address import page_of_this_site
from dashboard.audit import api as audit
from dashboard.errors import permission_denied


class PersonMiddleware(AuthenticationMiddleware):
    """Django's own, with the person who was read together with their session."""

    def process_request(self, request: HttpRequest) -> None:
        super().process_request(request)
        request.user = cast("User | AnonymousUser", SimpleLazyObject(lambda: sessions.person_of(request)))


class AccessMiddleware:
    """Denies every view that is neither public nor asks for a right its caller holds.

    A public view carries Django's own ``login_not_required`` mark.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        if not getattr(view, "login_required", True):
            return None
        if not request.user.is_authenticated:
            return sign_in(request)
        right: Right | None = getattr(view, "required_right", None)
        if right not in rights_of(request.user):
            record_beyond_role(request, kwargs)
            # Answered, not raised: it is nobody's fault, and would leave a traceback in the log.
            return permission_denied(request)
        return None


def record_beyond_role(request: HttpRequest, named: Mapping[str, Any]) -> None:
    """Keep that someone tried to change what they may not, and what the address tells of it.

    Only looking is not worth a row.
    """
    if request.method not in {"GET", "HEAD", "OPTIONS"}:
        match = request.resolver_match
        audit.record_refusal(
            action="security.permission_denied",
            actor=audit.actor_of(request),
            target=audit.Target(type="page", label=request.path[:200]),
            workspace=str(named.get("workspace", "")),
            method=request.method,
            tried=action_of_page(match.url_name or "") if match else "",
            **{name: str(value)[:200] for name, value in named.items() if name.endswith("_id")},
        )


def sign_in(request: HttpRequest) -> HttpResponse:
    """Lead a stranger to the sign-in page and, afterwards, back to the page they were on.

    htmx would follow a plain redirect and swap the sign-in page into whatever it was loading,
    so it is told to go there with the whole window instead.
    """
    back = page_behind(request)
    login = f"{resolve_url(settings.LOGIN_URL)}?{urlencode({'next': back})}"
    if not request.headers.get("HX-Request"):
        return redirect(login)
    response = HttpResponse(status=204)
    response["HX-Redirect"] = login
    return response


def page_behind(request: HttpRequest) -> str:
    """The address of the page the person sees: this one, or the one htmx acts on."""
    if not request.headers.get("HX-Request"):
        return request.get_full_path() if request.method == "GET" else "/"
    return page_of_this_site(request, address=request.headers.get("HX-Current-URL", ""))
