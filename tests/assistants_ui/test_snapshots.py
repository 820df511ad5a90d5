from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from assistants_ui.assistants.editor.session import find_snapshot, keep_snapshot
from assistants_ui.models import Snapshot
from tests.conftest import PASSWORD, Person

pytestmark = pytest.mark.django_db


def unused_for(days: int, digest: str) -> None:
    Snapshot.objects.filter(digest=digest).update(used_at=timezone.now() - timedelta(days=days))


def test_what_was_not_used_for_two_weeks_goes_when_somebody_signs_in(alice: Person) -> None:
    old, younger = keep_snapshot("main", {"name": "old"}), keep_snapshot("main", {"name": "younger"})
    unused_for(14, old)
    unused_for(13, younger)
    Client().post("/login/", {"username": "alice", "password": PASSWORD})

    assert find_snapshot("main", old) is None
    assert find_snapshot("main", younger) == {"name": "younger"}


def test_using_it_again_keeps_it(alice: Person) -> None:
    digest = keep_snapshot("main", {"name": "used"})
    unused_for(15, digest)
    keep_snapshot("main", {"name": "used"})
    Client().post("/login/", {"username": "alice", "password": PASSWORD})

    assert find_snapshot("main", digest) == {"name": "used"}
