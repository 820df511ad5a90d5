"""Keeps JSON values under the digest of their content, for as long as a page may stay open."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

from django.utils import timezone

from assistants_ui.domain.canonical import digest_of, text_of
from assistants_ui.models import Snapshot

KEPT_FOR = timedelta(days=14)


def keep(workspace: str, value: Any) -> str:
    """Keep ``value`` for 14 days after its last use; the digest under which :func:`find` returns it."""
    digest = digest_of(value)
    now = timezone.now()
    if not Snapshot.objects.filter(workspace=workspace, digest=digest).update(used_at=now):
        # Two who open the same page at once both find nothing; one of them then stores it.
        Snapshot.objects.bulk_create(
            [Snapshot(workspace=workspace, digest=digest, body=text_of(value), used_at=now)], ignore_conflicts=True
        )
        Snapshot.objects.filter(used_at__lt=now - KEPT_FOR).delete()
    return digest


def find(workspace: str, digest: str) -> Any:
    """The value kept under ``digest``, or None when it is too old."""
    body = Snapshot.objects.filter(workspace=workspace, digest=digest).values_list("body", flat=True).first()
    return json.loads(body) if body is not None else None
