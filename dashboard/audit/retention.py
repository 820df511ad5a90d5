"""Letting old rows go without breaking the proof for those that stay.

A purge first seals a row that says up to where rows may be missing and what the last of them was
sealed with; only then are they removed. Verification starts after that row's promise, so a purge
that was interrupted, or is still going on, does not look like tampering.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from django.db import connection, transaction

from dashboard.audit.models import Head, OpenOperation, Record
from dashboard.audit.record.chain import NewRecord, append
from dashboard.audit.record.operation_ids import new_id
from dashboard.audit.record.types import Actor, OperationOutcome, RecordKind, Target
from dashboard.audit.registry import registry
from dashboard.audit.verify.verification import verify

BATCH = 2000


class LogIsBrokenError(Exception):
    """The log does not verify; purging now would destroy the traces."""


def purge(*, days: int, actor: Actor, now: datetime | None = None) -> int:
    """Remove what is older than ``days``; how many rows went. An act is kept or removed as a whole.

    Raises :class:`LogIsBrokenError`, and removes nothing then.
    """
    cut = last_row_before((now or datetime.now(UTC)) - timedelta(days=days))
    if cut:
        if not verify().is_whole:
            raise LogIsBrokenError
        _promise(cut, days=days, actor=actor)
    removed = 0
    # Whatever an earlier, interrupted purge left is removed too.
    limit = Head.objects.values_list("purged_to", flat=True).first() or 0
    while rows := _remove_batch(limit):
        removed += rows
    return removed


def last_row_before(moment: datetime) -> int:
    """The last row that may go: older than ``moment``, with everything of its act, and nothing open before it."""
    at = moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    # Clocks jump; the first row that must stay decides, not the last one that might go.
    first_kept = Record.objects.filter(at__gte=at).order_by("seq").values_list("seq", flat=True).first()
    newest = Record.objects.order_by("-seq").values_list("seq", flat=True).first() or 0
    cut = first_kept - 1 if first_kept else newest
    first_open = OpenOperation.objects.order_by("seq").values_list("seq", flat=True).first()
    if first_open is not None:
        cut = min(cut, first_open - 1)
    kept = Record.objects.filter(seq__gt=cut).values("operation")
    split = Record.objects.filter(seq__lte=cut, seq__gt=cut - BATCH, operation__in=kept).order_by("seq")
    first_split = split.values_list("seq", flat=True).first()
    cut = first_split - 1 if first_split else cut
    return cut if Record.objects.filter(seq__lte=cut).exists() else 0


def _promise(cut: int, *, days: int, actor: Actor) -> None:
    seal = Record.objects.values_list("seal", flat=True).get(seq=cut)
    row = NewRecord(
        kind=RecordKind.EVENT,
        action=registry.action("audit.purge").name,
        actor=actor,
        target=Target(type="audit_log", label="Audit log"),
        operation=new_id(),
        outcome=OperationOutcome.SUCCEEDED.value,
        rest={"detail": {"purged_to": cut, "seal": seal, "days": days}},
    )
    with transaction.atomic(durable=True):
        append(row, durable=False)
        Head.objects.update(purged_to=cut)


def _remove_batch(limit: int) -> int:
    """Oldest first and in short transactions, so that nobody who writes has to wait."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT MIN(seq) FROM audit_event")
        first = cursor.fetchone()[0]
        if first is None or first > limit:
            return 0
        cursor.execute("DELETE FROM audit_event WHERE seq <= %s", (min(first + BATCH - 1, limit),))
        return int(cursor.rowcount)
