"""Which assistants a person opened, likes best, and would find changed by others since they last looked."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import Any

from django.db import DatabaseError, transaction
from django.db.models import QuerySet

import assistants_client as wire
from assistants_ui.catalog.entries import LONGEST_ID, now, storable
from assistants_ui.models import AssistantOfPerson, CatalogEntry
from assistants_ui.workspaces import cache

log = logging.getLogger(__name__)

# So many are remembered of each person; favourites always are.
MOST_REMEMBERED = 200
SHOWN_RECENT = 5
# Some of them stand in the rows of the list anyway.
MOST_RECENT = 30
SHOWN_NEWS = 3
CACHED = "assistants of a person"


@dataclass(frozen=True)
class Known:
    """An assistant that a person knows; ``changed_by`` is who else changed it since they last opened it."""

    id: str
    name: str
    changed_by: str = ""


def remember_opened(user_id: int, workspace: str, assistant: wire.Assistant) -> None:
    """Note that this person has just seen it. Where that cannot be stored, they see it all the same."""
    if len(assistant.id) > LONGEST_ID:
        return
    seen = {"label": storable(assistant.name or ""), "opened_at": now()}
    try:
        with transaction.atomic():
            rows = _rows(user_id, workspace)
            if not rows.filter(assistant_id=assistant.id).update(**seen):
                rows.get_or_create(
                    user_id=user_id, workspace=workspace, assistant_id=storable(assistant.id), defaults=seen
                )
                _forget_oldest(user_id, workspace)
    except DatabaseError as error:
        log.warning("It could not be noted that an assistant was opened: %s", error)
    cache.drop(workspace, CACHED, {"person": user_id})


def _forget_oldest(user_id: int, workspace: str) -> None:
    rows = _rows(user_id, workspace).filter(is_favourite=False).order_by("-opened_at")
    beyond = list(rows.values_list("pk", flat=True)[MOST_REMEMBERED : MOST_REMEMBERED + 100])
    if beyond:
        AssistantOfPerson.objects.filter(pk__in=beyond).delete()


def set_favourite(user_id: int, workspace: str, assistant: wire.Assistant, *, is_favourite: bool) -> None:
    """Put it among the person's favourites, or take it out."""
    AssistantOfPerson.objects.update_or_create(
        user_id=user_id,
        workspace=workspace,
        assistant_id=storable(assistant.id)[:LONGEST_ID],
        defaults={"label": storable(assistant.name or ""), "is_favourite": is_favourite},
    )
    cache.drop(workspace, CACHED, {"person": user_id})


def is_favourite(user_id: int, workspace: str, assistant_id: str) -> bool:
    return _rows(user_id, workspace).filter(assistant_id=assistant_id, is_favourite=True).exists()


def changed_since(user_id: int, workspace: str) -> list[str]:
    """The ids of those that somebody else changed since this person opened them; the latest change first."""
    return [one.id for one in _known(user_id, workspace)["news"]]


def shown_of(user_id: int, workspace: str) -> dict[str, Any]:
    """Favourites, what was opened last, and what changed since; plain values, kept while nothing changes."""

    def fetch() -> dict[str, Any]:
        found = _known(user_id, workspace)
        return {
            "favourites": [[one.id, one.name] for one in found["favourites"]],
            "recent": [[one.id, one.name] for one in found["recent"][:MOST_RECENT]],
            "news": [[one.id, one.name, one.changed_by] for one in found["news"][:SHOWN_NEWS]],
            "number_of_news": len(found["news"]),
        }

    shown: dict[str, Any] = cache.own(workspace, CACHED, {"person": user_id}, fetch).data
    return shown


def _known(user_id: int, workspace: str) -> dict[str, list[Known]]:
    """Two questions to the database. One that the catalog knows to be deleted is in none of the lists."""
    rows = list(_rows(user_id, workspace).order_by("-opened_at"))
    entries = {
        entry["assistant_id"]: entry
        for entry in CatalogEntry.objects.filter(
            workspace=workspace, assistant_id__in=[row.assistant_id for row in rows]
        ).values("assistant_id", "name", "changed_at", "changed_by", "changed_by_name", "is_deleted")
    }
    found: dict[str, list[Known]] = {"favourites": [], "recent": [], "news": []}
    latest: dict[str, int] = {}
    for row in rows:
        entry: dict[str, Any] = dict(entries.get(row.assistant_id, {}))
        if entry.get("is_deleted"):
            continue
        known = Known(
            row.assistant_id, entry.get("name") or row.label or row.assistant_id, entry.get("changed_by_name", "")
        )
        found["favourites" if row.is_favourite else "recent"].append(known)
        changed_at = entry.get("changed_at", 0)
        if changed_at > row.opened_at > 0 and entry["changed_by"] != f"person:{user_id}":
            found["news"].append(known)
            latest[row.assistant_id] = changed_at
    found["favourites"].sort(key=lambda one: one.name.casefold())
    found["news"].sort(key=lambda one: -latest[one.id])
    return found


def _rows(user_id: int, workspace: str) -> QuerySet[AssistantOfPerson]:
    return AssistantOfPerson.objects.filter(user_id=user_id, workspace=workspace)
