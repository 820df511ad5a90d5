"""What operations are called, so that those for the sake of one assistant are found in one look.

The rows of a file that was given to an assistant are about the file or its store. Their assistant
stands in their text, where no index reaches; the name of the operation, which one does, begins
with a mark of it.
"""

from __future__ import annotations

import hashlib
import secrets
import time

from django.db.models import Q

from dashboard.audit.record.canonical import escaped

MARK = 12


def new_id(*, assistant_id: str = "") -> str:
    """A name of 32 characters. ``assistant_id``: for whose sake it is done, where that is not the target.

    The others sort by time, which keeps the index compact.
    """
    moment = f"{time.time_ns() // 1_000_000:012x}"
    if assistant_id:
        return f"{_mark(assistant_id)}{moment}{secrets.token_hex(4)}"
    return f"{moment}{secrets.token_hex(10)}"


def for_assistant(assistant_id: str) -> Q:
    """The rows of what was done to files and stores for this assistant's sake."""
    mark = _mark(assistant_id)
    # A range and not a prefix: every database walks its index for that, however it sorts letters.
    range_of_mark = Q(operation__gte=mark, operation__lt=f"{mark}g")
    return range_of_mark & Q(head__contains=f'"assistant_id":"{escaped(assistant_id)}"')


def _mark(assistant_id: str) -> str:
    return hashlib.sha256(assistant_id.encode("utf-8", "surrogatepass")).hexdigest()[:MARK]
