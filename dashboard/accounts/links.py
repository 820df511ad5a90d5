"""One-time links with which a person chooses a password: invitations and resets.

A link works once and until it expires; a newer one for the same person replaces it. The
secret in it is known only to whoever was shown it.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth.models import User
from django.urls import reverse
from django.utils import timezone

from dashboard.accounts.models import PasswordLink

INVITATION_LIFETIME = timedelta(days=7)
RESET_LIFETIME = timedelta(days=1)


def issue(user: User, *, lifetime: timedelta) -> str:
    """The whole address of a new link. It cannot be shown a second time."""
    secret = secrets.token_urlsafe(32)
    now = timezone.now()
    PasswordLink.objects.update_or_create(
        user=user, defaults={"digest": digest(secret), "created_at": now, "expires_at": now + lifetime}
    )
    # In the query, because paths are logged.
    return f"{settings.SITE_URL}{reverse('join')}?{urlencode({'link': secret})}"


def find(secret: str) -> PasswordLink | None:
    """The live link with this secret, or None when it was used, replaced, revoked, or has expired."""
    return (
        PasswordLink.objects.select_related("user")
        .filter(digest=digest(secret), expires_at__gt=timezone.now(), user__is_active=True)
        .first()
    )


def revoke(user: User) -> None:
    PasswordLink.objects.filter(user=user).delete()


def consume(link: PasswordLink) -> bool:
    """Use the link up; False when someone else was quicker."""
    used, _ = PasswordLink.objects.filter(pk=link.pk, digest=link.digest, expires_at__gt=timezone.now()).delete()
    return used == 1


def digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
