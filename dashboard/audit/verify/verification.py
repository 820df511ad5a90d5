"""Walking the chain from its first row to its head, in constant memory.

What a whole chain shows: nobody without the key changed, inserted, moved or removed a row, and
the last row is the one that the head row names. What it cannot show by itself: that the whole
database, head row included, was put back to an earlier moment. A head noted elsewhere shows
that too, which is why every page, export and log line gives one.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import Any

from django.contrib.auth.models import User
from django.db import connection
from django.utils.translation import gettext, ngettext

from dashboard.audit.models import Record
from dashboard.audit.record.canonical import COLUMNS, columns_agree, opening
from dashboard.audit.record.seals import GENESIS, all_keys, current_key, mark_of, seal_of, sealer

BATCH = 2000
MOST_NAMED = 20
HEAD = "SELECT seq, seal, key, mark, (SELECT MAX(seq) FROM audit_event) FROM audit_head WHERE id = 1"
LEFT_OVER = "SELECT MIN(seq), COUNT(*) FROM audit_event WHERE seq <= %s"
PURGED = "audit.purge"
REJOINED = "security.head_unconfirmed"


class UnverifiedRowError(Exception):
    """The text of a row is not the one that was sealed, so nothing may be made of it."""


@dataclass(frozen=True, kw_only=True)
class ChainBreak:
    """One place where the chain does not hold, and why, in words."""

    seq: int
    reason: str


@dataclass(kw_only=True)
class VerificationProgress:
    """Where a verification stands: every row up to ``seq`` was looked at.

    ``misfit`` says how a head noted earlier differs from this log, whose chain may hold all the same;
    ``is_own_note`` tells that the site noted that head, and no person.
    Plain values, so that it can be kept between two requests. After a break the walk goes on
    with the seal that it found, so that what still holds behind the break is known too.
    """

    seq: int = 0
    seal: str = GENESIS
    rows: int = 0
    broken: int = 0
    breaks: list[ChainBreak] = field(default_factory=list)
    known_seq: int = 0
    known_seal: str = ""
    is_own_note: bool = False
    misfit: str = ""
    notes: list[str] = field(default_factory=list)
    purged_to: int = 0
    unknown_keys: list[str] = field(default_factory=list)
    done: bool = False

    @property
    def is_whole(self) -> bool:
        return self.holds and not self.misfit

    @property
    def holds(self) -> bool:
        """Whether every row follows the one before, whatever head was noted."""
        return self.done and not self.broken

    @property
    def has_known_row(self) -> bool:
        """Whether the head noted earlier was compared with its row, and not with one that was purged."""
        return self.purged_to < self.known_seq <= self.seq

    @property
    def first(self) -> int:
        """The row that the log must begin with."""
        return self.purged_to + 1

    @property
    def head(self) -> str:
        """The last row looked at, as ``SEQ:SEAL``."""
        return f"{self.seq}:{self.seal}"

    @property
    def what_holds(self) -> list[str]:
        """What can still be relied on, and how many more places were not named."""
        lines = (
            [gettext("… and %(count)s more places.") % {"count": self.broken - len(self.breaks)}]
            if self.broken > len(self.breaks)
            else []
        )
        if self.breaks and self.breaks[0].seq > self.first:
            lines.append(
                gettext("Rows %(first)s to %(last)s hold.") % {"first": self.first, "last": self.breaks[0].seq - 1}
            )
        if self.purged_to:
            lines.append(
                gettext("Rows up to %(purged_to)s were purged, as a sealed row tells.") % {"purged_to": self.purged_to}
            )
        return [*lines, *self.notes]

    def break_at(self, seq: int, reason: str) -> None:
        self.broken += 1
        if len(self.breaks) < MOST_NAMED:
            self.breaks.append(ChainBreak(seq=seq, reason=reason))


def verify(*, known_head: str = "") -> VerificationProgress:
    """Walk the whole chain. ``known_head`` is a ``SEQ:SEAL`` noted earlier, outside this database."""
    walk = begin(known_head=known_head)
    while not walk.done:
        go_on(walk, rows=1_000_000)
    return walk


def begin(*, known_head: str = "") -> VerificationProgress:
    """A walk at its start: before row 1, or after the last row that a sealed purge took away."""
    walk = VerificationProgress()
    if known_head:
        walk.known_seq, walk.known_seal = parse_head(known_head)
    with connection.cursor() as cursor:
        cursor.execute("SELECT head FROM audit_event WHERE action = %s ORDER BY seq DESC LIMIT 1", (PURGED,))
        marker = cursor.fetchone()
    if marker is not None:
        # The marker is a row of the chain, so the walk itself shows later whether it is genuine.
        walk.purged_to, walk.seal = _purge(marker[0])
        walk.seq = walk.purged_to
    if 0 < walk.known_seq <= walk.purged_to:
        walk.notes.append(
            gettext("The head noted earlier lies in the rows up to %(purged_to)s, which were purged.")
            % {"purged_to": walk.purged_to}
        )
    return walk


def go_on(walk: VerificationProgress, *, rows: int) -> None:
    """Look at the next ``rows`` rows, or at all that are left and then at the head row."""
    if not walk.rows and _is_all_foreign():
        text = gettext("Every row was sealed with another key: is the secret key the right one?")
        walk.break_at(walk.first, text)
        walk.done = True
        return
    # A row gives its number only when its columns say what its text says, so that one comparison
    # in the hot loop finds both a row that is missing and one that must be looked at closely.
    number = f"CASE WHEN {columns_agree(connection.vendor)} AND action <> '{REJOINED}' THEN seq END".replace("%", "%%")
    query = f"SELECT {number}, head, body, seal FROM audit_event WHERE seq > %s ORDER BY seq LIMIT %s"  # noqa: S608
    with connection.cursor() as cursor:
        while rows > 0:
            cursor.execute(query, (walk.seq, min(BATCH, rows)))
            batch = cursor.fetchall()
            if not batch:
                break
            _look_at(walk, batch)
            rows -= len(batch)
        else:
            return
        cursor.execute(HEAD)
        found = cursor.fetchone()
    last = found[4] if found is not None else None
    if (last or 0) > walk.seq:
        return  # Rows were added meanwhile; the next call looks at them.
    _compare_head(walk, found)
    _look_before(walk)
    walk.done = True


def parse_head(text: str) -> tuple[int, str]:
    """The two halves of ``SEQ:SEAL``. Raises ``ValueError`` in plain words when it is neither."""
    seq, _, seal = text.strip().partition(":")
    if not seq.isdecimal() or not re.fullmatch(r"[0-9a-f]{64}", seal):
        raise ValueError(gettext("A head looks like 1234:, followed by 64 digits and letters from a to f."))
    return int(seq), seal


def current_head() -> str:
    """The head as ``SEQ:SEAL``, to be noted outside this database."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT seq, seal FROM audit_head WHERE id = 1")
        seq, seal = cursor.fetchone() or (0, GENESIS)
    return f"{seq}:{seal}"


def is_key_known() -> bool:
    """Whether the newest row and the oldest were sealed with keys that this process was given."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT key FROM audit_head WHERE id = 1 AND seq > 0")
        newest = cursor.fetchone()
        cursor.execute("SELECT key FROM audit_event ORDER BY seq LIMIT 1")
        oldest = cursor.fetchone()
    return all(row is None or row[0] in all_keys() for row in (newest, oldest))


def contains(head: str) -> bool:
    """Whether the log holds the row that ``head`` names, or held it until a sealed purge."""
    seq, seal = parse_head(head)
    if seq <= begin().purged_to:
        return True
    with connection.cursor() as cursor:
        cursor.execute("SELECT seal FROM audit_event WHERE seq = %s", (seq,))
        return bool(cursor.fetchone() == (seal,))


def holds(event: Record) -> bool:
    """Whether a row's seal belongs to its text and to the row before it, and its columns say what its text says."""
    key = all_keys().get(event.key)
    before = Record.objects.filter(seq=event.seq - 1).values_list("seal", flat=True).first() or begin().seal
    return (
        key is not None
        and event.seal == seal_of(key, previous=before, head=event.head, body=event.body)
        and event.head.startswith(opening(tuple(getattr(event, name) for name in COLUMNS)))
    )


def require_genuine(*seqs: int) -> None:
    """Look at the seals of the acts that these rows belong to. Raises UnverifiedRowError when one does not hold."""
    acts = Record.objects.filter(seq__in=seqs).values("operation")
    if not all(holds(event) for event in Record.objects.filter(operation__in=acts)):
        raise UnverifiedRowError


def _look_at(walk: VerificationProgress, batch: list[tuple[Any, ...]]) -> None:
    """The hot loop. Its query compares the columns, so that here a row costs one HMAC."""
    last, previous = walk.seq, walk.seal
    seal_text = sealer(current_key()[1])
    for seq, head, body, seal in batch:
        if seq != last + 1 or seal_text(f"{previous}\n{head}\n{body}") != seal:
            seq, key = _inspect(walk, after=last, previous=previous)
            if key is not None:
                seal_text = sealer(key)
        last, previous = seq, seal
    walk.rows += len(batch)
    walk.seq, walk.seal = last, previous


def _inspect(walk: VerificationProgress, *, after: int, previous: str) -> tuple[int, bytes | None]:
    """Say what is wrong with the next row, if anything is; its number, and the key when another sealed it."""
    query = f"SELECT {', '.join(COLUMNS)}, head, body, seal FROM audit_event WHERE seq > %s ORDER BY seq LIMIT 1"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(query, (after,))
        row = cursor.fetchone()
    seq = row[0]
    if seq != after + 1:
        walk.break_at(after + 1, _missing(after + 1, seq - 1))
        return seq, None
    values, (head, body, seal) = row[:-3], row[-3:]
    key = all_keys().get(values[-1])
    if not head.startswith(opening(values)):
        problem = gettext("a searchable column differs from its sealed text")
    elif key is None:
        _name_key(walk, seq, values[-1])
        return seq, None
    elif seal != seal_of(key, previous=previous, head=head, body=body):
        problem = gettext("its text, or the row before it, is not the one that was sealed")
    elif f'"action":"{REJOINED}"' in head:
        problem = gettext("before it, the head was changed by something other than this dashboard")
    else:
        return seq, key
    walk.break_at(seq, gettext("Row %(seq)s does not hold: %(problem)s.") % {"seq": seq, "problem": problem})
    return seq, None


def _name_key(walk: VerificationProgress, seq: int, key: str) -> None:
    """Say once of a key that is missing that its rows do not hold, of which there may be many."""
    if key not in walk.unknown_keys:
        walk.unknown_keys.append(key)
        text = gettext(
            "Row %(seq)s does not hold, nor does any other that was sealed with the key %(key)s: "
            "it is not among SECRET_KEY_FALLBACKS."
        )
        walk.break_at(seq, text % {"seq": seq, "key": key})


def _is_all_foreign() -> bool:
    """Whether there are rows and none names a key of this process, which is then more likely wrong than they are."""
    keys = list(all_keys())
    known = f"SELECT seq FROM audit_event WHERE key IN ({', '.join(['%s'] * len(keys))}) ORDER BY seq DESC LIMIT 1"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute("SELECT MAX(seq) FROM audit_event")
        if cursor.fetchone() == (None,):
            return False
        cursor.execute(known, keys)
        return cursor.fetchone() is None


def _look_before(walk: VerificationProgress) -> None:
    """Name the rows that stand before the first one: they are shown, and no seal speaks for them."""
    with connection.cursor() as cursor:
        cursor.execute(LEFT_OVER, (walk.purged_to,))
        first, count = cursor.fetchone()
    if not count:
        return
    if first < 1:
        walk.broken += 1
        walk.breaks.insert(
            0,
            ChainBreak(
                seq=first, reason=gettext("Row %(first)s was inserted: the log begins with row 1.") % {"first": first}
            ),
        )
    else:
        text = ngettext(
            "%(count)d purged row is still there, from row %(first)d on, and proves nothing: "
            "run manage.py audit_purge.",
            "%(count)d purged rows are still there, from row %(first)d on, and prove nothing: "
            "run manage.py audit_purge.",
            count,
        )
        walk.notes.append(text % {"count": count, "first": first})


def _compare_head(walk: VerificationProgress, found: tuple[Any, ...] | None) -> None:
    if found is None:
        if walk.rows:
            walk.break_at(walk.seq + 1, gettext("The head row is missing."))
    else:
        seq, seal, key_name, mark, _ = found
        key = all_keys().get(key_name)
        if (seq, seal) == (0, GENESIS) and walk.seq == 0:
            pass
        elif key is None or mark != mark_of(key, seq=seq, seal=seal):
            walk.break_at(walk.seq + 1, gettext("The head row was changed, so rows may be missing from the end."))
        elif seq > walk.seq:
            walk.break_at(walk.seq + 1, _missing(walk.seq + 1, seq))
        elif (seq, seal) != (walk.seq, walk.seal):
            walk.break_at(seq + 1, gettext("The head row names row %(seq)s, which is not the last one.") % {"seq": seq})
    if not walk.rows and User.objects.exists():
        walk.break_at(1, gettext("The log is empty, though it recorded how the accounts of this site were made."))
    if walk.has_known_row:
        _compare_known(walk)
    elif walk.known_seq > walk.seq:
        walk.misfit = gettext(
            "The log ends at row %(seq)s, but row %(known_seq)s was noted earlier: the number was "
            "mistyped, or the log was put back to an earlier moment."
        ) % {"seq": walk.seq, "known_seq": walk.known_seq}


def _compare_known(walk: VerificationProgress) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT seal FROM audit_event WHERE seq = %s", (walk.known_seq,))
        found = cursor.fetchone()
    if found is None or found[0] != walk.known_seal:
        walk.misfit = gettext(
            "Row %(known_seq)s has another seal than the one that was noted: that was mistyped, "
            "or rows were replaced since."
        ) % {"known_seq": walk.known_seq}


def _missing(first: int, last: int) -> str:
    if first == last:
        return gettext("Row %(first)d is missing.") % {"first": first}
    return gettext("Rows %(first)d to %(last)d are missing.") % {"first": first, "last": last}


def _purge(head: str) -> tuple[int, str]:
    try:
        detail = json.loads(head)["detail"]
        return int(detail["purged_to"]), str(detail["seal"])
    except (ValueError, LookupError, TypeError):
        return 0, GENESIS
