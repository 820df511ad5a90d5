from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from assistants_ui.assistants.editor import snapshots
from assistants_ui.models import Snapshot

pytestmark = pytest.mark.django_db


def unused_for(days: int, digest: str) -> None:
    Snapshot.objects.filter(digest=digest).update(used_at=timezone.now() - timedelta(days=days))


def test_what_was_not_used_for_two_weeks_goes_when_another_is_kept() -> None:
    old, younger = snapshots.keep("main", {"name": "old"}), snapshots.keep("main", {"name": "younger"})
    unused_for(15, old)
    unused_for(13, younger)
    snapshots.keep("main", {"name": "new"})

    assert snapshots.find("main", old) is None
    assert snapshots.find("main", younger) == {"name": "younger"}


def test_using_it_again_keeps_it() -> None:
    digest = snapshots.keep("main", {"name": "used"})
    unused_for(15, digest)
    snapshots.keep("main", {"name": "used"})
    snapshots.keep("main", {"name": "new"})

    assert snapshots.find("main", digest) == {"name": "used"}
