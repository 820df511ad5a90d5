"""One process at a time prepares the database: it migrates and makes the first administrator."""

from __future__ import annotations

import fcntl
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.executor import MigrationExecutor

# The name of the lock within one PostgreSQL database: "prepared" in ASCII.
ADVISORY_LOCK = 0x7072657061726564
LOOK_SECONDS = 0.2
REPEAT_SECONDS = 60.0
WAITING = "Another process is preparing the database. Waiting until it is done …"


@contextmanager
def preparation(say: Callable[[str], object]) -> Iterator[None]:
    """Hold the database's preparation lock, which ends with this process at the latest.

    Who has to wait ``say``\\ s so at once, and again every minute.
    """
    hold = _on_postgresql if connection.vendor == "postgresql" else _beside_the_file
    with hold(say):
        yield


def is_prepared() -> bool:
    """Whether the database has all the migrations of this version."""
    executor = MigrationExecutor(connection)
    return not executor.migration_plan(executor.loader.graph.leaf_nodes())


@contextmanager
def _on_postgresql(say: Callable[[str], object]) -> Iterator[None]:
    # A connection of its own: its transaction stays open while the other one migrates. A lock of the
    # session instead would be lost behind a pooler that gives each transaction another session.
    other: BaseDatabaseWrapper = connection.copy()
    try:
        other.set_autocommit(False)
        _wait(lambda: _is_taken_by(other), say)
        yield
    finally:
        other.close()


def _is_taken_by(other: BaseDatabaseWrapper) -> bool:
    # Tried again and again, because the limits on statements would end a wait in the database.
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", (ADVISORY_LOCK,))
        is_taken = bool(cursor.fetchone()[0])
        if is_taken:
            cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
        else:
            other.rollback()
    return is_taken


@contextmanager
def _beside_the_file(say: Callable[[str], object]) -> Iterator[None]:
    # What is wrong with the address of the database is told by SQLite.
    connection.ensure_connection()
    # Not the database itself: closing it a second time would drop the locks that SQLite holds on it.
    with Path(f"{connection.settings_dict['NAME']}.lock").open("ab") as file:
        _wait(lambda: _is_locked(file.fileno()), say)
        yield


def _is_locked(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _wait(is_done: Callable[[], bool], say: Callable[[str], object]) -> None:
    said: float | None = None
    while not is_done():
        if said is None or time.monotonic() - said > REPEAT_SECONDS:
            say(WAITING)
            said = time.monotonic()
        time.sleep(LOOK_SECONDS)
