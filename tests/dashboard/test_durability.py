"""Transactions that do not wait for the disk at once, and what may happen meanwhile."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from django.db import connection, transaction

from dashboard.lib import durability
from dashboard.lib.durability import synced_at_the_end, unsynced

NORMAL, FULL = 1, 2
sqlite_only = pytest.mark.skipif("connection.vendor != 'sqlite'", reason="PostgreSQL is told in its own words")


@pytest.fixture
def happened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What happened, with the waits for the disk."""
    told: list[str] = []
    monkeypatch.setattr(durability, "_sync_sqlite", lambda: told.append("synced"))
    return told


def mode() -> int:
    """How long a commit waits here."""
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA synchronous")
        return int(cursor.fetchone()[0])


@sqlite_only
@pytest.mark.services_do_not_matter
@pytest.mark.django_db(transaction=True)
def test_what_is_left_for_the_commit_begins_before_the_disk_is_waited_for(happened: list[str]) -> None:
    with synced_at_the_end():
        transaction.on_commit(lambda: happened.append("begun"))
        assert (mode(), happened) == (NORMAL, [])

    assert (mode(), happened) == (FULL, ["begun", "synced"])


@sqlite_only
@pytest.mark.services_do_not_matter
@pytest.mark.django_db(transaction=True)
def test_what_was_undone_is_not_waited_for(happened: list[str]) -> None:
    with pytest.raises(ValueError, match="no"), synced_at_the_end():
        raise ValueError("no")

    assert (mode(), happened) == (FULL, [])


@sqlite_only
@pytest.mark.services_do_not_matter
@pytest.mark.django_db(transaction=True)
def test_what_may_be_lost_with_the_machine_does_not_wait(happened: list[str]) -> None:
    with unsynced():
        assert mode() == NORMAL

    assert (mode(), happened) == (FULL, [])


@pytest.mark.django_db(transaction=True)
def test_within_another_transaction_it_is_as_durable_as_that(happened: list[str]) -> None:
    with transaction.atomic(), synced_at_the_end(), unsynced():
        assert connection.in_atomic_block

    assert happened == []


@pytest.mark.services_do_not_matter
def test_the_write_ahead_log_is_what_is_synced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path, synced = tmp_path / "db.sqlite3", list[int]()
    monkeypatch.setitem(connection.settings_dict, "NAME", str(path))
    monkeypatch.setattr("dashboard.lib.durability.os.fsync", lambda file: synced.append(os.fstat(file).st_ino))
    with closing(sqlite3.connect(path)) as database:
        database.executescript("PRAGMA journal_mode=WAL; CREATE TABLE a (b)")
        durability._sync_sqlite()
        assert synced == [Path(f"{path}-wal").stat().st_ino]

    # Whoever closed the database last took all of it over, and removed the log.
    durability._sync_sqlite()
    assert len(synced) == 1
