"""Who else has the form of an assistant open. Advice, never a lock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.auth.models import User
from django.utils import timezone

from assistants_ui.models import Presence

# A page tells every 30 seconds that it is open; after two lost tellings it counts as closed.
STILL_THERE = timedelta(seconds=75)


@dataclass(frozen=True, kw_only=True)
class Other:
    """Somebody else with the page open; ``is_dirty``: with something unsaved in it."""

    name: str
    is_dirty: bool
    seen_at: datetime


def touch(user: User, workspace: str, assistant_id: str, *, is_dirty: bool) -> None:
    """Note that this person has the page open."""
    Presence.objects.update_or_create(
        user=user,
        workspace=workspace,
        assistant_id=assistant_id,
        defaults={"seen_at": timezone.now(), "is_dirty": is_dirty},
    )


def leave(user: User, workspace: str, assistant_id: str) -> None:
    Presence.objects.filter(user=user, workspace=workspace, assistant_id=assistant_id).delete()


def others(user: User, workspace: str, assistant_id: str) -> list[Other]:
    """Everybody else who has the page open now."""
    since = timezone.now() - STILL_THERE
    found = Presence.objects.filter(workspace=workspace, assistant_id=assistant_id, seen_at__gte=since)
    return [
        Other(name=row.user.first_name or row.user.username, is_dirty=row.is_dirty, seen_at=row.seen_at)
        for row in found.exclude(user=user).select_related("user").order_by("user__username")
    ]
