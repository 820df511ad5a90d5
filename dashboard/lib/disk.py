"""Whether there is room on the disk: asked before an upload is taken, and by whoever watches the site."""

from __future__ import annotations

import errno
import shutil
from pathlib import Path

from dashboard.bounds import DISK_FULL_BYTES, DISK_RESERVE_BYTES


def has_room(folder: Path | str, size: int) -> bool:
    """Whether so many bytes fit below ``folder`` with enough left for the database and everybody else."""
    return size + DISK_RESERVE_BYTES <= _free(folder)


def is_nearly_full(folder: Path | str) -> bool:
    """Whether so little is left that not even the record of a change is sure to fit."""
    return _free(folder) < DISK_FULL_BYTES


def _free(folder: Path | str) -> int:
    """The bytes that are left where the folder is, or where it will be made."""
    path = Path(folder)
    while not path.exists() and path != path.parent:
        path = path.parent
    return shutil.disk_usage(path).free


def is_full(error: OSError) -> bool:
    """Whether this error says that the disk, or one's share of it, is used up."""
    return error.errno in (errno.ENOSPC, errno.EDQUOT)
