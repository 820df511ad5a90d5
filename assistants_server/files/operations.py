"""Stored files."""

from __future__ import annotations

import time

from django.db import transaction
from django.db.models import Q, QuerySet

from assistants_server.files import storage
from assistants_server.files.uploads import ReceivedFile
from assistants_server.http.lookup import delete_with_tombstone
from assistants_server.ids import new_id
from assistants_server.models import File, StoreFile


def of(workspace: str) -> QuerySet[File]:
    """The files that have not expired."""
    return File.objects.filter(Q(expires_at=None) | Q(expires_at__gt=int(time.time())), workspace=workspace)


def create(workspace: str, upload: ReceivedFile, *, purpose: str, lifetime: int | None) -> File:
    """Keep what was uploaded; if the transaction around this fails, ``upload`` takes the bytes away again."""
    _remove_expired(workspace)
    now = int(time.time())
    return File.objects.create(
        workspace=workspace,
        wire_id=new_id("file-"),
        created_at=now,
        filename=upload.filename,
        purpose=purpose,
        size=upload.incoming.size,
        sha256=upload.incoming.sha256,
        storage_name=upload.keep(),
        expires_at=now + lifetime if lifetime else None,
    )


def _remove_expired(workspace: str) -> None:
    for file in File.objects.filter(workspace=workspace, expires_at__lte=int(time.time())):
        delete(file)


def delete(file: File) -> None:
    """The row now, the bytes once that is certain."""
    storage_name = file.storage_name
    # Out of every store, as the hosted API did.
    StoreFile.objects.filter(store__workspace=file.workspace, wire_id=file.wire_id).delete()
    delete_with_tombstone(file)
    transaction.on_commit(lambda: storage.remove(storage_name), robust=True)
