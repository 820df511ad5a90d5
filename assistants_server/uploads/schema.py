"""What a client may say about a file that it sends in parts."""

from __future__ import annotations

from typing import Any

from django.conf import settings

from assistants_server.files.schema import PURPOSES, THIRTY_DAYS
from assistants_server.files.uploads import MEGABYTE
from assistants_server.http.validation import FILE_ID, array, choice, fields, integer, string

PART_BYTES = 64 * MEGABYTE
MOST_PARTS = 10_000


def _size(value: Any, path: str) -> int:
    size: int = integer(1, settings.MAX_UPLOAD_MB * MEGABYTE)(value, path)
    return size


CREATE = fields(
    {
        "filename": string(shortest=1, longest=1024),
        "purpose": choice(*PURPOSES),
        "bytes": _size,
        "mime_type": string(longest=255),
        "expires_after": fields(
            {"anchor": choice("created_at"), "seconds": integer(3600, THIRTY_DAYS)}, required=("anchor", "seconds")
        ),
    },
    required=("filename", "purpose", "bytes", "mime_type"),
)
COMPLETE = fields(
    {"part_ids": array(FILE_ID, longest=MOST_PARTS), "md5": string(pattern="[0-9a-fA-F]{32}")},
    required=("part_ids",),
)
