"""The record as a file: JSON Lines that can be verified anywhere, or CSV that opens in a spreadsheet.

A JSON line is ``{"seal":…,"previous":…,"head":…,"body":…}`` with the exact texts that were sealed,
and the last line tells how many rows there are, their hash and the head, sealed too. Both formats
are streamed: nothing is held but one batch of rows, which is as long as ``EXPORT_CHARACTERS`` or has one row.
"""

from __future__ import annotations

import csv
import hashlib
import hmac
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

from django.db.models import BigIntegerField, Count, Func, OuterRef, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce
from django.utils.translation import override

from dashboard.audit.models import Record
from dashboard.audit.read.entries import head_of, log_entry, visible
from dashboard.audit.read.filters import LogFilters
from dashboard.audit.read.sentences import intention
from dashboard.audit.record.canonical import canonical
from dashboard.audit.record.seals import GENESIS, current_key
from dashboard.audit.record.types import RecordKind
from dashboard.audit.verify.verification import begin, current_head
from dashboard.bounds import EXPORT_CHARACTERS
from dashboard.lib.texts import ENGLISH

OnProgress = Callable[[int], None]

BATCH = 500
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠", "'")
# Spreadsheets take 32,767 units of UTF-16 a cell, and a character may be two.
MOST_IN_CELL = 16_000
CSV_COLUMNS = (
    "row",
    "time",
    "kind",
    "person",
    "person id",
    "roles",
    "address",
    "workspace",
    "action",
    "what happened",
    "target type",
    "target id",
    "target",
    "outcome",
    "reason",
    "request",
    "states",
    "seal",
    "why",
    "detail",
)
# The shape of a line around its texts: {"seal":"64","previous":"64","head":…} and a newline.
FRAME = len(f'{{"seal":"{GENESIS}","previous":"{GENESIS}","head":}}\n')
BODY_FRAME = len(',"body":')


class ByteLength(Func):
    """The bytes of an ASCII text. PostgreSQL knows them without unpacking a long one."""

    function = "LENGTH"
    output_field = BigIntegerField()

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        return self.as_sql(compiler, connection, function="OCTET_LENGTH", **context)


@dataclass(frozen=True, kw_only=True)
class Export:
    """What a file will hold, counted before the first byte is sent. Rows added later are not in it."""

    filters: LogFilters
    by: str
    at: str
    head: str
    rows: int
    texts: int
    bodies: int

    @property
    def last(self) -> int:
        return int(self.head.partition(":")[0])

    @property
    def jsonl_bytes(self) -> int:
        """The exact size of the JSON Lines file, so that a browser can show how far it is."""
        return self.texts + self.rows * FRAME + self.bodies * BODY_FRAME + len(_last_line(self, digest="0" * 64))


def prepared(filters: LogFilters, *, by: str) -> Export:
    """Count what an export of these filters would hold now."""
    head = current_head()
    rows = filters.rows().order_by().filter(seq__lte=int(head.partition(":")[0]))
    counted = rows.aggregate(rows=Count("seq"), texts=Coalesce(Sum(ByteLength("head") + ByteLength("body")), Value(0)))
    return Export(
        filters=filters,
        by=by,
        at=datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        head=head,
        rows=counted["rows"],
        texts=counted["texts"],
        bodies=rows.exclude(body="").count(),
    )


def noop(rows: int) -> None:
    """Nobody wants to know how far it is."""


def json_lines(export: Export, *, on_progress: OnProgress = noop) -> Iterator[bytes]:
    """The file, batch by batch; ``on_progress`` is told of the rows of each batch that was taken."""
    digest = hashlib.sha256()
    for batch in _batches(_with_previous(export)):
        text = "".join(
            f'{{"seal":"{event.seal}","previous":"{event.previous}","head":{event.head}'
            + (f',"body":{event.body}}}\n' if event.body else "}\n")
            for event in batch
        ).encode("ascii")
        digest.update(text)
        yield text
        on_progress(len(batch))
    yield _last_line(export, digest=digest.hexdigest())


def csv_lines(export: Export, *, on_progress: OnProgress = noop) -> Iterator[bytes]:
    """The file, batch by batch, with a mark that tells spreadsheets it is UTF-8; ``on_progress`` as for JSON Lines."""
    pen = csv.writer(_Echo())
    yield b"\xef\xbb\xbf" + pen.writerow(CSV_COLUMNS).encode()
    for batch in _batches(_rows(export)):
        ended = _ended(batch, last=export.last)
        # A file is read by others than its reader, and by programs: it is in English whoever asks for it.
        with override(ENGLISH):
            rows = [csv_cells(event, is_ended=event.operation in ended) for event in batch]
        yield "".join(pen.writerow([inert(cell) for cell in cells]) for cells in rows).encode()
        on_progress(len(batch))


def csv_cells(event: Record, *, is_ended: bool) -> list[str]:
    """One row's cells as they are meant, before they are made inert.

    ``is_ended``: another row of the log tells how this act ended.
    """
    head = head_of(event)
    line = log_entry(head, names={})
    noted = {name: value for name, value in line.context.items() if name != "why"}
    cells = [
        line.seq,
        head["at"],
        head["kind"],
        line.actor_name,
        line.actor,
        line.roles,
        head.get("address"),
        line.workspace,
        line.action,
        intention(head) if is_ended and head["kind"] == RecordKind.INTENT else line.sentence,
        line.target_type,
        line.target_id,
        line.target_label,
        head["outcome"],
        head.get("reason"),
        head["request_id"],
        visible(event.body),
        event.seal,
        line.why,
        json.dumps(noted, ensure_ascii=False) if noted else "",
    ]
    # A NUL would end the file for many readers.
    return ["" if cell is None else shortened(str(cell), seq=event.seq).replace("\0", "␀") for cell in cells]


def shortened(text: str, *, seq: int) -> str:
    """A text that fits into a cell of a spreadsheet, which cuts or refuses longer ones without a word."""
    if len(text) <= MOST_IN_CELL:
        return text
    return f"{text[:MOST_IN_CELL]}… (the first of {len(text)} characters: row {seq} of a JSON Lines export has all)"


def inert(cell: str) -> str:
    """A cell that no spreadsheet runs as a formula: an apostrophe before whatever might begin one.

    A cell that begins with an apostrophe gets one too, so taking the first off gives back the text.
    """
    return f"'{cell}" if cell.startswith(FORMULA_STARTS) else cell


def _rows(export: Export) -> QuerySet[Record]:
    return export.filters.rows().filter(seq__lte=export.last)


def _with_previous(export: Export) -> QuerySet[Any]:
    before = Record.objects.filter(seq=OuterRef("seq") - 1).values("seal")
    # Only the first row has none before it: the very first, or the first that a purge left.
    return _rows(export).annotate(previous=Coalesce(Subquery(before), Value(begin().seal)))


def _batches(rows: QuerySet[Any]) -> Iterator[list[Any]]:
    """Batches in the order of the log, each its own short query, so that no transaction stays open."""
    last = -1
    sizes = rows.order_by("seq").values_list("seq", ByteLength("head") + ByteLength("body"))
    while next_ones := list(sizes.filter(seq__gt=last)[:BATCH]):
        for end in _ends(next_ones):
            yield list(rows.filter(seq__gt=last, seq__lte=end).order_by("seq"))
            last = end


def _ends(sizes: Sequence[tuple[int, int]]) -> Iterator[int]:
    """Where batches end that are no longer than ``EXPORT_CHARACTERS``, unless they have one row."""
    total = 0
    for (seq, length), (_, following) in pairwise([*sizes, (0, EXPORT_CHARACTERS + 1)]):
        total += length
        if total + following > EXPORT_CHARACTERS:
            yield seq
            total = 0


def _ended(batch: list[Record], *, last: int) -> set[str]:
    """The operations of these rows whose end the log tells up to row ``last``, selected or not."""
    ends = Record.objects.filter(operation__in={event.operation for event in batch}, seq__lte=last)
    return set(ends.exclude(kind=RecordKind.INTENT.value).values_list("operation", flat=True))


def _last_line(export: Export, *, digest: str) -> bytes:
    name, key = current_key()
    text = canonical(
        {
            "at": export.at,
            "by": export.by,
            "filters": export.filters.query(),
            "head": export.head,
            "rows": export.rows,
            "sha256": digest,
            "key": name,
        }
    )
    seal = hmac.digest(key, f"export\n{text}".encode(), "sha256").hex()
    return f'{{"seal":"{seal}","export":{text}}}\n'.encode("ascii")


class _Echo:
    """A file for ``csv.writer`` that hands back each line instead of keeping it."""

    def write(self, text: str) -> str:
        return text
