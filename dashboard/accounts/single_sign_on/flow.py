"""The two halves of a sign-on, held together by what the session remembers between them."""

from __future__ import annotations

import base64
import hashlib
import logging
import secrets
import time
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.http import HttpRequest
from django.urls import reverse
from django.utils.crypto import constant_time_compare, salted_hmac

from dashboard.accounts.single_sign_on import SignOnError, people, tokens
from dashboard.accounts.single_sign_on.provider import discover
from dashboard.audit import api as audit
from dashboard.audit.api import OperationOutcome, Target
from dashboard.lib.request_ids import request_id

logger = logging.getLogger(__name__)

UNDER_WAY = "single_sign_on"
MINUTES_TO_RETURN = 10
# Several tabs may be on their way at once; a session is no place for more than a few.
MOST_UNDER_WAY = 5
SECONDS_BETWEEN_RECORDS = 300.0

# When this process last recorded each reason why the provider cannot be used.
recorded_at: dict[str, float] = {}


@dataclass(frozen=True)
class Arrival:
    """Who came back from the provider, where they were going, and whether only to be connected."""

    user: User
    next_page: str
    is_connection: bool


def connect_token(request: HttpRequest) -> str:
    """What the link on a person's own account page carries, so that no page of anyone else can connect the account."""
    return salted_hmac("single_sign_on.connect", str(request.session.session_key), algorithm="sha256").hexdigest()


def may_begin(request: HttpRequest) -> bool:
    """Whether a stranger signs in, or somebody signed in asked for the connection on their own account page.

    Otherwise a link from elsewhere could connect the account with whoever the browser is at the provider.
    """
    return not request.user.is_authenticated or constant_time_compare(
        request.GET.get("connect", ""), connect_token(request)
    )


def begin(request: HttpRequest, *, next_page: str) -> str | None:
    """The provider's address to send the person to; None when the provider cannot be used now.

    Who is signed in already comes back to have that identity connected with their account.
    """
    try:
        provider = discover()
    except SignOnError as refusal:
        logger.warning("Single sign-on cannot begin: %s", refusal)
        record_unusable(request, refusal)
        return None
    state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
    under_way: dict[str, dict[str, Any]] = request.session.get(UNDER_WAY, {})
    newest = sorted(under_way.items(), key=lambda item: item[1]["began"])[-(MOST_UNDER_WAY - 1) :]
    began = {
        "nonce": nonce,
        "verifier": verifier,
        "next": next_page,
        "began": time.time(),
        "connect": request.user.is_authenticated,
    }
    request.session[UNDER_WAY] = dict(newest) | {state: began}
    digest = hashlib.sha256(verifier.encode()).digest()
    challenge = base64.urlsafe_b64encode(digest).decode().rstrip("=")
    return provider.sign_in_address(redirect_uri=redirect_uri(), state=state, nonce=nonce, challenge=challenge)


def record_unusable(request: HttpRequest, refusal: SignOnError) -> None:
    """Let the record tell administrators why nobody can sign on; once in a while, because anybody can try."""
    now, last = time.monotonic(), recorded_at.get(refusal.reason)
    if last is not None and now - last < SECONDS_BETWEEN_RECORDS:
        return
    audit.record(
        action="security.sign_on_unusable",
        actor=audit.SYSTEM,
        target=Target(type="site", label=settings.OIDC_ISSUER),
        outcome=OperationOutcome.REFUSED,
        detail=refusal.detail,
        request_id=request_id(request),
    )
    recorded_at[refusal.reason] = now


def finish(request: HttpRequest) -> Arrival | None:
    """Who the provider says has come back; None, with the reason in the record, when it is not believed."""
    began = _take(request, state=request.GET.get("state", ""))
    if began is None:
        # Anyone may open this address with anything; that proves nothing and is not worth a record.
        return None
    try:
        user = _believed(request, began)
    except SignOnError as refusal:
        audit.record(
            action="security.sign_on_refused",
            actor=audit.actor_of(request),
            target=Target(type="member"),
            outcome=OperationOutcome.REFUSED,
            detail=refusal.detail,
        )
        return None
    return Arrival(user=user, next_page=began["next"], is_connection=began["connect"])


def redirect_uri() -> str:
    return settings.SITE_URL + reverse("single-sign-on-callback")


def _take(request: HttpRequest, *, state: str) -> dict[str, Any] | None:
    """What was remembered under this state, once, and for a few minutes."""
    under_way = dict(request.session.get(UNDER_WAY, {}))
    began: dict[str, Any] | None = under_way.pop(state, None)
    if began is None:
        return None
    request.session[UNDER_WAY] = under_way
    # Written at once, so that a second request with the same state finds nothing.
    request.session.save()
    return began if time.time() - began["began"] < MINUTES_TO_RETURN * 60 else None


def _believed(request: HttpRequest, began: dict[str, Any]) -> User:
    if "error" in request.GET:
        raise SignOnError("provider_refused")
    code = request.GET.get("code", "")
    if not code:
        raise SignOnError("no_code")
    provider = discover()
    # RFC 9207: a code from another provider must not be sent to this one.
    if request.GET.get("iss", provider.issuer) != provider.issuer:
        raise SignOnError("other_issuer")
    answer = provider.exchange(code=code, redirect_uri=redirect_uri(), verifier=began["verifier"])
    claims = tokens.verified_claims(answer.get("id_token"), provider=provider, nonce=began["nonce"])
    userinfo = provider.userinfo(access_token=str(answer.get("access_token", "")))
    # OpenID Connect Core, section 5.3.2: what is told of someone else must not be used.
    if userinfo and userinfo.get("sub") != claims["sub"]:
        raise SignOnError("subject_differs")
    if not began["connect"]:
        return people.account_of(userinfo | claims, issuer=provider.issuer)
    if not isinstance(request.user, User):
        raise SignOnError("signed_out_meanwhile")
    people.connect(claims, issuer=provider.issuer, user=request.user, actor=audit.actor_of(request))
    return request.user
