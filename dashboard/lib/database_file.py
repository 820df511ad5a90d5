"""Whether the SQLite file that this process opened is still the one at its path.

A file that was moved away stays open, and takes every change to where nobody looks for it; one that was
put in its place is what other processes write to. SQLite notices neither.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created

# By path, as it was when this process first opened it: a later connection may have made an empty one anew.
_opened: dict[str, tuple[int, int]] = {}


def watch() -> None:
    """Note from now on which file each path stands for. Called once, when the site starts."""
    connection_created.connect(_note, dispatch_uid="database_file")


def is_in_place() -> bool:
    """False once the file was moved away, deleted or replaced; always True where the database is no file."""
    path = str(connection.settings_dict["NAME"])
    return path not in _opened or _opened[path] == _identity(path)


def _note(connection: BaseDatabaseWrapper, **_: Any) -> None:
    path = str(connection.settings_dict["NAME"])
    if connection.vendor == "sqlite" and (found := _identity(path)) is not None:
        _opened.setdefault(path, found)


def _identity(path: str) -> tuple[int, int] | None:
    try:
        status = Path(path).stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino
