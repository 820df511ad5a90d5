"""What keeps the catalog right without looking again: the changes that pass through this site."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Sequence
from datetime import datetime

from django.conf import settings
from django.db import IntegrityError, transaction
from django.dispatch import receiver

import assistants_client as wire
from assistants_ui.catalog import entries
from dashboard.audit.api import OperationOutcome
from dashboard.audit.read.revisions import LastChange
from dashboard.audit.record.chain import NewRecord
from dashboard.audit.record.types import RecordKind
from dashboard.lib.signals import assistant_stored, change_recorded

log = logging.getLogger(__name__)

CHANGES = frozenset({"assistant.create", "assistant.update", "assistant.changed_outside"})


def keep(workspace: str, assistant: wire.Assistant) -> None:
    """Put in what a change, or a look at the assistant itself, has just shown."""
    if not entries.is_in_use(workspace):
        return
    try:
        with transaction.atomic():
            entries.put(workspace, [assistant], read_at=entries.now())
    except IntegrityError:
        # Somebody else has put it in at the same moment; now it is there to be replaced.
        with transaction.atomic():
            entries.put(workspace, [assistant], read_at=entries.now())


def keep_change(workspace: str, after: wire.Assistant) -> None:
    """Put in what a change of a remote assistant left. The embedded server tells its own changes itself."""
    if not is_embedded(workspace):
        keep(workspace, after)


def keep_deletion(workspace: str, assistant_id: str) -> None:
    """Take out a remote assistant that was deleted."""
    if not is_embedded(workspace):
        entries.drop(workspace, assistant_id)


def keep_link(workspace: str, assistant_id: str, file_id: str, *, is_there: bool) -> None:
    """Version 1: put in that a remote assistant was given a file, or that one was taken from it."""
    if is_embedded(workspace):
        return
    entry = entries.find(workspace, assistant_id)
    if entry is not None:
        raw = json.loads(entry.stored.document)
        others = [name for name in wire.Assistant(raw).file_ids if name != file_id]
        keep(workspace, wire.Assistant(raw | {"file_ids": [*others, file_id] if is_there else others}))


def keep_seen(workspace: str, assistants: Sequence[wire.Assistant], *, read_at: int) -> None:
    """Put in what a remote server has just answered to a question about these; ``read_at``: when it was asked."""
    if is_embedded(workspace) or not entries.is_in_use(workspace):
        return
    try:
        with transaction.atomic():
            entries.put(workspace, assistants, read_at=read_at)
    except IntegrityError:
        # Somebody else saw one of them for the first time at the same moment, and has put it in.
        log.info("The catalog of %s was filled by two requests at once.", workspace)


def is_embedded(workspace: str) -> bool:
    """Whether the workspace is on the embedded server, which says itself what it stores."""
    configured = settings.WORKSPACES.get(workspace)
    return configured is not None and configured.is_embedded


@receiver(assistant_stored)
def _keep_stored(workspace: str, id: str, render: Callable[[str], str | None], **_: object) -> None:  # noqa: A002
    configured = settings.WORKSPACES.get(workspace)
    if configured is None or not entries.is_in_use(workspace):
        return
    text = render(configured.api_version)
    if text is None:
        entries.drop(workspace, id)
    else:
        keep(workspace, wire.Assistant(json.loads(text)))


@receiver(change_recorded)
def _note_author(row: NewRecord, at: datetime, **_: object) -> None:
    is_change = (
        row.kind is not RecordKind.INTENT and row.action in CHANGES and row.outcome == OperationOutcome.SUCCEEDED.value
    )
    if is_change and row.target.id is not None:
        actor = f"{row.actor.kind}:{row.actor.id}"
        entries.note_change(row.workspace, row.target.id, LastChange(actor=actor, name=row.actor.name, at=at))
