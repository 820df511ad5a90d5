"""Refused attempts, which anybody can make as often as they like."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from django.db import Error as DatabaseError

from dashboard.audit.errors import AuditUnavailable
from dashboard.audit.models import Record
from dashboard.audit.record.canonical import column
from dashboard.audit.record.operations import record
from dashboard.audit.record.types import Actor, OperationOutcome, Target

# More of the same tell nobody anything, and rows are kept for ever: no one may fill the disk with them.
MOST_IN_AN_HOUR = 20


def record_refusal(*, action: str, actor: Actor, target: Target) -> None:
    """Record that this person was refused, unless the same was recorded 20 times within the hour.

    Raises :class:`AuditUnavailable`.
    """
    since = (datetime.now(UTC) - timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    same = Record.objects.filter(actor=column(f"{actor.kind}:{actor.id}"), action=action, at__gte=since)
    try:
        is_enough = same.order_by("-seq")[MOST_IN_AN_HOUR - 1 : MOST_IN_AN_HOUR].exists()
    except DatabaseError as error:
        raise AuditUnavailable from error
    if not is_enough:
        record(action=action, actor=actor, target=target, outcome=OperationOutcome.REFUSED)
