"""The people of the team, for administrators."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from dashboard.access import Right, requires
from dashboard.accounts import links, members
from dashboard.accounts.forms import DeactivationForm, InvitationForm, MemberForm
from dashboard.audit import api as audit
from dashboard.lib.http import require_form


@require_safe
@requires(Right.ADMINISTER)
def people(request: HttpRequest) -> HttpResponse:
    """Everyone who has an account, their roles, and when they were last here."""
    return render(request, "team/people.html", {"people": members.everyone()})


@require_form
@requires(Right.ADMINISTER)
def invite(request: HttpRequest) -> HttpResponse:
    """Make an account for a colleague; the answer shows the link to hand over, once."""
    form = InvitationForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        user, link = members.invite(actor=audit.actor_of(request), **form.cleaned_data)
        context = {"person": user, "link": link, "is_invitation": True, "lifetime": links.INVITATION_LIFETIME}
        return render(request, "team/link.html", context)
    return render(request, "team/invite.html", {"form": form}, status=422 if form.errors else 200)


@require_form
@requires(Right.ADMINISTER)
def member(request: HttpRequest, member_id: int) -> HttpResponse:
    """One person: name, e-mail, roles, and what else can be done with the account."""
    person = get_object_or_404(User, pk=member_id)
    form = MemberForm(request.POST if request.method == "POST" else None, user=person)
    if request.method == "POST" and form.is_valid() and form.save(request, user=person):
        messages.success(request, gettext("%(name)s saved.") % {"name": form.cleaned_data["name"]})
        return redirect("team")
    context = {"person": person, "form": form, "has_joined": members.has_joined(person)}
    return render(request, "team/member.html", context, status=422 if form.errors else 200)


@require_POST
@requires(Right.ADMINISTER)
def link(request: HttpRequest, member_id: int) -> HttpResponse:
    """A new link for a person who has not joined yet, or who has forgotten the password."""
    person = get_object_or_404(User, pk=member_id, is_active=True)
    is_invitation = not members.has_joined(person)
    context = {
        "person": person,
        "link": members.new_link(actor=audit.actor_of(request), user=person),
        "is_invitation": is_invitation,
        "lifetime": links.INVITATION_LIFETIME if is_invitation else links.RESET_LIFETIME,
    }
    return render(request, "team/link.html", context)


@require_form
@requires(Right.ADMINISTER)
def deactivate(request: HttpRequest, member_id: int) -> HttpResponse:
    """Ask, naming the person, and then close the account."""
    person = get_object_or_404(User, pk=member_id, is_active=True)
    form = DeactivationForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid() and form.deactivate(request, user=person):
        messages.success(
            request, gettext("%(name)s can no longer sign in.") % {"name": person.first_name or person.username}
        )
        return redirect("team")
    return render(request, "team/deactivate.html", {"person": person, "form": form}, status=422 if form.errors else 200)


@require_POST
@requires(Right.ADMINISTER)
def reactivate(request: HttpRequest, member_id: int) -> HttpResponse:
    """Open a closed account again."""
    person = get_object_or_404(User, pk=member_id, is_active=False)
    members.reactivate(actor=audit.actor_of(request), user=person)
    messages.success(request, gettext("%(name)s can sign in again.") % {"name": person.first_name or person.username})
    return redirect("team")


@require_safe
@requires(Right.ADMINISTER)
def style(request: HttpRequest) -> HttpResponse:
    """Every part that pages are made of, in every state."""
    return render(request, "team/style.html", {"now": timezone.now()})
