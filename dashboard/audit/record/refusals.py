"""Refused attempts, which anybody can make as often as they like."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import Error as DatabaseError

from dashboard.audit.errors import AuditUnavailable
from dashboard.audit.models import Record
from dashboard.audit.record.canonical import column
from dashboard.audit.record.operations import record
from dashboard.audit.record.types import Actor, OperationOutcome, Target
from dashboard.audit.registry import registry

# More of the same tell nobody anything, and rows are kept for ever: no one may fill the disk with them.
MOST_IN_AN_HOUR = 20


def record_refusal(*, action: str, actor: Actor, target: Target, workspace: str = "", **facts: Any) -> None:
    """Record that this person was refused, unless the same was recorded 20 times within the hour.

    ``facts`` are noted with it; where one of them names a subject of the log, the row is found by that too.
    Raises :class:`AuditUnavailable`.
    """
    since = (datetime.now(UTC) - timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    same = Record.objects.filter(actor=column(f"{actor.kind}:{actor.id}"), action=action, at__gte=since)
    try:
        is_enough = same.order_by("-seq")[MOST_IN_AN_HOUR - 1 : MOST_IN_AN_HOUR].exists()
    except DatabaseError as error:
        raise AuditUnavailable from error
    if not is_enough:
        subject_id = str(facts.get(registry.subject.id_key, "")) if registry.subject else ""
        record(
            action=action,
            actor=actor,
            workspace=workspace,
            target=target,
            outcome=OperationOutcome.REFUSED,
            detail=facts,
            subject_id=subject_id,
        )
