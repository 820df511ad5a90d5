"""Operations whose end nobody knows yet, and the way to find out.

This package keeps them; asking the server what became of one is for whoever speaks to servers:
it reads :func:`open_operations`, asks, and calls :meth:`UnresolvedOperation.reconcile`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

from django.db import Error as DatabaseError
from django.db import IntegrityError

from dashboard.audit.errors import AuditUnavailable
from dashboard.audit.models import OpenOperation, Record
from dashboard.audit.record.chain import NewRecord, append
from dashboard.audit.record.changes import changes_between
from dashboard.audit.record.operations import log_failure
from dashboard.audit.record.redaction import without_secrets
from dashboard.audit.record.types import SYSTEM, Actor, OperationOutcome, RecordKind, Target
from dashboard.audit.registry import registry

# Longer than any call may take, so that an act still on its way is not called lost.
STILL_RUNNING = timedelta(minutes=2)


@dataclass(frozen=True, kw_only=True)
class UnresolvedOperation:
    """An intent without a known end. ``outcome`` is empty when the process ended before it could say."""

    id: str
    seq: int
    at: datetime
    action: str
    actor: Actor
    workspace: str
    target: Target
    outcome: str
    before: Mapping[str, Any] | None = None
    context: Mapping[str, Any] = field(default_factory=dict)

    def reconcile(
        self,
        *,
        outcome: OperationOutcome,
        reason: str = "",
        after: Mapping[str, Any] | None = None,
        target: Target | None = None,
    ) -> bool:
        """Record how it ended after all; whether this was the first to say so.

        The row bears the one who acted and, in its head, the one who looked. Raises
        :class:`AuditUnavailable`.
        """
        after = without_secrets(after)
        row = NewRecord(
            kind=RecordKind.SETTLEMENT if self.outcome else RecordKind.OUTCOME,
            action=registry.action(self.action).name,
            actor=self.actor,
            target=target or self.target,
            workspace=self.workspace,
            operation=self.id,
            outcome=OperationOutcome(outcome).value,
            rest={
                "reason": reason[:500],
                "changes": changes_between(self.before, after) if outcome is OperationOutcome.SUCCEEDED else {},
                "context": self.context,
                "settled_by": SYSTEM.name,
                "intent": self.seq,
            },
            states={"after": after} if after is not None else {},
        )
        try:
            append(row, durable=True)
        except IntegrityError:
            return False
        except DatabaseError as error:
            log_failure(error)
            raise AuditUnavailable("The activity record cannot be written.") from error
        return True


def open_operations(
    *, workspace: str | None = None, older_than: timedelta = STILL_RUNNING
) -> list[UnresolvedOperation]:
    """What is not settled, oldest first: outcomes unknown, and intents of ``older_than`` without an outcome."""
    kept = {row.operation: row for row in OpenOperation.objects.order_by("seq")}
    intents = Record.objects.filter(seq__in=[row.seq for row in kept.values()]).order_by("seq")
    if workspace is not None:
        intents = intents.filter(workspace=workspace)
    latest = datetime.now(UTC) - older_than
    acts = (_open_act(event, outcome=kept[event.operation].outcome) for event in intents)
    return [act for act in acts if act.outcome or act.at <= latest]


def unknown_count() -> int:
    """How many operations wait to be settled, those of a process that died included."""
    unanswered = OpenOperation.objects.exclude(outcome="").count()
    unfinished = OpenOperation.objects.filter(outcome="").values("seq")
    latest = (datetime.now(UTC) - STILL_RUNNING).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    return unanswered + Record.objects.filter(seq__in=unfinished, at__lte=latest).count()


def _open_act(event: Any, *, outcome: str) -> UnresolvedOperation:
    head = json.loads(event.head)
    kind: Literal["person", "api_key", "command", "system"]
    kind, _, actor_id = head["actor"].partition(":")
    return UnresolvedOperation(
        id=head["operation"],
        seq=head["seq"],
        at=datetime.fromisoformat(head["at"]),
        action=head["action"],
        actor=Actor(
            kind=kind,
            id=actor_id,
            name=head.get("actor_name", ""),
            roles=tuple(head.get("roles", ())),
            address=head.get("address"),
        ),
        workspace=head["workspace"],
        target=Target(type=head["target_type"], id=head["target_id"] or None, label=head.get("target_label")),
        outcome=outcome,
        before=json.loads(event.body).get("before") if event.body else None,
        context=head.get("context", {}),
    )
