"""Signing in and out."""

from __future__ import annotations

from django.contrib.auth import logout
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from dashboard.team import sessions
from dashboard.team.forms import SignInForm
from dashboard.team.return_address import page_of_this_site


@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters("password")
@login_not_required
def sign_in(request: HttpRequest) -> HttpResponse:
    """Ask for name and password, then go on to the page that was asked for."""
    next_page = page_of_this_site(request, address=request.POST.get("next") or request.GET.get("next", ""))
    if request.user.is_authenticated:
        return redirect(next_page)
    form = SignInForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        user = form.sign_in(request)
        if user is not None:
            sessions.begin(request, user=user)
            return redirect(next_page)
    status = 422 if form.errors else 200
    return render(request, "team/login.html", {"form": form, "next": next_page}, status=status)


@require_POST
@login_not_required
def sign_out(request: HttpRequest) -> HttpResponse:
    """End this session, and leave nothing of it in the browser."""
    logout(request)
    response = redirect("login")
    response["Clear-Site-Data"] = '"cache", "storage"'
    return response
