"""Who changed an assistant last, as far as the record tells."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from dashboard.audit.api import Target
from dashboard.audit.read import revisions


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
