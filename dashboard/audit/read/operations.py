"""One act of the record as a whole, for whoever wants to undo it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

from dashboard.audit.models import Record
from dashboard.audit.read.entries import LogEntry, log_entries, states_of
from dashboard.audit.record.canonical import column, escaped
from dashboard.audit.record.operation_ids import for_subject
from dashboard.audit.record.types import JOB_KEY, OperationOutcome, RecordKind


@dataclass(frozen=True, kw_only=True)
class Operation:
    """What was done. ``before`` and ``after`` are None where they were not recorded."""

    line: LogEntry
    before: Mapping[str, Any] | None = None
    after: Mapping[str, Any] | None = None

    @property
    def seq(self) -> int:
        return self.line.seq

    @property
    def action(self) -> str:
        return self.line.action

    @property
    def context(self) -> Mapping[str, Any]:
        return self.line.context


def operation_of(*, workspace: str, seq: int) -> Operation | None:
    """The act that row ``seq`` of this workspace tells, if it succeeded."""
    row = Record.objects.filter(seq=seq, workspace=column(workspace)).defer("body").first()
    if row is None:
        return None
    rows = list(Record.objects.filter(operation=row.operation).order_by("seq"))
    if rows[-1].outcome != OperationOutcome.SUCCEEDED.value:
        return None
    states: dict[str, Any] = {}
    for each in rows:
        states |= states_of(each)
    return Operation(line=log_entries(rows[-1:])[0], before=states.get("before"), after=states.get("after"))


def operations_of_job(operation: Operation) -> list[Operation]:
    """All acts of the job of which this one is a step, oldest first; itself alone where it is none."""
    line = operation.line
    if not line.job or not line.subject_id:
        return [operation]
    rows = _ended(line.workspace).filter(for_subject(line.subject_id), _of_job(line.job))
    found = (
        operation_of(workspace=line.workspace, seq=seq) for seq in rows.values_list("seq", flat=True).order_by("seq")
    )
    return [each for each in found if each is not None]


def last_record(*, workspace: str, targets: Collection[str], job: str = "", request_id: str = "") -> int | None:
    """The newest row that tells of a change of one of these things, in this job or this request."""
    rows = _ended(workspace).filter(target_id__in=[column(target) for target in targets])
    if job:
        rows = rows.filter(_of_job(job))
    if request_id:
        rows = rows.filter(request_id=column(request_id))
    return rows.order_by("-seq").values_list("seq", flat=True).first()


def _ended(workspace: str) -> QuerySet[Record]:
    rows = Record.objects.filter(workspace=column(workspace), outcome=OperationOutcome.SUCCEEDED.value)
    return rows.exclude(kind=RecordKind.INTENT.value)


def _of_job(job: str) -> Q:
    return Q(head__contains=f'"{JOB_KEY}":"{escaped(job)}"')
