"""Kills a process at any step of what it does: before and after each statement, commit and change of a file."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from django.db import connection, connections
from django.db.backends.base.base import BaseDatabaseWrapper

from assistants_server.vector_stores import indexing

CHANGES_OF_FILES = {"os.rename", "os.remove", "os.mkdir", "open"}
# Points of a long work are tried one by one with this set to 1; else some of them.
EVERYWHERE = os.environ.get("KILL_EVERYWHERE") == "1"


def killed_at(step: int, act: Callable[[], object], *, folder: Path) -> bool:
    """Run ``act`` in a process of its own that is killed, as kill -9 does it, at this step; False if it ended before.

    Steps are the statements to the database, each commit, and each change of a file below ``folder``.
    """
    # What another thread locks in the database while the process is doubled would stay locked in its double.
    indexing.wait()
    connections.close_all()
    child = os.fork()
    if child == 0:
        try:
            _count(step, folder)
            act()
        except BaseException:
            sys.excepthook(*sys.exc_info())
            os._exit(1)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    assert status in (0, signal.SIGKILL), f"the process ended with {status}"
    return status == signal.SIGKILL


def deaths(act: Callable[[], object], *, folder: Path, every: int = 1, most: int = 5_000) -> Iterator[int]:
    """Kill ``act`` at one step after the other, and yield after each death, until it comes to its end."""
    for step in range(1, most, 1 if EVERYWHERE else every):
        if not killed_at(step, act, folder=folder):
            return
        yield step
    raise AssertionError("It came to no end.")


class KeptDatabase:
    """A database in a file as it is now, to be brought back after each death: each then costs what the first did."""

    def __init__(self) -> None:
        self.path = Path(str(connection.settings_dict["NAME"]))
        connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connections.close_all()
        self.content = self.path.read_bytes()

    def bring_back(self) -> None:
        indexing.wait()
        connections.close_all()
        for ending in ("-wal", "-shm"):
            self.path.with_name(self.path.name + ending).unlink(missing_ok=True)
        self.path.write_bytes(self.content)


def _count(step: int, folder: Path) -> None:
    """Arm this process."""
    left = step

    def pass_by() -> None:
        nonlocal left
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    def statement(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        pass_by()
        return execute(sql, params, many, context)

    def watch(event: str, arguments: tuple[Any, ...]) -> None:
        if event in CHANGES_OF_FILES and str(arguments[0]).startswith(str(folder)):
            pass_by()

    # Django promises no other place to see a commit.
    commit = BaseDatabaseWrapper._commit  # type: ignore[attr-defined]

    def counted_commit(self: BaseDatabaseWrapper) -> None:
        pass_by()
        commit(self)
        pass_by()

    connection.execute_wrappers.append(statement)
    BaseDatabaseWrapper._commit = counted_commit  # type: ignore[attr-defined]
    sys.addaudithook(watch)
