"""To the identity provider and back."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from dashboard.accounts import sessions
from dashboard.accounts.return_address import page_of_this_site
from dashboard.accounts.single_sign_on import flow
from dashboard.accounts.views.session import MODEL_BACKEND


@require_safe
@login_not_required
def start(request: HttpRequest) -> HttpResponse:
    """Send the person to the provider: to sign in, or to connect the account they are signed in to.

    A link leads here, because the policy lets no form lead away.
    """
    if not settings.OIDC_ISSUER:
        raise Http404
    next_page = page_of_this_site(request, address=request.GET.get("next", ""))
    if not flow.may_begin(request):
        return redirect(next_page)
    address = flow.begin(request, next_page=next_page)
    if address is None:
        return render(request, "team/sign_on_failed.html", status=502)
    return redirect(address)


@require_safe
@login_not_required
def callback(request: HttpRequest) -> HttpResponse:
    """Take the person back from the provider, signed in if it is believed."""
    if not settings.OIDC_ISSUER:
        raise Http404
    arrival = flow.finish(request)
    if arrival is None:
        return render(request, "team/sign_on_failed.html", status=403)
    if arrival.is_connection:
        messages.success(request, gettext("From now on you can also sign in with single sign-on."))
    else:
        sessions.begin(request, user=arrival.user, method="single_sign_on", backend=MODEL_BACKEND)
    return redirect(arrival.next_page)
