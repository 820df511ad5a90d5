"""Finds out what became of a change that was sent and never answered.

One function serves the button *Check now*, the next press of Save and ``manage.py settle_operations``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

import assistants_client as wire
from assistants_ui.domain.actions import Action
from assistants_ui.domain.canonical import sent_digest
from assistants_ui.files.attachments.reconcile import FOUND, NOT_FOUND
from assistants_ui.files.attachments.reconcile_operations import reconcile_file_operation
from assistants_ui.models import Submission
from assistants_ui.service import Service
from dashboard.audit import api as audit
from dashboard.audit.api import OperationOutcome, Target, UnresolvedOperation

# The server's clock may be behind ours.
SKEW = timedelta(minutes=2)
# Some servers show a new object only after a while; until then its absence proves nothing.
LATE = timedelta(minutes=10)
PAGES, PAGE = 3, 100


def reconcile_operation(service: Service, operation: UnresolvedOperation, *, is_late: bool) -> OperationOutcome | None:
    """Ask the server what became of ``act`` and record it; None while that cannot be told.

    ``is_late`` says that enough time has passed for an absent object to count as never made.
    Raises the wire client's errors when the server does not answer.
    """
    found: wire.Assistant | None = None
    match operation.action:
        case Action.ASSISTANT_CREATE:
            found = created_by(service, operation.context, since=operation.at.timestamp())
            outcome = OperationOutcome.SUCCEEDED if found else OperationOutcome.REFUSED if is_late else None
        case Action.ASSISTANT_UPDATE if operation.target.id:
            found = service.assistants.find(operation.target.id)
            if found and holds(found, operation.context):
                outcome = OperationOutcome.SUCCEEDED
            else:
                found, outcome = None, OperationOutcome.REFUSED if is_late else None
        case Action.ASSISTANT_DELETE if operation.target.id:
            if service.assistants.find(operation.target.id):
                outcome = OperationOutcome.REFUSED
            else:
                # Where the list still names it, the answer was that of a missing route.
                outcome = None if service.assistants.is_listed(operation.target.id) else OperationOutcome.SUCCEEDED
        case _:
            return reconcile_file_operation(service, operation, is_late=is_late)
    if outcome is not None:
        target = Target(type="assistant", id=found.id, label=found.name) if found else None
        reason = FOUND if outcome is OperationOutcome.SUCCEEDED else NOT_FOUND
        operation.reconcile(outcome=outcome, reason=reason, after=found.raw if found else None, target=target)
    return outcome


def reconcile_submission(service: Service, op: str) -> None:
    """Record, for the operation of one submission, what is known by now; nothing when it is not open."""
    for operation in audit.open_operations(workspace=service.gateway.workspace, older_than=timedelta(0)):
        if operation.context.get("submission") == op:
            reconcile_operation(service, operation, is_late=False)


def created_by(service: Service, context: Mapping[str, Any], *, since: float) -> wire.Assistant | None:
    """The oldest assistant that is equal to what was sent, new enough, and not made by another submission."""
    candidates = [
        assistant
        for assistant in _newest(service)
        if assistant.created_at >= since - SKEW.total_seconds() and holds(assistant, context)
    ]
    claims = Submission.objects.filter(
        workspace=service.gateway.workspace, result_id__in=[assistant.id for assistant in candidates]
    ).exclude(id=context.get("submission", ""))
    claimed = set(claims.values_list("result_id", flat=True))
    free = [assistant for assistant in candidates if assistant.id not in claimed]
    return min(free, key=lambda assistant: assistant.created_at, default=None)


def holds(assistant: wire.Assistant, context: Mapping[str, Any]) -> bool:
    """Whether the assistant is as the change that ``context`` tells of would have made it."""
    sent = context.get("sent")
    if not isinstance(sent, Mapping):
        return False
    return sent_digest(assistant.raw, names=sent["fields"]) == str(sent["digest"])


def _newest(service: Service) -> Iterable[wire.Assistant]:
    after: str | None = None
    for _ in range(PAGES):
        page = service.assistants.page(limit=PAGE, after=after, fresh=True)
        yield from page.items
        after = page.after
        if after is None:
            return
