"""One at a time: changes that read, decide and write must not run into each other."""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.utils import timezone

# Longer than the few calls that are made in one turn may take, so that nobody is overtaken.
LONGEST = timedelta(seconds=60)
PATIENCE_SECONDS = 20.0
STEP_SECONDS = 0.1


class LockTimeout(Exception):  # noqa: N818  (it names the state the thing is in)
    """Somebody else is changing the same thing and has not come to an end."""


def assistant_lock(
    workspace: str, assistant_id: str, *, patience: float = PATIENCE_SECONDS
) -> AbstractContextManager[None]:
    """The turn in which this assistant is changed; whoever saves it and whoever attaches to it take the same."""
    return lock(f"{workspace}/{assistant_id}", patience=patience)


@contextmanager
def lock(name: str, *, patience: float = PATIENCE_SECONDS) -> Iterator[None]:
    """Hold the turn called ``name``, across threads and processes; one that died loses it after a minute.

    Waits ``patience`` seconds for it, then raises :class:`LockTimeout`.
    """
    holder = secrets.token_hex(16)
    late = time.monotonic() + patience
    while not _take(name, holder=holder):
        if time.monotonic() >= late:
            raise LockTimeout(name)
        time.sleep(STEP_SECONDS)
    try:
        yield
    finally:
        _give_back(name, holder=holder)


def _take(name: str, *, holder: str) -> bool:
    """Take a turn that is free, or whose holder never gave it back, in one statement; whether it was."""
    now = timezone.now()
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO assistants_ui_lock (name, holder, until) VALUES (%s, %s, %s) ON CONFLICT (name) DO UPDATE "
            "SET holder = excluded.holder, until = excluded.until WHERE assistants_ui_lock.until < %s",
            [name, holder, adapted(now + LONGEST), adapted(now)],
        )
        return int(cursor.rowcount) == 1


def _give_back(name: str, *, holder: str) -> None:
    # One statement, as it was taken: a queryset would delete in a transaction of its own.
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM assistants_ui_lock WHERE name = %s AND holder = %s", [name, holder])


def adapted(moment: datetime) -> Any:
    """A moment as the database takes it."""
    return connection.ops.adapt_datetimefield_value(moment)
