"""What the commands about people's accounts have in common."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.core.management.base import CommandError

from dashboard.access import Role
from dashboard.accounts.authentication import account_named


def named_account(name: str) -> User:
    """The account with this name. Raises ``CommandError`` in words that say what to do instead."""
    user = account_named(name)
    if user is None:
        raise CommandError(
            f"Nobody has the username {name!r}. manage.py list_members shows who there is, "
            "and manage.py create_user makes an account."
        )
    return user


def role_named(name: str) -> Role | None:
    """The role of this name in any case, in the singular too; None when there is none."""
    return next((role for role in Role if name.lower() in {role.value.lower(), role.value.lower().rstrip("s")}), None)


def known_role(name: str) -> Role:
    """:func:`role_named`; raises ``CommandError`` when there is none."""
    role = role_named(name)
    if role is None:
        raise CommandError(f"There is no role {name!r}. The roles are {', '.join(Role)}.")
    return role


def refuse_closed(user: User) -> None:
    """Raise ``CommandError`` when the account is deactivated."""
    if not user.is_active:
        raise CommandError(
            f"The account of {user.username} is deactivated. An administrator can reactivate it, "
            f"or manage.py reactivate {user.username}."
        )
