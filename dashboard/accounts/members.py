"""Everything that can be done to a person's account.

Each act and its record are one transaction: both are kept, or neither is.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.contrib.auth.models import Group, User
from django.db import transaction
from django.db.models import Q, QuerySet

from dashboard.access import Role, roles_of
from dashboard.accounts import links, sessions
from dashboard.accounts.models import PasswordLink
from dashboard.accounts.sessions import member
from dashboard.audit import api as audit
from dashboard.audit.api import Actor


class LastAdministratorError(Exception):
    """Nobody would be left who can administer the team."""


class LinkUsedUpError(Exception):
    """The link was used by someone else in the meantime."""


def everyone() -> QuerySet[User]:
    """All people by name, deactivated ones last, with what the team page shows of them."""
    return (
        User.objects.order_by("-is_active", "first_name", "username")
        .select_related("password_link")
        .prefetch_related("groups")
    )


@transaction.atomic
def invite(*, actor: Actor, username: str, name: str, email: str, roles: Collection[Role]) -> tuple[User, str]:
    """Make an account without a password, and the link with which its owner chooses one."""
    user = User.objects.create_user(username, email, first_name=name)
    user.groups.set(Group.objects.filter(name__in=roles))
    link = links.issue(user, lifetime=links.INVITATION_LIFETIME)
    audit.record(action="member.invite", actor=actor, target=member(user), after=snapshot(user))
    return user, link


@transaction.atomic
def update(*, actor: Actor, user: User, name: str, email: str) -> None:
    """Correct a person's name and e-mail address; nothing happens when both are as they were."""
    before = snapshot(user)
    user.first_name, user.email = name, email
    after = snapshot(user)
    if after == before:
        return
    user.save(update_fields=["first_name", "email"])
    audit.record(action="member.update", actor=actor, target=member(user), before=before, after=after)


@transaction.atomic
def set_roles(*, actor: Actor, user: User, roles: Collection[Role]) -> None:
    """Give the person exactly these roles.

    Raises :class:`LastAdministratorError` when that would leave the team without one.
    """
    is_last = is_last_administrator(user)
    before = snapshot(user)
    if before["roles"] == sorted(roles):
        return
    if is_last and Role.ADMINISTRATORS not in roles:
        raise LastAdministratorError
    user.groups.set(Group.objects.filter(name__in=roles))
    audit.record(action="member.roles", actor=actor, target=member(user), before=before, after=snapshot(user))


@transaction.atomic
def deactivate(*, actor: Actor, user: User) -> None:
    """Close the account: every session ends now, an open link no longer works, the history stays.

    Raises :class:`LastAdministratorError` when that would leave the team without one.
    """
    if is_last_administrator(user):
        raise LastAdministratorError
    before = snapshot(user)
    user.is_active = False
    user.save(update_fields=["is_active"])
    sessions.end_all(user=user)
    links.revoke(user)
    audit.record(action="member.deactivate", actor=actor, target=member(user), before=before, after=snapshot(user))


@transaction.atomic
def reactivate(*, actor: Actor, user: User) -> None:
    """Open a closed account again, with the roles it had."""
    before = snapshot(user)
    user.is_active = True
    user.save(update_fields=["is_active"])
    audit.record(action="member.reactivate", actor=actor, target=member(user), before=before, after=snapshot(user))


@transaction.atomic
def new_link(*, actor: Actor, user: User) -> str:
    """A fresh link: an invitation for who has not joined yet, otherwise a password reset."""
    joined = has_joined(user)
    link = links.issue(user, lifetime=links.RESET_LIFETIME if joined else links.INVITATION_LIFETIME)
    action = "password.reset_requested" if joined else "member.invite"
    audit.record(action=action, actor=actor, target=member(user))
    return link


@transaction.atomic
def choose_password(*, actor: Actor, link: PasswordLink, password: str) -> None:
    """Set the password that the owner of a link chose, and end every session of before.

    Raises :class:`LinkUsedUpError` when the link was used in the meantime.
    """
    user = link.user
    action = "password.reset" if has_joined(user) else "member.invite_accepted"
    if not links.consume(link):
        raise LinkUsedUpError
    user.set_password(password)
    user.save(update_fields=["password"])
    sessions.end_all(user=user)
    audit.record(action=action, actor=actor, target=member(user))


@transaction.atomic
def change_password(*, actor: Actor, user: User, password: str, session_key: str | None) -> None:
    """Set one's own new password; every session but this one ends, and an open link is void."""
    user.set_password(password)
    user.save(update_fields=["password"])
    sessions.end_all(user=user, except_key=session_key)
    links.revoke(user)
    audit.record(action="password.change", actor=actor, target=member(user))


@transaction.atomic
def end_other_sessions(*, actor: Actor, user: User, session_key: str | None) -> int:
    """Sign the person out everywhere but here; returns in how many places."""
    ended = sessions.end_all(user=user, except_key=session_key)
    audit.record(action="session.end_all", actor=actor, target=member(user), detail={"sessions": ended})
    return ended


def has_joined(user: User) -> bool:
    """Whether the person has ever been able to sign in."""
    return user.has_usable_password() or user.last_login is not None


def is_last_administrator(user: User) -> bool:
    """Whether no other active person who has joined is an administrator.

    Locks the role until the transaction ends, so that two administrators cannot remove each
    other at the same moment.
    """
    administrators = Group.objects.select_for_update().get(name=Role.ADMINISTRATORS)
    can_enter = Q(last_login__isnull=False) | ~Q(password__startswith=UNUSABLE_PASSWORD_PREFIX)
    others = User.objects.filter(can_enter, groups=administrators, is_active=True).exclude(pk=user.pk)
    return Role.ADMINISTRATORS in roles_of(user) and not others.exists()


def snapshot(user: User) -> dict[str, Any]:
    """What the record keeps of an account; never anything of its password."""
    return {
        "name": user.first_name,
        "email": user.email,
        "roles": sorted(user.groups.values_list("name", flat=True)),
        "active": user.is_active,
    }
