"""Who else works on an assistant: who has its form open, which is advice and never a lock, and who changed it last."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.auth.models import User
from django.utils import timezone

from assistants_ui.models import Presence
from dashboard.audit.api import Target
from dashboard.audit.read import revisions

# A page tells every 30 seconds that it is open; after two lost tellings it counts as closed.
STILL_THERE = timedelta(seconds=75)


@dataclass(frozen=True, kw_only=True)
class OtherEditor:
    """Somebody else with the page open; ``is_dirty``: with something unsaved in it."""

    name: str
    is_dirty: bool
    seen_at: datetime


def touch(user: User, workspace: str, assistant_id: str, *, is_dirty: bool) -> None:
    """Note that this person has the page open."""
    seen = Presence(
        user=user, workspace=workspace, assistant_id=assistant_id, seen_at=timezone.now(), is_dirty=is_dirty
    )
    Presence.objects.bulk_create(
        [seen],
        update_conflicts=True,
        unique_fields=["user", "workspace", "assistant_id"],
        update_fields=["seen_at", "is_dirty"],
    )


def leave(user: User, workspace: str, assistant_id: str) -> None:
    Presence.objects.filter(user=user, workspace=workspace, assistant_id=assistant_id).delete()


def others(user: User, workspace: str, assistant_id: str) -> list[OtherEditor]:
    """Everybody else who has the page open now."""
    since = timezone.now() - STILL_THERE
    found = Presence.objects.filter(workspace=workspace, assistant_id=assistant_id, seen_at__gte=since)
    return [
        OtherEditor(name=row.user.first_name or row.user.username, is_dirty=row.is_dirty, seen_at=row.seen_at)
        for row in found.exclude(user=user).select_related("user").order_by("user__username")
    ]


@dataclass(frozen=True, kw_only=True)
class Author:
    """The one who made the last change, and when. ``has_deleted``: that change was its end."""

    name: str
    at: datetime
    has_deleted: bool


def last_author(workspace: str, assistant_id: str, *, other_than: int | None = None) -> Author | None:
    """None when nothing is recorded of this assistant.

    ``other_than`` the person of this id: whoever made the change before theirs, if theirs is the last.
    """
    target = Target(type="assistant", id=assistant_id)
    latest = revisions.latest_of(target, workspace=workspace)
    if latest and latest.line.actor == f"person:{other_than}":
        latest = revisions.revision_before(target, workspace=workspace, seq=latest.seq)
    if latest is None:
        return None
    return Author(name=latest.line.actor_name, at=latest.line.at, has_deleted=latest.is_deletion)
