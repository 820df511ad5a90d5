"""The folder that an interpreter sees as ``/mnt/data``. What lies in it was written by strangers' code."""

from __future__ import annotations

import hashlib
import os
import shutil
import stat
import subprocess
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path
from typing import BinaryIO

from assistants_server.sandbox import installed

QUOTA_BYTES = 100 * 2**20
KEPT_SECONDS = 3600
# Whatever the code made beyond this is not looked at.
MOST_FILES = 2000
MOST_ENTRIES = 20_000
UNKNOWN_BYTES = 2**60
PIECE_BYTES = 1 << 20


@dataclass(frozen=True)
class Found:
    """A regular file in the folder; ``path`` is relative to it."""

    path: str
    size: int
    changed: int


class Folder:
    """The files of one thread, kept for an hour after they were last used."""

    def __init__(self, workspace: str, thread_id: str) -> None:
        # Ids may be foreign and so have any letters.
        self.key = hashlib.sha256(f"{workspace}\n{thread_id}".encode()).hexdigest()[:32]
        self.path = threads_root() / self.key
        self.is_new = not self.path.exists()
        self._given = 0
        for folder in (installed.root(), threads_root(), self.path, self.data, self.tmp, self.own):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.utime(self.path)

    @property
    def data(self) -> Path:
        return self.path / "data"

    @property
    def tmp(self) -> Path:
        return self.path / "tmp"

    @property
    def own(self) -> Path:
        """What the runner itself lays down, and the code does not see."""
        return self.path / "own"

    def give(self, name: str, source: BinaryIO, size: int) -> None:
        """Lay a copy of a file in, unless the code has one of that name by now."""
        target = self.data / name
        self._given += size
        if os.path.lexists(target):
            return
        with target.open("xb") as copy:
            shutil.copyfileobj(source, copy, PIECE_BYTES)

    def files(self) -> list[Found]:
        """The regular files; links are neither followed nor told of."""
        found = (each for each in _walk(self.data) if not each.path.endswith("/"))
        return list(islice(found, MOST_FILES))

    def open(self, found: Found) -> BinaryIO:
        """Read a file; raises OSError when it is no regular file any more."""
        descriptor = os.open(self.data / found.path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            os.close(descriptor)
            raise OSError("not a regular file")
        return os.fdopen(descriptor, "rb")

    def clear(self, *folders: Path) -> None:
        """Remove what lies in the folders."""
        for folder in folders:
            _remove(folder)
            folder.mkdir(mode=0o700, exist_ok=True)

    def is_full(self) -> bool:
        """Whether the code wrote more than it may, or more files and folders than anybody can look at."""
        used = 0
        for number, found in enumerate(chain(_walk(self.data), _walk(self.tmp))):
            used += found.size
            if used > QUOTA_BYTES + self._given or number > MOST_ENTRIES:
                return True
        return False


def _walk(folder: Path) -> Iterator[Found]:
    """The files and, as if they were empty ones whose name ends with a slash, the folders below ``folder``."""
    waiting = [""]
    while waiting:
        prefix = waiting.pop()
        try:
            with os.scandir(folder / prefix) as listed:
                entries = list(islice(listed, MOST_ENTRIES + 1))
        except (FileNotFoundError, NotADirectoryError):
            continue
        except OSError:
            # Deeper than the system can name: whatever is in there, it is too much.
            yield Found(prefix, UNKNOWN_BYTES, 0)
            continue
        for entry in entries:
            path = prefix + entry.name
            if entry.is_dir(follow_symlinks=False):
                waiting.append(f"{path}/")
                yield Found(f"{path}/", 0, 0)
            elif entry.is_file(follow_symlinks=False):
                with suppress(FileNotFoundError):
                    known = entry.stat(follow_symlinks=False)
                    yield Found(path, known.st_size, known.st_mtime_ns)


def _remove(path: Path) -> None:
    """Remove a folder, however deep it is; Python's own way would end at a thousand."""
    subprocess.run(["rm", "-rf", "--", str(path)], check=False)  # noqa: S603, S607  # a path of our own


def threads_root() -> Path:
    return installed.root() / "threads"


def sweep(*, but: set[str]) -> None:
    """Remove the folders that nobody has used for an hour, ``but`` those whose interpreter is alive."""
    for path in threads_root().glob("*") if threads_root().is_dir() else ():
        with suppress(FileNotFoundError):
            if path.name not in but and path.stat().st_mtime < time.time() - KEPT_SECONDS:
                _remove(path)
