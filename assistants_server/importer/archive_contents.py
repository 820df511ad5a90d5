"""The files and vector stores in an archive, on their way into a workspace."""

from __future__ import annotations

import shutil
import zipfile
import zlib
from typing import Any

from assistants_server.files import storage
from assistants_server.files.uploads import MEGABYTE
from assistants_server.http.errors import Refusal
from assistants_server.http.validation import (
    METADATA,
    Check,
    any_object,
    array,
    boolean,
    fields,
    integer,
    nullable,
    string,
)
from assistants_server.importer.archive import PIECE, Archive
from assistants_server.importer.parse import UnreadableFileError
from assistants_server.models import File, StoreFile, VectorStore
from assistants_server.vector_stores import schema
from dashboard.lib.filenames import clean_name

STAMP = integer(0, 10**11)
ID = string(longest=128, pattern=r"[A-Za-z0-9._:-]+")
FILE = fields(
    {
        "id": ID,
        "object": string(),
        "bytes": integer(0, 512 * MEGABYTE),
        "created_at": STAMP,
        "expires_at": nullable(STAMP),
        "filename": string(longest=255),
        "purpose": string(longest=40),
        "status": string(),
        "status_details": nullable(string()),
        "sha256": string(pattern="[0-9a-f]{64}"),
    },
    required=("id", "bytes", "created_at", "filename", "purpose", "sha256"),
)
HELD = fields(
    {
        "id": ID,
        "object": string(),
        "usage_bytes": integer(0, 10**12),
        "created_at": STAMP,
        "vector_store_id": string(),
        "status": string(),
        "last_error": nullable(any_object),
        "chunking_strategy": schema.chunking,
        "attributes": schema.ATTRIBUTES,
    },
    required=("id", "created_at", "chunking_strategy", "attributes"),
)
STORE = fields(
    {
        "id": ID,
        "created_at": STAMP,
        "name": nullable(string()),
        "description": nullable(string()),
        "metadata": METADATA,
        "expires_after_days": nullable(integer(1, 365)),
        "last_active_at": STAMP,
        "is_automatic": boolean,
        "files": array(HELD, longest=100_000),
    },
    required=("id", "created_at", "last_active_at", "files"),
)


def oldest_first(items: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """A list that has the newest first, the other way round, also among equal timestamps."""
    turned = items[::-1]
    turned.sort(key=lambda item: int(item["created_at"]))
    return turned


class ArchiveContents:
    """What an archive brings besides assistants; ``problems`` name each thing that cannot come over."""

    def __init__(self, archive: Archive, workspace: str, *, replace: bool) -> None:
        self.archive = archive
        self.workspace = workspace
        self.problems: list[str] = []
        self.files = [item for item in self._checked("files.json", FILE) if self._needs_file(item, replace=replace)]
        self.stores = [
            item for item in self._checked("vector_stores.json", STORE) if self._needs_store(item, replace=replace)
        ]
        self._kept: list[str] = []

    def _checked(self, name: str, check: Check) -> list[dict[str, Any]]:
        """The sound objects of a list, oldest first."""
        sound: dict[str, dict[str, Any]] = {}
        for number, value in enumerate(self.archive.list_of(name), 1):
            where = f"{self.archive.name}, {name}, object {number}"
            try:
                item = check(value, "")
            except Refusal as refusal:
                self.problems.append(f"{where}: {refusal.param}: {refusal.message}")
                continue
            if item["id"] in sound:
                self.problems.append(f"{where}: the id {item['id']} stands there twice")
            sound[item["id"]] = item
        return oldest_first(list(sound.values()))

    def _needs_file(self, item: dict[str, Any], *, replace: bool) -> bool:
        if self.archive.size_of(item["id"]) != item["bytes"]:
            self.problems.append(f"the file {item['id']} “{item['filename']}”: its bytes are not in the archive")
            return False
        there = File.objects.filter(workspace=self.workspace, wire_id=item["id"]).first()
        if there is not None and there.sha256 != item["sha256"] and not replace:
            self.problems.append(
                f"the file {item['id']}: it is here already with other content (--replace overwrites it)"
            )
        return there is None or there.sha256 != item["sha256"]

    def _needs_store(self, item: dict[str, Any], *, replace: bool) -> bool:
        there = VectorStore.objects.filter(workspace=self.workspace, wire_id=item["id"]).first()
        if there is None:
            return True
        held = {file["id"] for file in item["files"]}
        same = set(there.files.values_list("wire_id", flat=True)) == held and (there.name, there.metadata) == (
            item.get("name"),
            item.get("metadata", {}),
        )
        if not same and not replace:
            self.problems.append(
                f"the vector store {item['id']}: it is here already with other content (--replace overwrites it)"
            )
        return not same

    def store(self) -> list[VectorStore]:
        """Store everything, within a transaction; gives the stores whose files are to be read.

        When that transaction fails, :meth:`drop` takes the bytes away again.
        """
        for item in self.files:
            self._store_file(item)
        return [self._store_vector_store(item) for item in self.stores]

    def drop(self) -> None:
        """Remove the bytes that :meth:`store` put on the disk."""
        for storage_name in self._kept:
            storage.remove(storage_name)

    def _store_file(self, item: dict[str, Any]) -> None:
        incoming = storage.Incoming()
        try:
            with self.archive.open_file(item["id"]) as source:
                shutil.copyfileobj(source, incoming, PIECE)
            if incoming.sha256 != item["sha256"]:
                raise UnreadableFileError(f"The bytes of the file {item['id']} in the archive are damaged.")
            storage_name = incoming.keep()
        except (zipfile.BadZipFile, zlib.error, EOFError) as error:
            raise UnreadableFileError(f"The bytes of the file {item['id']} in the archive are damaged.") from error
        finally:
            incoming.drop()
        self._kept.append(storage_name)
        File.objects.filter(workspace=self.workspace, wire_id=item["id"]).delete()
        File.objects.create(
            workspace=self.workspace,
            wire_id=item["id"],
            created_at=item["created_at"],
            filename=clean_name(item["filename"]),
            purpose=item["purpose"],
            size=item["bytes"],
            sha256=item["sha256"],
            storage_name=storage_name,
            expires_at=item.get("expires_at"),
        )

    def _store_vector_store(self, item: dict[str, Any]) -> VectorStore:
        VectorStore.objects.filter(workspace=self.workspace, wire_id=item["id"]).delete()
        store = VectorStore.objects.create(
            workspace=self.workspace,
            wire_id=item["id"],
            created_at=item["created_at"],
            name=item.get("name"),
            description=item.get("description"),
            metadata=item.get("metadata", {}),
            expires_after_days=item.get("expires_after_days"),
            last_active_at=item["last_active_at"],
            is_automatic=item.get("is_automatic", False),
        )
        held = oldest_first(item["files"])
        StoreFile.objects.bulk_create(
            StoreFile(
                store=store,
                wire_id=file["id"],
                created_at=file["created_at"],
                chunk_size=file["chunking_strategy"].get("static", {}).get("max_chunk_size_tokens", 800),
                chunk_overlap=file["chunking_strategy"].get("static", {}).get("chunk_overlap_tokens", 400),
                attributes=file["attributes"],
            )
            for file in held
        )
        return store
