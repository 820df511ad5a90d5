"""How often a password may be guessed.

Counted alike for names that exist and names that do not, so a refusal tells nothing about
either. Counts live in the database and hold for all processes, whether a cache is up or not.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import ip_network
from unicodedata import normalize

from django.db.models import Count, Min, Q
from django.utils import timezone

from dashboard.accounts.models import SignInAttempt

WINDOW = timedelta(minutes=15)
# The pair is tight, because one person at one desk rarely errs five times. The other two stop
# guessing spread over many names or many addresses, and leave room for an office behind one address.
LIMIT_PAIR = 5
LIMIT_ACCOUNT = 50
LIMIT_ADDRESS = 100


@dataclass(frozen=True, kw_only=True)
class Attempt:
    """One attempt that was admitted. ``is_last`` tells that the next one will have to wait."""

    row: SignInAttempt
    is_last: bool

    def forgive(self) -> None:
        """The password was right: forget what this person mistyped before."""
        SignInAttempt.objects.filter(account=self.row.account, address=self.row.address).delete()


@dataclass(frozen=True, kw_only=True)
class Wait:
    """An attempt that was not admitted; ``until`` is when the next may be."""

    until: datetime

    @property
    def minutes(self) -> int:
        """Whole minutes to wait, at least one."""
        return max(1, -(-int((self.until - timezone.now()).total_seconds()) // 60))


def attempt(*, username: str, address: str) -> Attempt | Wait:
    """Count an attempt before its password is looked at, so that guesses made at once count too."""
    now = timezone.now()
    row = SignInAttempt.objects.create(account=digest(username), address=network(address), at=now)
    this_account, this_address = Q(account=row.account), Q(address=row.address)
    counts = SignInAttempt.objects.filter(this_account | this_address, at__gt=now - WINDOW).aggregate(
        pair=Count("pk", filter=this_account & this_address),
        account=Count("pk", filter=this_account),
        address=Count("pk", filter=this_address),
        oldest=Min("at"),
    )
    room = min(
        LIMIT_PAIR - counts["pair"],
        LIMIT_ACCOUNT - counts["account"],
        LIMIT_ADDRESS - counts["address"],
    )
    if room >= 0:
        return Attempt(row=row, is_last=room == 0)
    # An attempt that was not admitted must not make the wait longer.
    row.delete()
    SignInAttempt.objects.filter(at__lte=now - WINDOW).delete()
    return Wait(until=counts["oldest"] + WINDOW)


def network(address: str) -> str:
    """The address itself, or for IPv6 the /64 around it, all of which one customer may use."""
    if ":" not in address:
        return address
    return str(ip_network((address, 64), strict=False))


def digest(username: str) -> str:
    return hashlib.sha256(normalize("NFKC", username).casefold().encode()).hexdigest()
