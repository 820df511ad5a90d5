"""Whether a name and a password belong together, and what the record says of the attempt."""

from __future__ import annotations

from django.contrib.auth import authenticate
from django.contrib.auth.models import User
from django.http import HttpRequest

from dashboard.accounts import throttle
from dashboard.audit import api as audit
from dashboard.audit.api import Actor, OperationOutcome, Target


class WrongPasswordError(Exception):
    """Name and password do not belong together, or the account is closed."""


class TooManyAttemptsError(Exception):
    """The password was not even looked at."""

    def __init__(self, minutes: int) -> None:
        super().__init__(f"wait {minutes} minutes")
        self.minutes = minutes


def check(request: HttpRequest, *, username: str, password: str) -> User:
    """The active person whose name and password these are.

    Raises :class:`WrongPasswordError` and :class:`TooManyAttemptsError`. Both take the same path
    for names that exist and names that do not.
    """
    address = request.META.get("REMOTE_ADDR", "")
    attempt = throttle.attempt(username=username, address=address)
    if isinstance(attempt, throttle.Wait):
        raise TooManyAttemptsError(attempt.minutes)
    known = account_named(username)
    user = authenticate(request, username=known.username if known else username, password=password)
    if isinstance(user, User):
        attempt.forgive()
        return user
    # The typed name is kept only where it is someone's: people now and then type their password there.
    target = Target(type="member", id=str(known.pk), label=known.username) if known else Target(type="member")
    actor = Actor(kind="person", id="", name="A visitor", address=address or None)
    audit.record(
        action="session.sign_in_failed",
        actor=actor,
        target=target,
        outcome=OperationOutcome.REFUSED,
        detail={"reason": reason(known)},
    )
    if attempt.is_last:
        audit.record(action="session.locked", actor=actor, target=target, outcome=OperationOutcome.REFUSED)
    raise WrongPasswordError


def account_named(username: str) -> User | None:
    """The account with this name, however its letters are cased; an exact match goes first."""
    accounts = list(User.objects.filter(username__iexact=username).order_by("pk")[:10])
    return next((user for user in accounts if user.username == username), accounts[0] if accounts else None)


def reason(known: User | None) -> str:
    if known is None:
        return "unknown_name"
    return "wrong_password" if known.is_active else "deactivated"
