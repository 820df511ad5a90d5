"""What operations are called, so that those for the sake of one subject are found in one look.

The rows of what was given to a subject are about what was given. Their subject
stands in their text, where no index reaches; the name of the operation, which one does, begins
with a mark of it.
"""

from __future__ import annotations

import hashlib
import secrets
import time

from django.db.models import Q

from dashboard.audit.record.canonical import escaped
from dashboard.audit.registry import registry

MARK = 12


def new_id(*, subject_id: str = "") -> str:
    """A name of 32 characters. ``subject_id``: for whose sake it is done, where that is not the target.

    The others sort by time, which keeps the index compact.
    """
    moment = f"{time.time_ns() // 1_000_000:012x}"
    if subject_id:
        return f"{_mark(subject_id)}{moment}{secrets.token_hex(4)}"
    return f"{moment}{secrets.token_hex(10)}"


def for_subject(subject_id: str) -> Q:
    """The rows of what was done to other things for the sake of this one."""
    if registry.subject is None:
        return Q(seq__in=[])
    mark = _mark(subject_id)
    # A range and not a prefix: every database walks its index for that, however it sorts letters.
    range_of_mark = Q(operation__gte=mark, operation__lt=f"{mark}g")
    return range_of_mark & Q(head__contains=f'"{registry.subject.id_key}":"{escaped(subject_id)}"')


def _mark(subject_id: str) -> str:
    return hashlib.sha256(subject_id.encode("utf-8", "surrogatepass")).hexdigest()[:MARK]
