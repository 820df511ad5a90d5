"""The one way to change something: intent, act, outcome.

    with audit.operation(action="member.update", actor=actor, target=target, before=before) as operation:
        operation.succeeded(after=...)

The intent is on disk before the block runs. Whatever happens in the block, one outcome follows.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

from django.db import Error as DatabaseError
from django.db import IntegrityError, OperationalError, connection

from dashboard.audit.errors import AuditUnavailable, OutcomeNotRecorded
from dashboard.audit.record.chain import NewRecord, append
from dashboard.audit.record.changes import changes_between
from dashboard.audit.record.operation_ids import new_id
from dashboard.audit.record.redaction import without_secrets
from dashboard.audit.record.types import Actor, OperationOutcome, RecordKind, Target
from dashboard.audit.registry import registry

log = logging.getLogger(__name__)


@dataclass(kw_only=True)
class PendingOperation:
    """One act on its way. Say how it ended with :meth:`succeeded` or :meth:`ended`; the last word counts.

    ``seq`` is the number of the intent; ``outcome_seq`` that of the outcome, once it is written.
    ``together_with`` is run in the transaction that writes the outcome: both are kept or neither.
    """

    id: str
    seq: int = 0
    outcome_seq: int | None = None
    outcome: OperationOutcome | None = None
    target: Target
    after: Mapping[str, Any] | None = None
    rest: dict[str, Any] = field(default_factory=dict)
    together_with: Callable[[], None] | None = None

    def succeeded(self, *, after: Mapping[str, Any] | None = None, target: Target | None = None) -> None:
        """It was done. ``after`` is the full state; ``target`` the thing, now that it has an id."""
        self.after = after
        self.target = target or self.target
        self.ended(outcome=OperationOutcome.SUCCEEDED)

    def ended(
        self,
        *,
        outcome: OperationOutcome,
        reason: str = "",
        status: int | None = None,
        upstream_request_id: str | None = None,
    ) -> None:
        """It ended this way. ``reason`` is the server's or our own short sentence."""
        self.outcome = OperationOutcome(outcome)
        self.rest = {"reason": reason[:500], "status": status, "upstream_request_id": upstream_request_id}


@contextmanager
def operation(
    *,
    action: str,
    actor: Actor,
    workspace: str = "",
    target: Target,
    before: Mapping[str, Any] | None = None,
    request_id: str | None = None,
    context: Mapping[str, Any] | None = None,
) -> Iterator[PendingOperation]:
    """Record one act: its intent before the block, its outcome after it, each committed on its own.

    Raises :class:`AuditUnavailable` before the block when the intent cannot be written, and
    :class:`OutcomeNotRecorded` after it when the outcome cannot. A block that raises without
    having said how it ended is ``unknown`` with the exception's class as reason, and the
    exception goes on; one that ends without saying has succeeded. Refuses to run inside
    ``atomic()`` with ``RuntimeError``, because an intent that can be rolled back is none.
    """
    before = without_secrets(before)
    intent = NewRecord(
        kind=RecordKind.INTENT,
        action=registry.action(action).name,
        actor=actor,
        target=target,
        workspace=workspace,
        operation=new_id(subject_id=_subject_id(context)),
        request_id=request_id,
        rest={"context": context} if context else {},
        states={"before": before} if before is not None else {},
    )
    current = PendingOperation(id=intent.operation, target=target)
    try:
        current.seq = _append_surely(intent)
    except DatabaseError as error:
        log_failure(error)
        raise AuditUnavailable("The activity record cannot be written.") from error
    try:
        yield current
    except BaseException as error:
        if current.outcome is None:
            current.ended(outcome=OperationOutcome.UNKNOWN, reason=type(error).__name__)
        _write_outcome(intent, current, before=before)
        raise
    if current.outcome is None:
        current.ended(outcome=OperationOutcome.SUCCEEDED)
    _write_outcome(intent, current, before=before)


def record(
    *,
    action: str,
    actor: Actor,
    workspace: str = "",
    target: Target,
    outcome: OperationOutcome = OperationOutcome.SUCCEEDED,
    detail: Mapping[str, Any] | None = None,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    request_id: str | None = None,
    subject_id: str = "",
) -> None:
    """Record something that has already happened, in one row. A row with a ``subject_id``, which its
    ``detail`` then names too, is found by that as well.

    Inside ``atomic()`` the row is kept or undone with the transaction, so that a change in our own
    tables and its record are both kept or both gone. Raises :class:`AuditUnavailable`.
    """
    before, after = without_secrets(before), without_secrets(after)
    states = {"before": before, "after": after}
    row = NewRecord(
        kind=RecordKind.EVENT,
        action=registry.action(action).name,
        actor=actor,
        target=target,
        workspace=workspace,
        operation=new_id(subject_id=subject_id),
        outcome=OperationOutcome(outcome).value,
        request_id=request_id,
        rest={"detail": detail or {}, "changes": changes_between(before, after)},
        states={name: state for name, state in states.items() if state is not None},
    )
    try:
        append(row, durable=False)
    except DatabaseError as error:
        log_failure(error)
        raise AuditUnavailable("The activity record cannot be written.") from error


def _subject_id(context: Mapping[str, Any] | None) -> str:
    """For whose sake this is done, where that is not the target itself."""
    return str((context or {}).get(registry.subject.id_key, "")) if registry.subject else ""


def log_failure(error: DatabaseError) -> None:
    """Tell the operator why a row could not be written; who asked for the change reads only that it was not."""
    log.error("The activity record cannot be written: %s", str(error).strip().partition("\n")[0])


def _write_outcome(intent: NewRecord, current: PendingOperation, *, before: Mapping[str, Any] | None) -> None:
    assert current.outcome is not None  # noqa: S101  (said by the block or for it, by now)
    rest, after = dict(current.rest), without_secrets(current.after)
    if current.outcome is OperationOutcome.SUCCEEDED:
        rest["changes"] = changes_between(before, after)
    if "context" in intent.rest:
        rest["context"] = intent.rest["context"]
    outcome = replace(
        intent,
        kind=RecordKind.OUTCOME,
        outcome=current.outcome.value,
        target=current.target,
        rest=rest | {"intent": current.seq},
        states={"after": after} if after is not None else {},
    )
    try:
        current.outcome_seq = _append_surely(outcome, current.together_with)
    except DatabaseError as error:
        log_failure(error)
        raise OutcomeNotRecorded("The change was sent, but how it ended could not be recorded.") from error


def _append_surely(row: NewRecord, together_with: Callable[[], None] | None = None) -> int:
    """Append, once more over a new connection when the kept one turns out to be dead.

    A commit whose answer was lost may have happened; then the second try meets the unique
    constraint on operation and kind, which is as good as having written it.
    """
    try:
        return append(row, durable=True, together_with=together_with)
    except IntegrityError:
        # Somebody settled this act while it was still on its way. What we know is the later word.
        return append(replace(row, kind=RecordKind.SETTLEMENT), durable=True, together_with=together_with)
    except OperationalError:
        if connection.in_atomic_block:
            raise
        connection.close()
    try:
        return append(row, durable=True, together_with=together_with)
    except IntegrityError:
        return _written_before(row)


def _written_before(row: NewRecord) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT seq FROM audit_event WHERE operation = %s AND kind = %s", (row.operation, row.kind.value)
        )
        found = cursor.fetchone()
    if found is None:
        raise OperationalError("The row was refused and is not there.")
    return int(found[0])
