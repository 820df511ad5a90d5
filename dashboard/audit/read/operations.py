"""One act of the record as a whole, for whoever wants to undo it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

from dashboard.audit.models import Event
from dashboard.audit.read.entries import Line, lines_of, states_of
from dashboard.audit.record.canonical import column, escaped
from dashboard.audit.record.operation_ids import for_assistant
from dashboard.audit.record.types import Kind, Outcome


@dataclass(frozen=True, kw_only=True)
class Act:
    """What was done. ``before`` and ``after`` are None where they were not recorded."""

    line: Line
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


def act_of(*, workspace: str, seq: int) -> Act | None:
    """The act that row ``seq`` of this workspace tells, if it succeeded."""
    row = Event.objects.filter(seq=seq, workspace=column(workspace)).defer("body").first()
    if row is None:
        return None
    rows = list(Event.objects.filter(operation=row.operation).order_by("seq"))
    if rows[-1].outcome != Outcome.SUCCEEDED.value:
        return None
    states: dict[str, Any] = {}
    for each in rows:
        states |= states_of(each)
    return Act(line=lines_of(rows[-1:])[0], before=states.get("before"), after=states.get("after"))


def group_of(act: Act) -> list[Act]:
    """All acts of the group of which this one is a step, oldest first; itself alone where it is none."""
    line = act.line
    if not line.group or not line.assistant_id:
        return [act]
    rows = _ended(line.workspace).filter(for_assistant(line.assistant_id), _in_group(line.group))
    found = (act_of(workspace=line.workspace, seq=seq) for seq in rows.values_list("seq", flat=True).order_by("seq"))
    return [each for each in found if each is not None]


def last_row(*, workspace: str, targets: Collection[str], group: str = "", request_id: str = "") -> int | None:
    """The newest row that tells of a change of one of these things, in this group or this request."""
    rows = _ended(workspace).filter(target_id__in=[column(target) for target in targets])
    if group:
        rows = rows.filter(_in_group(group))
    if request_id:
        rows = rows.filter(request_id=column(request_id))
    return rows.order_by("-seq").values_list("seq", flat=True).first()


def _ended(workspace: str) -> QuerySet[Event]:
    rows = Event.objects.filter(workspace=column(workspace), outcome=Outcome.SUCCEEDED.value)
    return rows.exclude(kind=Kind.INTENT.value)


def _in_group(group: str) -> Q:
    return Q(head__contains=f'"group":"{escaped(group)}"')
