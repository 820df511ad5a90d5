"""Transactions that need not wait for the disk, or not at once. All of them outlive the death of any process."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from django.db import connection, transaction


@contextmanager
def unsynced() -> Iterator[None]:
    """A transaction that a machine which loses its power may lose too; as durable as others inside another one."""
    if connection.in_atomic_block:
        with transaction.atomic():
            yield
    elif connection.vendor == "sqlite":
        with _sqlite_without_sync():
            yield
    else:
        with transaction.atomic():
            _execute("SET LOCAL synchronous_commit = off")
            yield


@contextmanager
def synced_at_the_end() -> Iterator[None]:
    """A transaction that is durable when this ends; what it leaves for its commit begins while the disk is waited for.

    That must tell nobody outside of this machine anything before this has ended.
    """
    if connection.in_atomic_block or connection.vendor != "sqlite":
        with transaction.atomic():
            yield
        return
    with _sqlite_without_sync():
        yield
    _sync_sqlite()


@contextmanager
def _sqlite_without_sync() -> Iterator[None]:
    _execute("PRAGMA synchronous=NORMAL")
    try:
        with transaction.atomic():
            yield
    finally:
        _execute("PRAGMA synchronous=FULL")


def _sync_sqlite() -> None:
    """Wait for the disk as a commit does when ``synchronous`` is FULL: what was committed is in the log by then."""
    # Where the file is gone, all of it was taken over into the database, and synced for that.
    with suppress(FileNotFoundError):
        log = os.open(f"{connection.settings_dict['NAME']}-wal", os.O_RDONLY)
        try:
            os.fsync(log)
        finally:
            os.close(log)


def _execute(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)
