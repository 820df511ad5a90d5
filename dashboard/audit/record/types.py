"""The nouns of the record: who acted, on what, and how it ended."""

from __future__ import annotations

import getpass
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from django.http import HttpRequest
from django.utils.translation import gettext_noop

from dashboard.access import roles_of

# Under this name the rows keep which attachment job they are a step of; sealed rows cannot be renamed.
JOB_KEY = "group"


class OperationOutcome(StrEnum):
    """How an operation ended. ``UNKNOWN``: it was sent and no answer was heard."""

    SUCCEEDED = "succeeded"
    REFUSED = "refused"
    NOT_SENT = "not_sent"
    UNKNOWN = "unknown"


class RecordKind(StrEnum):
    """What a row is: one half of an operation, its later settlement, or an act told in one row."""

    INTENT = "intent"
    OUTCOME = "outcome"
    SETTLEMENT = "settlement"
    EVENT = "event"


@dataclass(frozen=True, kw_only=True)
class Actor:
    """Who acted, as they were at that moment; the record outlives the account."""

    kind: Literal["person", "api_key", "command", "system"]
    id: str
    name: str
    roles: tuple[str, ...] = ()
    address: str | None = None


@dataclass(frozen=True, kw_only=True)
class Target:
    """What was acted on. ``type`` is the word that its app uses for such things."""

    type: str
    id: str | None = None
    label: str | None = None


# Rows keep these names in English; who reads them reads them in their own language.
SYSTEM = Actor(kind="system", id="", name=gettext_noop("The dashboard"))
OUTSIDE = Actor(kind="system", id="outside", name=gettext_noop("Someone outside this dashboard"))
# Whoever keeps the objects, where it changes more of one than it was asked to.
SERVER = Actor(kind="system", id="server", name=gettext_noop("The server by itself"))
VISITOR = gettext_noop("A visitor")
NAMES = frozenset({SYSTEM.name, OUTSIDE.name, SERVER.name, VISITOR})
COMMAND_JOINT = " with manage.py "


def command_actor(command: str) -> Actor:
    """Whoever runs ``manage.py <command>``, by the name the operating system knows them by."""
    try:
        person = getpass.getuser()
    except (KeyError, OSError):
        # A container may run under a number that has no name.
        person = "unknown"
    return Actor(kind="command", id=command, name=f"{person}{COMMAND_JOINT}{command}")


def actor_of(request: HttpRequest) -> Actor:
    """The signed-in person of a request, with their roles and address; a visitor when nobody is."""
    address = request.META.get("REMOTE_ADDR") or None
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return Actor(kind="person", id="", name=VISITOR, address=address)
    return Actor(
        kind="person",
        id=str(user.pk),
        name=user.get_full_name() or user.get_username(),
        roles=tuple(role.value for role in roles_of(user)),
        address=address,
    )
