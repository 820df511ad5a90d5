"""The account with which a new installation is entered for the first time."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from django.conf import settings
from django.contrib.auth.models import Group, User
from django.db import transaction

from dashboard.team.roles import Role

ROLES = (Role.ADMINISTRATORS, Role.EDITORS, Role.AUDITORS)


@dataclass(frozen=True)
class FirstAdministrator:
    """``password`` is None when the deployer chose it, because then it is not ours to print."""

    username: str
    password: str | None


@transaction.atomic
def make_first_administrator() -> FirstAdministrator | None:
    """Make the administrator named by ``ADMIN_USERNAME``, unless anyone has an account already."""
    # The lock lets two processes that start together make one administrator, not two.
    administrators = Group.objects.select_for_update().get(name=Role.ADMINISTRATORS)
    if User.objects.exists():
        return None
    password = settings.ADMIN_PASSWORD or secrets.token_urlsafe(15)
    user = User.objects.create_user(settings.ADMIN_USERNAME, settings.ADMIN_EMAIL, password)
    user.groups.set([administrators, *Group.objects.filter(name__in=ROLES)])
    return FirstAdministrator(user.username, None if settings.ADMIN_PASSWORD else password)
