"""Everything the record knows of one act: its rows, what changed, and what belongs to it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy

from dashboard.audit.models import Record
from dashboard.audit.read.comparison import FieldChange, compare
from dashboard.audit.read.entries import (
    LogEntry,
    circumstances_of,
    head_of,
    log_entries,
    log_entry,
    nameless_subjects,
    names_in,
    states_of,
    subject_names,
)
from dashboard.audit.read.sentences import DAMAGED
from dashboard.audit.record.types import RecordKind
from dashboard.audit.registry import registry
from dashboard.audit.verify.verification import holds
from dashboard.bounds import RAW_CHARACTERS
from dashboard.lib.readable import readable_json

TITLES = {
    RecordKind.INTENT: gettext_lazy("Intended"),
    RecordKind.OUTCOME: gettext_lazy("Ended"),
    RecordKind.SETTLEMENT: gettext_lazy("Settled later"),
    RecordKind.EVENT: gettext_lazy("Recorded"),
}
MOST_RELATED = 50


@dataclass(frozen=True, kw_only=True)
class RecordDetail:
    """One sealed row of the act, with its raw texts for experts, of which a page has room for so many characters."""

    title: str
    line: LogEntry
    raw: str
    is_cut: bool
    seal: str
    holds: bool


@dataclass(frozen=True, kw_only=True)
class OperationDetail:
    """One act. ``line`` tells its latest word; ``before`` and ``after`` are None when not recorded."""

    line: LogEntry
    rows: list[RecordDetail]
    before: Mapping[str, Any] | None
    after: Mapping[str, Any] | None
    changes: list[FieldChange]
    same_request: list[LogEntry]

    @property
    def broken(self) -> list[int]:
        """The numbers of its rows whose text is not the one that was sealed."""
        return [row.line.seq for row in self.rows if not row.holds]


def operation_detail(event: Record) -> OperationDetail:
    """The act that a row belongs to."""
    events = list(Record.objects.filter(operation=event.operation).order_by("seq"))
    before, after = _states(events)
    names = names_in(before, after)
    head = head_of(events[-1])
    names |= circumstances_of(head).get("file_names", {})
    return OperationDetail(
        line=log_entry(head, names=names, subjects=subject_names(nameless_subjects([head]))),
        rows=_stored(events, names),
        before=before,
        after=after,
        changes=compare(before, after, names=names) if _is_shown(head, before, after) else [],
        same_request=_same_request(event),
    )


def _is_shown(head: Mapping[str, Any], before: Any, after: Any) -> bool:
    """Whether there are two sides to show: not for an update whose end nobody heard."""
    if before is not None and after is not None:
        return True
    return bool(head["outcome"] == "succeeded" and _is_whole(head))


def _is_whole(head: Mapping[str, Any]) -> bool:
    action = registry.actions.get(str(head["action"]))
    return action is not None and action.is_whole


def _states(events: list[Record]) -> tuple[Mapping[str, Any] | None, Mapping[str, Any] | None]:
    states: dict[str, Any] = {}
    for event in events:
        states |= states_of(event)
    return states.get("before"), states.get("after")


def _stored(events: Sequence[Record], names: Mapping[str, str]) -> list[RecordDetail]:
    found, left = [], RAW_CHARACTERS
    for event in events:
        found.append(_row(event, names, most=left))
        left -= len(found[-1].raw)
    return found


def _row(event: Record, names: Mapping[str, str], *, most: int) -> RecordDetail:
    head, states = head_of(event), states_of(event)
    text = readable_json({"head": head, "body": states} if states else {"head": head})
    if head["outcome"] == DAMAGED or (event.body and not states):
        text = f"{event.head}\n{event.body}"
    return RecordDetail(
        title=str(TITLES[RecordKind(head["kind"])]),
        line=log_entry(head, names=names),
        raw=text[:most],
        is_cut=len(text) > most,
        seal=event.seal,
        holds=holds(event),
    )


def _same_request(event: Record) -> list[LogEntry]:
    if not event.request_id:
        return []
    rows = Record.objects.filter(request_id=event.request_id).exclude(operation=event.operation)
    # One request is over within minutes, so its rows stand near each other in the log.
    near = rows.filter(seq__range=(event.seq - 5000, event.seq + 5000)).exclude(kind=RecordKind.INTENT.value)
    return log_entries(near.defer("body").order_by("seq")[:MOST_RELATED])
