"""A zip that holds a workspace whole: assistants, files with their bytes, and vector stores.

    manifest.json            what this is
    assistants.json          as /v1/assistants lists them, and the v1 links beside
    files.json, files/<id>   the objects, and the bytes under the ids
    vector_stores.json       the stores with their files; what was read from those is read anew

Nothing is ever unpacked by the names in the archive: only these entries are looked for.
"""

from __future__ import annotations

import json
import shutil
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import IO, Any

from assistants_client import strict_json
from assistants_server import rendering
from assistants_server.files import operations as files
from assistants_server.files import storage
from assistants_server.importer.parse import MOST_BYTES, ParsedFile, UnreadableFileError, read_text
from assistants_server.models import Assistant, AssistantFile, StoreFile, VectorStore
from assistants_server.vector_stores import operations as vector_stores
from assistants_server.vector_stores import render

FORMAT = {"format": "assistants-dashboard", "version": 1}
NEWEST_FIRST = ("-created_at", "-seq")
PIECE = 1 << 20


def write(path: Path, workspace: str, *, progress: Callable[[str], None]) -> dict[str, int]:
    """Write the whole workspace; gives how many of each there were."""
    assistants = list(Assistant.objects.filter(workspace=workspace).order_by(*NEWEST_FIRST))
    stored = list(files.of(workspace).order_by(*NEWEST_FIRST))
    stores = list(vector_stores.of(workspace).order_by(*NEWEST_FIRST))
    links = links_of(workspace)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:

        def put(name: str, value: Any) -> None:
            archive.writestr(name, json.dumps(value, ensure_ascii=False, indent=1))

        put("manifest.json", FORMAT | {"workspace": workspace})
        put("assistants.json", [row.body | {"file_ids": links.get(row.wire_id, [])} for row in assistants])
        put("files.json", [rendering.file(row) | {"sha256": row.sha256} for row in stored])
        put("vector_stores.json", [_store(row) for row in stores])
        for number, row in enumerate(stored, 1):
            entry = archive.open(f"files/{row.wire_id}", "w", force_zip64=True)
            with storage.open_stored(row.storage_name) as source, entry:
                shutil.copyfileobj(source, entry, PIECE)
            progress(f"{number} of {len(stored)} files")
    return {"assistants": len(assistants), "files": len(stored), "vector stores": len(stores)}


def _store(row: VectorStore) -> dict[str, Any]:
    held = row.files.order_by(*NEWEST_FIRST)
    return {
        "id": row.wire_id,
        "created_at": row.created_at,
        "name": row.name,
        "description": row.description,
        "metadata": row.metadata,
        "expires_after_days": row.expires_after_days,
        "last_active_at": row.last_active_at,
        "is_automatic": row.is_automatic,
        "files": [_store_file(file, store_id=row.wire_id) for file in held],
    }


def _store_file(row: StoreFile, *, store_id: str) -> dict[str, Any]:
    """A file is read anew where it is imported, so what was read of it is no part of the copy."""
    described = render.vector_store_file(row, store_id=store_id)
    return {key: value for key, value in described.items() if key != "extraction"}


def links_of(workspace: str) -> dict[str, list[str]]:
    """The v1 links of every assistant that has any."""
    links: dict[str, list[str]] = {}
    rows = AssistantFile.objects.filter(assistant__workspace=workspace).order_by("seq")
    for wire_id, file_id in rows.values_list("assistant__wire_id", "wire_id"):
        links.setdefault(wire_id, []).append(file_id)
    return links


class Archive:
    """A zip written by :func:`write`, opened for reading; raises :class:`UnreadableFileError` for any other."""

    def __init__(self, path: Path) -> None:
        self.name = path.name
        try:
            self._zip = zipfile.ZipFile(path)
        except (OSError, zipfile.BadZipFile) as error:
            raise UnreadableFileError(f"{path} cannot be read as a zip.") from error
        manifest = self._json("manifest.json")
        if not isinstance(manifest, dict) or {key: manifest.get(key) for key in FORMAT} != FORMAT:
            raise UnreadableFileError(f"{path} was not written by export_assistants, or by a newer one.")

    def __enter__(self) -> Archive:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._zip.close()

    def assistants(self) -> ParsedFile:
        return read_text(self._text("assistants.json"), name=f"{self.name}, assistants.json")

    def list_of(self, name: str) -> list[Any]:
        """The objects in ``files.json`` or ``vector_stores.json``."""
        found = self._json(name)
        if not isinstance(found, list):
            raise UnreadableFileError(f"{self.name}, {name} is not a list.")
        return found

    def size_of(self, file_id: str) -> int | None:
        """The size of a file's bytes; None when they are not in the archive."""
        try:
            return self._zip.getinfo(f"files/{file_id}").file_size
        except KeyError:
            return None

    def open_file(self, file_id: str) -> IO[bytes]:
        return self._zip.open(f"files/{file_id}")

    def _json(self, name: str) -> Any:
        try:
            return strict_json.loads(self._text(name))
        except strict_json.UnreadableJSONError as error:
            raise UnreadableFileError(f"{self.name}, {name} cannot be read: {error}.") from error

    def _text(self, name: str) -> str:
        try:
            if self._zip.getinfo(name).file_size > MOST_BYTES:
                raise UnreadableFileError(f"{self.name}, {name} is larger than a gigabyte.")
            return self._zip.read(name).decode()
        except (KeyError, zipfile.BadZipFile, zlib.error, UnicodeDecodeError) as error:
            raise UnreadableFileError(f"{self.name} holds no readable {name}.") from error
