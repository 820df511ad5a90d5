"""Keeps typed text when the person who sends it is signed out, or their page is too old to be trusted.

The form's signed token tells whose text it is, so that it can become their draft before they sign in.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, resolve_url
from django.urls import reverse
from django.utils.translation import gettext

from assistants_ui.assistants.editor import drafts
from assistants_ui.assistants.editor.session import FormToken
from dashboard.errors import csrf_failure as plain_csrf_failure
from dashboard.errors import problem_page

View = TypeVar("View", bound=Callable[..., Any])


def preserves_draft(view: View) -> View:
    """Mark a view to which the form of an assistant is posted."""
    view.preserves_draft = True  # type: ignore[attr-defined]  # read by DraftMiddleware
    return view


class DraftMiddleware:
    """Stands before the sign-in gate: a form sent by somebody signed out becomes a draft, to go on with."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        if request.method != "POST" or request.user.is_authenticated or not getattr(view, "preserves_draft", False):
            return None
        address = kept(request)
        if address is None:
            return None
        sign_in = f"{resolve_url(settings.LOGIN_URL)}?{urlencode({'next': address})}"
        if request.headers.get("HX-Request"):
            return HttpResponse(status=204, headers={"HX-Redirect": sign_in})
        return redirect(sign_in)


def kept(request: HttpRequest) -> str | None:
    """Keep the posted text for the one it belongs to; the address of the form with it, or None if it is nobody's."""
    token = FormToken.read(request.POST.get("opened", ""))
    if token is None or not User.objects.filter(pk=token.user, is_active=True).exists():
        return None
    drafts.keep(token.user, token.workspace, token.assistant, request.POST)
    route = (
        ["assistant-edit", token.workspace, token.assistant]
        if token.assistant
        else ["assistant-create", token.workspace]
    )
    return f"{reverse(route[0], args=route[1:])}?draft=use"


@login_not_required
def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A page that outlived its owner's session: the text is kept, and the way back to it shown."""
    address = kept(request) if request.method == "POST" else None
    if address is None:
        return plain_csrf_failure(request, reason)
    if request.user.is_authenticated:
        title, text = (
            gettext("You signed in again since this page was opened"),
            gettext("Nothing was saved yet, and your text is kept."),
        )
    else:
        title, text = (
            gettext("You were signed out"),
            gettext("Nothing was saved yet, and your text is kept. Sign in to continue."),
        )
    return problem_page(request, 403, title, text, context={"go_on": address})
