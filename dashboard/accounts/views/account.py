"""One's own account."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.translation import gettext, ngettext
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from dashboard import languages
from dashboard.access import Right, requires, roles_of
from dashboard.accounts import members, preferences, sessions
from dashboard.accounts.forms import ChangePasswordForm, PreferencesForm, ProfileForm
from dashboard.accounts.http import SignedInRequest
from dashboard.accounts.single_sign_on.flow import connect_token
from dashboard.audit import api as audit
from dashboard.lib.http import require_form


@require_form
@requires(Right.SIGNED_IN)
def account(request: SignedInRequest) -> HttpResponse:
    """Name and e-mail, the roles one has, and where one is signed in."""
    form = ProfileForm(request.POST if request.method == "POST" else None, user=request.user)
    if request.method == "POST" and form.is_valid():
        members.update(actor=audit.actor_of(request), user=request.user, **form.cleaned_data)
        messages.success(request, gettext("Account saved."))
        return redirect("account")
    context = {
        "form": form,
        "preferences_form": PreferencesForm(initial=preferences.of_session(request)),
        "now": timezone.now(),
        "roles": roles_of(request.user),
        "sessions": sessions.live(user=request.user),
        "this_session": sessions.digest(request.session.session_key),
        "single_sign_on": bool(settings.OIDC_ISSUER),
        "connect_token": connect_token(request),
        "is_connected": bool(settings.OIDC_ISSUER) and request.user.identities.exists(),
    }
    return render(request, "team/account.html", context, status=422 if form.errors else 200)


@require_form
@sensitive_post_parameters("password", "new_password", "repeated")
@requires(Right.SIGNED_IN)
def password(request: SignedInRequest) -> HttpResponse:
    """A new password; this session goes on, all others end."""
    form = ChangePasswordForm(request.POST if request.method == "POST" else None, user=request.user)
    if request.method == "POST" and form.is_valid() and form.change(request):
        update_session_auth_hash(request, request.user)
        messages.success(request, gettext("Password changed. You were signed out everywhere else."))
        return redirect("account")
    return render(request, "team/password.html", {"form": form}, status=422 if form.errors else 200)


@require_POST
@requires(Right.SIGNED_IN)
def choose_preferences(request: SignedInRequest) -> HttpResponse:
    """Keep how the pages are to look. A choice that is none of those offered is left as it was."""
    form = PreferencesForm(request.POST)
    form.full_clean()
    preferences.save(request, request.user, **{name: form.cleaned_data[name] for name in form.cleaned_data})
    # The message is read on the next page, which is in the language just chosen.
    translation.activate(languages.of_browser(request))
    languages.activate_chosen(request)
    messages.success(request, gettext("Your choices were saved."))
    return redirect("account")


@require_POST
@requires(Right.SIGNED_IN)
def put_first_steps_away(request: SignedInRequest) -> HttpResponse:
    """Never show this person the first steps again."""
    preferences.save(request, request.user, has_begun=True)
    return redirect("/")


@require_POST
@requires(Right.SIGNED_IN)
def end_sessions(request: SignedInRequest) -> HttpResponse:
    """Sign out everywhere but here."""
    ended = members.end_other_sessions(
        actor=audit.actor_of(request), user=request.user, session_key=request.session.session_key
    )
    if ended:
        text = ngettext(
            "You were signed out in one other place.", "You were signed out in %(count)d other places.", ended
        ) % {"count": ended}
    else:
        text = gettext("You were signed in only here.")
    messages.success(request, text)
    return redirect("account")
