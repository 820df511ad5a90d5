"""How uploads and their parts look on the wire."""

from __future__ import annotations

from typing import Any

from assistants_server import rendering
from assistants_server.models import Upload, UploadPart


def upload(row: Upload) -> dict[str, Any]:
    return {
        "id": row.wire_id,
        "object": "upload",
        "bytes": row.size,
        "created_at": row.created_at,
        "filename": row.filename,
        "purpose": row.purpose,
        "status": str(row.status),
        "expires_at": row.expires_at,
        "file": rendering.file(row.file) if row.file is not None else None,
    }


def part(row: UploadPart, *, upload_id: str) -> dict[str, Any]:
    return {"id": row.wire_id, "object": "upload.part", "created_at": row.created_at, "upload_id": upload_id}
