"""An import that was agreed to: stored a few at a time, so that it can be followed, stopped and resumed.

A piece and the note that it is done are one transaction. Whatever ends the process, each assistant is either stored
as the preview said, or still waiting; whoever goes on finishes the rest.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from datetime import timedelta

from django.db import transaction
from django.db.models import Count
from django.utils import timezone

from assistants_server.assistants import operations as assistants
from assistants_server.importer import apply as importing
from assistants_server.importer.apply import Plan, fingerprint
from assistants_server.importer.convert import ImportItem
from assistants_server.models import Assistant, ImportJob, ImportRow, Stored
from dashboard.audit import api as audit
from dashboard.lib.signals import workspace_changed
from dashboard.lib.stored_texts import in_english

State = ImportRow.State
# How many one transaction stores: others who want to write wait for it.
PIECE = 50
# How long what became of an import can be looked at.
KEPT = timedelta(days=14)


def begin(workspace: str, plan: Plan, *, actor: audit.Actor, source: str, preview: str) -> ImportJob:
    """Write down what is to be stored, which nothing changes any more. The same ``preview`` begins once."""
    ImportJob.objects.filter(created_at__lt=timezone.now() - KEPT).exclude(state=ImportJob.State.RUNNING).delete()
    with transaction.atomic():
        job, is_first = ImportJob.objects.get_or_create(
            preview=preview,
            defaults={
                "workspace": workspace,
                "actor": {"kind": actor.kind, "id": actor.id, "name": actor.name, "roles": list(actor.roles)},
                "source": source,
                "unchanged": len(plan.unchanged),
                "left_out": len(plan.left_out),
            },
        )
        if is_first:
            rows = [_row(job, item) for item in plan.new + plan.replaced]
            ImportRow.objects.bulk_create(rows, batch_size=200)
    return job


def _row(job: ImportJob, item: ImportItem) -> ImportRow:
    saved = {
        "where": in_english(item.where),
        "created_at": item.created_at,
        "has_time": item.has_time,
        "content": item.content,
        "links": item.links,
    }
    return ImportRow(job=job, wire_id=item.wire_id, label=in_english(item.title), saved=saved, before=item.before)


def go_on(pk: str, *, seconds: float) -> int:
    """Store what is still waiting, for about so long; gives how many were looked at."""
    late = time.monotonic() + seconds
    number = 0
    while (found := _piece(pk)) and time.monotonic() < late:
        number += found
    return number + found


def _piece(pk: str) -> int:
    """Store the next few, and count them; none when nothing waits, or while another process stores some."""
    with transaction.atomic():
        running = ImportJob.objects.select_for_update(skip_locked=True).filter(pk=pk, state=ImportJob.State.RUNNING)
        if (job := running.first()) is None:
            return 0
        actor = audit.Actor(**job.actor | {"roles": tuple(job.actor["roles"])})
        rows = list(job.rows.filter(state=State.WAITING)[:PIECE])
        for row in rows:
            row.state = _stored(job, row, actor)
            row.saved = {}
        ImportRow.objects.bulk_update(rows, ["state", "saved"])
        if rows:
            transaction.on_commit(lambda: workspace_changed.send(sender=Stored, workspace=job.workspace), robust=True)
        if len(rows) < PIECE:
            job.state = ImportJob.State.DONE
            job.save(update_fields=["state"])
            _record(job, actor)
    return len(rows)


def _stored(job: ImportJob, row: ImportRow, actor: audit.Actor) -> str:
    """Store one as the preview said; somebody else's change since then stays."""
    item = ImportItem(wire_id=row.wire_id, before=row.before, **row.saved)
    there = Assistant.objects.filter(workspace=job.workspace, wire_id=row.wire_id).first()
    if there is not None:
        created_at = item.created_at if item.has_time else there.created_at
        if there.document == assistants.document_of(item.wire_id, created_at, item.content):
            return State.UNCHANGED
    if item.before != (fingerprint(there.document) if there is not None else ""):
        return State.DISPUTED
    importing.store(job.workspace, item, actor=actor)
    return State.NEW if there is None else State.REPLACED


def stop(job: ImportJob, *, actor: audit.Actor) -> None:
    """Store no more of it; what is stored stays. It can be gone on with."""
    with transaction.atomic():
        if ImportJob.objects.filter(pk=job.pk, state=ImportJob.State.RUNNING).update(state=ImportJob.State.STOPPED):
            _record(job, actor)


def resume(job: ImportJob) -> None:
    """Let a stopped import go on."""
    ImportJob.objects.filter(pk=job.pk, state=ImportJob.State.STOPPED).update(state=ImportJob.State.RUNNING)


def counts(job: ImportJob) -> Mapping[str, int]:
    """How many assistants of an import are in each state."""
    rows = job.rows.order_by().values("state").annotate(number=Count("id"))
    return dict.fromkeys(State.values, 0) | {row["state"]: row["number"] for row in rows}


def _record(job: ImportJob, actor: audit.Actor) -> None:
    found = counts(job)
    detail = {
        "new": found[State.NEW],
        "replaced": found[State.REPLACED],
        "unchanged": job.unchanged + found[State.UNCHANGED],
        "left_out": job.left_out + found[State.DISPUTED],
        "not_yet": found[State.WAITING],
    }
    audit.record(
        action="import.run",
        actor=actor,
        workspace=job.workspace,
        target=audit.Target(type="import", label=job.source),
        detail={name: number for name, number in detail.items() if number or name in ("new", "replaced", "unchanged")},
    )
