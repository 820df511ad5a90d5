"""The account with which a new installation is entered for the first time."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.contrib.auth.models import Group, User
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.db import DatabaseError, connection, transaction

from dashboard.access import Role
from dashboard.accounts import members
from dashboard.accounts.sessions import member
from dashboard.audit import api as audit

ROLES = (Role.ADMINISTRATORS, Role.EDITORS, Role.AUDITORS)


@dataclass(frozen=True)
class FirstAdministrator:
    """``password`` is None when the deployer chose it, because then it is not ours to print."""

    username: str
    password: str | None


@transaction.atomic
def make_first_administrator() -> FirstAdministrator | None:
    """Make the administrator named by ``ADMIN_USERNAME``, unless anyone has an account already.

    Raises ``ImproperlyConfigured`` when one of the ``ADMIN_…`` variables could not be typed on a page either.
    """
    # The lock lets two processes that start together make one administrator, not two.
    administrators = Group.objects.select_for_update().get(name=Role.ADMINISTRATORS)
    if User.objects.exists():
        return None
    password = settings.ADMIN_PASSWORD or secrets.token_urlsafe(15)
    refuse_unfit(password)
    user = User.objects.create_user(settings.ADMIN_USERNAME, settings.ADMIN_EMAIL, password)
    user.groups.set([administrators, *Group.objects.filter(name__in=ROLES)])
    audit.record(action="member.create", actor=audit.SYSTEM, target=member(user), after=members.snapshot(user))
    return FirstAdministrator(user.username, None if settings.ADMIN_PASSWORD else password)


def refuse_unfit_settings() -> None:
    """Raise ``ImproperlyConfigured`` for ``ADMIN_…`` variables that the first start would refuse, and make nothing."""
    if not _may_have_accounts():
        refuse_unfit(settings.ADMIN_PASSWORD or secrets.token_urlsafe(15))


def _may_have_accounts() -> bool:
    """Whether the variables are not needed any more; a database that cannot tell is not made or waited for."""
    if connection.vendor == "sqlite" and not Path(connection.settings_dict["NAME"]).exists():
        return False
    try:
        return User._meta.db_table in connection.introspection.table_names() and User.objects.exists()
    except DatabaseError:
        return True


def refuse_unfit(password: str) -> None:
    user = User(username=settings.ADMIN_USERNAME, email=settings.ADMIN_EMAIL, password=password)
    for variable, field in (("ADMIN_USERNAME", "username"), ("ADMIN_EMAIL", "email")):
        try:
            user.clean_fields(exclude=[other.name for other in User._meta.fields if other.name != field])
        except ValidationError as error:
            raise ImproperlyConfigured(f"{variable} cannot be used: {' '.join(error.messages)}") from error
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise ImproperlyConfigured(f"ADMIN_PASSWORD cannot be used: {' '.join(error.messages)}") from error
