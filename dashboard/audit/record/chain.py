"""Adding rows to the chain, one at a time, gapless, each sealed to the one before.

The head row is locked first, so that writers queue: PostgreSQL locks the row, SQLite the file
(``BEGIN IMMEDIATE``). Numbers come from that row, because a database sequence leaves gaps after
a rollback, and a gap would look like a deletion.

Most rows follow one of the same process, as an outcome follows its intent. So the head is first moved on from
where this process left it, if it still stands there to the last character; only if it does not is it read.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, NamedTuple

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from dashboard.audit.record.canonical import canonical, column, head_text
from dashboard.audit.record.redaction import without_secrets
from dashboard.audit.record.seals import GENESIS, all_keys, current_key, mark_of, seal_of
from dashboard.audit.record.types import SYSTEM, Actor, RecordKind, Target
from dashboard.audit.registry import registry
from dashboard.lib.head_log import head_log
from dashboard.lib.signals import change_recorded

INSERT = (
    "INSERT INTO audit_event (seq, at, kind, action, outcome, actor, workspace, target_type, target_id, "
    "operation, request_id, key, head, body, seal) "
    "VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)"
)


@dataclass(frozen=True, kw_only=True)
class NewRecord:
    """What one row tells, before it has a number. ``rest`` goes into the head, ``states`` into the body."""

    kind: RecordKind
    action: str
    actor: Actor
    target: Target
    operation: str
    workspace: str = ""
    outcome: str = ""
    request_id: str | None = None
    rest: Mapping[str, Any] = field(default_factory=dict)
    states: Mapping[str, Any] = field(default_factory=dict)


def append(row: NewRecord, *, durable: bool, together_with: Callable[[], None] | None = None) -> int:
    """Write one row and return its ``seq``. Raises ``django.db.Error`` when that is not possible.

    ``durable`` rows are committed when this returns; asking for one inside ``atomic()`` raises
    ``RuntimeError``. Other rows are kept or undone with the transaction around them. ``together_with``
    runs in the same transaction, before the row: both are kept or neither.
    """
    global _left
    states = canonical(row.states) if row.states else ""
    # Needs no savepoint within a change, of which nothing is kept when its row cannot be written.
    with transaction.atomic(durable=durable, savepoint=durable), connection.cursor() as cursor:
        if together_with is not None:
            together_with()
        # In this order: whoever writes in between moves the head, so no row is older than the one before it.
        left, at = _left, datetime.now(UTC)
        sealed = _sealed(row, states, seq=left.seq + 1, previous=left.seal, at=at) if left else None
        if left is None or sealed is None or not _moved(cursor, left, sealed.head_row):
            seq, seal = _locked_head(cursor)
            at = datetime.now(UTC)
            sealed = _sealed(row, states, seq=seq + 1, previous=seal, at=at)
            cursor.execute(
                "UPDATE audit_head SET seq = %s, seal = %s, key = %s, mark = %s WHERE id = 1", sealed.head_row
            )
        cursor.execute(INSERT, sealed.values)
        change_recorded.send(sender=NewRecord, row=row, at=at)
        _keep_open_operations(cursor, row, seq=sealed.head_row.seq)
        # What is rolled back was never there: then the head stands elsewhere, and is read.
        _left = head = sealed.head_row
        transaction.on_commit(lambda: head_log.note(head.seq, head.seal))
    return head.seq


class HeadRow(NamedTuple):
    """The head row as one writer leaves it."""

    seq: int
    seal: str
    key: str
    mark: str


class SealedRow(NamedTuple):
    """The columns of a row, and the head row after it."""

    values: tuple[str | int | None, ...]
    head_row: HeadRow


# Where this process left the head; a guess, which is checked whenever it is used.
_left: HeadRow | None = None


def _moved(cursor: CursorWrapper, left: HeadRow, to: HeadRow) -> bool:
    """Lock the head row and move it on, if it is as this process left it and its key is still one of ours."""
    if left.key not in all_keys():
        return False
    cursor.execute(
        "UPDATE audit_head SET seq = %s, seal = %s, key = %s, mark = %s "
        "WHERE id = 1 AND seq = %s AND seal = %s AND key = %s AND mark = %s",
        (*to, *left),
    )
    return int(cursor.rowcount) == 1


def _sealed(row: NewRecord, body: str, *, seq: int, previous: str, at: datetime) -> SealedRow:
    key_name, key = current_key()
    values = (
        seq,
        at.strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
        row.kind.value,
        row.action,
        row.outcome,
        column(f"{row.actor.kind}:{row.actor.id}"),
        column(row.workspace),
        column(row.target.type),
        column(row.target.id),
        row.operation,
        column(row.request_id),
        key_name,
    )
    details = without_secrets(
        {
            "actor_name": row.actor.name,
            "roles": row.actor.roles,
            "address": row.actor.address,
            "target_label": row.target.label,
            **row.rest,
        }
    )
    head = head_text(values, {name: value for name, value in details.items() if value not in (None, "", (), {}, [])})
    seal = seal_of(key, previous=previous, head=head, body=body)
    return SealedRow((*values, head, body, seal), HeadRow(seq, seal, key_name, mark_of(key, seq=seq, seal=seal)))


def _locked_head(cursor: CursorWrapper) -> tuple[int, str]:
    """The last row's number and seal, with every other writer made to wait."""
    query = "SELECT seq, seal, key, mark FROM audit_head WHERE id = 1"
    if connection.features.has_select_for_update:
        query += " FOR UPDATE"
    cursor.execute(query)
    found = cursor.fetchone()
    if found is None:
        cursor.execute(
            "INSERT INTO audit_head (id, seq, seal, key, mark, purged_to) VALUES (1, 0, %s, '', '', 0) "
            "ON CONFLICT DO NOTHING",
            (GENESIS,),
        )
        cursor.execute(query)
        found = cursor.fetchone()
    seq, seal, key_name, mark = found
    key = all_keys().get(key_name)
    if key is not None and mark == mark_of(key, seq=seq, seal=seal):
        return seq, seal
    return _rejoin(cursor, stored=f"{seq}:{seal}")


def _rejoin(cursor: CursorWrapper, *, stored: str) -> tuple[int, str]:
    """Go on after the last row there is, and leave a sealed row that says why.

    The head row was edited, removed, or marked with a key that is no longer configured. Refusing
    every change from here on would punish the wrong people; healing it silently would hide the
    traces of whoever did it.
    """
    cursor.execute("SELECT seq, seal FROM audit_event ORDER BY seq DESC LIMIT 1")
    last = cursor.fetchone()
    if last is None and stored == f"0:{GENESIS}":
        return 0, GENESIS
    seq, seal = last or (0, GENESIS)
    row = NewRecord(
        kind=RecordKind.EVENT,
        action=registry.action("security.head_unconfirmed").name,
        actor=SYSTEM,
        target=Target(type="audit_log"),
        operation=f"head-{seq + 1}",
        outcome="succeeded",
        rest={"detail": {"stored_head": stored, "last_row": f"{seq}:{seal}"}},
    )
    sealed = _sealed(row, "", seq=seq + 1, previous=seal, at=datetime.now(UTC))
    cursor.execute(INSERT, sealed.values)
    return sealed.head_row.seq, sealed.head_row.seal


def _keep_open_operations(cursor: CursorWrapper, row: NewRecord, *, seq: int) -> None:
    if row.kind is RecordKind.INTENT:
        cursor.execute(
            "INSERT INTO audit_openoperation (operation, seq, outcome) VALUES (%s, %s, '')", (row.operation, seq)
        )
    elif row.kind is RecordKind.OUTCOME and row.outcome == "unknown":
        cursor.execute("UPDATE audit_openoperation SET outcome = %s WHERE operation = %s", (row.outcome, row.operation))
    elif row.kind in (RecordKind.OUTCOME, RecordKind.SETTLEMENT):
        cursor.execute("DELETE FROM audit_openoperation WHERE operation = %s", (row.operation,))
