"""The record seen from one thing: its states over time, each the ``after`` of one change.

There is no second store: what was recorded to be reviewed is also what can be restored. A
revision is named by the number of its row.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from django.db import IntegrityError
from django.db.models import Max, Q, QuerySet, Subquery

from dashboard.audit.models import OpenOperation, Record
from dashboard.audit.read.entries import LogEntry, head_of, log_entries, states_of
from dashboard.audit.read.sentences import DAMAGED
from dashboard.audit.record.canonical import column
from dashboard.audit.record.chain import NewRecord, append
from dashboard.audit.record.changes import changes_between
from dashboard.audit.record.operation_ids import for_subject
from dashboard.audit.record.redaction import without_secrets
from dashboard.audit.record.types import OUTSIDE, Actor, OperationOutcome, RecordKind, Target
from dashboard.audit.registry import registry

SIZE = 50


@dataclass(frozen=True, kw_only=True)
class Revision:
    """One state of a thing. ``before`` is the state that this change found, where that is known.

    After a deletion ``state`` is None; the first revision may be a baseline, the state in which
    the thing was found before its first recorded change.
    """

    line: LogEntry
    state: Mapping[str, Any] | None = None
    before: Mapping[str, Any] | None = None
    is_baseline: bool = False
    number: int = 0
    """Which change of the thing it is, counted from the oldest on record; 0 is the state before that."""

    @property
    def seq(self) -> int:
        return self.line.seq

    @property
    def is_deletion(self) -> bool:
        return self.line.action.endswith(".delete")


@dataclass(frozen=True, kw_only=True)
class HistoryEntry:
    """One act of a person, told by ``line``; ``steps`` are what else it took, oldest first.

    ``revision`` is None where others were given to the thing or taken from it while its own state
    stayed the same, so that there is no version to go back to.
    """

    line: LogEntry
    revision: Revision | None = None
    steps: list[LogEntry] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class History:
    """One page of revisions, newest first, without their states. ``older`` is the cursor on.

    ``related`` are the rows about other things that were changed for this one, such as the files it was given.
    """

    revisions: list[Revision]
    older: int | None
    related: list[LogEntry] = field(default_factory=list)

    @property
    def entries(self) -> list[HistoryEntry]:
        """What people did, newest first, the baseline at the end; the steps of one job are one entry."""
        jobs: dict[str, list[tuple[LogEntry, Revision | None]]] = {}
        rows = [(revision.line, revision) for revision in self.revisions] + [(line, None) for line in self.related]
        for line, revision in rows:
            jobs.setdefault(line.job or f"row {line.seq}", []).append((line, revision))
        entries = [entry for rows in jobs.values() for entry in _entries(rows)]
        return sorted(
            entries,
            key=lambda entry: (not (entry.revision and entry.revision.is_baseline), entry.line.seq),
            reverse=True,
        )


def history_of(target: Target, *, workspace: str, before: int | None = None) -> History:
    """The newest revisions, or those older than ``before``, with the baseline at the very end."""
    # Two reads, each by an index of its own; asked for at once, SQLite would read the whole log.
    rows = [_ended(workspace).filter(part) for part in (_is_change(target), _is_related(target))]
    if before is not None:
        rows = [part.filter(seq__lt=before) for part in rows]
    newest = {event.seq: event for part in rows for event in part.defer("body").order_by("-seq")[: SIZE + 1]}
    found = [newest[seq] for seq in sorted(newest, reverse=True)][: SIZE + 1]
    lines = log_entries(found[:SIZE])
    own = [line for line in lines if line.target_type == target.type]
    changed = _changes(target, workspace=workspace).filter(seq__lte=own[0].seq).count() if own else 0
    numbered = zip(own, range(changed, 0, -1), strict=False)
    revisions = [Revision(line=line, number=number) for line, number in numbered if not line.is_damaged]
    related = [line for line in lines if line.target_type != target.type]
    if len(found) > SIZE:
        return History(revisions=revisions, related=related, older=lines[-1].seq)
    first = _changes(target, workspace=workspace).order_by("seq").first() if found else None
    baseline = _baseline(first) if first else None
    return History(revisions=[*revisions, baseline] if baseline else revisions, related=related, older=None)


def revision_of(target: Target, *, workspace: str, seq: int) -> Revision | None:
    """One revision with its states; None when this thing has none of that number that can be read."""
    event = _rows(target, workspace=workspace).filter(seq=seq).first()
    if event is None or head_of(event)["outcome"] == DAMAGED:
        return None
    if event.kind == RecordKind.INTENT.value:
        return _baseline(event)
    return _full(event)


def states_after(seqs: Iterable[int]) -> dict[int, Mapping[str, Any]]:
    """The states that changes left, by the numbers of their rows, in one query; after a deletion there is none."""
    events = Record.objects.filter(seq__in=list(seqs))
    return {event.seq: state for event in events if (state := states_of(event).get("after"))}


def number_of(target: Target, *, workspace: str, seq: int) -> int:
    """Which change of the thing the row of this number is, counted from the oldest on record."""
    return _changes(target, workspace=workspace).filter(seq__lte=seq).count()


def latest_of(target: Target, *, workspace: str) -> Revision | None:
    """The last revision with its states; None when nothing is recorded of this thing."""
    last = _changes(target, workspace=workspace).order_by("-seq")
    rows = list(Record.objects.filter(operation=Subquery(last.values("operation")[:1])).order_by("seq"))
    return _with_states(rows[-1], rows) if rows else None


def last_states(target_type: str, ids: Iterable[str], *, workspace: str) -> dict[str, Mapping[str, Any]]:
    """The state that the last change of each left, by id, in one query; the unknown and the deleted are left out."""
    events = _last_events(target_type, ids, workspace=workspace)
    return {head_of(event)["target_id"]: state for event in events if (state := states_of(event).get("after"))}


@dataclass(frozen=True, kw_only=True)
class LastChange:
    """Who changed a thing last, and when."""

    actor: str
    name: str
    at: datetime


def last_changes(target_type: str, ids: Iterable[str], *, workspace: str) -> dict[str, LastChange]:
    """The last recorded change of each, by id, in one query; the unknown are left out."""
    heads = [head_of(event) for event in _last_events(target_type, ids, workspace=workspace).defer("body")]
    return {
        head["target_id"]: LastChange(
            actor=head["actor"], name=str(head.get("actor_name", "")), at=datetime.fromisoformat(head["at"])
        )
        for head in heads
    }


def _last_events(target_type: str, ids: Iterable[str], *, workspace: str) -> QuerySet[Record]:
    """The last change of each, in one query."""
    wanted = [column(name) for name in ids]
    if not wanted:
        return Record.objects.none()
    changes = _ended(workspace).filter(
        target_id__in=wanted, target_type=target_type, action__in=_change_actions(target_type)
    )
    last = changes.order_by().values("target_id").annotate(last=Max("seq")).values("last")
    return Record.objects.filter(seq__in=last)


def revision_before(target: Target, *, workspace: str, seq: int) -> Revision | None:
    """The revision before the one of that number, with its states."""
    event = _changes(target, workspace=workspace).filter(seq__lt=seq).order_by("-seq").first()
    return _full(event) if event else None


def deletions(target_type: str, *, workspace: str, before: int | None = None) -> History:
    """What was deleted and not brought back, newest first."""
    rows = Record.objects.filter(
        action=f"{target_type}.delete", outcome=OperationOutcome.SUCCEEDED.value, workspace=column(workspace)
    )
    if before is not None:
        rows = rows.filter(seq__lt=before)
    found = list(rows.defer("body").order_by("-seq")[: SIZE + 1])
    if not found:
        return History(revisions=[], older=None)
    later = Record.objects.filter(
        target_id__in=[event.target_id for event in found],
        outcome=OperationOutcome.SUCCEEDED.value,
        workspace=column(workspace),
    )
    last = dict(later.order_by("seq").values_list("target_id", "seq"))
    back = _brought_back(target_type, workspace=workspace, since=found[-1].seq)
    gone = [event for event in found[:SIZE] if last[event.target_id] == event.seq and event.target_id not in back]
    revisions = [Revision(line=line) for line in log_entries(gone)]
    return History(revisions=revisions, older=found[SIZE - 1].seq if len(found) > SIZE else None)


def _brought_back(target_type: str, *, workspace: str, since: int) -> dict[str, str]:
    """What came back after a row: the id that it had, and the one that it has."""
    made = Record.objects.filter(
        action=f"{target_type}.create",
        outcome=OperationOutcome.SUCCEEDED.value,
        workspace=column(workspace),
        seq__gt=since,
        head__contains='"undelete_of":',
    )
    rows = (head_of(event) for event in made.defer("body").order_by("seq"))
    return {str(row["context"]["undelete_of"]): str(row["target_id"]) for row in rows}


def brought_back_as(target: Target, *, workspace: str, since: int) -> str | None:
    """The id under which a deleted thing came back after a row; None while it is gone."""
    return _brought_back(target.type, workspace=workspace, since=since).get(column(target.id))


def has_open_operation(target: Target, *, workspace: str) -> bool:
    """Whether a change of this thing is on its way, or ended in a way nobody knows."""
    open_rows = OpenOperation.objects.values("seq")
    return _rows(target, workspace=workspace).filter(seq__in=open_rows).exists()


def open_since(target_type: str, *, workspace: str, since: datetime) -> bool:
    """Whether a change of any thing of this type was begun since then and has no certain end."""
    begun = Record.objects.filter(
        workspace=column(workspace),
        target_type=target_type,
        at__gte=since.strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
        kind=RecordKind.INTENT.value,
    )
    return begun.filter(operation__in=OpenOperation.objects.values("operation")).exists()


def notice_outside(
    target: Target,
    *,
    workspace: str,
    known: Revision,
    found: Mapping[str, Any],
    noticed_by: Actor,
    request_id: str | None = None,
    actor: Actor = OUTSIDE,
) -> bool:
    """Record that something was changed by another way than this dashboard; whether it was new.

    ``known`` is the last revision, read before ``found`` was asked of the server. Two people who
    notice the same change at the same moment record it once.
    """
    before, after = without_secrets(known.state), without_secrets(found)
    row = NewRecord(
        kind=RecordKind.EVENT,
        action=registry.action(f"{target.type}.changed_outside").name,
        actor=actor,
        target=target,
        workspace=workspace,
        operation=f"outside-{known.seq}",
        outcome=OperationOutcome.SUCCEEDED.value,
        request_id=request_id,
        rest={"changes": changes_between(before, after), "detail": {"noticed_by": noticed_by.name}},
        states={"before": before, "after": after},
    )
    try:
        append(row, durable=False)
    except IntegrityError:
        return False
    return True


def _rows(target: Target, *, workspace: str) -> QuerySet[Record]:
    return Record.objects.filter(target_id=column(target.id), target_type=target.type, workspace=column(workspace))


def _changes(target: Target, *, workspace: str) -> QuerySet[Record]:
    """The rows after which the thing was in another state."""
    return _ended(workspace).filter(_is_change(target))


def _ended(workspace: str) -> QuerySet[Record]:
    succeeded = Record.objects.filter(workspace=column(workspace), outcome=OperationOutcome.SUCCEEDED.value)
    return succeeded.exclude(kind=RecordKind.INTENT.value)


def _is_change(target: Target) -> Q:
    return Q(target_id=column(target.id), target_type=target.type, action__in=_change_actions(target.type))


def _change_actions(target_type: str) -> list[str]:
    return [f"{target_type}.{verb}" for verb in ("create", "update", "delete", "changed_outside")]


def _is_related(target: Target) -> Q:
    subject = registry.subject
    if subject is None or target.type != subject.type:
        return Q(seq__in=[])
    return for_subject(str(target.id)) & Q(target_type__in=subject.means_types)


def _entries(rows: list[tuple[LogEntry, Revision | None]]) -> list[HistoryEntry]:
    """The entries of one job: one for each of its versions, and its other rows as steps of the last.

    A job without a version, or whose version tells of nothing that moved, is told by the row about a part.
    """
    entries = [HistoryEntry(line=line, revision=revision) for line, revision in rows if revision is not None]
    steps = sorted((line for line, revision in rows if revision is None), key=lambda line: line.seq)
    part_types = registry.subject.part_types if registry.subject else frozenset()
    last = max(entries, key=lambda entry: entry.line.seq, default=None)
    if last is not None and _has_moved_references(last.line):
        # That something came or went is what the version tells already.
        others = [step for step in steps if step.target_type not in part_types]
        return [replace(entry, steps=others) if entry is last else entry for entry in entries]
    if steps:
        head = next((step for step in reversed(steps) if step.target_type in part_types), steps[-1])
        entries.append(HistoryEntry(line=head, steps=[step for step in steps if step is not head]))
    return entries


def _has_moved_references(line: LogEntry) -> bool:
    changes = line.head.get("changes") or {}
    return any(name in changes for name in registry.references)


def _full(event: Record) -> Revision:
    return _with_states(event, Record.objects.filter(operation=event.operation).order_by("seq"))


def _with_states(event: Record, operation: Iterable[Record]) -> Revision:
    """The revision that ``event`` made, with what all rows of its operation hold of the states."""
    states: dict[str, Any] = {}
    for row in operation:
        states |= states_of(row)
    return Revision(line=log_entries([event])[0], state=states.get("after"), before=states.get("before"))


def _baseline(event: Record) -> Revision | None:
    """The state that the first recorded change found; None when it made the thing."""
    intent = Record.objects.filter(operation=event.operation).order_by("seq").first()
    state = states_of(intent).get("before") if intent else None
    if intent is None or state is None:
        return None
    return Revision(line=log_entries([intent])[0], state=state, is_baseline=True)
