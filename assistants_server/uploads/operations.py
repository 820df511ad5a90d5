"""Files that arrive in parts: begun, added to, put together, given up."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.db import transaction
from django.db.models import QuerySet, Sum

from assistants_server.files import operations as files
from assistants_server.files import storage
from assistants_server.files.schema import THIRTY_DAYS
from assistants_server.files.uploads import ReceivedFile
from assistants_server.http.errors import invalid, not_found
from assistants_server.ids import new_id
from assistants_server.models import Upload, UploadPart
from assistants_server.uploads.schema import MOST_PARTS, PART_BYTES
from dashboard.lib.filenames import clean_name

SECONDS = 3600
PIECE_BYTES = 1 << 20
S = Upload.Status


def of(workspace: str) -> QuerySet[Upload]:
    return Upload.objects.filter(workspace=workspace)


def create(workspace: str, fields: dict[str, Any]) -> Upload:
    expire_overdue()
    now = int(time.time())
    by_default = THIRTY_DAYS if fields["purpose"] == "batch" else None
    return Upload.objects.create(
        workspace=workspace,
        wire_id=new_id("upload_"),
        created_at=now,
        filename=clean_name(fields["filename"]),
        purpose=fields["purpose"],
        size=fields["bytes"],
        lifetime=fields["expires_after"]["seconds"] if "expires_after" in fields else by_default,
        expires_at=now + SECONDS,
    )


def status_of(row: Upload) -> str:
    """Its status at this moment, also when nobody has noted yet that its hour is over."""
    return S.EXPIRED if row.status == S.PENDING and row.expires_at <= time.time() else row.status


def refuse_unless_pending(row: Upload) -> None:
    """Raise a 400 when nothing can be added to the upload any more, nor anything else done with it."""
    status = status_of(row)
    if status != S.PENDING:
        raise invalid(f"Upload {row.wire_id} is already {status}.", param=None, code=None)


def add_part(row: Upload, received: ReceivedFile) -> UploadPart:
    """Keep what was received as a part; call it holding the upload's row."""
    refuse_unless_pending(row)
    kept = row.parts.aggregate(bytes=Sum("size", default=0))["bytes"]
    # A part may have been sent again because its answer was lost, but an upload is no place to keep things.
    if kept + received.incoming.size > 2 * row.size + PART_BYTES or row.parts.count() >= MOST_PARTS:
        raise invalid(
            f"Upload {row.wire_id} of {row.size} bytes has too many parts: {kept} bytes were sent already.",
            param="data",
            code="invalid_value",
        )
    return UploadPart.objects.create(
        workspace=row.workspace,
        wire_id=new_id("part_"),
        created_at=int(time.time()),
        upload=row,
        size=received.incoming.size,
        storage_name=received.keep(),
    )


@contextmanager
def put_together(row: Upload, part_ids: Sequence[str], md5: str | None) -> Iterator[ReceivedFile]:
    """The whole file, made of the parts in this order without ever being in memory.

    Raises a 400 for what cannot be the file that was announced. Whatever is not kept is dropped at the end.
    """
    parts = _ordered(row, part_ids)
    total = sum(part.size for part in parts)
    if total != row.size:
        raise invalid(
            f"The parts have {total} bytes, but upload {row.wire_id} was created for {row.size} bytes.",
            param="part_ids",
            code="invalid_value",
        )
    with ReceivedFile(incoming=storage.Incoming(), filename=row.filename) as whole:
        checksum = hashlib.md5(usedforsecurity=False)
        for part in parts:
            try:
                with storage.open_stored(part.storage_name) as source:
                    while piece := source.read(PIECE_BYTES):
                        checksum.update(piece)
                        whole.incoming.write(piece)
            except FileNotFoundError:
                # Completed or cancelled meanwhile: what has become of the upload is looked up next.
                break
        if whole.incoming.size == row.size and md5 is not None and checksum.hexdigest() != md5.lower():
            raise invalid(
                f"The md5 checksum of the parts is '{checksum.hexdigest()}', but '{md5.lower()}' was expected.",
                param="md5",
                code="invalid_value",
            )
        yield whole


def _ordered(row: Upload, part_ids: Sequence[str]) -> list[UploadPart]:
    known = {part.wire_id: part for part in row.parts.all()}
    for index, part_id in enumerate(part_ids):
        if part_id not in known:
            raise not_found(f"No part found with id '{part_id}' in upload '{row.wire_id}'.", param=f"part_ids[{index}]")
        if part_id in part_ids[:index]:
            raise invalid(
                f"Part '{part_id}' is named more than once.", param=f"part_ids[{index}]", code="invalid_value"
            )
    return [known[part_id] for part_id in part_ids]


def complete(row: Upload, whole: ReceivedFile) -> None:
    """Make the file; call it holding the upload's row."""
    refuse_unless_pending(row)
    if whole.incoming.size != row.size:
        raise invalid(f"The parts of upload {row.wire_id} are gone.", param="part_ids", code="invalid_value")
    row.file = files.create(row.workspace, whole, purpose=row.purpose, lifetime=row.lifetime)
    _close(row, S.COMPLETED)


def cancel(row: Upload) -> None:
    """Give the upload up; call it holding its row."""
    refuse_unless_pending(row)
    _close(row, S.CANCELLED)


def expire_overdue() -> None:
    """End the uploads whose hour is over, of every workspace, and remove their parts."""
    overdue = Upload.objects.filter(status=S.PENDING, expires_at__lte=int(time.time()))
    for pk in list(overdue.values_list("pk", flat=True)):
        with transaction.atomic():
            row = overdue.select_for_update().filter(pk=pk).first()
            if row is not None:
                _close(row, S.EXPIRED)


def _close(row: Upload, status: Upload.Status) -> None:
    """The rows now, the bytes once that is certain."""
    names = list(row.parts.values_list("storage_name", flat=True))
    row.parts.all().delete()
    row.status = status
    row.save(update_fields=["status", "file"])

    def remove() -> None:
        for name in names:
            storage.remove(name)

    transaction.on_commit(remove, robust=True)
