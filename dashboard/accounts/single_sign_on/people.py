"""From what the provider says of a person to an account here."""

from __future__ import annotations

import re
from typing import Any
from unicodedata import normalize

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction

from dashboard.access import Role
from dashboard.accounts import members
from dashboard.accounts.models import Identity
from dashboard.accounts.sessions import member
from dashboard.accounts.single_sign_on import SignOnError
from dashboard.audit import api as audit
from dashboard.audit.api import Actor

PROVIDER = Actor(kind="system", id="single_sign_on", name="Single sign-on")


def account_of(claims: dict[str, Any], *, issuer: str) -> User:
    """The account of this subject, made at the first sign-in, with the roles the claims give.

    The subject alone decides. A name or an e-mail address can pass to someone else, so neither
    ever opens an account that exists.
    """
    identity = Identity.objects.select_related("user").filter(issuer=issuer, subject=claims["sub"]).first()
    user = identity.user if identity else _new_account(claims, issuer=issuer)
    if not user.is_active:
        raise SignOnError("deactivated")
    roles = roles_in(claims)
    if roles is not None:
        try:
            members.set_roles(actor=PROVIDER, user=user, roles=roles)
        except members.LastAdministratorError:
            # The roles stay as they are rather than leave the team without an administrator.
            audit.record(
                action="security.sign_on_refused",
                actor=PROVIDER,
                target=member(user),
                outcome=audit.OperationOutcome.REFUSED,
                detail={"reason": "last_administrator_keeps_roles"},
            )
    return user


@transaction.atomic
def connect(claims: dict[str, Any], *, issuer: str, user: User, actor: Actor) -> None:
    """Let the person sign in to their present account as this subject from now on."""
    identity, made = Identity.objects.get_or_create(issuer=issuer, subject=claims["sub"], defaults={"user": user})
    if identity.user_id != user.pk:
        raise SignOnError("belongs_to_another_account")
    if made:
        audit.record(action="member.update", actor=actor, target=member(user), detail={"connected_with": issuer})


def roles_in(claims: dict[str, Any]) -> list[Role] | None:
    """The roles in the claim ``OIDC_ROLE_CLAIM``, or None when the provider says nothing of them.

    A dot leads into an object: ``realm_access.roles``. Values that are not roles are ignored.
    """
    value: Any = claims
    for part in (
        [settings.OIDC_ROLE_CLAIM] if settings.OIDC_ROLE_CLAIM in claims else settings.OIDC_ROLE_CLAIM.split(".")
    ):
        if not isinstance(value, dict) or part not in value:
            return None
        value = value[part]
    names = {str(name).strip().casefold() for name in (value if isinstance(value, list) else [value])}
    return [role for role in Role if role.casefold() in names]


@transaction.atomic
def _new_account(claims: dict[str, Any], *, issuer: str) -> User:
    name = _text(claims.get("name"), 150)
    email = _text(claims.get("email"), 254)
    wished = _text(claims.get("preferred_username"), 100) or email.partition("@")[0] or name or "person"
    user = User.objects.create_user(_free_username(wished), email, first_name=name)
    Identity.objects.create(user=user, issuer=issuer, subject=claims["sub"])
    audit.record(action="member.create", actor=PROVIDER, target=member(user), after=members.snapshot(user))
    return user


def _free_username(wished: str) -> str:
    base = re.sub(r"[^\w.@+-]+", "-", normalize("NFKC", wished).lower()).strip("-") or "person"
    taken = {
        name.lower() for name in User.objects.filter(username__istartswith=base).values_list("username", flat=True)
    }
    number = 1
    while (candidate := base if number == 1 else f"{base}-{number}") in taken:
        number += 1
    return candidate


def _text(value: object, length: int) -> str:
    """A claim as plain text without control characters; nothing when it is not text."""
    return (
        "".join(character for character in value if character.isprintable())[:length] if isinstance(value, str) else ""
    )
