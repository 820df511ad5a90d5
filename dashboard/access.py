"""Who may do what: four roles, four rights, one table.

A view names the right it asks for with :func:`requires`; a view that names none is closed to
everyone. The table is also the fixture from which the permission tests are generated.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from enum import StrEnum
from typing import Any, TypeVar

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser, User
from django.utils.translation import gettext_lazy

View = TypeVar("View", bound=Callable[..., Any])


class Right(StrEnum):
    """What a view can ask of the person who calls it."""

    READ = "read"
    CHANGE = "change"
    AUDIT = "audit"
    ADMINISTER = "administer"
    SIGNED_IN = "signed_in"


class Role(StrEnum):
    """A Django group of the same name. A person may hold several."""

    VIEWERS = "Viewers"
    EDITORS = "Editors"
    AUDITORS = "Auditors"
    ADMINISTRATORS = "Administrators"


ROLE_LABELS = {
    Role.VIEWERS.value: gettext_lazy("Viewers"),
    Role.EDITORS.value: gettext_lazy("Editors"),
    Role.AUDITORS.value: gettext_lazy("Auditors"),
    Role.ADMINISTRATORS.value: gettext_lazy("Administrators"),
}


RIGHTS: dict[Role, frozenset[Right]] = {
    Role.VIEWERS: frozenset({Right.READ}),
    Role.EDITORS: frozenset({Right.READ, Right.CHANGE}),
    Role.AUDITORS: frozenset({Right.READ, Right.AUDIT}),
    Role.ADMINISTRATORS: frozenset({Right.READ, Right.AUDIT, Right.ADMINISTER}),
}


def roles_of(user: User | AbstractBaseUser | AnonymousUser) -> tuple[Role, ...]:
    """The person's roles, in the order of :class:`Role`; asked of the database once a request."""
    if not isinstance(user, User) or not user.is_active:
        return ()
    cached: tuple[Role, ...] | None = getattr(user, "_roles", None)
    return remember_roles(user, user.groups.values_list("name", flat=True)) if cached is None else cached


def remember_roles(user: User, names: Iterable[str | None]) -> tuple[Role, ...]:
    """Keep on this very object which roles the person holds: those among the ``names`` of groups."""
    held = set(names)
    user._roles = roles = tuple(role for role in Role if role.value in held)  # type: ignore[attr-defined]
    return roles


def rights_of(user: User | AbstractBaseUser | AnonymousUser) -> frozenset[Right]:
    """Everything the person may do; nothing for a stranger."""
    if not user.is_authenticated:
        return frozenset()
    rights = {right for role in roles_of(user) for right in RIGHTS[role]}
    return frozenset(rights | {Right.SIGNED_IN})


def role_label(name: str) -> str:
    """What people call the role of this name, in the reader's language; any other group keeps its name."""
    return str(ROLE_LABELS.get(name, name))


def requires(right: Right) -> Callable[[View], View]:
    """Mark a view with the right that its caller must hold."""

    def mark(view: View) -> View:
        view.required_right = right  # type: ignore[attr-defined]  # read by AccessMiddleware
        return view

    return mark
