"""Where the bytes of files are: below ``DATA_DIR/files``, under names of our own."""

from __future__ import annotations

import fcntl
import hashlib
import os
import secrets
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import BinaryIO

from django.conf import settings


def root() -> Path:
    return Path(settings.DATA_DIR) / "files"


class Incoming:
    """A file that arrives piece by piece; afterwards it is kept or dropped.

    It is hashed as it is written and lies on the disk where it will stay, so keeping it is a
    rename.
    """

    def __init__(self) -> None:
        folder = root() / "incoming"
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        # Until it is dropped: no janitor takes what is about to have a row for something left behind.
        self._lock = _Lock(fcntl.LOCK_SH)
        self.path = folder / secrets.token_hex(16)
        self.size = 0
        self._hash = hashlib.sha256()
        descriptor = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        self._file: BinaryIO = os.fdopen(descriptor, "wb")

    def write(self, piece: bytes) -> None:
        self._file.write(piece)
        self._hash.update(piece)
        self.size += len(piece)

    @property
    def sha256(self) -> str:
        return self._hash.hexdigest()

    def keep(self) -> str:
        """Make it durable in its final place; gives the storage name."""
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        name = f"{self.path.name[:2]}/{self.path.name}"
        final = root() / name
        final.parent.mkdir(mode=0o700, exist_ok=True)
        self.path.rename(final)
        return name

    def drop(self) -> None:
        """Forget it; harmless when it was kept. Then nobody needs to wait for it any more."""
        self._file.close()
        self.path.unlink(missing_ok=True)
        self._lock.close()


class _Lock:
    """The lock on the folder of all files: shared by those who write, and taken alone by who cleans up."""

    def __init__(self, kind: int) -> None:
        self._descriptor = os.open(root(), os.O_RDONLY)
        try:
            fcntl.flock(self._descriptor, kind)
        except OSError:
            self.close()
            raise

    def close(self) -> None:
        """Give it back; harmless when that was done."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
        self._descriptor = -1

    def __del__(self) -> None:
        self.close()


@contextmanager
def writing() -> Iterator[None]:
    """Stay in here from the first byte until the rows are committed, where several files are stored together."""
    root().mkdir(mode=0o700, parents=True, exist_ok=True)
    with closing(_Lock(fcntl.LOCK_SH)):
        yield


@contextmanager
def nobody_writing() -> Iterator[bool]:
    """Whether nobody on this machine is storing a file; while this is true nobody begins."""
    root().mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        lock = _Lock(fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        yield False
        return
    with closing(lock):
        yield True


def open_stored(storage_name: str) -> BinaryIO:
    return (root() / storage_name).open("rb")


def remove(storage_name: str) -> None:
    (root() / storage_name).unlink(missing_ok=True)
