"""Signing in and out, and joining by a link."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from dashboard.accounts import links, members, sessions
from dashboard.accounts.forms import NewPasswordForm, SignInForm
from dashboard.accounts.return_address import page_of_this_site
from dashboard.lib.http import require_form

MODEL_BACKEND = "django.contrib.auth.backends.ModelBackend"


@require_form
@sensitive_post_parameters("password")
@login_not_required
def sign_in(request: HttpRequest) -> HttpResponse:
    """Ask for name and password, then go on to the page that was asked for."""
    next_page = page_of_this_site(request, address=request.POST.get("next") or request.GET.get("next", ""))
    if request.user.is_authenticated:
        return redirect(next_page)
    form = SignInForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        user = form.sign_in(request)
        if user is not None:
            sessions.begin(request, user=user, method="password", backend=MODEL_BACKEND)
            return redirect(next_page)
    context = {"form": form, "next": next_page, "single_sign_on": bool(settings.OIDC_ISSUER)}
    return render(request, "team/login.html", context, status=422 if form.errors else 200)


@require_POST
@login_not_required
def sign_out(request: HttpRequest) -> HttpResponse:
    """End this session, and leave nothing of it in the browser."""
    sessions.end(request)
    response = redirect("login")
    response["Clear-Site-Data"] = '"cache", "storage"'
    return response


@require_form
@sensitive_post_parameters("new_password", "repeated")
@login_not_required
def join(request: HttpRequest) -> HttpResponse:
    """Choose a password by the link of an invitation or a reset, and be signed in with it."""
    link = links.find(request.GET.get("link", ""))
    if link is None:
        return render(request, "team/link_over.html", status=404)
    form = NewPasswordForm(request.POST if request.method == "POST" else None, user=link.user)
    if request.method == "POST" and form.is_valid() and form.use(request, link=link):
        sessions.begin(request, user=link.user, method="link", backend=MODEL_BACKEND)
        return redirect("home")
    context = {"form": form, "person": link.user, "is_invitation": not members.has_joined(link.user)}
    return render(request, "team/join.html", context, status=422 if form.errors else 200)
